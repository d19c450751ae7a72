// Rules of large batches and large models.

namespace Kubik.Optim;

/// <summary>
/// Lion (Chen et al. 2023, arXiv:2302.06675, algorithm 2): w ← w − η·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g. The
/// paper's decay is <see cref="UpdateRule.DecoupledDecay"/>. All steps are ±η: take a third to a tenth of Adam's η.
/// </summary>
public sealed class Lion(double learningRate = 0.0001, double beta1 = 0.9, double beta2 = 0.99) : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2);

    /// <inheritdoc/>
    public override string Name => "lion";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor direction = (this.beta1 * s["m"] + (1 - this.beta1) * g).Sign();
        s.Average("m", this.beta2, g);
        return w - s.LearningRate * direction;
    }
}

/// <summary>
/// LAMB (You et al. 2020, arXiv:1904.00962, algorithm 2, φ(z) = z): r = m̂/(√v̂ + ε) + λ·w with m̂ and v̂ as in <see cref="Adam"/>;
/// w ← w − η·‖w‖/‖r‖·r, where a ratio with a norm of 0 is 1.
/// </summary>
/// <param name="learningRate">η.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="epsilon">ε.</param>
/// <param name="decay">λ, inside of the ratio, unlike <see cref="UpdateRule.DecoupledDecay"/>.</param>
public sealed class Lamb(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-6, double decay = 0)
    : UpdateRule(learningRate)
{
    private readonly double beta1 = Share(beta1), beta2 = Share(beta2), epsilon = NotNegative(epsilon), decay = NotNegative(decay);

    /// <inheritdoc/>
    public override string Name => "lamb";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor r = (Adam.Direction(g, s, this.beta1, this.beta2, this.epsilon) + this.decay * w).Called("r");
        Tensor size = Norm(w), length = Norm(r), one = Tensor.Scalar(1, DType.Float64);
        Tensor ratio = Tensor.Where(size.Minimum(length) > 0, size / Tensor.Where(length > 0, length, one), one).Called("φ");
        return w - s.LearningRate * s.Like(ratio) * r;
    }

    private static Tensor Norm(Tensor x)
    {
        Tensor wide = x.Cast(DType.Float64);
        return (wide * wide).Sum().Sqrt();
    }
}
