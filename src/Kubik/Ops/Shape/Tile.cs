namespace Kubik.Ops
{
    /// <summary>The whole tensor repeated along its axes, as NumPy's tile: (1, 2) twice is (1, 2, 1, 2).</summary>
    /// <param name="Repeats">How often, for each of the last axes; more entries than axes make new axes in front.</param>
    public sealed record Tile(Shape Repeats) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Tile";

        /// <inheritdoc/>
        public override Notation Notation => new($"tile({{0}}, {this.Repeats})", $@"\operatorname{{tile}}_{{{this.Repeats}}}\left({{0}}\right)");

        /// <inheritdoc/>
        public override string? Onnx => "Tile";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int extra = Math.Max(this.Repeats.Rank - x[0].Rank, 0), plain = Math.Max(x[0].Rank - this.Repeats.Rank, 0);
            Tensor y = x[0].Reshape([.. Enumerable.Repeat(1, extra), .. x[0].Shape]);
            for (int i = 0; i < this.Repeats.Rank; i++)
            {
                int axis = plain + i, count = this.Repeats[i];
                if (count == 1) continue;
                Shape tiled = y.Shape.With(axis, AxisRule.Size(this, (long)y.Shape[axis] * count));
                // In front of the axis, so that the whole axis follows itself.
                y = y.Reshape(y.Shape.Insert(axis, 1)).BroadcastTo(y.Shape.Insert(axis, count)).Reshape(tiled);
            }
            return y;
        }
    }

    /// <summary>Every element of an axis repeated, as NumPy's repeat: (1, 2) twice is (1, 1, 2, 2).</summary>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Count">How often each element stands there.</param>
    public sealed record RepeatInterleave(int Axis, int Count) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "RepeatInterleave";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("repeat");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            if (this.Count == 1) return x[0];
            Shape repeated = x[0].Shape.With(this.Axis, AxisRule.Size(this, (long)x[0].Shape[this.Axis] * this.Count));
            return x[0].Reshape(x[0].Shape.Insert(this.Axis + 1, 1)).BroadcastTo(x[0].Shape.Insert(this.Axis + 1, this.Count)).Reshape(repeated);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            if (this.Count < 0) throw this.Error($"the count must be 0 or more, not {this.Count}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The whole tensor repeated along its axes: NumPy's tile, PyTorch's repeat.</summary>
        /// <param name="repeats">How often, for each of the last axes; more entries than axes make new axes in front.</param>
        /// <example><code>Tensor.Of(1, 2).Tile(2)      // 1, 2, 1, 2
        /// Tensor.Of(1, 2).Tile(3, 1)   // (3, 2): three rows</code></example>
        /// <exception cref="ShapeException">A number is negative, or the result is too large.</exception>
        public Tensor Tile(params ReadOnlySpan<int> repeats)
        {
            foreach (int count in repeats)
            {
                if (count < 0) throw new ShapeException($"Tile: the numbers of repeats must be 0 or more, not {count}.");
            }
            return new Tile(Shape.Create(repeats)).Apply(this);
        }

        /// <summary>Every element of an axis repeated: NumPy's repeat, PyTorch's repeat_interleave.</summary>
        /// <example><code>Tensor.Of(1, 2).RepeatInterleave(2)   // 1, 1, 2, 2</code></example>
        /// <exception cref="ShapeException">There is no such axis, or the number is negative.</exception>
        public Tensor RepeatInterleave(int count, int axis = -1) => new RepeatInterleave(this.Shape.Axis(axis, "RepeatInterleave"), count).Apply(this);
    }
}
