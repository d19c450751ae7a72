using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>yᵢ = e^(xᵢ/t) / Σⱼ e^(xⱼ/t) along an axis, computed from x − max x, so that large values do not overflow.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Temperature">t: below 1 sharpens the distribution, above 1 flattens it.</param>
    public sealed record Softmax(int Axis, double Temperature = 1) : FusedOp, IPrologueOp
    {
        /// <inheritdoc/>
        public override string Name => "Softmax";

        /// <inheritdoc/>
        public override Notation Notation => this.Temperature == 1 ? Notation.Function("softmax") : Notation.With("softmax", this.Temperature);

        /// <inheritdoc/>
        public override string? Onnx => this.Temperature == 1 ? "Softmax" : null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => SoftmaxKernel.Infer(this, this.Axis, x[0], this.Temperature);

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor e = this.Scaled(x[0] - x[0].Max([this.Axis], keepDims: true).Detach()).Exp();
            return e / e.Sum([this.Axis], keepDims: true);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            [wanted[0] ? new SoftmaxGradient(this.Axis, this.Temperature).Apply(y, dy) : null];

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => this.Run(x[0], y, null);

        int IPrologueOp.ElementsAJob(ReadOnlySpan<TensorSpec> x) => SoftmaxKernel.ElementsAJob(x[0].Shape, this.Axis);

        void IPrologueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue prologue) => this.Run(x[0], y, prologue);

        private void Run(Tensor x, Tensor y, Prologue? prologue)
        {
            if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(this, SoftmaxWork.Softmax, x, this.Axis, null, null, y, this.Temperature, prologue);
            else SoftmaxKernel.Run<double>(this, SoftmaxWork.Softmax, x, this.Axis, null, null, y, this.Temperature, prologue);
        }

        private Tensor Scaled(Tensor x) => this.Temperature == 1 ? x : x / this.Temperature;
    }

    /// <summary>yᵢ = xᵢ/t − ln Σⱼ e^(xⱼ/t) along an axis: the logarithm of the softmax, exact where the softmax itself is 0.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Temperature">t: below 1 sharpens the distribution, above 1 flattens it.</param>
    public sealed record LogSoftmax(int Axis, double Temperature = 1) : FusedOp, IPrologueOp
    {
        /// <inheritdoc/>
        public override string Name => "LogSoftmax";

        /// <inheritdoc/>
        public override Notation Notation =>
            this.Temperature == 1 ? Notation.Function("logsoftmax", @"\ln\operatorname{softmax}") : Notation.With("logsoftmax", this.Temperature);

        /// <inheritdoc/>
        public override string? Onnx => this.Temperature == 1 ? "LogSoftmax" : null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => SoftmaxKernel.Infer(this, this.Axis, x[0], this.Temperature);

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor d = this.Scaled(x[0] - x[0].Max([this.Axis], keepDims: true).Detach());
            return d - d.Exp().Sum([this.Axis], keepDims: true).Log();
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            [wanted[0] ? new LogSoftmaxGradient(this.Axis, this.Temperature).Apply(y, dy) : null];

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => this.Run(x[0], y, null);

        int IPrologueOp.ElementsAJob(ReadOnlySpan<TensorSpec> x) => SoftmaxKernel.ElementsAJob(x[0].Shape, this.Axis);

        void IPrologueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue prologue) => this.Run(x[0], y, prologue);

        private void Run(Tensor x, Tensor y, Prologue? prologue)
        {
            if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(this, SoftmaxWork.Logarithm, x, this.Axis, null, null, y, this.Temperature, prologue);
            else SoftmaxKernel.Run<double>(this, SoftmaxWork.Logarithm, x, this.Axis, null, null, y, this.Temperature, prologue);
        }

        private Tensor Scaled(Tensor x) => this.Temperature == 1 ? x : x / this.Temperature;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>e^(xᵢ/t) / Σⱼ e^(xⱼ/t) along an axis: positive, sums to 1.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="temperature">t: below 1 sharpens the distribution, above 1 flattens it.</param>
        /// <exception cref="ShapeException">The axis does not exist or is empty, or the temperature is not above 0.</exception>
        public Tensor Softmax(int axis = -1, double temperature = 1) => new Softmax(this.Shape.Axis(axis, "Softmax"), temperature).Apply(this);

        /// <summary>xᵢ/t − ln Σⱼ e^(xⱼ/t) along an axis.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="temperature">t: below 1 sharpens the distribution, above 1 flattens it.</param>
        /// <exception cref="ShapeException">The axis does not exist or is empty, or the temperature is not above 0.</exception>
        public Tensor LogSoftmax(int axis = -1, double temperature = 1) => new LogSoftmax(this.Shape.Axis(axis, "LogSoftmax"), temperature).Apply(this);
    }
}
