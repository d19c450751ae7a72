namespace Kubik.Cli.Terminal;

/// <summary>Rows under a header, columns as wide as they must be; numbers to the right.</summary>
internal sealed class TextTable(params (string Header, bool IsNumber)[] columns)
{
    private readonly List<string[]> rows = [];

    public void Add(params string[] cells) => this.rows.Add(cells);

    public void Write(TextWriter to, string indent = "")
    {
        int[] widths = [.. columns.Select((c, i) => Math.Max(c.Header.Length, this.rows.Select(r => r[i].Length).DefaultIfEmpty().Max()))];
        to.WriteLine(indent + Screen.Dim(this.Line([.. columns.Select(c => c.Header)], widths)));
        foreach (string[] row in this.rows) to.WriteLine(indent + this.Line(row, widths));
    }

    private string Line(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd();
}
