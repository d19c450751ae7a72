using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Picks along an axis: y[i, j] = x[i, index[i, j]] for axis 1, and so for other axes; sizes agree except on the axis.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    public sealed record Gather(int Axis) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "GatherElements";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}[{1}]", "{{0:atom}}_{{1}}");

        /// <inheritdoc/>
        public override string? Onnx => "GatherElements";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Indexing.Infer(this, this.Axis, x[0], x[1]);

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => input == 0 && axis == this.Axis ? Sight.All : new(axis);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0 ? new ScatterAdd(this.Axis, x[0].Shape[this.Axis]).Apply(dy, x[1]) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Indexing.Gather<float>(this, this.Axis, x[0], x[1], y);
            else if (y.DType == DType.Float64) Indexing.Gather<double>(this, this.Axis, x[0], x[1], y);
            else if (y.DType.ByteSize == 8) Indexing.Gather<long>(this, this.Axis, x[0], x[1], y);
            else if (y.DType == DType.Int32) Indexing.Gather<int>(this, this.Axis, x[0], x[1], y);
            else if (y.DType == DType.Float16) Indexing.Gather<Half>(this, this.Axis, x[0], x[1], y);
            else if (y.DType == DType.BFloat16) Indexing.Gather<BFloat16>(this, this.Axis, x[0], x[1], y);
            else Indexing.Gather<byte>(this, this.Axis, x[0], x[1], y);
        }
    }

    /// <summary>The reverse of <see cref="Gather"/>: zeros along an axis of size Size, to which each element is added at its index.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Size">The axis's size in the result.</param>
    public sealed record ScatterAdd(int Axis, int Size) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "ScatterAdd";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("scatter");

        /// <inheritdoc/>
        public override string? Onnx => "ScatterElements";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            Indexing.Infer(this, this.Axis, x[0], x[1]);
            if (x[0].Shape != x[1].Shape) throw this.Error($"there must be an index for every element; got {x[0].Shape} elements and {x[1].Shape} indices.");
            if (this.Size < 0) throw this.Error($"the size of axis {this.Axis} must be 0 or more, not {this.Size}.");
            return x[0] with { Shape = x[0].Shape.With(this.Axis, this.Size) };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0 ? new Gather(this.Axis).Apply(dy, x[1]) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Indexing.ScatterAdd<float>(this, this.Axis, x[0], x[1], y);
            else Indexing.ScatterAdd<double>(this, this.Axis, x[0], x[1], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Picks one element along an axis for each element of <paramref name="index"/> (Int64 or Int32).</summary>
        /// <example><code>logits.Gather(labels.Unsqueeze(1), axis: 1)   // (B, 1): each row's value at its label</code></example>
        /// <exception cref="ShapeException">Sizes other than the axis's differ.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
        public Tensor Gather(Tensor index, int axis) => new Gather(this.Shape.Axis(axis, "Gather")).Apply(this, IndexRule.Whole(index, "Gather"));
    }
}
