// The rules, from simple to complex. g is the gradient, η the learning rate, t the step from 1.

namespace Kubik.Optim;

/// <summary>Stochastic gradient descent: w ← w − η·g.</summary>
public sealed class Sgd(double learningRate = 0.01) : Optimizer(learningRate)
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s) => w - s.LearningRate * g;
}

/// <summary>Gradient descent with momentum: v ← μ·v + g; w ← w − η·v (Polyak 1964, in the form of Sutskever et al. 2013 that PyTorch uses).</summary>
public sealed class Momentum(double learningRate = 0.01, double momentum = 0.9) : Optimizer(learningRate)
{
    /// <inheritdoc/>
    public override string Name => "momentum";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor v = s["v"] = momentum * s["v"] + g;
        return w - s.LearningRate * v;
    }
}

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1): m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²;
/// w ← w − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).
/// </summary>
public sealed class Adam(double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : Optimizer(learningRate)
{
    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    protected override Tensor Update(Tensor w, Tensor g, Slots s)
    {
        Tensor m = s["m"] = beta1 * s["m"] + (1 - beta1) * g;
        Tensor v = s["v"] = beta2 * s["v"] + (1 - beta2) * g * g;
        Tensor mHat = m / (1 - Tensor.Scalar(beta1, g.DType).Pow(s.Step));
        Tensor vHat = v / (1 - Tensor.Scalar(beta2, g.DType).Pow(s.Step));
        return w - s.LearningRate * mHat / (vHat.Sqrt() + epsilon);
    }
}
