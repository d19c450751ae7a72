namespace Kubik.Ops
{
    /// <summary>Repeats the tensor along new axes and axes of size 1 until it has a shape; no memory is copied.</summary>
    /// <param name="To">The shape.</param>
    public sealed record BroadcastTo(Shape To) : ViewOp
    {
        /// <inheritdoc/>
        public override string Name => "Expand";

        /// <inheritdoc/>
        public override Notation Notation => new($"expand({{0}}, {this.To})", $@"\operatorname{{expand}}_{{{this.To}}}\left({{0}}\right)");

        /// <inheritdoc/>
        public override string? Onnx => "Expand";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
            Shape.TryBroadcast(x[0].Shape, this.To, out Shape shape) && shape == this.To
                ? x[0] with { Shape = this.To }
                : throw this.Error($"{x[0].Shape} does not broadcast to {this.To}: aligned at the last axis, each size must be equal or 1.");

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy.SumTo(x[0].Shape);

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => Sight.Beside(axis, x[0].Shape, y);

        internal override Layout? View(Shape shape, Layout layout, Shape output) => layout.Broadcast(shape, output);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The tensor repeated until it has a shape, by NumPy's broadcasting rule. Shares memory.</summary>
        /// <exception cref="ShapeException">It does not broadcast to the shape.</exception>
        public Tensor BroadcastTo(Shape shape) => shape == this.Shape ? this : new BroadcastTo(shape).Apply(this);

        /// <summary>The reverse of broadcasting: sums over the axes that <see cref="BroadcastTo"/> would repeat.</summary>
        /// <exception cref="ShapeException">The shape does not broadcast to the tensor's.</exception>
        public Tensor SumTo(Shape shape)
        {
            if (shape == this.Shape) return this;
            if (!Shape.TryBroadcast(shape, this.Shape, out Shape common) || common != this.Shape)
                throw new ShapeException($"SumTo: {shape} does not broadcast to {this.Shape}: aligned at the last axis, each size must be equal or 1.");
            int extra = this.Rank - shape.Rank;
            List<int> axes = [.. Enumerable.Range(0, extra)];
            for (int i = 0; i < shape.Rank; i++)
            {
                if (shape[i] == 1 && this.Shape[i + extra] != 1) axes.Add(i + extra);
            }
            return new Reduce<Sum>([.. axes]).Apply(this).Reshape(shape); // of this type, whatever it is
        }
    }
}
