namespace Kubik.Ops
{
    /// <summary>The same elements in row-major order under another shape.</summary>
    public sealed record Reshape(Shape To) : ViewOp
    {
        /// <inheritdoc/>
        public override string Name => "Reshape";

        /// <inheritdoc/>
        public override Notation Notation => new($"reshape({{0}}, {this.To})", $@"\operatorname{{reshape}}_{{{this.To}}}\left({{0}}\right)");

        /// <inheritdoc/>
        public override string? Onnx => "Reshape";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
            x[0].Shape.Size == this.To.Size
                ? x[0] with { Shape = this.To }
                : throw this.Error($"{x[0].Shape} has {x[0].Shape.Size} elements and cannot become {this.To}, which has {this.To.Size}.");

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy.Reshape(x[0].Shape);

        internal override Layout? View(Shape shape, Layout layout, Shape output) =>
            layout.IsContiguous(shape) ? Layout.Contiguous(output, layout.Offset) : null;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The same elements under another shape. Shares memory when the tensor is contiguous.</summary>
        /// <exception cref="ShapeException">The counts of elements differ.</exception>
        public Tensor Reshape(Shape shape) => shape == this.Shape ? this : new Reshape(shape).Apply(this);

        /// <summary>The same elements under another shape, one size of which may be −1: what is left over.</summary>
        /// <example><code>x.Reshape(-1, 10)   // rows of ten</code></example>
        /// <exception cref="ShapeException">The counts of elements differ, or more than one size is −1.</exception>
        [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]
        public Tensor Reshape(params ReadOnlySpan<int> sizes)
        {
            int[] to = sizes.ToArray();
            int open = Array.IndexOf(to, -1), rest = 1;
            foreach (int size in to) rest *= size == -1 ? 1 : size;
            if (open >= 0)
            {
                if (rest == 0 || this.Count % rest != 0 || Array.LastIndexOf(to, -1) != open)
                    throw new ShapeException($"Reshape: {this.Shape} with {this.Count} elements does not fit ({string.Join(", ", to)}).");
                to[open] = this.Count / rest;
            }
            return this.Reshape((Shape)to);
        }

        /// <summary>The tensor with an axis of size 1 put in before <paramref name="axis"/>.</summary>
        /// <exception cref="ShapeException">There is no such place for an axis.</exception>
        public Tensor Unsqueeze(int axis)
        {
            int a = axis < 0 ? axis + this.Rank + 1 : axis;
            return a >= 0 && a <= this.Rank
                ? this.Reshape(this.Shape.Insert(a, 1))
                : throw new ShapeException($"Unsqueeze: there is no place {axis} for a new axis in {this.Shape}; use {-this.Rank - 1} to {this.Rank}.");
        }

        /// <summary>The tensor without an axis, which must have size 1.</summary>
        /// <exception cref="ShapeException">The axis has another size.</exception>
        public Tensor Squeeze(int axis)
        {
            int a = this.Shape.Axis(axis, "Squeeze");
            return this.Shape[a] == 1
                ? this.Reshape(this.Shape.Without(a))
                : throw new ShapeException($"Squeeze: axis {axis} of {this.Shape} has size {this.Shape[a]}, not 1.");
        }

        /// <summary>All axes from <paramref name="axis"/> on become one: (B, C, H, W) becomes (B, C·H·W).</summary>
        /// <exception cref="ShapeException">There is no such axis.</exception>
        public Tensor Flatten(int axis = 1)
        {
            int a = axis == this.Rank ? axis : this.Shape.Axis(axis, "Flatten");
            return this.Reshape([.. this.Shape.Sizes[..a], this.Shape[a..].Size]);
        }
    }
}
