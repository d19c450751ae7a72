using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>A diagonal of the last two axes: (…, m, n) → (…, k). Offset 0 is the main one, 1 the one above it. Shares memory.</summary>
    /// <param name="Offset">Which diagonal: 0 the main one, 1 the one above it, −1 the one below.</param>
    public sealed record Diagonal(int Offset = 0) : ViewOp
    {
        /// <inheritdoc/>
        public override string Name => "Diagonal";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("diagonal");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            if (shape.Rank < 2) throw this.Error($"the input needs two axes or more; got {shape}.");
            return x[0] with { Shape = [.. shape.Sizes[..^2], this.Length(shape[^2], shape[^1])] };
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            int rows = x[0].Rank - 2, start = Math.Max(0, axis == rows ? -this.Offset : this.Offset);
            return axis < rows ? new(axis) : new(rows, 1, start, start);
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new PlaceDiagonal(this.Offset, x[0].Shape[^2], x[0].Shape[^1]).Apply(dy);

        /// <summary>The number of elements on the diagonal; 0 when it lies outside.</summary>
        internal int Length(int rows, int columns) =>
            (int)Math.Max(0, this.Offset >= 0 ? Math.Min(rows, (long)columns - this.Offset) : Math.Min(columns, (long)rows + this.Offset));

        internal override Layout? View(Shape shape, Layout layout, Shape output)
        {
            int row = layout.Strides[^2], column = layout.Strides[^1];
            int start = output.Size == 0 ? 0 : this.Offset >= 0 ? this.Offset * column : -this.Offset * row; // an empty view stays inside its storage
            return new Layout(layout.Offset + start, [.. layout.Strides[..^2], row + column]);
        }
    }

    /// <summary>The reverse of <see cref="Diagonal"/>: zeros of Rows × Columns with the last axis on a diagonal.</summary>
    /// <param name="Offset">Which diagonal: 0 the main one, 1 the one above it, −1 the one below.</param>
    /// <param name="Rows">The result's rows.</param>
    /// <param name="Columns">The result's columns.</param>
    public sealed record PlaceDiagonal(int Offset, int Rows, int Columns) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "PlaceDiagonal";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("diag");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            if (shape.Rank < 1) throw this.Error("the input must have an axis to put on the diagonal; got a single number.");
            if (this.Rows < 0 || this.Columns < 0) throw this.Error($"a matrix cannot be {this.Rows}x{this.Columns}.");
            int length = new Diagonal(this.Offset).Length(this.Rows, this.Columns);
            return shape[^1] == length
                ? x[0] with { Shape = [.. shape.Sizes[..^1], this.Rows, this.Columns] }
                : throw this.Error($"diagonal {this.Offset} of a {this.Rows}x{this.Columns} matrix has {length} elements; "
                    + $"the last axis of {shape} has {shape[^1]}.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => new Diagonal(this.Offset).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            Elementwise.Clear(y);
            Layout layout = new Diagonal(this.Offset).View(y.Shape, y.Layout, x[0].Shape)!.Value;
            Elementwise.CopyInto(x[0], y.View(x[0].Shape, layout));
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>A diagonal of two axes, which are dropped; it becomes the last axis. Shares memory.</summary>
        /// <param name="offset">0 is the main diagonal, 1 the one above it, −1 the one below.</param>
        /// <param name="rows">The axis of the rows; −1 is the last.</param>
        /// <param name="columns">The axis of the columns.</param>
        /// <exception cref="ShapeException">There are fewer than two axes, or the two are one.</exception>
        public Tensor Diagonal(int offset = 0, int rows = -2, int columns = -1)
        {
            if (this.Rank < 2) return new Diagonal(offset).Apply(this); // throws
            int row = this.Shape.Axis(rows, "Diagonal"), column = this.Shape.Axis(columns, "Diagonal");
            if (row == column) throw new ShapeException($"Diagonal: axis {row} of {this.Shape} cannot be rows and columns at once.");
            Tensor x = this;
            if (row != this.Rank - 2 || column != this.Rank - 1)
                x = this.Permute([.. Enumerable.Range(0, this.Rank).Where(axis => axis != row && axis != column), row, column]);
            return new Diagonal(offset).Apply(x);
        }

        /// <summary>Square matrices with the last axis on a diagonal and 0 elsewhere: (…, n) → (…, n + |offset|, n + |offset|).</summary>
        /// <param name="offset">0 is the main diagonal, 1 the one above it, −1 the one below.</param>
        /// <example><code>Tensor.Of(1, 2).DiagonalMatrix()   // (1, 0), (0, 2)</code></example>
        /// <exception cref="ShapeException">The tensor is a single number, or the result is too large.</exception>
        public Tensor DiagonalMatrix(int offset = 0)
        {
            long size = this.Rank == 0 ? 0 : this.Shape[^1] + Math.Abs((long)offset);
            if (size > int.MaxValue) throw new ShapeException($"DiagonalMatrix: diagonal {offset} of {this.Shape[^1]} elements makes too large a matrix.");
            return new PlaceDiagonal(offset, (int)size, (int)size).Apply(this);
        }
    }
}
