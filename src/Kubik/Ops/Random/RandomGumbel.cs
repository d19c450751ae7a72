using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>Numbers from Gumbel's distribution, −ln(−ln u): the largest of logits plus such numbers is a choice with the probabilities of their softmax.
/// The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Spec">Type and shape of what is drawn.</param>
public sealed record RandomGumbel(TensorSpec Spec) : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomGumbel";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("gumbel");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, this.Spec, x[0]);

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Spec.Shape.Size + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(default(GumbelDraw), x[0], y);
}

/// <summary>Numbers from the exponential distribution with mean 1, −ln u. The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Spec">Type and shape of what is drawn.</param>
public sealed record RandomExponential(TensorSpec Spec) : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomExponential";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("exponential");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, this.Spec, x[0]);

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Spec.Shape.Size + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(default(ExponentialDraw), x[0], y);
}
