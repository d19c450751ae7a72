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
    /// <exception cref="ArgumentException">The loss gives more than one number, or the optimiser accumulates gradients.</exception>
    public static CompiledStep Step(Module model, Loss loss, UpdateRule optimizer) => new(model, loss, optimizer);

    /// <summary>The output of a model in evaluation.</summary>
    /// <param name="model">What is run; its parameters are read anew in every run.</param>
    public static CompiledModel Predict(Module model) => new(model);
}
