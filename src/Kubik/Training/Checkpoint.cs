// Everything that decides how a training goes on, in one file that is written beside and renamed: weights, statistics,
// random states, the optimiser's memory, averages, the place in the data, the sums of the epoch, the history, the best weights.

using System.Globalization;
using System.Text.Json;
using Kubik.IO;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Training;

/// <summary>The state of a training between two steps.</summary>
internal sealed class TrainingState
{
    /// <summary>The running epoch, from 0, and the steps done in it.</summary>
    public int Epoch, StepInEpoch;

    /// <summary>Sums over the samples of the running epoch.</summary>
    public double LossSum, RightSum;

    /// <summary>Samples seen in the running epoch.</summary>
    public long Seen;

    /// <summary>Seconds of the running epoch before this run took it up.</summary>
    public double EpochSeconds;

    /// <summary>The weights of the best epoch, and which it was.</summary>
    public Dictionary<string, Tensor>? Best;

    /// <summary>The best epoch, from 1, its loss, and the epochs since.</summary>
    public int BestEpoch, SinceBest;

    public double BestLoss = double.PositiveInfinity;

    /// <summary>The loss that the next must improve on for the training to go on.</summary>
    public double PatienceLoss = double.PositiveInfinity;

    public List<EpochMetrics> History = [];

    public void Save(string file, Module model, Optimizer optimizer, WeightAverage? average, string kind, IReadOnlyDictionary<string, string> notes)
    {
        Dictionary<string, Tensor> tensors = [];
        foreach ((string path, Parameter parameter) in model.Parameters()) tensors["model/" + path] = parameter.Value.Detach();
        foreach ((string name, Tensor value) in optimizer.State(model)) tensors["optimizer/" + name] = value;
        foreach ((string name, Tensor value) in average?.State(model) ?? []) tensors["average/" + name] = value;
        foreach ((string path, Tensor value) in this.Best ?? []) tensors["best/" + path] = value;
        Dictionary<string, string> metadata = new(notes, StringComparer.Ordinal)
        {
            ["kubik.checkpoint"] = kind,
            ["kubik.steps"] = optimizer.Steps.ToString(CultureInfo.InvariantCulture),
            ["kubik.state"] = JsonSerializer.Serialize(this.ToNumbers(), TrainingJson.Default.DoubleArray),
            ["kubik.history"] = JsonSerializer.Serialize(this.History, TrainingJson.Default.ListEpochMetrics),
        };
        Safetensors.Save(file, tensors, metadata);
    }

    /// <summary>Reads a checkpoint into the model and the optimiser.</summary>
    /// <exception cref="IOException">The file is missing, damaged or no checkpoint.</exception>
    /// <exception cref="ShapeException">It belongs to another network.</exception>
    public static TrainingState Load(string file, Module model, Optimizer optimizer, WeightAverage? average, string kind)
    {
        SafetensorsFile saved = Safetensors.Load(file);
        if (!saved.Metadata.TryGetValue("kubik.state", out string? numbers) || !saved.Metadata.TryGetValue("kubik.history", out string? history))
            throw new DataFileException(file, "it is not a checkpoint of Kubik: it has no training state. Give the folder of a run that was interrupted.");
        if (saved.Metadata.GetValueOrDefault("kubik.checkpoint") is var was && was != kind)
            throw new DataFileException(file, $"it belongs to another run: {was}, not {kind}. Resume with what the run began with.");
        (TrainingState state, long steps) = Parse(file, saved, numbers, history);
        Dictionary<string, Tensor> values = Part(saved, "model/");
        if (model.Parameters().Select(p => p.Path).FirstOrDefault(path => !values.ContainsKey(path)) is { } missing)
            throw new ShapeException($"The checkpoint has no value for '{missing}': it belongs to another network.");
        optimizer.Restore(model, Part(saved, "optimizer/"), steps);
        average?.Restore(model, Part(saved, "average/"));
        model.Assign(values);
        if (Part(saved, "best/") is { Count: > 0 } best) state.Best = best;
        return state;
    }

    private static (TrainingState State, long Steps) Parse(string file, SafetensorsFile saved, string numbers, string history)
    {
        try
        {
            TrainingState state = new() { History = JsonSerializer.Deserialize(history, TrainingJson.Default.ListEpochMetrics)! };
            state.FromNumbers(JsonSerializer.Deserialize(numbers, TrainingJson.Default.DoubleArray)!);
            return (state, long.Parse(saved.Metadata["kubik.steps"], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (
            e is JsonException or FormatException or OverflowException or KeyNotFoundException or IndexOutOfRangeException or NullReferenceException)
        {
            throw new DataFileException(file, "its training state is damaged.", e);
        }
    }

    private static Dictionary<string, Tensor> Part(SafetensorsFile file, string prefix) =>
        file.Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    private double[] ToNumbers() =>
        [this.Epoch, this.StepInEpoch, this.LossSum, this.RightSum, this.Seen, this.EpochSeconds, this.BestEpoch, this.SinceBest, this.BestLoss,
            this.PatienceLoss];

    private void FromNumbers(double[] n)
    {
        (this.Epoch, this.StepInEpoch, this.LossSum, this.RightSum, this.Seen) = ((int)n[0], (int)n[1], n[2], n[3], (long)n[4]);
        (this.EpochSeconds, this.BestEpoch, this.SinceBest, this.BestLoss, this.PatienceLoss) = (n[5], (int)n[6], (int)n[7], n[8], n[9]);
    }
}
