// The digits of a number, as they were typed or rounded to so many: 2.5·10⁻⁷ is 2.5 and −7. Everything that writes numbers for
// people takes them from here, so that all write the same, in every culture.

using System.Globalization;

namespace Kubik.Ops;

/// <summary>A number's digits.</summary>
/// <param name="IsNegative">Whether a minus stands in front.</param>
/// <param name="Mantissa">The digits, with their point; or what stands for a number: π, ∞, NaN.</param>
/// <param name="Exponent">Of the power of ten behind them; 0 for none.</param>
internal readonly record struct Numeral(bool IsNegative, string Mantissa, int Exponent)
{
    private const string High = "⁰¹²³⁴⁵⁶⁷⁸⁹", Low = "₀₁₂₃₄₅₆₇₈₉";
    private const int MostPlaces = 6; // before the point
    private const int LeastExponent = -4; // of what is written without a power of ten
    private const int LargestDenominator = 99;
    private const int MostDigits = 17; // that a double has

    /// <summary>Whether 10 stands without digits in front.</summary>
    public bool IsPowerOfTen => this.Mantissa == "1" && this.Exponent != 0;

    /// <summary>What was typed, or what a program wrote: 2, .5, 1e-3, -2.5E+07, π.</summary>
    public static Numeral Of(string text)
    {
        bool isNegative = text.StartsWith('-');
        string digits = isNegative ? text[1..] : text;
        int e = digits.IndexOfAny(['e', 'E']);
        return e > 0 && (char.IsAsciiDigit(digits[e - 1]) || digits[e - 1] == '.')
            && int.TryParse(digits[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent)
            ? new(isNegative, digits[..e], exponent)
            : new(isNegative, digits, 0);
    }

    /// <summary>A number with so many significant digits, as tables have it: 0.0283, 1.7·10⁻⁹, −3, ∞.</summary>
    public static Numeral Of(double x, int digits)
    {
        if (double.IsNaN(x)) return new(false, "NaN", 0);
        if (double.IsInfinity(x)) return new(x < 0, "∞", 0);
        if (x == 0) return new(false, "0", 0); // for people it has no sign
        Numeral all = Of(Math.Abs(x).ToString($"E{digits - 1}", CultureInfo.InvariantCulture));
        if (all.Exponent >= LeastExponent && all.Exponent < Math.Max(digits, MostPlaces))
            return new(x < 0, double.Parse($"{all.Mantissa}e{all.Exponent.ToString(CultureInfo.InvariantCulture)}", CultureInfo.InvariantCulture)
                .ToString("0.#############################", CultureInfo.InvariantCulture), 0);
        return new(x < 0, all.Mantissa.Contains('.', StringComparison.Ordinal) ? all.Mantissa.TrimEnd('0').TrimEnd('.') : all.Mantissa, all.Exponent);
    }

    /// <summary>A number with all digits that tell it from others; 1/6 for 0.16666666666666666.</summary>
    public static Numeral Of(double x)
    {
        if (!double.IsFinite(x) || x == 0) return Of(x, MostPlaces);
        if (Of(x, MostPlaces) is var few && double.Parse(few.ToTyped(), CultureInfo.InvariantCulture) == x) return few;
        for (int below = 3; below <= LargestDenominator; below++)
        {
            double above = Math.Round(Math.Abs(x) * below);
            if (above is >= 1 and <= LargestDenominator && above / below == Math.Abs(x))
                return new(x < 0, $"{above.ToString(CultureInfo.InvariantCulture)}/{below.ToString(CultureInfo.InvariantCulture)}", 0);
        }
        int digits = MostPlaces + 1;
        while (digits < MostDigits && double.Parse(Of(x, digits).ToTyped(), CultureInfo.InvariantCulture) != x) digits++;
        return Of(x, digits);
    }

    /// <summary>For people: −2.5·10⁻⁷.</summary>
    public string ToText() => (this.IsNegative ? "−" : "")
        + (this.Exponent == 0 ? this.Mantissa
            : this.IsPowerOfTen ? $"10{Raised(this.Exponent)}"
            : $"{this.Mantissa}·10{Raised(this.Exponent)}");

    /// <summary>As LaTeX: -2.5 \cdot 10^{-7}.</summary>
    public string ToLatex()
    {
        string mantissa = this.Mantissa switch { "π" => @"\pi", "∞" => @"\infty", "NaN" => @"\mathrm{NaN}", var digits => digits };
        string power = $"10^{{{this.Exponent.ToString(CultureInfo.InvariantCulture)}}}";
        return (this.IsNegative ? "-" : "") + (this.Exponent == 0 ? mantissa : this.IsPowerOfTen ? power : $@"{mantissa} \cdot {power}");
    }

    /// <summary>As it could be typed: -2.5e-7.</summary>
    public string ToTyped() =>
        $"{(this.IsNegative ? "-" : "")}{this.Mantissa}{(this.Exponent == 0 ? "" : $"e{this.Exponent.ToString(CultureInfo.InvariantCulture)}")}";

    /// <summary>A whole number above the line: ⁻⁷.</summary>
    public static string Raised(int number) => Raised(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Digits above the line; a minus among them is raised too.</summary>
    public static string Raised(string digits) => string.Concat(digits.Select(d => d == '-' ? '⁻' : High[d - '0']));

    /// <summary>Digits below the line: the ₁₂ of x₁₂.</summary>
    public static string Lowered(string digits) => string.Concat(digits.Select(d => Low[d - '0']));

    /// <summary>Whether it is a digit above the line.</summary>
    public static bool IsRaised(char c) => High.Contains(c, StringComparison.Ordinal);

    /// <summary>Whether it is a digit below the line.</summary>
    public static bool IsLowered(char c) => Low.Contains(c, StringComparison.Ordinal);

    /// <summary>Raised and lowered digits on the line.</summary>
    public static string Plain(string text) =>
        string.Concat(text.Select(c => IsRaised(c) ? (char)('0' + High.IndexOf(c, StringComparison.Ordinal))
            : IsLowered(c) ? (char)('0' + Low.IndexOf(c, StringComparison.Ordinal)) : c == '⁻' ? '-' : c));
}
