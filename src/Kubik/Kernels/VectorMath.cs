// Functions of vectors of floats or doubles that .NET lacks, or has without the last digits, or with bits that depend on where
// in memory a number lies. Each is right to a few units in the last place over its whole range, near 0 and far out, and gives
// the limit at ±∞; a NaN stays one. Written once for lanes of any width.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static class VectorMath
{
    private const double Log2E = 1.4426950408889634;

    // Rational Chebyshev approximations of W. J. Cody (Math. Comp. 23, 1969, 631–637): in double: erf up to 0.46875, then
    // e^y²·erfc up to 4, then beyond. The highest coefficients come first.
    private static readonly double[] ErfTop = [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
    private static readonly double[] ErfBottom = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
    private static readonly double[] MiddleTop = [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3];
    private static readonly double[] MiddleBottom = [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3];
    private static readonly double[] FarTop = [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4];
    private static readonly double[] FarBottom = [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];

    /// <summary>eˣ = 2ⁿ·eʳ with |r| ≤ ½·ln 2, and eʳ by its series: 1 at 0, 0 at −∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : struct, ILanes<V>
    {
        x = V.IsSingle ? Clamp(x, -104, 89) : Clamp(x, -746, 710); // beyond, it is 0 or ∞ for certain
        (V n, V shifted) = NearestPower(x);
        V y = ExpOfRest(x, n) + V.One;
        // 2ⁿ in two factors, so that neither is outside of the range when the result is not.
        return y * PowerOfHalf<V>(shifted, 0) * PowerOfHalf<V>(shifted, 1);
    }

    /// <summary>eˣ − 1 = 2·(2ⁿ⁻¹·(eʳ − 1) + (2ⁿ⁻¹ − ½)): all digits near 0, where n is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1<V>(V x) where V : struct, ILanes<V>
    {
        V c = V.IsSingle ? Clamp(x, -30, 89) : Clamp(x, -60, 710); // beyond, it is −1 or ∞ for certain
        (V n, V shifted) = NearestPower(c);
        V half = PowerBefore<V>(shifted), y = V.MultiplyAdd(half, ExpOfRest(c, n), half - V.Of(0.5));
        return (y + y) | (x & SignBit<V>()); // −0 stays what it is
    }

    // Added to a number, it leaves the nearest whole number in the last bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Shift<V>() where V : struct, ILanes<V> => V.Of(V.IsSingle ? 1.5 * (1 << 23) : 1.5 * (1L << 52));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SignBit<V>() where V : struct, ILanes<V> => V.OfBits(V.IsSingle ? int.MinValue : long.MinValue);

    // The whole number of factors 2 in eˣ, as a number and in the last bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V N, V Shifted) NearestPower<V>(V x) where V : struct, ILanes<V>
    {
        V shifted = V.MultiplyAdd(x, V.Of(Log2E), Shift<V>());
        return (shifted - Shift<V>(), shifted);
    }

    // eʳ − 1 for r = x − n·ln 2: the series. ln 2 comes in two parts, the first of few digits, so that its product with n is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfRest<V>(V x, V n) where V : struct, ILanes<V>
    {
        V r = V.MultiplyAdd(n, V.Of(V.IsSingle ? -0.693359375 : -6.93145751953125e-1), x);
        r = V.MultiplyAdd(n, V.Of(V.IsSingle ? 2.12194440054690582e-4 : -1.42860682030941723e-6), r);
        V s;
        if (V.IsSingle)
        {
            s = V.Of(1.0 / 5040);
        }
        else
        {
            s = V.MultiplyAdd(V.Of(1.0 / 6227020800), r, V.Of(1.0 / 479001600));
            s = V.MultiplyAdd(s, r, V.Of(1.0 / 39916800));
            s = V.MultiplyAdd(s, r, V.Of(1.0 / 3628800));
            s = V.MultiplyAdd(s, r, V.Of(1.0 / 362880));
            s = V.MultiplyAdd(s, r, V.Of(1.0 / 40320));
            s = V.MultiplyAdd(s, r, V.Of(1.0 / 5040));
        }
        s = V.MultiplyAdd(s, r, V.Of(1.0 / 720));
        s = V.MultiplyAdd(s, r, V.Of(1.0 / 120));
        s = V.MultiplyAdd(s, r, V.Of(1.0 / 24));
        s = V.MultiplyAdd(s, r, V.Of(1.0 / 6));
        s = V.MultiplyAdd(s, r, V.Of(0.5));
        return V.MultiplyAdd(r * r, s, r);
    }

    // 2 to the power of ⌊(n + odd) / 2⌋, n being what was added to the shift.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerOfHalf<V>(V shifted, int odd) where V : struct, ILanes<V>
    {
        V n = V.AddBits(V.SubtractBits(shifted, Shift<V>()), V.OfBits((V.IsSingle ? 2 * 127 : 2 * 1023) + odd));
        return V.ShiftLeft(V.ShiftRight(n, 1), V.IsSingle ? 23 : 52);
    }

    // 2ⁿ⁻¹.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerBefore<V>(V shifted) where V : struct, ILanes<V> =>
        V.ShiftLeft(V.AddBits(V.SubtractBits(shifted, Shift<V>()), V.OfBits(V.IsSingle ? 126 : 1022)), V.IsSingle ? 23 : 52);

    /// <summary>ln x = e·ln 2 + ln(1 + f) with x = 2ᵉ·(1 + f) and √½ ≤ 1 + f &lt; √2: −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x) where V : struct, ILanes<V>
    {
        // A subnormal number is made a normal one first.
        V small = V.Less(x, V.Of(V.IsSingle ? 1.17549435e-38 : 2.2250738585072014e-308));
        V bits = V.Select(small, x * V.Of(V.IsSingle ? 1L << 23 : 1L << 52), x);
        V y = LogOfNormal(bits, V.Select(small, V.Of(V.IsSingle ? 127 + 23 : 1023 + 52), V.Of(V.IsSingle ? 127 : 1023)));
        y = V.Select(V.Less(x, V.Of(double.PositiveInfinity)), y, x); // ∞ and NaN are their own logarithms
        return V.Select(V.LessOrEqual(x, V.Zero), V.Select(V.Equal(x, V.Zero), V.Of(double.NegativeInfinity), V.Of(double.NaN)), y);
    }

    // ln x of a number that is none of 0, subnormal, negative, ∞ and NaN; the bias is what its exponent is too large by.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfNormal<V>(V x, V bias) where V : struct, ILanes<V>
    {
        // The exponent is that of x / √½, which the bits of 1 over those of √½ make of x.
        V root = V.OfBits(V.IsSingle ? 0x3F3504F3 : 0x3FE6A09E667F3BCD), bits = V.AddBits(x, V.SubtractBits(V.One, root));
        V e = V.AddBits(V.ShiftRight(bits, V.IsSingle ? 23 : 52), Shift<V>()) - (Shift<V>() + bias);
        V f = V.AddBits(bits & V.OfBits(V.IsSingle ? 0x7FFFFF : 0xFFFFFFFFFFFFF), root) - V.One;
        return V.IsSingle ? LogNearOneSingle(f, e) : LogNearOneDouble(f, e);
    }

    // ln(1 + f) + e·ln 2 in float: the polynomial of Cephes' logf (S. L. Moshier).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogNearOneSingle<V>(V f, V e) where V : struct, ILanes<V>
    {
        V z = f * f, p = V.MultiplyAdd(V.Of(7.0376836292e-2), f, V.Of(-1.1514610310e-1));
        p = V.MultiplyAdd(p, f, V.Of(1.1676998740e-1));
        p = V.MultiplyAdd(p, f, V.Of(-1.2420140846e-1));
        p = V.MultiplyAdd(p, f, V.Of(1.4249322787e-1));
        p = V.MultiplyAdd(p, f, V.Of(-1.6668057665e-1));
        p = V.MultiplyAdd(p, f, V.Of(2.0000714765e-1));
        p = V.MultiplyAdd(p, f, V.Of(-2.4999993993e-1));
        p = V.MultiplyAdd(p, f, V.Of(3.3333331174e-1));
        V y = V.MultiplyAdd(e, V.Of(-2.12194440054690582e-4), f * z * p);
        return V.MultiplyAdd(e, V.Of(0.693359375), f + V.MultiplyAdd(z, V.Of(-0.5), y));
    }

    // The same in double: the quotient and polynomial of fdlibm's log (Sun Microsystems 1993).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogNearOneDouble<V>(V f, V e) where V : struct, ILanes<V>
    {
        V s = f / (V.Of(2) + f), z = s * s, half = V.Of(0.5) * f * f;
        V p = V.MultiplyAdd(V.Of(1.479819860511658591e-01), z, V.Of(1.531383769920937332e-01));
        p = V.MultiplyAdd(p, z, V.Of(1.818357216161805012e-01));
        p = V.MultiplyAdd(p, z, V.Of(2.222219843214978396e-01));
        p = V.MultiplyAdd(p, z, V.Of(2.857142874366239149e-01));
        p = V.MultiplyAdd(p, z, V.Of(3.999999999940941908e-01));
        p = V.MultiplyAdd(p, z, V.Of(6.666666666666735130e-01)) * z;
        V y = V.MultiplyAdd(e, V.Of(1.90821492927058770002e-10), s * (half + p));
        return V.MultiplyAdd(e, V.Of(6.93147180369123816490e-01), f - (half - y));
    }

    /// <summary>x moved into [min, max].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Clamp<V>(V x, double min, double max) where V : struct, ILanes<V> => V.Min(V.Of(max), V.Max(V.Of(min), x)); // in this order a NaN stays one

    /// <summary>tanh x = m / (m + 2) with m = e^2|x| − 1, which loses no digits near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : struct, ILanes<V>
    {
        V c = V.Min(V.Of(V.IsSingle ? 10 : 20), V.Abs(x)); // beyond, it is 1
        c += c;
        (V n, V shifted) = NearestPower(c);
        V half = PowerBefore<V>(shifted), m = V.MultiplyAdd(half, ExpOfRest(c, n), half - V.Of(0.5)); // of e^2|x| − 1, one half
        return m / (m + V.One) | (x & SignBit<V>());
    }

    /// <summary>ln(1 + x): what the sum 1 + x lost is put back (Kahan).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p<V>(V x) where V : struct, ILanes<V>
    {
        V sum = x + V.One, log = Log(sum), near = log * (x / (sum - V.One));
        // Beyond 2⁵⁴ nothing was lost, and ∞/∞ must not be asked for.
        V y = V.Select(V.Greater(x, V.Of(1L << 54)), log, near);
        return V.Select(V.Equal(sum, V.One), x, y);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : struct, ILanes<V> => V.One / (V.One + Exp(-x));

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x) where V : struct, ILanes<V>
    {
        V e = Exp(-V.Abs(x)), sum = V.One + e; // from 1 to 2, so that what Log1p looks after does not occur
        V log = LogOfNormal(sum, V.Of(V.IsSingle ? 127 : 1023)) * (e / (sum - V.One));
        return V.Select(V.Greater(x, V.Zero), x, V.Zero) + V.Select(V.Equal(sum, V.One), e, log);
    }

    /// <summary>2/√π · ∫₀ˣ e^−t² dt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V>(V x) where V : struct, ILanes<V>
    {
        if (V.IsSingle) return ErfSingle(x);
        V tail = V.One - ErfcOfMagnitude(V.Abs(x));
        return V.Select(IsNear(x), ErfNear(x), tail | (x & SignBit<V>()));
    }

    /// <summary>1 − erf x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erfc<V>(V x) where V : struct, ILanes<V>
    {
        V magnitude = V.Abs(x), tail = V.IsSingle ? ErfcOfMagnitudeSingle(magnitude) : ErfcOfMagnitude(magnitude);
        V far = V.Select(V.Less(x, V.Zero), V.Of(2) - tail, tail);
        return V.IsSingle ? far : V.Select(IsNear(x), V.One - ErfNear(x), far);
    }

    // In float: x times a polynomial of x² up to 0.93, beyond it 1 − e^(a polynomial of x); least maximal errors of 1 unit in the last place (N. Juffa).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfSingle<V>(V x) where V : struct, ILanes<V>
    {
        V t = V.Min(V.Of(4), V.Abs(x)), s = t * t; // beyond 4 it is 1
        V far = V.MultiplyAdd(V.Of(-1.72853470e-5), t, V.Of(3.83197126e-4));
        far = V.MultiplyAdd(far, s, V.MultiplyAdd(V.Of(-3.88396438e-3), t, V.Of(2.42546219e-2)));
        far = V.MultiplyAdd(far, t, V.Of(-1.06777877e-1));
        far = V.MultiplyAdd(far, t, V.Of(-6.34846687e-1));
        far = V.MultiplyAdd(far, t, V.Of(-1.28717512e-1));
        far = V.One - Exp(V.MultiplyAdd(far, t, -t));
        V near = V.MultiplyAdd(V.Of(-5.96761703e-4), s, V.Of(4.99119423e-3));
        near = V.MultiplyAdd(near, s, V.Of(-2.67681349e-2));
        near = V.MultiplyAdd(near, s, V.Of(1.12819925e-1));
        near = V.MultiplyAdd(near, s, V.Of(-3.76125336e-1));
        near = V.MultiplyAdd(near, s, V.Of(1.28379166e-1));
        near = V.MultiplyAdd(near, t, t);
        return V.Select(V.Greater(t, V.Of(0.927734375)), far, near) | (x & SignBit<V>());
    }

    // In float, of a number of 0 or more: (1 + 2y)·e^y²·erfc y is a polynomial of (y − 2) / (y + 2), fitted at Chebyshev's points.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfcOfMagnitudeSingle<V>(V y) where V : struct, ILanes<V>
    {
        y = V.Min(V.Of(10.0625), y); // erfc 10.06 is 0 in float
        V q = (y - V.Of(2)) / (y + V.Of(2));
        V p = V.MultiplyAdd(V.Of(2.4457811377942562e-05), q, V.Of(-0.00036896197707392275));
        p = V.MultiplyAdd(p, q, V.Of(-0.0012536966241896152));
        p = V.MultiplyAdd(p, q, V.Of(0.0012776241637766361));
        p = V.MultiplyAdd(p, q, V.Of(0.008639933541417122));
        p = V.MultiplyAdd(p, q, V.Of(-0.00804603099822998));
        p = V.MultiplyAdd(p, q, V.Of(-0.05420569330453873));
        p = V.MultiplyAdd(p, q, V.Of(0.16405335068702698));
        p = V.MultiplyAdd(p, q, V.Of(-0.16603130102157593));
        p = V.MultiplyAdd(p, q, V.Of(-0.09276390075683594));
        p = V.MultiplyAdd(p, q, V.Of(1.2769783735275269));
        // e^−y² = e^−h² · e^−(y−h)(y+h), h being the upper half of y's digits: its square is exact.
        V h = y & V.OfBits(0xFFFFF000), d = (h - y) * (h + y);
        V gauss = V.MultiplyAdd(V.Of(1.0 / 24), d, V.Of(1.0 / 6));
        gauss = V.MultiplyAdd(gauss, d, V.Of(0.5));
        gauss = V.MultiplyAdd(gauss, d, V.One);
        gauss = V.MultiplyAdd(gauss, d, V.One);
        return p / V.MultiplyAdd(V.Of(2), y, V.One) * gauss * Exp(-h * h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V IsNear<V>(V x) where V : struct, ILanes<V> => V.Less(V.Abs(x), V.Of(0.46875));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfNear<V>(V x) where V : struct, ILanes<V> => x * Polynomial(x * x, ErfTop) / Polynomial(x * x, ErfBottom);

    // erfc of a number above 0.46.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfcOfMagnitude<V>(V y) where V : struct, ILanes<V>
    {
        y = Clamp(y, 0, 30); // erfc 30 is 0, and the square stays finite
        V z = V.One / (y * y);
        V middle = Polynomial(y, MiddleTop) / Polynomial(y, MiddleBottom);
        V far = (V.Of(0.56418958354775628695) - z * Polynomial(z, FarTop) / Polynomial(z, FarBottom)) / y; // 1/√π
        // e^−y² = e^−q² · e^−(y−q)(y+q), q being y rounded to 1/16: the square of q is exact.
        V shift = V.Of(1.5 * (1L << 48)), q = y + shift - shift;
        V gauss = Exp(-q * q) * Exp((q - y) * (q + y));
        return gauss * V.Select(V.Greater(y, V.Of(4)), far, middle);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Polynomial<V>(V x, double[] coefficients) where V : struct, ILanes<V>
    {
        V y = V.Of(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++) y = V.MultiplyAdd(y, x, V.Of(coefficients[i]));
        return y;
    }
}
