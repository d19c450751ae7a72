// One number as a person writes it: 0.5, 0,5, 1/2, 1 2/3, 1½, 25%, 262 144, 1'000, 0.(3), 3*2 + ln 2, 2 x 3, 1:2. What people
// leave out or write otherwise is put right here; the formulas are then those of the glass box.

using System.Globalization;
using System.Text.RegularExpressions;
using Kubik.Glass.Formulas;

namespace Kubik.Book.Answers;

/// <summary>What a comma is within a number or a formula.</summary>
internal enum Commas
{
    /// <summary>The decimal point: 0,5.</summary>
    Decimal,

    /// <summary>Between thousands: 262,144.</summary>
    Thousands,

    /// <summary>Between the arguments of a function: max(0,5).</summary>
    Arguments,
}

internal static partial class TypedNumber
{
    private const int Patience = 1000;

    private const string Digits = @"(?>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

    private const string Vulgar = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞";

    private static readonly string[] VulgarParts = ["1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/6", "5/6", "1/8", "3/8", "5/8", "7/8"];

    // Logarithms that formulas do not have.
    private static readonly Dictionary<string, int> Bases = new(StringComparer.Ordinal) { ["lg"] = 10, ["log10"] = 10, ["log2"] = 2 };

    /// <summary>The number of a text; null: there is none, or no other than with decimal commas.</summary>
    public static double? Read(string text, Commas commas)
    {
        text = Plain(text);
        if (Infinite().Match(text) is { Success: true } infinite) return infinite.Groups["minus"].Success ? double.NegativeInfinity : double.PositiveInfinity;
        string? read = commas switch
        {
            Commas.Decimal => DecimalComma().Replace(DotGroups().Replace(text, m => m.Value.Replace(".", "", StringComparison.Ordinal)), "."),
            Commas.Thousands => CommaGroups().IsMatch(text) ? CommaGroups().Replace(text, m => m.Value.Replace(",", "", StringComparison.Ordinal)) : null,
            _ => text.Contains(',', StringComparison.Ordinal) && text.Contains('(', StringComparison.Ordinal) ? text : null,
        };
        if (read is null) return null;
        read = Repeating().Replace(read, Repeated);
        if (IsMixed(read)) read = Mixed().Replace(read, "${sign}(${whole} + ${part})");
        read = Percent().Replace(read, "(${x}/100)");
        if (Neighbours().IsMatch(read)) return null; // two numbers are no product
        try
        {
            Formula formula = Formula.Parse(Natural(Bare().Replace(read, m => m.Groups["f"].Value is var f && (Function.All.ContainsKey(f) || Bases.ContainsKey(f)) ? $"{f}({m.Groups["x"]})" : m.Value)));
            return formula.Variables.Count > 0 ? null : formula.Value;
        }
        catch (Exception e) when (e is FormulaException or ShapeException or ArgumentException)
        {
            return null;
        }
    }

    // One way of writing of each sign; groups of digits joined; a mixed number in brackets.
    private static string Plain(string text)
    {
        text = Dashes().Replace(Spaces().Replace(text, " "), "-").Trim().TrimEnd('.', ',', ';').Replace('⁄', '/').Replace('•', '*').Replace("**", "^", StringComparison.Ordinal);
        text = Square().Replace(text, "${x}");
        text = Euler().Replace(text, "e");
        text = Times().Replace(text, "*");
        text = Divided().Replace(text, "/");
        text = MixedVulgar().Replace(text, m => $"({m.Groups["whole"]} + {VulgarParts[Vulgar.IndexOf(m.Groups["part"].Value[0])]})");
        text = string.Concat(text.Select(c => Vulgar.IndexOf(c) is >= 0 and int i ? $"({VulgarParts[i]})" : c.ToString()));
        text = Apostrophe().Replace(text, "");
        return IsMixed(text) ? text : SpaceGroups().Replace(text, m => m.Value.Replace(" ", "", StringComparison.Ordinal));
    }

    // lg(x) = (ln(x)/ln(10)); inner ones first.
    private static string Natural(string text)
    {
        while (Based().Match(text) is { Success: true } log)
        {
            int open = log.Index + log.Length - 1, close = open, depth = 0;
            do
            {
                if (close == text.Length) return text; // a bracket is missing, which parsing says
                depth += text[close] == '(' ? 1 : text[close] == ')' ? -1 : 0;
                close++;
            }
            while (depth > 0);
            text = $"{text[..log.Index]}(ln{text[open..close]}/ln({Bases[log.Groups["f"].Value]})){text[close..]}";
        }
        return text;
    }

