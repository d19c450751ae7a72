// Functions of vectors of floats or doubles that .NET lacks, or has without the last digits. Each is right to a few units
// in the last place over its whole range, near 0 and far out, and gives the limit at ±∞; a NaN stays one.

using System.Numerics;

namespace Kubik.Kernels;

internal static class VectorMath
{
    // Rational Chebyshev approximations of W. J. Cody (Math. Comp. 23, 1969, 631–637): erf up to 0.46875, then
    // e^y²·erfc up to 4, then beyond. The highest coefficients come first.
    private static readonly double[] ErfTop = [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
    private static readonly double[] ErfBottom = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
    private static readonly double[] MiddleTop = [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3];
    private static readonly double[] MiddleBottom = [1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3];
    private static readonly double[] FarTop = [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4];
    private static readonly double[] FarBottom = [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];

    // 1/k!
    private static readonly double[] InverseFactorials = [1, 1, 1 / 2.0, 1 / 6.0, 1 / 24.0, 1 / 120.0, 1 / 720.0, 1 / 5040.0, 1 / 40320.0, 1 / 362880.0, 1 / 3628800.0, 1 / 39916800.0, 1 / 479001600.0, 1 / 6227020800.0];

    /// <summary>A number at every place.</summary>
    public static Vector<T> Of<T>(double value) where T : unmanaged, IFloatingPointIeee754<T> => new(T.CreateChecked(value));

    /// <summary>eˣ = 2ⁿ·eʳ with |r| ≤ ½·ln 2, and eʳ by its series: 1 at 0, 0 at −∞.</summary>
    public static Vector<T> Exp<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool single = typeof(T) == typeof(float);
        x = single ? Clamp(x, -104, 89) : Clamp(x, -746, 710); // beyond, it is 0 or ∞ for certain
        Vector<T> shift = Of<T>(single ? 1.5 * (1 << 23) : 1.5 * (1L << 52)); // a sum with it is rounded to a whole number
        Vector<T> shifted = MultiplyAdd(x, Of<T>(1 / double.Log(2)), shift), n = shifted - shift;
        // ln 2 in two parts, the first of few digits, so that its product with n is exact.
        Vector<T> r = MultiplyAdd(n, Of<T>(single ? -0.693359375 : -6.93145751953125e-1), x);
        r = MultiplyAdd(n, Of<T>(single ? 2.12194440054690582e-4 : -1.42860682030941723e-6), r);
        Vector<T> series = Of<T>(InverseFactorials[single ? 7 : 13]);
        for (int k = single ? 6 : 12; k >= 2; k--) series = MultiplyAdd(series, r, Of<T>(InverseFactorials[k]));
        Vector<T> y = MultiplyAdd(r * r, series, r) + Vector<T>.One;
        // 2ⁿ in two factors, so that neither is outside of the range when the result is not.
        Vector<T> half = PowerOfHalf(shifted, shift, 0), rest = PowerOfHalf(shifted, shift, 1);
        return y * half * rest;
    }

