namespace Kubik.Ops
{
    /// <summary>Σᵢ aᵢᵢ: the sum of a matrix's diagonal, (…, m, n) → (…).</summary>
    public sealed record Trace : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Trace";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("tr");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new Reduce<Sum>([x[0].Rank - 2]).Apply(x[0].Diagonal());

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            MatrixRule.Matrix(this, x[0]);
        }
    }

    /// <summary>A·A·…·A of a square matrix (…, n, n) by repeated squaring; the identity for power 0, powers of A⁻¹ below.</summary>
    /// <param name="Power">How many factors.</param>
    public sealed record MatrixPower(int Power) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "MatrixPower";

        /// <inheritdoc/>
        // {} keeps the number from looking like a place
        public override Notation Notation => new($"{{0:atom}}^{this.Power}", $"{{0:atom}}^{{{{}}{this.Power}}}", Strength.Power);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            if (this.Power == 0) return Tensor.Eye(x[0].Shape[^1], x[0].DType).BroadcastTo(x[0].Shape);
            Tensor square = this.Power > 0 ? x[0] : this.Inverse(x[0]);
            Tensor? y = null;
            for (long left = Math.Abs((long)this.Power); left > 0; left >>= 1)
            {
                if (left % 2 == 1) y = y is null ? square : y.MatMul(square);
                if (left > 1) square = square.MatMul(square);
            }
            return y!;
        }

        private Tensor Inverse(Tensor a)
        {
            try
            {
                return a.Inverse();
            }
            catch (SingularMatrixException e)
            {
                throw new SingularMatrixException($"{this.Name}: powers below 0 are those of the inverse. {e.Message}");
            }
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            MatrixRule.SquareOfAnyType(this, x[0]);
            if (!TypeRule.IsNumber(x[0].DType) || x[0].DType == DType.UInt8) throw this.Error(TypeRule.Number(x[0]));
            if (this.Power < 0) MatrixRule.Float(this, x[0]);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The sum of the diagonal of the matrix, or of each in a batch: (…, m, n) → (…).</summary>
        /// <exception cref="ShapeException">It is no matrix of numbers.</exception>
        public Tensor Trace() => new Trace().Apply(this);

        /// <summary>The matrix times itself so many times; the identity for 0, powers of the inverse below.</summary>
        /// <exception cref="ShapeException">The matrix is not square, or not of floating-point numbers and the power is below 0.</exception>
        /// <exception cref="SingularMatrixException">The power is below 0 and a matrix is singular.</exception>
        public Tensor MatrixPower(int power) => new MatrixPower(power).Apply(this);
    }
}
