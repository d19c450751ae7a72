// Biases without decay, a part of the network that learns slowly or not at all: an optimiser asks of every parameter which group holds it.

namespace Kubik.Optim;

/// <summary>Parameters that an optimiser treats otherwise than the rest.</summary>
/// <param name="Holds">Whether a parameter belongs to it, from its path and itself.</param>
/// <example><code>
/// new AdamW(0.001) { Groups = [new((path, p) => p.Spec.Shape.Rank &lt; 2) { DecoupledDecay = 0 }] }   // no decay of biases
/// </code></example>
public sealed record ParameterGroup(Func<string, Parameter, bool> Holds)
{
    /// <summary>What the learning rate is multiplied by; 0 keeps the parameters as they are.</summary>
    public double Rate { get; init => field = UpdateRule.NotNegative(value, nameof(this.Rate)); } = 1;

    /// <summary>The coupled decay instead of the optimiser's.</summary>
    public double? WeightDecay { get; init => field = value is null ? null : UpdateRule.NotNegative(value.Value, nameof(this.WeightDecay)); }

    /// <summary>The decoupled decay instead of the optimiser's.</summary>
    public double? DecoupledDecay { get; init => field = value is null ? null : UpdateRule.NotNegative(value.Value, nameof(this.DecoupledDecay)); }

    /// <summary>The limit of the norm instead of the optimiser's.</summary>
    public double? MaxNorm { get; init => field = value is null ? null : UpdateRule.Positive(value.Value, nameof(this.MaxNorm)); }
}
