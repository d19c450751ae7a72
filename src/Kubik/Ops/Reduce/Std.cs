namespace Kubik.Ops
{
    /// <summary>y = √(Σ (x − mean x)² / (n − Correction)) over axes. Where all elements are equal the gradient is 0.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    /// <param name="Correction">What is taken off the number of elements: 0, or 1 for a sample's.</param>
    public sealed record Std(Axes Axes, bool KeepDims = false, int Correction = 0) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceStd";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("std");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => ReduceL2.Root(new Variance(this.Axes, this.KeepDims, this.Correction).Apply(x));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
            Variance.CheckCount(this, x[0].Shape, this.Axes, this.Correction);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The standard deviation over the axes given, which are dropped; over all when none are.</summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Std(params ReadOnlySpan<int> axes) => this.Std(axes, keepDims: false);

        /// <summary>The standard deviation over the axes given: √(Σ (x − mean)² / (n − correction)). Where all elements are equal its gradient is 0.</summary>
        /// <param name="axes">The axes; −1 is the last; all when none are given.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <param name="correction">What is taken off the number of elements: 0, or 1 for a sample's.</param>
        /// <exception cref="ShapeException">There are not more elements than the correction.</exception>
        public Tensor Std(ReadOnlySpan<int> axes = default, bool keepDims = false, int correction = 0) =>
            new Std(ReduceAxes.Of(this, axes, "Std"), keepDims, correction).Apply(this);

        /// <summary>The standard deviation over one axis: √(Σ (x − mean)² / (n − correction)). Where all elements are equal its gradient is 0.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        /// <param name="correction">What is taken off the number of elements: 0, or 1 for a sample's.</param>
        /// <exception cref="ShapeException">There are not more elements than the correction.</exception>
        public Tensor Std(int axis, bool keepDims = false, int correction = 0) => this.Std([axis], keepDims, correction);
    }
}
