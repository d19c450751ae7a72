using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Every window of a picture as a column, (B, C, H, W) → (B, C·cells, H'·W'): im2col. Cells of the padding are 0.</summary>
    /// <remarks>A convolution is the matrix of its weights times this (Chellapilla, Puri and Simard 2006).</remarks>
    /// <param name="Kernel">A window's size on each axis.</param>
    /// <param name="Window">Strides, padding and dilation.</param>
    public sealed record Unfold(PerAxis Kernel, Window Window) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Unfold";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("unfold", this.Options);

        internal string Options => new SlidingGrid(this.Kernel, this.Window).Options;

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            if (x[0].Shape.Rank != 4) throw this.Error($"the input must be (batch, channels, rows, columns); got {x[0].Shape}.");
            (int height, int width) = Unfolding.Positions(this, this, x[0].Shape[2..]);
            return x[0] with
            {
                Shape =
                [x[0].Shape[0], AxisRule.Size(this, (long)x[0].Shape[1] * Unfolding.Cells(this, this)), AxisRule.Size(this, (long)height * width)]
            };
        }

        // Windows are counted over both axes. A row of windows is one place of the rows, if it moves by one; a column shows only
        // where there is one row.
        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            if (axis == 0) return new(0);
            int cells = Unfolding.Cells(this, this);
            if (axis == 1) return new(1, 1, 1 - cells, 0, cells);
            AxisWindow own = this.Window.Along(axis - 2, x[0].Shape[axis], this.Kernel[axis - 2]),
                other = this.Window.Along(3 - axis, x[0].Shape[5 - axis], this.Kernel[3 - axis]);
            int each = other.Positions;
            return each == 1 ? Sight.Of(2, own)
                : own.Positions == 1 ? new(2, 0, -own.Begin, own.Span - 1 - own.Begin)
                : axis == 2 && own.Stride == 1 ? new(2, 1, -own.Begin * each - (each - 1), (own.Span - 1 - own.Begin) * each, each)
                : Sight.Unknown;
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new Fold(this, x[0].Shape[2..]).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            switch (y.DType)
            {
                case DType.Float32: Unfolding.Unfold<float>(this, x[0], y); break;
                case DType.Float64: Unfolding.Unfold<double>(this, x[0], y); break;
                case DType.Int32: Unfolding.Unfold<int>(this, x[0], y); break;
                case DType.Int64: Unfolding.Unfold<long>(this, x[0], y); break;
                default: Unfolding.Unfold<byte>(this, x[0], y); break;
            }
        }
    }

    /// <summary>The reverse of <see cref="Unfold"/>: each window is added to its place in a picture of a size, (B, C·cells,
    /// H'·W') → (B, C, H, W): col2im.</summary>
    /// <param name="Windows">The unfolding that this reverses.</param>
    /// <param name="Size">The picture's sizes without batch and channels.</param>
    public sealed record Fold(Unfold Windows, Shape Size) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Fold";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("fold", $"to {this.Size.ToX()}, {this.Windows.Options}");

        /// <inheritdoc/>
        public override string? Onnx => "Col2Im";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            if (shape.Rank != 3) throw this.Error($"the input must be (batch, channels · window, positions); got {shape}.");
            if (this.Size.Rank != 2) throw this.Error($"a picture has rows and columns; its size cannot be {this.Size}.");
            (int height, int width) = Unfolding.Positions(this, this.Windows, this.Size);
            int cells = Unfolding.Cells(this, this.Windows);
            if (shape[1] % cells != 0)
                throw this.Error($"axis 1 of {shape} has {shape[1]} elements and must hold whole windows of {this.Windows.Kernel.Over(2).ToX()} = {cells}.");
            if ((long)height * width != shape[2])
                throw this.Error($"axis 2 of {shape} has {shape[2]} positions; the windows of a picture of {this.Size.ToX()} have {height}x{width} = "
                    + $"{(long)height * width}.");
            return x[0] with { Shape = [shape[0], shape[1] / cells, .. this.Size] };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => this.Windows.Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            switch (y.DType)
            {
                case DType.Float32: Unfolding.Fold<float>(this.Windows, x[0], y); break;
                case DType.Float64: Unfolding.Fold<double>(this.Windows, x[0], y); break;
                case DType.Int32: Unfolding.Fold<int>(this.Windows, x[0], y); break;
                case DType.Int64: Unfolding.Fold<long>(this.Windows, x[0], y); break;
                default: Unfolding.Fold<byte>(this.Windows, x[0], y); break;
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Every window of (B, C, H, W) as a column: (B, C·cells, windows).</summary>
        /// <exception cref="ShapeException">The window does not fit.</exception>
        public Tensor Unfold(PerAxis kernel, Window window) => new Unfold(kernel, window).Apply(this);

        /// <summary>The reverse of <see cref="Unfold"/>: each column is added to its window in a picture of the size given: (B, C, rows, columns).</summary>
        /// <exception cref="ShapeException">The columns are not the windows of such a picture.</exception>
        public Tensor Fold(PerAxis kernel, Window window, Shape size) => new Fold(new Unfold(kernel, window), size).Apply(this);
    }
}
