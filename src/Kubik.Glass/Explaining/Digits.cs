// Numbers as a person writes them: whole ones and short decimals as they are, other fractions with small denominators as
// fractions, everything else rounded, and then it is said that it is.

using System.Globalization;

namespace Kubik.Glass.Explaining;

/// <summary>A number as it is written.</summary>
/// <param name="Text">As text.</param>
/// <param name="Latex">As LaTeX.</param>
/// <param name="IsExact">Whether nothing was rounded.</param>
/// <param name="Strength">How tightly it holds together: a fraction is a quotient, a negative number a difference.</param>
internal readonly record struct Digits(string Text, string Latex, bool IsExact, Strength Strength)
{
    private const int LargestDenominator = 999;

    /// <summary>Writes a number.</summary>
    /// <param name="x">The number.</param>
    /// <param name="precision">How far from a fraction it may be, relatively, to be taken for it: what the arithmetic rounds.</param>
    public static Digits Of(double x, double precision = 1e-13)
    {
        if (double.IsNaN(x)) return new("NaN", @"\mathrm{NaN}", true, Strength.Atom);
        string sign = x < 0 ? "-" : "";
        double a = Math.Abs(x);
        if (double.IsInfinity(a)) return Signed(sign, "∞", @"\infty", true, Strength.Atom);
        if (a == 0) return new("0", "0", true, Strength.Atom);
        // What is a whole number of 1/10 000 is written as a decimal.
        double scaled = Math.Round(a * 1e4);
        if (a < 1e9 && scaled > 0 && Math.Abs(a * 1e4 - scaled) <= precision * scaled) return Signed(sign, Plain(scaled / 1e4), null, true, Strength.Atom);
        if (a < LargestDenominator && Fraction(a, precision) is var (p, q))
            return Signed(sign, $"{p}/{q}", $@"\frac{{{p}}}{{{q}}}", true, Strength.Product);
        return Rounded(sign, a);
    }

    private static Digits Rounded(string sign, double a)
    {
        if (a is >= 1e-3 and < 1e6) return Signed(sign, a.ToString(a >= 100 ? "0.##" : a >= 1 ? "0.####" : a >= 0.01 ? "0.####" : "0.#####", CultureInfo.InvariantCulture), null, false, Strength.Atom);
        int e = (int)Math.Floor(Math.Log10(a));
        string m = (a / Math.Pow(10, e)).ToString("0.###", CultureInfo.InvariantCulture);
        if (m == "10") (m, e) = ("1", e + 1);
        string raised = string.Concat(e.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
        return Signed(sign, $"{m}·10{raised}", $@"{m} \cdot 10^{{{e}}}", false, Strength.Product);
    }

    private static Digits Signed(string sign, string text, string? latex, bool isExact, Strength strength) =>
        new(sign.Length > 0 ? "−" + text : text, sign + (latex ?? text), isExact, sign.Length > 0 ? Strength.Sum : strength);

    private static string Plain(double x) => x.ToString("0.####", CultureInfo.InvariantCulture);

    // By continued fractions: the first that is near enough has the smallest denominator.
    private static (long P, long Q)? Fraction(double x, double precision)
    {
        (long p0, long q0, long p1, long q1) = (0, 1, 1, 0);
        double rest = x;
        for (int i = 0; i < 20; i++)
        {
            double whole = Math.Floor(rest);
            if (whole > 1e9) return null;
            (p0, p1) = (p1, (long)whole * p1 + p0);
            (q0, q1) = (q1, (long)whole * q1 + q0);
            if (q1 > LargestDenominator) return null;
            if (Math.Abs(x - (double)p1 / q1) <= precision * x) return (p1, q1);
            if (rest == whole) return null;
            rest = 1 / (rest - whole);
        }
        return null;
    }
}
