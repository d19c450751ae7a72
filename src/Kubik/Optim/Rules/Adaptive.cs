// Rules that give every weight a step size of its own, from the sizes of its gradients so far.

namespace Kubik.Optim;

/// <summary>Adagrad (Duchi, Hazan and Singer 2011): h ← h + g²; w ← w − η/(1 + (t − 1)·δ) · g / (√h + ε), with h = h₀ at first.</summary>
/// <param name="learningRate">η.</param>
/// <param name="rateDecay">δ, which PyTorch added to the paper.</param>
/// <param name="first">h₀.</param>
/// <param name="epsilon">ε.</param>
public sealed class Adagrad(double learningRate = 0.01, double rateDecay = 0, double first = 0, double epsilon = 1e-10) : UpdateRule(learningRate)
{
    private readonly double rateDecay = NotNegative(rateDecay), first = NotNegative(first), epsilon = NotNegative(epsilon);

    /// <inheritdoc/>
    public override string Name => "adagrad";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor h = s["h"] = s.Begin("h", this.first) + g * g;
        return w - s.LearningRate / s.Like(1 + (s.Step - 1) * this.rateDecay) * g / (h.Sqrt() + this.epsilon);
    }
}

/// <summary>Adadelta (Zeiler 2012, arXiv:1212.5701, algorithm 1): v ← ρ·v + (1 − ρ)·g²; Δ = √(u + ε)/√(v + ε)·g; u ← ρ·u + (1 − ρ)·Δ²; w ← w − η·Δ.</summary>
/// <param name="learningRate">η, which is 1 in the paper.</param>
/// <param name="rho">ρ.</param>
/// <param name="epsilon">ε.</param>
public sealed class Adadelta(double learningRate = 1, double rho = 0.9, double epsilon = 1e-6) : UpdateRule(learningRate)
{
    private readonly double rho = Share(rho), epsilon = Positive(epsilon);

    /// <inheritdoc/>
    public override string Name => "adadelta";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor v = s.Average("v", this.rho, g * g);
        Tensor delta = ((s["u"] + this.epsilon).Sqrt() / (v + this.epsilon).Sqrt() * g).Called("Δ");
        s.Average("u", this.rho, delta * delta);
        return w - s.LearningRate * delta;
    }
}

/// <summary>
/// RMSprop (Tieleman and Hinton 2012, lecture 6e): v ← α·v + (1 − α)·g²; w ← w − η·g / (√v + ε). Centred, v − a² stands for
/// v, with a ← α·a + (1 − α)·g (Graves 2013, arXiv:1308.0850, eq. 38 to 45). With momentum, b ← μ·b + g / (√v + ε);
/// w ← w − η·b. As in PyTorch, ε is outside of the root; in Graves' paper it is inside.
/// </summary>
public sealed class RmsProp(double learningRate = 0.01, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false)
    : UpdateRule(learningRate)
{
    private readonly double alpha = Share(alpha), epsilon = NotNegative(epsilon), momentum = Share(momentum);

    /// <inheritdoc/>
    public override string Name => "rmsprop";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor v = centered ? this.Variance(g, s) : s.Average("v", this.alpha, g * g);
        Tensor b = g / (v.Sqrt() + this.epsilon);
        if (this.momentum != 0) b = s["b"] = this.momentum * s["b"] + b;
        return w - s.LearningRate * b;
    }

    // v − a² by its own recursion, α·(v − a²) + α·(1 − α)·(g − a)²: the difference would lose all digits of a small one.
    private Tensor Variance(Tensor g, Slots s)
    {
        Tensor away = g - s["a"];
        s.Average("a", this.alpha, g);
        return s["variance"] = (this.alpha * (s["variance"] + (1 - this.alpha) * away * away)).Called("V");
    }
}

/// <summary>
/// Rprop (Riedmiller and Braun 1993, in the form Rprop⁻ of Igel and Hüsken 2000 without weight-backtracking): a weight's
/// step Δ grows by η⁺ while its gradient keeps its sign and shrinks by η⁻ when it turns, when the step is left out;
/// w ← w − Δ·sign g. For full batches: with stochastic gradients the signs are noise.
/// </summary>
/// <param name="learningRate">The first Δ. Later learning rates have no effect.</param>
/// <param name="shrink">η⁻.</param>
/// <param name="grow">η⁺.</param>
/// <param name="least">The least Δ.</param>
/// <param name="most">The largest Δ.</param>
public sealed class Rprop(double learningRate = 0.01, double shrink = 0.5, double grow = 1.2, double least = 1e-6, double most = 50) : UpdateRule(learningRate)
{
    private readonly double shrink = Positive(Share(shrink)), least = Positive(least), most = Positive(most);
    private readonly double grow = grow > 1 ? grow : throw new ArgumentOutOfRangeException(nameof(grow), grow, $"grow must be above 1; it is {grow}.");

    /// <inheritdoc/>
    public override string Name => "rprop";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor turn = (g.Sign() * s["g"].Sign()).Called("τ"), delta = s["delta"], one = s.Like(Tensor.Scalar(1)), zero = one - one;
        delta = Tensor.Where(delta > 0, delta, s.LearningRate); // 0: this is the weight's first step
        delta = s["delta"] = (delta * Tensor.Where(turn > 0, this.grow * one, Tensor.Where(turn < 0, this.shrink * one, one))).Maximum(this.least)
            .Minimum(this.most).Called("Δ");
        Tensor kept = s["g"] = Tensor.Where(turn < 0, zero, g);
        return w - delta * kept.Sign();
    }
}
