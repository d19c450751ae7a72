// Reads what a person types where a number, a vector or a matrix is asked, with or without its name in front (y = 0.5) and its
// unit behind (3 neurons). What can be meant in more than one way, such as 262,144, is read in each.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Answers;

internal static partial class TypedValue
{
    private const int Patience = 1000, LongestRow = 4, MostRows = 3;

    private const int Longest = 4000; // characters: no answer needs more, and no pattern takes long over so many

    private const int Stem = 3; // letters of a word that are the same in all its forms: guests, guest; слой, слоёв

    private const string Open = "([{", Close = ")]}";

    /// <summary>The values that may be meant, the likeliest first; none where it cannot be read.</summary>
    public static IReadOnlyList<Tensor> Readings(string text, Shape shape, Remark? unit = null, string? name = null)
    {
        if (text.Length > Longest) return [];
        text = WithoutUnit(WithoutLabel(text[(text.LastIndexOfAny(['=', '≈', '~']) + 1)..], name).Trim(), unit);
        Commas[] ways = text.Contains(',', StringComparison.Ordinal) ? Enum.GetValues<Commas>() : [Commas.Decimal];
        List<Tensor> read = [];
        foreach (string[] entries in shape.Rank == 0 ? [[text]] : Entries(text, shape))
        {
            foreach (Commas commas in ways)
            {
                // One number of several may have no other reading than the usual one.
                double?[] numbers = [.. entries.Select(e => TypedNumber.Read(e, commas))];
                if (entries.Length > 1 && commas != Commas.Decimal && Array.Exists(numbers, n => n is not null)) numbers = [.. numbers.Zip(entries, (n, e) => n ?? TypedNumber.Read(e, Commas.Decimal))];
                if (!Array.TrueForAll(numbers, n => n is not null)) continue;
                double[] values = [.. numbers.Select(n => n!.Value)];
                if (!read.Exists(r => r.ToDoubles().AsSpan().SequenceEqual(values))) read.Add(shape.Rank == 0 ? N(values[0]) : Tensor.From(values, shape));
            }
        }
        return read;
    }

    /// <summary>The names that values are said to be of: h1 in h1 = 100.5 and in h1: 100.5.</summary>
    public static IEnumerable<string> Names(string text) => text.Length > Longest ? [] : Named().Matches(text).Select(m => m.Groups["name"].Value);

    /// <summary>Whether it is the beginning of a matrix: brackets are still open, or there are fewer rows than are asked, and each is one.</summary>
    public static bool IsUnfinished(string text, Shape shape)
    {
        if (shape.Rank != 2) return false;
        text = text[(text.LastIndexOf('=') + 1)..];
        if (text.Count(c => Open.Contains(c, StringComparison.Ordinal)) > text.Count(c => Close.Contains(c, StringComparison.Ordinal))) return true;
        List<string> rows = Parts(text, ";\n");
        return rows.Count < shape[0] && rows.TrueForAll(row => Readings(row, [shape[1]]).Count > 0);
    }

    /// <summary>How a vector or a matrix of a shape is typed: 1 2; 1 2.</summary>
    public static string Example(Shape shape)
    {
        (int rows, int columns) = (shape.Rank == 2 ? shape[0] : 1, shape[^1]);
        string row = columns > LongestRow ? $"1 2 … {columns}" : string.Join(' ', Enumerable.Range(1, columns));
        return rows > MostRows ? $"{row}; {row}; …" : string.Join("; ", Enumerable.Repeat(row, rows));
    }

    // y: 0.5, but not π:2, which is a quotient unless π is what is asked.
    private static string WithoutLabel(string text, string? name) =>
        Labelled().Match(text) is { Success: true, Groups: var label } && (label["name"].Value == name || TypedNumber.Read(label["name"].Value, Commas.Decimal) is null)
            ? text[label[0].Length..] : text;

    // The rows, and in each of them the entries; several ways where a comma or a space can be read so or so.
    private static IEnumerable<string[]> Entries(string text, Shape shape)
    {
        // Spaces part numbers, but not a function from its number.
        text = Gap().Replace(text, "\u00a0");
        if (shape.Rank == 1) return InRow(text, shape[0], hasSemicolons: true);
        if (Rows(text, shape[0]) is not { } rows) return [];
        string[][][] ways = [.. rows.Select(row => InRow(row, shape[1], hasSemicolons: row.TrimStart().StartsWith('(')).ToArray())];
        // All rows are parted in the same way.
        return ways.Min(w => w.Length) is > 0 and int least ? Enumerable.Range(0, least).Select(i => ways.SelectMany(w => w[i]).ToArray()) : [];
    }

