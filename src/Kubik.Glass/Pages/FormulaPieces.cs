// A long formula in pieces between which a line may end: at = and + that are in no brackets. Browsers break text between
// formulas, not inside of one.

namespace Kubik.Glass.Pages;

internal static class FormulaPieces
{
    private static readonly string[] Breaks = ["=", @"\approx", "+"];

    /// <summary>The pieces of a LaTeX formula; each but the first begins with the operator.</summary>
    public static IEnumerable<string> Of(string latex)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < latex.Length; i++)
        {
            ReadOnlySpan<char> rest = latex.AsSpan(i);
            if (rest.StartsWith(@"\left", StringComparison.Ordinal) && !rest.StartsWith(@"\leftarrow", StringComparison.Ordinal)) (depth, i) = (depth + 1, i + @"\left".Length);
            else if (rest.StartsWith(@"\right", StringComparison.Ordinal) && !rest.StartsWith(@"\rightarrow", StringComparison.Ordinal)) (depth, i) = (depth - 1, i + @"\right".Length);
            else if (rest.StartsWith(@"\begin", StringComparison.Ordinal)) depth++;
            else if (rest.StartsWith(@"\end", StringComparison.Ordinal)) depth--;
            else if (latex[i] is '{' or '(' or '[') depth++;
            else if (latex[i] is '}' or ')' or ']') depth--;
            else if (depth == 0 && i > start && IsBreak(latex, i))
            {
                yield return latex[start..i].TrimEnd();
                start = i;
            }
        }
        yield return latex[start..];
    }

    private static bool IsBreak(string latex, int i) => Array.Exists(Breaks, b => latex.AsSpan(i).StartsWith(b, StringComparison.Ordinal) && latex.AsSpan(0, i).TrimEnd().Length > 0);
}
