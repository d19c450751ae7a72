// Activations far from 0, where e^x overflows, and at their bends: values, first and second derivatives.

using Kubik.Autograd;

namespace Kubik.Tests.Ops;

public sealed class ActivationLimits
{
    private static readonly double[] FarOut = [-1e30, -1e4, -1000, -745, -100, -40, 40, 100, 1000, 1e4, 1e30];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> F, Func<double, double> Value, Func<double, double> Slope)> Activations = new()
    {
        // Far out each is a line or a constant to the last bit; what is left of e^−40 stands in the tests below.
        ["Softplus"] = (x => x.Softplus(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["LogSigmoid"] = (x => x.LogSigmoid(), x => Math.Min(x, 0), x => x > 0 ? 0 : 1),
        ["Gelu"] = (x => x.Gelu(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["GeluTanh"] = (x => x.GeluTanh(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["Silu"] = (x => x.Silu(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["Mish"] = (x => x.Mish(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["Softsign"] = (x => x.Softsign(), x => x / (1 + Math.Abs(x)), x => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)))),
        ["Elu"] = (x => x.Elu(0.5), x => x > 0 ? x : -0.5, x => x > 0 ? 1 : 0),
        ["Celu"] = (x => x.Celu(0.5), x => x > 0 ? x : -0.5, x => x > 0 ? 1 : 0),
        ["Selu"] = (x => x.Selu(), x => 1.0507009873554805 * (x > 0 ? x : -1.6732632423543772), x => x > 0 ? 1.0507009873554805 : 0),
        ["LeakyRelu"] = (x => x.LeakyRelu(0.1), x => x > 0 ? x : 0.1 * x, x => x > 0 ? 1 : 0.1),
        ["HardSwish"] = (x => x.HardSwish(), x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["HardSigmoid"] = (x => x.HardSigmoid(), x => x > 0 ? 1 : 0, _ => 0),
        ["HardTanh"] = (x => x.HardTanh(), x => Math.Sign(x), _ => 0),
        ["Relu6"] = (x => x.Relu6(), x => x > 0 ? 6 : 0, _ => 0),
        ["Softshrink"] = (x => x.Softshrink(), x => x - Math.Sign(x) * 0.5, _ => 1),
        ["Tanhshrink"] = (x => x.Tanhshrink(), x => x - Math.Sign(x), _ => 1),
        ["Erf"] = (x => x.Erf(), x => Math.Sign(x), _ => 0),
        ["Erfc"] = (x => x.Erfc(), x => 1 - Math.Sign(x), _ => 0),
    };

    public static TheoryData<string> Names => [.. Activations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Far_from_zero_an_activation_has_its_limit_and_finite_derivatives(string name)
    {
        (Func<Tensor, Tensor> f, Func<double, double> value, Func<double, double> slope) = Activations[name];
        foreach (DType type in OpRow.Floats)
        {
            Tensor x = Tensor.From(FarOut).Cast(type).Track();
            Tensor y = f(x), first = Gradient.Of(y.Sum(), x);
            Tensor second = Gradient.TryOf(first.Sum(), x)[0] ?? Tensor.Zeros(x.Shape, type);
            double tolerance = type == DType.Float32 ? 1e-6 : 1e-15;
            for (int i = 0; i < FarOut.Length; i++)
            {
                double at = x.ToDoubles()[i];
                Assert.True(Math.Abs(y.ToDoubles()[i] - value(at)) <= tolerance * Math.Max(1, Math.Abs(at)),
                    $"{name}({at}) is {y.ToDoubles()[i]:R}, expected {value(at):R}");
                Assert.True(Math.Abs(first.ToDoubles()[i] - slope(at)) <= 100 * tolerance,
                    $"{name}'({at}) is {first.ToDoubles()[i]:R}, expected {slope(at):R}");
                Assert.True(Math.Abs(second.ToDoubles()[i]) <= 1e-4, $"{name}''({at}) is {second.ToDoubles()[i]:R}, expected 0");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void At_infinity_an_activation_has_its_limit_and_slope(string name)
    {
        double inf = double.PositiveInfinity;
        foreach (DType type in OpRow.Floats)
        {
            Tensor x = Tensor.Of(-inf, inf).Cast(type).Track();
            Tensor y = Activations[name].F(x);
            double[] slopes = Gradient.Of(y.Sum(), x).ToDoubles(), values = y.ToDoubles();
            for (int i = 0; i < 2; i++)
            {
                double at = i == 0 ? -inf : inf, value = name == "Softsign" ? Math.Sign(at) : Activations[name].Value(at);
                Assert.True(values[i].Equals(value) || Math.Abs(values[i] - value) <= 1e-6, $"{name}({at}) is {values[i]}, expected {value}");
                Assert.Equal(Activations[name].Slope(at), slopes[i], 1e-6);
            }
        }
    }

    [Fact]
    public void What_is_left_far_from_zero_keeps_its_digits()
    {
        void Near(double expected, Func<Tensor, Tensor> f, double at)
        {
            Assert.Equal(1, f(Tensor.Scalar(at, DType.Float64)).Item() / expected, 1e-12);
            if (Math.Abs(expected) > 1e-30) Assert.Equal(1, f(Tensor.Scalar(at)).Item() / expected, 1e-5);
        }
        Near(Math.Exp(-40), x => x.Softplus(), -40);
        Near(-Math.Exp(-40), x => x.LogSigmoid(), 40);
        Near(-40 * Math.Exp(-40), x => x.Silu(), -40);
        Near(-40 * Math.Exp(-40), x => x.Mish(), -40);
        Near(2.088487583762545e-45, x => x.Erfc(), 10);                 // C's erfc
        Near(5.3958656116079005e-176, x => x.Erfc(), 20);
        Near(-9.9697893215944771e-21, x => x.Gelu(), -9.5);
        Near(1e-10, x => x.Expm1(), 1e-10 - 0.5e-20);
        Near(1e-10 - 0.5e-20, x => x.Log1p(), 1e-10);
        Near(1.1283791670955126e-10, x => x.Erf(), 1e-10);
        Near(-1e-20, x => x.Elu(), -1e-20);
    }

    [Fact]
    public void Softmax_with_a_temperature_does_not_overflow()
    {
        Assert.Equal([0, 1], Tensor.Of(-1e4f, 1e4f).Softmax(temperature: 0.01).ToArray<float>());
        Assert.Equal([-2_000_000, 0], Tensor.Of(-1e4, 1e4).LogSoftmax(temperature: 0.01).ToDoubles());
        Assert.Equal([0.5, 0.5], Tensor.Of(-1e4, 1e4).Softmax(temperature: 1e300).ToDoubles());
        Assert.Equal([1, 0], Tensor.Of(-1e4, 1e4).Softmin().ToDoubles());
    }

    [Fact]
    public void At_a_bend_the_documented_subgradient_is_given()
    {
        static double[] Slope(Func<Tensor, Tensor> f, params double[] at)
        {
            Tensor x = Tensor.From(at).Track();
            return Gradient.Of(f(x).Sum(), x).ToDoubles();
        }
        Assert.Equal([0.1], Slope(x => x.LeakyRelu(0.1), 0));
        Assert.Equal([0.3], Slope(x => x.Elu(0.3), 0));
        Assert.Equal([1], Slope(x => x.Celu(0.3), 0));
        Assert.Equal([1.0507009873554805 * 1.6732632423543772], Slope(x => x.Selu(), 0));
        Assert.Equal([0, 0], Slope(x => x.Relu6(), 0, 6));
        Assert.Equal([0, 0], Slope(x => x.HardTanh(), -1, 1));
        Assert.Equal([1, 1], Slope(x => x.Clip(-1, 1), -1, 1));
        Assert.Equal([0, 0], Slope(x => x.HardSigmoid(), -3, 3));
        Assert.Equal([-0.5, 1.5], Slope(x => x.HardSwish(), -3, 3));
        Assert.Equal([0], Slope(x => x.Threshold(0.5, 1), 0.5));
        Assert.Equal([0, 0, 0], Slope(x => x.Softshrink(0.5), -0.5, 0, 0.5));
        Assert.Equal([0, 0, 0], Slope(x => x.Hardshrink(0.5), -0.5, 0, 0.5));
        Assert.Equal([0.25], Slope(x => x.PRelu(Tensor.Scalar(0.25, DType.Float64)), 0));
        Assert.Equal([0], Slope(x => Tensor.Scalar(0, DType.Float64).PRelu(x), 3));
        Assert.Equal([0.5, 0.5, 0, 1], Slope(x => x.Maxout(2, 0), 3, 3, 1, 2));
        Assert.Equal([0], Slope(x => x.Atan2(Tensor.Scalar(0, DType.Float64)), 0));
        Assert.Equal([0], Slope(x => Tensor.Scalar(0, DType.Float64).Atan2(x), 0));
    }

    [Fact]
    public void Roundings_and_questions_have_no_gradient()
    {
        Tensor x = Tensor.Of(1.25, 2).Track();
        foreach (Tensor y in new[] { x.Floor(), x.Ceil(), x.Round() }) Assert.Null(Gradient.TryOf(y.Sum(), x)[0]);
        Assert.False(x.IsNaN().IsTracked);
        Assert.False((!(x > 1)).IsTracked);
    }
}
