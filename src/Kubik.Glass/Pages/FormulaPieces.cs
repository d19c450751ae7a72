// A long formula in pieces between which a line may end: at = and + that are in no brackets. Browsers break text between
// formulas, not inside of one. A quotient that is too long for a line is written with a slash, so that its sums can be broken.

using System.Text;

namespace Kubik.Glass.Pages;

internal static class FormulaPieces
{
    private static readonly string[] Breaks = ["=", @"\approx", "+"];

    private const int LongestPart = 110; // characters of LaTeX above or below a fraction's line

    /// <summary>The pieces of a LaTeX formula; each but the first begins with an operator.</summary>
    public static IEnumerable<string> Of(string latex) => Cut(latex).SelectMany(Flattened);

    private static List<string> Cut(string latex)
    {
        List<string> pieces = [];
        int depth = 0, start = 0;
        for (int i = 0; i < latex.Length; i++)
        {
            if (depth == 0 && IsBreak(latex, i) && latex.AsSpan(start, i - start).Trim().Length > 0)
            {
                pieces.Add(latex[start..i].Trim());
                start = i;
            }
            (int deeper, int length) = Step(latex, i);
            (depth, i) = (depth + deeper, i + length - 1);
        }
        pieces.Add(latex[start..].Trim());
        return pieces;
    }

    // How much deeper in brackets one is after the next sign, and its length.
    private static (int Deeper, int Length) Step(string latex, int i)
    {
        ReadOnlySpan<char> rest = latex.AsSpan(i);
        if (Begins(rest, @"\left")) return (1, @"\left(".Length);
        if (Begins(rest, @"\right")) return (-1, @"\right)".Length);
        if (Begins(rest, @"\begin")) return (1, @"\begin".Length);
        if (Begins(rest, @"\end")) return (-1, @"\end".Length);
        return (latex[i] is '{' or '(' or '[' ? 1 : latex[i] is '}' or ')' or ']' ? -1 : 0, 1);
    }

    private static bool Begins(ReadOnlySpan<char> rest, string command) => rest.StartsWith(command, StringComparison.Ordinal) && (rest.Length == command.Length || !char.IsAsciiLetter(rest[command.Length]));

    private static bool IsBreak(string latex, int i) => Array.Exists(Breaks, b => latex.AsSpan(i).StartsWith(b, StringComparison.Ordinal));

    // = \frac{a + b}{c} as = (a, + b), / c.
    private static IEnumerable<string> Flattened(string piece)
    {
        int at = piece.IndexOf(@"\frac{", StringComparison.Ordinal), above = at + @"\frac".Length, below = at < 0 ? -1 : End(piece, above);
        if (at < 0 || below < 0 || below >= piece.Length || piece[below] != '{' || End(piece, below) != piece.Length || piece[..at].Trim() is not ("" or "=" or @"\approx" or "+")) return [piece];
        string numerator = piece[(above + 1)..(below - 1)], denominator = piece[(below + 1)..^1];
        if (numerator.Length <= LongestPart && denominator.Length <= LongestPart) return [piece];
        List<string> over = Bracketed(Cut(numerator), IsSum(numerator)), under = Bracketed(Cut(denominator), !IsAtom(denominator));
        over[0] = $"{piece[..at]} {over[0]}";
        under[0] = $"/ {under[0]}";
        return over.Concat(under);
    }

    private static List<string> Bracketed(List<string> parts, bool isBracketed)
    {
        if (!isBracketed) return parts;
        parts[0] = $"( {parts[0]}";
        parts[^1] = $"{parts[^1]} )";
        return parts;
    }

    // Whether there is a + or − in no brackets, at the beginning too.
    private static bool IsSum(string latex) => Outside(latex).AsSpan().ContainsAny('+', '-', '−');

    // A number, a letter with its index, or what has brackets already.
    private static bool IsAtom(string latex) => Outside(latex).Trim() is var rest && !rest.AsSpan().ContainsAny('+', '-', '−') && !rest.Contains(' ', StringComparison.Ordinal) && !rest.Contains(@"\cdot", StringComparison.Ordinal);

    // What stands in no brackets.
    private static string Outside(string latex)
    {
        StringBuilder outside = new();
        int depth = 0;
        for (int i = 0; i < latex.Length; i++)
        {
            (int deeper, int length) = Step(latex, i);
            if (depth == 0 && deeper == 0) outside.Append(latex[i]);
            (depth, i) = (depth + deeper, i + length - 1);
        }
        return outside.ToString();
    }

    // Behind the closing brace.
    private static int End(string latex, int open)
    {
        int depth = 0;
        for (int i = open; i < latex.Length; i++)
        {
            depth += latex[i] == '{' ? 1 : latex[i] == '}' ? -1 : 0;
            if (depth == 0) return i + 1;
        }
        return -1;
    }
}
