using System.CommandLine;
using System.Text.Json;
using Kubik.Cli.Terminal;
using Kubik.Data;
using Kubik.IO;

namespace Kubik.Cli.Verbs;

/// <summary>The data sets that are there, and a look into one.</summary>
internal sealed class DataVerb : Verb
{
    private const int ShownClasses = 12;

    private readonly Argument<string?> name = new("NAME")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A data set's name, or data of your own: a CSV file, an IDX file of pictures, a folder of PNG files."
    };
    private readonly Option<string?> picture =
        Flags.File("--out", ".png", "Where to write the contact sheet of a set of pictures. Default: NAME-samples.png in the current folder.");
    private readonly Option<string?> target = Flags.Text("--target", "COLUMN", "The column of a CSV file to predict. Default: the last one.");

    public override string Name => "data";

    public override string About => "Lists the data sets that are there, or shows one: shapes, classes, counts; of pictures a contact sheet.";

    public override string Usage => "[NAME] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "what there is, with source and licence"),
        ("mnist", "its parts and classes, and mnist-samples.png"),
        ("houses.csv --target price", "what your own table looks like to a network"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.name);
        command.Add(this.target);
        command.Add(this.picture);
    }

    protected override int Run(ParseResult given)
    {
        if (given.GetValue(this.name) is not { } asked)
        {
            List();
            if (given.GetValue(this.Json)) JsonLine.Print(WriteAll);
            return ExitCode.Fine;
        }
        DatasetInfo? info = Datasets.Find(asked);
        if (info?.Content == DatasetContent.Text)
        {
            Head(info);
            Console.Out.WriteLine($"{Say.Count(Datasets.LoadText(asked).Length, "character")}");
            if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, info));
            return ExitCode.Fine;
        }
        string? column = given.GetValue(this.target);
        (Dataset train, Dataset? test) = Datasets.Open(asked, column is null ? null : new TableOptions { Target = column });
        if (info is not null) Head(info);
        DatasetTalk.Show(train, test);
        string? sheet = train is ImageDataset pictures ? this.Sheet(given, pictures) : null;
        if (given.GetValue(this.Json)) JsonLine.Print(json => DatasetTalk.Write(json, train, test, sheet));
        return ExitCode.Fine;
    }

    private string Sheet(ParseResult given, ImageDataset pictures)
    {
        string file = given.GetValue(this.picture) ?? $"{Path.GetFileNameWithoutExtension(pictures.Name)}-samples.png";
        Png.Save(file, ContactSheet.Make(pictures));
        Console.Out.WriteLine($"Contact sheet, a row for each class: {Tool.Short(file)}");
        return Path.GetFullPath(file);
    }

    private static void List()
    {
        TextTable table = new(("name", false), ("samples", true), ("shape", false), ("classes", true), ("what it is", false), ("licence", false));
        foreach (DatasetInfo info in Datasets.All)
        {
            string what = info.Description + (info.Content == DatasetContent.Text ? " (no network here trains on texts yet)" : "")
                + (Datasets.IsThere(info) ? "" : " (its files are not there)");
            table.Add(info.Name, Say.Count(info.Count), info.Content == DatasetContent.Text ? "text" : info.InputShape.ToX(),
                info.Classes.Count == 0 ? "" : $"{info.Classes.Count}", what, info.Licence);
        }
        table.Write(Console.Out);
        Console.Out.WriteLine(
            $"\nYour own: a CSV file with a header, IDX files, or a folder with a folder of PNG files for each class. A closer look: {Tool.Name} data mnist");
    }

    private static void Head(DatasetInfo info)
    {
        Console.Out.WriteLine($"{Screen.Bold(info.Name)}: {info.Description}");
        Console.Out.WriteLine($"Source: {info.Source}");
        Console.Out.WriteLine($"Licence: {info.Licence}");
    }

    private static void WriteAll(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (DatasetInfo info in Datasets.All) Write(json, info);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DatasetInfo info)
    {
        json.WriteStartObject();
        json.WriteString("name", info.Name);
        json.WriteNumber("count", info.Count);
        json.Shape("shape", info.InputShape);
        json.Texts("classes", info.Classes);
        json.WriteString("description", info.Description);
        json.WriteString("source", info.Source);
        json.WriteString("licence", info.Licence);
        json.WriteBoolean("there", Datasets.IsThere(info));
        json.WriteEndObject();
    }

    private static class DatasetTalk
    {
        public static void Show(Dataset train, Dataset? test)
        {
            string parts = test is null ? "no test part: train holds out a fifth" : $"{Say.Count(train.Count)} to learn from, {Say.Count(test.Count)} to test";
            Console.Out.WriteLine($"{Say.Count(train.Count + (test?.Count ?? 0), "sample")} of {train.InputShape.ToX()}: {parts}");
            if (train.Kind == TargetKind.Numbers)
                Console.Out.WriteLine(
                    $"To be predicted: {string.Join(", ", train.Targets)}, mean {Say.Number(train.TargetNormalization!.Mean[0])}, "
                    + $"standard deviation {Say.Number(train.TargetNormalization.Std[0])}");
            else Classes(train, test);
            if (train is TableDataset table) Columns(table);
        }

        public static void Write(Utf8JsonWriter json, Dataset train, Dataset? test, string? sheet)
        {
            json.WriteStartObject();
            json.WriteString("name", train.Name);
            json.WriteNumber("count", train.Count + (test?.Count ?? 0));
            json.WriteNumber("train", train.Count);
            json.WriteNumber("test", test?.Count ?? 0);
            json.Shape("shape", train.InputShape);
            json.Texts("classes", train.Classes);
            json.WriteStartArray("class_counts");
            foreach (int count in Counts(train, test)) json.WriteNumberValue(count);
            json.WriteEndArray();
            json.Texts("targets", train.Targets);
            if (sheet is null) json.WriteNull("contact_sheet");
            else json.WriteString("contact_sheet", sheet);
            json.WriteEndObject();
        }

        private static int[] Counts(Dataset train, Dataset? test) =>
            test is null ? train.ClassCounts() : [.. train.ClassCounts().Zip(test.ClassCounts(), (a, b) => a + b)];

        private static void Classes(Dataset train, Dataset? test)
        {
            int[] counts = Counts(train, test);
            string more = counts.Length > ShownClasses ? $", and {counts.Length - ShownClasses} more" : "";
            Console.Out.WriteLine(
                $"{Say.Count(counts.Length, "class")}: "
                + $"{string.Join(", ", train.Classes.Take(ShownClasses).Select((c, i) => $"{c} ({Say.Count(counts[i])})"))}{more}");
        }

        private static void Columns(TableDataset table)
        {
            Console.Out.WriteLine();
            TextTable columns = new(("column", false), ("kind", false), ("mean", true), ("standard deviation", true));
            int at = 0;
            foreach (TableColumn column in table.Schema.Columns)
            {
                if (column.Values is null)
                    columns.Add(column.Name, "number", Say.Number(table.Normalization.Mean[at]), Say.Number(table.Normalization.Std[at]));
                else columns.Add(column.Name, $"{column.Values.Count} names", "", "");
                at += column.Width;
            }
            columns.Write(Console.Out);
        }
    }
}
