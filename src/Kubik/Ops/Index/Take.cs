using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Picks whole slices of an axis, in the order of an index of any shape: y[…, i, …] = x[…, index[i], …];
    /// the index's axes stand in the place of the axis.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    public sealed record Take(int Axis) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Take";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}[{1}]", "{0:atom}_{{1}}");

        /// <inheritdoc/>
        public override string? Onnx => "Gather";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            AxisRule.Check(this, this.Axis, shape);
            if (x[1].DType != DType.Int64) throw this.Error($"the index must be int64, not {x[1]}.");
            return x[0] with { Shape = [.. shape.Sizes[..this.Axis], .. x[1].Shape, .. shape.Sizes[(this.Axis + 1)..]] };
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) =>
            input == 1 ? new(this.Axis + axis) : axis == this.Axis ? Sight.All : new(axis < this.Axis ? axis : axis + x[1].Rank - 1);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0 ? new TakeAdd(this.Axis, x[0].Shape[this.Axis]).Apply(dy, x[1]) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Indexing.Take(this, this.Axis, x[0], x[1], y);
    }

    /// <summary>The reverse of <see cref="Take"/>: zeros along an axis of size Size, to which each slice is added at its index, in order.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Size">The axis's size in the result.</param>
    public sealed record TakeAdd(int Axis, int Size) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "TakeAdd";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("scatter");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (Shape shape, Shape index) = (x[0].Shape, x[1].Shape);
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            if (x[1].DType != DType.Int64) throw this.Error($"the index must be int64, not {x[1]}.");
            if (this.Size < 0) throw this.Error($"the size of axis {this.Axis} must be 0 or more, not {this.Size}.");
            if (this.Axis < 0 || this.Axis + index.Rank > shape.Rank || shape[this.Axis..(this.Axis + index.Rank)] != index)
                throw this.Error($"the axes of {shape} from {this.Axis} on must be those of the index {index}.");
            return x[0] with { Shape = [.. shape.Sizes[..this.Axis], this.Size, .. shape.Sizes[(this.Axis + index.Rank)..]] };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0 ? new Take(this.Axis).Apply(dy, x[1]) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            switch (y.DType)
            {
                case DType.Float32: Indexing.TakeAdd<float>(this, this.Axis, x[0], x[1], y); break;
                case DType.Float64: Indexing.TakeAdd<double>(this, this.Axis, x[0], x[1], y); break;
                case DType.Int32: Indexing.TakeAdd<int>(this, this.Axis, x[0], x[1], y); break;
                case DType.Int64: Indexing.TakeAdd<long>(this, this.Axis, x[0], x[1], y); break;
                default: Indexing.TakeAdd<byte>(this, this.Axis, x[0], x[1], y); break;
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whole slices of an axis in the order of an index (Int64 or Int32) of any shape,
        /// whose axes stand in the place of the axis: NumPy's take.</summary>
        /// <example><code>table.Take(words, axis: 0)   // (V, d) and (B, T) → (B, T, d): an embedding</code></example>
        /// <exception cref="ShapeException">There is no such axis.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
        public Tensor Take(Tensor index, int axis = 0) => new Take(this.Shape.Axis(axis, "Take")).Apply(this, IndexRule.Whole(index, "Take"));
    }
}
