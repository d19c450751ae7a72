using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The position of the largest element of an axis; of several equal ones the first; of NaNs the first NaN.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="KeepDims">Whether the axis stays with size 1.</param>
    public sealed record ArgMax(int Axis, bool KeepDims = false) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "ArgMax";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("argmax", @"\arg\max");

        /// <inheritdoc/>
        public override string? Onnx => "ArgMax";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Ordering.InferExtreme(this, x[0], this.Axis, this.KeepDims, "largest");

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Ordering.Extreme(x[0], this.Axis, smallest: false, y);
    }

    /// <summary>The position of the smallest element of an axis; of several equal ones the first; of NaNs the first NaN.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="KeepDims">Whether the axis stays with size 1.</param>
    public sealed record ArgMin(int Axis, bool KeepDims = false) : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "ArgMin";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("argmin", @"\arg\min");

        /// <inheritdoc/>
        public override string? Onnx => "ArgMin";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Ordering.InferExtreme(this, x[0], this.Axis, this.KeepDims, "smallest");

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Ordering.Extreme(x[0], this.Axis, smallest: true, y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The positions (Int64) of the largest elements of an axis, which is dropped unless kept; the first of equal ones.</summary>
        /// <exception cref="ShapeException">The axis is empty or does not exist.</exception>
        public Tensor ArgMax(int axis = -1, bool keepDims = false) => new ArgMax(this.Shape.Axis(axis, "ArgMax"), keepDims).Apply(this);

        /// <summary>The positions (Int64) of the smallest elements of an axis, which is dropped unless kept; the first of equal ones.</summary>
        /// <exception cref="ShapeException">The axis is empty or does not exist.</exception>
        public Tensor ArgMin(int axis = -1, bool keepDims = false) => new ArgMin(this.Shape.Axis(axis, "ArgMin"), keepDims).Apply(this);
    }
}
