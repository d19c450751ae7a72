// Numbers in a grid of cells: shaded by their size, with frames around some of them, places beyond the border and places that
// are closed. A window of a convolution, a pool's winners, a mask and the weights of an attention are all drawn with it.

using System.Globalization;
using Kubik.Glass.Explaining;

namespace Kubik.Glass.Pictures;

/// <summary>What a cell is.</summary>
internal enum CellKind
{
    /// <summary>A number.</summary>
    Number,
    /// <summary>A place beyond the border, which counts as a number, or as none when that is NaN.</summary>
    Beyond,
    /// <summary>A place where nothing may be.</summary>
    Closed,
    /// <summary>It stands for others that are not shown.</summary>
    LeftOut,
}

/// <summary>A cell.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its number.</param>
/// <param name="IsMarked">Whether it stands out, as the winner of a pool's window does.</param>
internal readonly record struct Cell(CellKind Kind, double Value = 0, bool IsMarked = false)
{
    public string Text => this.Kind switch
    {
        CellKind.LeftOut => "…",
        CellKind.Closed => "",
        CellKind.Beyond when double.IsNaN(this.Value) => "",
        _ => Short(this.Value),
    };

    /// <summary>A number in three digits or a few more; above a thousand without decimals.</summary>
    public static string Short(double x) => Digits.Short(Math.Abs(x) >= 1000 ? Math.Round(x) : x, digits: 3, decimals: 3);
}

/// <summary>A grid of cells.</summary>
internal sealed class CellGrid
{
    private const double RowHeight = 24, LeastWidth = 30, TitleHeight = 20, NumberHeight = 15, NumberWidth = 20, Small = 11, Usual = 13;

    private readonly IReadOnlyList<int?> rows, columns; // the places that are shown; null stands for those between
    private readonly Cell[,] cells;
    private readonly List<(int Row, int Column, int Rows, int Columns, bool HasFocus)> frames = [];
    private readonly double cellWidth, most;

