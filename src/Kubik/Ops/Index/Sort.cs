using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The positions that sort an axis. Equal elements keep their order (−0 equals 0), NaN comes last either way.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Descending">Whether the largest come first.</param>
    public sealed record ArgSort(int Axis, bool Descending = false) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "ArgSort";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("argsort");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            return TypeRule.IsNumber(x[0].DType) ? x[0] with { DType = DType.Int64 } : throw this.Error(TypeRule.Number(x[0]));
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            Ordering.Sort(x[0], this.Axis, x[0].Shape[this.Axis], this.Descending, nanFirst: false, y);
    }

    /// <summary>An axis sorted. Equal elements keep their order, NaN comes last either way. The gradient goes to where each element came from.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Descending">Whether the largest come first.</param>
    public sealed record Sort(int Axis, bool Descending = false) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Sort";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("sort");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new Gather(this.Axis).Apply(x[0], new ArgSort(this.Axis, this.Descending).Apply(x[0]));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
        }
    }

    /// <summary>The positions of the Count largest (or smallest) elements of an axis, the most extreme first; of equal ones the earlier.
    /// NaN comes first, as in ArgMax and ArgMin.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Count">How many elements.</param>
    /// <param name="Largest">Whether the largest are meant, else the smallest.</param>
    public sealed record TopK(int Axis, int Count, bool Largest = true) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "TopK";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("topk");

        /// <inheritdoc/>
        public override string? Onnx => "TopK";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            return this.Count >= 0 && this.Count <= x[0].Shape[this.Axis]
                ? new(DType.Int64, x[0].Shape.With(this.Axis, this.Count))
                : throw this.Error($"there are no {this.Count} elements on axis {this.Axis} of {x[0].Shape}, which has size {x[0].Shape[this.Axis]}.");
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            Ordering.Sort(x[0], this.Axis, this.Count, this.Largest, nanFirst: true, y);
    }

    /// <summary>Where values belong in a sorted vector: how many of its elements are smaller (Right: smaller or equal).</summary>
    /// <remarks>The inputs are the vector, which must rise, and the values, of any shape. NaN belongs behind everything.</remarks>
    /// <param name="Right">Whether equal elements count as smaller.</param>
    public sealed record SearchSorted(bool Right = false) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "SearchSorted";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("searchsorted");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            if (x[0].DType != x[1].DType) throw this.Error(TypeRule.Same(x[0], x[1]));
            return x[0].Shape.Rank == 1 ? new(DType.Int64, x[1].Shape) : throw this.Error($"the sorted input must be a vector; it has shape {x[0].Shape}.");
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Ordering.Search(x[0], x[1], this.Right, y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>An axis sorted. Equal elements keep their order, NaN comes last either way.</summary>
        /// <exception cref="ShapeException">There is no such axis, or the elements are no numbers.</exception>
        public Tensor Sort(int axis = -1, bool descending = false) => new Sort(this.Shape.Axis(axis, "Sort"), descending).Apply(this);

        /// <summary>The positions (Int64) that sort an axis. Equal elements keep their order, NaN comes last either way.</summary>
        /// <example><code>x.Gather(x.ArgSort(), axis: -1)   // the same as x.Sort()</code></example>
        /// <exception cref="ShapeException">There is no such axis, or the elements are no numbers.</exception>
        public Tensor ArgSort(int axis = -1, bool descending = false) => new ArgSort(this.Shape.Axis(axis, "ArgSort"), descending).Apply(this);

        /// <summary>The largest (or smallest) elements of an axis, the most extreme first, and their positions (Int64).
        /// NaN comes first, as in Max and Min.</summary>
        /// <param name="count">How many.</param>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="largest">False for the smallest.</param>
        /// <example><code>(Tensor values, Tensor classes) = probabilities.TopK(5);</code></example>
        /// <exception cref="ShapeException">There are not so many elements.</exception>
        public (Tensor Values, Tensor Indices) TopK(int count, int axis = -1, bool largest = true)
        {
            int a = this.Shape.Axis(axis, "TopK");
            Tensor indices = new TopK(a, count, largest).Apply(this);
            return (new Gather(a).Apply(this, indices), indices);
        }

        /// <summary>Where values belong in this vector, which must rise: how many of its elements are smaller,
        /// or with <paramref name="right"/> smaller or equal (Int64).</summary>
        /// <example><code>Tensor.Of(1.0, 2, 3).SearchSorted(Tensor.Of(2.0, 9))   // 1, 3</code></example>
        /// <exception cref="ShapeException">This is no vector, or the types differ.</exception>
        public Tensor SearchSorted(Tensor values, bool right = false) => new SearchSorted(right).Apply(this, values);
    }
}
