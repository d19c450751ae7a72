// A network for texts gives its classes at every place, (B, T, K), and losses of classes take them second, (B, K, …). Labels
// are one for each place.

using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>A loss of classes for outputs (B, T, K) and labels (B, T).</summary>
internal sealed class SequenceLoss : Loss
{
    private readonly ClassLoss each;

    public SequenceLoss(ClassLoss each)
    {
        this.each = each;
        this.Reduction = Reduction.None; // the loss inside makes one number of all places already
    }

    public override string Name => this.each.Name;

    public override string Formula => this.each.Formula;

    public override string Notation => this.each.Notation;

    protected override Tensor Compute(Tensor output, Tensor target) => this.each.Of(output.MoveAxis(-1, 1), target);
}
