// Determinants. The gradient of a determinant is the matrix of its cofactors, which exists for singular matrices too;
// so it is an op of its own and not det A · A⁻ᵀ.

using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The determinant of a matrix: (…, n, n) → (…); 1 for n = 0.</summary>
    /// <remarks>The gradient is right for singular matrices too, and to any order for n ≤ <see cref="Cofactor.LargestByMinors"/>;
    /// above, second derivatives need a regular matrix.</remarks>
    public sealed record Det : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Det";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("det", @"\det");

        /// <inheritdoc/>
        public override string? Onnx => "Det";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Square(this, x[0]);
            return x[0] with { Shape = x[0].Shape[..^2] };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            dy.Unsqueeze(-1).Unsqueeze(-1) * x[0].Cofactor();

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixBatch.Run(new DeterminantFunction(Determinant.Value), x[0], null, y, y.Shape);
    }

    /// <summary>The cofactors of a matrix (…, n, n): element (i, j) is (−1)^(i+j) times the determinant without row i and column j.
    /// For a regular matrix det A · A⁻ᵀ.</summary>
    public sealed record Cofactor : DifferentiableOp
    {
        /// <summary>Up to this size derivatives are taken by minors, which is right for singular matrices too.</summary>
        public const int LargestByMinors = 8;

        /// <inheritdoc/>
        public override string Name => "Cofactor";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("cof");

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
            int n = y.Shape[^1];
            if (n < 2) return null;
            return n <= LargestByMinors ? ByMinors(x[0], dy, n) : ByInverse(x[0], y, dy);
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixBatch.Run(default(CofactorFunction), x[0], null, y, y.Shape[..^2]);

        // Minor (i, j) is Sᵢ·A·Sⱼᵀ, where Sᵢ is the identity without row i; its determinant has the gradient cof(Sᵢ·A·Sⱼᵀ).
        private static Tensor ByMinors(Tensor x, Tensor dy, int n)
        {
            double[] without = new double[n * (n - 1) * n], signs = new double[n * n];
            for (int i = 0; i < n; i++)
            {
                for (int row = 0; row < n - 1; row++) without[(i * (n - 1) + row) * n + (row < i ? row : row + 1)] = 1;
                for (int j = 0; j < n; j++) signs[i * n + j] = (i + j) % 2 == 0 ? 1 : -1;
            }
            Tensor s = Tensor.From(without, [n, n - 1, n]).Cast(x.DType), left = s.Unsqueeze(1); // (n, 1, n − 1, n)
            Tensor minors = left.MatMul(x.Unsqueeze(-3).Unsqueeze(-3)).MatMul(s.T); // (…, n, n, n − 1, n − 1)
            Tensor weights = (dy * Tensor.From(signs, [n, n]).Cast(x.DType)).Unsqueeze(-1).Unsqueeze(-1);
            return left.T.MatMul(weights * minors.Cofactor()).MatMul(s).Sum(-4, -3);
        }

        // d(det A · A⁻ᵀ) with det A and A⁻¹ taken from the cofactors' own equation, for matrices that are regular.
        private static Tensor ByInverse(Tensor x, Tensor y, Tensor dy)
        {
            Tensor inverse = x.Inverse().T; // A⁻ᵀ
            return (dy * y).Sum([-2, -1], keepDims: true) * inverse - inverse.MatMul(dy.T).MatMul(y);
        }
    }

    /// <summary>ln |det A|: (…, n, n) → (…); −∞ for a singular matrix, 0 for n = 0. Does not overflow where the determinant does.</summary>
    public sealed record LogAbsDet : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "LogAbsDet";

        /// <inheritdoc/>
        public override Notation Notation => new("ln |det {0:atom}|", @"\ln \left|\det {0:atom}\right|");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Square(this, x[0]);
            return x[0] with { Shape = x[0].Shape[..^2] };
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            dy.Unsqueeze(-1).Unsqueeze(-1) * x[0].Inverse().T;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixBatch.Run(new DeterminantFunction(Determinant.LogAbs), x[0], null, y, y.Shape);
    }

    /// <summary>The sign of the determinant: (…, n, n) → (…), −1, 0 or 1.</summary>
    public sealed record DetSign : DiscreteOp
    {
        /// <inheritdoc/>
        public override string Name => "DetSign";

        /// <inheritdoc/>
        public override Notation Notation => new("sign det {0:atom}", @"\operatorname{sign} \det {0:atom}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.Square(this, x[0]);
            return x[0] with { Shape = x[0].Shape[..^2] };
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) =>
            MatrixBatch.Run(new DeterminantFunction(Determinant.Sign), x[0], null, y, y.Shape);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The determinant of the matrix, or of each in a batch: (…, n, n) → (…). Its gradient exists for singular matrices too.</summary>
        /// <exception cref="ShapeException">The matrix is not square, or not of floating-point numbers.</exception>
        public Tensor Det() => new Det().Apply(this);

        /// <summary>The cofactors of the matrix: the gradient of its determinant.</summary>
        /// <inheritdoc cref="Det" path="/exception"/>
        public Tensor Cofactor() => new Cofactor().Apply(this);

        /// <summary>ln |det A| of the matrix, or of each in a batch: −∞ when it is singular; the gradient then is an error.</summary>
        /// <inheritdoc cref="Det" path="/exception"/>
        public Tensor LogAbsDet() => new LogAbsDet().Apply(this);

        /// <summary>Sign and logarithm of the determinant, det A = sign · e^logarithm, as NumPy's slogdet: for determinants that overflow.</summary>
        /// <inheritdoc cref="Det" path="/exception"/>
        public (Tensor Sign, Tensor Log) SlogDet() => (new DetSign().Apply(this), this.LogAbsDet());
    }
}
