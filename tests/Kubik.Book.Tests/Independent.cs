// The answers of every task by another way than the engine's: plain arithmetic in double precision, closed formulas, golden values
// of PyTorch. A file for each chapter.

namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static readonly Dictionary<string, Func<Given, Dictionary<string, double[]>>> Ways = new([
        .. Function,
        .. Outputs,
        .. Descent,
        .. Backward,
        .. Bricks,
        .. Convolutions,
        .. Cells,
        .. Matrices,
        .. Frameworks,
    ], StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, double[]> Answers(string id, Given given) => Ways[id](given);
}
