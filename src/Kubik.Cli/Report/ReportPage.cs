// A run as one page that opens anywhere, also in ten years and without a network: curves, confusions, the worst
// mistakes, the first layer's filters, the layers, and what it takes to get exactly this result again.

using System.Text;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Glass.Counts;
using Kubik.IO;
using Kubik.Training;
using static Kubik.Cli.Report.Markup;

namespace Kubik.Cli.Report;

internal static class ReportPage
{
    /// <summary>Writes a run's report into its folder.</summary>
    public static void Write(RunOutcome run, NetSummary layers) => AtomicFile.WriteText(run.Folder.Report, Make(run, layers));

    private static string Make(RunOutcome run, NetSummary layers)
    {
        string title = $"{run.Settings.ShortNet} on {run.Data.Train.Name}";
        bool classifies = run.Data.Train.Kind == TargetKind.Classes;
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{Text(title)}: {Text(Headline(run.Test).Value)}</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <header>
            <h1>{Text(title)}{(run.Result.Cancelled ? "<span class=\"badge\">interrupted</span>" : "")}</h1>
            <p class="lead">{Text($"{DateTime.Now:d MMMM yyyy, HH:mm}. {Lead(run)}")}</p>
            {Tiles(run)}
            </header>
            {Section("Curves", "The training line is measured while learning, the others after each epoch.", Curves(run.Result.History))}
            {(classifies
                ? Section("What was taken for what", $"All {Say.Count(run.Test.Count)} test {run.Data.Thing}s.", ConfusionTable.Draw(run.Test))
                : Section("Predicted and true", $"All {Say.Count(run.Test.Count)} test {run.Data.Thing}s, in the units of the data. On the line a prediction is right.", ScatterPlot.Draw(run.Test)))}
            {(classifies ? Section("The worst mistakes", "Wrong answers on test data, the surest first.", MistakeGallery.Draw(run.Model, run.Test)) : "")}
            {Section("The first layer's filters", "The weights that each unit of the first layer multiplies its input by.", FilterGallery.Draw(run.Model))}
            {Section("The network", $"{run.Model.Net.Notation}", Layers(layers))}
            {Section("The same again", "The command gives the same weights, bit for bit, on one kind of processor.", Reproduction(run))}
            <footer>Written by Kubik {Text(Models.SavedModel.Version)}. The page holds everything itself and asks nothing of any server.</footer>
            </main>
            </body>
            </html>

            """;
    }

    private static (string Value, string Name) Headline(Measures test) => test.Accuracy is { } accuracy
        ? (Say.Percent(accuracy), "right on test data")
        : (Say.Number(test.Rmse ?? 0), $"test RMSE of {test.Data.Targets[0]}");

    private static string Lead(RunOutcome run)
    {
        string done = run.Result.Cancelled
            ? $"Interrupted after {run.Result.History.Count} of {Say.Count(run.Settings.Epochs, "epoch")}"
            : $"{Say.Count(run.Result.History.Count, "epoch")}";
        return $"{done} on {Say.Count(run.Data.Train.Count, run.Data.Thing)}, seed {run.Settings.Seed}.";
    }

    private static string Tiles(RunOutcome run)
    {
        (string value, string name) = Headline(run.Test);
        List<(string Value, string Name)> tiles =
            [(value, name), (Say.Loss(run.Test.Loss), "test loss"), (Say.Count(run.Parameters), "parameters"), (Say.Seconds(run.Seconds), "training"),
                (Say.Count((long)run.Result.SamplesPerSecond), $"{run.Data.Thing}s a second")];
        if (run.Test.R2 is { } r2) tiles.Insert(1, ($"{r2:0.000}", "test R²"));
        IEnumerable<string> all = tiles.Select((t, i) => $"<div class=\"tile{(i == 0 ? " main" : "")}\"><b>{Text(t.Value)}</b><span>{Text(t.Name)}</span></div>");
        return $"<div class=\"tiles\">{string.Concat(all)}</div>";
    }

    private static string Curves(IReadOnlyList<EpochMetrics> history)
    {
        if (history.Count == 0) return "<p>No epoch was finished.</p>";
        string loss = Chart.Draw("Loss", Three(history, e => e.TrainLoss, e => e.ValidationLoss, e => e.TestLoss), x => x.ToString("G3"), isLoss: true);
        string accuracy = Chart.Draw("Accuracy", Three(history, e => e.TrainAccuracy, e => e.ValidationAccuracy, e => e.TestAccuracy), x => $"{x * 100:0.##} %",
            isLoss: false, ceiling: 1);
        return $"<div class=\"pair\">{loss}{accuracy}</div>";
    }

    private static Curve[] Three(IReadOnlyList<EpochMetrics> history, Func<EpochMetrics, double?> train, Func<EpochMetrics, double?> validation,
        Func<EpochMetrics, double?> test)
    {
        double[] Of(Func<EpochMetrics, double?> value) => [.. history.Select(e => value(e) ?? double.NaN)];
        return [new("training", "train", Of(train)), new("validation", "val", Of(validation)), new("test", "test", Of(test))];
    }

    private static string Layers(NetSummary summary)
    {
        StringBuilder html = new("<div class=\"scroll\"><table class=\"plain\">"
            + "<thead><tr><th>layer</th><th>brick</th><th>output</th><th class=\"n\">parameters</th></tr></thead><tbody>\n");
        html.Append($"<tr><td></td><td>input</td><td>{summary.Input}</td><td></td></tr>\n");
        foreach (LayerSummary layer in summary.Layers)
        {
            string parameters = layer.Parameters == 0 ? "" : Say.Count(layer.Parameters);
            html.Append($"<tr><td>{Text(layer.Path)}</td><td><code>{Text(layer.Brick)}</code></td><td>{layer.Output}</td>"
                + $"<td class=\"n\">{parameters}</td></tr>\n");
        }
        return html.Append($"<tr><td></td><td><b>total</b></td><td></td><td class=\"n\"><b>{Say.Count(summary.Parameters)}</b></td></tr></tbody></table></div>")
            .ToString();
    }

    private static string Reproduction(RunOutcome run)
    {
        (RunSettings s, DataParts d) = (run.Settings, run.Data);
        string parts = $"{Say.Count(d.Train.Count)} to learn from{(d.Validation is { } v ? $", {Say.Count(v.Count)} to choose the weights by" : "")}, "
            + $"{Say.Count(d.Test.Count)} to test{(d.IsHeldOut ? " (held out: a fifth, the same in every run)" : "")}";
        string constants = d.Train.Normalization.Count <= 3 ? d.Train.Normalization.ToString()
            : $"{d.Train.Normalization.Count} means and standard deviations, kept in the model";
        // An option and its value stay in one line where there is room for them.
        string command = string.Join(' ', s.Command.Split(" --").Select((part, i) => $"<span>{Text(i == 0 ? part : $"--{part}")}</span>"));
        return $"<pre>{command}</pre>" + Facts(
        [
            ("Data", $"{s.Data}: {parts}"),
            ("Normalised by", constants),
            ("Seed", $"{s.Seed}"),
            ("Optimizer", $"{s.Optimizer}, learning rate {s.LearningRate} {s.ScheduleInWords}, batch {s.Batch}"),
            ("Loss", s.Loss),
            ("Epochs, steps", $"{run.Result.History.Count} of {s.Epochs}, {Say.Count(run.Result.Steps)}"),
            .. Machine.Facts(),
        ]);
    }
}
