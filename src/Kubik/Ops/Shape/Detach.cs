using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>The same values, through which no gradient flows: what <see cref="Tensor.Detach"/> records in a trace.</summary>
public sealed record Detach : DiscreteOp
{
    /// <inheritdoc/>
    public override string Name => "Detach";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("detach");

    /// <inheritdoc/>
    public override string? Onnx => "Identity";

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0];

    internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => new(axis);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Copy(x[0], y);
}
