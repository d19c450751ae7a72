namespace Kubik.Ops;

/// <summary>The same values, from which something is computed a second time: the compiler does not see that it was there before.</summary>
/// <remarks>What <see cref="Graphs.Recomputed"/> computes its gradient from.</remarks>
public sealed record Recall : ViewOp
{
    /// <inheritdoc/>
    public override string Name => "Recall";

    /// <inheritdoc/>
    public override Notation Notation => new("{0}", "{0}");

    /// <inheritdoc/>
    public override string? Onnx => "Identity";

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0];

    /// <inheritdoc/>
    public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy;

    internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => new(axis);

    internal override Layout? View(Shape shape, Layout layout, Shape output) => layout;
}
