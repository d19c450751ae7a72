// One training from its settings to the files of its run: the network is made from the seed, checked against the data
// before anything is written, trained, measured, saved.

using Kubik.Cli.Report;
using Kubik.Cli.Verbs;
using Kubik.Data;
using Kubik.Glass;
using Kubik.Glass.Counts;
using Kubik.Graphs;
using Kubik.IO;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Cli.Train;

/// <summary>A training that is ready to begin, or to go on.</summary>
internal sealed class TrainingRun
{
    private const string SettingsNote = "kubik.run";
    private readonly Sequential net;
    private readonly Loss loss;

    /// <summary>Makes the network and checks it against the data; nothing is written yet.</summary>
    /// <exception cref="MistakeException">Network, loss and data do not go together.</exception>
    public TrainingRun(RunSettings settings, DataParts data)
    {
        (this.Settings, this.Data) = (settings, data);
        this.loss = Loss.Parse(settings.Loss);
        if (data.Train.Kind == TargetKind.Numbers && this.loss is not RegressionLoss)
            throw new MistakeException(
                $"the loss {this.loss.Name} is not one of an error, but '{data.Train.Targets[0]}' is a number to be predicted; "
                + "use --loss mse, or leave --loss out.");
        RandomSource.Default = new RandomSource(settings.Seed);
        this.net = KnownNets.Parse(settings.Net, data.Train.OutputCount);
        this.Summary = this.net.Summary(data.Train.InputShape);
        if (this.Summary.Problem is { } problem) throw new MistakeException($"the network does not fit the data: {Misfit.Explain(problem)}", problem);
        Shape output = this.Summary.Output!.Value, expected = [data.Train.OutputCount];
        if (output != expected) throw new MistakeException(this.WrongOutput(output));
        this.RequireLossThatFits();
    }

    public RunSettings Settings { get; }

    public DataParts Data { get; }

    public NetSummary Summary { get; }

    /// <summary>Something that is allowed but probably not meant; null when nothing is.</summary>
    public string? Doubt => this.net.Items is [.., Softmax] && this.loss is CrossEntropy
        ? "the network ends in softmax, but cross-entropy applies one itself: leave it out, or learning is slow."
        : null;

    /// <summary>The settings and the epochs so far of a run in a folder.</summary>
    /// <exception cref="IOException">Its checkpoint cannot be read.</exception>
    public static (RunSettings Settings, IReadOnlyList<EpochMetrics> History) Read(RunFolder folder)
    {
        IReadOnlyDictionary<string, string> notes = Safetensors.Load(folder.Checkpoint).Metadata;
        if (!notes.TryGetValue(SettingsNote, out string? settings) || !notes.TryGetValue("kubik.history", out string? history))
            throw new DataFileException(folder.Checkpoint, "it is not a checkpoint that 'train' wrote: it does not say how to go on. Start a new run.");
        return (RunSettings.Parse(settings), System.Text.Json.JsonSerializer.Deserialize(history, TrainingJson.Default.ListEpochMetrics) ?? []);
    }

    /// <summary>Trains to the end or to the cancellation, and writes everything.</summary>
    public RunOutcome Run(RunFolder folder, bool resume, IReadOnlyList<EpochMetrics> history, IProgress<TrainProgress>? watcher, CancellationToken cancel)
    {
        Optimizer optimizer =
            OptimizerTable.Parse(this.Settings.Optimizer, new(this.Settings.LearningRate, Schedule.Parse(this.Settings.Schedule), this.Settings.Clip));
        SavedModel model = new(this.net, this.Data.Train.Format, this.loss);
        TrainerOptions options = new()
        {
            Epochs = this.Settings.Epochs,
            BatchSize = this.Settings.Batch,
            Seed = this.Settings.Seed,
            Validation = this.Data.Validation,
            Test = this.Data.Test,
            Patience = this.Settings.Patience,
            CheckpointFile = folder.Checkpoint,
            CheckpointNotes = new Dictionary<string, string> { [SettingsNote] = this.Settings.ToJson() },
            Resume = resume,
        };
        MetricsFile metrics = new(folder.Metrics, history, watcher);
        TrainResult result = Trainer.Fit(this.net, this.loss, optimizer, this.Data.Train, options, metrics, cancel);
        model.Save(folder.Model);
        RunOutcome outcome = new(this.Settings, this.Data, folder, model, this.Summary.Parameters, result, new Measures(model, this.Data.Test),
            SampleFile.Write(folder, model, this.Data.Test))
        {
            Doubt = this.Doubt,
        };
        metrics.Write(result.History);
        ReportPage.Write(outcome, this.Summary);
        return outcome;
    }

    // A loss of boxes or sequences has a name too, but no data that is trained on here.
    private void RequireLossThatFits()
    {
        int outputs = this.Data.Train.OutputCount;
        TensorSpec target = this.Data.Train.Kind == TargetKind.Classes ? new(DType.Int64, [1]) : new(DType.Float32, [1, outputs]);
        try
        {
            Graph.Trace(x => this.loss.Of(x[0], x[1]), new(DType.Float32, [1, outputs]), target);
        }
        catch (ShapeException e)
        {
            throw new MistakeException($"the loss does not fit the data: {e.Message}", e);
        }
    }

    private string WrongOutput(Shape output)
    {
        int wanted = this.Data.Train.OutputCount;
        string needs = this.Data.Train.Kind == TargetKind.Classes
            ? $"{this.Data.Train.Name} has {wanted} classes"
            : $"{(wanted == 1 ? "one number is" : $"{wanted} numbers are")} to be predicted";
        return $"the network gives {output} for each {this.Data.Thing}, but {needs}, so it must give ({wanted},). "
            + (output.Rank == 1 ? $"End it with: linear {wanted}." : $"Put 'flatten' before the first linear layer, and end with: linear {wanted}.");
    }
}

/// <summary>The file of epochs: rewritten as a whole after each, so that it is never half a line.</summary>
internal sealed class MetricsFile(string path, IReadOnlyList<EpochMetrics> history, IProgress<TrainProgress>? watcher) : IProgress<TrainProgress>
{
    private readonly List<EpochMetrics> epochs = [.. history];

    public void Report(TrainProgress value)
    {
        if (value.EpochDone is { } done)
        {
            this.epochs.Add(done);
            this.Write(this.epochs);
        }
        watcher?.Report(value);
    }

    public void Write(IReadOnlyList<EpochMetrics> all) =>
        AtomicFile.WriteText(path, string.Concat(all.Select(e => System.Text.Json.JsonSerializer.Serialize(e, TrainingJson.Default.EpochMetrics) + "\n")));
}
