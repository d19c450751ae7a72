// What the cases of tests/golden/cases/scan.py, arrange.py and select.py are in Kubik.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ScanCases { get; } = new()
    {
        ["logsumexp"] = (c, x) => x[0].LogSumExp(c.Ints(0), c.Flag(1)),
        ["norml1"] = (c, x) => x[0].NormL1(c.Ints(0), c.Flag(1)),
        ["norml2"] = (c, x) => x[0].NormL2(c.Ints(0), c.Flag(1)),
        ["sumsquare"] = (c, x) => x[0].SumSquare(c.Ints(0), c.Flag(1)),
        ["any"] = (c, x) => x[0].Any(c.Ints(0), c.Flag(1)),
        ["all"] = (c, x) => x[0].All(c.Ints(0), c.Flag(1)),
        ["std"] = (c, x) => x[0].Std(c.Ints(0), c.Flag(1), c.Int(2)),
        ["variance corrected"] = (c, x) => x[0].Variance(c.Ints(0), c.Flag(1), c.Int(2)),
        ["prod"] = (c, x) => x[0].Prod(c.Ints(0), c.Flag(1)),
        ["cumprod"] = (c, x) => x[0].CumProd(c.Int(0)),
        ["cumsum"] = (c, x) => x[0].CumSum(c.Int(0)),
        ["argmin"] = (c, x) => x[0].ArgMin(c.Int(0)),
        ["sort"] = (c, x) => x[0].Sort(c.Int(0), c.Flag(1)),
        ["argsort"] = (c, x) => x[0].ArgSort(c.Int(0), c.Flag(1)),
        ["topk"] = (c, x) => x[0].TopK(c.Int(1), c.Int(0), c.Flag(2)).Values,
        ["searchsorted"] = (c, x) => x[0].SearchSorted(x[1], c.Flag(0)),
    };

    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ArrangeCases { get; } = new()
    {
        ["pad"] = (c, x) => x[0].Pad([.. c.Ints(0).Chunk(2).Reverse().Select(p => (p[0], p[1]))], Enum.Parse<PadMode>(c.Text(1)), c.Real(2)),
        ["flip"] = (c, x) => x[0].Flip(c.Ints(0)),
        ["roll"] = (c, x) => x[0].Roll(c.Int(0), c.Int(1)),
        ["tile"] = (c, x) => x[0].Tile(c.Ints(0)),
        ["repeatinterleave"] = (c, x) => x[0].RepeatInterleave(c.Int(0), c.Int(1)),
        ["tril"] = (c, x) => x[0].Tril(c.Int(0)),
        ["triu"] = (c, x) => x[0].Triu(c.Int(0)),
        ["diagonal"] = (c, x) => x[0].Diagonal(c.Int(0), c.Int(1), c.Int(2)),
        ["diagonalmatrix"] = (c, x) => x[0].DiagonalMatrix(c.Int(0)),
        ["stack"] = (c, x) => Tensor.Stack(c.Int(0), x),
        ["unsqueeze"] = (c, x) => x[0].Unsqueeze(c.Int(0)),
        ["squeeze"] = (c, x) => x[0].Squeeze(c.Int(0)),
        ["flatten"] = (c, x) => x[0].Flatten(c.Int(0)),
        ["moveaxis"] = (c, x) => x[0].MoveAxis(c.Int(0), c.Int(1)),
        ["split"] = (c, x) => x[0].Split(c.Ints(0), c.Int(1)) is var parts ? parts[0] * 2 + parts[0].Sum() * parts[^1].Sum() : x[0],
        ["meshgrid"] = (_, x) => Tensor.Meshgrid(x) is var grid ? grid[0] * grid[1] : x[0],
        ["unfold"] = (c, x) => x[0].Unfold([c.Int(0), c.Int(1)], UnfoldWindow(c)),
        ["fold"] = (c, x) => x[0].Fold([c.Int(0), c.Int(1)], UnfoldWindow(c), [c.Int(8), c.Int(9)]),
        ["einsum"] = (c, x) => Tensor.Einsum(c.Text(0), x),
    };

    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> SelectCases { get; } = new()
    {
        ["take"] = (c, x) => x[0].Take(x[1], c.Int(0)),
        ["takeadd"] = (c, x) => new TakeAdd(c.Int(0), c.Int(1)).Apply(x[0], x[1]),
        ["scatter"] = (c, x) => x[0].Scatter(x[1], x[2], c.Int(0)),
        ["scatteradd onto"] = (c, x) => x[0].ScatterAdd(x[1], x[2], c.Int(0)),
        ["maskedfill"] = (c, x) => x[0].MaskedFill(x[1], c.Real(0)),
        ["gathernd"] = (_, x) => x[0].GatherND(x[1]),
        ["scatternd"] = (_, x) => x[0].ScatterND(x[1], x[2]),
    };

    private static Window UnfoldWindow(GoldenCase c) => new([c.Int(2), c.Int(3)], [c.Int(4), c.Int(5)], [c.Int(6), c.Int(7)]);
}
