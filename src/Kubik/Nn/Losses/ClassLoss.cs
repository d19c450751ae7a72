// Losses of one class out of K: the class axis is axis 1, after the batch, and more axes (pixels, time) may follow. A
// class may weigh more than another, and one label may mean "do not count this".

namespace Kubik.Nn;

/// <summary>A loss of one class out of K: outputs (B, K, …), labels (B, …) as whole numbers.</summary>
public abstract class ClassLoss : Loss
{
    private protected ClassLoss(string name, IReadOnlyList<double>? weights, int? ignore)
    {
        if (weights?.Any(w => !(w >= 0 && double.IsFinite(w))) == true || weights?.Count == 0)
            throw new ArgumentException($"{name}: class weights must be numbers of 0 or more, one for each class; got {string.Join(", ", weights)}.",
                nameof(weights));
        this.Weights = weights is null ? null : [.. weights];
        this.Ignore = ignore;
    }

    /// <summary>What each class weighs; null: 1.</summary>
    public IReadOnlyList<double>? Weights { get; }

    /// <summary>The label that is not counted; null: there is none.</summary>
    public int? Ignore { get; }

    /// <summary>What the outputs are, for messages.</summary>
    private protected abstract string Outputs { get; }

    private protected static (string Option, object? Value, object? Usual)[] Options(ClassLoss loss) =>
        [("weights", loss.Weights, null), ("ignore", loss.Ignore, null)];

    private protected static IReadOnlyList<double>? ReadWeights(BrickArguments a) => a.Reals("weights") is { Length: > 0 } weights ? weights : null;

    private protected static int? ReadIgnore(BrickArguments a)
    {
        double ignore = a.Real("ignore", double.NaN);
        return double.IsNaN(ignore) ? null : ignore == Math.Truncate(ignore) && Math.Abs(ignore) < int.MaxValue
            ? (int)ignore
            : throw new ArgumentException("the label to ignore must be a whole number.");
    }

    /// <inheritdoc/>
    protected override Tensor? Counts(Tensor output, Tensor target)
    {
        if (target.DType.IsFloat || (this.Weights is null && this.Ignore is null)) return null;
        Tensor? weights = this.WeightOf(target, output), kept = this.Kept(target)?.Cast(output.DType);
        return weights is null ? kept : kept is null ? weights : weights * kept;
    }

    /// <summary>−w·ln p at the labels (B, …), for logarithms ln p (B, K, …); 0 where the label is ignored.</summary>
    private protected Tensor Pick(Tensor logs, Tensor labels) =>
        this.Weighted(this.Checked(logs.Shape[1], () => -logs.Gather(this.Safe(labels).Unsqueeze(1), axis: 1).Squeeze(1)), logs, labels);

    /// <summary>−w·ln softmax(logits) at the labels (B, …), for logits (B, K, …); 0 where the label is ignored.</summary>
    private protected Tensor PickSoftmax(Tensor logits, Tensor labels) =>
        this.Weighted(this.Checked(logits.Shape[1], () => logits.SoftmaxCrossEntropy(this.Safe(labels))), logits, labels);

    private protected Tensor WithoutIgnored(Tensor each, Tensor labels) =>
        this.Kept(labels) is { } kept ? Tensor.Where(kept, each, Tensor.Scalar(0, each.DType)) : each;

    /// <summary>The class weights shaped to multiply (B, K, …); null when there are none.</summary>
    private protected Tensor? WeightsFor(Tensor output) => this.Weights is null ? null
        : Tensor.From([.. this.Weights]).Cast(output.DType).Reshape([this.Weights.Count, .. Enumerable.Repeat(1, output.Rank - 2)]);

    private protected void RequireLabels(Tensor output, Tensor target, bool orDistributions)
    {
        bool labels = output.Rank >= 2 && !target.DType.IsFloat && target.Shape == output.Shape.Without(1);
        bool distributions = orDistributions && output.Rank >= 2 && target.Spec == output.Spec;
        if (!labels && !distributions)
        {
            string alternative = orDistributions ? ", or distributions of the shape and type of the output" : "";
            string hint = target.Spec == output.Spec ? " MixUp makes distributions of labels: take cross-entropy with it." : "";
            throw this.Error($"it takes {this.Outputs} (batch, classes, …) and labels (batch, …) as whole numbers{alternative}; "
                + $"got {output.Spec} and {target.Spec}.{hint}");
        }
        if (this.Weights is not null && this.Weights.Count != output.Shape[1])
            throw this.Error($"there are {this.Weights.Count} class weights, but the network gives {output.Shape[1]} classes: {output.Spec}.");
        if (distributions && this.Ignore is not null)
            throw this.Error($"the label {this.Ignore} cannot be ignored where the target is distributions: {target.Spec}. "
                + "Leave samples out with weights of 0.");
    }

