// What a training gave, in the numbers that people ask for: in the data's own units, not the network's.

using Kubik.Data;
using Kubik.Models;
using Kubik.Training;

namespace Kubik.Cli.Train;

/// <summary>A finished or interrupted training; Sample is a file to try predict on.</summary>
internal sealed record RunOutcome(RunSettings Settings, DataParts Data, RunFolder Folder, SavedModel Model, long Parameters, TrainResult Result, Measures Test,
    string Sample)
{
    /// <summary>Something that is allowed but probably not meant; null when nothing is.</summary>
    public string? Doubt { get; init; }

    /// <summary>The epoch whose weights were kept; null when none was finished.</summary>
    public EpochMetrics? Kept => this.Result.BestEpoch > 0 ? this.Result.History[this.Result.BestEpoch - 1] : null;

    /// <summary>Seconds of training, of earlier parts of the run too.</summary>
    public double Seconds => this.Result.Cancelled || this.Result.History.Count == 0 ? this.Result.Seconds : this.Result.History.Sum(e => e.Seconds);
}

/// <summary>How well a network does on data.</summary>
internal sealed class Measures
{
    public Measures(SavedModel model, Dataset data)
    {
        this.Data = data;
        this.Evaluation = Evaluation.Of(model.Net, model.Loss, data);
        if (data.Kind == TargetKind.Classes) return;
        double[] predicted = model.Read(this.Evaluation.Outputs).ToDoubles(),
            truth = (data.TargetNormalization?.Undo(this.Evaluation.Targets) ?? this.Evaluation.Targets).ToDoubles();
        double mean = truth.Average(), squares = truth.Zip(predicted, (t, p) => (t - p) * (t - p)).Sum(), spread = truth.Sum(t => (t - mean) * (t - mean));
        this.Rmse = Math.Sqrt(squares / truth.Length);
        this.R2 = spread > 0 ? 1 - (squares / spread) : null;
        (this.Predicted, this.Truth) = (predicted, truth);
    }

    public Dataset Data { get; }

    public Evaluation Evaluation { get; }

    public int Count => this.Evaluation.Count;

    public double Loss => this.Evaluation.Loss;

    /// <summary>Share of right answers; null for regression.</summary>
    public double? Accuracy => this.Evaluation.Accuracy;

    /// <summary>Root of the mean squared error in the target's own units; null for classification.</summary>
    public double? Rmse { get; }

    /// <summary>1 − (squared error) / (variance): 1 is perfect, 0 no better than always saying the mean.
    /// Null for classification and a constant target.</summary>
    public double? R2 { get; }

    /// <summary>Predictions and truth in the target's own units; empty for classification.</summary>
    public double[] Predicted { get; } = [];

    public double[] Truth { get; } = [];

    /// <summary>What was taken for what, most often first.</summary>
    public IEnumerable<(string Truth, string Read, int Times)> Confused()
    {
        int[,] confusion = this.Evaluation.Confusion();
        IReadOnlyList<string> names = this.Data.Classes;
        return from i in Enumerable.Range(0, names.Count)
               from j in Enumerable.Range(0, names.Count)
               where i != j && confusion[i, j] > 0
               orderby confusion[i, j] descending, i, j
               select (names[i], names[j], confusion[i, j]);
    }
}