    // 2 to the power of ⌊(n + odd) / 2⌋, n being what was added to the shift.
    private static Vector<T> PowerOfHalf<T>(Vector<T> shifted, Vector<T> shift, int odd) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Vector<int> n = Vector.As<T, int>(shifted) - Vector.As<T, int>(shift);
            return Vector.As<int, T>(Vector.ShiftLeft(Vector.ShiftRightLogical(n + new Vector<int>(2 * 127 + odd), 1), 23));
        }
        Vector<long> m = Vector.As<T, long>(shifted) - Vector.As<T, long>(shift);
        return Vector.As<long, T>(Vector.ShiftLeft(Vector.ShiftRightLogical(m + new Vector<long>(2 * 1023 + odd), 1), 52));
    }

    // a·b + c, rounded once where the machine can.
    private static Vector<T> MultiplyAdd<T>(Vector<T> a, Vector<T> b, Vector<T> c) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector.As<float, T>(Vector.MultiplyAddEstimate(Vector.As<T, float>(a), Vector.As<T, float>(b), Vector.As<T, float>(c)))
        : Vector.As<double, T>(Vector.MultiplyAddEstimate(Vector.As<T, double>(a), Vector.As<T, double>(b), Vector.As<T, double>(c)));

    /// <summary>ln x.</summary>
    public static Vector<T> Log<T>(Vector<T> x) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector.As<float, T>(Vector.Log(Vector.As<T, float>(x)))
        : Vector.As<double, T>(Vector.Log(Vector.As<T, double>(x)));

    /// <summary>x moved into [min, max].</summary>
    public static Vector<T> Clamp<T>(Vector<T> x, double min, double max) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> low = Of<T>(min), high = Of<T>(max);
        return Vector.MinNative(high, Vector.MaxNative(low, x)); // in this order a NaN stays one
    }

    /// <summary>tanh x = 1 − 2 / (e^2x + 1), which would lose the digits near 0.</summary>
    public static Vector<T> Tanh<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> magnitude = Vector.Abs(x), two = Of<T>(2), tail = Vector<T>.One - two / (Exp(two * magnitude) + Vector<T>.One);
        Vector<T> far = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -tail, tail);
        (Vector<T> top, Vector<T> bottom) = TanhNear(x);
        return Vector.ConditionalSelect(Vector.LessThan(magnitude, Of<T>(0.5)), top / bottom, far);
    }

    /// <summary>eˣ − 1; near 0 it is 2t / (1 − t) with t = tanh(x/2).</summary>
    public static Vector<T> Expm1<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        (Vector<T> top, Vector<T> bottom) = TanhNear(x * Of<T>(0.5));
        Vector<T> near = (top + top) / (bottom - top);
        return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), Of<T>(0.5)), near, Exp(x) - Vector<T>.One);
    }

    // The 7th convergent of Lambert's continued fraction of tanh: a quotient with all digits up to ½.
    private static (Vector<T> Top, Vector<T> Bottom) TanhNear<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> z = x * x;
        return (x * (Of<T>(135135) + z * (Of<T>(17325) + z * (Of<T>(378) + z))), Of<T>(135135) + z * (Of<T>(62370) + z * (Of<T>(3150) + z * Of<T>(28))));
    }

    /// <summary>ln(1 + x): what the sum 1 + x lost is put back (Kahan).</summary>
    public static Vector<T> Log1p<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> sum = x + Vector<T>.One, log = Log(sum), near = log * (x / (sum - Vector<T>.One));
        // Beyond 2⁵⁴ nothing was lost, and ∞/∞ must not be asked for.
        Vector<T> y = Vector.ConditionalSelect(Vector.GreaterThan(x, Of<T>(1L << 54)), log, near);
        return Vector.ConditionalSelect(Vector.Equals(sum, Vector<T>.One), x, y);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Vector<T> Sigmoid<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Vector<T>.One / (Vector<T>.One + Exp(-x));

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|).</summary>
    public static Vector<T> Softplus<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), x, Vector<T>.Zero) + Log1p(Exp(-Vector.Abs(x)));

    /// <summary>2/√π · ∫₀ˣ e^−t² dt.</summary>
    public static Vector<T> Erf<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> tail = Vector<T>.One - ErfcOfMagnitude(Vector.Abs(x));
        Vector<T> far = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -tail, tail);
        return Vector.ConditionalSelect(IsNear(x), ErfNear(x), far);
    }

    /// <summary>1 − erf x.</summary>
    public static Vector<T> Erfc<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> tail = ErfcOfMagnitude(Vector.Abs(x));
        Vector<T> far = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), Of<T>(2) - tail, tail);
        return Vector.ConditionalSelect(IsNear(x), Vector<T>.One - ErfNear(x), far);
    }

    private static Vector<T> IsNear<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Vector.LessThan(Vector.Abs(x), Of<T>(0.46875));

    private static Vector<T> ErfNear<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        x * Polynomial(x * x, ErfTop) / Polynomial(x * x, ErfBottom);

    // erfc of a number above 0.46.
    private static Vector<T> ErfcOfMagnitude<T>(Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        y = Clamp(y, 0, 30); // erfc 30 is 0, and the square stays finite
        Vector<T> z = Vector<T>.One / (y * y);
        Vector<T> middle = Polynomial(y, MiddleTop) / Polynomial(y, MiddleBottom);
        Vector<T> far = (Of<T>(1 / Math.Sqrt(Math.PI)) - z * Polynomial(z, FarTop) / Polynomial(z, FarBottom)) / y;
        // e^−y² = e^−q² · e^−(y−q)(y+q), q being y rounded to 1/16: the square of q is exact.
        Vector<T> shift = Of<T>(typeof(T) == typeof(float) ? 1.5 * (1 << 19) : 1.5 * (1L << 48)), q = y + shift - shift;
        Vector<T> gauss = Exp(-q * q) * Exp((q - y) * (q + y));
        return gauss * Vector.ConditionalSelect(Vector.GreaterThan(y, Of<T>(4)), far, middle);
    }

    private static Vector<T> Polynomial<T>(Vector<T> x, double[] coefficients) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> y = Of<T>(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++) y = y * x + Of<T>(coefficients[i]);
        return y;
    }
}