    // 1 2/3 is, 1 000/3 and 262 144/2 are thousands over a number: the part of a mixed number is below 1 and begins with no 0.
    private static bool IsMixed(string text) =>
        Mixed().Match(text) is { Success: true } mixed && mixed.Groups["part"].Value.Split('/') is [var above, var below] && above[0] != '0'
        && double.Parse(above, CultureInfo.InvariantCulture) < double.Parse(below, CultureInfo.InvariantCulture);

    // 0.1(6) = 1/10 + 6/90.
    private static string Repeated(Match match)
    {
        string before = match.Groups["before"].Value, over = match.Groups["over"].Value;
        double unit = Math.Pow(10, before.Length);
        return string.Create(CultureInfo.InvariantCulture, $"({match.Groups["whole"]}.{before}0 + {over}/{unit * (Math.Pow(10, over.Length) - 1)})");
    }

    [GeneratedRegex("[\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uFE63\uFF0D]", RegexOptions.None, Patience)]
    private static partial Regex Dashes();

    [GeneratedRegex(@"\s+", RegexOptions.None, Patience)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[\[{](?<x>[^\[\]{}]*)[\]}]$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Square();

    [GeneratedRegex(@"^(?:\+|(?<minus>-))?\s*(?:∞|inf|infinity|бесконечность)$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Infinite();

    // The Russian letter of the same look: 1е-5, е^2.
    [GeneratedRegex(@"(?<=[0-9])[еЕ](?=[-+]?[0-9])|(?<!\p{L})е(?!\p{L})", RegexOptions.None, Patience)]
    private static partial Regex Euler();

    // 2 x 3, in either alphabet.
    [GeneratedRegex(@"(?<=[0-9)])\s*[xхXХ]\s*(?=[0-9(])", RegexOptions.None, Patience)]
    private static partial Regex Times();

    // 1:2, π:2
    [GeneratedRegex(@"(?<=[0-9)π]|(?<![\p{L}\p{N}])(?:pi|e))\s*:\s*(?=[0-9(π√])", RegexOptions.None, Patience)]
    private static partial Regex Divided();

    [GeneratedRegex($@"(?<whole>[0-9]+)\s*(?<part>[{Vulgar}])", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex MixedVulgar();

    // 1'000
    [GeneratedRegex(@"(?<=[1-9][0-9]{0,2}(?:['’ʼ‘][0-9]{3})*)['’ʼ‘](?=[0-9]{3}(?![0-9]))", RegexOptions.None, Patience)]
    private static partial Regex Apostrophe();

    // 262 144
    [GeneratedRegex(@"(?<![0-9.,])(?<![0-9.,] )(?!0)[0-9]{1,3}(?: [0-9]{3})+(?![0-9]| [0-9])", RegexOptions.None, Patience)]
    private static partial Regex SpaceGroups();

    // 1.234,5 and 1.234.567
    [GeneratedRegex(@"(?<![0-9.,])(?!0)[0-9]{1,3}(?:(?:\.[0-9]{3})+(?=,[0-9])|(?:\.[0-9]{3}){2,}(?![0-9.]))", RegexOptions.None, Patience)]
    private static partial Regex DotGroups();

    // 262,144 and 1,234.5
    [GeneratedRegex(@"(?<![0-9.,])(?!0)[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])", RegexOptions.None, Patience)]
    private static partial Regex CommaGroups();

    [GeneratedRegex("(?<=[0-9]),(?=[0-9(])", RegexOptions.None, Patience)]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"(?<![0-9.])(?<whole>[0-9]+)\.(?<before>[0-9]{0,9})\((?<over>[0-9]{1,6})\)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Repeating();

    // -1 2/3
    [GeneratedRegex(@"^(?<sign>[-+]?)\s*(?<whole>[0-9]+)\s+(?<part>[0-9]+\s*/\s*[0-9]+)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Mixed();

    [GeneratedRegex($@"(?<x>{Digits})\s*%", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Percent();

    // 1 2, but not log10 2
    [GeneratedRegex(@"(?<=[0-9.])(?<!log10|log2)\s+(?=[0-9.])", RegexOptions.None, Patience)]
    private static partial Regex Neighbours();

    // ln 2, ln2, ln 2^3, ln e: the function is of the number with its power.
    [GeneratedRegex($@"(?<![\p{{L}}_])(?:(?<f>\p{{L}}[\p{{L}}0-9]*)\s+(?<x>{Power})|(?<f>\p{{L}}+)(?<x>{Power}))(?!\s*\()", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Bare();

    [GeneratedRegex(@"(?<![\p{L}_])(?<f>lg|log10|log2)\s*\(", RegexOptions.ExplicitCapture | RegexOptions.RightToLeft, Patience)]
    private static partial Regex Based();

    private const string Power = $@"(?>(?:{Digits}|(?:π|pi|e)(?![\p{{L}}0-9]))(?:\s*\^\s*[-+]?{Digits})?)";
}
