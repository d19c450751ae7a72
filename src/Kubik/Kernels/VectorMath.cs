// Functions of vectors of floats or doubles that .NET lacks, or has without the last digits, or with bits that depend on where
// in memory a number lies. Each is right to a few units in the last place over its whole range, near 0 and far out, and gives
// the limit at ±∞; a NaN stays one. Written once for lanes of any width.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

/// <summary>Functions of lanes, right to a few units in the last place, with exact limits at 0 and ±∞; a NaN stays one.</summary>
public static class VectorMath
{
    private const double Log2E = 1.4426950408889634;

    // Rational Chebyshev approximations of W. J. Cody (Math. Comp. 23, 1969, 631–637): in double: erf up to 0.46875, then
    // e^y²·erfc up to 4, then beyond. The highest coefficients come first.
    private static readonly double[] ErfTop =
        [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
    private static readonly double[] ErfBottom = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
    private static readonly double[] MiddleTop =
        [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
            1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3];
    private static readonly double[] MiddleBottom =
        [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
            3.43936767414372164e3, 1.23033935480374942e3];
    private static readonly double[] FarTop =
        [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4];
    private static readonly double[] FarBottom =
        [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];

    /// <summary>eˣ = 2ⁿ·eʳ with |r| ≤ ½·ln 2, and eʳ by its series: 1 at 0, 0 at −∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        x = TLanes.IsSingle ? Clamp(x, -104, 89) : Clamp(x, -746, 710); // beyond, it is 0 or ∞ for certain
        (TLanes n, _) = NearestPower(x);
        return TLanes.Scale(ExpOfRest(Rest(x, n)) + TLanes.One, n);
    }

