// What is added to the loss so that weights stay small. Its gradient comes from the tape like that of the loss.

using System.Globalization;
using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>A penalty on a model's weights. Biases and the scales of normalisations, parameters with fewer than two axes,
/// have none unless <see cref="Of"/> says otherwise.</summary>
/// <example><code>
/// Penalty penalty = new L1(0.001);
/// optimizer.Step(loss.Of(net.Forward(x), y) + penalty.On(net), net);
/// </code></example>
public abstract class Penalty
{
    /// <summary>Which weights it is for, by path and parameter; null: those with two axes or more.</summary>
    public Func<string, Parameter, bool>? Of { get; init; }

    /// <summary>The penalty in words, for files.</summary>
    public abstract string Notation { get; }

    /// <summary>The penalty on a model as it is now, a scalar that can be added to the loss.</summary>
    public Tensor On(Module model)
    {
        Func<string, Parameter, bool> holds = this.Of ?? ((_, p) => p.Spec.Shape.Rank >= 2);
        Tensor[] parts = [.. model.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight && holds(p.Path, p.Parameter))
            .Select(p => this.On(p.Parameter.Value))];
        return parts.Length == 0 ? Tensor.Scalar(0, model.Parameters().FirstOrDefault().Parameter?.Spec.DType ?? DType.Float32)
            : parts.Aggregate((a, b) => a + b);
    }

    /// <summary>The penalty on one weight, a scalar.</summary>
    protected abstract Tensor On(Tensor w);

    /// <summary>The notation.</summary>
    public sealed override string ToString() => this.Notation;

    private protected static double Strength(double value) => UpdateRule.NotNegative(value, "lambda");
}

/// <summary>λ·Σ|w| (Tibshirani 1996, the lasso). Its gradient is λ·sign w, 0 at 0: weights come near 0 and swing around it.</summary>
public sealed class L1(double lambda) : Penalty
{
    private readonly double lambda = Strength(lambda);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"l1 {this.lambda}");

    /// <inheritdoc/>
    protected override Tensor On(Tensor w) => this.lambda * w.Abs().Sum();
}

/// <summary>λ/2·Σw² (Hoerl and Kennard 1970, ridge; Krogh and Hertz 1992). Its gradient is λ·w:
/// the same as <see cref="UpdateRule.WeightDecay"/> λ on the same weights.</summary>
public sealed class L2(double lambda) : Penalty
{
    private readonly double lambda = Strength(lambda);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"l2 {this.lambda}");

    /// <inheritdoc/>
    protected override Tensor On(Tensor w) => this.lambda / 2 * (w * w).Sum();
}

/// <summary>λ₁·Σ|w| + λ₂/2·Σw² (Zou and Hastie 2005).</summary>
public sealed class ElasticNet(double lambda1, double lambda2) : Penalty
{
    private readonly double lambda1 = Strength(lambda1), lambda2 = Strength(lambda2);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"elastic {this.lambda1} {this.lambda2}");

    /// <inheritdoc/>
    protected override Tensor On(Tensor w) => this.lambda1 * w.Abs().Sum() + this.lambda2 / 2 * (w * w).Sum();
}
