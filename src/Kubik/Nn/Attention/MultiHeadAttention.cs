namespace Kubik.Nn;

/// <summary>
/// Attention in several heads, (B, T, D) → (B, T, D): queries, keys and values are projections of the input, each head
/// looks with D / heads elements of them, and what the heads find is projected once more (Vaswani et al. 2017,
/// arXiv:1706.03762, section 3.2.2).
/// </summary>
/// <remarks>
/// A query that may look nowhere finds zeros (PyTorch: NaN). With fewer key heads than heads, groups of heads share keys and
/// values (Ainslie et al. 2023, arXiv:2305.13245). Rotary positions turn queries and keys (Su et al. 2021, arXiv:2104.09864).
/// </remarks>
/// <example><code>
/// MultiHeadAttention attention = new(heads: 4, causal: true);
/// Tensor y = attention.Forward(Tensor.Zeros([8, 20, 64]));         // (8, 20, 64)
/// Tensor z = attention.Attend(query, memory, mask);                // cross-attention
/// </code></example>
public sealed class MultiHeadAttention : Module
{
    private readonly int heads, keyHeads;
    private readonly bool causal, rotary;
    private readonly double probability;
    private readonly Projection query, key, value, output;
    private readonly Dropout? dropout;

    /// <summary>An attention whose sizes are taken from its first input.</summary>
    /// <param name="heads">How many heads there are; they divide D.</param>
    /// <param name="causal">Whether position i looks at the positions 0 to i only.</param>
    /// <param name="bias">Whether the projections add a vector.</param>
    /// <param name="rotary">Whether queries and keys are turned by their positions.</param>
    /// <param name="keyHeads">How many heads keys and values have; as many as queries when not given.</param>
    /// <param name="dropout">With what probability a look is dropped in training.</param>
    public MultiHeadAttention(int heads, bool causal = false, bool bias = true, bool rotary = false, int? keyHeads = null, double dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        (this.heads, this.keyHeads, this.causal, this.rotary, this.probability) = (heads, keyHeads ?? heads, causal, rotary, dropout);
        if (this.keyHeads < 1 || heads % this.keyHeads != 0)
            throw new ArgumentException($"attention: {heads} heads cannot share {this.keyHeads} key heads; give a divisor of {heads}.", nameof(keyHeads));
        (this.query, this.key, this.value, this.output) = (new(bias), new(bias), new(bias), new(bias));
        this.dropout = dropout == 0 ? null : new Dropout(dropout);
    }

    /// <inheritdoc/>
    public override string Notation => $"attention {this.heads}"
        + (this.causal ? " causal=true" : "")
        + (this.query.Bias is null ? " bias=false" : "")
        + (this.rotary ? " rotary=true" : "")
        + (this.keyHeads == this.heads ? "" : $" keyheads={this.keyHeads}")
        + Numbers.Option("dropout", this.probability, 0);

    internal static BrickSyntax Syntax { get; } = new(
        "attention", "attention HEADS [causal=false] [bias=true] [rotary=false] [keyheads=HEADS] [dropout=0]", a =>
    {
        int count = a.Number("HEADS");
        return new MultiHeadAttention(count, a.Flag("causal", false), a.Flag("bias", true), a.Flag("rotary", false), a.Number("keyheads", count),
            a.Real("dropout", 0));
    });

    /// <summary>Self-attention with a mask.</summary>
    /// <param name="x">The sequences, (B, T, D).</param>
    /// <param name="mask">Bool, true where a query may look, or numbers that are added to the scores; broadcasts to (B, heads, T, S).
    /// A mask of padding is (B, 1, 1, S).</param>
    /// <exception cref="ShapeException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor mask) => this.Within(x, () => this.Find(x, x, mask, KeyValueCache.Current));

    /// <summary>Cross-attention: queries of one sequence look at another.</summary>
    /// <param name="query">What looks, (B, T, D).</param>
    /// <param name="memory">What is looked at, (B, S, M).</param>
    /// <param name="mask">As in <see cref="Forward(Tensor, Tensor)"/>; null when all may be looked at.</param>
    /// <exception cref="ShapeException">The inputs or the mask do not fit.</exception>
    public Tensor Attend(Tensor query, Tensor memory, Tensor? mask = null) => this.Within(query, () => this.Find(query, memory, mask, cache: null));

