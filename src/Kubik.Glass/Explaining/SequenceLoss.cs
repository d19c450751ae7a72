// A network for texts gives its classes at every place, along the last axis, (B, T, K); losses of classes take them second,
// (B, K, …). Labels are one for each place. To the loss inside every place is a sample.

using Kubik.Nn;

namespace Kubik.Glass.Explaining;

/// <summary>A loss of classes at every place: outputs (B, …, K), labels (B, …) as whole numbers. Its value is that of the loss inside on all
/// places as samples, (N, K) and (N).</summary>
/// <example><code>
/// Tensor logits = RandomSource.Default.NextStream().Normal([2, 5, 27]);               // 27 letters at each of 5 places
/// Tensor loss = new SequenceLoss(new CrossEntropy()).Of(logits, Tensor.Zeros([2, 5], DType.Int64));
/// </code></example>
public sealed class SequenceLoss : Loss
{
    private readonly ClassLoss each;

    /// <summary>Of a loss of classes.</summary>
    /// <param name="each">The loss of a place.</param>
    public SequenceLoss(ClassLoss each)
    {
        ArgumentNullException.ThrowIfNull(each);
        this.each = each;
        this.Reduction = Reduction.None; // the loss inside makes one number of all places already
    }

    /// <summary>Whether labels are one for each place of a sequence, with the classes along the last axis. Where there are as many places as
    /// classes a network for texts decides: it gives them so.</summary>
    /// <param name="labels">How many labels there are.</param>
    /// <param name="output">What the network gives, batch first.</param>
    /// <param name="readsWords">Whether the network looks its input up in a table.</param>
    /// <example><code>Console.WriteLine(SequenceLoss.Fits(5, [1, 5, 27], readsWords: true));   // True: 5 places, 27 letters at each</code></example>
    public static bool Fits(int labels, Shape output, bool readsWords) =>
        output.Rank == 3 && labels == output[..^1].Size && (readsWords || labels != output.Without(1).Size);

    /// <inheritdoc/>
    public override string Name => this.each.Name;

    /// <inheritdoc/>
    public override string Formula => this.each.Formula;

    /// <inheritdoc/>
    public override string Notation => this.each.Notation;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        if (output.Rank < 2 || target.DType.IsFloat || target.Shape != output.Shape[..^1])
            throw new ShapeException($"{this.Name}: at every place it takes outputs (batch, …, classes) and labels (batch, …) as whole numbers; "
                + $"got {output.Spec} and {target.Spec}.");
        Tensor loss = this.each.Of(output.Reshape([output.Count / output.Shape[^1], output.Shape[^1]]), target.Reshape([target.Count]));
        return loss.Rank == 1 ? loss.Reshape(target.Shape) : loss;
    }
}
