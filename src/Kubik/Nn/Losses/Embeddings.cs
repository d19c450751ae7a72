// Losses that arrange points: what belongs together is pulled together, what does not is pushed apart. They compare
// several embeddings (B, F) and so take more than an output and a target.

namespace Kubik.Nn;

/// <summary>max(0, ‖a − p‖ − ‖a − n‖ + m): an anchor should be nearer to a point of its own kind than to one of another, by a margin (Balntas et al. 2016;
/// Schroff, Kalenichenko and Philbin 2015, arXiv:1503.03832, with squared distances).</summary>
/// <example><code>Tensor loss = new Triplet(0.2).Of(net.Forward(face), net.Forward(sameFace), net.Forward(otherFace));</code></example>
public sealed class Triplet : Criterion
{
    private readonly double margin, norm;
    private readonly bool swap;

    /// <summary>With a margin and a norm.</summary>
    /// <param name="margin">How much nearer the point of the same kind should be.</param>
    /// <param name="norm">The exponent p of the norm, 1 or more: 2 is the usual distance.</param>
    /// <param name="swap">Whether the distance from the positive to the negative point is taken where it is the smaller one (Balntas et al. 2016).</param>
    /// <exception cref="ArgumentOutOfRangeException">The norm's exponent is below 1.</exception>
    public Triplet(double margin = 1, double norm = 2, bool swap = false) =>
        (this.margin, this.norm, this.swap) = (Margin.Of(margin, "triplet"), Distance.Norm(norm, "triplet"), swap);

    /// <inheritdoc/>
    public override string Name => "triplet";

    /// <inheritdoc/>
    public override string Formula => "max(0, ‖a − p‖ − ‖a − n‖ + m)";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 1.0), ("norm", this.norm, 2.0), ("swap", this.swap, false));

    /// <summary>The loss of triplets.</summary>
    /// <param name="anchor">Embeddings (…, F).</param>
    /// <param name="positive">Points of the same kind, of the same shape.</param>
    /// <param name="negative">Points of another kind, of the same shape.</param>
    /// <param name="weights">One for each triplet; null: 1.</param>
    /// <exception cref="ShapeException">The shapes or types differ, or there is no axis.</exception>
    public Tensor Of(Tensor anchor, Tensor positive, Tensor negative, Tensor? weights = null)
    {
        this.RequireFloat("anchor, positive and negative", anchor, positive, negative);
        if (anchor.Rank == 0) throw this.Error("embeddings need an axis (…, features); got a single number.");
        Tensor apart = Distance.Of(anchor, negative, this.norm); // (…)
        if (this.swap) apart = apart.Minimum(Distance.Of(positive, negative, this.norm));
        return this.Reduce((Distance.Of(anchor, positive, this.norm) - apart + this.margin).Relu(), weights);
    }
}

/// <summary>½D² for a like pair, ½·max(0, m − D)² for an unlike one, D = ‖a − b‖₂ (Hadsell, Chopra and LeCun 2006, eq. 4).</summary>
public sealed class Contrastive : Criterion
{
    private readonly double margin;

    /// <summary>With the distance beyond which unlike pairs are far enough apart.</summary>
    public Contrastive(double margin = 1) => this.margin = Margin.Of(margin, "contrastive");

    /// <inheritdoc/>
    public override string Name => "contrastive";

    /// <inheritdoc/>
    public override string Formula => "½D² where t = 1, ½·max(0, m − D)² where t = −1, D = ‖a − b‖₂";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 1.0));

    /// <summary>The loss of pairs.</summary>
    /// <param name="a">Embeddings (…, F).</param>
    /// <param name="b">Embeddings of the same shape.</param>
    /// <param name="like">(…): 1 for a pair of one kind, −1 for one of two kinds (the paper's Y is 0 and 1).</param>
    /// <param name="weights">One for each pair; null: 1.</param>
    /// <exception cref="ShapeException">The shapes or types do not fit.</exception>
    public Tensor Of(Tensor a, Tensor b, Tensor like, Tensor? weights = null)
    {
        this.RequireFloat("both embeddings", a, b);
        Tensor alike = Distance.Alike(a, like, this.Error);
        Tensor d = a - b, near = (this.margin - Distance.Of(a, b, 2)).Relu(); // (…, F), (…)
        return this.Reduce(Tensor.Where(alike, (d * d).Sum(-1), near * near) / 2, weights);
    }
}

/// <summary>1 − cos for a like pair, max(0, cos − m) for an unlike one, cos = a·b / ‖a‖‖b‖.</summary>
public sealed class CosineEmbedding : Criterion
{
    private const double Epsilon = 1e-12; // added to the squares of the lengths, so that a zero vector has a direction
    private readonly double margin;

    /// <summary>With the cosine below which unlike pairs are unlike enough, from −1 to 1.</summary>
    public CosineEmbedding(double margin = 0) => this.margin = Margin.Of(margin, "cosine-embedding");

    /// <inheritdoc/>
    public override string Name => "cosine-embedding";

    /// <inheritdoc/>
    public override string Formula => "1 − cos(a, b) where t = 1, max(0, cos(a, b) − m) where t = −1";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 0.0));

    /// <summary>The loss of pairs.</summary>
    /// <param name="a">Embeddings (…, F).</param>
    /// <param name="b">Embeddings of the same shape.</param>
    /// <param name="like">(…): 1 for a pair of one kind, −1 for one of two kinds.</param>
    /// <param name="weights">One for each pair; null: 1.</param>
    /// <exception cref="ShapeException">The shapes or types do not fit.</exception>
    public Tensor Of(Tensor a, Tensor b, Tensor like, Tensor? weights = null)
    {
        this.RequireFloat("both embeddings", a, b);
        Tensor alike = Distance.Alike(a, like, this.Error);
        Tensor cosine = (a * b).Sum(-1) / (((a * a).Sum(-1) + Epsilon).Sqrt() * ((b * b).Sum(-1) + Epsilon).Sqrt()); // (…)
        return this.Reduce(Tensor.Where(alike, 1 - cosine, (cosine - this.margin).Relu()), weights);
    }
}

internal static class Distance
{
    // Added to each difference, as PyTorch does: equal points have a distance of nearly 0, but a slope.
    private const double Epsilon = 1e-6;

    public static double Norm(double norm, string loss) => norm >= 1 && double.IsFinite(norm)
        ? norm
        : throw new ArgumentOutOfRangeException(nameof(norm), norm, $"{loss}: the norm's exponent must be 1 or more.");

    /// <summary>‖a − b + ε‖ₚ over the last axis.</summary>
    public static Tensor Of(Tensor a, Tensor b, double norm)
    {
        Tensor d = a - b + Epsilon;
        return norm == 1 ? d.Abs().Sum(-1) : norm == 2 ? (d * d).Sum(-1).Sqrt() : d.Abs().Pow(norm).Sum(-1).Pow(1 / norm);
    }

    /// <summary>Which pairs are alike: those marked with a number above 0.</summary>
    public static Tensor Alike(Tensor a, Tensor like, Func<string, ShapeException> error) =>
        a.Rank > 0 && like.DType != DType.Bool && like.Shape == a.Shape[..^1]
        ? like > 0
        : throw error($"it takes embeddings (…, features) and 1 or −1 for each pair (…); got {a.Spec} and {like.Spec}.");
}
