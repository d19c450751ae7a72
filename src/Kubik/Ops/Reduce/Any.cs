namespace Kubik.Ops
{
    /// <summary>Whether one element or more over axes is true; of no elements false.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record Any(Axes Axes, bool KeepDims = false) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Any";

        /// <inheritdoc/>
        public override Notation Notation => new("any({0})", @"\bigvee\left({0}\right)");

        /// <inheritdoc/>
        public override string? Onnx => null;

        // Some are true when not all are false: a product of 0 and 1 knows.
        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) =>
            new Reduce<Prod>(this.Axes, this.KeepDims).Apply(x[0].Equal(Tensor.Full([], 0, DType.Bool)).Cast(DType.UInt8))
                .Equal(Tensor.Full([], 0, DType.UInt8));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType != DType.Bool)
                throw this.Error($"the input must be bool, not {x[0]}; compare it with something, or Cast(DType.Bool) for \"is not 0\".");
            AxisRule.Check(this, this.Axes, x[0].Shape);
        }
    }

    /// <summary>Whether all elements over axes are true; of no elements true.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record All(Axes Axes, bool KeepDims = false) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "All";

        /// <inheritdoc/>
        public override Notation Notation => new("all({0})", @"\bigwedge\left({0}\right)");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new Reduce<Prod>(this.Axes, this.KeepDims).Apply(x[0].Cast(DType.UInt8)).Cast(DType.Bool);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType != DType.Bool)
                throw this.Error($"the input must be bool, not {x[0]}; compare it with something, or Cast(DType.Bool) for \"is not 0\".");
            AxisRule.Check(this, this.Axes, x[0].Shape);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether one element (Bool) or more over the axes given, which are dropped, is true; over all when none are given.</summary>
        /// <example><code>if ((bool)(x > 100).Any()) …</code></example>
        public Tensor Any(params ReadOnlySpan<int> axes) => this.Any(axes, keepDims: false);

        /// <summary>Whether one element (Bool) or more over the axes given is true; of no elements false.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor Any(ReadOnlySpan<int> axes, bool keepDims) => new Any(ReduceAxes.Of(this, axes, "Any"), keepDims).Apply(this);

        /// <summary>Whether one element (Bool) or more over one axis is true; of no elements false.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor Any(int axis, bool keepDims = false) => this.Any([axis], keepDims);

        /// <summary>Whether all elements (Bool) over the axes given, which are dropped, are true; over all when none are given.</summary>
        public Tensor All(params ReadOnlySpan<int> axes) => this.All(axes, keepDims: false);

        /// <summary>Whether all elements (Bool) over the axes given are true; of no elements true.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor All(ReadOnlySpan<int> axes, bool keepDims) => new All(ReduceAxes.Of(this, axes, "All"), keepDims).Apply(this);

        /// <summary>Whether all elements (Bool) over one axis are true; of no elements true.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor All(int axis, bool keepDims = false) => this.All([axis], keepDims);
    }
}
