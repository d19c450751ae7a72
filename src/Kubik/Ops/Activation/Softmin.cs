namespace Kubik.Ops
{
    /// <summary>yᵢ = e^−xᵢ / Σⱼ e^−xⱼ along an axis: the softmax of −x.</summary>
    /// <param name="Axis">The axis.</param>
    public sealed record Softmin(int Axis) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Softmin";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("softmin");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => (-x[0]).Softmax(this.Axis);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => Kernels.SoftmaxKernel.Infer(this, this.Axis, x[0]);
    }

    /// <summary>y = x − tanh x, element by element.</summary>
    public sealed record Tanhshrink : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Tanhshrink";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("tanhshrink");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0] - x[0].Tanh();

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>e^−xᵢ / Σⱼ e^−xⱼ along an axis: large where the element is small, sums to 1.</summary>
        /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
        public Tensor Softmin(int axis = -1) => new Softmin(this.Shape.Axis(axis, "Softmin")).Apply(this);

        /// <summary>x − tanh x, element by element.</summary>
        public Tensor Tanhshrink() => new Tanhshrink().Apply(this);
    }
}
