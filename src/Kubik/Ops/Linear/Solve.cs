using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>X with A·X = B, A (…, n, n) and B (…, n, k), by LU with partial pivoting; the leading axes broadcast.</summary>
    public sealed record Solve : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Solve";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}⁻¹·{1:power}", "{0:atom}^{-1} {1:power}", Strength.Product);

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
            Tensor db = this.Apply(x[0].T, dy);
            return input == 1 ? db : -db.MatMul(y.T);
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixRule.Run(this, default(SolveFunction), x[0], x[1], y, y.Shape[..^2], Inverse.NoPivot);
    }

    /// <summary>A⁻¹ of a matrix (…, n, n), by LU with partial pivoting. To solve a system take <see cref="Solve"/>: it is faster and more exact.</summary>
    public sealed record Inverse : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Inverse";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}⁻¹", "{0:atom}^{-1}", Strength.Power);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Square(this, x[0]);
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => -y.T.MatMul(dy).MatMul(y.T);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixRule.Run(this, default(InverseFunction), x[0], null, y, y.Shape[..^2], NoPivot);

        internal static string NoPivot(int row) => $"is singular: column {row} has no pivot, it depends on the columns before it.";
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>X with A·X = B for this matrix A (…, n, n), or each of a batch, and B (…, n, k), or (n) for one column.</summary>
        /// <example><code>Tensor w = x.T.MatMul(x).Solve(x.T.MatMul(y));   // the normal equations</code></example>
        /// <exception cref="ShapeException">The matrix is not square, or the right-hand side does not fit.</exception>
        /// <exception cref="SingularMatrixException">A matrix is singular.</exception>
        public Tensor Solve(Tensor b) => AsColumns(new Solve(), this, b);

        /// <summary>A⁻¹ of this matrix, or of each in a batch (…, n, n). To solve a system take <see cref="Solve"/>.</summary>
        /// <exception cref="ShapeException">The matrix is not square, or not of floating-point numbers.</exception>
        /// <exception cref="SingularMatrixException">A matrix is singular.</exception>
        public Tensor Inverse() => new Inverse().Apply(this);
    }
}
