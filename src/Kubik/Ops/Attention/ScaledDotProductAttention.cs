using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>
    /// softmax(q·kᵀ·s)·v, the values of the keys that a query looks at: (…, T, d), (…, S, d) and (…, S, e) → (…, T, e)
    /// (Vaswani et al. 2017, arXiv:1706.03762, equation 1). A fourth input masks, as in <see cref="AttentionWeights"/>; a
    /// query that may look nowhere gets zeros.
    /// </summary>
    /// <param name="Causal">Whether query i looks at the keys 0 to i + <paramref name="Past"/> only.</param>
    /// <param name="Past">How many keys come before the first query's own.</param>
    /// <param name="Scale">s; 1/√d when not given.</param>
    public sealed record ScaledDotProductAttention(bool Causal = false, int Past = 0, double? Scale = null) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "ScaledDotProductAttention";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("attention");

        /// <inheritdoc/>
        public override string? Onnx => "Attention";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            AttentionWeights weights = new(this.Causal, this.Past, this.Scale);
            return (x.Length > 3 ? weights.Decompose([x[0], x[1], x[3]]) : weights.Decompose([x[0], x[1]])).MatMul(x[2]);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            // Numbers that are added have a gradient of T × S elements: that is the definition's.
            if (x.Length > 3 && wanted[3] && x[3].DType != DType.Bool) return Autograd.Gradient.OfDefinition(this, wanted, x, dy);
            ScaledDotProductAttentionGradient op = new(this.Causal, this.Past, this.Scale);
            Tensor d = x.Length > 3 ? op.Apply(x[0], x[1], x[2], dy, x[3]) : op.Apply(x[0], x[1], x[2], dy);
            Tensor?[] dx = new Tensor?[x.Length];
            for (int i = 0, at = 0; i < 3; i++)
            {
                Shape shape = [.. y.Shape.Sizes[..^2], .. x[i].Shape.Sizes[^2..]];
                if (wanted[i]) dx[i] = new Slice(0, at, shape.Size, 1).Apply(d).Reshape(shape);
                at += shape.Size;
            }
            return dx;
        }

        internal override bool ReadsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            (TensorSpec q, TensorSpec k, TensorSpec v) = (x[0], x[1], x[2]);
            Shape looks = AttentionRule.Check(this, this.Past, q, k, x.Length > 3 ? x[3] : null);
            if (v.DType != q.DType) throw this.Error($"queries and values must have one element type; got {q} and {v}. Convert one with Cast.");
            if (v.Shape.Rank < 2 || v.Shape[^2] != k.Shape[^2])
                throw this.Error($"each key needs a value: the keys are {k.Shape}, so the second-to-last axis of the values must be {k.Shape[^2]}; "
                    + $"got {v.Shape}.");
            return Shape.TryBroadcast(looks[..^2], v.Shape[..^2], out Shape batch)
                ? new(q.DType, [.. batch, q.Shape[^2], v.Shape[^1]])
                : throw this.Error($"the axes of queries {q.Shape}, keys {k.Shape} and values {v.Shape} before the last two do not broadcast.");
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            Tensor? mask = x.Length > 3 ? x[3] : null;
            double scale = this.Scale ?? AttentionRule.UsualScale(x[0].Spec);
            if (y.DType == DType.Float32) AttentionKernel.Run<float>(this.Causal, this.Past, scale, x[0], x[1], x[2], mask, null, y);
            else AttentionKernel.Run<double>(this.Causal, this.Past, scale, x[0], x[1], x[2], mask, null, y);
        }
    }

    /// <summary>
    /// The gradient of <see cref="ScaledDotProductAttention"/>: of queries, keys, values, what has reached the result (…, T, e) and the
    /// mask if there is one → one after another the gradients of the queries (…, T, d), keys (…, S, d) and values (…, S, e), each with the batch of the result.
    /// </summary>
    /// <param name="Causal">As in the attention.</param>
    /// <param name="Past">As in the attention.</param>
    /// <param name="Scale">As in the attention.</param>
    public sealed record ScaledDotProductAttentionGradient(bool Causal = false, int Past = 0, double? Scale = null) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "ScaledDotProductAttentionGradient";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("dattention");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            (Tensor q, Tensor k, Tensor v, Tensor dy) = (x[0], x[1], x[2], x[3]);
            AttentionWeights weights = new(this.Causal, this.Past, this.Scale);
            Tensor p = x.Length > 4 ? weights.Apply(q, k, x[4]) : weights.Apply(q, k);         // (…, T, S)
            Tensor dp = dy.MatMul(v.T), mean = (p * dp).Sum([dp.Rank - 1], keepDims: true);
            Tensor ds = p * (dp - mean) * (this.Scale ?? AttentionRule.UsualScale(q.Spec));
            // A batch axis that only one of them has repeats the others; what that means for their gradients is the caller's to sum up.
            return Tensor.Concat(0, ds.MatMul(k).Flatten(0), ds.T.MatMul(q).Flatten(0), p.T.MatMul(dy).Flatten(0));
        }

        internal override bool ReadsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            TensorSpec y = x.Length > 4 ? this.InferAs(new ScaledDotProductAttention(this.Causal, this.Past, this.Scale), x[0], x[1], x[2], x[4])
                : this.InferAs(new ScaledDotProductAttention(this.Causal, this.Past, this.Scale), x[0], x[1], x[2]);
            if (x[3] != y) throw this.Error($"what has reached the result must be {y}; got {x[3]}.");
            long batch = y.Shape.Sizes[..^2].IsEmpty ? 1 : y.Shape[..^2].Size, keys = x[1].Shape[^2];
            long count = batch * ((y.Shape[^2] + keys) * x[0].Shape[^1] + keys * y.Shape[^1]);
            return count <= int.MaxValue ? new(y.DType, [(int)count])
                : throw this.Error($"the gradients have {count} elements, more than one tensor holds; split the batch.");
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            Tensor? mask = x.Length > 4 ? x[4] : null;
            double scale = this.Scale ?? AttentionRule.UsualScale(x[0].Spec);
            if (y.DType == DType.Float32) AttentionKernel.Run<float>(this.Causal, this.Past, scale, x[0], x[1], x[2], mask, x[3], y);
            else AttentionKernel.Run<double>(this.Causal, this.Past, scale, x[0], x[1], x[2], mask, x[3], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Attention of these queries (…, T, d): softmax(q·kᵀ·s)·v. A query that may look nowhere gets zeros.</summary>
        /// <param name="keys">What the queries are compared with, (…, S, d).</param>
        /// <param name="values">What is looked up, (…, S, e).</param>
        /// <param name="mask">Bool, true where a query may look, or numbers that are added before the softmax; broadcasts to (…, T, S).</param>
        /// <param name="causal">Whether query i looks at the keys 0 to i only.</param>
        /// <param name="scale">s; 1/√d when not given.</param>
        /// <example><code>Tensor y = q.Attention(k, v, causal: true);   // (B, heads, T, d) each</code></example>
        /// <exception cref="ShapeException">The shapes or types do not fit.</exception>
        public Tensor Attention(Tensor keys, Tensor values, Tensor? mask = null, bool causal = false, double? scale = null)
        {
            ScaledDotProductAttention op = new(causal, 0, scale);
            return mask is null ? op.Apply(this, keys, values) : op.Apply(this, keys, values, mask);
        }
    }
}
