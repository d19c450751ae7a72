using Kubik.Graphs;

namespace Kubik.Nn;

/// <summary>
/// A net whose inner values are not kept for the gradient: they are computed a second time when the gradient comes by, which
/// takes about a third more time and leaves one value in memory where there were many (Chen et al. 2016, arXiv:1604.06174).
/// Around each block of a deep net, memory grows with the number of blocks and no longer with what is inside of them.
/// </summary>
/// <remarks>
/// Outputs, statistics and random numbers are those of the net itself, and its parameters have their paths. So are the
/// gradients, to the last bit, unless the block's input is used outside of the block as well and several times inside:
/// then the parts of its gradient are added in another order. In evaluation nothing is different.
/// </remarks>
/// <example><code>
/// Recompute block = new(new TransformerBlock(heads: 4, hidden: 512, causal: true));
/// Sequential tower = Sequential.Parse("repeat 24 (recompute (transformer 4 512 causal=true))");
/// </code></example>
public sealed class Recompute : Module
{
    private readonly Module body;

    /// <summary>A net that is computed twice.</summary>
    public Recompute(Module body)
    {
        ArgumentNullException.ThrowIfNull(body);
        this.body = body;
    }

    /// <inheritdoc/>
    public override string Notation => $"recompute({NetNotation.Branch(this.body)})";

    internal static BrickSyntax Syntax { get; } = new("recompute", "recompute(NET)", a => new Recompute(a.Branches(1, 1)[0]));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) =>
        !this.Training || Observer is not null ? this.body.Forward(x) : Recomputed.Of(this.body.Forward, x);

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() => [("", this.body)];
}
