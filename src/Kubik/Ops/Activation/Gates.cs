// Activations that make fewer channels of more: half of them gate the other half, or the largest of each group stays.

namespace Kubik.Ops
{
    /// <summary>y = a ⊙ σ(b), a and b being the halves of x along an axis: the gated linear unit (Dauphin et al. 2016, arXiv:1612.08083).</summary>
    /// <param name="Axis">The axis; its size must be even.</param>
    public sealed record Glu(int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Glu";

        /// <inheritdoc/>
        public override Notation Notation => Notation.With("glu", this.Axis);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int half = x[0].Shape[this.Axis] / 2;
            return new Slice(this.Axis, 0, half, 1).Apply(x[0]) * new Slice(this.Axis, half, half, 1).Apply(x[0]).Sigmoid();
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            if (axis != this.Axis) throw this.Error($"axis {this.Axis} is below 0; the op itself counts axes from 0.");
            if (x[0].Shape[axis] % 2 != 0) throw this.Error($"axis {axis} of {x[0].Shape} must have an even size, to be cut in two halves.");
        }
    }

    /// <summary>y = the largest of each group of neighbours along an axis: (…, C, …) → (…, C / pieces, …) (Goodfellow et al. 2013, arXiv:1302.4389).
    /// Equal largest ones share the gradient.</summary>
    /// <param name="Pieces">The size of a group; the axis's size must be a multiple.</param>
    /// <param name="Axis">The axis.</param>
    public sealed record Maxout(int Pieces, int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Maxout";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("maxout", $"groups of {this.Pieces}{(this.Axis == 1 ? "" : $" along axis {this.Axis}")}");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape s = x[0].Shape;
            Shape grouped = s.With(this.Axis, s[this.Axis] / this.Pieces).Insert(this.Axis + 1, this.Pieces);
            return new Reshape(grouped).Apply(x[0]).Max(this.Axis + 1);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            if (axis != this.Axis) throw this.Error($"axis {this.Axis} is below 0; the op itself counts axes from 0.");
            if (this.Pieces < 1) throw this.Error($"there must be 1 piece or more, not {this.Pieces}.");
            if (x[0].Shape.Rank == Shape.MaxRank)
                throw this.Error($"the input {x[0].Shape} must have fewer than {Shape.MaxRank} axes, as the groups take one more.");
            if (x[0].Shape[axis] % this.Pieces != 0)
                throw this.Error($"the size of axis {axis} of {x[0].Shape} must be a multiple of {this.Pieces}, the number of pieces.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>a ⊙ σ(b), a and b being the halves along an axis.</summary>
        /// <exception cref="ShapeException">The axis does not exist or has an odd size.</exception>
        public Tensor Glu(int axis = -1) => new Glu(this.Shape.Axis(axis, "Glu")).Apply(this);

        /// <summary>The largest of each group of <paramref name="pieces"/> neighbours along an axis.</summary>
        /// <exception cref="ShapeException">The axis does not exist or cannot be cut into such groups.</exception>
        public Tensor Maxout(int pieces, int axis = 1) => new Maxout(pieces, this.Shape.Axis(axis, "Maxout")).Apply(this);
    }
}
