// A long formula in pieces between which a line may end. Browsers and TeX break text between formulas, not inside of one. Lines end
// at = and + that are in no brackets; what is still wider than a line is taken apart at commas, at − and at the signs of products, then a
// bracket is opened, a row of numbers goes on in the next line, and a quotient is written with a slash.

using System.Text;

namespace Kubik.Glass.Pages;

internal static class FormulaPieces
{
    /// <summary>How many digits stand in a line, on A4 paper or on a screen of its width.</summary>
    public const int Line = 70;

    private static readonly string[] Breaks = ["=", @"\approx", "+"];

    private static readonly string[] Inner = [",", "=", @"\approx", "+", "-"];

    private static readonly string[] Products = [@"\cdot", @"\circ", @"\oslash", @"\odot", @"\otimes", @"\times", "/"];

    // Signs that hold together least come first.
    private static readonly string[][] Levels = [[",", ";"], ["=", @"\approx", @"\leftarrow"], ["+", "-"], Products];

    private enum Kind { Bracket, Fence, Fraction, Root, Row, RowInBraces }

    /// <summary>The pieces of a LaTeX formula; each but the first begins with an operator, or goes on with what is enumerated.</summary>
    public static IEnumerable<string> Of(string latex) => Cut(latex, Breaks).SelectMany(Broken);

    private static List<string> Cut(string latex, string[] signs)
    {
        List<string> pieces = [];
        int depth = 0, start = 0;
        for (int i = 0; i < latex.Length; i++)
        {
            if (depth == 0 && Array.Find(signs, s => Begins(latex.AsSpan(i), s)) is { } sign
                && IsBetween(sign, latex.AsSpan(start, i - start).Trim(), latex.AsSpan(i)))
            {
                bool isBehind = sign is "," or ";"; // these stay in their line
                int end = isBehind ? i + 1 : i;
                pieces.Add(latex[start..end].Trim());
                start = end;
                if (isBehind) continue;
            }
            (int deeper, int length) = Step(latex, i);
            (depth, i) = (depth + deeper, i + length - 1);
        }
        if (latex.AsSpan(start).Trim().Length > 0 || pieces.Count == 0) pieces.Add(latex[start..].Trim());
        // A minus after a comma is that of a number.
        for (int i = 1; i < pieces.Count; i++)
        {
            if (pieces[i - 1][^1] is ',' or ';' && pieces[i].StartsWith('-')) pieces[i] = $"{{-}}{pieces[i][1..]}";
        }
        return pieces;
    }

    // A minus behind another sign is that of a number, and 2·10³ is one number.
    private static bool IsBetween(string sign, ReadOnlySpan<char> before, ReadOnlySpan<char> rest)
    {
        if (before.Length == 0) return false;
        if (sign == @"\cdot") return !(char.IsAsciiDigit(before[^1]) && rest[sign.Length..].TrimStart().StartsWith("10^", StringComparison.Ordinal));
        if (sign != "-") return true;
        foreach (string[] level in Levels)
        {
            foreach (string other in level)
            {
                if (before.EndsWith(other, StringComparison.Ordinal)) return false;
            }
        }
        return true;
    }

    // How much deeper in brackets one is after the next sign, and its length.
    private static (int Deeper, int Length) Step(string latex, int i)
    {
        ReadOnlySpan<char> rest = latex.AsSpan(i);
        if (Begins(rest, @"\left")) return (1, Delimited(rest, @"\left".Length));
        if (Begins(rest, @"\right")) return (-1, Delimited(rest, @"\right".Length));
        if (Begins(rest, @"\begin")) return (1, @"\begin".Length);
        if (Begins(rest, @"\end")) return (-1, @"\end".Length);
        return (latex[i] is '{' or '(' or '[' ? 1 : latex[i] is '}' or ')' or ']' ? -1 : 0, 1);
    }

    // Behind the bracket that stands after \left or \right: one sign, or a command, \{ or \lVert.
    private static int Delimited(ReadOnlySpan<char> rest, int at)
    {
        int end = at + 1;
        if (at < rest.Length && rest[at] == '\\')
        {
            end++;
            while (end < rest.Length && char.IsAsciiLetter(rest[at + 1]) && char.IsAsciiLetter(rest[end])) end++;
        }
        return end;
    }

    private static bool Begins(ReadOnlySpan<char> rest, string command) =>
        rest.StartsWith(command, StringComparison.Ordinal)
            && (command[0] != '\\' || rest.Length == command.Length || !char.IsAsciiLetter(rest[command.Length]));

    private static List<string> Broken(string latex)
    {
        if (FormulaWidth.Of(latex) <= Line) return [latex];
        foreach (string[] signs in Levels)
        {
            if (Cut(latex, signs) is { Count: > 1 } parts) return [.. parts.SelectMany(Broken)];
        }
        return Opened(latex);
    }

    // The widest of what stands in brackets, in a root, in a row or above a line, in pieces.
    private static List<string> Opened(string latex)
    {
        (Kind kind, int from, int to) = Groups(latex).DefaultIfEmpty().MaxBy(g => FormulaWidth.Of(latex.AsSpan(g.From, g.To - g.From)));
        if (to == 0) return [latex];
        string before = latex[..from].Trim(), group = latex[from..to], after = latex[to..].Trim();
        List<string> pieces = kind switch
        {
            Kind.Fraction => Flattened(group, isAlone: after.Length == 0),
            Kind.Root => Bracketed(Inside(group[@"\sqrt{".Length..^1]), @"\surd(", ")", isDouble: after.StartsWith('^')),
            Kind.Row => RowOf(group),
            Kind.RowInBraces => RowOf(group[1..^1]),
            Kind.Fence => Fence(group),
            _ => Bracketed(Inside(group[1..^1]), group[..1], group[^1..]),
        };
        pieces[0] = before.Length == 0 ? pieces[0] : $"{before} {pieces[0]}";
        bool isAttached = after.Length == 0 || after[0] is '^' or '_' or '[' or ',';
        if (!isAttached && FormulaWidth.Of(after) > Line) return [.. pieces, .. Broken(after)];
        pieces[^1] = $"{pieces[^1]}{(isAttached ? "" : " ")}{after}";
        return pieces;
    }

