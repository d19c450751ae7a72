// A CSV file in memory, kept as one run of characters and the places where cells end: a million cells are three arrays,
// not a million strings. Rows remember their line, so that every error about a value can say where it stands.

namespace Kubik.IO;

/// <summary>A CSV file: the names of its columns and its cells, all rows of the same length.</summary>
/// <example><code>
/// CsvTable t = Csv.Parse("height;name\n1.62;Ann\n1.80;Bo\n");
/// Console.WriteLine(t[1, 0]);                    // 1.80
/// Console.WriteLine(t["height"].ToNumbers()[0]); // 1.62
/// Console.WriteLine(t["name"].Kind);             // Text
/// </code></example>
public sealed class CsvTable
{
    private const int MaxChars = 1 << 30;

    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);
    private readonly List<int> lines = [];
    private string[] header = [];
    private char[] chars = [];
    private int charCount;
    private int[] ends = [];

    private CsvTable(string name) => this.Name = name;

    /// <summary>The file's path, or the name the caller gave the stream.</summary>
    public string Name { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Header => this.header;

    /// <summary>The number of columns.</summary>
    public int ColumnCount => this.header.Length;

    /// <summary>The number of rows, without the header.</summary>
    public int RowCount => this.lines.Count;

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<CsvColumn> Columns { get; private set; } = [];

    /// <summary>A cell as text; rows and columns count from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public string this[int row, int column] => this.Cell(row, column).ToString();

    /// <summary>A column by its name.</summary>
    /// <exception cref="DataFileException">There is no column of that name; the message lists the names there are.</exception>
    public CsvColumn this[string name]
    {
        get
        {
            const int Shown = 12;
            if (this.indices.TryGetValue(name, out int index)) return this.Columns[index];
            string more = this.ColumnCount > Shown ? $" and {this.ColumnCount - Shown} more" : "";
            throw new DataFileException(this.Name, $"there is no column '{name}'. The columns are '{string.Join("', '", this.header.Take(Shown))}'{more}.");
        }
    }

    /// <summary>A cell without copying it; rows and columns count from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public ReadOnlySpan<char> Cell(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, this.RowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, this.ColumnCount);
        int i = (row * this.ColumnCount) + column;
        return this.chars.AsSpan((i == 0 ? 0 : this.ends[i - 1])..this.ends[i]);
    }

    /// <summary>The line of the file in which a row begins, from 1.</summary>
    public int Line(int row) => this.lines[row];

    /// <summary>An error about a cell that says where it stands: file, line, row from 1, column.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="column">The column, from 0.</param>
    /// <param name="problem">What is wrong with the cell.</param>
    /// <example><code>throw table.Error(row, column, "is negative; ages are 0 or more.");
    /// // people.csv: row 7 (line 8), column 'age': '-3' is negative; ages are 0 or more.</code></example>
    public DataFileException Error(int row, int column, string problem)
    {
        const int Shown = 40;
        string cell = this[row, column];
        if (cell.Length > Shown) cell = cell[..Shown] + "…";
        return new DataFileException(this.Name, $"row {row + 1} (line {this.Line(row)}), column '{this.header[column]}': '{cell}' {problem}");
    }

    internal static CsvTable Read(CsvReader reader)
    {
        CsvTable table = new(reader.Source.Name);
        bool any = reader.Next();
        if (!any) throw reader.Source.Error("the file holds no records.");
        if (reader.Options.HasHeader) table.ReadHeader(reader);
        else table.header = [.. Enumerable.Range(1, reader.Count).Select(i => $"column {i}")];
        for (int i = 0; i < table.header.Length; i++)
        {
            if (!table.indices.TryAdd(table.header[i], i))
                throw reader.Source.Error($"columns {table.indices[table.header[i]] + 1} and {i + 1} are both called '{table.header[i]}'; rename one.");
        }
        if (reader.Options.HasHeader) any = reader.Next();
        for (; any; any = reader.Next()) table.Add(reader);
        table.Columns = [.. Enumerable.Range(0, table.ColumnCount).Select(i => new CsvColumn(table, i))];
        return table;
    }

    private void ReadHeader(CsvReader reader)
    {
        this.header = new string[reader.Count];
        bool numbers = true, counting = true;
        for (int i = 0; i < this.header.Length; i++)
        {
            string name = reader[i].Trim().ToString();
            this.header[i] = name.Length > 0 ? name : $"column {i + 1}";
            numbers &= CsvColumn.TryNumber(name, out double number);
            counting &= number == i || number == i + 1; // 0, 1, 2, … are names that pandas gives
        }
        if (numbers && !counting)
            throw reader.Source.Error(
                $"line {reader.Line}: the names of the columns are all numbers ({string.Join(", ", this.header.Take(3))}…), so this looks like data. "
                + "Add a line with names above it.");
    }

    private void Add(CsvReader reader)
    {
        if (reader.Count != this.ColumnCount)
            throw reader.Source.Error(
                $"line {reader.Line}: the record has {reader.Count} fields where {this.ColumnCount} are expected, as in the first record.");
        int cells = this.RowCount * this.ColumnCount;
        if (reader.Chars.Length > MaxChars - this.charCount || this.ColumnCount > Array.MaxLength - cells)
            throw reader.Source.Error(
                $"line {reader.Line}: the file has more than {MaxChars} characters or {Array.MaxLength} cells, too many for one table; "
                + "walk it with Csv.Records.");
        Grow(ref this.chars, this.charCount + reader.Chars.Length);
        Grow(ref this.ends, cells + this.ColumnCount);
        reader.Chars.CopyTo(this.chars.AsSpan(this.charCount));
        for (int i = 0; i < this.ColumnCount; i++) this.ends[cells + i] = this.charCount + reader.Ends[i];
        this.charCount += reader.Chars.Length;
        this.lines.Add(reader.Line);
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (needed > array.Length) Array.Resize(ref array, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * array.Length)));
    }
}
