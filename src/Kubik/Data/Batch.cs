// What training consumes: some samples at once, and what the network should say about them.

namespace Kubik.Data;

/// <summary>Samples and their targets, ready for a network: normalised, the first axis counts the samples.</summary>
/// <param name="Input">float32 (B, …): the samples, each of <see cref="Dataset.InputShape"/>.</param>
/// <param name="Target">int64 (B,): the number of each sample's class; or float32 (B, K):
/// the values to be predicted, or how likely each class is (<see cref="MixUp"/>).</param>
/// <example><code>
/// foreach (Batch batch in new Loader(train, batchSize: 64).Epoch(0))
///     Console.WriteLine(batch.Input.Shape);   // (64, 1, 28, 28)
/// </code></example>
public readonly record struct Batch(Tensor Input, Tensor Target)
{
    /// <summary>The number of samples.</summary>
    public int Count => this.Input.Shape[0];
}

/// <summary>What a data set asks a network for.</summary>
public enum TargetKind
{
    /// <summary>Which of some classes a sample belongs to: classification.</summary>
    Classes,
    /// <summary>One or several numbers: regression.</summary>
    Numbers,
}
