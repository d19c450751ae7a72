using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class OptimizerTests
{
    // y = w·x on (1, 2) and (2, 3) from w = 0, mean of squares: ∂L/∂w = 5w − 8. By hand, two steps each.
    [Fact]
    public void GradientDescentByHand() => AssertPath(new Sgd(0.1), 0.8, 0.8 + 0.1 * 4);

    [Fact]
    public void MomentumByHand() => AssertPath(new Momentum(0.1, 0.9), 0.8, 0.8 - 0.1 * (0.9 * -8 - 4));

    [Fact]
    public void AdamByHand()
    {
        // The first step is η·sign g; in the second m̂ = (0.9·0.1·g1 + 0.1·g2)/0.19, v̂ = (0.999·0.001·g1² + 0.001·g2²)/0.001999.
        double w1 = 0.5, g1 = -8, g2 = 5 * w1 - 8;
        double m = (0.09 * g1 + 0.1 * g2) / 0.19, v = (0.000999 * g1 * g1 + 0.001 * g2 * g2) / 0.001999;
        AssertPath(new Adam(0.5), w1, w1 - 0.5 * m / Math.Sqrt(v));
    }

    [Fact]
    public void ALongGradientIsShortenedToTheClipNorm()
    {
        Parameter a = new(Tensor.Of(0.0, 0.0)), b = new(Tensor.Of(0.0));
        new Sgd(1) { ClipNorm = 1 }.Apply([a, b], [Tensor.Of(2.0, 3.0), Tensor.Of(6.0)]); // norm 7
        Assert.Equal([-2 / 7.0, -3 / 7.0], a.Value.ToArray<double>(), (p, q) => Math.Abs(p - q) < 1e-12);
        Assert.Equal(-6 / 7.0, b.Value.Item(), 12);
    }

    [Fact]
    public void AWeightWithoutAGradientIsLeftAlone()
    {
        Parameter w = new(Tensor.Of(1f));
        new Adam().Apply([w], [null]);
        Assert.Equal(1, w.Value.Item());
    }

    [Fact]
    public void AWholeStepCanBeTracedAndGivesTheBitsOfTheEagerOne()
    {
        Sequential eager = Sequential.Parse("linear 8 | tanh | dropout 0.25 | batchnorm | linear 2"), traced = Sequential.Parse(eager.Notation);
        Tensor x = new RandomStream(1, 1).Normal([6, 3]), y = Tensor.Of(0, 1, 0, 1, 1, 0);
        eager.Build(x.Shape);
        traced.Build(x.Shape);
        traced.Assign(eager.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()));
        CrossEntropy loss = new();
        Adam a = new(0.05) { ClipNorm = 0.5, Schedule = Schedule.Cosine }, b = new(0.05) { ClipNorm = 0.5, Schedule = Schedule.Cosine };
        Parameter[] weights = [.. traced.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        Graph step = Graph.Trace(
            v =>
            {
                Tensor mean = loss.Of(traced.Forward(v[0]), v[1]);
                b.UpdateAll(weights, Gradient.TryOf(mean, [.. weights.Select(w => w.Value)]));
                return mean;
            },
            x.Spec, y.Spec);
        for (int i = 0; i < 5; i++)
        {
            Tensor mean = loss.Of(eager.Forward(x), y);
            a.Step(mean, eager, progress: i / 5.0);
            b.Advance(i / 5.0);
            Assert.Equal((double)mean, (double)step.Run(x, y)[0]);
        }
        foreach (((string path, Parameter p), (_, Parameter q)) in eager.Parameters().Zip(traced.Parameters()))
            Assert.True(p.Value.ToDoubles().SequenceEqual(q.Value.ToDoubles()), path);
    }

    [Fact]
    public void SavedAndRestoredMemoryGoesOnWithTheSameBits()
    {
        Linear a = new(2, 1), b = new(2, 1);
        b.Assign(a.Values());
        Tensor x = Tensor.From<float>([1, 2, 3, 4], [2, 2]);
        Adam first = new(0.1);
        for (int i = 0; i < 3; i++) first.Step((a.Forward(x) * a.Forward(x)).Sum(), a);
        Adam second = new(0.1);
        b.Assign(a.Values());
        second.Restore(b, first.State(a), first.Steps);
        first.Step((a.Forward(x) * a.Forward(x)).Sum(), a);
        second.Step((b.Forward(x) * b.Forward(x)).Sum(), b);
        Assert.Equal(a.Weight.Value.ToArray<float>(), b.Weight.Value.ToArray<float>());
    }

    [Fact]
    public void TheCosineFallsFromOneToZero()
    {
        Assert.Equal(1, Schedule.Cosine.At(1, 0));
        Assert.Equal(0.5, Schedule.Cosine.At(1, 0.5), 12);
        Assert.Equal(0, Schedule.Cosine.At(1, 1), 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void ALearningRateIsAPositiveNumber(double rate) =>
        Assert.Contains("positive number", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(rate)).Message, StringComparison.Ordinal);

    [Fact]
    public void AnUnknownOptimizerNamesTheNearest() =>
        Assert.Contains("Did you mean 'adam'?", Assert.Throws<FormatException>(() => OptimizerTable.Find("adma")).Message, StringComparison.Ordinal);

    private static void AssertPath(Optimizer optimizer, double first, double second)
    {
        Linear model = new(1, 1, bias: false);
        model.Cast(DType.Float64);
        model.Weight.Assign(Tensor.From<double>([0], [1, 1]));
        Tensor x = Tensor.From<double>([1, 2], [2, 1]), y = Tensor.From<double>([2, 3], [2, 1]);
        foreach (double expected in (double[])[first, second])
        {
            optimizer.Step(new MeanSquaredError().Of(model.Forward(x), y), model);
            Assert.Equal(expected, model.Weight.Value.Item(), 6);
        }
    }
}
