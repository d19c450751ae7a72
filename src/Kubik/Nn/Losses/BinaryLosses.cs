// Losses of yes or no, one for each output: a picture may show several things at once. Both are made of softplus(±z),
// which is exact for logits z of any size: −ln σ(z) = softplus(−z), −ln(1 − σ(z)) = softplus(z).

namespace Kubik.Nn;

/// <summary>−p·t·ln σ(z) − (1 − t)·ln(1 − σ(z)) for logits z and targets t from 0 to 1, element by element, p the weight of a yes:
/// exact for logits of any size. Labels (B) for outputs (B, K) are compared as rows with a 1 at the label.</summary>
public sealed class BinaryCrossEntropy : Loss
{
    private readonly double[] positive;

    /// <summary>Every yes and every no counts the same.</summary>
    public BinaryCrossEntropy() => this.positive = [];

    /// <summary>A yes counts more, or less, than a no.</summary>
    /// <param name="positive">The weight p of a yes: one for all, or one for each place of the last axis.</param>
    /// <exception cref="ArgumentException">A weight is below 0, or there is none.</exception>
    public BinaryCrossEntropy(params IReadOnlyList<double> positive)
    {
        if (positive.Count == 0 || positive.Any(w => !(w >= 0 && double.IsFinite(w))))
            throw new ArgumentException($"bce: positive weights must be numbers of 0 or more, one or as many as outputs; got '{string.Join(", ", positive)}'.",
                nameof(positive));
        this.positive = positive is [1] ? [] : [.. positive];
    }

    /// <inheritdoc/>
    public override string Name => "bce";

    /// <inheritdoc/>
    public override string Formula => "−p·t·ln σ(y) − (1 − t)·ln(1 − σ(y))";

    /// <inheritdoc/>
    public override string Notation => this.positive.Length == 0 ? this.Name : WithOptions(this.Name, ("positive", this.positive, null));

    internal static LossSyntax Syntax { get; } =
        new("bce", "bce [positive=W,…]", a => a.Reals("positive") is { Length: > 0 } p ? new BinaryCrossEntropy(p) : new BinaryCrossEntropy());

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor outputs) => outputs.Sigmoid();

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target) => this.RequireShares(target);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Tensor t = this.Fit(output, target);
        Tensor yes = t * (-output).Softplus(), no = (1 - t) * output.Softplus();
        if (this.positive.Length == 0) return yes + no;
        if (this.positive.Length > 1 && (output.Rank == 0 || output.Shape[^1] != this.positive.Length))
            throw this.Error($"there are {this.positive.Length} positive weights, but the last axis of the output {output.Spec} has another size.");
        return yes * Tensor.From(this.positive).Cast(output.DType) + no;
    }
}

/// <summary>
/// −α·t·(1 − p)^γ·ln p − (1 − α)·(1 − t)·p^γ·ln(1 − p), p = σ(z), for logits z and targets t of 0 or 1, element by element: what
/// is known already counts little (Lin et al. 2017, arXiv:1708.02002, eq. 5). Between 0 and 1 the two parts are mixed.
/// </summary>
public sealed class BinaryFocal : Loss
{
    private readonly double gamma, alpha;

    /// <summary>With the paper's best exponent and balance.</summary>
    /// <param name="gamma">How strongly easy samples are played down, 0 or more.</param>
    /// <param name="alpha">The share of a yes, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public BinaryFocal(double gamma = 2, double alpha = 0.25)
    {
        if (!(alpha > 0 && alpha < 1)) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "binary-focal: alpha must be above 0 and below 1.");
        (this.gamma, this.alpha) = (Focal.Exponent(gamma, "binary-focal"), alpha);
    }

    /// <inheritdoc/>
    public override string Name => "binary-focal";

    /// <inheritdoc/>
    public override string Formula => "−α·t·(1 − p)^γ·ln p − (1 − α)·(1 − t)·p^γ·ln(1 − p), p = σ(y)";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("gamma", this.gamma, 2.0), ("alpha", this.alpha, 0.25));

    internal static LossSyntax Syntax { get; } =
        new("binary-focal", "binary-focal [gamma=2] [alpha=0.25]", a => new BinaryFocal(a.Real("gamma", 2), a.Real("alpha", 0.25)));

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor outputs) => outputs.Sigmoid();

    /// <inheritdoc/>
    internal override void CheckTarget(Tensor target) => this.RequireShares(target);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Tensor t = this.Fit(output, target);
        Tensor yes = (-output).Softplus(), no = output.Softplus(); // −ln p, −ln(1 − p)
        return t * (no * -this.gamma).Exp() * yes * this.alpha + (1 - t) * (yes * -this.gamma).Exp() * no * (1 - this.alpha);
    }
}
