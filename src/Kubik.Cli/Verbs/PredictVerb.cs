// Any picture, table or array the user has, brought to what the network takes; what was done to it is said, since a
// wrong answer is often a wrongly prepared picture.

using System.CommandLine;
using System.Text.Json;
using Kubik.Cli.Predict;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Models;

namespace Kubik.Cli.Verbs;

/// <summary>What a trained network says about files.</summary>
internal sealed class PredictVerb : Verb
{
    private const int Shown = 3;

    private readonly Argument<string> model = new("MODEL") { Description = "A model.safetensors that train wrote, or the folder of its run." };
    private readonly Argument<string[]> files =
        new("FILE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "PNG pictures of any size, CSV files with the columns of the training data, or .npy arrays."
        };

    public override string Name => "predict";

    public override string About => "Says what a trained network reads in files: the three likeliest classes, or the numbers it predicts.";

    public override string Usage => "MODEL FILE... [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("runs/20260101-120000-lenet/model.safetensors seven.png", "a digit, drawn or photographed, black on white or white on black"),
        ("runs/houses new-houses.csv --json", "a prediction for every row, as JSON"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.model);
        command.Add(this.files);
    }

    protected override int Run(ParseResult given)
    {
        SavedModel saved = SavedModel.Load(RunFolder.ModelAt(given.GetValue(this.model)!));
        List<(string File, Prediction? Answer, string? Error)> all = [];
        int exit = ExitCode.Fine;
        foreach (string file in given.GetValue(this.files)!)
        {
            try
            {
                List<Prediction> predictions = [.. Reader.Read(saved, file)];
                foreach (Prediction prediction in predictions) Tell(saved.Format, prediction);
                all.AddRange(predictions.Select(p => (file, (Prediction?)p, (string?)null)));
            }
            catch (Exception e) when (Mistake.Explain(e) is { } sentence)
            {
                // The other files are still worth an answer.
                Console.Error.WriteLine($"{Tool.Name} {this.Name}: {sentence}");
                all.Add((file, null, sentence));
                exit = ExitCode.WrongInput;
            }
        }
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, saved.Format, all));
        return exit;
    }

    private static void Tell(DataFormat format, Prediction p)
    {
        string place = p.Row is { } row ? $"{p.File} row {row}" : p.File;
        string answer = format.Kind == TargetKind.Numbers
            ? string.Join(", ", format.Outputs.Select((name, i) => $"{name} {Screen.Bold(Say.Number(p.Values[i]))}"))
            : string.Join(", ", p.Order.Take(Shown)
                .Select((k, i) => $"{(i == 0 ? Screen.Bold(format.Outputs[k]) : format.Outputs[k])} {Say.Percent1(p.Values[k])}"));
        Console.Out.WriteLine($"{place}: {answer}{(p.Done.Length > 0 ? Screen.Dim($"  ({p.Done})") : "")}");
    }

    private static void Write(Utf8JsonWriter json, DataFormat format, List<(string File, Prediction? Answer, string? Error)> all)
    {
        json.WriteStartArray();
        foreach ((string file, Prediction? answer, string? error) in all)
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            if (answer is not { } p)
            {
                json.WriteString("error", error);
                json.WriteEndObject();
                continue;
            }
            if (p.Row is { } row) json.WriteNumber("row", row);
            if (format.Kind == TargetKind.Classes)
            {
                json.WriteString("class", format.Outputs[p.Order[0]]);
                json.Number("probability", p.Values[p.Order[0]]);
                Values(json, "probabilities", format, p);
            }
            else
            {
                json.WriteNull("class");
                json.WriteNull("probability");
                json.WriteNull("probabilities");
                Values(json, "values", format, p);
            }
            if (p.Done.Length > 0) json.WriteString("done", p.Done);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Values(Utf8JsonWriter json, string name, DataFormat format, Prediction p)
    {
        json.WriteStartObject(name);
        for (int i = 0; i < p.Values.Length; i++) json.Number(format.Outputs[i], p.Values[i]);
        json.WriteEndObject();
    }
}
