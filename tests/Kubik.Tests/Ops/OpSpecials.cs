// NaN, infinities and signed zeros, alone and at every place of a vector.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class OpSpecials
{
    private static readonly double[] Specials = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1, -1];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Op, Func<double, double> Expected)> Unary = new()
    {
        ["Abs"] = (x => x.Abs(), Math.Abs),
        ["Neg"] = (x => -x, x => -x),
        ["Sign"] = (x => x.Sign(), x => x > 0 ? 1 : x < 0 ? -1 : x),
        ["Step"] = (x => x.Step(), x => x > 0 ? 1 : 0),
        ["Cos"] = (x => x.Cos(), Math.Cos),
        ["Sin"] = (x => x.Sin(), Math.Sin),
        ["Exp"] = (x => x.Exp(), Math.Exp),
        ["Log"] = (x => x.Log(), Math.Log),
        ["LogCosh"] = (x => x.LogCosh(), x => Math.Log(Math.Cosh(x))),
        ["Relu"] = (x => x.Relu(), x => double.IsNaN(x) ? x : x > 0 ? x : 0),
        ["Sigmoid"] = (x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x))),
        ["Softplus"] = (x => x.Softplus(), x => double.IsNaN(x) ? x : x > 0 ? x + Math.Log(1 + Math.Exp(-x)) : Math.Log(1 + Math.Exp(x))),
        ["Sqrt"] = (x => x.Sqrt(), Math.Sqrt),
        ["Tanh"] = (x => x.Tanh(), Math.Tanh),
        ["Square"] = (x => x.Square(), x => x * x),
        ["Reciprocal"] = (x => x.Reciprocal(), x => 1 / x),
        ["Rsqrt"] = (x => x.Rsqrt(), x => 1 / Math.Sqrt(x)),
        ["Tan"] = (x => x.Tan(), Math.Tan),
        ["Asin"] = (x => x.Asin(), Math.Asin),
        ["Acos"] = (x => x.Acos(), Math.Acos),
        ["Atan"] = (x => x.Atan(), Math.Atan),
        ["Sinh"] = (x => x.Sinh(), Math.Sinh),
        ["Cosh"] = (x => x.Cosh(), Math.Cosh),
        ["Asinh"] = (x => x.Asinh(), Math.Asinh),
        ["Acosh"] = (x => x.Acosh(), Math.Acosh),
        ["Atanh"] = (x => x.Atanh(), Math.Atanh),
        ["Floor"] = (x => x.Floor(), Math.Floor),
        ["Ceil"] = (x => x.Ceil(), Math.Ceiling),
        ["Round"] = (x => x.Round(), x => Math.Round(x, MidpointRounding.ToEven)),
        ["Expm1"] = (x => x.Expm1(), x => x == 0 ? x : Math.Exp(x) - 1),
        ["Log1p"] = (x => x.Log1p(), x => x == 0 ? x : Math.Log(1 + x)),
        ["Erf"] = (x => x.Erf(), x => x == 0 ? x : double.IsInfinity(x) ? Math.Sign(x) : double.IsNaN(x) ? x : Math.Abs(x) == 1 ? x * 0.8427007929497149 : 0.5204998778130465),
        ["Erfc"] = (x => x.Erfc(), x => x == 0 ? 1 : double.IsInfinity(x) ? 1 - Math.Sign(x) : double.IsNaN(x) ? x : Math.Abs(x) == 1 ? 1 - x * 0.8427007929497149 : 0.4795001221869535),
        ["LogSigmoid"] = (x => x.LogSigmoid(), x => double.IsNaN(x) ? x : x < 0 ? x - Math.Log(1 + Math.Exp(x)) : -Math.Log(1 + Math.Exp(-x))),
        ["Gelu"] = (x => x.Gelu(), x => x == double.NegativeInfinity ? -0.0 : x == 1 ? 0.8413447460685429 : x == -1 ? -0.15865525393145707 : x == 0.5 ? 0.34573123063700656 : x),
        ["GeluTanh"] = (x => x.GeluTanh(), x => x == double.NegativeInfinity ? -0.0 : double.IsInfinity(x) ? x : x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
        ["Silu"] = (x => x.Silu(), x => x == double.NegativeInfinity ? -0.0 : x / (1 + Math.Exp(-x))),
        ["Mish"] = (x => x.Mish(), x => x == double.NegativeInfinity ? -0.0 : x * Math.Tanh(Math.Log(1 + Math.Exp(x)))),
        ["Softsign"] = (x => x.Softsign(), x => double.IsInfinity(x) ? Math.Sign(x) : x / (1 + Math.Abs(x))),
        ["Selu"] = (x => x.Selu(), x => 1.0507009873554805 * (x > 0 ? x : x == 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))),
        ["Elu"] = (x => x.Elu(), x => x > 0 || x == 0 ? x : Math.Exp(x) - 1),
        ["Celu"] = (x => x.Celu(2), x => x > 0 || x == 0 ? x : 2 * (Math.Exp(x / 2) - 1)),
        ["LeakyRelu"] = (x => x.LeakyRelu(0.1), x => x > 0 ? x : 0.1 * x),
        ["Relu6"] = (x => x.Relu6(), x => Math.Clamp(x, 0, 6)),
        ["HardSigmoid"] = (x => x.HardSigmoid(), x => Math.Clamp(x / 6 + 0.5, 0, 1)),
        ["HardSwish"] = (x => x.HardSwish(), x => double.IsNegativeInfinity(x) ? 0 : double.IsInfinity(x) ? x : x * (x + 3) / 6),
        ["HardTanh"] = (x => x.HardTanh(), x => Math.Clamp(x, -1, 1)),
        ["Threshold"] = (x => x.Threshold(0.25, 7), x => x <= 0.25 ? 7 : x),
        ["Softshrink"] = (x => x.Softshrink(0.25), x => x > 0.25 ? x - 0.25 : x < -0.25 ? x + 0.25 : double.IsNaN(x) ? x : 0),
        ["Hardshrink"] = (x => x.Hardshrink(0.25), x => Math.Abs(x) <= 0.25 ? 0 : x),
        ["Tanhshrink"] = (x => x.Tanhshrink(), x => x == 0 ? 0 : x - Math.Tanh(x)),
        ["Clip"] = (x => x.Clip(-0.75, 0.75), x => Math.Clamp(x, -0.75, 0.75)),
        ["IsNaN"] = (x => x.IsNaN(), x => double.IsNaN(x) ? 1 : 0),
        ["IsInf"] = (x => x.IsInf(), x => double.IsInfinity(x) ? 1 : 0),
        ["IsFinite"] = (x => x.IsFinite(), x => double.IsFinite(x) ? 1 : 0),
    };

    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Op, Func<double, double, double> Expected)> Binary = new()
    {
        ["Add"] = ((a, b) => a + b, (a, b) => a + b),
        ["Sub"] = ((a, b) => a - b, (a, b) => a - b),
        ["Mul"] = ((a, b) => a * b, (a, b) => a * b),
        ["Div"] = ((a, b) => a / b, (a, b) => a / b),
        ["Maximum"] = ((a, b) => a.Maximum(b), Math.Max),
        ["Minimum"] = ((a, b) => a.Minimum(b), Math.Min),
        ["Pow"] = ((a, b) => a.Pow(b), Math.Pow),
        ["Atan2"] = ((a, b) => a.Atan2(b), Math.Atan2),
        ["Mod"] = ((a, b) => a % b, NumPyMod),
        ["PRelu"] = ((a, b) => a.PRelu(b), (a, b) => a > 0 ? a : a * b),
        ["Equal"] = ((a, b) => a.Equal(b), (a, b) => a == b ? 1 : 0),
        ["NotEqual"] = ((a, b) => a.NotEqual(b), (a, b) => a != b ? 1 : 0),
        ["Greater"] = ((a, b) => a > b, (a, b) => a > b ? 1 : 0),
        ["GreaterOrEqual"] = ((a, b) => a >= b, (a, b) => a >= b ? 1 : 0),
        ["Less"] = ((a, b) => a < b, (a, b) => a < b ? 1 : 0),
        ["LessOrEqual"] = ((a, b) => a <= b, (a, b) => a <= b ? 1 : 0),
    };

    // What numpy.mod gives: the sign of the divisor, and a zero has it too.
    private static double NumPyMod(double a, double b)
    {
        double r = a % b;
        return double.IsNaN(r) ? r : r == 0 ? Math.CopySign(0, b) : (r < 0) != (b < 0) ? r + b : r;
    }

    public static TheoryData<string> UnaryOps => [.. Unary.Keys];

    public static TheoryData<string> BinaryOps => [.. Binary.Keys];

    [Theory, MemberData(nameof(UnaryOps))]
    public void Of_one_tensor(string op)
    {
        foreach (DType type in OpRow.Floats) OfOne(op, type);
    }

    private static void OfOne(string op, DType type)
    {
        (Func<Tensor, Tensor> f, Func<double, double> expected) = Unary[op];
        foreach (double special in Specials)
        {
            for (int at = 0; at < 19; at++)
            {
                double[] x = new double[19];
                Array.Fill(x, 0.5);
                x[at] = special;
                double[] y = f(Tensor.From(x).Cast(type)).ToDoubles();
                Same(expected(special), y[at], $"{op}({special}) at {at}");
                Assert.Equal(expected(0.5), y[at == 0 ? 1 : 0], 1e-6);
            }
            Same(expected(special), f(Tensor.Scalar(special, type)).Item(), $"{op}({special}) alone");
        }
    }

    [Theory, MemberData(nameof(BinaryOps))]
    public void Of_two_tensors(string op)
    {
        foreach (DType type in OpRow.Floats) OfTwo(op, type);
    }

    private static void OfTwo(string op, DType type)
    {
        (Func<Tensor, Tensor, Tensor> f, Func<double, double, double> expected) = Binary[op];
        Tensor s = Tensor.From(Specials).Cast(type);
        double[] y = f(s.Unsqueeze(1), s).ToDoubles();
        for (int i = 0; i < Specials.Length; i++)
            for (int j = 0; j < Specials.Length; j++)
                Same(expected(Specials[i], Specials[j]), y[i * Specials.Length + j], $"{op}({Specials[i]}, {Specials[j]})");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(40_000)]
    public void A_NaN_is_not_lost_in_a_reduction(int count)
    {
        foreach (int at in new[] { 0, count / 2, count - 1 })
        {
            double[] values = new double[count];
            values[at] = double.NaN;
            Tensor x = Tensor.From(values);
            Assert.Equal(double.NaN, x.Sum().Item());
            Assert.Equal(double.NaN, x.Max().Item());
            Assert.Equal(double.NaN, x.Min().Item());
            Assert.Equal(at, (int)x.ArgMax());
            Assert.Equal(double.NaN, x.Unsqueeze(1).BroadcastTo([count, 2]).Max(0)[1].Item());
            Assert.Equal(double.NaN, x.Softmax()[0].Item());
        }
    }

    [Fact]
    public void A_NaN_wins_its_window() =>
        Assert.Equal(double.NaN, Tensor.From([1, double.NaN, 3, 4], [1, 1, 2, 2]).MaxPool(2, new Window()).Item());

    [Fact]
    public void Softmax_does_not_overflow()
    {
        Assert.Equal([0, 1], Tensor.Of(-1e30f, 1e30f).Softmax().ToArray<float>());
        Assert.Equal([0, 0.5, 0.5], Tensor.Of(double.NegativeInfinity, 900, 900).Softmax().ToDoubles());
        Assert.Equal([-2000, 0], Tensor.Of(-1000f, 1000f).LogSoftmax().ToArray<float>());
    }

    [Theory]
    [InlineData(-40)]
    [InlineData(-20)]
    [InlineData(-8)]
    [InlineData(30)]
    public void Softplus_keeps_its_digits_far_from_0(double x)
    {
        double expected = x > 0 ? x + Math.Exp(-x) : Math.Exp(x) - Math.Exp(2 * x) / 2 + Math.Exp(3 * x) / 3;
        Assert.Equal(1, Tensor.Scalar(x, DType.Float64).Softplus().Item() / expected, 1e-9);
        Assert.Equal(1, Tensor.Scalar(x).Softplus().Item() / expected, 1e-6);
    }

    [Fact]
    public void Casts_saturate_and_cut_off()
    {
        Tensor x = Tensor.Of(double.NaN, double.PositiveInfinity, -1e300, 300, -2.9, 2.9);
        Assert.Equal([0, int.MaxValue, int.MinValue, 300, -2, 2], x.Cast(DType.Int32).ToArray<int>());
        Assert.Equal([0, long.MaxValue, long.MinValue, 300, -2, 2], x.Cast(DType.Int64).ToArray<long>());
        Assert.Equal([0, 255, 0, 255, 0, 2], x.Cast(DType.UInt8).ToArray<byte>());
        Assert.Equal([true, true, true, true, true, true], x.Cast(DType.Bool).ToArray<bool>());
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 300, -2.9f, 2.9f], x.Cast(DType.Float32).ToArray<float>());
    }

    [Fact]
    public void Powers_of_whole_numbers_keep_every_digit()
    {
        Assert.Equal([50031545098999707, 79792266297612001, 0, -27, 1], Tensor.Of(3L, 7L, 2L, -3L, 0L).Pow(Tensor.Of(35L, 20L, 64L, 3L, 0L)).ToArray<long>());
        Assert.Equal([0, 243], Tensor.Of((byte)2, (byte)3).Pow(Tensor.Of((byte)8, (byte)5)).ToArray<byte>()); // wraps, as products do
        Assert.Equal([1, -1, 1, 0], Tensor.Of(1, -1, -1, 2).Pow(Tensor.Of(-5, -3, -2, -1)).ToArray<int>());
        Assert.Throws<DivideByZeroException>(() => Tensor.Of(0).Pow(Tensor.Of(-1)));
    }

    [Fact]
    public void The_smallest_whole_number_has_no_magnitude() =>
        Assert.Equal([int.MinValue, 5], Tensor.Of(int.MinValue, -5).Abs().ToArray<int>());

    [Fact]
    public void A_softmax_at_the_least_temperature_is_a_choice()
    {
        Assert.Equal([0, 1], Tensor.Of(1f, 2).Softmax(temperature: 1e-50).ToArray<float>());
        Assert.Equal([0, 1], Tensor.Of(1.0, 2).Softmax(temperature: double.Epsilon).ToDoubles());
        Assert.Equal([0, 1], Tensor.Of(1f, 2).Softmax(temperature: 1e-40).ToArray<float>());
    }

    // As finite masks say it that are meant for a softmax without −∞: all of the weight goes to what may be looked at.
    [Fact]
    public void A_score_as_low_as_there_is_still_counts_where_it_is_the_only_one()
    {
        Tensor q = Tensor.Ones([1, 2, 4]), mask = Tensor.From(new[] { float.MinValue, 0, 0, 0 }, [2, 2]);
        Assert.Equal([1, 0, 0.5f, 0.5f], new AttentionWeights(Causal: true).Apply(q, q, mask).ToArray<float>());
        Tensor nan = Tensor.From(new[] { float.NaN, 1, 1, 1 }, [1, 1, 4]);
        Assert.Equal(float.NaN, new AttentionWeights(Causal: true).Apply(nan, nan).ToArray<float>()[0]);
    }

    private static void Same(double expected, double actual, string what)
    {
        bool same = double.IsNaN(expected) ? double.IsNaN(actual)
            : double.IsInfinity(expected) || expected == 0 ? BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual)
            : Math.Abs(expected - actual) <= 1e-6;
        Assert.True(same, $"{what} is {actual:R}{(double.IsNegative(actual) ? " (negative)" : "")}, expected {expected:R}.");
    }
}
