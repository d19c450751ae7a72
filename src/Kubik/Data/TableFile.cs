// Reading a CSV file as a table to learn from. Besides files with a header there is scikit-learn's layout, in which the
// classic sets come: the first line holds the number of rows, the number of inputs and the names of the classes; it is
// turned into a header, so that lines keep their numbers in messages.

using System.Globalization;
using System.Text;
using Kubik.IO;

namespace Kubik.Data;

/// <summary>Reads tables, with a header or in scikit-learn's layout.</summary>
internal static class TableFile
{
    /// <summary>Whether a file's name says that it is a table.</summary>
    public static bool IsOne(string path) =>
        path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The names of the inputs for a file in scikit-learn's layout; null: "x1", "x2", ….</param>
    /// <param name="classes">The classes that such a file names, else null.</param>
    public static CsvTable Load(string path, IReadOnlyList<string>? columns, out string[]? classes)
    {
        CsvRecord[] head = [.. Csv.Records(path).Take(2)];
        classes = head.Length == 2 ? ClassesIn(head[0].Fields, head[1].Fields.Count) : null;
        if (classes is null) return Csv.Load(path);
        int inputs = head[1].Fields.Count - 1;
        string header = string.Join(',',
            ((columns?.Count == inputs ? columns : null) ?? [.. Enumerable.Range(1, inputs).Select(i => $"x{i}")]).Append("class"));
        StringBuilder text = new(header.Length * 2);
        text.Append(header).Append('\n');
        int rows = 0;
        foreach (CsvRecord record in Csv.Records(path).Skip(1))
        {
            text.AppendJoin(',', record.Fields).Append('\n');
            rows++;
        }
        int said = int.Parse(head[0].Fields[0], CultureInfo.InvariantCulture);
        return rows == said
            ? Csv.Parse(text.ToString(), path)
            : throw new DataFileException(path, $"its first line says {said} rows, but there are {rows}; the file is incomplete or the line is wrong.");
    }

    // "150,4,setosa,versicolor,virginica" over records of 5 fields, the last a class.
    private static string[]? ClassesIn(IReadOnlyList<string> first, int fields)
    {
        bool counts = first.Count >= 4 && Whole(first[0]) && Whole(first[1]) && int.Parse(first[1], CultureInfo.InvariantCulture) == fields - 1;
        string[] names = [.. first.Skip(2).Select(name => name.Trim())];
        return counts && Array.TrueForAll(names, name => name.Length > 0 && !CsvColumn.TryNumber(name, out _)) ? names : null;
    }

    private static bool Whole(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
