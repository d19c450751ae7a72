// Two-dimensional convolution and its two reverses. The three are bilinear and each one's gradients are the other two,
// so derivatives of any order stay within them.

using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Convolution (cross-correlation, as all frameworks mean it): x (B, C, H, W), w (O, C / groups, kh, kw) → (B, O, H', W').</summary>
    public sealed record Conv(Window Window) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Conv";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:product} ∗ {1:power}", "{0:product} * {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => "Conv";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec input, TensorSpec w) = (x[0], x[1]);
            if (this.Window.Problem is { } problem) throw this.Error(problem);
            if (input.DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(input));
            if (input.DType != w.DType) throw this.Error(TypeRule.Same(input, w));
            if (input.Shape.Rank != 4 || w.Shape.Rank != 4)
                throw this.Error($"the input must be (batch, channels, rows, columns) and the kernel (out, in / groups, rows, columns); got {input.Shape} and {w.Shape}.");
            if (input.Shape[1] != w.Shape[1] * this.Window.Groups || w.Shape[0] % this.Window.Groups != 0)
                throw this.Error($"the kernel {w.Shape} with {this.Window.Groups} group(s) is for {w.Shape[1] * this.Window.Groups} input channels and a multiple of {this.Window.Groups} output channels; the input {input.Shape} has {input.Shape[1]} channels.");
            int height = this.Window.OutY(input.Shape[2], w.Shape[2]), width = this.Window.OutX(input.Shape[3], w.Shape[3]);
            if (height == 0 || width == 0)
                throw this.Error($"a {w.Shape[2]}x{w.Shape[3]} kernel does not fit into {input.Shape[2]}x{input.Shape[3]} with padding {this.Window.PadY}x{this.Window.PadX} and dilation {this.Window.DilationY}x{this.Window.DilationX}.");
            return input with { Shape = [input.Shape[0], w.Shape[0], height, width] };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0
                ? new ConvInputGradient(this.Window, x[0].Shape[2], x[0].Shape[3]).Apply(dy, x[1])
                : new ConvWeightGradient(this.Window, x[1].Shape[2], x[1].Shape[3]).Apply(x[0], dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Convolution.Forward<float>(this.Window, x[0], x[1], y);
            else Convolution.Forward<double>(this.Window, x[0], x[1], y);
        }
    }

    /// <summary>What a convolution sends back to its input: dy (B, O, H', W'), w (O, C / groups, kh, kw) → (B, C, Height, Width).</summary>
    public sealed record ConvInputGradient(Window Window, int Height, int Width) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "ConvTranspose";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:product} ∗ᵀ {1:power}", @"{0:product} *^\top {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => "ConvTranspose";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec dy, TensorSpec w) = (x[0], x[1]);
            if (dy.Shape.Rank != 4 || w.Shape.Rank != 4)
                throw this.Error($"what arrives must be (batch, channels, rows, columns) and the kernel (out, in / groups, rows, columns); got {dy.Shape} and {w.Shape}.");
            TensorSpec input = dy with { Shape = [dy.Shape[0], w.Shape[1] * this.Window.Groups, this.Height, this.Width] };
            TensorSpec y = new Conv(this.Window).Infer([input, w]);
            return y == dy ? input : throw this.Error($"a convolution of {input} with {w} gives {y}, not {dy}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0
                ? new Conv(this.Window).Apply(dy, x[1])
                : new ConvWeightGradient(this.Window, x[1].Shape[2], x[1].Shape[3]).Apply(dy, x[0]);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Convolution.InputGradient<float>(this.Window, x[0], x[1], y);
            else Convolution.InputGradient<double>(this.Window, x[0], x[1], y);
        }
    }

    /// <summary>What a convolution sends back to its kernel: x (B, C, H, W), dy (B, O, H', W') → (O, C / groups, KernelHeight, KernelWidth).</summary>
    public sealed record ConvWeightGradient(Window Window, int KernelHeight, int KernelWidth) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "ConvWeightGradient";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:product} ∗ʷ {1:power}", "{0:product} *^{w} {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec input, TensorSpec dy) = (x[0], x[1]);
            if (input.Shape.Rank != 4 || dy.Shape.Rank != 4)
                throw this.Error($"both inputs must be (batch, channels, rows, columns); got {input.Shape} and {dy.Shape}.");
            TensorSpec w = input with { Shape = [dy.Shape[1], input.Shape[1] / Math.Max(1, this.Window.Groups), this.KernelHeight, this.KernelWidth] };
            TensorSpec y = new Conv(this.Window).Infer([input, w]);
            return y == dy ? w : throw this.Error($"a convolution of {input} with {w} gives {y}, not {dy}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0
                ? new ConvInputGradient(this.Window, x[0].Shape[2], x[0].Shape[3]).Apply(x[1], dy)
                : new Conv(this.Window).Apply(x[0], dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Convolution.WeightGradient<float>(this.Window, x[0], x[1], y);
            else Convolution.WeightGradient<double>(this.Window, x[0], x[1], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Convolution of pictures (B, C, H, W) with kernels (O, C / groups, kh, kw).</summary>
        /// <exception cref="ShapeException">The shapes, types or numbers of the window do not fit.</exception>
        public Tensor Conv(Tensor kernels, Window window) => new Conv(window).Apply(this, kernels);
    }
}
