// Names and powers within sentences as they are printed: w_gd with a lowered gd, W1 with a lowered 1, h_(t−1) without its
// brackets, e^(−x) raised. Formulas of their own are MathML; these are words of a sentence, so lines can break around them.

using System.Text;
using System.Text.RegularExpressions;

namespace Kubik.Glass.Pages;

internal static partial class Indices
{
    /// <summary>A sentence as HTML.</summary>
    public static string Html(string text)
    {
        StringBuilder html = new();
        int written = 0;
        foreach (Match m in Index().Matches(text))
        {
            string tag = m.Groups["sign"].Value == "^" ? "sup" : "sub", inside = m.Groups["inside"].Value;
            html.Append(HtmlPage.Escaped(text[written..m.Index])).Append($"<{tag}>{Html(inside)}</{tag}>");
            written = m.Index + m.Length;
        }
        return html.Append(HtmlPage.Escaped(text[written..])).ToString();
    }

    // After a letter, a number or a bracket: letters and digits, a signed number, or what stands in brackets, which may hold others.
    // A letter by itself may have a number right behind it.
    [GeneratedRegex(
        @"(?<=[\p{L}\p{N}\p{Mn})\]□])(?<sign>[_^])(?:\((?<inside>(?>[^()]+|(?<open>\()|(?<-open>\)))*(?(open)(?!)))\)|(?<inside>[−-]?[\p{L}\p{N}]+))"
        + @"|(?<=(?<![\p{L}\p{N}_^.])\p{L})(?<inside>[0-9]{1,2})(?![\p{L}\p{N}_^])",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index();
}
