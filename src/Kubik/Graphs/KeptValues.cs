// What a prediction computes from parameters and constants alone is the same in every run, so it is computed once and kept,
// as parameters that only plans see: folded weights, a normalised matrix. The plans of all shapes share it. When a
// parameter was changed since, by an optimiser or by hand, it is computed again before the next run.

using System.Security.Cryptography;

namespace Kubik.Graphs;

/// <summary>The part of a model's graphs that is computed once.</summary>
internal sealed class KeptValues
{
    private readonly Lock gate = new();
    private readonly Dictionary<Parameter, Tensor> symbols = [];
    private readonly Dictionary<Pass.Call, Tensor> calls = [];
    private readonly Dictionary<(TensorSpec, string), Tensor> constants = [];
    private readonly Dictionary<Tensor, Parameter> kept = new(ReferenceEqualityComparer.Instance);
    private volatile Computed now = new([], []);

    /// <summary>The values that are kept.</summary>
    public int Count => this.kept.Count;

    /// <summary>The graph without what is computed once, which it reads as parameters.</summary>
    public Graph Split(Graph graph)
    {
        lock (this.gate)
        {
            Known known = new(graph);
            HashSet<Tensor> needed = Needed(graph, known);
            Dictionary<Tensor, Tensor> same = new(ReferenceEqualityComparer.Instance), read = new(ReferenceEqualityComparer.Instance);
            foreach ((Parameter parameter, Tensor symbol) in graph.Parameters) same[symbol] = this.SymbolOf(parameter);
            List<(Parameter, Tensor)> more = [], added = [];
            foreach (Tensor value in graph.Values.Where(known.Has))
            {
                if (!value.IsSymbolic) same[value] = this.Same(value);
                else if (value.Node is { } node) same[value] = this.Same(node, [.. node.Inputs.Select(x => same[x])]);
                if (!needed.Contains(value)) continue;
                if (!this.kept.TryGetValue(same[value], out Parameter? result))
                {
                    result = this.kept[same[value]] = new Parameter(Tensor.Zeros(value.Shape, value.DType), ParameterRole.State);
                    added.Add((result, same[value]));
                }
                // What is computed twice in one graph is read as one.
                int already = more.FindIndex(m => m.Item1 == result);
                if (already >= 0) read[value] = more[already].Item2;
                else more.Add((result, read[value] = Tensor.Symbol(value.Spec, node: null)));
            }
            if (added.Count > 0) this.now = this.now.With(this.PlanOf(added), [.. this.symbols.Keys]);
            return graph.Reading(read, more);
        }
    }

    /// <summary>Computes what is of the past; false when it cannot be, because a parameter was converted to another type.</summary>
    public bool Refresh()
    {
        if (this.now.IsFresh()) return true;
        lock (this.gate)
        {
            if (this.now.IsFresh()) return true;
            if (!this.now.IsCurrent) return false;
            this.now = this.now.Again();
            return true;
        }
    }

    // What is computed before and read by what is not; a view of a parameter needs no memory of its own.
    private static HashSet<Tensor> Needed(Graph graph, Known known)
    {
        Dictionary<Tensor, Layout> layouts = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in graph.Values.Where(known.Has))
        {
            if (value is not { IsSymbolic: true, Node: { } node }) layouts[value] = Layout.Contiguous(value.Shape);
            else if (node.Op is ViewOp op && layouts.TryGetValue(node.Inputs[0], out Layout from)
                && op.View(node.Inputs[0].Shape, from, value.Shape) is { } layout)
            {
                layouts[value] = layout;
            }
        }
        IEnumerable<Tensor> read = graph.Values.Where(v => !known.Has(v) && v.Node is not null).SelectMany(v => v.Node!.Inputs);
        return new(read.Concat(graph.Outputs).Concat(graph.Updates.Select(u => u.Value)).Where(x => known.Has(x) && !layouts.ContainsKey(x)),
            ReferenceEqualityComparer.Instance);
    }

    private Tensor SymbolOf(Parameter parameter)
    {
        if (!this.symbols.TryGetValue(parameter, out Tensor? symbol)) symbol = this.symbols[parameter] = Tensor.Symbol(parameter.Spec, node: null);
        return symbol;
    }

    // Graphs of other shapes compute the same from the same parameters: it is the same value.
    private Tensor Same(Node node, Tensor[] x)
    {
        Pass.Call call = new(node.Op, x);
        if (!this.calls.TryGetValue(call, out Tensor? same))
            same = this.calls[call] = Tensor.Symbol(node.Op.Infer([.. x.Select(t => t.Spec)]), new(node.Op, x));
        return same;
    }

    private Tensor Same(Tensor constant)
    {
        Tensor dense = constant.Contiguous();
        int size = dense.DType.ByteSize;
        (TensorSpec, string) key = (constant.Spec, Convert.ToHexString(SHA256.HashData(dense.Bytes.Slice(dense.Layout.Offset * size, dense.Count * size))));
        GC.KeepAlive(dense);
        return this.constants.TryGetValue(key, out Tensor? same) ? same : this.constants[key] = constant;
    }

    private Plan PlanOf(List<(Parameter Parameter, Tensor Value)> results) =>
        Compiler.Plan(Graph.OfUpdates(
            [.. this.symbols.Select(s => (s.Key, s.Value)), .. results.Select(r => (r.Parameter, Tensor.Symbol(r.Value.Spec, node: null)))], results));

    // The plans, and the parameters as they were when the plans ran last.
    private sealed record Computed(Plan[] Plans, (Parameter Parameter, long Version)[] Read)
    {
        public bool IsCurrent => Array.TrueForAll(this.Plans, p => p.IsCurrent);

        public bool IsFresh()
        {
            foreach ((Parameter parameter, long version) in this.Read)
            {
                if (parameter.Version != version) return false;
            }
            return true;
        }

        // Not run yet, and so not fresh.
        public Computed With(Plan plan, Parameter[] read) => new([.. this.Plans, plan], [.. read.Select(p => (p, -1L))]);

        public Computed Again()
        {
            (Parameter, long)[] versions = [.. this.Read.Select(r => (r.Parameter, r.Parameter.Version))];
            foreach (Plan plan in this.Plans)
            {
                plan.Compute();
                plan.Write();
            }
            return this with { Read = versions };
        }
    }
}
