// One column of a table: is it numbers or text, and which? Numbers are read as C# writes them (1.5, -2e-3), whatever
// the language of the machine. A column is numeric when every cell that is not missing is a number; a column of text
// knows which cell made it so, because that is mostly a typing mistake somebody wants to find.

using System.Globalization;

namespace Kubik.IO;

/// <summary>What the cells of a column are.</summary>
public enum CsvColumnKind
{
    /// <summary>Numbers, apart from missing values.</summary>
    Numbers,
    /// <summary>Texts: at least one cell is neither a number nor missing.</summary>
    Text,
    /// <summary>Nothing: all values are missing, or there are no rows.</summary>
    Empty,
}

/// <summary>A column of a <see cref="CsvTable"/>.</summary>
public sealed class CsvColumn
{
    // Compared without regard to case. In a column of text only an empty cell is missing: "NA" may be Namibia.
    private static readonly string[] MissingWords = ["", "na", "n/a", "nan", "null", "none", "?", "-"];

    private readonly CsvTable table;

    internal CsvColumn(CsvTable table, int index)
    {
        this.table = table;
        this.Index = index;
        int firstMissing = -1, firstEmpty = -1, firstNumber = -1, firstText = -1;
        for (int row = 0; row < table.RowCount && (firstText < 0 || firstEmpty < 0); row++)
        {
            ReadOnlySpan<char> cell = table.Cell(row, index);
            if (cell.IsWhiteSpace() && firstEmpty < 0) firstEmpty = row;
            if (IsMissingWord(cell))
            {
                if (firstMissing < 0) firstMissing = row;
            }
            else if (TryNumber(cell, out _)) firstNumber = firstNumber < 0 ? row : firstNumber;
            else if (firstText < 0) firstText = row;
        }
        this.FirstTextRow = firstText;
        this.Kind = firstText >= 0 ? CsvColumnKind.Text : firstNumber >= 0 ? CsvColumnKind.Numbers : CsvColumnKind.Empty;
        this.FirstMissingRow = this.Kind == CsvColumnKind.Text ? firstEmpty : firstMissing;
    }

    /// <summary>The name of the column.</summary>
    public string Name => this.table.Header[this.Index];

    /// <summary>The place of the column, from 0.</summary>
    public int Index { get; }

    /// <summary>Whether the column holds numbers or texts.</summary>
    public CsvColumnKind Kind { get; }

    /// <summary>The first row, from 0, whose value is missing; −1 when none is.</summary>
    /// <remarks>Missing is an empty cell and, in a column of numbers, also NA, N/A, NaN, null, none, ? and -.</remarks>
    public int FirstMissingRow { get; }

    /// <summary>The first row, from 0, whose cell makes this a column of text; −1 when it is not one.</summary>
    public int FirstTextRow { get; }

    /// <summary>The values as numbers, all of them finite.</summary>
    /// <exception cref="DataFileException">A value is missing, or no number, or too large; the message names row, line and column.</exception>
    public double[] ToNumbers()
    {
        double[] numbers = new double[this.table.RowCount];
        for (int row = 0; row < numbers.Length; row++)
        {
            ReadOnlySpan<char> cell = this.table.Cell(row, this.Index);
            if (!TryNumber(cell, out numbers[row]) || !double.IsFinite(numbers[row]))
                throw this.table.Error(row, this.Index, Fault(cell));
        }
        return numbers;
    }

    /// <summary>The values as texts.</summary>
    /// <exception cref="DataFileException">A cell is empty; the message names row, line and column.</exception>
    public string[] ToTexts()
    {
        string[] texts = new string[this.table.RowCount];
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < texts.Length; row++)
        {
            ReadOnlySpan<char> cell = this.table.Cell(row, this.Index);
            if (cell.IsWhiteSpace()) throw this.table.Error(row, this.Index, "is missing; fill it in or remove the row.");
            if (!lookup.TryGetValue(cell, out string? text)) known[text = cell.ToString()] = text;
            texts[row] = text;
        }
        return texts;
    }

    /// <summary>The different texts, in ordinal order: what a one-hot encoding has an element for each of.</summary>
    /// <inheritdoc cref="ToTexts" path="/exception"/>
    public IReadOnlyList<string> Categories() => [.. this.ToTexts().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads a number as C# writes it, whatever the language of the machine.</summary>
    internal static bool TryNumber(ReadOnlySpan<char> cell, out double number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static bool IsMissingWord(ReadOnlySpan<char> cell)
    {
        const int Longest = 4;
        cell = cell.Trim();
        if (cell.Length > Longest || (!cell.IsEmpty && char.IsAsciiDigit(cell[0]))) return false;
        foreach (string word in MissingWords)
        {
            if (cell.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static string Fault(ReadOnlySpan<char> cell)
    {
        if (IsMissingWord(cell)) return "is a missing value; fill it in or remove the row.";
        if (TryNumber(cell, out _)) return "is not a finite number that float64 can hold.";
        string point = cell.ToString().Replace(',', '.');
        return cell.Contains(',') && TryNumber(point, out _)
            ? $"has a decimal comma; write {point.Trim()}."
            : "is not a number.";
    }
}
