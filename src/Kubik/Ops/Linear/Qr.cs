using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>A = Q·R of a matrix (…, m, n) with m ≥ n, Q's rows above R's: (…, m + n, n).
    /// Q has orthonormal columns, R is upper triangular with a diagonal not below 0.</summary>
    /// <remarks>
    /// The sign rule makes the factors of a matrix of full rank unique; LAPACK leaves signs open. The gradient needs full
    /// rank: Seeger et al. 2017, arXiv:1710.08717, section 4.3.
    /// </remarks>
    public sealed record Qr : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Qr";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("qr");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Float(this, x[0]);
            MatrixRule.Matrix(this, x[0]);
            int m = x[0].Shape[^2], n = x[0].Shape[^1];
            return m >= n
                ? x[0] with { Shape = x[0].Shape.With(x[0].Shape.Rank - 2, AxisRule.Size(this, (long)m + n)) }
                : throw this.Error($"the matrix must have as many rows as columns or more; got {x[0].Shape}. Use the method Qr() for others.");
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            (Tensor q, Tensor r) = Split(y);
            (Tensor dq, Tensor dr) = Split(dy);
            Tensor m = r.MatMul(dr.T) - dq.T.MatMul(q);
            Tensor symmetric = m.Tril() + m.Tril(-1).T;
            Tensor s = dq + q.MatMul(symmetric);
            return r.TriangularSolve(s.T, lower: false).T; // S·R⁻ᵀ
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixBatch.Run(default(QrFunction), x[0], null, y, y.Shape[..^2]);

        internal static (Tensor Q, Tensor R) Split(Tensor packed)
        {
            int axis = packed.Rank - 2, n = packed.Shape[^1], m = packed.Shape[^2] - n;
            return (new Slice(axis, 0, m, 1).Apply(packed), new Slice(axis, m, n, 1).Apply(packed));
        }
    }

    /// <summary>The X that makes the squares of A·X − B least, A (…, m, n) and B (…, m, k), by A = Q·R: R·X = Qᵀ·B. With m &lt;
    /// n the least of the X that fit exactly.</summary>
    /// <remarks>
    /// A must have full rank: an element on R's diagonal that is not above n·ε times the largest above it, ε the type's
    /// precision, is what rounding leaves of 0. So columns of any scale are taken, and one that depends on others is an error.
    /// </remarks>
    public sealed record LeastSquares : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "LeastSquares";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}⁺·{1:power}", "{0:atom}^{+} {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            (Tensor a, Tensor b) = (x[0], x[1]);
            if (a.Shape[^2] >= a.Shape[^1])
            {
                (Tensor q, Tensor r) = a.Qr();
                return new TriangularSolve(IsLower: false) { OfLeastSquares = true }.Apply(r, q.T.MatMul(b));
            }
            (Tensor qt, Tensor rt) = a.T.Qr(); // A = Rᵀ·Qᵀ
            return qt.MatMul(new TriangularSolve(IsLower: false, Transposed: true) { OfLeastSquares = true }.Apply(rt, b));
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => MatrixRule.System(this, x[0], x[1]);

        internal static string Deficient(int index, bool ofRows)
        {
            string line = ofRows ? "row" : "column";
            return $"does not have full rank: {line} {index} is 0 or depends on the {line}s before it, as far as the precision tells, "
                + "so there are many solutions. "
                + $"Leave that {line} out, or compute in float64, or ask for small weights too: (aᵀ·a + λ·I).Solve(aᵀ·b).";
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>A = Q·R of the matrix (…, m, n) or of each in a batch: Q (…, m, k) with orthonormal columns, R (…, k, n) upper triangular,
        /// k the smaller of m and n. R's diagonal is not below 0.</summary>
        /// <exception cref="ShapeException">It is no matrix of floating-point numbers.</exception>
        public (Tensor Q, Tensor R) Qr()
        {
            if (this.Rank < 2 || this.Shape[^2] >= this.Shape[^1]) return Ops.Qr.Split(new Qr().Apply(this));
            // Wider than high: the square on the left decides Q.
            int m = this.Shape[^2], n = this.Shape[^1], axis = this.Rank - 1;
            (Tensor q, Tensor r) = new Slice(axis, 0, m, 1).Apply(this).Qr();
            return (q, Concat(axis, r, q.T.MatMul(new Slice(axis, m, n - m, 1).Apply(this))));
        }

        /// <summary>The X that makes the squares of A·X − B least for this matrix A (…, m, n) of full rank and B (…, m, k), or (m) for one column.</summary>
        /// <example><code>Tensor w = x.LeastSquares(y);   // linear regression; more exact than the normal equations</code></example>
        /// <exception cref="ShapeException">The right-hand side does not fit.</exception>
        /// <exception cref="SingularMatrixException">A matrix does not have full rank.</exception>
        public Tensor LeastSquares(Tensor b) => AsColumns(new LeastSquares(), this, b);
    }
}
