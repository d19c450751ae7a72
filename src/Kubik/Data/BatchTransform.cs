// What is done to the samples of a batch before they are learnt, so that the network never sees the same thing twice.
// Everything random is drawn from the stream given, so that the same seed gives the same batches on any machine.

namespace Kubik.Data;

/// <summary>A change of batches that are learnt: augmentation.</summary>
/// <example><code>
/// TrainerOptions options = new() { Transforms = [new CutOut(8), new MixUp(0.2)] };
/// </code></example>
public abstract class BatchTransform
{
    /// <summary>What it is called, with its numbers: two with the same notation do the same.</summary>
    public abstract string Notation { get; }

    /// <summary>The changed batch; the one given is left as it is.</summary>
    /// <param name="batch">Samples and targets.</param>
    /// <param name="data">The data set they are from.</param>
    /// <param name="random">What all randomness is drawn from.</param>
    /// <exception cref="ShapeException">The samples are not of the kind that it changes.</exception>
    public abstract Batch Apply(Batch batch, Dataset data, RandomStream random);

    /// <summary>The notation.</summary>
    public sealed override string ToString() => this.Notation;
}