    private Tensor Weighted(Tensor each, Tensor output, Tensor labels)
    {
        if (this.WeightOf(labels, output) is { } weights) each *= weights;
        return this.WithoutIgnored(each, labels);
    }

    private Tensor? WeightOf(Tensor labels, Tensor output) => this.Weights is null ? null
        : this.Checked(output.Shape[1],
            () => Tensor.From([.. this.Weights]).Cast(output.DType).Gather(this.Safe(labels).Reshape(labels.Count), axis: 0).Reshape(labels.Shape).Called("w"));

    private Tensor? Kept(Tensor labels) => this.Ignore is { } ignore ? labels.Cast(DType.Int64).NotEqual(Tensor.Scalar(ignore, DType.Int64)) : null;

    // Labels that can be looked up: an ignored one is any class.
    private Tensor Safe(Tensor labels)
    {
        labels = labels.Cast(DType.Int64);
        return this.Kept(labels) is { } kept ? Tensor.Where(kept, labels, Tensor.Scalar(0, DType.Int64)).StandingFor(labels) : labels;
    }
}

/// <summary>−w·output[label], for outputs that are ln p (B, K, …), such as a log-softmax gives, and labels (B, …).
/// The mean is Σ w·l / Σ w over the labels' class weights w.</summary>
public sealed class NegativeLogLikelihood : ClassLoss
{
    /// <summary>With class weights and a label that is not counted.</summary>
    /// <param name="weights">What each class weighs; null: 1.</param>
    /// <param name="ignore">A label that is not counted (PyTorch ignores −100 without being told). When all are ignored the mean is NaN.</param>
    public NegativeLogLikelihood(IReadOnlyList<double>? weights = null, int? ignore = null) : base("nll", weights, ignore)
    {
    }

    /// <inheritdoc/>
    public override string Name => "nll";

    /// <inheritdoc/>
    public override string Formula => "−wₜ·yₜ, y = ln p";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, Options(this));

    internal static LossSyntax Syntax { get; } =
        new("nll", "nll [weights=W,W,…] [ignore=LABEL]", a => new NegativeLogLikelihood(ReadWeights(a), ReadIgnore(a)));

    private protected override string Outputs => "logarithms of probabilities";

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor outputs) => outputs.Exp();

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        this.RequireLabels(output, target, orDistributions: false);
        return this.Pick(output, target);
    }
}

