// The largest of each window, and the two moves that its gradients need: down to the places where the maxima came
// from, and up from them. Both follow the places again from x, so no index tensor is kept.

using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>
    /// The largest element of each window of each channel: (B, C, H, W) → (B, C, H', W'), 1, 2 or 3 spatial axes. Cells
    /// outside the picture never win; of equal ones the first in reading order does, and NaN wins over all.
    /// </summary>
    /// <param name="Grid">Which cells the windows see.</param>
    public sealed record MaxPool(PoolGrid Grid) : DifferentiableOp
    {
        /// <summary>A pool of windows of one size that move in equal steps.</summary>
        /// <param name="kernel">A window's size on each axis.</param>
        /// <param name="window">Strides, padding and dilation.</param>
        /// <param name="ceil">Whether a last window that sticks out of the picture counts too.</param>
        public MaxPool(PerAxis kernel, Window window, bool ceil = false) : this(new SlidingGrid(kernel, window, ceil))
        {
        }

        /// <inheritdoc/>
        public override string Name => "MaxPool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("maxpool", this.Grid.Options);

        /// <inheritdoc/>
        public override string? Onnx => this.Grid is SlidingGrid ? "MaxPool" : null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Pooling.Infer(this, x[0], this.Grid);

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => axis < 2 ? new(axis) : this.Grid.Sees(axis, x[0].Shape[axis]);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => new MaxPoolScatter(this).Apply(x[0], dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Max<float>(this.Grid, x[0], y);
            else Pooling.Max<double>(this.Grid, x[0], y);
        }
    }

    /// <summary>Adds each element of dy to the place in x that won its window; zeros elsewhere. Inputs x and dy.</summary>
    /// <param name="Pool">The pool whose windows are meant.</param>
    public sealed record MaxPoolScatter(MaxPool Pool) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "MaxPoolScatter";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("maxpoolᵀ", this.Pool.Grid.Options, @"\operatorname{maxpool}^\top");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
            this.InferAs(this.Pool, x[0]) is var y && y == x[1] ? x[0] : throw this.Error($"the pool of {x[0]} is {y}, not {x[1]}.");

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 1 ? new MaxPoolGather(this.Pool).Apply(x[0], dy) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Scatter<float>(this.Pool.Grid, x[0], x[1], y);
            else Pooling.Scatter<double>(this.Pool.Grid, x[0], x[1], y);
        }
    }

    /// <summary>Picks from g, shaped like x, the element at the place in x that won each window. Inputs x and g.</summary>
    /// <param name="Pool">The pool whose windows are meant.</param>
    public sealed record MaxPoolGather(MaxPool Pool) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "MaxPoolGather";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("maxpoolpick", this.Pool.Grid.Options);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
            x[0] == x[1] ? this.InferAs(this.Pool, x[0]) : throw this.Error($"both inputs must have one spec; got {x[0]} and {x[1]}.");

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            input == 1 ? new MaxPoolScatter(this.Pool).Apply(x[0], dy) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) Pooling.Gather<float>(this.Pool.Grid, x[0], x[1], y);
            else Pooling.Gather<double>(this.Pool.Grid, x[0], x[1], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The largest element of each window of each channel of (B, C, …), along 1, 2 or 3 spatial axes.</summary>
        /// <example><code>
        /// Tensor x = Tensor.Ones([1, 3, 7, 7]);
        /// Console.WriteLine(x.MaxPool(2).Shape);                                        // (1, 3, 3, 3)
        /// Console.WriteLine(x.MaxPool(3, new Window(stride: 2, pad: 1)).Shape);         // (1, 3, 4, 4)
        /// Console.WriteLine(x.MaxPool([2, 3], new Window(), ceil: true).Shape);         // (1, 3, 6, 5)
        /// </code></example>
        /// <param name="kernel">Cells of a window.</param>
        /// <param name="window">How it moves; windows lie side by side when not given.</param>
        /// <param name="ceil">Whether a last window may reach over the end, so that sizes are rounded up.</param>
        /// <exception cref="ShapeException">The window does not fit.</exception>
        public Tensor MaxPool(PerAxis kernel, Window? window = null, bool ceil = false) => new MaxPool(kernel, window ?? new Window(kernel), ceil).Apply(this);
    }
}
