// Comma-separated values as RFC 4180 writes them: fields may be quoted, quotes in them are doubled, line ends in them
// are text. The separator (comma, semicolon or tab) is the one that the first line uses. Records are streamed; a
// CsvTable holds them all. What cannot be read without guessing is refused with its line: guesses corrupt data quietly.

namespace Kubik.IO;

/// <summary>How a CSV file is to be read.</summary>
public sealed record CsvOptions
{
    /// <summary>The character between fields; null: comma, semicolon or tab, whichever the first line has most of outside quotes.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first record names the columns. Without names they are "column 1", "column 2", ….</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>How many records to drop before everything else, such as a line that says where the data came from.</summary>
    public int SkipRecords { get; init; }
}

/// <summary>One record of a CSV file.</summary>
/// <param name="Line">The line it begins in, from 1.</param>
/// <param name="Fields">Its fields, without quotes.</param>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>Reads and writes CSV files.</summary>
/// <remarks>
/// Format: RFC 4180. Besides: LF or CR as line end, UTF-8 with or without byte order mark (UTF-16 with one), empty lines skipped,
/// gzip noticed by its first bytes.
/// </remarks>
/// <example><code>
/// CsvTable table = Csv.Load("iris.csv");
/// double[] petals = table["petal length"].ToNumbers();
/// </code></example>
public static class Csv
{
    /// <summary>Reads a whole file, gzipped or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="DataFileException">
    /// The file is missing, not text, has a stray or unclosed quote, a record with another number of fields than the header, two columns of one name,
    /// or numbers where the names of the columns should be.
    /// </exception>
    public static CsvTable Load(string path, CsvOptions? options = null)
    {
        using ByteSource source = ByteSource.Open(path, gunzip: true);
        using CsvReader reader = new(source, options ?? new CsvOptions());
        return CsvTable.Read(reader);
    }

    /// <summary>Reads a whole stream, gzipped or not; it need not be able to seek.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">How to read it.</param>
    /// <inheritdoc cref="Load(string, CsvOptions?)" path="/exception"/>
    public static CsvTable Load(Stream stream, string name = "stream", CsvOptions? options = null)
    {
        using ByteSource source = ByteSource.Of(stream, name, gunzip: true);
        using CsvReader reader = new(source, options ?? new CsvOptions());
        return CsvTable.Read(reader);
    }

    /// <summary>Reads text that is at hand.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">How to read it.</param>
    /// <inheritdoc cref="Load(string, CsvOptions?)" path="/exception"/>
    /// <example><code>CsvTable t = Csv.Parse("a,b\n1,2\n");</code></example>
    public static CsvTable Parse(string text, string name = "text", CsvOptions? options = null)
    {
        using MemoryStream stream = new(System.Text.Encoding.UTF8.GetBytes(text));
        return Load(stream, name, options);
    }

    /// <summary>Reads a file record by record, the header included, holding one at a time. Records may differ in length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; <see cref="CsvOptions.HasHeader"/> has no effect here.</param>
    /// <exception cref="DataFileException">While it is walked: the file is missing, not text, or has a stray or unclosed quote.</exception>
    /// <example><code>foreach (CsvRecord r in Csv.Records("big.csv.gz")) Console.WriteLine($"{r.Line}: {r.Fields.Count} fields");</code></example>
    public static IEnumerable<CsvRecord> Records(string path, CsvOptions? options = null)
    {
        using ByteSource source = ByteSource.Open(path, gunzip: true);
        using CsvReader reader = new(source, options ?? new CsvOptions());
        while (reader.Next())
        {
            string[] fields = new string[reader.Count];
            for (int i = 0; i < fields.Length; i++) fields[i] = reader[i].ToString();
            yield return new CsvRecord(reader.Line, fields);
        }
    }

    /// <summary>Writes a file in one step: a crash leaves the old one. Lines end in LF, fields are quoted where they must be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The rows, each as long as the header.</param>
    /// <param name="separator">The character between fields.</param>
    /// <exception cref="ArgumentException">A row is longer or shorter than the header.</exception>
    /// <exception cref="DataFileException">The file cannot be written; see <see cref="AtomicFile"/>.</exception>
    /// <example><code>Csv.Save("out.csv", ["name", "score"], [["Ann", "1.5"], ["Bo, jr.", "2"]]);</code></example>
    public static void Save(string path, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, char separator = ',') =>
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true);
            Write(writer, header, rows, separator);
        });

    /// <summary>Writes text as <see cref="Save"/> does.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The rows, each as long as the header.</param>
    /// <param name="separator">The character between fields.</param>
    /// <exception cref="ArgumentException">A row is longer or shorter than the header.</exception>
    public static void Write(TextWriter writer, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, char separator = ',')
    {
        ArgumentNullException.ThrowIfNull(writer);
        WriteRecord(writer, header, separator);
        int number = 0;
        foreach (IReadOnlyList<string> row in rows)
        {
            number++;
            if (row.Count != header.Count)
                throw new ArgumentException($"Row {number} has {row.Count} fields, the header {header.Count}.", nameof(rows));
            WriteRecord(writer, row, separator);
        }
    }

    private static void WriteRecord(TextWriter writer, IReadOnlyList<string> fields, char separator)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (i > 0) writer.Write(separator);
            string field = fields[i];
            // A lone empty field would look like an empty line, which readers skip.
            bool quote = field.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) >= 0 || (field.Length == 0 && fields.Count == 1);
            if (quote) writer.Write('"');
            writer.Write(quote ? field.Replace("\"", "\"\"", StringComparison.Ordinal) : field);
            if (quote) writer.Write('"');
        }
        writer.Write('\n');
    }
}
