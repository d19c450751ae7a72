// Everything that decides what a training gives. It is written into the checkpoint, so that --resume needs nothing
// else, and into the report as the command that gives the same weights again.

using System.Text.Json;
using System.Text.Json.Serialization;
using Kubik.Cli.Terminal;
using Kubik.Data;

namespace Kubik.Cli.Train;

/// <summary>What to train, on what, how.</summary>
internal sealed record RunSettings
{
    /// <summary>A network's name, or its notation.</summary>
    public required string Net { get; init; }

    /// <summary>A data set's name, or the full path of one's own.</summary>
    public required string Data { get; init; }

    public string? Target { get; init; }

    public required int Epochs { get; init; }

    public required int Batch { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>The optimizer with its options, in notation.</summary>
    public required string Optimizer { get; init; }

    /// <summary>The largest norm of all gradients together; null: no limit.</summary>
    public double? Clip { get; init; }

    /// <summary>Epochs without a smaller validation loss after which to stop; null: never.</summary>
    public int? Patience { get; init; }

    /// <summary>How the learning rate goes on, in notation.</summary>
    public string Schedule { get; init; } = TrainDefaults.Schedule;

    /// <summary>How the learning rate goes on, for people.</summary>
    [JsonIgnore]
    public string ScheduleInWords =>
        this.Schedule == TrainDefaults.Schedule ? "falling to 0 along a cosine" : this.Schedule == "constant" ? "constant" : $"times '{this.Schedule}'";

    public required string Loss { get; init; }

    public required long Seed { get; init; }

    /// <summary>The share of the training part that is set aside for choosing the best weights; null: none.</summary>
    public double? Validation { get; init; }

    /// <summary>Whether the data brings no test part, so that one was held out of it.</summary>
    public bool IsHeldOut { get; init; }

    /// <summary>How the data looked (<see cref="DataFormat.ToJson"/>) and how much there was, to notice that it has changed.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The network in a file's name: "lenet", or "net" for one in notation.</summary>
    [JsonIgnore]
    public string ShortNet => Models.KnownNets.All.Any(n => n.Name == this.Net) ? this.Net : "net";

    /// <summary>The command that gives the same weights, every choice spelt out.</summary>
    [JsonIgnore]
    public string Command
    {
        get
        {
            string data = Datasets.Find(this.Data) is null ? Tool.Argument(this.Data) : this.Data;
            return $"{Tool.Name} train {Tool.Quoted(this.Net)} --data {data}"
                + (this.Target is null ? "" : $" --target {Tool.Quoted(this.Target)}")
                + $" --epochs {this.Epochs} --batch {this.Batch} --lr {this.LearningRate} --optimizer {Tool.Quoted(this.Optimizer)}"
                + (this.Schedule == TrainDefaults.Schedule ? "" : $" --schedule {Tool.Quoted(this.Schedule)}")
                + $" --loss {Tool.Quoted(this.Loss)} --seed {this.Seed}"
                + (this.Validation is null ? "" : $" --val {this.Validation}")
                + (this.Clip is null ? "" : $" --clip {this.Clip}")
                + (this.Patience is null ? "" : $" --patience {this.Patience}");
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, RunSettingsJson.Default.RunSettings);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static RunSettings Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RunSettingsJson.Default.RunSettings) ?? throw new FormatException("the run's settings are null.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"the run's settings are damaged: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunSettings))]
internal sealed partial class RunSettingsJson : JsonSerializerContext;
