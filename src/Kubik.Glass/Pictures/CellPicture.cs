// Grids of cells beside each other, with signs between them, in one line or several. As plain text the same stands in columns.

using System.Text;
using Kubik.Glass.Explaining;

namespace Kubik.Glass.Pictures;

/// <summary>A grid, with the sign that stands before it.</summary>
internal readonly record struct CellItem(string Sign, CellGrid Grid);

/// <summary>A picture of grids.</summary>
/// <param name="Title">What it is, in short.</param>
/// <param name="Says">What is to be seen in it.</param>
/// <param name="Lines">The grids, line by line.</param>
internal sealed record CellPicture(Remark Title, Remark Says, IReadOnlyList<IReadOnlyList<CellItem>> Lines) : Figure(Title, Says)
{
    private const double Margin = 14, Apart = 22, Usual = 13, Widest = 1040;
    private const int WidestText = 110; // characters
    private const string Gap = "   ";

    /// <inheritdoc/>
    public override string ToSvg(Language language)
    {
        List<(CellItem Item, double X, double Y, double Middle)> placed = [];
        double width = 0, y = Margin;
        foreach (CellItem[] line in this.Lines.SelectMany(l => Flowing(l, Widest, i => Before(i) + i.Grid.Width)))
        {
            double cells = line.Max(i => i.Grid.Height - i.Grid.Top), top = line.Max(i => i.Grid.Top), x = Margin;
            foreach (CellItem item in line)
            {
                x += Before(item);
                // The middles of the cells are on one height.
                placed.Add((item, x, y + top + (cells - (item.Grid.Height - item.Grid.Top)) / 2 - item.Grid.Top, y + top + cells / 2));
                x += item.Grid.Width;
            }
            width = Math.Max(width, x);
            y += top + cells + Apart;
        }
        Svg svg = new(width + Margin, y - Apart + Margin, this.Title.In(language), this.Says.In(language));
        foreach ((CellItem item, double x, double top, double middle) in placed)
        {
            item.Grid.Draw(svg, x, top);
            if (item.Sign.Length > 0) svg.Label(x - Apart / 2, middle, item.Sign, "", "end");
        }
        return svg.ToString();
    }

    private static double Before(CellItem item) => item.Sign.Length > 0 ? TextWidth.Of(item.Sign, Usual) + Apart : 0;

    // What is too wide for a page goes on in the next line.
    private static IEnumerable<CellItem[]> Flowing(IReadOnlyList<CellItem> line, double widest, Func<CellItem, double> widthOf)
    {
        List<CellItem> now = [];
        double width = 0;
        foreach (CellItem item in line)
        {
            double needed = widthOf(item);
            if (now.Count > 0 && width + needed > widest)
            {
                yield return [.. now];
                now.Clear();
                width = 0;
            }
            now.Add(item);
            width += needed;
        }
        if (now.Count > 0) yield return [.. now];
    }

    /// <inheritdoc/>
    public override string ToText()
    {
        StringBuilder text = new();
        foreach (CellItem[] line in this.Lines.SelectMany(l =>
            Flowing(l, WidestText, i => i.Sign.Length + 2 * Gap.Length + i.Grid.ToLines().Max(r => r.Length))))
        {
            List<(string Sign, IReadOnlyList<string> Rows, int Width)> blocks =
                [.. line.Select(i => i.Grid.ToLines() is var rows ? (i.Sign, rows, rows.Max(r => r.Length)) : default)];
            int height = blocks.Max(b => b.Rows.Count);
            for (int r = 0; r < height; r++)
            {
                StringBuilder row = new();
                foreach ((string sign, IReadOnlyList<string> rows, int wide) in blocks)
                {
                    string between = sign.Length == 0 ? "" : r == height / 2 ? $"{Gap}{sign}{Gap}" : new string(' ', sign.Length + 2 * Gap.Length);
                    int at = r == 0 ? 0 : r - (height - rows.Count) / 2; // the name on top, the rows around the middle
                    bool isThere = r == 0 ? true : at >= 1 && at < rows.Count;
                    row.Append(between).Append((isThere ? rows[at] : "").PadRight(wide));
                }
                text.AppendLine(row.ToString().TrimEnd());
            }
            text.AppendLine();
        }
        return text.ToString().TrimEnd();
    }
}
