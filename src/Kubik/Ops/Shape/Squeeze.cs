namespace Kubik.Ops
{
    /// <summary>An axis of size 1 put in before an axis, or after the last. Shares memory when the tensor is contiguous.</summary>
    /// <param name="Axis">The new axis's place in the result.</param>
    public sealed record Unsqueeze(int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Unsqueeze";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("unsqueeze");

        /// <inheritdoc/>
        public override string? Onnx => "Unsqueeze";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Reshape(x[0].Shape.Insert(this.Axis, 1));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if ((uint)this.Axis > (uint)x[0].Shape.Rank)
                throw this.Error($"there is no place {this.Axis} for a new axis in {x[0].Shape}; use 0 to {x[0].Shape.Rank}.");
        }
    }

    /// <summary>An axis of size 1 dropped. Shares memory when the tensor is contiguous.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    public sealed record Squeeze(int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Squeeze";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("squeeze");

        /// <inheritdoc/>
        public override string? Onnx => "Squeeze";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Reshape(x[0].Shape.Without(this.Axis));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            if (x[0].Shape[this.Axis] != 1) throw this.Error($"axis {this.Axis} of {x[0].Shape} has size {x[0].Shape[this.Axis]}, not 1.");
        }
    }

    /// <summary>All axes from one on become one: (B, C, H, W) becomes (B, C·H·W).</summary>
    /// <param name="Axis">The first of the axes that become one.</param>
    public sealed record Flatten(int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Flatten";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("flatten");

        /// <inheritdoc/>
        public override string? Onnx => null; // ONNX's joins the axes before as well

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Reshape([.. x[0].Shape.Sizes[..this.Axis], x[0].Shape[this.Axis..].Size]);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (this.Axis != x[0].Shape.Rank) AxisRule.Check(this, this.Axis, x[0].Shape);
        }
    }

    /// <summary>Tensors of equal shapes joined along a new axis.</summary>
    /// <param name="Axis">The new axis's place in the result.</param>
    public sealed record Stack(int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Stack";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("stack");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor[] rows = new Tensor[x.Length];
            for (int i = 0; i < rows.Length; i++) rows[i] = new Unsqueeze(this.Axis).Apply(x[i]);
            return new Concat(this.Axis).Apply(rows);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x.IsEmpty) throw this.Error("there is nothing to join; give one tensor or more.");
            foreach (TensorSpec spec in x)
            {
                if (spec != x[0]) throw this.Error($"all tensors must have one shape and type; got {x[0]} and {spec}.");
            }
            if ((uint)this.Axis > (uint)x[0].Shape.Rank)
                throw this.Error($"there is no place {this.Axis} for a new axis in {x[0].Shape}; use 0 to {x[0].Shape.Rank}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The tensor with an axis of size 1 put in before <paramref name="axis"/>; −1 puts it in after the last.</summary>
        /// <exception cref="ShapeException">There is no such place for an axis.</exception>
        public Tensor Unsqueeze(int axis) => new Unsqueeze(NewAxis(axis, this.Shape, "Unsqueeze")).Apply(this);

        /// <summary>The tensor without an axis, which must have size 1.</summary>
        /// <exception cref="ShapeException">The axis has another size.</exception>
        public Tensor Squeeze(int axis) => new Squeeze(this.Shape.Axis(axis, "Squeeze")).Apply(this);

        /// <summary>All axes from <paramref name="axis"/> on become one: (B, C, H, W) becomes (B, C·H·W).</summary>
        /// <exception cref="ShapeException">There is no such axis.</exception>
        public Tensor Flatten(int axis = 1) => new Flatten(axis == this.Rank ? axis : this.Shape.Axis(axis, "Flatten")).Apply(this);

        /// <summary>Joins tensors of equal shapes along a new axis; −1 puts it in after the last.</summary>
        /// <exception cref="ShapeException">The shapes or types differ.</exception>
        public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors) =>
            new Stack(tensors.IsEmpty ? axis : NewAxis(axis, tensors[0].Shape, "Stack")).Apply(tensors);

        private static int NewAxis(int axis, Shape shape, string op)
        {
            int a = axis < 0 ? axis + shape.Rank + 1 : axis;
            return a >= 0 && a <= shape.Rank
                ? a
                : throw new ShapeException($"{op}: there is no place {axis} for a new axis in {shape}; use {-shape.Rank - 1} to {shape.Rank}.");
        }
    }
}
