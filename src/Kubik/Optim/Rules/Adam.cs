// Adam and its family: running averages m of the gradient and v of its square, each divided by 1 − βᵗ because it began at 0.

namespace Kubik.Optim;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1): m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²;
/// w ← w − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).
/// </summary>
public sealed class Adam(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2), epsilon = NotNegative(epsilon);

    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s) => w - s.LearningRate * Direction(g, s, this.beta1, this.beta2, this.epsilon);

    internal static Tensor Direction(Tensor g, Slots s, double beta1, double beta2, double epsilon)
    {
        Tensor m = (s.Average("m", beta1, g) / s.Correction(beta1)).Called("m̂");
        Tensor v = (s.Average("v", beta2, g * g) / s.Correction(beta2)).Called("v̂");
        return m / (v.Sqrt() + epsilon);
    }
}

/// <summary>Adam with decoupled decay (Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2):
/// w ← (1 − η·λ)·w − η·m̂/(√v̂ + ε), with m̂ and v̂ as in <see cref="Adam"/>.</summary>
public sealed class AdamW : UpdateRule
{
    private readonly double beta1, beta2, epsilon;

    /// <summary>Adam with the decay λ; it is the same as <see cref="UpdateRule.DecoupledDecay"/>.</summary>
    public AdamW(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double decay = 0.01) : base(learningRate)
    {
        (this.beta1, this.beta2, this.epsilon, this.DecoupledDecay) = (Share(beta1), Share(beta2), NotNegative(epsilon), decay);
    }

    /// <inheritdoc/>
    public override string Name => "adamw";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s) => w - s.LearningRate * Adam.Direction(g, s, this.beta1, this.beta2, this.epsilon);
}

/// <summary>
/// Adam whose step sizes never grow again (Reddi, Kale and Kumar 2018, arXiv:1904.09237, algorithm 2): m and v as in
/// <see cref="Adam"/>, u ← max(u, v); w ← w − η · m/(1 − β₁ᵗ) / (√(u/(1 − β₂ᵗ)) + ε). As in PyTorch, the averages are
/// corrected; in the paper they are not.
/// </summary>
public sealed class AmsGrad(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2), epsilon = NotNegative(epsilon);

    /// <inheritdoc/>
    public override string Name => "amsgrad";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor m = (s.Average("m", this.beta1, g) / s.Correction(this.beta1)).Called("m̂");
        Tensor u = s["u"] = s["u"].Maximum(s.Average("v", this.beta2, g * g));
        return w - s.LearningRate * m / ((u / s.Correction(this.beta2)).Called("û").Sqrt() + this.epsilon);
    }
}

/// <summary>
/// Adam by the largest gradient instead of the mean square (Kingma and Ba 2015, algorithm 2): m as in <see cref="Adam"/>,
/// u ← max(β₂·u, |g| + ε); w ← w − η/(1 − β₁ᵗ) · m/u. The ε, PyTorch's, keeps 0/0 away.
/// </summary>
public sealed class Adamax(double learningRate = 0.002, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2), epsilon = Positive(epsilon);

    /// <inheritdoc/>
    public override string Name => "adamax";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor m = (s.Average("m", this.beta1, g) / s.Correction(this.beta1)).Called("m̂");
        Tensor u = s["u"] = (this.beta2 * s["u"]).Maximum(g.Abs() + this.epsilon);
        return w - s.LearningRate * m / u;
    }
}

/// <summary>
/// Adam with Nesterov's momentum (Dozat 2016): μₜ = β₁·(1 − 0.96^(t·ψ)/2); m and v as in <see cref="Adam"/>;
/// m̂ = μₜ₊₁·m/(1 − Π μ₁…μₜ₊₁) + (1 − μₜ)·g/(1 − Π μ₁…μₜ); w ← w − η·m̂/(√(v/(1 − β₂ᵗ)) + ε).
/// </summary>
/// <param name="learningRate">η.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="epsilon">ε.</param>
/// <param name="momentumDecay">ψ.</param>
/// <remarks>PyTorch 1.13 has an error here: it multiplies the product up to μₜ₊₁ by μₜ twice, except with <c>foreach=True</c>,
/// which is what this agrees with.</remarks>
public sealed class NAdam(double learningRate = 0.002, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double momentumDecay = 0.004)
    : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2), epsilon = NotNegative(epsilon), momentumDecay = NotNegative(momentumDecay);

    /// <inheritdoc/>
    public override string Name => "nadam";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor now = this.Mu(s.Step).Called("μ"), then = this.Mu(s.Step + 1).Called("μ_next"),
            product = s["product"] = (s.Number("product", 1) * now).Called("p");
        Tensor m = s.Average("m", this.beta1, g), v = (s.Average("v", this.beta2, g * g) / s.Correction(this.beta2)).Called("v̂");
        Tensor ahead = (s.Like(then / (1 - product * then)) * m + s.Like((1 - now) / (1 - product)) * g).Called("m̂");
        return w - s.LearningRate * ahead / (v.Sqrt() + this.epsilon);
    }

    private Tensor Mu(Tensor t) => this.beta1 * (1 - 0.5 * Tensor.Scalar(0.96, DType.Float64).Pow(t * this.momentumDecay));
}

/// <summary>
/// Adam with rectified variance (Liu et al. 2020, arXiv:1908.03265, algorithm 2): ρ∞ = 2/(1 − β₂) − 1,
/// ρ = ρ∞ − 2·t·β₂ᵗ/(1 − β₂ᵗ). While ρ ≤ 5 the step is η·m̂; after that η·r·m̂·√(1 − β₂ᵗ)/(√v + ε) with
/// r = √((ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ)). (The paper's limit is 4; 5 is that of its authors' code and of PyTorch.)
/// </summary>
public sealed class RAdam(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2), epsilon = NotNegative(epsilon);

    /// <inheritdoc/>
    public override string Name => "radam";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor m = (s.Average("m", this.beta1, g) / s.Correction(this.beta1)).Called("m̂"), v = s.Average("v", this.beta2, g * g);
        double end = 2 / (1 - this.beta2) - 1;
        Tensor power = Tensor.Scalar(this.beta2, DType.Float64).Pow(s.Step), rho = (end - 2 * s.Step * power / (1 - power)).Called("ρ");
        Tensor known = rho.Maximum(5); // below, the root is not taken, but must be a number
        Tensor r = ((known - 4) * (known - 2) * end / ((end - 4) * (end - 2) * known) * (1 - power)).Sqrt().Called("r");
        return w - s.LearningRate * m * Tensor.Where(rho > 5, s.Like(r) / (v.Sqrt() + this.epsilon), s.Like(Tensor.Scalar(1)));
    }
}
