// The table of a network's layers, no wider than asked for: long notations and formulas go on in the next line, for what is
// cut off explains nothing.

using System.Globalization;
using Kubik.Glass.Explaining;

namespace Kubik.Glass.Counts;

/// <summary>Writes the table.</summary>
internal static class SummaryTable
{
    private const int Brick = 1, LeastBrick = 20, Parameters = 3, LeastParameters = 26;
    private static readonly NumberFormatInfo Spaced = new() { NumberGroupSeparator = " ", NumberDecimalSeparator = "." };

    public static string Write(NetSummary summary, int width)
    {
        List<string[]> rows =
            [["layer", "brick", "output", "parameters", "macs", "forward", "backward", "sees"], ["", "input", $"{summary.Input}", "", "", "", "", ""]];
        foreach (LayerSummary l in summary.Layers)
        {
            string parameters = l.Parameters == 0 ? "0" : l.Formula == $"{l.Parameters}" ? Count(l.Parameters) : $"{Count(l.Parameters)} = {l.Formula}";
            rows.Add([l.Path, l.Brick, $"{l.Output}", parameters, Short(l.MultiplyAdds), Bytes(l.MemoryForward), Bytes(l.MemoryBackward),
                $"{l.ReceptiveField}"]);
        }
        if (summary.Problem is not null) return summary.Layers.Count == 0 ? "" : Table(rows, width);
        rows.Add(["", "total", $"{summary.Output}", Count(summary.Parameters), Short(summary.MultiplyAdds), Bytes(summary.MemoryForward),
            Bytes(summary.MemoryBackward), ""]);
        string batch = summary.Batch == 1 ? "one sample" : $"{Count(summary.Batch)} samples";
        return Table(rows, width) + "\n\n"
            + "macs: multiply–adds of products and convolutions, for one sample. sees: how many elements of the input one element sees,\n"
            + "and how far apart those of neighbours are.\n"
            + $"Memory for {batch}: forward is what a layer writes, backward what a training step keeps of it for the gradient.\n\n"
            + $"{Count(summary.Parameters)} parameter{(summary.Parameters == 1 ? "" : "s")}, {Bytes(summary.Parameters * sizeof(float))} in float32";
    }

    private static string Table(List<string[]> rows, int width)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        int over = widths.Sum() + 2 * (widths.Length - 1) - width;
        foreach ((int column, int least) in ((int, int)[])[(Brick, LeastBrick), (Parameters, LeastParameters), (Brick, LeastBrick / 2)])
        {
            int less = Math.Clamp(widths[column] - least, 0, Math.Max(over, 0));
            (widths[column], over) = (widths[column] - less, over - less);
        }
        return string.Join('\n', rows.SelectMany(r => Lines(r, widths)));
    }

    // What is longer than its column goes on below, indented.
    private static IEnumerable<string> Lines(string[] row, int[] widths)
    {
        string[][] cells = [.. row.Select((cell, c) => Wrapped(cell, widths[c]).ToArray())];
        for (int line = 0; line < cells.Max(c => c.Length); line++)
            yield return string.Join("  ", cells.Select((c, i) => Cell(line < c.Length ? c[line] : "", widths[i], isNumber: i is >= 4 and <= 6))).TrimEnd();
    }

    private static string Cell(string text, int width, bool isNumber) => isNumber ? text.PadLeft(width) : text.PadRight(width);

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        string indent = "";
        while (indent.Length + text.Length > width)
        {
            int space = text.LastIndexOf(' ', Math.Min(width - indent.Length, text.Length - 1)), cut = space > 0 ? space : width - indent.Length;
            yield return indent + text[..cut];
            (text, indent) = (text[cut..].TrimStart(), "  ");
        }
        yield return indent + text;
    }

    private static string Count(long n) => n.ToString("#,0", Spaced);

    // 0, 864, 117.6 k, 1.85 M, 7.61 G.
    private static string Short(long n) =>
        n < 1000 ? $"{n}" : n < 1_000_000 ? Three(n / 1e3, "k") : n < 1_000_000_000 ? Three(n / 1e6, "M") : Three(n / 1e9, "G");

    // 1024 B are 1 KB; from 1000 of one on it is the next.
    private static string Bytes(long n)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        int unit = 0;
        double x = n;
        for (; x >= 999.5 && unit + 1 < units.Length; unit++) x /= 1024;
        return unit == 0 ? $"{n} B" : $"{Digits.Significant(x, 3)} {units[unit]}";
    }

    private static string Three(double x, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{(x < 10 ? Math.Round(x, 2) : x < 100 ? Math.Round(x, 1) : Math.Round(x))} {unit}");
}
