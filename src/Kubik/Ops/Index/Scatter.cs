using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>A copy of x with elements set along an axis: y[i, index[i, j]] = updates[i, j] for axis 1, and so for other axes.
    /// Of several updates of one element the last in row-major order stays.</summary>
    /// <remarks>The inputs are x, the index and the updates. What an overwritten element of x would get is 0,
    /// and so it is for an update that a later one overwrote.</remarks>
    /// <param name="Axis">The axis, counted from 0.</param>
    public sealed record Scatter(int Axis) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Scatter";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("scatter");

        /// <inheritdoc/>
        public override string? Onnx => "ScatterElements";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Indexing.Infer(this, this.Axis, x[0], x[1]);
            if (x[0].DType != x[2].DType) throw this.Error(TypeRule.Same(x[0], x[2]));
            return x[1].Shape == x[2].Shape ? x[0] : throw this.Error($"the updates {x[2].Shape} must have the shape of the index {x[1].Shape}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            if (input == 0) return this.Apply(dy, x[1], Tensor.Full(x[1].Shape, 0, dy.DType));
            if (input == 1) return null;
            // Numbered updates, scattered and picked up again, say which of them stayed.
            Tensor number = Tensor.Range(0, x[1].Count, dtype: DType.Int64).Reshape(x[1].Shape);
            Tensor stayed = this.Apply(Tensor.Full(x[0].Shape, 0, DType.Int64), x[1], number).Gather(x[1], this.Axis).Equal(number);
            return Tensor.Where(stayed, dy.Gather(x[1], this.Axis), Tensor.Scalar(0, dy.DType));
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            Elementwise.Copy(x[0], y);
            switch (y.DType.ByteSize)
            {
                case 1: Indexing.Scatter<byte>(this, this.Axis, x[2], x[1], y); break;
                case 2: Indexing.Scatter<short>(this, this.Axis, x[2], x[1], y); break;
                case 4: Indexing.Scatter<int>(this, this.Axis, x[2], x[1], y); break;
                default: Indexing.Scatter<long>(this, this.Axis, x[2], x[1], y); break;
            }
        }
    }

    /// <summary>x with a number where a mask holds. The inputs are x and the mask, which broadcasts to it.</summary>
    /// <param name="Value">The number.</param>
    public sealed record MaskedFill(double Value) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "MaskedFill";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("fill");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => Tensor.Where(x[1], TypeRule.Constant(this, this.Value, x[0].DType), x[0]);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[1].DType != DType.Bool) throw this.Error($"the mask must be bool, not {x[1]}; compare something to get one.");
            if (!Shape.TryBroadcast(x[0].Shape, x[1].Shape, out Shape common) || common != x[0].Shape)
                throw this.Error($"the mask {x[1].Shape} does not broadcast to {x[0].Shape}: aligned at the last axis, each size must be equal or 1.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>A copy with elements set along an axis, one for each element of <paramref name="index"/> (Int64 or Int32).
        /// Of several updates of one element the last stays.</summary>
        /// <exception cref="ShapeException">Sizes other than the axis's differ,
        /// or the updates do not have the index's shape and this tensor's type.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
        public Tensor Scatter(Tensor index, Tensor updates, int axis) =>
            new Scatter(this.Shape.Axis(axis, "Scatter")).Apply(this, IndexRule.Whole(index, "Scatter"), updates);

        /// <summary>This plus updates along an axis, one for each element of <paramref name="index"/> (Int64 or Int32).
        /// Several updates of one element add up, in order.</summary>
        /// <exception cref="ShapeException">Sizes other than the axis's differ.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
        public Tensor ScatterAdd(Tensor index, Tensor updates, int axis)
        {
            int a = this.Shape.Axis(axis, "ScatterAdd");
            return this + new ScatterAdd(a, this.Shape[a]).Apply(updates, IndexRule.Whole(index, "ScatterAdd"));
        }

        /// <summary>This with a number where a mask (Bool) holds.</summary>
        /// <example><code>scores.MaskedFill(future, double.NegativeInfinity)</code></example>
        /// <exception cref="ShapeException">The mask is not Bool or does not broadcast to this.</exception>
        public Tensor MaskedFill(Tensor mask, double value) => new MaskedFill(value).Apply(this, mask);
    }
}
