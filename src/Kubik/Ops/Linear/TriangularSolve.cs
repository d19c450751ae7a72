using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>X with T·X = B, T a triangle of A (…, n, n) and B (…, n, k); the other triangle of A is not read. The leading axes broadcast.</summary>
    /// <param name="IsLower">Whether T is the lower triangle of A, else the upper one.</param>
    /// <param name="Transposed">Whether the system is Tᵀ·X = B.</param>
    /// <param name="UnitDiagonal">Whether T has ones on the diagonal, whatever A has there.</param>
    public sealed record TriangularSolve(bool IsLower = true, bool Transposed = false, bool UnitDiagonal = false) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "TriangularSolve";

        // What rounding leaves on R's diagonal in place of 0 is then taken for 0, and the error is that of least squares.
        internal bool OfLeastSquares { get; init; }

        /// <inheritdoc/>
        public override Notation Notation
        {
            get
            {
                string part = this.IsLower ? "tril" : "triu";
                return this.Transposed
                    ? new($"{part}({{0}})⁻ᵀ·{{1:power}}", $@"\operatorname{{{part}}}\left({{0}}\right)^{{-\top}} {{1:power}}", Strength.Product)
                    : new($"{part}({{0}})⁻¹·{{1:power}}", $@"\operatorname{{{part}}}\left({{0}}\right)^{{-1}} {{1:power}}", Strength.Product);
            }
        }

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Square(this, x[0]);
            return MatrixRule.System(this, x[0], x[1]);
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            Tensor db = (this with { Transposed = !this.Transposed }).Apply(x[0], dy);
            if (input == 1) return db;
            Tensor da = this.Transposed ? y.MatMul(db.T) : db.MatMul(y.T);
            return -(this.IsLower ? da.Tril(this.UnitDiagonal ? -1 : 0) : da.Triu(this.UnitDiagonal ? 1 : 0));
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            double tolerance = this.OfLeastSquares ? x[0].Shape[^1] * (y.DType == DType.Float32 ? float.BitIncrement(1) - 1 : double.BitIncrement(1) - 1) : 0;
            MatrixRule.Run(this.OfLeastSquares ? new LeastSquares() : this,
                new TriangularSolveFunction(this.IsLower, this.Transposed, this.UnitDiagonal, tolerance), x[0], x[1], y, y.Shape[..^2], row =>
                this.OfLeastSquares ? LeastSquares.Deficient(row, ofRows: this.Transposed) : $"is singular: it has 0 on its diagonal in row {row}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>X with T·X = B, where T is a triangle of this matrix (…, n, n) and B is (…, n, k), or (n) for one column.</summary>
        /// <param name="b">The right-hand side.</param>
        /// <param name="lower">Whether T is the lower triangle, else the upper one; the other is not read.</param>
        /// <param name="transposed">Whether the system is Tᵀ·X = B.</param>
        /// <param name="unitDiagonal">Whether T has ones on the diagonal, whatever stands there.</param>
        /// <exception cref="ShapeException">The matrix is not square, or the right-hand side does not fit.</exception>
        /// <exception cref="SingularMatrixException">There is a 0 on a diagonal.</exception>
        public Tensor TriangularSolve(Tensor b, bool lower = true, bool transposed = false, bool unitDiagonal = false) =>
            AsColumns(new TriangularSolve(lower, transposed, unitDiagonal), this, b);

        // A right-hand side of one axis is one column, as in NumPy.
        private static Tensor AsColumns(Ops.Op op, Tensor a, Tensor b) =>
            b.Rank == 1 ? op.Apply(a, b.Unsqueeze(1)).Squeeze(-1) : op.Apply(a, b);
    }
}
