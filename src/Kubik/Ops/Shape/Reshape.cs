namespace Kubik.Ops
{
    /// <summary>The same elements in row-major order under another shape.</summary>
    /// <param name="To">The shape, with as many elements as the input's.</param>
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

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => Sight.Reshaped(axis, x[0].Shape, y);

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
    }
}
