using System.Runtime.Intrinsics;
using Kubik.Kernels;

namespace Kubik.Tests.Kernels;

public sealed class VectorMathTests
{
    // The exact function in double, how many units in the last place a float and a double may be off, and where to look.
    private static readonly (string Name, Func<Tensor, Tensor> F, Func<double, double> Exact, double Units, double From, double To)[] Functions =
    [
        ("exp", x => x.Exp(), Math.Exp, 2, -103.9, 88.7),
        ("exp", x => x.Exp(), Math.Exp, 2, -1, 1),
        ("log", x => x.Log(), Math.Log, 2, 1e-6, 4),
        ("log", x => x.Log(), Math.Log, 2, 0.9, 1.1),
        ("log", x => x.Log(), Math.Log, 2, 1e-45, 1e-37),
        ("log", x => x.Log(), Math.Log, 2, 1, 3e38),
        ("tanh", x => x.Tanh(), Math.Tanh, 4, -11, 11),
        ("tanh", x => x.Tanh(), Math.Tanh, 4, -1e-3, 1e-3),
        ("sigmoid", x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)), 4, -80, 20),
        ("expm1", x => x.Expm1(), x => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2), 4, -3, 3),
        ("expm1", x => x.Expm1(), x => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2), 4, -1e-3, 1e-3),
        ("expm1", x => x.Expm1(), x => Math.Exp(x) - 1, 4, 2, 88),
    ];

    // erf and erfc to 17 digits (C's).
    private static readonly (double X, double Erf, double Erfc)[] Gauss =
    [
        (1e-10, 1.1283791670955126e-10, 0.999999999887162), (0.25, 0.2763263901682369, 0.7236736098317631), (0.46, 0.4846553900016797, 0.5153446099983203),
        (0.5, 0.5204998778130465, 0.4795001221869535),
        (0.92, 0.8067677215477617, 0.1932322784522383), (1, 0.8427007929497149, 0.15729920705028513), (2, 0.9953222650189527, 0.004677734981047265),
        (3.9, 0.9999999652077514, 3.479224859723177e-08), (4.5, 0.9999999998033839, 1.9661604415428873e-10), (9, 1.0, 4.13703174651381e-37),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Functions.Length)];

    [Theory, MemberData(nameof(Cases))]
    public void A_function_is_right_to_a_few_units_in_the_last_place(int index)
    {
        (string name, Func<Tensor, Tensor> f, Func<double, double> exact, double units, double from, double to) = Functions[index];
        Tensor x = Tensor.From([.. Enumerable.Range(0, 100_001).Select(i => from + (to - from) * i / 100_000)]), x32 = x.Cast(DType.Float32);
        (double[] at, double[] y, double[] at32, float[] y32) = (x.ToDoubles(), f(x).ToDoubles(), x32.ToDoubles(), f(x32).ToArray<float>());
        for (int i = 0; i < at.Length; i++)
        {
            double e = exact(at[i]), e32 = exact(at32[i]);
            double unit = Math.BitIncrement(Math.Abs(e)) - Math.Abs(e),
                unit32 = Math.Max(MathF.BitIncrement((float)Math.Abs(e32)) - (double)(float)Math.Abs(e32), float.Epsilon);
            Assert.True(Math.Abs(y[i] - e) <= (units + 1) * unit, $"{name}({at[i]:R}) is {y[i]:R}, exactly {e:R}"); // the reference may be off by one itself
            Assert.True(Math.Abs(y32[i] - e32) <= units * unit32, $"float {name}({at32[i]:R}) is {y32[i]:R}, exactly {e32:R}");
        }
    }

    [Fact]
    public void The_error_function_is_right_on_both_sides_of_every_seam()
    {
        foreach ((double x, double erf, double erfc) in Gauss)
        {
            const double Digits = 5e-15;
            Assert.Equal(1, Tensor.Scalar(x, DType.Float64).Erf().Item() / erf, Digits);
            Assert.Equal(1, Tensor.Scalar(x, DType.Float64).Erfc().Item() / erfc, Digits);
            Assert.Equal(-erf, Tensor.Scalar(-x, DType.Float64).Erf().Item(), Digits);
            Assert.Equal(2 - erfc, Tensor.Scalar(-x, DType.Float64).Erfc().Item(), Digits);
            float single = (float)x;
            Assert.Equal(1, Tensor.Scalar(single).Erf().Item() / erf, 4e-7);
            Assert.Equal(1, Tensor.Scalar(single).Erfc().Item() / erfc, 4e-7 + Math.Abs(single - x) * (2 * x + 2));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-0.0, 1)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.MinValue, 0)]
    [InlineData(-2000, 0)]
    [InlineData(2000, double.PositiveInfinity)]
    [InlineData(double.MaxValue, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_has_exact_limits(double x, double y)
    {
        Assert.Equal(y, Tensor.Scalar(x, DType.Float64).Exp().Item());
        Assert.Equal((float)y, (float)Tensor.Scalar((float)x).Exp());
    }

    [Theory]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-0.0, double.NegativeInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(1, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Log_has_exact_limits(double x, double y)
    {
        Assert.Equal(y, Tensor.Scalar(x, DType.Float64).Log().Item());
        Assert.Equal((float)y, (float)Tensor.Scalar((float)x).Log());
    }

    // Kernels take the widest lanes there are; the others must give the same bits.
    [Fact]
    public unsafe void Lanes_of_all_widths_give_the_same_bits()
    {
        if (!Vector256.IsHardwareAccelerated) return; // without FMA the products are rounded alike in any case
        double* x = stackalloc double[8], a = stackalloc double[8], b = stackalloc double[8];
        float* u = (float*)x, p = (float*)a, q = (float*)b;
        for (int i = 0; i < 16; i++) u[i] = 0.37f * (i - 5);
        for (int i = 0; i < 16; i += 8) Lanes256<float>.Store(VectorMath.Erfc(VectorMath.Tanh(VectorMath.Exp(Lanes256<float>.Load(u + i)))), p + i);
        for (int i = 0; i < 16; i += 4) Lanes128<float>.Store(VectorMath.Erfc(VectorMath.Tanh(VectorMath.Exp(Lanes128<float>.Load(u + i)))), q + i);
        Assert.True(new Span<float>(p, 16).SequenceEqual(new Span<float>(q, 16)));
        if (!Vector512.IsHardwareAccelerated) return;
        Lanes512<float>.Store(VectorMath.Erfc(VectorMath.Tanh(VectorMath.Exp(Lanes512<float>.Load(u)))), q);
        Assert.True(new Span<float>(p, 16).SequenceEqual(new Span<float>(q, 16)));
        for (int i = 0; i < 8; i++) x[i] = 0.37 * (i - 5);
        for (int i = 0; i < 8; i += 4) Lanes256<double>.Store(VectorMath.Log(VectorMath.Exp(Lanes256<double>.Load(x + i))), a + i);
        Lanes512<double>.Store(VectorMath.Log(VectorMath.Exp(Lanes512<double>.Load(x))), b);
        Assert.True(new Span<double>(a, 8).SequenceEqual(new Span<double>(b, 8)));
    }
}
