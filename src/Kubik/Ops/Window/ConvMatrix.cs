namespace Kubik.Ops
{
    /// <summary>
    /// A convolution written as a matrix: w (O, C / groups, kh, kw) → W (C·H·W, O·H'·W') with
    /// flatten(x ∗ w) = flatten(x)·W for every x (B, C, H, W). Along one axis W is a Toeplitz matrix: its diagonals are
    /// constant; along two it is made of Toeplitz blocks.
    /// </summary>
    /// <remarks>The convolution of each unit vector is a row. For study and for proofs: mostly zeros, and slow.</remarks>
    /// <param name="Window">How the kernels move.</param>
    /// <param name="Size">The spatial sizes of the input: H, W.</param>
    public sealed record ConvMatrix(Window Window, Shape Size) : CompositeOp
    {
        private const int MostRows = 46340; // the unit vectors are a square of them in one tensor

        /// <inheritdoc/>
        public override string Name => "ConvMatrix";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("toeplitz");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor w = x[0];
            int channels = w.Shape[1] * this.Window.Groups, rows = channels * this.Size.Size;
            Tensor units = Tensor.Eye(rows, w.DType).Reshape([rows, channels, .. this.Size]);
            return new Conv(this.Window).Apply(units, w).Flatten(); // (rows, O, H', W') → (rows, O·H'·W')
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            TensorSpec w = x[0];
            if (w.Shape.Rank != this.Size.Rank + 2 || this.Size.Rank is < 1 or > PerAxis.MaxCount)
                throw this.Error($"for an input of size {this.Size.ToX()} the kernel must be (out, in / groups, …) with as many spatial axes; got {w.Shape}.");
            if (this.Window.ProblemFor(this.Size.Rank) is { } problem) throw this.Error(problem);
            if (w.DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(w));
            long channels = (long)w.Shape[1] * this.Window.Groups;
            if ((double)channels * this.Size.Size > MostRows)
                throw this.Error($"a matrix for {channels} channels of {this.Size.ToX()} would have more than {MostRows} rows.");
            this.InferAs(new Conv(this.Window), w with { Shape = [1, (int)channels, .. this.Size] }, w); // the kernel must fit
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The matrix W of the convolution with these kernels (O, C / groups, …): flatten(x.Conv(w)) = flatten(x)·W.</summary>
        /// <example><code>
        /// Tensor w = Tensor.Of(1f, 2f).Reshape(1, 1, 2);
        /// Console.WriteLine(w.ConvMatrix([3], Window.Valid));   // [[1, 0], [2, 1], [0, 2]]
        /// </code></example>
        /// <param name="size">The spatial sizes of the input.</param>
        /// <param name="window">How the kernels move.</param>
        /// <exception cref="ShapeException">The shapes or numbers of the window do not fit.</exception>
        public Tensor ConvMatrix(Shape size, Window window) => new ConvMatrix(window, size).Apply(this);
    }
}
