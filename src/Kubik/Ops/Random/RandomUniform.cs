// Random numbers are a function of (seed, stream, position) and nothing else: the op's only input is that state, a
// tensor, so that compiled code draws anew at every run and the same state gives the same bits on any number of threads.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>Numbers spread evenly over [0, 1). The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Spec">Shape and type of the numbers.</param>
public sealed record RandomUniform(TensorSpec Spec) : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomUniform";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("uniform", @"\mathcal{U}");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, this.Spec, x[0]);

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Spec.Shape.Size + 3L) / 4;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(default(UniformDraw), x[0], y);
}

/// <summary>Numbers from the normal distribution with mean 0 and variance 1. The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Spec">Shape and type of the numbers.</param>
public sealed record RandomNormal(TensorSpec Spec) : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomNormal";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("normal", @"\mathcal{N}");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, this.Spec, x[0]);

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Spec.Shape.Size + 3L) / 4;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(default(NormalDraw), x[0], y);
}
