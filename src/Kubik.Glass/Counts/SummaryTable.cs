// The table of a network's layers, no wider than asked for: what a brick is gives way first, since the path says which it is.

using System.Globalization;

namespace Kubik.Glass.Counts;

/// <summary>Writes the table.</summary>
internal static class SummaryTable
{
    private const int Brick = 1, LeastBrick = 20, Parameters = 3, LeastParameters = 26;
    private static readonly NumberFormatInfo Spaced = new() { NumberGroupSeparator = " ", NumberDecimalSeparator = "." };

    public static string Write(NetSummary summary, int width)
    {
        List<string[]> rows = [["layer", "brick", "output", "parameters", "macs", "forward", "backward", "sees"], ["", "input", $"{summary.Input}", "", "", "", "", ""]];
        foreach (LayerSummary l in summary.Layers)
        {
            string parameters = l.Parameters == 0 ? "0" : l.Formula == $"{l.Parameters}" ? Count(l.Parameters) : $"{Count(l.Parameters)} = {l.Formula}";
            rows.Add([l.Path, l.Brick, $"{l.Output}", parameters, Short(l.MultiplyAdds), Bytes(l.MemoryForward), Bytes(l.MemoryBackward), $"{l.ReceptiveField}"]);
        }
        rows.Add(["", "total", $"{summary.Output}", Count(summary.Parameters), Short(summary.MultiplyAdds), Bytes(summary.MemoryForward), Bytes(summary.MemoryBackward), ""]);
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        int over = widths.Sum() + 2 * (widths.Length - 1) - width;
        foreach ((int column, int least) in ((int, int)[])[(Brick, LeastBrick), (Parameters, LeastParameters), (Brick, 1)])
        {
            int less = Math.Clamp(widths[column] - least, 0, Math.Max(over, 0));
            (widths[column], over) = (widths[column] - less, over - less);
        }
        IEnumerable<string> lines = rows.Select(r => string.Join("  ", r.Select((cell, c) => Cell(cell, widths[c], isNumber: c is >= 4 and <= 6))).TrimEnd());
        string batch = summary.Batch == 1 ? "one sample" : $"{Count(summary.Batch)} samples";
        return string.Join('\n', lines) + "\n\n"
            + "macs: multiply–adds of products and convolutions, for one sample. sees: how many elements of the input one element sees,\n"
            + "and how far apart those of neighbours are.\n"
            + $"Memory for {batch}: forward is what a layer writes, backward what a training step keeps of it for the gradient.";
    }

    private static string Cell(string text, int width, bool isNumber)
    {
        string cut = text.Length <= width ? text : text[..(width - 1)] + "…";
        return isNumber ? cut.PadLeft(width) : cut.PadRight(width);
    }

    private static string Count(long n) => n.ToString("#,0", Spaced);

    // 0, 864, 117.6 k, 1.85 M, 7.61 G.
    private static string Short(long n) => n < 1000 ? $"{n}" : n < 1_000_000 ? Three(n / 1e3, "k") : n < 1_000_000_000 ? Three(n / 1e6, "M") : Three(n / 1e9, "G");

    private static string Bytes(long n) => n < 1024 ? $"{n} B" : n < 1 << 20 ? Three(n / 1024.0, "KB") : n < 1L << 30 ? Three(n / (double)(1 << 20), "MB") : Three(n / (double)(1L << 30), "GB");

    private static string Three(double x, string unit) => string.Create(CultureInfo.InvariantCulture, $"{(x < 10 ? Math.Round(x, 2) : x < 100 ? Math.Round(x, 1) : Math.Round(x))} {unit}");
}
