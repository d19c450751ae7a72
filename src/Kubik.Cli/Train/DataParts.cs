// The parts a training needs: what is learnt, perhaps some to choose the best weights by, and some that is only
// measured. Data that brings no test part gives up a fifth of itself, the same fifth every time.

using Kubik.Cli.Verbs;
using Kubik.Data;
using Kubik.Nn;

namespace Kubik.Cli.Train;

/// <summary>Data for a training.</summary>
/// <param name="Train">What is learnt.</param>
/// <param name="Validation">What the best weights are chosen by; null: the last weights are taken.</param>
/// <param name="Test">What is only measured.</param>
/// <param name="IsHeldOut">Whether the test part was cut off here, because the data brings none.</param>
internal sealed record DataParts(Dataset Train, Dataset? Validation, Dataset Test, bool IsHeldOut)
{
    /// <summary>What one sample is called.</summary>
    public string Thing => ThingOf(this.Train);

    /// <summary>How the data looks, in text, to notice that it has changed.</summary>
    public string Fingerprint => $"{this.Train.Count} {this.Validation?.Count} {this.Test.Count} {this.Train.Format.ToJson()}";

    public static string ThingOf(Dataset data) => data switch
    {
        ImageDataset => "image",
        TableDataset => "row",
        _ => "sample",
    };

    /// <summary>Opens data by name or path and cuts it into parts.</summary>
    public static DataParts Open(string nameOrPath, string? target, double? validation, string? loss)
    {
        (Dataset train, Dataset? test) = Datasets.Open(nameOrPath, target is null ? null : new TableOptions { Target = target });
        // Whole numbers may be either; whoever asks for the loss of an error means numbers.
        if (loss is not null && Loss.Parse(loss) is RegressionLoss && Datasets.Find(nameOrPath) is null
            && train is TableDataset { Kind: TargetKind.Classes } table && table.Schema.Target.Values!.All(v => double.TryParse(v, out _)))
            (train, test) = Datasets.Open(nameOrPath, new TableOptions { Target = target, Kind = TargetKind.Numbers });
        // Shipped sets other than MNIST come as one part too; Datasets cuts them the same way.
        bool isHeldOut = test is null;
        if (test is null)
        {
            if (train.Count < 2)
                throw new MistakeException(
                    $"{nameOrPath} has {train.Count} {ThingOf(train)}, but a part of the data is held out as a test; give at least two, better hundreds.");
            (train, test) = train.Split(TrainDefaults.TestShare, TrainDefaults.TestSeed);
        }
        if (validation is not { } share) return new(train, null, test, isHeldOut);
        if (train.Count < 2)
            throw new MistakeException($"{train.Count} {ThingOf(train)} cannot be cut into a training and a validation part; leave out --val.");
        (train, Dataset chosenBy) = train.Split(share, TrainDefaults.ValidationSeed);
        // The constants are fitted to what is learnt alone; all parts are seen through them.
        return new(train, chosenBy, test.With(train.Normalization, train.TargetNormalization), isHeldOut);
    }
}
