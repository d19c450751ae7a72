namespace Kubik.Ops
{
    /// <summary>Axes in reverse order. Shares memory.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    public sealed record Flip(Axes Axes) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Flip";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("flip");

        /// <inheritdoc/>
        public override string? Onnx => "Slice";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor y = x[0];
            foreach (int axis in this.Axes)
            {
                int size = y.Shape[axis];
                if (size > 1) y = new Slice(axis, size - 1, size, -1).Apply(y);
            }
            return y;
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => AxisRule.Check(this, this.Axes, x[0].Shape);
    }

    /// <summary>An axis turned round: element i goes to place i + Shift, and what falls off one end comes in at the other.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Shift">By how many places; below 0 towards the beginning.</param>
    public sealed record Roll(int Axis, int Shift) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Roll";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("roll");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int size = x[0].Shape[this.Axis];
            int shift = size == 0 ? 0 : (int)(((long)this.Shift % size + size) % size);
            if (shift == 0) return x[0];
            Tensor wrapped = new Slice(this.Axis, size - shift, shift, 1).Apply(x[0]), rest = new Slice(this.Axis, 0, size - shift, 1).Apply(x[0]);
            return new Concat(this.Axis).Apply(wrapped, rest);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => AxisRule.Check(this, this.Axis, x[0].Shape);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The axes given in reverse order; all when none are given. Shares memory.</summary>
        /// <example><code>pictures.Flip(-1)   // mirrored left to right</code></example>
        /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
        public Tensor Flip(params ReadOnlySpan<int> axes) => new Flip(ReduceAxes.Of(this, axes, "Flip")).Apply(this);

        /// <summary>An axis turned round: element i goes to place i + shift, and what falls off one end comes in at the other.</summary>
        /// <example><code>Tensor.Of(1, 2, 3, 4).Roll(1)   // 4, 1, 2, 3</code></example>
        /// <exception cref="ShapeException">There is no such axis.</exception>
        public Tensor Roll(int shift, int axis = -1) => new Roll(this.Shape.Axis(axis, "Roll"), shift).Apply(this);
    }
}
