using System.CommandLine;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Models;

namespace Kubik.Cli.Verbs;

/// <summary>Loss and accuracy of a trained network on data.</summary>
internal sealed class EvalVerb : Verb
{
    private readonly Argument<string> model = new("MODEL") { Description = "A model.safetensors that train wrote, or the folder of its run." };
    private readonly Option<string?> data =
        Flags.Text("--data", "NAME|FILE",
            "A data set's name, a CSV file, an IDX file of pictures, or a folder of PNG files. Of data with a test part, that is taken.");

    public override string Name => "eval";

    public override string About => "Measures a trained network on data: loss and accuracy; for numbers, the error in their own units.";

    public override string Usage => "MODEL --data NAME|FILE [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("runs/20260101-120000-lenet/model.safetensors --data mnist", "on MNIST's 10 000 test pictures"),
        ("runs/houses --data new-houses.csv --json", "on new rows, the result as JSON"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.model);
        command.Add(this.data);
    }

    protected override int Run(ParseResult given)
    {
        string name = given.GetValue(this.data)
            ?? throw new MistakeException($"--data is missing: say what to measure the network on, for example '--data mnist'.");
        SavedModel saved = SavedModel.Load(RunFolder.ModelAt(given.GetValue(this.model)!));
        Measures measures = new(saved, Datasets.Open(name, saved.Format));
        string? note = Note(given.GetValue(this.model)!, name, measures);
        Console.Out.WriteLine(Result.Sentence(measures, DataParts.ThingOf(measures.Data)));
        if (Result.Confusions(measures) is { } confusions) Console.Out.WriteLine(confusions);
        if (note is not null) Console.Out.WriteLine($"Note: {note}");
        if (given.GetValue(this.Json))
        {
            JsonLine.Print(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("count", measures.Count);
                json.Number("loss", measures.Loss);
                json.Number("accuracy", measures.Accuracy);
                if (measures.Data.Kind == TargetKind.Numbers)
                {
                    json.Number("rmse", measures.Rmse);
                    json.Number("r2", measures.R2);
                }
                json.WriteString("note", note);
                json.WriteEndObject();
            });
        }
        return ExitCode.Fine;
    }

    // The run beside the model knows which data it learnt; of a model alone nobody can tell.
    private static string? Note(string model, string data, Measures measures)
    {
        string full = Path.GetFullPath(data), thing = DataParts.ThingOf(measures.Data);
        return RunFolder.SettingsBeside(RunFolder.ModelAt(model)) is { IsHeldOut: true } run && run.Data == full
            ? $"the network has learnt from this data: all {Say.Count(measures.Count, thing)} were measured, the learnt ones included, "
                + "so this says little about new ones. What train said of its test part does."
            : null;
    }
}
