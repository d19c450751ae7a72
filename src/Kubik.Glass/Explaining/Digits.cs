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
    private const double MostChance = 0.01; // that a number is taken for a decimal by accident
    private const int WholeDigits = 6; // that are written without a power of ten
    private const double MostWhole = 1e6;

    /// <summary>Writes a number.</summary>
    /// <param name="x">The number.</param>
    /// <param name="precision">Which decimals and fractions it may be taken for; null: those that it is to the last digits.</param>
    public static Digits Of(double x, Precision? precision = null)
    {
        precision ??= Precision.Full;
        if (double.IsNaN(x)) return new("NaN", @"\mathrm{NaN}", true, Strength.Atom);
        string sign = x < 0 ? "-" : "";
        double a = Math.Abs(x);
        if (double.IsInfinity(a)) return Signed(sign, "∞", @"\infty", true, Strength.Atom);
        if (a <= Rounding.Rest) return new("0", "0", a == 0, Strength.Atom);
        if (IsWhole(a, precision)) return Signed(sign, Plain(a), null, true, Strength.Atom);
        if (Decimal(a, precision) is { } few) return Signed(sign, Plain(few), null, true, Strength.Atom);
        if (Fraction(a, precision) is var (p, q)) return Signed(sign, $"{p}/{q}", $@"\frac{{{p}}}{{{q}}}", true, Strength.Product);
        (Numeral n, bool isExact) = Rounded(a, precision);
        return Signed(sign, n.ToText(), n.ToLatex(), isExact, n.Exponent == 0 ? Strength.Atom : n.IsPowerOfTen ? Strength.Power : Strength.Product);
    }

    /// <summary>The number for which one is taken, when it is written as if nothing had been rounded; null where it is written as rounded.</summary>
    public static double? Exactly(double x, Precision precision)
    {
        double a = Math.Abs(x);
        if (!double.IsFinite(a) || a <= Rounding.Rest || IsWhole(a, precision)) return x;
        double? exact = Decimal(a, precision) ?? (Fraction(a, precision) is var (p, q) ? (double)p / q : null);
        if (exact is null && Rounded(a, precision) is (var n, true)) exact = Typed(n);
        return exact is { } found ? Math.CopySign(found, x) : null;
    }

    private static bool IsWhole(double a, Precision precision) => a == Math.Floor(a) && precision.Rounding * a <= 0.1 && (a < 1e9 || a % 1e6 != 0);

    // Up to four decimals are written, when so many digits can be trusted.
    private static double? Decimal(double a, Precision precision)
    {
        for (double unit = 1; unit <= 1e4; unit *= 10)
        {
            double whole = Math.Round(a * unit), blur = precision.Rounding * whole;
            if (a < 1e9 && whole > 0 && blur <= MostChance && Math.Abs(a * unit - whole) <= blur) return whole / unit;
        }
        return null;
    }

    /// <summary>A tensor's numbers as their owner wrote them: 0.1 in float32 is 0.1, and not 0.10000000149.</summary>
    public static double[] AsWritten(Tensor x) => x.DType == DType.Float64
        ? x.ToDoubles()
        : [.. x.ToDoubles().Select(v => double.Parse(((float)v).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];

    // Nothing is rounded where the digits that are written are all that can be trusted: 10⁹, 1.25·10⁻⁷.
    private static (Numeral Numeral, bool IsExact) Rounded(double a, Precision precision)
    {
        Numeral n = a is >= 1e-3 and < 1e6
            ? new(false, a.ToString(a >= 100 ? "0.##" : a >= 0.01 ? "0.####" : "0.#####", CultureInfo.InvariantCulture), 0)
            : Numeral.Of(a.ToString("0.###E+0", CultureInfo.InvariantCulture));
        return (n, Math.Abs(Typed(n) - a) <= precision.Rounding * a && precision.Rounding * n.Mantissa.Length <= MostChance);
    }

    private static double Typed(Numeral n) => double.Parse(n.ToTyped(), CultureInfo.InvariantCulture);

    /// <summary>A number with so many significant digits, as tables have it: 0.0283, 1.7·10⁻⁹, −3, ∞.</summary>
    public static string Significant(double x, int digits) => double.IsNaN(x) ? "not a number" : Numeral.Of(x, digits).ToText();

    /// <summary>A number where there is little room: so many significant digits, and all of those before the point, up to six: 0.08839, 12288,
    /// −3. What is nearly whole is not written as a whole number: 1.0005.</summary>
    public static string Short(double x, int digits = 4)
    {
        if (Math.Abs(x) >= MostWhole) return Significant(x, digits);
        if (Math.Abs(x) >= Math.Pow(10, digits)) digits = WholeDigits;
        while (digits <= WholeDigits && double.Parse(Numeral.Of(x, digits).ToTyped(), CultureInfo.InvariantCulture) is var written
            && written == Math.Floor(written) && written != x) digits++;
        return Significant(x, digits);
    }

    private static Digits Signed(string sign, string text, string? latex, bool isExact, Strength strength) =>
        new(sign.Length > 0 ? "−" + text : text, sign + (latex ?? text), isExact, sign.Length > 0 ? Strength.Sum : strength);

    private static string Plain(double x) => x.ToString("0.####", CultureInfo.InvariantCulture);

    // By continued fractions: the first that is near enough has the smallest denominator.
    private static (long P, long Q)? Fraction(double x, Precision precision)
    {
        if (x >= precision.LargestDenominator) return null;
        (long p0, long q0, long p1, long q1) = (0, 1, 1, 0);
        double rest = x;
        for (int i = 0; i < 20; i++)
        {
            double whole = Math.Floor(rest);
            if (whole > 1e9) return null;
            (p0, p1) = (p1, (long)whole * p1 + p0);
            (q0, q1) = (q1, (long)whole * q1 + q0);
            if (q1 > precision.LargestDenominator) return null;
            if (Math.Abs(x - (double)p1 / q1) <= precision.Rounding * x) return (p1, q1);
            if (rest == whole) return null;
            rest = 1 / (rest - whole);
        }
        return null;
    }
}

/// <summary>What computed numbers may be taken for: arithmetic rounds, so 0.30000000000000004 is 0.3.</summary>
/// <param name="Rounding">How far from a decimal or a fraction a number may be, relatively.</param>
/// <param name="LargestDenominator">Of fractions: the fewer digits a number has, the more fractions are near it by accident.</param>
internal sealed record Precision(double Rounding, int LargestDenominator)
{
    /// <summary>Of numbers that nothing was computed with.</summary>
    public static Precision Full { get; } = new(1e-13, 999);

    /// <summary>Of what was computed in a type.</summary>
    public static Precision Of(DType type) => type == DType.Float64 ? new(1e-12, 999) : new(1e-7, 12);
}
