using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Every Step-th element of an axis, Count of them from Start on. Shares memory.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Start">Where the first element stands.</param>
    /// <param name="Count">How many elements.</param>
    /// <param name="Step">From one element to the next; may be below 0.</param>
    public sealed record Slice(int Axis, int Start, int Count, int Step) : ViewOp
    {
        /// <inheritdoc/>
        public override string Name => "Slice";

        /// <inheritdoc/>
        public override Notation Notation => new($"{{0:atom}}[{this.Where}]", $"{{0:atom}}_{{[{this.Where}]}}");

        /// <inheritdoc/>
        public override string? Onnx => "Slice";

        // As NumPy has it: [:, 2:4] for the columns 2 and 3.
        private string Where
        {
            get
            {
                long end = this.Start + (long)this.Count * this.Step;
                string to = this.Step < 0 && end < 0 ? "" : $"{end}", step = this.Step == 1 ? "" : $":{this.Step}";
                return $"{string.Concat(Enumerable.Repeat(":, ", this.Axis))}{this.Start}:{to}{step}";
            }
        }

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            int axis = this.Axis;
            AxisRule.Check(this, axis, shape);
            if (this.Step == 0) throw this.Error("the step must not be 0.");
            long last = this.Start + (this.Count - 1L) * this.Step;
            if (this.Count < 0 || (this.Count > 0 && ((uint)this.Start >= (uint)shape[axis] || last < 0 || last >= shape[axis])))
                throw this.Error($"{this.Count} elements from {this.Start} in steps of {this.Step} do not lie on axis {axis} of {shape}, "
                    + $"which has size {shape[axis]}.");
            return x[0] with { Shape = shape.With(axis, this.Count) };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new Place(this.Axis, this.Start, this.Step, x[0].Shape[this.Axis]).Apply(dy);

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) =>
            axis == this.Axis ? new(axis, this.Step, this.Start, this.Start) : new(axis);

        internal override Layout? View(Shape shape, Layout layout, Shape output)
        {
            int[] strides = [.. layout.Strides];
            int offset = layout.Offset + (output.Size == 0 ? 0 : this.Start * strides[this.Axis]); // an empty view stays inside its storage
            strides[this.Axis] *= this.Step;
            return new Layout(offset, strides);
        }
    }

    /// <summary>The reverse of <see cref="Slice"/>: zeros along an axis of size Size, with the input at every Step-th place from Start on.</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Start">Where the first element stands.</param>
    /// <param name="Step">From one element to the next; may be below 0.</param>
    /// <param name="Size">The axis's size in the result.</param>
    public sealed record Place(int Axis, int Start, int Step, int Size) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Place";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("place");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            if (this.Size < 0) throw this.Error($"the size of axis {this.Axis} must be 0 or more, not {this.Size}.");
            TensorSpec y = x[0] with { Shape = x[0].Shape.With(this.Axis, this.Size) };
            this.InferAs(new Slice(this.Axis, this.Start, x[0].Shape[this.Axis], this.Step), y); // the places must be there
            return y;
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) =>
            axis != this.Axis ? new(axis)
                : this.Step > 0 ? new(axis, 1, -this.Start, -this.Start, this.Step) : new(axis, -1, this.Start, this.Start, -this.Step);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            new Slice(this.Axis, this.Start, x[0].Shape[this.Axis], this.Step).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            Elementwise.Clear(y);
            Slice slice = new(this.Axis, this.Start, x[0].Shape[this.Axis], this.Step);
            Layout layout = slice.View(y.Shape, y.Layout, x[0].Shape)!.Value;
            Elementwise.CopyInto(x[0], y.View(x[0].Shape, layout));
        }
    }
}

namespace Kubik
{
    /// <summary>What to take of an axis: an index (drops the axis), a range, or a range with a step.</summary>
    public readonly record struct AxisIndex
    {
        private readonly Range range;
        private readonly int step;
        private readonly bool drops;

        private AxisIndex(Range range, int step, bool drops) => (this.range, this.step, this.drops) = (range, step, drops);

        /// <summary>Every <paramref name="step"/>-th element of a range; a negative step walks it backwards.</summary>
        /// <example><code>x[AxisIndex.Every(2)]        // even rows
        /// x[AxisIndex.Every(-1)]       // rows in reverse order</code></example>
        public static AxisIndex Every(int step, Range? range = null) =>
            step != 0 ? new(range ?? .., step, drops: false) : throw new ArgumentException("Every: the step must not be 0.", nameof(step));

        /// <summary>An index takes one element and drops the axis; negative numbers are an error, use <c>^1</c>.</summary>
        public static implicit operator AxisIndex(int index) => index >= 0
            ? (Index)index
            : throw new ShapeException($"Indexing: {index} is below 0; count from the end with ^{-(long)index}.");

        /// <summary>An index from either end takes one element and drops the axis.</summary>
        public static implicit operator AxisIndex(Index index) => new(new Range(index, index), 1, drops: true);

        /// <summary>A range takes the elements in it.</summary>
        public static implicit operator AxisIndex(Range range) => new(range, 1, drops: false);

        internal Tensor Take(Tensor x, ref int axis)
        {
            int size = x.Shape[axis], start = this.range.Start.GetOffset(size), end = this.drops ? start + 1 : this.range.End.GetOffset(size);
            if (start < 0 || end > size || start > end)
                throw new ShapeException(
                    $"Indexing: {(this.drops ? this.range.Start : this.range)} is outside axis {axis} of {x.Shape}, which has size {size}.");
            int count = start == end ? 0 : (int)((end - start - 1L) / Math.Abs((long)this.step)) + 1;
            if (start != 0 || count != size || this.step != 1)
                x = new Slice(axis, this.step > 0 || count == 0 ? start : end - 1, count, this.step).Apply(x);
            if (!this.drops)
            {
                axis++;
                return x;
            }
            return x.Squeeze(axis);
        }
    }

    public sealed partial class Tensor
    {
        /// <summary>A part of one axis: a range, or every <paramref name="step"/>-th element of it,
        /// backwards when the step is negative. Shares memory.</summary>
        /// <example><code>x.Slice(-1, 1..3)     // columns 1 and 2, however many axes there are
        /// x.Slice(0, .., -2)    // every second row, from the last on</code></example>
        /// <exception cref="ShapeException">There is no such axis, or the range lies outside.</exception>
        public Tensor Slice(int axis, Range range, int step = 1)
        {
            int a = this.Shape.Axis(axis, "Slice");
            return AxisIndex.Every(step, range).Take(this, ref a);
        }

        /// <summary>A part of the tensor, an entry for each of the first axes: an index, a range, or <see cref="AxisIndex.Every"/>. Shares memory.</summary>
        /// <example><code>x[0]            // the first row
        /// x[.., 1..3]     // columns 1 and 2
        /// x[^1, ..2]      // the first two of the last row</code></example>
        /// <exception cref="ShapeException">There are more entries than axes, or one lies outside.</exception>
        [System.Runtime.CompilerServices.IndexerName("Part")]
        public Tensor this[params ReadOnlySpan<AxisIndex> at]
        {
            get
            {
                if (at.Length > this.Rank)
                    throw new ShapeException($"Indexing: {at.Length} entries for a tensor of shape {this.Shape}, which has {this.Rank} axes.");
                Tensor x = this;
                int axis = 0;
                foreach (AxisIndex entry in at) x = entry.Take(x, ref axis);
                return x;
            }
        }
    }
}
