namespace Kubik.Ops
{
    /// <summary>All products of the elements of two vectors: (…, m) and (…, n) → (…, m, n); the leading axes broadcast.</summary>
    public sealed record Outer : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Outer";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:product}·{1:atom}ᵀ", @"{0:product} \, {1:atom}^\top", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[0].Unsqueeze(-1) * x[1].Unsqueeze(-2);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => VecDot.CheckVectors(this, x[0], x[1]);
    }

    /// <summary>Σᵢ aᵢ·bᵢ over the last axis: (…, n) and (…, n) → (…); the leading axes broadcast.</summary>
    public sealed record VecDot : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "VecDot";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:atom}ᵀ·{1:power}", @"{0:atom}^\top {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => (x[0] * x[1]).Sum(-1);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            CheckVectors(this, x[0], x[1]);
            if (x[0].Shape[^1] != x[1].Shape[^1])
                throw this.Error($"the last axes must be equal; {x[0].Shape} has {x[0].Shape[^1]} and {x[1].Shape} has {x[1].Shape[^1]}.");
        }

        internal static void CheckVectors(Op op, TensorSpec a, TensorSpec b)
        {
            if (a.DType != b.DType) throw op.Error(TypeRule.Same(a, b));
            if (!TypeRule.IsNumber(a.DType)) throw op.Error(TypeRule.Number(a));
            if (a.Shape.Rank < 1 || b.Shape.Rank < 1) throw op.Error($"both inputs must be vectors, or batches of them; got {a.Shape} and {b.Shape}.");
            if (!Shape.TryBroadcast(a.Shape[..^1], b.Shape[..^1], out _))
                throw op.Error($"the axes before the last, {a.Shape[..^1]} and {b.Shape[..^1]}, do not broadcast.");
        }
    }

    /// <summary>The Kronecker product: every element of A times all of B, (…, m, n) and (…, p, q) → (…, m·p, n·q); the leading axes broadcast.</summary>
    public sealed record Kron : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Kron";

        /// <inheritdoc/>
        public override Notation Notation => new("{0:product} ⊗ {1:power}", @"{0:product} \otimes {1:power}", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            (Tensor a, Tensor b) = (x[0], x[1]);
            Tensor y = a.Unsqueeze(-1).Unsqueeze(-3) * b.Unsqueeze(-2).Unsqueeze(-4); // (…, m, p, n, q)
            return y.Reshape([.. y.Shape[..^4], a.Shape[^2] * b.Shape[^2], a.Shape[^1] * b.Shape[^1]]);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType != x[1].DType) throw this.Error(TypeRule.Same(x[0], x[1]));
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            MatrixRule.Matrix(this, x[0]);
            MatrixRule.Matrix(this, x[1]);
            MatrixRule.Batch(this, x[0], x[1]);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>All products of the elements of two vectors: (…, m) and (…, n) → (…, m, n).</summary>
        /// <exception cref="ShapeException">One of them is a single number, or the types or the leading axes do not fit.</exception>
        public Tensor Outer(Tensor b) => new Outer().Apply(this, b);

        /// <summary>Σᵢ aᵢ·bᵢ over the last axis: the scalar product of vectors, or of each pair in two batches.</summary>
        /// <exception cref="ShapeException">The last axes differ, or the types or the leading axes do not fit.</exception>
        public Tensor Dot(Tensor b) => new VecDot().Apply(this, b);

        /// <summary>The Kronecker product: every element of this matrix times all of <paramref name="b"/>.</summary>
        /// <exception cref="ShapeException">One of them is no matrix, or the types or the leading axes do not fit.</exception>
        public Tensor Kron(Tensor b) => new Kron().Apply(this, b);
    }
}
