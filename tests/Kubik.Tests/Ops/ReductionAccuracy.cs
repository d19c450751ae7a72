namespace Kubik.Tests.Ops;

public sealed class ReductionAccuracy
{
    [Fact]
    public void ALongColumnLosesNoMoreThanALongRow() =>
        Assert.Equal([20_000_000f, 20_000_000f], Tensor.Ones([20_000_000, 2]).Sum(0).ToArray<float>());
}
