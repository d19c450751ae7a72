// Pools that are other ops in a few lines.

using System.Globalization;

namespace Kubik.Ops
{
    /// <summary>The mean of each channel: (B, C, H, W) → (B, C, 1, 1), any number of spatial axes.</summary>
    public sealed record GlobalAvgPool : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "GlobalAveragePool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("globalavgpool");

        /// <inheritdoc/>
        public override string? Onnx => "GlobalAveragePool";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Mean([.. Enumerable.Range(2, x[0].Rank - 2)], keepDims: true);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => GlobalPool.Check(this, x[0]);
    }

    /// <summary>The largest element of each channel: (B, C, H, W) → (B, C, 1, 1), any number of spatial axes.
    /// Equal ones share the gradient, as in <see cref="Max"/>.</summary>
    public sealed record GlobalMaxPool : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "GlobalMaxPool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("globalmaxpool");

        /// <inheritdoc/>
        public override string? Onnx => "GlobalMaxPool";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Max([.. Enumerable.Range(2, x[0].Rank - 2)], keepDims: true);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => GlobalPool.Check(this, x[0]);
    }

    /// <summary>What both global pools ask of their input.</summary>
    internal static class GlobalPool
    {
        public static void Check(Op op, TensorSpec x)
        {
            if (x.DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(x));
            if (x.Shape.Rank < 3) throw op.Error($"the input must be (batch, channels, …) with 1 spatial axis or more; got {x.Shape}.");
            if (x.Shape.Sizes[2..].Contains(0)) throw op.Error($"there are no cells to pool in {x.Shape}.");
        }
    }

    /// <summary>The mean of each of so many windows of nearly equal size that cover the input:
    /// window i of n over s cells has ⌊i·s / n⌋ to ⌈(i + 1)·s / n⌉ − 1.</summary>
    /// <param name="Size">How many windows along each axis: the spatial sizes of the output.</param>
    public sealed record AdaptiveAvgPool(PerAxis Size) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "AdaptiveAveragePool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("adaptiveavgpool", new AdaptiveGrid(this.Size).Options);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new AvgPool(new AdaptiveGrid(this.Size)).Apply(x);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => Kernels.Pooling.Infer(this, x[0], new AdaptiveGrid(this.Size));
    }

    /// <summary>The largest element of each of so many windows of nearly equal size that cover the input:
    /// window i of n over s cells has ⌊i·s / n⌋ to ⌈(i + 1)·s / n⌉ − 1.</summary>
    /// <param name="Size">How many windows along each axis: the spatial sizes of the output.</param>
    public sealed record AdaptiveMaxPool(PerAxis Size) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "AdaptiveMaxPool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("adaptivemaxpool", new AdaptiveGrid(this.Size).Options);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new MaxPool(new AdaptiveGrid(this.Size)).Apply(x);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => Kernels.Pooling.Infer(this, x[0], new AdaptiveGrid(this.Size));
    }

    /// <summary>The p-norm of each window of each channel: (Σ |x|ᵖ)^(1/p), p ≥ 1. Cells of the padding are zeros.</summary>
    /// <remarks>Where a window is all zeros the gradient is 0. p = 1 sums, p → ∞ tends to the largest.</remarks>
    /// <param name="P">The power.</param>
    /// <param name="Grid">Which cells the windows see.</param>
    public sealed record LpPool(double P, PoolGrid Grid) : CompositeOp
    {
        /// <summary>A pool of windows of one size that move in equal steps.</summary>
        /// <param name="p">The power, 1 or more.</param>
        /// <param name="kernel">A window's size on each axis.</param>
        /// <param name="window">Strides, padding and dilation.</param>
        /// <param name="ceil">Whether a last window that sticks out of the picture counts too.</param>
        public LpPool(double p, PerAxis kernel, Window window, bool ceil = false) : this(p, new SlidingGrid(kernel, window, ceil))
        {
        }

        /// <inheritdoc/>
        public override string Name => "LpPool";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("lppool", string.Create(CultureInfo.InvariantCulture, $"p {this.P}, {this.Grid.Options}"));

        /// <inheritdoc/>
        public override string? Onnx => this.Grid is SlidingGrid ? "LpPool" : null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor a = x[0].Abs();
            if (this.P == 1 || a.Count == 0) return new AvgPool(this.Grid, Divisor.One).Apply(a);
            // Where powers of a channel would overflow, or all vanish, its largest element is taken out of them; the result
            // does not depend on it. Elsewhere it stays, or small windows would vanish beside a large one.
            (double least, double largest) = a.DType == DType.Float32 ? (1e-30, float.MaxValue) : (1e-290, double.MaxValue);
            Tensor most = a.Detach().Max([.. Enumerable.Range(2, a.Rank - 2)], keepDims: true), one = Tensor.Ones([], a.DType);
            Tensor sums = most.Pow(this.P) * a.Shape[2..].Size;
            Tensor scale = Tensor.Where(((sums < least) | (sums > largest)) & (most > 0) & (most < double.PositiveInfinity), most, one);
            Tensor sum = new AvgPool(this.Grid, Divisor.One).Apply((a / scale).Pow(this.P));
            Tensor some = sum.NotEqual(Tensor.Zeros([], a.DType));
            return Tensor.Where(some, Tensor.Where(some, sum, one).Pow(1 / this.P), Tensor.Zeros([], a.DType)) * scale;
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!(this.P >= 1 && this.P < double.PositiveInfinity)) throw this.Error($"the power must be 1 or more and finite, not {this.P}.");
            Kernels.Pooling.Infer(this, x[0], this.Grid);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The mean of each channel of (B, C, …) as (B, C, 1, …).</summary>
        /// <exception cref="ShapeException">There are no spatial axes, or no cells.</exception>
        public Tensor GlobalAvgPool() => new GlobalAvgPool().Apply(this);

        /// <summary>The largest element of each channel of (B, C, …) as (B, C, 1, …).</summary>
        /// <exception cref="ShapeException">There are no spatial axes, or no cells.</exception>
        public Tensor GlobalMaxPool() => new GlobalMaxPool().Apply(this);

        /// <summary>The means of so many windows of nearly equal size along each spatial axis of (B, C, …).</summary>
        /// <example><code>
        /// Tensor x = Tensor.Ones([1, 3, 13, 9]);
        /// Console.WriteLine(x.AdaptiveAvgPool([6, 4]).Shape);   // (1, 3, 6, 4)
        /// </code></example>
        /// <exception cref="ShapeException">There are no spatial axes, no cells, or a size is below 1.</exception>
        public Tensor AdaptiveAvgPool(PerAxis size) => new AdaptiveAvgPool(size).Apply(this);

        /// <summary>The largest elements of so many windows of nearly equal size along each spatial axis of (B, C, …).</summary>
        /// <exception cref="ShapeException">There are no spatial axes, no cells, or a size is below 1.</exception>
        public Tensor AdaptiveMaxPool(PerAxis size) => new AdaptiveMaxPool(size).Apply(this);

        /// <summary>The p-norm of each window of each channel of (B, C, …).</summary>
        /// <param name="p">The power, 1 or more.</param>
        /// <param name="kernel">Cells of a window.</param>
        /// <param name="window">How it moves; windows lie side by side when not given.</param>
        /// <param name="ceil">Whether a last window may reach over the end.</param>
        /// <exception cref="ShapeException">The window does not fit, or the power is below 1.</exception>
        public Tensor LpPool(double p, PerAxis kernel, Window? window = null, bool ceil = false) =>
            new LpPool(p, kernel, window ?? new Window(kernel), ceil).Apply(this);
    }
}
