// The verb that everything else follows from. It gathers what the user said and what is usual, runs the training under
// the eye of the signals, and tells the result and what can be done with it.

using System.CommandLine;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using Kubik.Data;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Cli.Verbs;

/// <summary>Trains a network.</summary>
internal sealed class TrainVerb : Verb
{
    private readonly Argument<string?> net = new("NET")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = $"The name of a network ('{Tool.Name} show --list nets'), or a network in notation such as \"linear 300 | relu | linear 10\" "
            + $"('{Tool.Name} show --bricks' lists the words). Default: lenet for pictures of at least "
            + $"{TrainDefaults.LeastSideForLeNet}x{TrainDefaults.LeastSideForLeNet}, else mlp.",
    };

    private readonly Option<string?> data =
        Flags.Text("--data", "NAME|FILE",
            "A data set's name, a CSV file with a header, an IDX file of pictures, or a folder with a folder of PNG files for each class. Default: "
            + $"{TrainDefaults.Data}.");
    private readonly Option<string?> target =
        Flags.Text("--target", "COLUMN",
            "The column of a CSV file to predict. Default: the last one. It is taken for classes when it holds texts, "
            + $"or at most {TableSchema.MaxNumericClasses} different whole numbers, each twice or more on average; else for a number.");
    private readonly Option<int?> epochs =
        Flags.Whole("--epochs", "N", $"Passes over the data. Default: {TrainDefaults.Epochs} for MNIST, more for small data.", least: 1);
    private readonly Option<int?> batch =
        Flags.Whole("--batch", "N",
            $"Samples in a step. Default: {TrainDefaults.Batch}; {TrainDefaults.SmallBatch} for small data; "
            + $"all data, at most {TrainDefaults.LargestBatch}, for lbfgs and rprop.", least: 1);
    private readonly Option<double?> rate =
        Flags.Real("--lr", "X", "The learning rate, which --schedule multiplies as training goes on. Default: what suits the optimizer.",
            x => x > 0 && double.IsFinite(x), "a number above 0, for example 0.002");
    private readonly Option<string?> optimizer =
        Flags.Text("--optimizer", "NAME",
            $"{string.Join(", ", OptimizerTable.All.Select(o => o.Name))}. Options follow the name, "
            + $"as in \"adamw decay=0.05\" ('{Tool.Name} show --list optimizers'). Default: {TrainDefaults.Optimizer}.");
    private readonly Option<double?> clip =
        Flags.Real("--clip", "NORM", "The largest norm of all gradients together; larger ones are shortened to it.", x => x > 0 && double.IsFinite(x),
            "a number above 0, for example 1");
    private readonly Option<string?> schedule =
        Flags.Text("--schedule", "NOTATION",
            $"How the learning rate goes on: {string.Join(", ", ScheduleTable.All.Select(s => s.Usage))}; "
            + "several with a bar between them, as in \"warmup 500 | cosine\", or one after the other, as in \"constant until 500 then exponential 0.999\". "
            + $"Default: {TrainDefaults.Schedule}; constant for lbfgs and rprop.");
    private readonly Option<string?> loss =
        Flags.Text("--loss", "NAME",
            $"{string.Join(", ", Loss.All.Select(l => l.Name))}. Options follow the name, as in \"huber delta=2\". Default: "
            + "cross-entropy for classes, mse for numbers. With mse, mae, huber or another loss of an error a --data file's target of whole numbers is "
            + "predicted as a number, not as classes.");
    private readonly Option<long?> seed = Flags.Seed("--seed", "S", $"The same seed gives the same weights, bit for bit. Default: {TrainDefaults.Seed}.");
    private readonly Option<double?> validation =
        Flags.Real("--val", "FRACTION", "Set a share of the training part aside and keep the weights of the epoch that does best on it.", x => x is > 0 and < 1,
            "a share above 0 and below 1, for example 0.1");
    private readonly Option<int?> patience = Flags.Whole("--patience", "N", "Stop after so many epochs without a smaller loss on the part of --val.", least: 1);
    private readonly Option<string?> folder = Flags.Text("--out", "DIR", "Where to write the model and the report. Default: runs/<date>-<time>-<net>.");
    private readonly Option<string?> resume =
        Flags.Text("--resume", "DIR",
            "Go on with an interrupted run, to exactly the weights it would have had. Of the other options only --epochs, --quiet and --json. "
            + "--epochs trains further: the learning rate rises again and falls anew, so the weights are not those of as many epochs asked for at once.");
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "No progress, only the result." };

    public override string Name => "train";

    public override string About => "Trains a network and writes the model, its measures and a report. Ctrl+C stops it without losing anything.";

    public override string Usage => "[NET] [--data NAME|FILE] [options]";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "LeNet-5 on MNIST, under a minute"),
        ("mlp --data iris --seed 7", "a small table"),
        ("--data houses.csv --target price --val 0.1", "numbers from your own table"),
        ("\"conv 8 3x3 pad=1 | relu | maxpool 2 | flatten | linear 10\" --epochs 3", "a network of your own"),
        ("--resume runs/20260101-120000-lenet", "go on after Ctrl+C or a crash"),
    ];

    protected override void Declare(Command command)
    {
        command.Add(this.net);
        foreach (Option option in (Option[])[this.data, this.target, this.epochs, this.batch, this.rate, this.optimizer, this.schedule, this.loss, this.clip,
            this.seed, this.validation, this.patience, this.folder, this.resume, this.quiet])
        {
            command.Add(option);
        }
    }

    protected override int Run(ParseResult given)
    {
        bool isResumed = given.GetValue(this.resume) is not null, isQuiet = given.GetValue(this.quiet);
        RunFolder? place = isResumed ? RunFolder.Existing(given.GetValue(this.resume)!) : null;
        (RunSettings settings, DataParts parts, IReadOnlyList<EpochMetrics> history) = place is not null ? this.Resumed(given, place) : this.Fresh(given);
        if (place is { IsWritten: true } && history.Count >= settings.Epochs && !given.GetValue(this.Json))
        {
            Console.Out.WriteLine($"This run is finished ({Say.Count(history.Count, "epoch")}); give --epochs MORE to train further.");
            return ExitCode.Fine;
        }
        TrainingRun run = new(settings, parts);
        using Interruption interruption = new(); // from here on there is something to keep
        place ??= RunFolder.Create(given.GetValue(this.folder), settings.ShortNet);
        if (!isQuiet) TrainTalk.Begin(run, place, history.Count);
        RunOutcome outcome;
        try
        {
            outcome = run.Run(place, isResumed, history, isQuiet ? null : TrainTalk.Watcher(run), interruption.Token);
        }
        catch (Exception e)
        {
            if (!isQuiet && Screen.IsLive) ProgressBar.Clear();
            // A new run that has not finished an epoch has nothing that is worth keeping.
            if (!isResumed && !place.HasEpochs) place.Undo();
            else if (Mistake.Explain(e) is { } sentence) throw new MistakeException($"{sentence} {Kept(place, e)}", e);
            throw;
        }
        bool wantsJson = given.GetValue(this.Json);
        if (!isQuiet) TrainTalk.End(outcome, interruption.Signal);
        else if (!wantsJson) TrainTalk.Brief(outcome, interruption.Signal);
        if (wantsJson) JsonLine.Print(json => TrainTalk.Write(json, outcome));
        return outcome.Result.Cancelled ? 128 + interruption.Signal : ExitCode.Fine;
    }

    private static string Kept(RunFolder place, Exception e) => e is NonFiniteException
        ? $"In '{Tool.Short(place.Path)}' is the checkpoint of the last whole epoch, but going on would end the same way: start anew with a smaller --lr."
        : $"What was reached before is kept; go on with: {Tool.Name} train --resume {Tool.Argument(place.Path)}";

    // What decides the weights, and where they go: --resume takes all of it from the run.
    private Option[] Choices() =>
        [this.data, this.target, this.batch, this.rate, this.optimizer, this.schedule, this.loss, this.clip, this.seed, this.validation, this.patience,
            this.folder];

    private (RunSettings Settings, DataParts Data, IReadOnlyList<EpochMetrics> History) Fresh(ParseResult given)
    {
        // Names are looked up before data is read, so that a slip is answered at once.
        string way = string.Join(' ',
            (given.GetValue(this.optimizer) ?? TrainDefaults.Optimizer).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        OptimizerTable rule = OptimizerTable.OfNotation(way);
        Schedule course = Schedule.Parse(given.GetValue(this.schedule) ?? TrainDefaults.ScheduleFor(rule));
        double speed = given.GetValue(this.rate) ?? rule.UsualLearningRate;
        double? norm = given.GetValue(this.clip);
        _ = OptimizerTable.Parse(way, new(speed, course, norm));
        string? lossName = given.GetValue(this.loss) is { } typed ? Loss.Parse(typed).Notation : null, netName = given.GetValue(this.net);
        if (netName is not null) _ = KnownNets.Parse(netName, outputs: 1);
        string source = given.GetValue(this.data) ?? TrainDefaults.Data;
        double? share = given.GetValue(this.validation);
        if (given.GetValue(this.patience) is not null && share is null)
            throw new MistakeException("--patience watches the loss on a part of the data that is set aside: give --val too, for example --val 0.1.");
        DataParts parts = DataParts.Open(source, given.GetValue(this.target), share, lossName);
        int size = given.GetValue(this.batch) ?? TrainDefaults.BatchFor(parts.Train, rule);
        RunSettings settings = new()
        {
            Net = netName ?? TrainDefaults.NetFor(parts.Train),
            Data = Datasets.Find(source)?.Name ?? Path.GetFullPath(source),
            Target = given.GetValue(this.target),
            Epochs = given.GetValue(this.epochs) ?? TrainDefaults.EpochsFor(parts.Train, size),
            Batch = size,
            LearningRate = speed,
            Optimizer = way,
            Clip = norm,
            Patience = given.GetValue(this.patience),
            Schedule = course.Notation,
            Loss = lossName ?? TrainDefaults.LossFor(parts.Train),
            Seed = given.GetValue(this.seed) ?? TrainDefaults.Seed,
            Validation = share,
            IsHeldOut = parts.IsHeldOut,
            Fingerprint = parts.Fingerprint,
        };
        return (settings, parts, []);
    }

    private (RunSettings Settings, DataParts Data, IReadOnlyList<EpochMetrics> History) Resumed(ParseResult given, RunFolder place)
    {
        IEnumerable<string> choices = this.Choices().Where(o => given.GetResult(o) is { Implicit: false }).Select(o => o.Name);
        string? stranger = given.GetValue(this.net) ?? choices.FirstOrDefault();
        if (stranger is not null)
            throw new MistakeException(
                $"--resume takes everything from the run itself, so leave out '{stranger}'; only --epochs can be given, to train further. "
                + "For other settings start a new run.");
        (RunSettings settings, IReadOnlyList<EpochMetrics> history) = TrainingRun.Read(place);
        if (given.GetValue(this.epochs) is { } more)
        {
            if (more < history.Count)
                throw new MistakeException(
                    $"--epochs {more}: the run in '{Tool.Short(place.Path)}' has finished {history.Count} epochs already; give a larger number.");
            settings = settings with { Epochs = more };
        }
        DataParts parts = DataParts.Open(settings.Data, settings.Target, settings.Validation, settings.Loss);
        return parts.Fingerprint == settings.Fingerprint
            ? (settings, parts, history)
            : throw new MistakeException(
                $"the data '{settings.Data}' has changed since the run began, so it cannot go on to the same weights. "
                + "Bring the data back, or start a new run.");
    }
}
