// Convolution along 1, 2 or 3 axes and its two reverses. The three are bilinear and each one's gradients are the other
// two, so derivatives of any order stay within them.

using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>
    /// Convolution (cross-correlation, as all frameworks mean it) along the axes after the second: x (B, C, H, W),
    /// w (O, C / groups, kh, kw) → (B, O, H', W'), H' = ⌊(H + padding − dilation·(kh − 1) − 1) / stride⌋ + 1.
    /// </summary>
    /// <remarks>1, 2 or 3 spatial axes. Padding is zeros, and a kernel may be larger than the input without it.</remarks>
    /// <param name="Window">How the kernels move.</param>
    public sealed record Conv(Window Window) : DifferentiableOp, IEpilogueOp
    {
        /// <inheritdoc/>
        public override string Name => "Conv";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Infix("∗", "*", this.Window.Options);

        /// <inheritdoc/>
        public override string? Onnx => "Conv";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec input, TensorSpec w) = (x[0], x[1]);
            int axes = input.Shape.Rank - 2;
            if (axes is < 1 or > PerAxis.MaxCount || w.Shape.Rank != input.Shape.Rank) throw this.Error(ConvShapes.Rule("the input", input, w));
            if (this.Window.ProblemFor(axes) is { } problem) throw this.Error(problem);
            if (input.DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(input));
            if (input.DType != w.DType) throw this.Error(TypeRule.Same(input, w));
            if (input.Shape[1] != (long)w.Shape[1] * this.Window.Groups || w.Shape[0] % this.Window.Groups != 0)
                throw this.Error($"the kernel {w.Shape} with {this.Window.Groups} group(s) is for {(long)w.Shape[1] * this.Window.Groups} input channels and "
                    + $"a multiple of {this.Window.Groups} output channels; the input {input.Shape} has {input.Shape[1]} channels.");
            Shape size = input.Shape[2..], kernel = w.Shape[2..];
            int[] positions = new int[axes];
            for (int i = 0; i < axes; i++) positions[i] = this.Window.Positions(i, size[i], kernel[i]);
            return !positions.Contains(0)
                ? input with { Shape = [input.Shape[0], w.Shape[0], .. positions] }
                : throw this.Error($"a {kernel.ToX()} kernel does not fit into {size.ToX()} with padding {this.Window.PadText} and dilation "
                    + $"{this.Window.Dilation}.");
        }

        internal override long MultiplyAdds(ReadOnlySpan<Tensor> x, Shape y) => (long)y.Size * x[1].Shape[1..].Size; // a product for each cell of a kernel

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) =>
            ConvShapes.Sees(this.Window, input, axis) ?? Sight.Of(axis, this.Window.Along(axis - 2, x[0].Shape[axis], x[1].Shape[axis]));

        internal override (int Times, Shape Sizes) Counted(int input, Shape weight) => input == 1 ? (1, ConvShapes.Counted(weight, outputs: 0)) : (1, weight);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0
                ? new ConvInputGradient(this.Window, x[0].Shape[2..]).Apply(dy, x[1])
                : new ConvWeightGradient(this.Window, x[1].Shape[2..]).Apply(x[0], dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Run(this.Window, x, y, null);

        void IEpilogueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Epilogue epilogue) => Run(this.Window, x, y, epilogue);

        private static void Run(Window window, ReadOnlySpan<Tensor> x, Tensor y, Epilogue? epilogue)
        {
            if (y.DType == DType.Float32) Convolution.Forward<float>(window, x[0], x[1], y, epilogue);
            else Convolution.Forward<double>(window, x[0], x[1], y, epilogue);
        }
    }

    /// <summary>What a convolution sends back to its input: dy (B, O, H', W'), w (O, C / groups, kh, kw) → (B, C, H, W).</summary>
    /// <param name="Window">How the kernels move in the convolution.</param>
    /// <param name="Size">The spatial sizes of the convolution's input: H, W.</param>
    public sealed record ConvInputGradient(Window Window, Shape Size) : DifferentiableOp, IEpilogueOp
    {
        /// <inheritdoc/>
        public override string Name => "ConvInputGradient";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Infix("∗ᵀ", @"*^\top", this.Window.Options);

        /// <inheritdoc/>
        public override string? Onnx => "ConvTranspose";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec dy, TensorSpec w) = (x[0], x[1]);
            if (dy.Shape.Rank != this.Size.Rank + 2 || w.Shape.Rank != dy.Shape.Rank || this.Size.Rank is < 1 or > PerAxis.MaxCount)
                throw this.Error(ConvShapes.Rule($"for an input of size {this.Size.ToX()} what arrives", dy, w));
            TensorSpec input = dy with { Shape = [dy.Shape[0], (int)Math.Min(int.MaxValue, (long)w.Shape[1] * Math.Max(1, this.Window.Groups)), .. this.Size] };
            TensorSpec y = this.InferAs(new Conv(this.Window), input, w);
            return y == dy ? input : throw this.Error($"a convolution of {input} with {w} gives {y}, not {dy}.");
        }

        internal override long MultiplyAdds(ReadOnlySpan<Tensor> x, Shape y) => (long)x[0].Count * x[1].Shape[1..].Size;

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            if (ConvShapes.Sees(this.Window, input, axis) is { } sight) return sight;
            AxisWindow w = this.Window.Along(axis - 2, this.Size[axis - 2], x[1].Shape[axis]);
            return new(axis, 1, w.Begin - (w.Span - 1), w.Begin, w.Stride); // cell o comes from i where i·stride − begin + t = o, 0 ≤ t < span
        }

        internal override (int Times, Shape Sizes) Counted(int input, Shape weight) => input == 1 ? (1, ConvShapes.Counted(weight, outputs: 1)) : (1, weight);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0
                ? new Conv(this.Window).Apply(dy, x[1])
                : new ConvWeightGradient(this.Window, x[1].Shape[2..]).Apply(dy, x[0]);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Run(this.Window, x, y, null);

        void IEpilogueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Epilogue epilogue) => Run(this.Window, x, y, epilogue);

        private static void Run(Window window, ReadOnlySpan<Tensor> x, Tensor y, Epilogue? epilogue)
        {
            if (y.DType == DType.Float32) Convolution.InputGradient<float>(window, x[0], x[1], y, epilogue);
            else Convolution.InputGradient<double>(window, x[0], x[1], y, epilogue);
        }
    }

    /// <summary>What a convolution sends back to its kernel: x (B, C, H, W), dy (B, O, H', W') → (O, C / groups, kh, kw).</summary>
    /// <param name="Window">How the kernels move in the convolution.</param>
    /// <param name="Kernel">The spatial sizes of the kernel: kh, kw.</param>
    public sealed record ConvWeightGradient(Window Window, Shape Kernel) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "ConvWeightGradient";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Infix("∗ʷ", "*^{w}", this.Window.Options);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec input, TensorSpec dy) = (x[0], x[1]);
            if (input.Shape.Rank != this.Kernel.Rank + 2 || dy.Shape.Rank != input.Shape.Rank || this.Kernel.Rank is < 1 or > PerAxis.MaxCount)
                throw this.Error($"for a kernel of size {this.Kernel.ToX()} both inputs must be (batch, channels, …) with as many spatial axes; "
                    + $"got {input.Shape} and {dy.Shape}.");
            TensorSpec w = input with { Shape = [dy.Shape[1], input.Shape[1] / Math.Max(1, this.Window.Groups), .. this.Kernel] };
            TensorSpec y = this.InferAs(new Conv(this.Window), input, w);
            return y == dy ? w : throw this.Error($"a convolution of {input} with {w} gives {y}, not {dy}.");
        }

        internal override long MultiplyAdds(ReadOnlySpan<Tensor> x, Shape y) => (long)x[1].Count * y[1..].Size;

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 0
                ? new ConvInputGradient(this.Window, x[0].Shape[2..]).Apply(x[1], dy)
                : new Conv(this.Window).Apply(x[0], dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Convolution.WeightGradient<float>(this.Window, x[0], x[1], y);
            else Convolution.WeightGradient<double>(this.Window, x[0], x[1], y);
        }
    }

    /// <summary>What the ops around convolution say of shapes.</summary>
    internal static class ConvShapes
    {
        /// <summary>The sizes of kernels as one says them: rows, columns, inputs, outputs.</summary>
        public static Shape Counted(Shape weight, int outputs) => [.. weight.Sizes[2..], weight[1 - outputs], weight[outputs]];

        /// <summary>What is seen but along the spatial axes of the picture, for which null: of the channels all, in groups an own part of them.</summary>
        public static Sight? Sees(Window window, int input, int axis) =>
            input != 0 ? Sight.Unknown : axis == 0 ? new(0) : axis > 1 ? null : window.Groups == 1 ? Sight.All : Sight.Unknown;

        public static string Rule(string what, TensorSpec x, TensorSpec w) =>
            $"{what} must be (batch, channels, …) and the kernel (out, in / groups, …) with 1, 2 or 3 spatial axes each, as many in one as in the other; "
                + $"got {x.Shape} and {w.Shape}.";
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Convolution of (B, C, …) with kernels (O, C / groups, …) along 1, 2 or 3 spatial axes.</summary>
        /// <example><code>
        /// Tensor x = Tensor.Ones([1, 3, 8, 8]), w = Tensor.Ones([6, 3, 3, 3]);
        /// Console.WriteLine(x.Conv(w, new Window(stride: 2, pad: 1)).Shape);   // (1, 6, 4, 4)
        /// </code></example>
        /// <exception cref="ShapeException">The shapes, types or numbers of the window do not fit.</exception>
        public Tensor Conv(Tensor kernels, Window window) => new Conv(window).Apply(this, kernels);
    }
}