/// <summary>
/// −Σₖ wₖ·tₖ·ln softmax(output)ₖ over the classes, for logits (B, K, …): the network gives logits, without a softmax. The target
/// is labels (B, …) from 0 to K − 1, or distributions shaped like the logits. With label smoothing ε every target becomes
/// (1 − ε)·t + ε/K (Szegedy et al. 2016, arXiv:1512.00567, section 7). For labels the mean is Σ l / Σ w over the labels' class
/// weights w, for distributions Σ l / n.
/// </summary>
/// <example><code>Tensor loss = new CrossEntropy().Of(net.Forward(x), Tensor.Of(3, 1, 4));</code></example>
public sealed class CrossEntropy : ClassLoss
{
    /// <summary>With class weights, a label that is not counted and smoothing of labels.</summary>
    /// <param name="weights">What each class weighs; null: 1.</param>
    /// <param name="ignore">A label that is not counted (PyTorch ignores −100 without being told). When all are ignored the mean is NaN.</param>
    /// <param name="smoothing">How much of every target is spread evenly over the classes, from 0 up to, not including, 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is outside its range.</exception>
    public CrossEntropy(IReadOnlyList<double>? weights = null, int? ignore = null, double smoothing = 0) : base("cross-entropy", weights, ignore)
    {
        if (!(smoothing >= 0 && smoothing < 1))
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "cross-entropy: the smoothing must be at least 0 and below 1.");
        this.Smoothing = smoothing;
    }

    /// <summary>How much of every target is spread evenly over the classes.</summary>
    public double Smoothing { get; }

    /// <inheritdoc/>
    public override string Name => "cross-entropy";

    /// <inheritdoc/>
    public override string Formula => "−Σₖ wₖ·tₖ·ln softmax(y)ₖ";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, [.. Options(this), ("smoothing", this.Smoothing, 0.0)]);

    internal static LossSyntax Syntax { get; } = new("cross-entropy", "cross-entropy [weights=W,W,…] [ignore=LABEL] [smoothing=0]",
        a => new CrossEntropy(ReadWeights(a), ReadIgnore(a), a.Real("smoothing", 0)));

    private protected override string Outputs => "logits";

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor outputs) => outputs.Softmax(1);

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random) => random.Normal(output.Shape, output.DType).Softmax(1);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        this.RequireLabels(output, target, orDistributions: true);
        if (!target.DType.IsFloat && this.Smoothing == 0) return this.PickSoftmax(output, target); // (B, …)
        Tensor logs = output.LogSoftmax(1); // (B, K, …)
        if (target.DType.IsFloat) return this.Against(logs, this.Smoothing == 0 ? target : target * (1 - this.Smoothing) + this.Smoothing / output.Shape[1]);
        Tensor each = this.Pick(logs, target); // (B, …)
        Tensor even = this.Against(logs, null) / output.Shape[1];
        return each * (1 - this.Smoothing) + this.WithoutIgnored(even, target) * this.Smoothing;
    }

    // −Σ w·t·ln p over the classes; without a target t is 1.
    private Tensor Against(Tensor logs, Tensor? target)
    {
        Tensor each = target is null ? logs : target * logs;
        if (this.WeightsFor(logs) is { } weights) each *= weights;
        return -each.Sum(1);
    }
}

/// <summary>−(1 − p)^γ·ln p at the label, p = softmax(output): cross-entropy in which what is known already counts little (Lin et al. 2017, arXiv:1708.02002,
/// eq. 4). Logits (B, K, …), labels (B, …); mean, class weights and the ignored label as in <see cref="CrossEntropy"/>.</summary>
public sealed class Focal : ClassLoss
{
    private readonly double gamma;

    /// <summary>With the exponent γ of 0 or more.</summary>
    /// <param name="gamma">How strongly easy samples are played down; 0 is cross-entropy.</param>
    /// <param name="weights">What each class weighs (the paper's α); null: 1.</param>
    /// <param name="ignore">A label that is not counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">γ is below 0.</exception>
    public Focal(double gamma = 2, IReadOnlyList<double>? weights = null, int? ignore = null) : base("focal", weights, ignore) =>
        this.gamma = Exponent(gamma, "focal");

    /// <inheritdoc/>
    public override string Name => "focal";

    /// <inheritdoc/>
    public override string Formula => "−wₜ·(1 − pₜ)^γ·ln pₜ, p = softmax(y)";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, [("gamma", this.gamma, 2.0), .. Options(this)]);

    internal static LossSyntax Syntax { get; } =
        new("focal", "focal [gamma=2] [weights=W,W,…] [ignore=LABEL]", a => new Focal(a.Real("gamma", 2), ReadWeights(a), ReadIgnore(a)));

    private protected override string Outputs => "logits";

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor outputs) => outputs.Softmax(1);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        this.RequireLabels(output, target, orDistributions: false);
        return this.Pick(WithFactor(output.LogSoftmax(1), this.gamma), target);
    }

    internal static double Exponent(double gamma, string loss) => gamma >= 0 && double.IsFinite(gamma)
        ? gamma
        : throw new ArgumentOutOfRangeException(nameof(gamma), gamma, $"{loss}: gamma must be 0 or more.");

    // (1 − p)^γ·ln p. 1 − p is never quite 0, so that no power of it has an infinite slope: rounding cannot make γ = ½ a NaN.
    private static Tensor WithFactor(Tensor logs, double gamma)
    {
        if (gamma == 0) return logs;
        Tensor others = 1 - logs.Exp(), rest = others.Maximum(logs.DType == DType.Float32 ? 1e-12 : 1e-30).StandingFor(others);
        return rest.Pow(gamma) * logs;
    }
}
