// Random numbers are a function of (seed, stream, position) and nothing else: the op's only input is that state, a
// tensor, so that compiled code draws anew at every run and the same state gives the same bits on any number of threads.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>Numbers spread evenly over [0, 1). The input is the state, int64 (seed, stream, position).</summary>
public sealed record RandomUniform(TensorSpec Spec) : DiscreteOp
{
    /// <inheritdoc/>
    public override string Name => "RandomUniform";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("uniform", @"\mathcal{U}");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, this.Spec, x[0]);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(x[0], y, normal: false);
}

/// <summary>Numbers from the normal distribution with mean 0 and variance 1. The input is the state, int64 (seed, stream, position).</summary>
public sealed record RandomNormal(TensorSpec Spec) : DiscreteOp
{
    /// <inheritdoc/>
    public override string Name => "RandomNormal";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("normal", @"\mathcal{N}");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, this.Spec, x[0]);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(x[0], y, normal: true);
}