    /// <summary>A grid.</summary>
    /// <param name="name">What stands above it.</param>
    /// <param name="rows">Which rows of all are shown; null stands for some that are not.</param>
    /// <param name="columns">Which columns.</param>
    /// <param name="cell">The cell at a row and a column.</param>
    public CellGrid(string name, IReadOnlyList<int?> rows, IReadOnlyList<int?> columns, Func<int, int, Cell> cell)
    {
        (this.Name, this.rows, this.columns) = (name, rows, columns);
        this.cells = new Cell[rows.Count, columns.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < columns.Count; j++) this.cells[i, j] = rows[i] is { } r && columns[j] is { } c ? cell(r, c) : new(CellKind.LeftOut);
        }
        this.cellWidth = Math.Max(LeastWidth,
            this.cells.Cast<Cell>().Select(c => TextWidth.Of(c.Text, Small) * (c.IsMarked ? 1.15 : 1)).DefaultIfEmpty(0).Max() + 8);
        this.most = this.cells.Cast<Cell>().Where(c => double.IsFinite(c.Value)).Select(c => Math.Abs(c.Value)).DefaultIfEmpty(0).Max();
    }

    /// <summary>What stands above it.</summary>
    public string Name { get; }

    /// <summary>Whether rows and columns have their numbers, from 1.</summary>
    public bool IsNumbered { get; init; }

    /// <summary>How many cells it has.</summary>
    public int Count => this.cells.Length;

    /// <summary>Its width in a picture.</summary>
    public double Width => Math.Max(this.Left + this.columns.Count * this.cellWidth, TextWidth.Of(this.Name, Usual));

    /// <summary>Its height in a picture.</summary>
    public double Height => this.Top + this.rows.Count * RowHeight;

    /// <summary>Where the cells begin, from its top.</summary>
    public double Top => TitleHeight + (this.IsNumbered ? NumberHeight : 0);

    private double Left => this.IsNumbered ? NumberWidth : 0;

    /// <summary>Puts a frame around the cells from one row and column to another; those that are not shown are left out of it.</summary>
    public void Frame(int firstRow, int lastRow, int firstColumn, int lastColumn, bool hasFocus)
    {
        (int row, int height) = Within(this.rows, firstRow, lastRow);
        (int column, int width) = Within(this.columns, firstColumn, lastColumn);
        if (height > 0 && width > 0) this.frames.Add((row, column, height, width, hasFocus));
    }

    private static (int At, int Count) Within(IReadOnlyList<int?> places, int first, int last)
    {
        int from = -1, to = -1;
        for (int i = 0; i < places.Count; i++)
        {
            if (places[i] is not { } p || p < first || p > last) continue;
            if (from < 0) from = i;
            to = i;
        }
        return from < 0 ? (0, 0) : (from, to - from + 1);
    }

    /// <summary>Draws it with its upper left corner at a point.</summary>
    public void Draw(Svg svg, double x, double y)
    {
        svg.Label(x + this.Left, y + 8, this.Name, "", "start");
        (double left, double top) = (x + this.Left, y + this.Top);
        for (int j = 0; this.IsNumbered && j < this.columns.Count; j++)
        {
            if (this.columns[j] is { } c && Enumerable.Range(0, this.rows.Count).Any(i => this.cells[i, j].Kind is CellKind.Number or CellKind.Closed))
                svg.Label(left + (j + 0.5) * this.cellWidth, top - 8, Number(c), "small soft");
        }
        for (int i = 0; i < this.rows.Count; i++)
        {
            if (this.IsNumbered && this.rows[i] is { } r
                && Enumerable.Range(0, this.columns.Count).Any(j => this.cells[i, j].Kind is CellKind.Number or CellKind.Closed))
            {
                svg.Label(left - 5, top + (i + 0.5) * RowHeight, Number(r), "small soft", "end");
            }
            for (int j = 0; j < this.columns.Count; j++) this.Draw(svg, this.cells[i, j], left + j * this.cellWidth, top + i * RowHeight);
        }
        foreach ((int row, int column, int rows, int columns, bool hasFocus) in this.frames.OrderBy(f => f.HasFocus))
            svg.Outline(left + column * this.cellWidth, top + row * RowHeight, columns * this.cellWidth, rows * RowHeight, hasFocus ? "focus" : "pane");
    }

    private void Draw(Svg svg, Cell cell, double x, double y)
    {
        switch (cell.Kind)
        {
            case CellKind.Number:
                svg.Shade(x, y, this.cellWidth, RowHeight, cell.Value < 0 ? "cell below" : "cell above",
                    this.most > 0 && double.IsFinite(cell.Value) ? Palette.MostShade * Math.Abs(cell.Value) / this.most : 0);
                break;
            case CellKind.Beyond or CellKind.Closed:
                svg.Box(x, y, this.cellWidth, RowHeight, 0, cell.Kind == CellKind.Beyond ? "beyond" : "closed");
                break;
        }
        if (cell.Text.Length > 0)
            svg.Label(x + this.cellWidth / 2, y + RowHeight / 2, cell.Text,
                cell.IsMarked ? "small marked" : cell.Kind is CellKind.Number ? "small" : "small soft");
    }

    private static string Number(int place) => (place + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>The grid in lines of text: what has the focus in brackets, what is marked with a star, what is closed as a point.</summary>
    public IReadOnlyList<string> ToLines()
    {
        string[,] texts = new string[this.rows.Count, this.columns.Count];
        for (int i = 0; i < this.rows.Count; i++)
        {
            for (int j = 0; j < this.columns.Count; j++)
            {
                Cell cell = this.cells[i, j];
                bool hasFocus = this.frames.Exists(f => f.HasFocus && i >= f.Row && i < f.Row + f.Rows && j >= f.Column && j < f.Column + f.Columns);
                string text = cell.Text.Length == 0 ? "·" : cell.Text + (cell.IsMarked ? "*" : "");
                texts[i, j] = hasFocus ? $"[{text}]" : $" {text} ";
            }
        }
        int[] widths = [.. Enumerable.Range(0, this.columns.Count).Select(j => Enumerable.Range(0, this.rows.Count).Max(i => texts[i, j].Length))];
        return [this.Name, .. Enumerable.Range(0, this.rows.Count).Select(i => string.Concat(widths.Select((w, j) => texts[i, j].PadLeft(w))))];
    }
}
