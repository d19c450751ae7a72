using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Tests.Kernels;

public sealed class VectorMathTests
{
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
        Assert.Equal(y, VectorMath.Exp(new Vector<double>(x))[0]);
        Assert.Equal((float)y, VectorMath.Exp(new Vector<float>((float)x))[0]);
    }

    [Fact]
    public void Exp_is_right_to_two_units_in_the_last_place_subnormal_numbers_too()
    {
        for (double x = -104.5; x < 89; x += 0.0037)
        {
            float single = VectorMath.Exp(new Vector<float>((float)x))[0];
            double exact = Math.Exp((float)x);
            if (float.IsFinite((float)exact)) Assert.InRange(Math.Abs(single - exact), 0, 2 * Math.Max(float.BitIncrement((float)exact) - (double)(float)exact, float.Epsilon));
        }
        for (double x = -746; x < 709.7; x += 0.0137)
        {
            double exact = Math.Exp(x);
            Assert.InRange(Math.Abs(VectorMath.Exp(new Vector<double>(x))[0] - exact), 0, 2 * (Math.BitIncrement(exact) - exact));
        }
    }
}
