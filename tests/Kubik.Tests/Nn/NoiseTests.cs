// The bricks that disturb in training: how often, by how much, and never in evaluation.

using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class NoiseTests
{
    [Fact]
    public void SpatialDropout_drops_whole_channels_and_keeps_the_mean()
    {
        SpatialDropout dropout = new(0.25);
        Tensor x = Tensor.Ones([500, 40, 2, 3]), y = dropout.Forward(x);
        Tensor channels = y.Reshape(20_000, 6);
        Assert.Equal(channels.Max(1).ToArray<float>(), channels.Min(1).ToArray<float>());
        Assert.Equal([0f, 4f / 3], y.ToArray<float>().Distinct().Order());
        Assert.InRange(y.Mean().Item(), 0.98, 1.02); // 5 standard deviations
        dropout.Eval();
        Assert.Same(x, dropout.Forward(x));
        Assert.Throws<ShapeException>(() => dropout.Forward(Tensor.Ones([3])));
    }

    [Fact]
    public void AlphaDropout_keeps_mean_0_and_variance_1()
    {
        AlphaDropout dropout = new(0.2);
        Tensor x = new RandomStream(1, 1).Normal([200_000], DType.Float64);
        double[] y = dropout.Forward(x).ToDoubles();
        Assert.Equal(0, y.Average(), 0.015);
        Assert.Equal(1, y.Average(v => v * v), 0.03);
        double dropped = y.CountBy(v => v).MaxBy(g => g.Value).Key;
        Assert.Equal(0.2, y.Count(v => v == dropped) / 200_000.0, 0.005);
        // a·α' + b for q = 0.8, by hand.
        double alpha = -1.0507009873554805 * 1.6732632423543772, a = 1 / Math.Sqrt(0.8 + alpha * alpha * 0.16);
        Assert.Equal(a * alpha - a * 0.2 * alpha, dropped, 1e-12);
        dropout.Eval();
        Assert.Same(x, dropout.Forward(x));
    }

    [Fact]
    public void AlphaDropout_stops_the_gradient_of_what_it_drops()
    {
        Tensor x = Tensor.Zeros([1000], DType.Float64).Contiguous().Track(), y = new AlphaDropout(0.5).Forward(x);
        double[] g = Gradient.Of(y.Sum(), x).ToDoubles(), values = y.ToDoubles();
        Assert.All(g.Zip(values), p => Assert.Equal(p.Second < 0, p.First == 0));
    }

    [Fact]
    public void GaussianNoise_has_its_deviation()
    {
        GaussianNoise noise = new(0.5);
        Tensor x = Tensor.Full([100_000], 3);
        double[] y = noise.Forward(x).ToDoubles();
        Assert.Equal(3, y.Average(), 0.01);
        Assert.Equal(0.25, y.Average(v => (v - 3) * (v - 3)), 0.007);
        Assert.NotEqual(y, noise.Forward(x).ToDoubles());
        noise.Eval();
        Assert.Same(x, noise.Forward(x));
    }
}
