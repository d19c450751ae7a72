using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass;

/// <summary>Explains networks at work.</summary>
public static class ModuleExplaining
{
    /// <summary>The worked solution of a step: forward pass, and with a target the loss, the chain rule back through all bricks, and the optimiser's update.</summary>
    /// <param name="model">The network; it is left as it was.</param>
    /// <param name="x">The input, batch axis first.</param>
    /// <param name="target">The target: numbers shaped like the output, or whole numbers that are labels (batch, …) of classes, for which the loss is cross-entropy unless the options name one; null: the forward pass alone.</param>
    /// <param name="options">Loss, optimiser, steps; what is shown.</param>
    /// <example><code>
    /// Sequential net = Sequential.Parse("linear 2 | relu | linear 1");
    /// Console.WriteLine(net.Explain(Tensor.Of(1f, 2f).Reshape(1, 2), Tensor.Of(0f).Reshape(1, 1)).ToText());
    /// </code></example>
    /// <exception cref="ShapeException">Input or target do not fit.</exception>
    /// <exception cref="ArgumentException">The optimiser is no rule for one step, or there is none to explain without a target.</exception>
    public static Explanation Explain(this Module model, Tensor x, Tensor? target = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        return Explanation.Of(model, x, target, options ?? new());
    }
}
