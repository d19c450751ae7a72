using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The position in row-major order of each index along the last axis: (…, k) → (…) for the k sizes of Within.</summary>
    /// <param name="Within">The sizes that the parts of an index stay below.</param>
    public sealed record RavelIndex(Shape Within) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "RavelIndex";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("ravel");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType != DType.Int64) throw this.Error($"the index must be int64, not {x[0]}.");
            return x[0].Shape.Rank > 0 && x[0].Shape[^1] == this.Within.Rank
                ? x[0] with { Shape = x[0].Shape[..^1] }
                : throw this.Error($"the last axis of the index {x[0].Shape} must have size {this.Within.Rank}, a number for each axis of {this.Within}.");
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            Tensor index = x[0].Contiguous();
            ReadOnlySpan<long> from = index.Data<long>();
            Span<long> to = y.Data<long>();
            for (int i = 0; i < to.Length; i++)
            {
                long at = 0;
                for (int axis = 0; axis < this.Within.Rank; axis++)
                    at = at * this.Within[axis] + Indexing.Checked(this, from[i * this.Within.Rank + axis], axis, this.Within[axis]);
                to[i] = at;
            }
            GC.KeepAlive(index);
        }
    }

    /// <summary>Picks by indices over the first axes: the last axis of the index, of size k, names an element of the first k axes of x;
    /// y[…] = x[index[…, 0], …, index[…, k − 1]].</summary>
    public sealed record GatherND : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "GatherND";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}[{1}]", "{0:atom}_{{1}}");

        /// <inheritdoc/>
        public override string? Onnx => "GatherND";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int k = x[1].Shape[^1];
            Tensor rows = x[0].Reshape([x[0].Shape[..k].Size, .. x[0].Shape.Sizes[k..]]);
            return new Take(0).Apply(rows, new RavelIndex(x[0].Shape[..k]).Apply(x[1]));
        }

        internal static void Check(Op op, TensorSpec x, TensorSpec index)
        {
            if (index.DType != DType.Int64) throw op.Error($"the index must be int64, not {index}.");
            if (index.Shape.Rank == 0 || index.Shape[^1] > x.Shape.Rank)
                throw op.Error($"the last axis of the index {index.Shape} must have size {x.Shape.Rank} or less: "
                    + $"a number for each of the first axes of {x.Shape}.");
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => Check(this, x[0], x[1]);
    }

    /// <summary>A copy of x with slices set by indices over the first axes: y[index[…, 0], …, index[…, k − 1]] = updates[…].
    /// Of several updates of one element the last stays.</summary>
    /// <remarks>The inputs are x, the index and the updates.</remarks>
    public sealed record ScatterND : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "ScatterND";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("scatter");

        /// <inheritdoc/>
        public override string? Onnx => "ScatterND";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape shape = x[0].Shape;
            int k = x[1].Shape[^1], inner = shape[k..].Size, slices = x[1].Shape[..^1].Size;
            Tensor at = new RavelIndex(shape[..k]).Apply(x[1]).Reshape(slices, 1).BroadcastTo([slices, inner]);
            return new Scatter(0).Apply(x[0].Reshape([shape[..k].Size, inner]), at, x[2].Reshape([slices, inner])).Reshape(shape);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            GatherND.Check(this, x[0], x[1]);
            if (x[0].DType != x[2].DType) throw this.Error(TypeRule.Same(x[0], x[2]));
            Shape expected = [.. x[1].Shape.Sizes[..^1], .. x[0].Shape.Sizes[x[1].Shape[^1]..]];
            if (x[2].Shape != expected) throw this.Error($"for {x[0].Shape} and the index {x[1].Shape} the updates must be {expected}, not {x[2].Shape}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Picks by indices (Int64 or Int32) over the first axes: the index's last axis names one element, or slice, each.</summary>
        /// <example><code>x.GatherND(Tensor.From(new long[,] { { 0, 1 }, { 2, 3 } }))   // x[0, 1] and x[2, 3]</code></example>
        /// <exception cref="ShapeException">The index names more axes than there are.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is outside its axis.</exception>
        public Tensor GatherND(Tensor index) => new GatherND().Apply(this, IndexRule.Whole(index, "GatherND"));

        /// <summary>A copy with slices set by indices (Int64 or Int32) over the first axes. Of several updates of one element the last stays.</summary>
        /// <exception cref="ShapeException">The index names more axes than there are, or the updates do not fit.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index is outside its axis.</exception>
        public Tensor ScatterND(Tensor index, Tensor updates) => new ScatterND().Apply(this, IndexRule.Whole(index, "ScatterND"), updates);
    }
}