    /// <summary>How much each position of a query looks at each of a memory, (B, heads, T, S): to be looked at.</summary>
    /// <inheritdoc cref="Attend"/>
    public Tensor Weights(Tensor query, Tensor memory, Tensor? mask = null) => this.Within(query, () =>
    {
        (Tensor q, Tensor k, _, Tensor? grouped, int past) = this.Project(query, memory, mask, cache: null);
        return this.Look(q, k, grouped, past).Reshape(query.Shape[0], this.heads, query.Shape[1], memory.Shape[1]);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => this.Find(x, x, mask: null, KeyValueCache.Current);

    private Tensor Find(Tensor query, Tensor memory, Tensor? mask, KeyValueCache? cache)
    {
        (Tensor q, Tensor k, Tensor v, Tensor? grouped, int past) = this.Project(query, memory, mask, cache);
        Tensor found; // (B, key heads, group, T, d)
        if (this.dropout is not null && this.Training)
        {
            found = this.dropout.Forward(this.Look(q, k, grouped, past)).MatMul(v);
        }
        else
        {
            ScaledDotProductAttention op = new(this.causal, past);
            found = grouped is null ? op.Apply(q, k, v) : op.Apply(q, k, v, grouped);
        }
        return this.output.Of(found.Permute(0, 3, 1, 2, 4).Reshape(query.Shape), query.Shape[2]);
    }

    private Tensor Look(Tensor q, Tensor k, Tensor? mask, int past)
    {
        AttentionWeights op = new(this.causal, past);
        return mask is null ? op.Apply(q, k) : op.Apply(q, k, mask);
    }

    private (Tensor Q, Tensor K, Tensor V, Tensor? Mask, int Past) Project(Tensor query, Tensor memory, Tensor? mask, KeyValueCache? cache)
    {
        Sequences.Require(query);
        Sequences.Require(memory);
        int size = query.Shape[2], group = this.heads / this.keyHeads;
        if (size == 0 || size % this.heads != 0)
            throw new ShapeException($"the last axis of the input must be a multiple of the {this.heads} heads; got {query.Shape}.");
        if (memory.Shape[0] != query.Shape[0])
            throw new ShapeException($"query {query.Shape} and memory {memory.Shape} must have the same number of sequences.");
        if (cache is not null && !this.causal)
            throw new ShapeException("in a KeyValueCache an attention must be causal: earlier positions cannot look at later ones any more.");
        int head = size / this.heads, past = cache?.Length ?? 0;
        // (B, T, key heads · group · d) → (B, key heads, group, T, d)
        Tensor Split(Tensor x, int groups) => x.Reshape(x.Shape[0], x.Shape[1], this.keyHeads, groups, head).Permute(0, 2, 3, 1, 4);
        Tensor q = Split(this.query.Of(query, size), group);
        Tensor k = Split(this.key.Of(memory, this.keyHeads * head), 1);
        if (this.rotary) (q, k) = (q.RotaryEmbedding(past), k.RotaryEmbedding(past));
        Tensor v = Split(this.value.Of(memory, this.keyHeads * head), 1).Called("V");
        if (cache is not null) (k, v) = cache.Extend(this, k, v);
        (q, k) = (q.Called("Q"), k.Called("K"));
        return (q, k, v, mask is null ? null : this.Grouped(mask, [query.Shape[0], this.heads, query.Shape[1], k.Shape[^2]]), past);
    }

    // The axis of heads becomes two, as in the queries.
    private Tensor Grouped(Tensor mask, Shape looks)
    {
        if (!Shape.TryBroadcast(mask.Shape, looks, out Shape masked) || masked != looks)
            throw new ShapeException($"the mask {mask.Shape} does not broadcast to (batch, heads, queries, keys), {looks}.");
        if (mask.Rank < 3) return mask;
        (int outer, int inner) = mask.Shape[^3] == 1 ? (1, 1) : (this.keyHeads, this.heads / this.keyHeads);
        return mask.Reshape([.. mask.Shape.Sizes[..^3], outer, inner, .. mask.Shape.Sizes[^2..]]);
    }
}
