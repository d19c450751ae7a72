// Losses that ask the right answer to win by a margin and are content beyond it.

namespace Kubik.Nn;

/// <summary>max(0, m − t·y) for targets t of −1 or 1, element by element: the loss of support vector machines (Cortes and Vapnik 1995).
/// Labels (B) for outputs (B, K) are compared as rows of −1 with a 1 at the label: each class against the rest.</summary>
public sealed class Hinge : Loss
{
    private readonly double margin;

    /// <summary>With a margin.</summary>
    public Hinge(double margin = 1) => this.margin = Margin.Of(margin, "hinge");

    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <inheritdoc/>
    public override string Formula => "max(0, m − t·y), t = ±1";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 1.0));

    internal static LossSyntax Syntax { get; } = new("hinge", "hinge [margin=1]", a => new Hinge(a.Real("margin", 1)));

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target) => this.RequireSides(target);

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random) => Margin.RandomSides(output, random);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Tensor t = Margin.Sides(target, this.Fit(output, target));
        return (this.margin - t * output).Relu();
    }
}

/// <summary>ln(1 + e^(−t·y)) for targets t of −1 or 1, element by element: a hinge without a corner. Labels as in <see cref="Hinge"/>.</summary>
public sealed class SoftMargin : Loss
{
    /// <inheritdoc/>
    public override string Name => "soft-margin";

    /// <inheritdoc/>
    public override string Formula => "ln(1 + exp(−t·y)), t = ±1";

    internal static LossSyntax Syntax { get; } = new("soft-margin", "soft-margin", _ => new SoftMargin());

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target) => this.RequireSides(target);

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random) => Margin.RandomSides(output, random);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Tensor t = Margin.Sides(target, this.Fit(output, target));
        return (-(t * output)).Softplus();
    }
}

/// <summary>Σₖ max(0, m − y[label] + yₖ)^p / K over the classes k other than the label, for scores (B, K) and labels (B) (Weston and Watkins 1999).</summary>
public sealed class MultiMargin : Loss
{
    private readonly double margin;
    private readonly int power;

    /// <summary>With a margin and an exponent.</summary>
    /// <param name="margin">How much the label's score should be above each other.</param>
    /// <param name="power">1 or 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is neither 1 nor 2.</exception>
    public MultiMargin(double margin = 1, int power = 1)
    {
        if (power is not (1 or 2)) throw new ArgumentOutOfRangeException(nameof(power), power, "multi-margin: the power must be 1 or 2.");
        (this.margin, this.power) = (Margin.Of(margin, "multi-margin"), power);
    }

    /// <inheritdoc/>
    public override string Name => "multi-margin";

    /// <inheritdoc/>
    public override string Formula => "Σₖ max(0, m − yₜ + yₖ)ᵖ / K, k ≠ t";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 1.0), ("power", this.power, 1));

    internal static LossSyntax Syntax { get; } =
        new("multi-margin", "multi-margin [margin=1] [power=1]", a => new MultiMargin(a.Real("margin", 1), a.Number("power", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        if (output.Rank != 2 || target.DType.IsFloat || target.Shape != output.Shape[..1])
            throw this.Error($"it takes scores (batch, classes) and labels (batch,) as whole numbers; got {output.Spec} and {target.Spec}.");
        Tensor one = this.OneHot(target, output.Shape[1], output.DType); // (B, K)
        Tensor own = (output * one).Sum([1], keepDims: true), missing = (output - own + this.margin).Relu() * (1 - one);
        return (this.power == 1 ? missing : missing * missing).Sum(1) / output.Shape[1];
    }
}

/// <summary>y where the target is 1, max(0, m − y) where it is −1, element by element: for outputs that are distances.</summary>
public sealed class HingeEmbedding : Loss
{
    private readonly double margin;

    /// <summary>With the distance beyond which unlike pairs are far enough apart.</summary>
    public HingeEmbedding(double margin = 1) => this.margin = Margin.Of(margin, "hinge-embedding");

    /// <inheritdoc/>
    public override string Name => "hinge-embedding";

    /// <inheritdoc/>
    public override string Formula => "y where t = 1, max(0, m − y) where t = −1";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 1.0));

    internal static LossSyntax Syntax { get; } = new("hinge-embedding", "hinge-embedding [margin=1]", a => new HingeEmbedding(a.Real("margin", 1)));

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target) => this.RequireSides(target);

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random) => Margin.RandomSides(output, random);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        this.RequireFloat("output and target", output, target);
        return Tensor.Where(target > 0, output, (this.margin - output).Relu());
    }
}

/// <summary>max(0, m − t·(a − b)) for pairs of scores (…): t = 1 where a should be the higher one, −1 where b should.</summary>
public sealed class MarginRanking : Criterion
{
    private readonly double margin;

    /// <summary>With a margin.</summary>
    public MarginRanking(double margin = 0) => this.margin = Margin.Of(margin, "margin-ranking");

    /// <inheritdoc/>
    public override string Name => "margin-ranking";

    /// <inheritdoc/>
    public override string Formula => "max(0, m − t·(a − b)), t = ±1";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("margin", this.margin, 0.0));

    /// <summary>The loss of pairs of scores.</summary>
    /// <param name="a">Scores.</param>
    /// <param name="b">Scores of the same shape.</param>
    /// <param name="order">1 where a should be higher, −1 where b should; of the same shape.</param>
    /// <param name="weights">One for each sample; null: 1.</param>
    /// <exception cref="ShapeException">The shapes or types differ.</exception>
    public Tensor Of(Tensor a, Tensor b, Tensor order, Tensor? weights = null)
    {
        this.RequireFloat("both scores and their order", a, b, order);
        this.RequireSides(order);
        return this.Reduce((this.margin - order * (a - b)).Relu(), weights);
    }
}

internal static class Margin
{
    public static double Of(double margin, string loss) => double.IsFinite(margin)
        ? margin
        : throw new ArgumentOutOfRangeException(nameof(margin), margin, $"{loss}: the margin must be a number.");

    /// <summary>−1 and 1: labels were fitted to 0 and 1 before, anything else is so already.</summary>
    public static Tensor Sides(Tensor target, Tensor fitted) => target.DType.IsFloat ? fitted : fitted * 2 - 1;

    /// <summary>−1 and 1 at random.</summary>
    public static Tensor RandomSides(TensorSpec output, RandomStream random) => random.Integers(0, 2, output.Shape).Cast(output.DType) * 2 - 1;
}
