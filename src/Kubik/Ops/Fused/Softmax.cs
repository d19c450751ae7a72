using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>yᵢ = e^xᵢ / Σⱼ e^xⱼ along an axis, computed from x − max x, so that large values do not overflow.</summary>
    public sealed record Softmax(int Axis) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "Softmax";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("softmax");

        /// <inheritdoc/>
        public override string? Onnx => "Softmax";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => SoftmaxKernel.Infer(this, this.Axis, x[0]);

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor e = (x[0] - x[0].Max([this.Axis], keepDims: true).Detach()).Exp();
            return e / e.Sum([this.Axis], keepDims: true);
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            y * (dy - (dy * y).Sum([this.Axis], keepDims: true));

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(x[0], this.Axis, y, log: false);
            else SoftmaxKernel.Run<double>(x[0], this.Axis, y, log: false);
        }
    }

    /// <summary>yᵢ = xᵢ − ln Σⱼ e^xⱼ along an axis: the logarithm of the softmax, exact where the softmax itself is 0.</summary>
    public sealed record LogSoftmax(int Axis) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "LogSoftmax";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("logsoftmax", @"\ln\operatorname{softmax}");

        /// <inheritdoc/>
        public override string? Onnx => "LogSoftmax";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => SoftmaxKernel.Infer(this, this.Axis, x[0]);

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor d = x[0] - x[0].Max([this.Axis], keepDims: true).Detach();
            return d - d.Exp().Sum([this.Axis], keepDims: true).Log();
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            dy - y.Exp() * dy.Sum([this.Axis], keepDims: true);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(x[0], this.Axis, y, log: true);
            else SoftmaxKernel.Run<double>(x[0], this.Axis, y, log: true);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>e^xᵢ / Σⱼ e^xⱼ along an axis: positive, sums to 1.</summary>
        /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
        public Tensor Softmax(int axis = -1) => new Softmax(this.Shape.Axis(axis, "Softmax")).Apply(this);

        /// <summary>xᵢ − ln Σⱼ e^xⱼ along an axis.</summary>
        /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
        public Tensor LogSoftmax(int axis = -1) => new LogSoftmax(this.Shape.Axis(axis, "LogSoftmax")).Apply(this);
    }
}
