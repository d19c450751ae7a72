// One sample of the test part as a file of the user's own kind, so that predict can be tried at once.

using Kubik.Data;
using Kubik.IO;
using Kubik.Models;

namespace Kubik.Cli.Train;

internal static class SampleFile
{
    private const int Rows = 3;

    /// <summary>Writes pictures as PNG, rows as CSV, anything else as .npy.</summary>
    /// <returns>The file.</returns>
    public static string Write(RunFolder folder, SavedModel model, Dataset test)
    {
        int rows = Math.Min(Rows, test.Count);
        switch (test)
        {
            case ImageDataset pictures:
                Png.Save(folder.Sample(".png"), pictures.Picture(0));
                return folder.Sample(".png");
            case TableDataset table:
                double[] x = model.Format.Normalization.Undo(test.Read([.. Enumerable.Range(0, rows)]).Input).ToDoubles();
                Csv.Save(folder.Sample(".csv"), [.. table.Schema.Columns.Select(c => c.Name)],
                    Enumerable.Range(0, rows).Select(r => Cells(table.Schema, x.AsSpan(r * table.Schema.Width))));
                return folder.Sample(".csv");
            default:
                Npy.Save(folder.Sample(".npy"), model.Format.Normalization.Undo(test.Read(0).Input));
                return folder.Sample(".npy");
        }
    }

    private static string[] Cells(TableSchema schema, ReadOnlySpan<double> x)
    {
        string[] cells = new string[schema.Columns.Count];
        int at = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            TableColumn column = schema.Columns[i];
            ReadOnlySpan<double> own = x.Slice(at, column.Width);
            cells[i] = column.Values is null ? own[0].ToString("G6") : column.Values[Math.Max(own.IndexOf(1), 0)];
            at += column.Width;
        }
        return cells;
    }
}
