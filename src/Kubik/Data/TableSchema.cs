// How the columns of a table become a network's numbers, and back: which columns, which of them are names, and which
// names there are. It is found once, from the training data, and stored with the model: a new row is then encoded the
// same way, and one that cannot be is refused.

using System.Globalization;
using Kubik.IO;

namespace Kubik.Data;

/// <summary>How a table is to be understood, where its own look is not enough.</summary>
public sealed record TableOptions
{
    /// <summary>The column to be predicted; null: the last one.</summary>
    public string? Target { get; init; }

    /// <summary>Whether the target is classes or numbers; null: as <see cref="TableSchema.Infer"/> decides.</summary>
    public TargetKind? Kind { get; init; }

    /// <summary>Columns whose values are names though they look like numbers, such as a postcode.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Columns to leave out, such as a row's number.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>What to call the classes, in the order of the target's values; null: the values.</summary>
    public IReadOnlyList<string>? Classes { get; init; }
}

/// <summary>One column of a table that a network reads or predicts.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Values">The names that occur in it, for a column of names; null for a column of numbers.</param>
public sealed record TableColumn(string Name, IReadOnlyList<string>? Values)
{
    private Dictionary<string, int>? places;

    /// <summary>How many numbers it becomes: one, or one for each name (1 for the name that is there, 0 for all others).</summary>
    public int Width => this.Values?.Count ?? 1;

    /// <summary>The place of a cell's name among <see cref="Values"/>; −1 when it is not one of them. "1.0" is found as "1".</summary>
    internal int Find(ReadOnlySpan<char> cell)
    {
        this.places ??= this.Values!.Select((value, i) => (value, i)).ToDictionary(p => p.value, p => p.i, StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = this.places.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(cell.Trim(), out int place)) return place;
        return CsvColumn.TryNumber(cell, out double number) && this.places.TryGetValue(TableSchema.Text(number), out place) ? place : -1;
    }
}

/// <summary>The columns of a table, and how they become a network's input and target.</summary>
/// <example><code>
/// TableSchema schema = TableSchema.Infer(Csv.Load("people.csv"));
/// string json = schema.ToJson();                                  // goes into the model's file
/// Tensor rows = TableSchema.Parse(json).Encode(Csv.Load("new.csv"));  // not yet normalised
/// </code></example>
public sealed partial class TableSchema
{
    /// <summary>The most names a column may have: each becomes an input of the network.</summary>
    public const int MaxValues = 100;

    /// <summary>The most different whole numbers that count as classes when nothing is said.</summary>
    public const int MaxNumericClasses = 20;

    private TableSchema(IReadOnlyList<TableColumn> columns, TableColumn target, IReadOnlyList<string>? classes)
    {
        this.Columns = columns;
        this.Target = target;
        this.Outputs = classes ?? target.Values ?? [target.Name];
    }

    /// <summary>The columns a network reads, in its order.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The column to be predicted; its values are the classes as the file writes them.</summary>
    public TableColumn Target { get; }

    /// <summary>The names of the classes; or the name of the one number to be predicted.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Whether classes or numbers are predicted.</summary>
    public TargetKind Kind => this.Target.Values is null ? TargetKind.Numbers : TargetKind.Classes;

    /// <summary>How many numbers a row becomes.</summary>
    public int Width => this.Columns.Sum(c => c.Width);

    /// <summary>What each of these numbers is: "age", "sex=female", "sex=male".</summary>
    public IReadOnlyList<string> InputNames =>
        [.. this.Columns.SelectMany(c => c.Values is null ? [c.Name] : c.Values.Select(value => $"{c.Name}={value}"))];

