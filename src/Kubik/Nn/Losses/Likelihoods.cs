// Losses that say how unlikely the target is under a distribution the network describes: counts, numbers with their
// uncertainty, whole distributions.

namespace Kubik.Nn;

/// <summary>−ln of the Poisson probability of a count t, without its constant: e^y − t·y where the network gives y = ln rate,
/// or y − t·ln(y + ε) where it gives the rate y itself; element by element.</summary>
public sealed class PoissonNll : Loss
{
    private const double Epsilon = 1e-8;
    private readonly bool log, full;

    /// <summary>For outputs that are logarithms of rates, or rates.</summary>
    /// <param name="log">Whether the network gives ln rate, which may be any number; else the rate, which is 0 or more.</param>
    /// <param name="full">Whether Stirling's approximation of the constant, t·ln t − t + ½·ln 2πt for t > 1, is added.</param>
    public PoissonNll(bool log = true, bool full = false) => (this.log, this.full) = (log, full);

    /// <inheritdoc/>
    public override string Name => "poisson-nll";

    /// <inheritdoc/>
    public override string Formula => "eʸ − t·y, y = ln rate";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("log", this.log, true), ("full", this.full, false));

    internal static LossSyntax Syntax { get; } =
        new("poisson-nll", "poisson-nll [log=true] [full=false]", a => new PoissonNll(a.Flag("log", true), a.Flag("full", false)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        Tensor t = this.Fit(output, target);
        Tensor each = this.log ? output.Exp() - t * output : output - t * (output + Epsilon).Log();
        if (!this.full) return each;
        Tensor n = t.Maximum(1), constant = n * n.Log() - n + (n * (2 * Math.PI)).Log() / 2;
        return each + Tensor.Where(t > 1, constant, Tensor.Scalar(0, t.DType));
    }
}

/// <summary>
/// ½·(s + (t − μ)²·e^−s), s = ln σ²: −ln of the normal density of the target, without its constant, for a network that gives a mean
/// and how sure it is of it (Nix and Weigend 1994). Outputs (…, 2K): along the last axis first the K means, then the K values of
/// ln σ², which may be any number; targets (…, K).
/// </summary>
/// <example><code>
/// Sequential net = Sequential.Parse("linear 20 | tanh | linear 2");       // mean and ln variance of one number
/// Tensor loss = new GaussianNll().Of(net.Forward(x), y);                  // x (B, …), y (B, 1)
/// Tensor packed = Tensor.Concat(-1, mean, variance.Log());                // from two tensors of one's own
/// </code></example>
public sealed class GaussianNll : Loss
{
    private readonly double epsilon;

    /// <summary>With a least variance.</summary>
    /// <param name="epsilon">The least variance: smaller ones count as this, so that a target that is met exactly cannot drive the loss to −∞.
    /// The gradient is that of this variance.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public GaussianNll(double epsilon = 1e-6)
    {
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "gaussian-nll: the least variance must be above 0.");
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    public override string Name => "gaussian-nll";

    /// <inheritdoc/>
    public override string Formula => "½·(s + (t − μ)²·e⁻ˢ), y = (μ, s), s = ln σ²";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("epsilon", this.epsilon, 1e-6));

    internal static LossSyntax Syntax { get; } = new("gaussian-nll", "gaussian-nll [epsilon=0.000001]", a => new GaussianNll(a.Real("epsilon", 1e-6)));

    /// <summary>A number for two outputs: (…, K) for (…, 2K).</summary>
    public override Shape TargetShape(Shape output) => output.Rank == 0 ? output : output.With(output.Rank - 1, (output[^1] + 1) / 2);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        if (output.Rank == 0 || target.Rank != output.Rank || target.DType != output.DType
            || output.Shape != target.Shape.With(target.Rank - 1, 2 * target.Shape[^1]))
            throw this.Error("the output must have twice the target's last axis, means and then ln variances: (…, 2K) for (…, K), of one type; "
                + $"got {output.Spec} and {target.Spec}.");
        int axis = output.Rank - 1, count = target.Shape[^1];
        Tensor mean = new Slice(axis, 0, count, 1).Apply(output), s = new Slice(axis, count, count, 1).Apply(output);
        s += (s.Maximum(Math.Log(this.epsilon)) - s).Detach();
        Tensor d = target - mean;
        return (s + d * d * (-s).Exp()) / 2;
    }
}

/// <summary>
/// Σₖ tₖ·(ln tₖ − yₖ) over axis 1, the divergence D(t ‖ p) of the distribution p = e^y the network gives from the target t (Kullback and
/// Leibler 1951). Outputs (B, K, …) are ln p, such as a log-softmax gives; targets are of the same shape. Each distribution counts as
/// one sample: for (B, K) the mean is what PyTorch calls "batchmean"; its "mean" divides by K besides.
/// </summary>
public sealed class KullbackLeibler : Loss
{
    private readonly bool log;

    /// <summary>For targets that are probabilities, or their logarithms.</summary>
    /// <param name="log">Whether the target is ln t.</param>
    public KullbackLeibler(bool log = false) => this.log = log;

    /// <inheritdoc/>
    public override string Name => "kl";

    /// <inheritdoc/>
    public override string Formula => "Σₖ tₖ·(ln tₖ − yₖ), y = ln p";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("log", this.log, false));

    internal static LossSyntax Syntax { get; } = new("kl", "kl [log=false]", a => new KullbackLeibler(a.Flag("log", false)));

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor outputs) => outputs.Exp();

    /// <inheritdoc/>
    internal override Tensor RandomTarget(TensorSpec output, RandomStream random)
    {
        Tensor logits = random.Normal(output.Shape, output.DType);
        return this.log ? logits.LogSoftmax(1) : logits.Softmax(1);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor output, Tensor target)
    {
        if (output.Rank < 2 || output.Spec != target.Spec)
            throw this.Error("it takes logarithms of probabilities (batch, classes, …) and a target of the same shape and type; "
                + $"got {output.Spec} and {target.Spec}.");
        // 0·ln 0 is 0: an impossible class costs nothing, whatever the network says.
        Tensor possible = target > (this.log ? double.NegativeInfinity : 0), zero = Tensor.Scalar(0, target.DType);
        Tensor safe = Tensor.Where(possible, target, Tensor.Scalar(this.log ? 0 : 1, target.DType)).StandingFor(target), t = this.log ? safe.Exp() : target;
        Tensor each = t * ((this.log ? safe : safe.Log()) - output);
        return Tensor.Where(possible, each, zero).StandingFor(each).Sum(1);
    }
}
