using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The lower triangular L with L·Lᵀ = A, its diagonal above 0, of a symmetric positive definite matrix (…, n, n).</summary>
    /// <remarks>Of a matrix that is not symmetric the symmetric part (A + Aᵀ) / 2 is taken, and so the gradient is symmetric. Gradient:
    /// Murray 2016, arXiv:1602.07527, eq. 10.</remarks>
    public sealed record Cholesky : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Cholesky";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("cholesky", @"\operatorname{chol}");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Square(this, x[0]);
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            Tensor p = y.T.MatMul(dy);
            p = (p.Tril() + p.Tril(-1)) / 2; // Φ: the lower triangle with half the diagonal
            Tensor left = y.TriangularSolve(p, lower: true, transposed: true);
            Tensor s = y.TriangularSolve(left.T, lower: true, transposed: true); // (L⁻ᵀ·Φ·L⁻¹)ᵀ
            return (s + s.T) / 2;
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixRule.Run(this, default(CholeskyFunction), x[0], null, y, y.Shape[..^2], row =>
                $"is not positive definite: its first {row + 1} rows and columns have no determinant above 0. "
                    + "Adding a small multiple of the identity helps when it only just fails.");
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The lower triangular L with L·Lᵀ = A of a symmetric positive definite matrix, or of each in a batch (…, n, n).</summary>
        /// <example><code>Tensor l = (x.T.MatMul(x) + Tensor.Eye(3)).Cholesky();</code></example>
        /// <exception cref="ShapeException">The matrix is not square, or not of floating-point numbers.</exception>
        /// <exception cref="SingularMatrixException">A matrix is not positive definite.</exception>
        public Tensor Cholesky() => new Cholesky().Apply(this);
    }
}
