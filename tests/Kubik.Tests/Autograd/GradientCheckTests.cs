// What the gradient check takes, and what it says when a tape is cut.

using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Autograd;

public sealed class GradientCheckTests
{
    private static readonly Tensor X = Tensor.Of(0.5, -1, 2);

    private static RandomStream Random => new(1, 1);

    [Fact]
    public void A_function_may_take_gradients_itself()
    {
        GradientCheckResult result = GradientCheck.Along(v => Gradient.Of(v[0].Tanh().Sum(), v[0]).Square().Sum(), [X], Random);
        Assert.True(result.RelativeError < 1e-8 && Math.Abs(result.Numeric) > 0.01, result.ToString());
    }

    [Fact]
    public void A_cut_tape_is_an_error()
    {
        Parameter w = new(X);
        foreach (Func<Tensor[], Tensor> f in new Func<Tensor[], Tensor>[]
        {
            v => v[0].Track().Square().Sum(),
            v => v[0].Detach().Square().Sum(),
            v =>
            {
                w.Assign(v[0]);
                return w.Value.Square().Sum();
            },
        })
        {
            Assert.Contains("cuts the tape", Assert.Throws<InvalidOperationException>(() => GradientCheck.Along(f, [X], Random)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_constant_needs_no_tape() =>
        Assert.Equal(new GradientCheckResult(0, 0), GradientCheck.Along(v => (v[0] > 0).Cast(DType.Float64).Sum() * 1e6, [X], Random));

    [Fact]
    public void The_weights_of_a_module_are_checked_one_by_one()
    {
        Sequential net = Sequential.Parse("linear 4 | tanh | linear 2");
        Tensor x = Random.Normal([5, 3], DType.Float64);
        net.Build(x.Shape, DType.Float64);
        double[] before = [.. net.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles())];
        IReadOnlyDictionary<string, GradientCheckResult> results = GradientCheck.Of(net, () => net.Forward(x).Square().Sum(), Random);
        Assert.Equal(net.Parameters().Select(p => p.Path), results.Keys);
        Assert.All(results.Values, r => Assert.True(r.RelativeError < 1e-8 && r.Analytic != 0, r.ToString()));
        Assert.Equal(before, net.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles()));
        Assert.Contains("'0.", Assert.Throws<InvalidOperationException>(() => GradientCheck.Of(net, () => net.Forward(x).Detach().Square().Sum(), Random)).Message, StringComparison.Ordinal);
        net.Cast(DType.Float32);
        Assert.Contains("float64", Assert.Throws<ShapeException>(() => GradientCheck.Of(net, () => net.Forward(x.Cast(DType.Float32)).Sum(), Random)).Message, StringComparison.Ordinal);
    }
}