    /// <summary>eˣ − 1 = 2·(2ⁿ⁻¹·(eʳ − 1) + (2ⁿ⁻¹ − ½)): all digits near 0, where n is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Expm1<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes c = TLanes.IsSingle ? Clamp(x, -30, 89) : Clamp(x, -60, 710); // beyond, it is −1 or ∞ for certain
        (TLanes n, TLanes shifted) = NearestPower(c);
        TLanes half = PowerBefore<TLanes>(shifted), y = TLanes.MultiplyAdd(half, ExpOfRest(Rest(c, n)), half - TLanes.Of(0.5));
        return (y + y) | (x & SignBit<TLanes>()); // −0 stays what it is
    }

    // Added to a number, it leaves the nearest whole number in the last bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Shift<TLanes>() where TLanes : struct, ILanes<TLanes> => TLanes.Of(TLanes.IsSingle ? 1.5 * (1 << 23) : 1.5 * (1L << 52));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes SignBit<TLanes>() where TLanes : struct, ILanes<TLanes> => TLanes.OfBits(TLanes.IsSingle ? int.MinValue : long.MinValue);

    // The whole number of factors 2 in eˣ, as a number and in the last bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes N, TLanes Shifted) NearestPower<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes shifted = TLanes.MultiplyAdd(x, TLanes.Of(Log2E), Shift<TLanes>());
        return (shifted - Shift<TLanes>(), shifted);
    }

    // r = x − n·ln 2. ln 2 comes in two parts, the first of few digits, so that its product with n is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Rest<TLanes>(TLanes x, TLanes n) where TLanes : struct, ILanes<TLanes>
    {
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Of(TLanes.IsSingle ? -0.693359375 : -6.93145751953125e-1), x);
        return TLanes.MultiplyAdd(n, TLanes.Of(TLanes.IsSingle ? 2.12194440054690582e-4 : -1.42860682030941723e-6), r);
    }

    // eʳ − 1 = r + r²·s for |r| ≤ ½·ln 2: in float with the polynomial s that has the least largest error (0.04 units of eʳ's last place),
    // in double with the series.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ExpOfRest<TLanes>(TLanes r) where TLanes : struct, ILanes<TLanes>
    {
        TLanes s;
        if (TLanes.IsSingle)
        {
            s = TLanes.MultiplyAdd(TLanes.Of(1.3814466e-3), r, TLanes.Of(8.3687808e-3));
            s = TLanes.MultiplyAdd(s, r, TLanes.Of(4.1668393e-2));
            s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.6666520e-1));
            s = TLanes.MultiplyAdd(s, r, TLanes.Of(4.9999994e-1));
            return TLanes.MultiplyAdd(r * r, s, r);
        }
        s = TLanes.MultiplyAdd(TLanes.Of(1.0 / 6227020800), r, TLanes.Of(1.0 / 479001600));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 39916800));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 3628800));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 362880));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 40320));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 5040));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 720));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 120));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 24));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(1.0 / 6));
        s = TLanes.MultiplyAdd(s, r, TLanes.Of(0.5));
        return TLanes.MultiplyAdd(r * r, s, r);
    }

    /// <summary>a·2ⁿ where no instruction does it: 2ⁿ in two factors, so that neither is outside of the range when the result is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes ScaleInTwo<TLanes>(TLanes a, TLanes n) where TLanes : struct, ILanes<TLanes>
    {
        TLanes bits = TLanes.SubtractBits(n + Shift<TLanes>(), Shift<TLanes>());
        return a * PowerOfHalf<TLanes>(bits, 0) * PowerOfHalf<TLanes>(bits, 1);
    }

    // 2 to the power of ⌊(n + odd) / 2⌋ of a whole number's bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes PowerOfHalf<TLanes>(TLanes n, int odd) where TLanes : struct, ILanes<TLanes> =>
        TLanes.ShiftLeft(TLanes.ShiftRight(TLanes.AddBits(n, TLanes.OfBits((TLanes.IsSingle ? 2 * 127 : 2 * 1023) + odd)), 1), TLanes.IsSingle ? 23 : 52);

    // 2ⁿ⁻¹.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes PowerBefore<TLanes>(TLanes shifted) where TLanes : struct, ILanes<TLanes> =>
        TLanes.ShiftLeft(TLanes.AddBits(TLanes.SubtractBits(shifted, Shift<TLanes>()), TLanes.OfBits(TLanes.IsSingle ? 126 : 1022)), TLanes.IsSingle ? 23 : 52);

    /// <summary>ln x = e·ln 2 + ln(1 + f) with x = 2ᵉ·(1 + f) and √½ ≤ 1 + f &lt; √2: −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Log<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        // A subnormal number is made a normal one first.
        TLanes small = TLanes.Less(x, TLanes.Of(TLanes.IsSingle ? 1.17549435e-38 : 2.2250738585072014e-308));
        TLanes bits = TLanes.Select(small, x * TLanes.Of(TLanes.IsSingle ? 1L << 23 : 1L << 52), x);
        TLanes y = LogOfNormal(bits, TLanes.Select(small, TLanes.Of(TLanes.IsSingle ? 127 + 23 : 1023 + 52), TLanes.Of(TLanes.IsSingle ? 127 : 1023)));
        y = TLanes.Select(TLanes.Less(x, TLanes.Of(double.PositiveInfinity)), y, x); // ∞ and NaN are their own logarithms
        return TLanes.Select(TLanes.LessOrEqual(x, TLanes.Zero),
            TLanes.Select(TLanes.Equal(x, TLanes.Zero), TLanes.Of(double.NegativeInfinity), TLanes.Of(double.NaN)), y);
    }

    // ln x of a number that is none of 0, subnormal, negative, ∞ and NaN; the bias is what its exponent is too large by.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LogOfNormal<TLanes>(TLanes x, TLanes bias) where TLanes : struct, ILanes<TLanes>
    {
        // The exponent is that of x / √½, which the bits of 1 over those of √½ make of x.
        TLanes root = TLanes.OfBits(TLanes.IsSingle ? 0x3F3504F3 : 0x3FE6A09E667F3BCD), bits = TLanes.AddBits(x, TLanes.SubtractBits(TLanes.One, root));
        TLanes e = TLanes.AddBits(TLanes.ShiftRight(bits, TLanes.IsSingle ? 23 : 52), Shift<TLanes>()) - (Shift<TLanes>() + bias);
        TLanes f = TLanes.AddBits(bits & TLanes.OfBits(TLanes.IsSingle ? 0x7FFFFF : 0xFFFFFFFFFFFFF), root) - TLanes.One;
        return TLanes.IsSingle ? LogNearOneSingle(f, e) : LogNearOneDouble(f, e);
    }

    // ln(1 + f) + e·ln 2 in float: the polynomial of Cephes' logf (S. L. Moshier).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LogNearOneSingle<TLanes>(TLanes f, TLanes e) where TLanes : struct, ILanes<TLanes>
    {
        TLanes z = f * f, p = TLanes.MultiplyAdd(TLanes.Of(7.0376836292e-2), f, TLanes.Of(-1.1514610310e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(1.1676998740e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(-1.2420140846e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(1.4249322787e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(-1.6668057665e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(2.0000714765e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(-2.4999993993e-1));
        p = TLanes.MultiplyAdd(p, f, TLanes.Of(3.3333331174e-1));
        TLanes y = TLanes.MultiplyAdd(e, TLanes.Of(-2.12194440054690582e-4), f * z * p);
        return TLanes.MultiplyAdd(e, TLanes.Of(0.693359375), f + TLanes.MultiplyAdd(z, TLanes.Of(-0.5), y));
    }

    // The same in double: the quotient and polynomial of fdlibm's log (Sun Microsystems 1993).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LogNearOneDouble<TLanes>(TLanes f, TLanes e) where TLanes : struct, ILanes<TLanes>
    {
        TLanes s = f / (TLanes.Of(2) + f), z = s * s, half = TLanes.Of(0.5) * f * f;
        TLanes p = TLanes.MultiplyAdd(TLanes.Of(1.479819860511658591e-01), z, TLanes.Of(1.531383769920937332e-01));
        p = TLanes.MultiplyAdd(p, z, TLanes.Of(1.818357216161805012e-01));
        p = TLanes.MultiplyAdd(p, z, TLanes.Of(2.222219843214978396e-01));
        p = TLanes.MultiplyAdd(p, z, TLanes.Of(2.857142874366239149e-01));
        p = TLanes.MultiplyAdd(p, z, TLanes.Of(3.999999999940941908e-01));
        p = TLanes.MultiplyAdd(p, z, TLanes.Of(6.666666666666735130e-01)) * z;
        TLanes y = TLanes.MultiplyAdd(e, TLanes.Of(1.90821492927058770002e-10), s * (half + p));
        return TLanes.MultiplyAdd(e, TLanes.Of(6.93147180369123816490e-01), f - (half - y));
    }

    /// <summary>x moved into [min, max].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    // in this order a NaN stays one
    public static TLanes Clamp<TLanes>(TLanes x, double min, double max)
        where TLanes : struct, ILanes<TLanes> => TLanes.Min(TLanes.Of(max), TLanes.Max(TLanes.Of(min), x));

    /// <summary>tanh x = m / (m + 2) with m = e^2|x| − 1, which loses no digits near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes c = TLanes.Min(TLanes.Of(TLanes.IsSingle ? 10 : 20), TLanes.Abs(x)); // beyond, it is 1
        c += c;
        (TLanes n, TLanes shifted) = NearestPower(c);
        TLanes half = PowerBefore<TLanes>(shifted), m = TLanes.MultiplyAdd(half, ExpOfRest(Rest(c, n)), half - TLanes.Of(0.5)); // of e^2|x| − 1, one half
        return m / (m + TLanes.One) | (x & SignBit<TLanes>());
    }

    /// <summary>ln(1 + x): what the sum 1 + x lost is put back (Kahan).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Log1p<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = x + TLanes.One, log = Log(sum), near = log * (x / (sum - TLanes.One));
        // Beyond 2⁵⁴ nothing was lost, and ∞/∞ must not be asked for.
        TLanes y = TLanes.Select(TLanes.Greater(x, TLanes.Of(1L << 54)), log, near);
        return TLanes.Select(TLanes.Equal(sum, TLanes.One), x, y);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => TLanes.One / (TLanes.One + Exp(-x));

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Softplus<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes e = Exp(-TLanes.Abs(x)), sum = TLanes.One + e; // from 1 to 2, so that what Log1p looks after does not occur
        TLanes log = LogOfNormal(sum, TLanes.Of(TLanes.IsSingle ? 127 : 1023)) * (e / (sum - TLanes.One));
        return TLanes.Select(TLanes.Greater(x, TLanes.Zero), x, TLanes.Zero) + TLanes.Select(TLanes.Equal(sum, TLanes.One), e, log);
    }

    /// <summary>2/√π · ∫₀ˣ e^−t² dt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Erf<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        if (TLanes.IsSingle) return ErfSingle(x);
        TLanes tail = TLanes.One - ErfcOfMagnitude(TLanes.Abs(x));
        return TLanes.Select(IsNear(x), ErfNear(x), tail | (x & SignBit<TLanes>()));
    }

    /// <summary>1 − erf x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Erfc<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes magnitude = TLanes.Abs(x), tail = TLanes.IsSingle ? ErfcOfMagnitudeSingle(magnitude) : ErfcOfMagnitude(magnitude);
        TLanes far = TLanes.Select(TLanes.Less(x, TLanes.Zero), TLanes.Of(2) - tail, tail);
        return TLanes.IsSingle ? far : TLanes.Select(IsNear(x), TLanes.One - ErfNear(x), far);
    }

    // In float: x times a polynomial of x² up to 0.93, beyond it 1 − e^(a polynomial of x); least maximal errors of 1 unit in the last place (N. Juffa).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ErfSingle<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
    {
        TLanes t = TLanes.Min(TLanes.Of(4), TLanes.Abs(x)), s = t * t; // beyond 4 it is 1
        TLanes far = TLanes.MultiplyAdd(TLanes.Of(-1.72853470e-5), t, TLanes.Of(3.83197126e-4));
        far = TLanes.MultiplyAdd(far, s, TLanes.MultiplyAdd(TLanes.Of(-3.88396438e-3), t, TLanes.Of(2.42546219e-2)));
        far = TLanes.MultiplyAdd(far, t, TLanes.Of(-1.06777877e-1));
        far = TLanes.MultiplyAdd(far, t, TLanes.Of(-6.34846687e-1));
        far = TLanes.MultiplyAdd(far, t, TLanes.Of(-1.28717512e-1));
        far = TLanes.One - Exp(TLanes.MultiplyAdd(far, t, -t));
        TLanes near = TLanes.MultiplyAdd(TLanes.Of(-5.96761703e-4), s, TLanes.Of(4.99119423e-3));
        near = TLanes.MultiplyAdd(near, s, TLanes.Of(-2.67681349e-2));
        near = TLanes.MultiplyAdd(near, s, TLanes.Of(1.12819925e-1));
        near = TLanes.MultiplyAdd(near, s, TLanes.Of(-3.76125336e-1));
        near = TLanes.MultiplyAdd(near, s, TLanes.Of(1.28379166e-1));
        near = TLanes.MultiplyAdd(near, t, t);
        return TLanes.Select(TLanes.Greater(t, TLanes.Of(0.927734375)), far, near) | (x & SignBit<TLanes>());
    }

    /// <summary>Φ(x) = ½·erfc(−x/√2): how likely a standard normal number is below x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes NormalCdf<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => Normal(x, out _);

    /// <summary>Φ(x), and e^(−x²/2) with it, which both need.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Normal<TLanes>(TLanes x, out TLanes gauss) where TLanes : struct, ILanes<TLanes>
    {
        if (!TLanes.IsSingle)
        {
            TLanes c = Clamp(x, -40, 40);
            gauss = Exp(c * c * TLanes.Of(-0.5));
            return Erfc(x * TLanes.Of(-0.70710678118654752)) * TLanes.Of(0.5);
        }
        TLanes magnitude = TLanes.Min(TLanes.Of(14.25), TLanes.Abs(x)); // Φ(−14.2) is 0 in float
        gauss = GaussSingle(magnitude, -0.5);
        TLanes tail = HalfOfErfcxSingle(magnitude, 0.70710678118654752) * gauss;
        return TLanes.Select(TLanes.Less(x, TLanes.Zero), tail, TLanes.One - tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ErfcOfMagnitudeSingle<TLanes>(TLanes y) where TLanes : struct, ILanes<TLanes>
    {
        y = TLanes.Min(TLanes.Of(10.0625), y); // erfc 10.06 is 0 in float
        return HalfOfErfcxSingle(y, 1) * (GaussSingle(y, -1) * TLanes.Of(2));
    }

    // In float: ½·e^y²·erfc y, y being x·factor and 0 ≤ y ≤ 10.08, is t = 1 / (1 + 0.3y) times a polynomial of t with the least largest
    // error (0.6 units of the last place).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes HalfOfErfcxSingle<TLanes>(TLanes x, double factor) where TLanes : struct, ILanes<TLanes>
    {
        TLanes t = TLanes.One / TLanes.MultiplyAdd(TLanes.Of(0.3 * factor), x, TLanes.One), u = t - TLanes.Of(0.625);
        TLanes p = TLanes.MultiplyAdd(TLanes.Of(-0.0647647157), u, TLanes.Of(-0.081024833));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.0977027938));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.419495821));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.690495312));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.758966565));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.625232041));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.402157307));
        p = TLanes.MultiplyAdd(p, u, TLanes.Of(0.204316542));
        return p * t;
    }

    // In float: e^(factor·y²), of which the digits that y² loses are not lost: they join what is left of it beside 2ⁿ. The factor is a power of 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes GaussSingle<TLanes>(TLanes y, double factor) where TLanes : struct, ILanes<TLanes>
    {
        TLanes square = y * y, x = square * TLanes.Of(factor);
        (TLanes n, _) = NearestPower(x);
        TLanes r = TLanes.MultiplyAdd(LostBySquare(y, square), TLanes.Of(factor), Rest(x, n));
        return TLanes.Scale(ExpOfRest(r) + TLanes.One, n);
    }

    // y² less what it was rounded to.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LostBySquare<TLanes>(TLanes y, TLanes square) where TLanes : struct, ILanes<TLanes>
    {
        if (Fma.IsSupported || AdvSimd.IsSupported) return TLanes.MultiplyAdd(y, y, -square);
        TLanes high = y & TLanes.OfBits(0xFFFFF000), low = y - high; // the square of the upper half of the digits is exact
        return high * high - square + TLanes.Of(2) * high * low + low * low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes IsNear<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => TLanes.Less(TLanes.Abs(x), TLanes.Of(0.46875));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ErfNear<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => x * Polynomial(x * x, ErfTop) / Polynomial(x * x, ErfBottom);

    // erfc of a number above 0.46.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ErfcOfMagnitude<TLanes>(TLanes y) where TLanes : struct, ILanes<TLanes>
    {
        y = Clamp(y, 0, 30); // erfc 30 is 0, and the square stays finite
        TLanes z = TLanes.One / (y * y);
        TLanes middle = Polynomial(y, MiddleTop) / Polynomial(y, MiddleBottom);
        TLanes far = (TLanes.Of(0.56418958354775628695) - z * Polynomial(z, FarTop) / Polynomial(z, FarBottom)) / y; // 1/√π
        // e^−y² = e^−q² · e^−(y−q)(y+q), q being y rounded to 1/16: the square of q is exact.
        TLanes shift = TLanes.Of(1.5 * (1L << 48)), q = y + shift - shift;
        TLanes gauss = Exp(-q * q) * Exp((q - y) * (q + y));
        return gauss * TLanes.Select(TLanes.Greater(y, TLanes.Of(4)), far, middle);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Polynomial<TLanes>(TLanes x, double[] coefficients) where TLanes : struct, ILanes<TLanes>
    {
        TLanes y = TLanes.Of(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++) y = TLanes.MultiplyAdd(y, x, TLanes.Of(coefficients[i]));
        return y;
    }
}
