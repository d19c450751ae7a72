using Kubik.Glass.Explaining;
using Kubik.Models;
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

    /// <summary>The worked solution of a step of a model as it is saved: samples are prepared as for a prediction, the loss is the one it was trained with, outputs have their names.</summary>
    /// <param name="model">The model; it is left as it was.</param>
    /// <param name="samples">Samples in the units of the data, batch axis first, as <see cref="Data.DataFormat.Raw(IO.Image)"/> gives them.</param>
    /// <param name="target">The target in the units of the data, or the labels of classes; null: the forward pass alone.</param>
    /// <param name="options">What is shown; its format and its loss, where it has them, in the place of the model's.</param>
    /// <example><code>
    /// SavedModel model = SavedModel.Load("runs/…/model.safetensors");
    /// Console.WriteLine(model.Explain(model.Format.Raw(Png.Load("seven.png"))).ToText());
    /// </code></example>
    /// <exception cref="ShapeException">Samples or target do not fit.</exception>
    /// <exception cref="ArgumentException">The optimiser is no rule for one step, or there is none to explain without a target.</exception>
    public static Explanation Explain(this SavedModel model, Tensor samples, Tensor? target = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        return model.Net.Explain(samples, target, options with { Format = options.Format ?? model.Format, Loss = options.Loss ?? model.Loss });
    }
}
