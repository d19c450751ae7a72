// The ways to write a reduction: they compile, and mean one thing.

namespace Kubik.Tests.Ops;

public sealed class ReduceCalls
{
    private static readonly Tensor X = Tensor.From([3.0, -1, 4, 1, -5, 9], [2, 3]);
    private static readonly Tensor B = X > 0;

    [Fact]
    public void One_axis_needs_no_brackets()
    {
        Same(X.Sum([0]), X.Sum(0), X.Sum(axis: 0), X.Sum(axis: -2), X.Sum(0, keepDims: true).Squeeze(0));
        Same(X.Mean([1], keepDims: true), X.Mean(1, keepDims: true), X.Mean(axis: -1, keepDims: true));
        Same(X.Max([1], keepDims: true), X.Max(1, keepDims: true), X.Max(axis: 1).Unsqueeze(1));
        Same(X.Min([1], keepDims: true), X.Min(1, keepDims: true), X.Min(axis: 1).Unsqueeze(1));
        Same(X.Prod([1], keepDims: true), X.Prod(1, keepDims: true), X.Prod(axis: 1).Unsqueeze(1));
        Same(X.LogSumExp([1], keepDims: true), X.LogSumExp(1, keepDims: true), X.LogSumExp(axis: 1).Unsqueeze(1));
        Same(X.NormL1([1], keepDims: true), X.NormL1(1, keepDims: true), X.NormL1(axis: 1).Unsqueeze(1));
        Same(X.NormL2([1], keepDims: true), X.NormL2(1, keepDims: true), X.NormL2(axis: 1).Unsqueeze(1));
        Same(X.SumSquare([1], keepDims: true), X.SumSquare(1, keepDims: true), X.SumSquare(axis: 1).Unsqueeze(1));
        Same(B.Any([1], keepDims: true), B.Any(1, keepDims: true), B.Any(axis: 1).Unsqueeze(1));
        Same(B.All([1], keepDims: true), B.All(1, keepDims: true), B.All(axis: 1).Unsqueeze(1));
        Same(X.Std([1], keepDims: true, correction: 1), X.Std(1, keepDims: true, correction: 1), X.Std(axis: 1, correction: 1).Unsqueeze(1));
        Same(X.Variance([1], keepDims: true), X.Variance(1, keepDims: true), X.Variance(axis: 1).Unsqueeze(1));
    }

    [Fact]
    public void No_axes_are_all_axes()
    {
        Same(X.Sum([0, 1]), X.Sum(), X.Sum(0, 1), X.Sum([]));
        Same(X.Std([0, 1]), X.Std(), X.Std(0, 1), X.Std([]));
        Same(X.Variance([0, 1], correction: 1), X.Variance(correction: 1), X.Variance([], correction: 1));
        Same(X.Variance([0, 1]), X.Variance(), X.Variance(0, 1), X.Variance([]));
    }

    [Fact]
    public void Sums_of_truths_and_bytes_count()
    {
        Tensor mask = Tensor.Ones([300]) > 0;
        Assert.Equal(300, (long)mask.Sum());
        Assert.Equal(300, (long)mask.Cast(DType.UInt8).Sum());
        Assert.Equal(new TensorSpec(DType.Int64, [2, 1]), B.Sum(1, keepDims: true).Spec);
        Assert.Equal([2, 2], B.Sum(axis: 1).ToDoubles());
        Assert.Equal(DType.Int32, X.Cast(DType.Int32).Sum().DType);
        Assert.Equal(DType.UInt8, B.Cast(DType.UInt8).SumTo([]).DType);
        Assert.Equal(DType.UInt8, B.Cast(DType.UInt8).Trace().DType);
    }

    private static void Same(Tensor expected, params Tensor[] others)
    {
        foreach (Tensor other in others)
        {
            Assert.Equal(expected.Spec, other.Spec);
            Assert.Equal(expected.ToDoubles(), other.ToDoubles());
        }
    }
}
