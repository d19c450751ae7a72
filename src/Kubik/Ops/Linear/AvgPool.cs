using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The mean of each window of each channel: (B, C, H, W) → (B, C, H', W'). Cells of the padding count as zeros.</summary>
    public sealed record AvgPool(int KernelY, int KernelX, Window Window) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "AveragePool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("avgpool");

        /// <inheritdoc/>
        public override string? Onnx => "AveragePool";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Pooling.Infer(this, x[0], this.KernelY, this.KernelX, this.Window);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new AvgPoolSpread(this, x[0].Shape[2], x[0].Shape[3]).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Average<float>(this, x[0], y);
            else Pooling.Average<double>(this, x[0], y);
        }
    }

    /// <summary>The reverse of <see cref="AvgPool"/>: each element, divided by the window's size, is added to all cells of its window.</summary>
    public sealed record AvgPoolSpread(AvgPool Pool, int Height, int Width) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "AveragePoolSpread";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("avgpoolᵀ", @"\operatorname{avgpool}^\top");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].Shape.Rank != 4) throw this.Error($"what arrives must be (batch, channels, rows, columns); got {x[0].Shape}.");
            TensorSpec input = x[0] with { Shape = [x[0].Shape[0], x[0].Shape[1], this.Height, this.Width] }, y = this.Pool.Infer([input]);
            return y == x[0] ? input : throw this.Error($"the pool of {input} is {y}, not {x[0]}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => this.Pool.Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Spread<float>(this.Pool, x[0], y);
            else Pooling.Spread<double>(this.Pool, x[0], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The mean of each <paramref name="kernelY"/> × <paramref name="kernelX"/> window of each channel of (B, C, H, W).</summary>
        /// <exception cref="ShapeException">The window does not fit.</exception>
        public Tensor AvgPool(int kernelY, int kernelX, Window window) => new AvgPool(kernelY, kernelX, window).Apply(this);
    }
}
