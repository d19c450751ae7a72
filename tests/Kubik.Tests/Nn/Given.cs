// Modules computed with weights from outside: tensors that gradients can be taken by stand in for the parameters.

using Kubik.Nn;

namespace Kubik.Tests.Nn;

internal sealed class Given : IParameterBinder
{
    private readonly Dictionary<Parameter, Tensor> values;

    private Given(Dictionary<Parameter, Tensor> values) => this.values = values;

    /// <summary>What a function computes while the tensors are the parameters' values. Assignments are not kept.</summary>
    public static Tensor Run(IEnumerable<Parameter> parameters, IEnumerable<Tensor> values, Func<Tensor> f)
    {
        IParameterBinder? outer = Parameter.Binder;
        Parameter.Binder = new Given(parameters.Zip(values).ToDictionary(p => p.First, p => p.Second));
        try
        {
            return f();
        }
        finally
        {
            Parameter.Binder = outer;
        }
    }

    /// <inheritdoc cref="Run(IEnumerable{Parameter}, IEnumerable{Tensor}, Func{Tensor})"/>
    public static Tensor Run(Module net, IEnumerable<Tensor> values, Func<Tensor> f) => Run(net.Parameters().Select(p => p.Parameter), values, f);

    string? IParameterBinder.Place => null;

    void IParameterBinder.Enter(INetwork network)
    {
    }

    Tensor IParameterBinder.Read(Parameter parameter) => this.values.GetValueOrDefault(parameter) ?? parameter.Current;

    void IParameterBinder.Write(Parameter parameter, Tensor value) => this.values[parameter] = value;

    TensorSpec IParameterBinder.SpecOf(TensorSpec own) => own;
}
