namespace Kubik.Ops
{
    /// <summary>y = x / ‖x‖ₚ along an axis: vectors of length 1. A vector of zeros stays 0, and no gradient flows to it.</summary>
    /// <remarks>The vector is divided by its largest element first, so that squares neither overflow nor vanish.
    /// PyTorch's normalize divides by max(‖x‖, 10⁻¹²) instead.</remarks>
    /// <param name="Axis">The axis that the vectors lie along; −1 is the last.</param>
    /// <param name="P">Which length: 2 for √Σx², 1 for Σ|x|.</param>
    public sealed record LpNormalization(int Axis = -1, int P = 2) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "LpNormalization";

        /// <inheritdoc/>
        public override Notation Notation => this.P == 2 // with no index: of a matrix ‖x‖₂ is its largest singular value
            ? new("{0:product} / ‖{0}‖", @"\frac{{0}}{\left\|{0}\right\|}", Strength.Product)
            : new("{0:product} / ‖{0}‖₁", @"\frac{{0}}{\left\|{0}\right\|_1}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => "LpNormalization";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            if (x[0].Shape[axis] == 0) return x[0];
            Tensor zero = Tensor.Scalar(0, x[0].DType), one = Tensor.Scalar(1, x[0].DType);
            Tensor largest = x[0].Abs().Max([axis], keepDims: true).Detach();
            Tensor empty = largest.Equal(zero);
            Tensor z = x[0] / Tensor.Where(empty, one, largest); // a constant factor of x changes neither y nor its derivatives
            Tensor sum = (this.P == 1 ? z.Abs() : z * z).Sum([axis], keepDims: true);
            Tensor length = Tensor.Where(empty, one, sum);
            return Tensor.Where(empty, zero, z / (this.P == 1 ? length : length.Sqrt()));
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            if (this.P is not (1 or 2)) throw this.Error($"the length must be that of p = 1 or p = 2, not {this.P}.");
            x[0].Shape.Axis(this.Axis, this.Name);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x / ‖x‖ₚ along an axis, p = 1 or 2: vectors of length 1; a vector of zeros stays 0.</summary>
        /// <exception cref="ShapeException">There is no such axis, or p is neither 1 nor 2.</exception>
        public Tensor LpNormalize(int axis = -1, int p = 2) => new LpNormalization(axis, p).Apply(this);
    }
}
