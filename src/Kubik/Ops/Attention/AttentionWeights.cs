namespace Kubik.Ops;

/// <summary>
/// How much each query looks at each key: softmax(q·kᵀ·s) over the keys, (…, T, d) and (…, S, d) → (…, T, S) (Vaswani
/// et al. 2017, arXiv:1706.03762, equation 1). A third input masks: Bool, true where a query may look, or numbers that
/// are added before the softmax, −∞ where it may not. A query that may look nowhere gets zeros, not NaN.
/// </summary>
/// <param name="Causal">Whether query i looks at the keys 0 to i + <paramref name="Past"/> only.</param>
/// <param name="Past">How many keys come before the first query's own.</param>
/// <param name="Scale">s; 1/√d when not given.</param>
public sealed record AttentionWeights(bool Causal = false, int Past = 0, double? Scale = null) : CompositeOp
{
    /// <inheritdoc/>
    public override string Name => "AttentionWeights";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("attend");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        (Tensor q, Tensor k) = (x[0], x[1]);
        int queries = q.Shape[^2], keys = k.Shape[^2];
        Tensor scores = (q * (this.Scale ?? AttentionRule.UsualScale(q.Spec))).MatMul(k.T).Called("S"); // (…, T, S)
        List<Tensor> open = []; // where a query may look
        if (this.Causal)
            open.Add(Tensor.Range(this.Past, (double)this.Past + queries, dtype: DType.Int64).Unsqueeze(1) >= Tensor.Range(0, keys, dtype: DType.Int64));
        if (x is [_, _, { DType: DType.Bool } flags])
        {
            open.Add(flags);
        }
        else if (x is [_, _, { } added])
        {
            Tensor finite = added.NotEqual(Tensor.Scalar(double.NegativeInfinity, added.DType));
            open.Add(finite);
            scores += Tensor.Where(finite, added, Tensor.Scalar(0, added.DType));
        }
        if (keys == 0) return scores;
        if (open.Count == 0) return scores.Softmax().Called("A");
        Tensor closed = Tensor.Scalar(double.NegativeInfinity, q.DType), zero = Tensor.Scalar(0, q.DType);
        foreach (Tensor mask in open) scores = Tensor.Where(mask, scores, closed);
        if (x.Length < 3) return scores.Softmax().Called("A"); // a query of a causal attention looks at one key or more
        // The softmax of −∞ alone would be NaN: a query that may look nowhere gets an even one, which is cleared afterwards.
        Tensor nowhere = scores.Detach().Max([scores.Rank - 1], keepDims: true).Equal(closed);
        return Tensor.Where(nowhere, zero, Tensor.Where(nowhere, zero, scores).Softmax()).Called("A");
    }

    /// <inheritdoc/>
    protected internal override void Check(ReadOnlySpan<TensorSpec> x) => AttentionRule.Check(this, this.Past, x[0], x[1], x.Length > 2 ? x[2] : null);
}

/// <summary>The rules that both ops of attention share.</summary>
internal static class AttentionRule
{
    /// <summary>1/√d.</summary>
    public static double UsualScale(TensorSpec queries) => 1 / Math.Sqrt(Math.Max(1, queries.Shape[^1]));

    /// <summary>The shape of the weights, (…, T, S).</summary>
    public static Shape Check(Op op, int past, TensorSpec q, TensorSpec k, TensorSpec? mask)
    {
        if (past < 0) throw op.Error($"there cannot be {past} keys before the first query's own; give 0 or more.");
        if (q.DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(q));
        if (k.DType != q.DType) throw op.Error($"queries and keys must have one element type; got {q} and {k}. Convert one with Cast.");
        if (q.Shape.Rank < 2 || k.Shape.Rank < 2)
            throw op.Error($"queries (…, T, d) and keys (…, S, d) need two axes or more; got {q.Shape} and {k.Shape}.");
        if (q.Shape[^1] != k.Shape[^1])
            throw op.Error($"queries {q.Shape} and keys {k.Shape} must have the same last axis; got {q.Shape[^1]} and {k.Shape[^1]}.");
        if (!Shape.TryBroadcast(q.Shape[..^2], k.Shape[..^2], out Shape batch))
            throw op.Error($"the axes of queries {q.Shape} and keys {k.Shape} before the last two do not broadcast.");
        Shape looks = [.. batch, q.Shape[^2], k.Shape[^2]];
        if (mask is not { } m) return looks;
        if (m.DType != DType.Bool && m.DType != q.DType)
            throw op.Error($"the mask must be bool (true: may look) or {q.DType.Name} (added before the softmax), not {m}.");
        if (!Shape.TryBroadcast(m.Shape, looks, out Shape masked) || masked != looks)
            throw op.Error($"the mask {m.Shape} does not broadcast to queries × keys, {looks}.");
        return looks;
    }
}
