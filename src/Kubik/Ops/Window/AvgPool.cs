using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>What the sum over a window is divided by.</summary>
    public enum Divisor
    {
        /// <summary>The cells of the window, those of the padding included (PyTorch's default and Kubik's; ONNX count_include_pad = 1).</summary>
        Window,
        /// <summary>The cells of the window that lie inside the input (ONNX's default).</summary>
        Inside,
        /// <summary>Nothing: the sum.</summary>
        One,
    }

    /// <summary>The mean of each window of each channel: (B, C, H, W) → (B, C, H', W'), 1, 2 or 3 spatial axes.
    /// Cells of the padding count as zeros unless the divisor says otherwise.</summary>
    /// <param name="Grid">Which cells the windows see.</param>
    /// <param name="Divisor">What the sum over a window is divided by.</param>
    public sealed record AvgPool(PoolGrid Grid, Divisor Divisor = Divisor.Window) : DifferentiableOp
    {
        /// <summary>A pool of windows of one size that move in equal steps.</summary>
        /// <param name="kernel">A window's size on each axis.</param>
        /// <param name="window">Strides, padding and dilation.</param>
        /// <param name="ceil">Whether a last window that sticks out of the picture counts too.</param>
        /// <param name="divisor">What the sum over a window is divided by.</param>
        public AvgPool(PerAxis kernel, Window window, bool ceil = false, Divisor divisor = Divisor.Window)
            : this(new SlidingGrid(kernel, window, ceil), divisor)
        {
        }

        /// <inheritdoc/>
        public override string Name => "AveragePool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("avgpool", this.Options);

        internal string Options => this.Grid.Options + (this.Divisor switch { Divisor.Inside => ", of the cells inside", Divisor.One => ", summed", _ => "" });

        /// <inheritdoc/>
        public override string? Onnx => this.Grid is SlidingGrid && this.Divisor != Divisor.One ? "AveragePool" : null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Pooling.Infer(this, x[0], this.Grid);

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => axis < 2 ? new(axis) : this.Grid.Sees(axis, x[0].Shape[axis]);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new AvgPoolSpread(this, x[0].Shape[2..]).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Average<float>(this.Grid, this.Divisor, x[0], y);
            else Pooling.Average<double>(this.Grid, this.Divisor, x[0], y);
        }
    }

    /// <summary>The reverse of <see cref="AvgPool"/>: each element, divided by the window's size, is added to all cells of its window.</summary>
    /// <param name="Pool">The pool.</param>
    /// <param name="Size">The spatial sizes of the pool's input: H, W.</param>
    public sealed record AvgPoolSpread(AvgPool Pool, Shape Size) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "AveragePoolSpread";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("avgpoolᵀ", this.Pool.Options, @"\operatorname{avgpool}^\top");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].Shape.Rank != this.Size.Rank + 2)
                throw this.Error($"for an input of size {this.Size.ToX()} what arrives must be (batch, channels, …) with as many spatial axes; "
                    + $"got {x[0].Shape}.");
            TensorSpec input = x[0] with { Shape = [x[0].Shape[0], x[0].Shape[1], .. this.Size] }, y = this.InferAs(this.Pool, input);
            return y == x[0] ? input : throw this.Error($"the pool of {input} is {y}, not {x[0]}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => this.Pool.Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Spread<float>(this.Pool.Grid, this.Pool.Divisor, x[0], y);
            else Pooling.Spread<double>(this.Pool.Grid, this.Pool.Divisor, x[0], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The mean of each window of each channel of (B, C, …), along 1, 2 or 3 spatial axes.</summary>
        /// <param name="kernel">Cells of a window.</param>
        /// <param name="window">How it moves; windows lie side by side when not given.</param>
        /// <param name="ceil">Whether a last window may reach over the end, so that sizes are rounded up; cells over the end never count.</param>
        /// <param name="divisor">What the sum over a window is divided by: with the cells of the padding unless said otherwise.</param>
        /// <exception cref="ShapeException">The window does not fit.</exception>
        public Tensor AvgPool(PerAxis kernel, Window? window = null, bool ceil = false, Divisor divisor = Divisor.Window) =>
            new AvgPool(kernel, window ?? new Window(kernel), ceil, divisor).Apply(this);
    }
}
