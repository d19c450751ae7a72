namespace Kubik.Ops
{
    /// <summary>y = Σ x / n over axes, n the number of elements that become one.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record Mean(Axes Axes, bool KeepDims = false) : CompositeOp
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
            int count = 1;
            foreach (int axis in this.Axes) count *= x[0].Shape[axis];
            return x[0].Sum([.. this.Axes], this.KeepDims) / count;
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            foreach (int axis in this.Axes)
            {
                if (x[0].Shape[axis] == 0) throw this.Error($"axis {axis} of {x[0].Shape} is empty, and the mean of no elements does not exist.");
            }
        }
    }

    /// <summary>y = Σ (x − mean x)² / n over axes: of n elements, not n − 1.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record Variance(Axes Axes, bool KeepDims = false) : CompositeOp
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
            int[] axes = [.. this.Axes];
            Tensor d = x[0] - x[0].Mean(axes, keepDims: true);
            return (d * d).Mean(axes, this.KeepDims);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
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

        /// <summary>The variance over the axes given: the mean of (x − mean)², of n elements, not n − 1.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <exception cref="ShapeException">There are no elements to take the mean of.</exception>
        public Tensor Variance(ReadOnlySpan<int> axes, bool keepDims = false) => new Variance(ReduceAxes.Of(this, axes, "Variance"), keepDims).Apply(this);
    }
}
