// The rows of a CSV file. They are kept as doubles and standardised while a batch is put together: a column of years
// or of time stamps differs in digits that a float does not have. Columns of names are 0 and 1 and stay so.

using Kubik.IO;

namespace Kubik.Data;

/// <summary>Rows of a table, one column of which is to be predicted from the others.</summary>
/// <example><code>
/// TableDataset houses = TableDataset.Load("houses.csv", new TableOptions { Target = "price" });
/// (Dataset train, Dataset test) = houses.Split(0.2);
/// </code></example>
public sealed class TableDataset : Dataset
{
    private readonly double[] x; // (N, F)

    /// <summary>The rows of a table, its columns understood as <see cref="TableSchema.Infer"/> does.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">Which column to predict, and more.</param>
    /// <param name="name">What to call the data set; null: the table's name.</param>
    /// <exception cref="DataFileException">The table has no rows, a missing value, or another fault that <see cref="TableSchema.Infer"/> names.</exception>
    public TableDataset(CsvTable table, TableOptions? options = null, string? name = null)
        : this(table, TableSchema.Infer(table, options), name)
    {
    }

    /// <summary>The rows of a table, its columns understood as those of another table were: that of a trained network.</summary>
    /// <param name="table">The table; it must have the target too.</param>
    /// <param name="schema">How to understand the columns.</param>
    /// <param name="name">What to call the data set; null: the table's name.</param>
    /// <exception cref="DataFileException">A column is missing, a value is missing, or a name is unknown to the schema.</exception>
    public TableDataset(CsvTable table, TableSchema schema, string? name = null)
        : this(name ?? Path.GetFileName((table ?? throw new ArgumentNullException(nameof(table))).Name),
            schema ?? throw new ArgumentNullException(nameof(schema)), schema.Inputs(table), schema.Targets(table), default)
    {
    }

    private TableDataset(string name, TableSchema schema, double[] x, TargetStore targets, Part part)
        : base(name, [schema.Width], targets, part)
    {
        this.Schema = schema;
        this.x = x;
    }

    /// <summary>The columns and how they became numbers.</summary>
    public TableSchema Schema { get; }

    /// <summary>Reads a CSV file with a header, gzipped or not. Files in scikit-learn's own layout (counts and classes in the
    /// first line) are understood too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which column to predict, and more.</param>
    /// <exception cref="DataFileException">The file cannot be read, or has a fault that <see cref="TableSchema.Infer"/> names.</exception>
    public static TableDataset Load(string path, TableOptions? options = null)
    {
        options ??= new TableOptions();
        CsvTable table = TableFile.Load(path, null, out string[]? classes);
        bool lastIsTarget = options.Target is null || options.Target == table.Header[^1];
        return new TableDataset(table,
            classes is not null && lastIsTarget ? options with { Classes = options.Classes ?? classes, Kind = options.Kind ?? TargetKind.Classes } : options);
    }

    private protected override void Fill(ReadOnlySpan<int> stored, Normalization normalization, Span<float> input)
    {
        int width = this.Schema.Width;
        for (int i = 0; i < stored.Length; i++)
        {
            for (int c = 0; c < width; c++) input[(i * width) + c] = normalization.Apply(c, this.x[(stored[i] * width) + c]);
        }
    }

    private protected override Normalization Fit() => Fit(this.Schema, this.x, this.Rows);

    private protected override Dataset Derive(Part part, TargetStore? targets = null) =>
        new TableDataset(this.Name, this.Schema, this.x, targets ?? this.TargetStore, part);

    private static Normalization Fit(TableSchema schema, double[] x, ReadOnlySpan<int> rows)
    {
        int width = schema.Width;
        Moments[] moments = new Moments[width];
        foreach (int row in rows)
        {
            for (int c = 0; c < width; c++) moments[c].Add(x[(row * width) + c]);
        }
        int at = 0;
        foreach (TableColumn column in schema.Columns)
        {
            if (column.Values is not null) moments.AsSpan(at, column.Width).Clear(); // no numbers seen: mean 0, standard deviation 1
            at += column.Width;
        }
        return Moments.ToNormalization(moments);
    }
}