    private static IEnumerable<(Kind Kind, int From, int To)> Groups(string latex)
    {
        for (int i = 0; i < latex.Length; i++)
        {
            (Kind kind, int end) = Group(latex, i);
            if (end <= 0) continue;
            // What is in braces stays together: an index, a power, a name, but not a row with a power; and so does a table of several rows.
            bool isTogether = kind switch
            {
                Kind.Row => !IsOneRow(latex.AsSpan(i..end)),
                Kind.RowInBraces => !IsOneRow(latex.AsSpan((i + 1)..(end - 1))),
                _ => latex[i] == '{',
            };
            if (!isTogether) yield return (kind, i, end);
            i = end - 1;
        }
    }

    private static bool IsOneRow(ReadOnlySpan<char> table) =>
        table.StartsWith(@"\begin{pmatrix}", StringComparison.Ordinal) && !table.Contains(@"\\", StringComparison.Ordinal);

    // What opens here and where it ends; -1 for nothing.
    private static (Kind Kind, int End) Group(string latex, int i)
    {
        ReadOnlySpan<char> rest = latex.AsSpan(i);
        if (rest.StartsWith(@"\frac{", StringComparison.Ordinal))
        {
            int below = End(latex, i + @"\frac".Length);
            return (Kind.Fraction, below > 0 && below < latex.Length && latex[below] == '{' ? End(latex, below) : -1);
        }
        if (rest.StartsWith(@"\sqrt{", StringComparison.Ordinal)) return (Kind.Root, End(latex, i + @"\sqrt".Length));
        if (Begins(rest, @"\begin")) return End(latex, i) is > 0 and var name ? (Kind.Row, End(latex, name)) : (Kind.Row, -1);
        if (rest.StartsWith(@"{\begin", StringComparison.Ordinal) && Group(latex, i + 1).End is > 0 and var row && row < latex.Length && latex[row] == '}')
            return (Kind.RowInBraces, row + 1);
        return Step(latex, i).Deeper > 0 ? (latex[i] == '\\' ? Kind.Fence : Kind.Bracket, End(latex, i)) : (Kind.Bracket, -1);
    }

    private static List<string> Inside(string latex) => [.. Cut(latex.Trim(), Inner).SelectMany(Broken)];

    // = \frac{a + b}{c} as = (a, + b), / c.
    private static List<string> Flattened(string fraction, bool isAlone)
    {
        int below = End(fraction, @"\frac".Length);
        string numerator = fraction[@"\frac{".Length..(below - 1)], denominator = fraction[(below + 1)..^1];
        List<string> over = Inside(numerator), under = Inside(denominator);
        if (IsSum(numerator)) over = Bracketed(over, "( ", " )");
        if (!IsAtom(denominator)) under = Bracketed(under, "( ", " )");
        under[0] = $"/ {under[0]}";
        List<string> both = [.. over, .. under];
        return isAlone ? both : Bracketed(both, "( ", " )");
    }

    // (1, 2, 3), with no commas: the entries stand in one row.
    private static List<string> RowOf(string row)
    {
        string cells = row[@"\begin{pmatrix}".Length..^@"\end{pmatrix}".Length];
        IEnumerable<string> each = cells.Split('&', StringSplitOptions.TrimEntries).Select(c => c.StartsWith('-') ? $"{{{c}}}" : c);
        return Bracketed([.. each.Select((c, i) => i == 0 ? c : $@"\;\;\; {c}")], "(", ")");
    }

    private static List<string> Fence(string group)
    {
        int right = group.LastIndexOf(@"\right", StringComparison.Ordinal), open = @"\left".Length, inside = Delimited(group, open);
        string close = group[(right + @"\right".Length)..];
        return Bracketed(Inside(group[inside..right]), group[open] == '.' ? "" : group[open..inside] + " ", close == "." ? "" : close);
    }

    private static List<string> Bracketed(List<string> parts, string open, string close, bool isDouble = false)
    {
        parts[0] = (isDouble ? "(" : "") + open + parts[0];
        parts[^1] += close + (isDouble ? ")" : "");
        return parts;
    }

    // Whether there is a + or − in no brackets, at the beginning too.
    private static bool IsSum(string latex) => Outside(latex).AsSpan().ContainsAny('+', '-', '−');

    // A number, a letter with its index, or what has brackets already.
    private static bool IsAtom(string latex) =>
        Outside(latex).Trim() is var rest && !rest.AsSpan().ContainsAny('+', '-', '−') && !rest.Contains(' ', StringComparison.Ordinal)
        && !rest.Contains(@"\cdot", StringComparison.Ordinal);

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

    // Behind what closes the bracket that opens here, or -1.
    private static int End(string latex, int open)
    {
        int depth = 0;
        for (int i = open; i < latex.Length; i++)
        {
            (int deeper, int length) = Step(latex, i);
            (depth, i) = (depth + deeper, i + length - 1);
            if (depth == 0) return i + 1;
        }
        return -1;
    }
}
