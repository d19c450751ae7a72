// What train says before, while and after, and its line of JSON.

using System.Text.Json;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Training;

namespace Kubik.Cli.Verbs;

internal static class TrainTalk
{
    public static void Begin(TrainingRun run, RunFolder folder, int epochsDone)
    {
        (RunSettings s, DataParts d) = (run.Settings, run.Data);
        TextWriter to = Console.Out;
        to.WriteLine($"{Screen.Bold(s.ShortNet == "net" ? s.Net : s.ShortNet)}: {Say.Count(run.Summary.Parameters, "parameter")}");
        string goal = d.Train.Kind == TargetKind.Classes ? Say.Count(d.Train.Classes.Count, "class") : $"predicting {string.Join(", ", d.Train.Targets)}";
        string parts = $"{Say.Count(d.Train.Count)} to learn from{(d.Validation is null ? "" : $", {Say.Count(d.Validation.Count)} to choose by")}, "
            + $"{Say.Count(d.Test.Count)} to test";
        to.WriteLine($"{Screen.Bold(d.Train.Name)}: {parts}; {d.Thing}s of {d.Train.InputShape.ToX()}, {goal}");
        if (d.IsHeldOut) to.WriteLine($"The data brings no test part: a fifth is held out, the same {d.Thing}s in every run.");
        to.WriteLine($"{s.Optimizer}, learning rate {s.LearningRate} {s.ScheduleInWords}, "
            + $"batch {s.Batch}{(s.Batch >= d.Train.Count ? " (all the data at once)" : "")}, {Say.Count(s.Epochs, "epoch")}, seed {s.Seed}; "
            + "Ctrl+C stops and keeps the best");
        if (run.Doubt is { } doubt) to.WriteLine($"Note: {doubt}");
        if (epochsDone > 0) to.WriteLine($"Going on in {Tool.Short(folder.Path)} after epoch {epochsDone}");
        to.WriteLine();
    }

    public static IProgress<TrainProgress> Watcher(TrainingRun run)
    {
        EpochTable table = new(run.Settings.Epochs, run.Data.Train.Kind == TargetKind.Classes, run.Data.Validation is not null);
        return Screen.IsLive ? new ProgressBar(table, run.Data.Thing) : new ProgressLines(table, run.Data.Thing);
    }

    /// <summary>The result alone, for --quiet.</summary>
    public static void Brief(RunOutcome outcome, int signal)
    {
        if (outcome.Result.Cancelled) Console.Out.WriteLine($"{Stopped(outcome, signal)} Go on with: {Resume(outcome)}");
        Console.Out.WriteLine($"Test: {Result.Sentence(outcome.Test, outcome.Data.Thing)}");
        if (outcome.Doubt is { } doubt) Console.Out.WriteLine($"Note: {doubt}");
        Console.Out.WriteLine($"Saved: {Tool.Short(outcome.Folder.Model)}");
    }

    /// <summary>The result and what to do next.</summary>
    /// <param name="outcome">The result.</param>
    /// <param name="signal">The signal that ended the training; 0: none.</param>
    public static void End(RunOutcome outcome, int signal)
    {
        TextWriter to = Console.Out;
        if (Screen.IsLive) ProgressBar.Clear();
        string model = Tool.Argument(outcome.Folder.Model);
        to.WriteLine();
        if (outcome.Result.Cancelled)
        {
            to.WriteLine(Stopped(outcome, signal));
        }
        else if (outcome.Data.Validation is not null)
        {
            to.WriteLine($"Kept are the weights of epoch {outcome.Result.BestEpoch}, which has the least validation loss.");
        }
        to.WriteLine($"Test: {Result.Sentence(outcome.Test, outcome.Data.Thing)}");
        if (Result.Confusions(outcome.Test) is { } confusions) to.WriteLine(confusions);
        if (Hint(outcome) is { } hint) to.WriteLine($"Note: {hint}");
        to.WriteLine($"Time: {Say.Seconds(outcome.Seconds)}, {Say.Count((long)outcome.Result.SamplesPerSecond)} {outcome.Data.Thing}s/s");
        to.WriteLine($"Saved: {Tool.Short(outcome.Folder.Model)}");
        to.WriteLine($"Report: {Tool.Short(outcome.Folder.Report)}");
        to.WriteLine();
        to.WriteLine("Next:");
        if (outcome.Result.Cancelled) to.WriteLine($"  {Resume(outcome)}");
        // Data without a test part would be measured whole, what was learnt included.
        string data = Datasets.Find(outcome.Settings.Data) is null ? Tool.Argument(outcome.Settings.Data) : outcome.Settings.Data;
        if (!outcome.Data.IsHeldOut) to.WriteLine($"  {Tool.Name} eval {model} --data {data}");
        to.WriteLine($"  {Tool.Name} predict {model} {Tool.Argument(outcome.Sample)}");
        to.WriteLine($"  {Tool.Name} show {model}");
    }

