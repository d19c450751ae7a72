// A graph that is computed again and again, each time with another value of one parameter: only what depends on that is
// computed anew.

using Kubik.Graphs;

namespace Kubik.Autograd;

/// <summary>Computes a graph for changed parameters, which stay as they are.</summary>
internal sealed class WeightedRun
{
    private readonly Graph graph;
    private readonly Dictionary<Tensor, Tensor> values = new(ReferenceEqualityComparer.Instance);

    /// <summary>Computes all of the graph once.</summary>
    /// <param name="graph">What is computed.</param>
    /// <param name="inputs">Its inputs.</param>
    public WeightedRun(Graph graph, ReadOnlySpan<Tensor> inputs)
    {
        this.graph = graph;
        for (int i = 0; i < inputs.Length; i++) this.values[graph.Inputs[i]] = inputs[i];
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters) this.values[symbol] = parameter.Current.Detach().Cast(symbol.DType);
        foreach (Tensor value in graph.Values) this.values[value] = this.Compute(value, this.values);
    }

    /// <summary>What a value of the graph was.</summary>
    public Tensor this[Tensor value] => this.values[value];

    /// <summary>The values between one and a result, in order: what has to be computed again when it changes.</summary>
    /// <param name="changed">What changes.</param>
    /// <param name="result">What it leads to.</param>
    /// <param name="pastDetach">Whether what is detached changes too; else it is a constant, as it is for gradients.</param>
    public Tensor[] Between(Tensor changed, Tensor result, bool pastDetach)
    {
        HashSet<Tensor> after = new([changed], ReferenceEqualityComparer.Instance);
        foreach (Tensor value in this.graph.Values)
        {
            if ((pastDetach || value.Node?.Op is not Detach) && Inputs(value).Any(after.Contains)) after.Add(value);
        }
        HashSet<Tensor> before = new([result], ReferenceEqualityComparer.Instance);
        foreach (Tensor value in this.graph.Values.Reverse())
        {
            if (before.Contains(value)) before.UnionWith(Inputs(value));
        }
        return [.. this.graph.Values.Where(v => !ReferenceEquals(v, changed) && after.Contains(v) && before.Contains(v))];
    }

    /// <summary>A result when a value is another one.</summary>
    public Tensor With(Tensor changed, Tensor now, Tensor[] between, Tensor result)
    {
        Dictionary<Tensor, Tensor> anew = new(ReferenceEqualityComparer.Instance) { [changed] = now };
        foreach (Tensor value in between) anew[value] = this.Compute(value, anew);
        return anew.GetValueOrDefault(result) ?? this.values[result];
    }

    private Tensor Compute(Tensor value, Dictionary<Tensor, Tensor> anew) =>
        !value.IsSymbolic ? value
        : value.Node is not { } node ? this.values[value]
        : node.Op.Execute([.. node.Inputs.Select(x => anew.GetValueOrDefault(x) ?? this.values[x])], value.Spec);

    private static Tensor[] Inputs(Tensor value) => value is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];
}
