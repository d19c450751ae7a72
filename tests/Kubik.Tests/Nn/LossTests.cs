using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class LossTests
{
    [Fact]
    public void AnUntrainedSoftmaxOfAThousandClassesStartsAtItsLogarithm() =>
        Assert.Equal(6.907755, (double)new CrossEntropy().Of(Tensor.Zeros([3, 1000]), Tensor.Of(0, 500, 999)), 5);

    [Fact]
    public void CrossEntropyOfLogitsHasTheGradientProbabilityMinusTarget()
    {
        Tensor z = Tensor.From<double>([1, -2, 0], [1, 3]).Track();
        Tensor g = Gradient.Of(new CrossEntropy().Of(z, Tensor.Of(1)), z);
        double sum = Math.E + Math.Exp(-2) + 1;
        Assert.Equal([Math.E / sum, Math.Exp(-2) / sum - 1, 1 / sum], g.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void LossesAreExactForLogitsFarFromZero()
    {
        Assert.Equal(2000, (double)new CrossEntropy().Of(Tensor.From<float>([1000, -1000], [1, 2]), Tensor.Of(1)), 3);
        Assert.Equal(1000, (double)new BinaryCrossEntropy().Of(Tensor.Of(1000f), Tensor.Of(0f)), 3);
        Assert.Equal(0, (double)new BinaryCrossEntropy().Of(Tensor.Of(1000f), Tensor.Of(1f)));
        Assert.Equal(1000, (double)new BinaryCrossEntropy().Of(Tensor.Of(-1000f), Tensor.Of(1f)), 3);
    }

    [Fact]
    public void MeanSquaredErrorIsTheMeanOverEverything() =>
        Assert.Equal((1 + 4 + 9 + 16) / 4.0, (double)new MeanSquaredError().Of(Tensor.From<float>([1, 2, 3, 4], [2, 2]), Tensor.Zeros([2, 2]).Contiguous()), 6);

    [Fact]
    public void LabelsAreComparedAsRowsWithAOne() =>
        Assert.Equal((0.25 + 0.25 + 4 + 1) / 4, (double)new MeanSquaredError().Of(Tensor.From<float>([0.5f, 0.5f, 2, 0], [2, 2]), Tensor.Of(0, 1)), 6);

    [Fact]
    public void ALossDoesNotBroadcast() =>
        Assert.Contains("got float32 (3, 1) and float32 (3,)", Assert.Throws<ShapeException>(() => new MeanSquaredError().Of(Tensor.Zeros([3, 1]), Tensor.Zeros([3]))).Message, StringComparison.Ordinal);

    [Fact]
    public void ALabelOutOfRangeIsNamed() =>
        Assert.Contains("index 10 is outside 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropy().Of(Tensor.Zeros([1, 10]), Tensor.Of(10))).Message, StringComparison.Ordinal);

    [Fact]
    public void AnUnknownLossNamesTheNearest() =>
        Assert.Contains("Did you mean 'cross-entropy'?", Assert.Throws<FormatException>(() => Loss.Parse("crossentropy")).Message, StringComparison.Ordinal);
}
