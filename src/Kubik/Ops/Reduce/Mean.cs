namespace Kubik.Ops
{
    /// <summary>y = Σ x / n over axes, n the number of elements that become one.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record Mean(Axes Axes, bool KeepDims = false) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceMean";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("mean");

        /// <inheritdoc/>
        public override string? Onnx => "ReduceMean";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            return new Reduce<Sum>(this.Axes, this.KeepDims).Apply(x[0]) / AxisRule.Count(x[0].Shape, this.Axes);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
            foreach (int axis in this.Axes)
            {
                if (x[0].Shape[axis] == 0) throw this.Error($"axis {axis} of {x[0].Shape} is empty, and the mean of no elements does not exist.");
            }
        }
    }

    /// <summary>y = Σ (x − mean x)² / (n − Correction) over axes of n elements.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    /// <param name="Correction">What is taken off the number of elements: 0, or 1 for the unbiased variance of a sample.</param>
    public sealed record Variance(Axes Axes, bool KeepDims = false, int Correction = 0) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceVariance";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("var", @"\operatorname{Var}");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor d = x[0] - new Mean(this.Axes, KeepDims: true).Apply(x[0]);
            return new Reduce<Sum>(this.Axes, this.KeepDims).Apply(d * d) / (AxisRule.Count(x[0].Shape, this.Axes) - this.Correction);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
            CheckCount(this, x[0].Shape, this.Axes, this.Correction);
        }

        internal static void CheckCount(Op op, Shape shape, Axes axes, int correction)
        {
            if (correction < 0) throw op.Error($"the correction must be 0 or more, not {correction}.");
            int count = AxisRule.Count(shape, axes);
            if (count <= correction)
                throw op.Error($"over axes {axes} of {shape} there {(count == 1 ? "is 1 element" : $"are {count} elements")}; "
                    + $"with a correction of {correction} there must be more than {correction}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The mean over the axes given, which are dropped; over all when none are.</summary>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Mean(params ReadOnlySpan<int> axes) => this.Mean(axes, keepDims: false);

        /// <summary>The mean over the axes given: Σx / n.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Mean(ReadOnlySpan<int> axes, bool keepDims) => new Mean(ReduceAxes.Of(this, axes, "Mean"), keepDims).Apply(this);

        /// <summary>The mean over one axis: Σx / n.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Mean(int axis, bool keepDims = false) => this.Mean([axis], keepDims);

        /// <summary>The variance over the axes given, which are dropped; over all when none are.</summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Variance(params ReadOnlySpan<int> axes) => this.Variance(axes, keepDims: false);

        /// <summary>The variance over the axes given: Σ (x − mean)² / (n − correction).</summary>
        /// <param name="axes">The axes; −1 is the last; all when none are given.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <param name="correction">What is taken off the number of elements: 0, or 1 for the unbiased variance of a sample.</param>
        /// <exception cref="ShapeException">There are not more elements than the correction.</exception>
        public Tensor Variance(ReadOnlySpan<int> axes = default, bool keepDims = false, int correction = 0) =>
            new Variance(ReduceAxes.Of(this, axes, "Variance"), keepDims, correction).Apply(this);

        /// <summary>The variance over one axis: Σ (x − mean)² / (n − correction).</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        /// <param name="correction">What is taken off the number of elements: 0, or 1 for the unbiased variance of a sample.</param>
        /// <exception cref="ShapeException">There are not more elements than the correction.</exception>
        public Tensor Variance(int axis, bool keepDims = false, int correction = 0) => this.Variance([axis], keepDims, correction);
    }
}
