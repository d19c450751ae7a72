namespace Kubik.Graphs;

/// <summary>Which values of a graph are known before its inputs are: they depend on constants and on parameters that the graph does not change.</summary>
internal sealed class Known
{
    private readonly Dictionary<Tensor, bool> known = new(ReferenceEqualityComparer.Instance);

    public Known(Graph graph)
    {
        HashSet<Parameter> changed = [.. graph.Updates.Select(u => u.Parameter)];
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters) this.known[symbol] = !changed.Contains(parameter);
        foreach (Tensor value in graph.Values) this.Has(value);
    }

    /// <summary>Whether a value is known; one that is made of the graph's values may be asked about too.</summary>
    public bool Has(Tensor value)
    {
        if (!value.IsSymbolic) return true;
        if (!this.known.TryGetValue(value, out bool has))
            has = this.known[value] = value.Node is { } node && Array.TrueForAll(node.Inputs, this.Has);
        return has;
    }
}