    /// <summary>Finds out what the columns are.</summary>
    /// <remarks>
    /// A column of numbers is an input as it is; a column of names is one input for each name. The target is the last column unless another is named. It
    /// is classes when it holds texts, or whole numbers of which there are at most <see cref="MaxNumericClasses"/> different ones, each occurring at least
    /// twice on average; otherwise it is a number to be predicted. <see cref="TableOptions.Kind"/> overrules that.
    /// </remarks>
    /// <param name="table">The table.</param>
    /// <param name="options">What the user has said.</param>
    /// <exception cref="DataFileException">
    /// No rows, only one column, no such column, a missing value (named by row and column), a column of numbers with decimal commas, more than
    /// <see cref="MaxValues"/> names in a column, numbers with a stray text among them, or a target that is the same everywhere.
    /// </exception>
    public static TableSchema Infer(CsvTable table, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new TableOptions();
        if (table.RowCount == 0) throw new DataFileException(table.Name, "it has a header but no rows; there is nothing to learn from.");
        CsvColumn target = options.Target is null ? table.Columns[^1] : Column(table, options.Target);
        foreach (string name in options.Names.Concat(options.Ignore)) _ = Column(table, name);
        foreach (CsvColumn column in table.Columns)
        {
            if (!options.Names.Concat(options.Ignore).Contains(column.Name, StringComparer.Ordinal) && (column != target || options.Kind != TargetKind.Classes))
                RefuseDecimalCommas(table, column);
        }
        TableColumn[] columns =
        [
            .. table.Columns.Where(c => c != target && !options.Ignore.Contains(c.Name, StringComparer.Ordinal))
                .Select(c =>
                    new TableColumn(c.Name,
                        options.Names.Contains(c.Name, StringComparer.Ordinal) ? NamesIn(table, c, isSaid: true)
                        : c.Kind == CsvColumnKind.Text ? NamesIn(table, c, isSaid: false) : null)),
        ];
        if (columns.Length == 0)
            throw new DataFileException(table.Name, $"there is no column to predict '{target.Name}' from; a table needs at least two columns.");
        TargetKind kind = options.Kind ?? KindOf(target);
        TableColumn predicted = new(target.Name, kind == TargetKind.Classes ? NamesIn(table, target, isSaid: true) : null);
        double[]? numbers = predicted.Values is null ? target.ToNumbers() : null;
        if (predicted.Values?.Count == 1 || (numbers is not null && !numbers.AsSpan().ContainsAnyExcept(numbers[0])))
            throw new DataFileException(table.Name,
                $"the column to be predicted, '{target.Name}', is {table[0, target.Index]} in every row, so there is nothing to learn. "
                + "Name another column as the target.");
        if (options.Classes is not null && options.Classes.Count != predicted.Values?.Count)
            throw new DataFileException(table.Name,
                $"{options.Classes.Count} names of classes were given, but the column '{target.Name}' has {predicted.Values?.Count ?? 0} classes.");
        return new TableSchema(columns, predicted, options.Classes);
    }

    /// <summary>The rows of a table as numbers, not yet normalised. Columns are found by name; others do not matter, nor does their order.</summary>
    /// <param name="table">A table that has these columns; the target may be missing.</param>
    /// <returns>float32 (rows, <see cref="Width"/>).</returns>
    /// <exception cref="DataFileException">A column is missing, a value is missing or no number,
    /// or a name is not one that the network knows; row and column are named.</exception>
    public Tensor Encode(CsvTable table) =>
        Tensor.From([.. this.Inputs(table).Select(x => (float)x)], [table.RowCount, this.Width]);