    // A tenth of the way from always giving the commonest class, or the mean, to all right: less is no learning.
    private static string? Hint(RunOutcome outcome)
    {
        Measures test = outcome.Test;
        double commonest = test.Accuracy is null ? 0 : (double)test.Data.ClassCounts().Max() / test.Count;
        bool hasLearnt = test.Accuracy is { } accuracy
            ? accuracy > commonest + 0.1 * (1 - commonest) || accuracy > 0.95
            : test.R2 is null or >= 0.1;
        double rate = outcome.Settings.LearningRate, usual = Optim.OptimizerTable.OfNotation(outcome.Settings.Optimizer).UsualLearningRate;
        if (hasLearnt || outcome.Result.Cancelled) return null;
        string guess = test.Accuracy is null ? "always saying the mean" : "always saying the commonest class";
        return $"the network does hardly better than {guess}. " + (outcome.Doubt is { } doubt
            ? $"One thing to mend: {doubt}"
            : rate > 10 * usual
            ? $"The learning rate {rate} is far above the usual {usual} of {outcome.Settings.Optimizer}: leave out --lr."
            : "Try more --epochs, another network, or look whether the inputs can tell what is asked.");
    }

    private static string Stopped(RunOutcome outcome, int signal)
    {
        string kept = outcome.Kept is { } epoch ? $"the best weights so far, of epoch {epoch.Epoch}" : $"the weights of step {outcome.Result.Steps}";
        return $"Stopped {(signal == Interruption.CtrlC ? "by Ctrl+C" : "from outside")} after {outcome.Result.History.Count} of "
            + $"{Say.Count(outcome.Settings.Epochs, "epoch")}; kept are {kept}.";
    }

    private static string Resume(RunOutcome outcome) => $"{Tool.Name} train --resume {Tool.Argument(outcome.Folder.Path)}";

    public static void Write(Utf8JsonWriter json, RunOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("net", outcome.Settings.Net);
        json.WriteString("data", outcome.Settings.Data);
        json.WriteNumber("epochs", outcome.Result.History.Count);
        json.WriteNumber("steps", outcome.Result.Steps);
        json.WriteNumber("parameters", outcome.Parameters);
        json.Number("train_loss", outcome.Kept?.TrainLoss);
        json.Number("test_loss", outcome.Test.Loss);
        json.Number("test_accuracy", outcome.Test.Accuracy);
        if (outcome.Test.Rmse is not null)
        {
            json.Number("test_rmse", outcome.Test.Rmse);
            json.Number("test_r2", outcome.Test.R2);
        }
        json.WriteNumber("best_epoch", outcome.Result.BestEpoch);
        json.Number("seconds", outcome.Seconds);
        json.Number("images_per_second", outcome.Result.SamplesPerSecond);
        json.WriteNumber("seed", outcome.Settings.Seed);
        json.WriteBoolean("interrupted", outcome.Result.Cancelled);
        json.WriteString("model", outcome.Folder.Model);
        json.WriteString("report", outcome.Folder.Report);
        json.WriteString("note", outcome.Doubt);
        json.WriteEndObject();
    }
}
