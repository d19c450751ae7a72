using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Training;

/// <summary>Makes compiled code of models: the same results as by eager calls, bit for bit, in less time.</summary>
public static class Compiled
{
    /// <summary>A training step: forward, loss, gradients and update in one plan.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="optimizer">How.</param>
    /// <remarks><see cref="Lbfgs"/> is no rule for one step: its line search looks at the loss as often as the losses tell it to,
    /// which no plan can. It runs eagerly.</remarks>
    /// <exception cref="ArgumentException">The loss gives more than one number.</exception>
    public static CompiledStep Step(Module model, Loss loss, UpdateRule optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        return new(model, loss, optimizer);
    }

    /// <summary>A training step by a loss of one's own.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="optimizer">How.</param>
    /// <param name="loss">A scalar from the model's output and the target, in ops: <c>(y, t) => (y - t).Square().Mean()</c>.</param>
    public static CompiledStep Step(Module model, Func<Tensor, Tensor, Tensor> loss, UpdateRule optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        return new(model, loss, optimizer);
    }

    /// <summary>The output of a model in evaluation.</summary>
    /// <param name="model">What is run; its parameters are read anew in every run.</param>
    /// <param name="options">What is folded, and how the number of samples may vary.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static CompiledModel Predict(Module model, PredictOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model, options ?? new PredictOptions());
    }
}
