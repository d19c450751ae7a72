namespace Kubik.Ops
{
    /// <summary>The lower triangle of the last two axes, the rest 0: elements up to the Offset-th diagonal above the main one stay.</summary>
    /// <param name="Offset">Which diagonal: 0 the main one, 1 the one above it, −1 the one below.</param>
    public sealed record Tril(int Offset = 0) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Tril";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("tril");

        /// <inheritdoc/>
        public override string? Onnx => "Trilu";

        /// <summary>Each element's column less its row: which diagonal it is on.</summary>
        internal static Tensor Diagonals(Shape shape) =>
            Tensor.Range(0, shape[^1], dtype: DType.Int64) - Tensor.Range(0, shape[^2], dtype: DType.Int64).Unsqueeze(1);

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) =>
            Tensor.Where(Diagonals(x[0].Shape) <= this.Offset, x[0], Tensor.Full([], 0, x[0].DType));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].Shape.Rank < 2) throw this.Error($"the input needs two axes or more; got {x[0].Shape}.");
        }
    }

    /// <summary>The upper triangle of the last two axes, the rest 0: elements from the Offset-th diagonal above the main one on stay.</summary>
    /// <param name="Offset">Which diagonal: 0 the main one, 1 the one above it, −1 the one below.</param>
    public sealed record Triu(int Offset = 0) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Triu";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("triu");

        /// <inheritdoc/>
        public override string? Onnx => "Trilu";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) =>
            Tensor.Where(Tril.Diagonals(x[0].Shape) >= this.Offset, x[0], Tensor.Full([], 0, x[0].DType));

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].Shape.Rank < 2) throw this.Error($"the input needs two axes or more; got {x[0].Shape}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The lower triangle of the last two axes, the rest 0.</summary>
        /// <param name="offset">The last diagonal that stays: 0 is the main one, 1 the one above it, −1 the one below.</param>
        /// <example><code>Tensor.Ones([5, 5]).Tril()   // ones where a query may look: itself and before</code></example>
        /// <exception cref="ShapeException">There are fewer than two axes.</exception>
        public Tensor Tril(int offset = 0) => new Tril(offset).Apply(this);

        /// <summary>The upper triangle of the last two axes, the rest 0.</summary>
        /// <param name="offset">The first diagonal that stays: 0 is the main one, 1 the one above it, −1 the one below.</param>
        /// <exception cref="ShapeException">There are fewer than two axes.</exception>
        public Tensor Triu(int offset = 0) => new Triu(offset).Apply(this);
    }
}
