// Losses of areas: how much of two regions is common to both. The regions are soft, probabilities instead of yes and
// no, and each picture (and class) is judged as a whole, so that a small region counts as much as a large one.

namespace Kubik.Nn;

/// <summary>A loss of the overlap of regions. Either logits (B, …) with targets 0 to 1 of the same shape:
/// p = sigmoid, one loss for each of the B samples over all its cells. Or logits (B, K, …) with labels (B, …):
/// p = softmax over axis 1, the mean over the K classes for each sample.</summary>
public abstract class OverlapLoss : Loss
{
    private protected OverlapLoss(string name, double smooth)
    {
        if (!(smooth >= 0 && double.IsFinite(smooth))) throw new ArgumentOutOfRangeException(nameof(smooth), smooth, $"{name}: smooth must be 0 or more.");
        this.Smooth = smooth;
    }

    /// <summary>What is added above and below, so that two empty regions agree instead of being 0/0.</summary>
    public double Smooth { get; }

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("smooth", this.Smooth, 1.0));

    /// <summary>How much is common, 0 to 1.</summary>
    /// <param name="common">Σ p·t.</param>
    /// <param name="both">Σ p + Σ t.</param>
    private protected abstract Tensor Share(Tensor common, Tensor both);

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target) => this.RequireShares(target);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        if (output.Rank >= 2 && output.Spec == target.Spec)
        {
            return 1 - this.Of(output.Sigmoid().Called("p"), target, from: 1);
        }
        if (output.Rank < 2 || target.DType.IsFloat || target.Shape != output.Shape.Without(1))
            throw this.Error("it takes logits and a target of one shape and type (batch, …), "
                + $"or logits (batch, classes, …) and labels (batch, …) as whole numbers; got {output.Spec} and {target.Spec}.");
        Tensor t = this.OneHot(target, output.Shape[1], output.DType); // (B, …, K)
        if (t.Rank > 2) t = t.Permute([0, t.Rank - 1, .. Enumerable.Range(1, t.Rank - 2)]); // (B, K, …)
        return 1 - this.Of(output.Softmax(1).Called("p"), t, from: 2).Mean(1);
    }

    private Tensor Of(Tensor p, Tensor t, int from)
    {
        // Axes from the given one on are the cells; a class alone, (B, K), is one cell.
        if (from == p.Rank) (p, t) = (p.Unsqueeze(from), t.Unsqueeze(from));
        int[] cells = [.. Enumerable.Range(from, p.Rank - from)];
        return this.Share((p * t).Sum(cells).Called("I"), p.Sum(cells) + t.Sum(cells));
    }
}

/// <summary>1 − (2·Σpt + s) / (Σp + Σt + s): Dice's coefficient of two regions as a loss (Milletari, Navab and Ahmadi 2016, arXiv:1606.04797,
/// there with squares below). Shapes as in <see cref="OverlapLoss"/>:
/// logits (B, …) with targets of the same shape, or logits (B, K, …) with labels (B, …).</summary>
public sealed class Dice : OverlapLoss
{
    /// <summary>With what is added above and below.</summary>
    public Dice(double smooth = 1) : base("dice", smooth)
    {
    }

    /// <inheritdoc/>
    public override string Name => "dice";

    /// <inheritdoc/>
    public override string Formula => "1 − (2·Σpt + s) / (Σp + Σt + s)";

    internal static LossSyntax Syntax { get; } = new("dice", "dice [smooth=1]", a => new Dice(a.Real("smooth", 1)));

    private protected override Tensor Share(Tensor common, Tensor both) => (common * 2 + this.Smooth) / (both.Called("S") + this.Smooth);
}

/// <summary>1 − (Σpt + s) / (Σp + Σt − Σpt + s): intersection over union of two regions as a loss, Jaccard's index (Rahman and Wang 2016).
/// Shapes as in <see cref="OverlapLoss"/>: logits (B, …) with targets of the same shape, or logits (B, K, …) with labels (B, …).</summary>
public sealed class Jaccard : OverlapLoss
{
    /// <summary>With what is added above and below.</summary>
    public Jaccard(double smooth = 1) : base("jaccard", smooth)
    {
    }

    /// <inheritdoc/>
    public override string Name => "jaccard";

    /// <inheritdoc/>
    public override string Formula => "1 − (Σpt + s) / (Σp + Σt − Σpt + s)";

    internal static LossSyntax Syntax { get; } = new("jaccard", "jaccard [smooth=1]", a => new Jaccard(a.Real("smooth", 1)));

    private protected override Tensor Share(Tensor common, Tensor both) => (common + this.Smooth) / ((both - common).Called("U") + this.Smooth);
}