    /// <summary>The rows as numbers, (rows, Width) in row-major order.</summary>
    internal double[] Inputs(CsvTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.RowCount == 0) throw new DataFileException(table.Name, "it has a header but no rows.");
        if ((long)table.RowCount * this.Width > int.MaxValue)
            throw new DataFileException(table.Name,
                $"{table.RowCount} rows of {this.Width} inputs are more than one data set holds; use fewer rows or columns.");
        int width = this.Width, at = 0;
        double[] x = new double[table.RowCount * width];
        foreach (TableColumn column in this.Columns)
        {
            CsvColumn cells = Column(table, column.Name);
            if (column.Values is null)
            {
                double[] numbers = cells.ToNumbers();
                for (int row = 0; row < numbers.Length; row++) x[(row * width) + at] = numbers[row];
            }
            else
            {
                for (int row = 0; row < table.RowCount; row++) x[(row * width) + at + Place(table, row, cells, column)] = 1;
            }
            at += column.Width;
        }
        return x;
    }

    /// <summary>The targets of a table's rows.</summary>
    internal TargetStore Targets(CsvTable table)
    {
        CsvColumn cells = Column(table, this.Target.Name);
        if (this.Target.Values is null) return TargetStore.OfNumbers(cells.ToNumbers(), this.Outputs);
        int[] labels = new int[table.RowCount];
        for (int row = 0; row < labels.Length; row++) labels[row] = Place(table, row, cells, this.Target);
        return TargetStore.OfLabels(labels, this.Outputs, problem => new DataFileException(table.Name, problem));
    }

    /// <summary>A number as the name of a class: whole numbers without a point.</summary>
    internal static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static CsvColumn Column(CsvTable table, string name) =>
        table.Columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.Ordinal)) ??
        throw new DataFileException(table.Name,
            $"there is no column '{name}'.{Suggestion.DidYouMean(name, table.Header)} The columns are "
            + $"'{string.Join("', '", table.Header.Take(12))}'{(table.ColumnCount > 12 ? ", …" : "")}.");

    private static int Place(CsvTable table, int row, CsvColumn cells, TableColumn column)
    {
        ReadOnlySpan<char> cell = table.Cell(row, cells.Index);
        int place = column.Find(cell);
        if (place >= 0) return place;
        throw table.Error(row, cells.Index, cell.IsWhiteSpace()
            ? "is missing; fill it in or remove the row."
            : "is not one of the values this column had in training: "
                + $"'{string.Join("', '", column.Values!.Take(12))}'{(column.Values!.Count > 12 ? ", …" : "")}.");
    }

    private static TargetKind KindOf(CsvColumn target)
    {
        if (target.Kind == CsvColumnKind.Text) return TargetKind.Classes;
        double[] numbers = target.ToNumbers();
        HashSet<double> different = [];
        foreach (double x in numbers)
        {
            different.Add(x);
            if (x != Math.Floor(x) || different.Count > MaxNumericClasses) return TargetKind.Numbers;
        }
        return 2 * different.Count <= numbers.Length ? TargetKind.Classes : TargetKind.Numbers;
    }

    // As names such numbers would be learnt by heart, quietly.
    private static void RefuseDecimalCommas(CsvTable table, CsvColumn column)
    {
        if (column.Kind != CsvColumnKind.Text || !table.Cell(column.FirstTextRow, column.Index).Contains(',')) return;
        if (column.ToTexts().All(text => CsvColumn.TryNumber(text.Replace(',', '.'), out _)))
            throw table.Error(column.FirstTextRow, column.Index,
                "looks like a number with a decimal comma, as does the whole column; "
                + $"write {table.Cell(column.FirstTextRow, column.Index).Trim().ToString().Replace(',', '.')}, or, if it is a name, "
                + "something that is no number.");
    }

    // Numbers in order of their value and written one way; texts in the order of their letters.
    private static string[] NamesIn(CsvTable table, CsvColumn column, bool isSaid)
    {
        if (column.Kind != CsvColumnKind.Text)
            return Few([.. column.ToNumbers().Distinct().Order().Select(Text)], table, column);
        string[] texts = column.ToTexts();
        int numbers = texts.Count(text => CsvColumn.TryNumber(text, out _));
        string[] different = [.. texts.Select(text => text.Trim()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        // Four fifths numbers and a few texts: a mistake in the file. As names they would be learnt by heart, quietly.
        if (!isSaid && numbers * 5 >= texts.Length * 4 && different.Length > 2)
            throw table.Error(column.FirstTextRow, column.Index,
                $"is a text, but {numbers} of the column's {texts.Length} values are numbers. Correct it; "
                + "or, if the column holds names, name it in TableOptions.Names.");
        return Few(different, table, column);
    }

    private static string[] Few(string[] names, CsvTable table, CsvColumn column) => names.Length <= MaxValues
        ? names
        : throw new DataFileException(table.Name,
            $"the column '{column.Name}' has {names.Length} different names ('{string.Join("', '", names.Take(3))}', …), "
            + $"and each would be an input or output of the network; {MaxValues} is the most. Leave the column out, or group its values.");
}