    // (1 2; 3 4), [[1, 2], [3, 4]], lines.
    private static List<string>? Rows(string text, int count)
    {
        for (string? inside = text; inside is not null; inside = Unwrapped(inside))
        {
            if (Parts(inside, ";\n") is var rows && rows.Count == count) return rows;
            if (Groups(inside) is { } groups && groups.Count == count) return groups;
        }
        return null;
    }

    // Semicolons or spaces part numbers, so commas inside of them are decimal; or commas part them.
    private static IEnumerable<string[]> InRow(string row, int count, bool hasSemicolons)
    {
        while (count > 1 && Unwrapped(row) is { } inside) row = inside;
        string semicolons = hasSemicolons ? ";\n" : "";
        if (Parts(row, " \t" + semicolons) is var spaced && spaced.Count == count) yield return [.. spaced];
        if (semicolons.Length > 0 && Parts(row, semicolons) is var apart && apart.Count == count) yield return [.. apart];
        if (Parts(row, ",") is var listed && listed.Count == count) yield return [.. listed];
    }

    // What stands between separators that are in no brackets.
    private static List<string> Parts(string text, string separators)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length) depth += Open.Contains(text[i], StringComparison.Ordinal) ? 1 : Close.Contains(text[i], StringComparison.Ordinal) ? -1 : 0;
            if (i < text.Length && (depth > 0 || !separators.Contains(text[i], StringComparison.Ordinal))) continue;
            string part = text[start..i].Trim().Trim(',').Trim();
            if (part.Length > 0) parts.Add(part);
            start = i + 1;
        }
        return parts;
    }

    // [1, 2], [3, 4]: brackets beside each other and nothing else.
    private static List<string>? Groups(string text)
    {
        List<string> groups = [];
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (Open.Contains(text[i], StringComparison.Ordinal) && depth++ == 0) start = i;
            else if (Close.Contains(text[i], StringComparison.Ordinal) && --depth == 0) groups.Add(text[start..(i + 1)]);
            else if (depth <= 0 && !char.IsWhiteSpace(text[i]) && text[i] is not (',' or ';')) return null;
        }
        return groups;
    }

    // Without brackets around all of it; null: there are none.
    private static string? Unwrapped(string text)
    {
        text = text.Trim();
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += Open.Contains(text[i], StringComparison.Ordinal) ? 1 : Close.Contains(text[i], StringComparison.Ordinal) ? -1 : 0;
            if (depth == 0) return i > 0 && i == text.Length - 1 ? text[1..^1] : null;
        }
        return null;
    }

    // 12 parameters, 12 параметров, 1 guest: words that are those of the unit, whatever their endings.
    private static string WithoutUnit(string text, Remark? unit)
    {
        if (unit is null || Behind().Match(text) is not { Success: true } behind) return text;
        string[] known = Word().Matches($"{unit.English} {unit.Russian}").Select(m => m.Value).ToArray();
        bool IsUnit(string word) => Array.Exists(known, k => word.Length >= Stem && k.Length >= Stem && string.Compare(word, 0, k, 0, Math.Max(Stem, Math.Min(word.Length, k.Length) - 2), StringComparison.OrdinalIgnoreCase) == 0);
        return Word().Matches(behind.Value).All(m => IsUnit(m.Value)) ? text[..behind.Index] : text;
    }

    // y = 0.5, x = y = 0.5, y = 3, x = 1; not the y of 2 + y = 5
    [GeneratedRegex(@"(?:^|[=,;\n])\s*(?<name>[\p{L}_][\p{L}\p{N}_′']*)\s*(?=[=:≈~])", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Named();

    // y: 0.5
    [GeneratedRegex(@"^\s*(?<name>[\p{L}_][\p{L}\p{N}_′']*)\s*:", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Labelled();

    [GeneratedRegex(@"(?<=\p{L}[\p{L}0-9]*)\s+(?=[0-9.])", RegexOptions.None, Patience)]
    private static partial Regex Gap();

    [GeneratedRegex(@"(?<=[0-9)\]])\s*\p{L}[\p{L} ]*\.?$", RegexOptions.None, Patience)]
    private static partial Regex Behind();

    [GeneratedRegex(@"\p{L}+", RegexOptions.None, Patience)]
    private static partial Regex Word();
}
