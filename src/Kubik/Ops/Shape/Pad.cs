namespace Kubik.Ops
{
    /// <summary>An axis with new elements before and after: a number, or elements of the axis itself.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Before">How many come before the first.</param>
    /// <param name="After">How many come after the last.</param>
    /// <param name="Mode">What they are.</param>
    /// <param name="Value">The number, for <see cref="PadMode.Constant"/>.</param>
    public sealed record Pad(int Axis, int Before, int After, PadMode Mode = PadMode.Constant, double Value = 0) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Pad";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Worded("pad", this.Options);

        /// <inheritdoc/>
        public override string? Onnx => "Pad";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            if (this.Before == 0 && this.After == 0) return x[0];
            List<Tensor> parts = [x[0]];
            if (this.Before > 0) parts.Insert(0, this.Part(x[0], this.Before, atStart: true));
            if (this.After > 0) parts.Add(this.Part(x[0], this.After, atStart: false));
            return new Concat(this.Axis).Apply([.. parts]);
        }

        // Of pads of several axes, in rising order, one text: 1, 0x1, after 2x0, reflect.
        internal static string Written(IReadOnlyList<Pad> pads)
        {
            string Sizes(Func<Pad, int> size) => pads.All(p => size(p) == size(pads[0])) ? $"{size(pads[0])}" : string.Join('x', pads.Select(size));
            string before = Sizes(p => p.Before), after = Sizes(p => p.After), kind = pads[0].Mode.ToString().ToLowerInvariant();
            return before + (after == before ? "" : $", after {after}")
                + (pads[0].Mode != PadMode.Constant ? $", {kind}"
                    : pads[0].Value == 0 ? ""
                    : string.Create(System.Globalization.CultureInfo.InvariantCulture, $", value {pads[0].Value}"));
        }

        private string Options => $"axis {this.Axis}: {Written([this])}";

        private Tensor Part(Tensor x, int count, bool atStart)
        {
            int size = x.Shape[this.Axis];
            Shape shape = x.Shape.With(this.Axis, count);
            return this.Mode switch
            {
                PadMode.Constant => TypeRule.Constant(this, this.Value, x.DType).BroadcastTo(shape),
                PadMode.Edge => new Slice(this.Axis, atStart ? 0 : size - 1, 1, 1).Apply(x).BroadcastTo(shape),
                PadMode.Reflect => new Slice(this.Axis, atStart ? count : size - 2, count, -1).Apply(x),
                _ => new Slice(this.Axis, atStart ? size - count : 0, count, 1).Apply(x),
            };
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            AxisRule.Check(this, this.Axis, shape);
            if (this.Before < 0 || this.After < 0)
                throw this.Error($"{this.Before} before and {this.After} after axis {this.Axis} of {shape}: both must be 0 or more; "
                    + "cut elements off with Slice.");
            if (!Enum.IsDefined(this.Mode)) throw this.Error($"there is no mode {(int)this.Mode}.");
            int size = shape[this.Axis], most = Math.Max(this.Before, this.After);
            int limit = this.Mode switch
            {
                PadMode.Reflect => Math.Max(size - 1, 0),
                PadMode.Wrap => size,
                PadMode.Edge when size == 0 => 0,
                _ => int.MaxValue
            };
            if (most > limit)
                throw this.Error($"axis {this.Axis} of {shape} has {size} elements, enough for {limit} new ones at an end with mode {this.Mode}, not {most}.");
        }
    }
}

namespace Kubik
{
    /// <summary>What new elements at the ends of an axis are.</summary>
    public enum PadMode
    {
        /// <summary>One number.</summary>
        Constant,
        /// <summary>The axis mirrored at its first and last element, which are not repeated: 3 2 | 1 2 3 | 2 1.</summary>
        Reflect,
        /// <summary>The first and the last element: 1 1 | 1 2 3 | 3 3.</summary>
        Edge,
        /// <summary>The axis from its other end: 2 3 | 1 2 3 | 1 2.</summary>
        Wrap,
    }

    public sealed partial class Tensor
    {
        /// <summary>An axis with new elements before and after.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="before">How many come before the first.</param>
        /// <param name="after">How many come after the last.</param>
        /// <param name="mode">What they are: one number, the axis mirrored, its ends repeated, or its other end.</param>
        /// <param name="value">The number, for <see cref="PadMode.Constant"/>.</param>
        /// <example><code>Tensor.Of(1, 2, 3).Pad(0, 2, 1)                      // 0, 0, 1, 2, 3, 0
        /// Tensor.Of(1, 2, 3).Pad(0, 2, 1, PadMode.Reflect)     // 3, 2, 1, 2, 3, 2</code></example>
        /// <exception cref="ShapeException">A number is negative or more than the mode can give.</exception>
        public Tensor Pad(int axis, int before, int after, PadMode mode = PadMode.Constant, double value = 0) =>
            new Pad(this.Shape.Axis(axis, "Pad"), before, after, mode, value).Apply(this);

        /// <summary>The last axes with new elements at their ends, an entry for each of them.</summary>
        /// <param name="pads">How many come before and after; the last entry is for the last axis.</param>
        /// <param name="mode">What they are.</param>
        /// <param name="value">The number, for <see cref="PadMode.Constant"/>.</param>
        /// <example><code>pictures.Pad([(1, 1), (2, 2)])   // a row above and below, two columns at each side</code></example>
        /// <exception cref="ShapeException">There are more entries than axes, or a number is negative or more than the mode can give.</exception>
        public Tensor Pad(ReadOnlySpan<(int Before, int After)> pads, PadMode mode = PadMode.Constant, double value = 0)
        {
            if (pads.Length > this.Rank) throw new ShapeException($"Pad: {pads.Length} entries for the last axes of {this.Shape}, which has {this.Rank}.");
            Tensor y = this;
            for (int i = 0; i < pads.Length; i++)
                y = y.Pad(this.Rank - pads.Length + i, pads[i].Before, pads[i].After, mode, value);
            return y;
        }
    }
}
