using Kubik.Nn;

namespace Kubik.Training;

/// <summary>A loss that is NaN or infinite: says at which step, and in which layer the first such number appeared.</summary>
public sealed class NonFiniteException : ArithmeticException
{
    private const string InputIsNot = "the input holds a number that is not finite";

    internal NonFiniteException(long step, double loss, string where, double learningRate)
        : base($"At step {step} the loss became {loss}: {where}. "
            + (where == InputIsNot
                ? "Look at the data: what is missing there must be filled in or left out."
                : $"Most often the learning rate ({learningRate:G4}) is too large: try {Math.Min(learningRate / 10, 0.01):G4}."))
    {
        this.Step = step;
        this.Where = where;
    }

    /// <summary>The step, from 1.</summary>
    public long Step { get; }

    /// <summary>Where the first non-finite number is.</summary>
    public string Where { get; }

    /// <summary>Finds the first non-finite number on the way from the input to the loss.</summary>
    internal static string Locate(Module model, Tensor input)
    {
        if (!IsFinite(input)) return InputIsNot;
        foreach ((string path, Parameter parameter) in model.Parameters())
        {
            if (parameter.Role == ParameterRole.Weight && !IsFinite(parameter.Value)) return $"the parameter '{path}' holds a number that is not finite";
        }
        Module? first = null;
        Module.Observed((module, _) => y => first ??= IsFinite(y) ? null : module, () => model.LeavingNoTrace(() => model.Forward(input)));
        return first is null
            ? "all layers give finite numbers, the loss itself does not"
            : $"the first number that is not finite comes out of layer '{model.Modules().First(m => m.Module == first).Path}' ({first.Notation})";
    }

    internal static bool IsFinite(Tensor x) => !x.DType.IsFloat || x.ToDoubles().All(double.IsFinite);
}
