using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Matrices;

internal static class MatricesChapter
{
    public static Chapter Contents { get; } = new(8, new("Matrix derivatives and regressions", "Матричные производные и регрессии"), []);
}
