// The rules without and with momentum. g is the gradient, η the learning rate, t the step from 1.

namespace Kubik.Optim;

/// <summary>
/// Gradient descent: w ← w − η·g (Cauchy 1847). With the loss over all data it is gradient descent proper (a batch as
/// large as the data, <c>BatchSize = int.MaxValue</c>); with the loss over a batch it is stochastic gradient descent
/// (Robbins and Monro 1951). The rule is one and the same.
/// </summary>
public sealed class Sgd(double learningRate = 0.01) : UpdateRule(learningRate)
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s) => w - s.LearningRate * g;
}

/// <summary>
/// Gradient descent with momentum: v ← μ·v + (1 − τ)·g; w ← w − η·v, with the damping τ from the second step on (Polyak
/// 1964, in the form of Sutskever et al. 2013 that PyTorch uses).
/// </summary>
public sealed class Momentum(double learningRate = 0.01, double momentum = 0.9, double dampening = 0) : UpdateRule(learningRate)
{
    private readonly double momentum = Share(momentum), dampening = Share(dampening);

    /// <inheritdoc/>
    public override string Name => "momentum";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        if (this.dampening != 0) g = g * s.Like(1 - this.dampening * (s.Step > 1).Cast(DType.Float64));
        Tensor v = s["v"] = this.momentum * s["v"] + g;
        return w - s.LearningRate * v;
    }
}

/// <summary>Nesterov's accelerated gradient: v ← μ·v + g; w ← w − η·(g + μ·v) (Nesterov 1983,
/// in the form of Sutskever et al. 2013 that PyTorch uses).</summary>
public sealed class Nesterov(double learningRate = 0.01, double momentum = 0.9) : UpdateRule(learningRate)
{
    private readonly double momentum = Share(momentum);

    /// <inheritdoc/>
    public override string Name => "nesterov";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor v = s["v"] = this.momentum * s["v"] + g;
        return w - s.LearningRate * (g + this.momentum * v);
    }
}
