namespace Kubik.Ops
{
    /// <summary>The axes in another order: axis i of the output is axis Axes[i] of the input.</summary>
    /// <param name="Axes">Where each axis of the output comes from.</param>
    public sealed record Permute(Axes Axes) : ViewOp
    {
        /// <inheritdoc/>
        public override string Name => "Transpose";

        /// <inheritdoc/>
        public override Notation Notation =>
            this.IsTranspose ? new("{0:atom}ᵀ", @"{0:atom}^\top")
            : new($"permute({{0}}, {this.Axes})", $@"\operatorname{{permute}}_{{{this.Axes}}}\left({{0}}\right)");

        /// <summary>Whether the last two axes change places: matrices are transposed, however many there are.</summary>
        internal bool IsTranspose
        {
            get
            {
                int rank = this.Axes.Count;
                for (int i = 0; i < rank - 2; i++)
                {
                    if (this.Axes[i] != i) return false;
                }
                return rank >= 2 && this.Axes[rank - 2] == rank - 1 && this.Axes[rank - 1] == rank - 2;
            }
        }

        /// <inheritdoc/>
        public override string? Onnx => "Transpose";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Shape shape = x[0].Shape;
            bool[] seen = new bool[shape.Rank];
            foreach (int axis in this.Axes)
            {
                if ((uint)axis >= (uint)seen.Length || seen[axis])
                    throw this.Error($"{this.Axes} is not an order of the {shape.Rank} axes of {shape}: each of 0 to {shape.Rank - 1} must come once.");
                seen[axis] = true;
            }
            if (this.Axes.Count != shape.Rank)
                throw this.Error($"{this.Axes} names {this.Axes.Count} axes, but {shape} has {shape.Rank}.");
            return x[0] with { Shape = [.. this.Axes.Select(a => shape[a])] };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            int[] back = new int[this.Axes.Count];
            for (int i = 0; i < back.Length; i++) back[this.Axes[i]] = i;
            return dy.Permute(back);
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y)
        {
            int own = 0;
            while (this.Axes[own] != axis) own++;
            return new(own);
        }

        internal override Layout? View(Shape shape, Layout layout, Shape output) =>
            layout with { Strides = [.. this.Axes.Select(a => layout.Strides[a])] };
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The matrix transposed; of a tensor with more axes, the last two exchanged. Shares memory.</summary>
        /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
        public Tensor T => this.Rank >= 2
            ? this.Transpose(-2, -1)
            : throw new ShapeException($"T: a transpose needs two axes or more; the tensor has shape {this.Shape}.");

        /// <summary>The axes in another order: axis i of the result is axis <c>axes[i]</c> of this. Shares memory.</summary>
        /// <exception cref="ShapeException">The axes are not an order of the tensor's.</exception>
        public Tensor Permute(params ReadOnlySpan<int> axes) => new Permute([.. axes]).Apply(this);

        /// <summary>Two axes exchanged. Shares memory.</summary>
        public Tensor Transpose(int a, int b)
        {
            int[] axes = [.. Enumerable.Range(0, this.Rank)];
            a = this.Shape.Axis(a, "Transpose");
            b = this.Shape.Axis(b, "Transpose");
            (axes[a], axes[b]) = (axes[b], axes[a]);
            return this.Permute(axes);
        }

        /// <summary>One axis moved to another place, the others kept in order. Shares memory.</summary>
        /// <example><code>pictures.MoveAxis(1, -1)   // (B, C, H, W) becomes (B, H, W, C)</code></example>
        /// <exception cref="ShapeException">There is no such axis or place.</exception>
        public Tensor MoveAxis(int from, int to)
        {
            List<int> axes = [.. Enumerable.Range(0, this.Rank)];
            from = this.Shape.Axis(from, "MoveAxis");
            to = this.Shape.Axis(to, "MoveAxis");
            axes.RemoveAt(from);
            axes.Insert(to, from);
            return this.Permute([.. axes]);
        }
    }
}
