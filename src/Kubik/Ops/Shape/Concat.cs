namespace Kubik.Ops
{
    /// <summary>Joins tensors along an axis; all other sizes are equal.</summary>
    /// <param name="Axis">The axis along which they are joined.</param>
    public sealed record Concat(int Axis) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Concat";

        /// <inheritdoc/>
        public override Notation Notation => new("[{*}]", @"\left[{*}\right]");

        /// <inheritdoc/>
        public override string? Onnx => "Concat";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x.IsEmpty) throw this.Error("there is nothing to join; give one tensor or more.");
            AxisRule.Check(this, this.Axis, x[0].Shape);
            int axis = this.Axis, size = 0;
            foreach (TensorSpec spec in x)
            {
                if (spec.DType != x[0].DType) throw this.Error(TypeRule.Same(x[0], spec));
                if (spec.Shape.Rank != x[0].Shape.Rank || spec.Shape.With(axis, 0) != x[0].Shape.With(axis, 0))
                    throw this.Error($"{x[0].Shape} and {spec.Shape} must have equal sizes except on axis {axis}.");
                size = AxisRule.Size(this, (long)size + spec.Shape[axis]);
            }
            return x[0] with { Shape = x[0].Shape.With(axis, size) };
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            int start = 0;
            for (int i = 0; i < input; i++) start += x[i].Shape[this.Axis];
            return axis == this.Axis ? new(axis, 1, -start, -start) : new(axis);
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            int start = 0;
            for (int i = 0; i < input; i++) start += x[i].Shape[this.Axis];
            return new Slice(this.Axis, start, x[input].Shape[this.Axis], 1).Apply(dy);
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            int size = y.DType.ByteSize, inner = y.Shape.Product(this.Axis + 1, y.Rank) * size, outer = y.Shape.Product(0, this.Axis),
                row = inner * y.Shape[this.Axis];
            Span<byte> to = y.Bytes.Slice(y.Layout.Offset * size, y.Count * size);
            foreach (Tensor part in x)
            {
                Tensor dense = part.Contiguous();
                int own = inner * part.Shape[this.Axis];
                ReadOnlySpan<byte> from = dense.Bytes.Slice(dense.Layout.Offset * size, dense.Count * size);
                for (int i = 0; i < outer; i++) from.Slice(i * own, own).CopyTo(to[(i * row)..]);
                GC.KeepAlive(dense);
                to = to[Math.Min(own, to.Length)..];
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Joins tensors along an axis.</summary>
        /// <exception cref="ShapeException">Other sizes or the types differ.</exception>
        public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors) =>
            new Concat(tensors.IsEmpty ? axis : tensors[0].Shape.Axis(axis, "Concat")).Apply(tensors);
    }
}
