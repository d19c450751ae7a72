// What is made of random words. The uniform and normal numbers of networks take one word each; distributions with long
// tails, and choices that must be fair, take two.

namespace Kubik.Kernels;

internal readonly unsafe struct UniformDraw : IDraw
{
    public static int PerBlock => 4;

    public void Draw(uint a, uint b, uint c, uint d, double* to) => (to[0], to[1], to[2], to[3]) = (Unit(a), Unit(b), Unit(c), Unit(d));

    // 24 bits: every value is exact as a float, so float32 and float64 draw the same numbers and 1 is never reached.
    private static double Unit(uint word) => (word >> 8) * (1.0 / (1 << 24));
}

internal readonly unsafe struct NormalDraw : IDraw
{
    public static int PerBlock => 4;

    public void Draw(uint a, uint b, uint c, uint d, double* to)
    {
        (to[0], to[1]) = BoxMuller(a, b);
        (to[2], to[3]) = BoxMuller(c, d);
    }

    // Box and Muller (1958); the + ½ keeps the logarithm's argument above 0.
    private static (double, double) BoxMuller(uint a, uint b)
    {
        double r = Math.Sqrt(-2 * Math.Log((a + 0.5) * (1.0 / 4294967296))), angle = b * (2 * Math.PI / 4294967296);
        return (r * Math.Cos(angle), r * Math.Sin(angle));
    }
}

/// <summary>Numbers strictly between 0 and 1, of 52 bits and so symmetric about ½.</summary>
internal readonly unsafe struct OpenDraw : IDraw
{
    public static int PerBlock => 2;

    public void Draw(uint a, uint b, uint c, uint d, double* to) => (to[0], to[1]) = (Open(a, b), Open(c, d));

    public static double Open(uint high, uint low) => ((((ulong)high << 32 | low) >> 12) + 0.5) * (1.0 / (1L << 52));
}

/// <summary>−ln u: mean 1.</summary>
internal readonly unsafe struct ExponentialDraw : IDraw
{
    public static int PerBlock => 2;

    public void Draw(uint a, uint b, uint c, uint d, double* to) =>
        (to[0], to[1]) = (-Math.Log(OpenDraw.Open(a, b)), -Math.Log(OpenDraw.Open(c, d)));
}

/// <summary>−ln(−ln u).</summary>
internal readonly unsafe struct GumbelDraw : IDraw
{
    public static int PerBlock => 2;

    public void Draw(uint a, uint b, uint c, uint d, double* to) =>
        (to[0], to[1]) = (-Math.Log(-Math.Log(OpenDraw.Open(a, b))), -Math.Log(-Math.Log(OpenDraw.Open(c, d))));
}

/// <summary>Normal numbers between two bounds: the inverse of the distribution function, so each takes the same words whatever the bounds.</summary>
internal readonly unsafe struct TruncatedNormalDraw : IDraw
{
    private readonly double low, high, below, between;
    private readonly bool mirrored;

    public TruncatedNormalDraw(double low, double high)
    {
        // In the lower tail probabilities keep their digits; in the upper one they are all nearly 1.
        this.mirrored = low > -high;
        (this.low, this.high) = this.mirrored ? (-high, -low) : (low, high);
        this.below = NormalDistribution.Below(this.low);
        this.between = NormalDistribution.Below(this.high) - this.below;
    }

    public static int PerBlock => 2;

    public void Draw(uint a, uint b, uint c, uint d, double* to) => (to[0], to[1]) = (this.One(a, b), this.One(c, d));

    private double One(uint high, uint low)
    {
        double z = NormalDistribution.Quantile(this.below + OpenDraw.Open(high, low) * this.between);
        z = Math.Clamp(z, this.low, this.high); // rounding may step over a bound
        return this.mirrored ? -z : z;
    }
}

internal static class NormalDistribution
{
    /// <summary>The share of the standard normal distribution below z: relative precision in the lower tail too.</summary>
    public static double Below(double z)
    {
        if (z > 0) return 1 - Below(-z);
        double density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z > -2)
        {
            // ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …)
            double term = z, sum = z;
            for (int k = 3; Math.Abs(term) > 1e-18; k += 2) sum += term *= z * z / k;
            return 0.5 + density * sum;
        }
        // Laplace's continued fraction: φ(z) / (t + 1/(t + 2/(t + 3/(t + …)))), t = −z.
        double fraction = -z;
        for (int k = 200; k > 0; k--) fraction = -z + k / fraction;
        return density / fraction;
    }

    /// <summary>The z below which a share p of the standard normal distribution lies: Wichura 1988, algorithm AS 241, PPND16.</summary>
    public static double Quantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double s = 0.180625 - q * q;
            return q
                * (((((((2509.0809287301226727 * s + 33430.575583588128105) * s + 67265.770927008700853) * s + 45921.953931549871457) * s
                    + 13731.693765509461125) * s + 1971.5909503065514427) * s + 133.14166789178437745) * s + 3.387132872796366608)
                / (((((((5226.495278852854561 * s + 28729.085735721942674) * s + 39307.89580009271061) * s + 21213.794301586595867) * s
                    + 5394.1960214247511077) * s + 687.1870074920579083) * s + 42.313330701600911252) * s + 1);
        }
        double r = Math.Sqrt(-Math.Log(q < 0 ? p : 1 - p)), z;
        if (r <= 5)
        {
            r -= 1.6;
            z = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r
                + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734)
                / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
                    + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1);
        }
        else
        {
            r -= 5;
            z = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
                + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772)
                / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
                    + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1);
        }
        return q < 0 ? -z : z;
    }
}
