// The symbolic way to run. Tracing calls ordinary tensor code on symbols: every op goes through Op.Apply, which then
// only records. The nodes behind the results, in order, are the graph. Parameters read during the trace become inputs
// and assignments to them become updates, so that nothing that can change is frozen into the graph.

namespace Kubik.Graphs;

/// <summary>A recorded computation: inputs and parameters in, outputs and parameter updates out.</summary>
/// <example><code>
/// Graph g = Graph.Trace(x => x[0].MatMul(w).Tanh(), new TensorSpec(DType.Float32, [64, 784]));
/// Console.WriteLine(g.ToText());
/// Tensor y = g.Run(batch)[0];
/// </code></example>
public sealed class Graph
{
    private Graph(Tensor[] inputs, Tensor[] outputs, IReadOnlyList<(Parameter Parameter, Tensor Symbol)> parameters, IReadOnlyList<(Parameter Parameter, Tensor Value)> updates)
    {
        this.Inputs = inputs;
        this.Outputs = outputs;
        this.Parameters = parameters;
        this.Updates = updates;
        this.Values = Order([.. outputs, .. updates.Select(u => u.Value)]);
    }

    /// <summary>The symbols that stand for the arguments.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The results.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>The parameters that are read, each with the symbol that stands for its value when the run begins.</summary>
    public IReadOnlyList<(Parameter Parameter, Tensor Symbol)> Parameters { get; }

    /// <summary>The parameters that are assigned, each with its value when the run ends.</summary>
    public IReadOnlyList<(Parameter Parameter, Tensor Value)> Updates { get; }

    /// <summary>Everything the results need: inputs, parameters, constants and computed values, each after what it is computed from.</summary>
    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>Multiply–adds of matrix products and convolutions, as a loop over their definition does them; of a fused op its definition counts.</summary>
    /// <remarks>What is done to each element by itself does not count, as in the papers. A faster algorithm, such as Winograd's, does not make them fewer.</remarks>
    public long MultiplyAdds => this.Values.Sum(MultiplyAddsOf);

    /// <summary>Multiply–adds of one value; 0 for inputs and constants.</summary>
    internal static long MultiplyAddsOf(Tensor value) => value is not { IsSymbolic: true, Node: { } node } ? 0
        : node.Op is FusedOp fused ? Trace(x => fused.Decompose(x), [.. node.Inputs.Select(x => x.Spec)]).MultiplyAdds
        : node.Op.MultiplyAdds(node.Inputs, value.Shape);

    /// <summary>How many ops are recorded.</summary>
    public int Operations => this.Values.Count(v => v is { IsSymbolic: true, Node: not null });

    /// <summary>Records what a function does to tensors of the given specs.</summary>
    /// <exception cref="InvalidOperationException">The function reads the values of a symbol or branches on them; the message names the op that made it.</exception>
    public static Graph Trace(Func<Tensor[], Tensor[]> f, params ReadOnlySpan<TensorSpec> specs) => Trace(f, type: null, specs);

    /// <summary>Records a function that sees all parameters of floating point in another type: what is computed in float32 can be looked at in float64.</summary>
    internal static Graph Trace(Func<Tensor[], Tensor[]> f, DType? type, params ReadOnlySpan<TensorSpec> specs)
    {
        Tensor[] inputs = new Tensor[specs.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = Tensor.Symbol(specs[i], node: null);
        Recorder recorder = new(type ?? (Parameter.Binder as Recorder)?.Type); // a trace inside of one sees what that one sees
        IParameterBinder? outer = Parameter.Binder;
        Parameter.Binder = recorder;
        try
        {
            return new Graph(inputs, f([.. inputs]), recorder.Read, recorder.Written); // a copy, which the function may change
        }
        finally
        {
            Parameter.Binder = outer;
        }
    }

    /// <summary>Records a function with one result.</summary>
    /// <inheritdoc cref="Trace(Func{Tensor[], Tensor[]}, ReadOnlySpan{TensorSpec})" path="/exception"/>
    public static Graph Trace(Func<Tensor[], Tensor> f, params ReadOnlySpan<TensorSpec> specs) =>
        Trace(x => [f(x)], specs);

    /// <summary>Computes the outputs for the given inputs and assigns the parameters that the function assigned, all of them after everything is computed.</summary>
    /// <exception cref="ShapeException">An input has another spec than the trace was made for.</exception>
    public Tensor[] Run(params ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length != this.Inputs.Count)
            throw new ShapeException($"Graph: {inputs.Length} inputs given, but it was traced with {this.Inputs.Count}.");
        if (this.Values.Any(v => v is { IsSymbolic: true, Node.Op: Recomputed })) return Recomputed.Inline(this).Run(inputs);
        Dictionary<Tensor, Tensor> computed = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Spec != this.Inputs[i].Spec)
                throw new ShapeException($"Graph: input {i} is {inputs[i].Spec}, but the graph was traced for {this.Inputs[i].Spec}; trace it again for other shapes.");
            computed[this.Inputs[i]] = inputs[i];
        }
        foreach ((Parameter parameter, Tensor symbol) in this.Parameters) computed[symbol] = parameter.Current;
        foreach (Tensor value in this.Values)
        {
            if (value.Node is { } node && value.IsSymbolic)
                computed[value] = node.Op.Execute([.. node.Inputs.Select(x => computed[x])], value.Spec);
            else if (!value.IsSymbolic)
                computed[value] = value;
        }
        (Parameter, Tensor)[] updates = [.. this.Updates.Select(u => (u.Parameter, computed[u.Value]))];
        Tensor[] outputs = [.. this.Outputs.Select(y => computed[y])];
        foreach ((Parameter parameter, Tensor value) in updates) parameter.Assign(value);
        return outputs;
    }

    /// <summary>One line for each value: its name, what it is computed from, its spec.</summary>
    public string ToText()
    {
        Dictionary<Tensor, string> names = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < this.Inputs.Count; i++) names[this.Inputs[i]] = $"x{i}";
        for (int i = 0; i < this.Parameters.Count; i++) names[this.Parameters[i].Symbol] = $"p{i}";
        List<string> lines = [];
        foreach (Tensor value in this.Values)
        {
            string source;
            if (names.TryGetValue(value, out string? name))
            {
                source = name[0] == 'x' ? "input" : "parameter";
            }
            else
            {
                name = names[value] = value.IsSymbolic ? $"v{names.Count}" : $"c{names.Count}";
                source = value.IsSymbolic && value.Node is { } node
                    ? node.Op.Notation.ToText([.. node.Inputs.Select(x => names[x])])
                    : value.Count == 1 ? value.Item().ToString() : "constant";
            }
            lines.Add($"{name} = {source}   {value.Spec}");
        }
        foreach ((Parameter parameter, Tensor value) in this.Updates)
            lines.Add($"{names[this.Parameters.First(p => p.Parameter == parameter).Symbol]} ← {names[value]}");
        lines.Add("return " + string.Join(", ", this.Outputs.Select(y => names[y])));
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>What the compiler makes of the graph: its passes, and the steps and the memory of the plan. Nothing is computed.</summary>
    /// <example><code>Console.WriteLine(Graph.Trace(x => x[0].Exp().Log(), new TensorSpec(DType.Float32, [64])).Plan());</code></example>
    public PlanReport Plan() => Compiler.Plan(this).Report();

    /// <summary>The same graph with every op replaced by what the rule says stands for it on inputs that are replaced already; null keeps the op.</summary>
    internal Graph Rewrite(Func<Node, Tensor[], Tensor?> rule)
    {
        Dictionary<Tensor, Tensor> now = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in this.Values)
        {
            if (!value.IsSymbolic || value.Node is not { } node)
            {
                now[value] = value;
                continue;
            }
            Tensor[] x = [.. node.Inputs.Select(i => now[i])];
            now[value] = rule(node, x) ?? (x.AsSpan().SequenceEqual(node.Inputs, ReferenceEqualityComparer.Instance) ? value : Tensor.Symbol(value.Spec, node with { Inputs = x }));
        }
        return new Graph([.. this.Inputs], [.. this.Outputs.Select(y => now[y])], this.Parameters, [.. this.Updates.Select(u => (u.Parameter, now[u.Value]))]);
    }

    /// <summary>The same computation with other results.</summary>
    internal Graph WithResults(Tensor[] outputs, (Parameter Parameter, Tensor Value)[] updates) => new([.. this.Inputs], outputs, this.Parameters, updates);

    /// <summary>The symbol of an input, or after the inputs of a parameter.</summary>
    internal Tensor Given(int i) => i < this.Inputs.Count ? this.Inputs[i] : this.Parameters[i - this.Inputs.Count].Symbol;

    /// <summary>An output, or after the outputs the new value of a parameter.</summary>
    internal Tensor ResultAt(int i) => i < this.Outputs.Count ? this.Outputs[i] : this.Updates[i - this.Outputs.Count].Value;

    /// <summary>Goes through what leads to some values again, from other inputs and parameters.</summary>
    /// <param name="given">The inputs, then the parameters.</param>
    /// <param name="apply">What an op makes of its inputs.</param>
    /// <param name="results">The values that are asked for.</param>
    internal Tensor[] Replay(ReadOnlySpan<Tensor> given, Func<Node, Tensor[], Tensor> apply, params Tensor[] results)
    {
        Dictionary<Tensor, Tensor> now = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < given.Length; i++) now[this.Given(i)] = given[i];
        foreach (Tensor value in Order(results))
        {
            if (now.ContainsKey(value)) continue;
            now[value] = value is { IsSymbolic: true, Node: { } node } ? apply(node, [.. node.Inputs.Select(x => now[x])]) : value;
        }
        return [.. results.Select(r => now[r])];
    }

    /// <summary>The same graph with what its function took from outside, symbols of another trace and tracked tensors, as further inputs.</summary>
    /// <param name="begin">The last node that was made before the trace.</param>
    /// <param name="taken">What it took.</param>
    internal Graph Closed(long begin, out Tensor[] taken)
    {
        HashSet<Tensor> own = new([.. this.Inputs, .. this.Parameters.Select(p => p.Symbol)], ReferenceEqualityComparer.Instance);
        Dictionary<Tensor, Tensor> instead = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in this.Values)
        {
            bool isMade = value is { IsSymbolic: true, Node: { } node } && node.Ordinal > begin;
            foreach (Tensor x in isMade ? value.Node!.Inputs : []) Take(x);
        }
        foreach (Tensor result in (IEnumerable<Tensor>)[.. this.Outputs, .. this.Updates.Select(u => u.Value)]) Take(result);
        taken = [.. instead.Keys];
        if (taken.Length == 0) return this;
        Graph closed = this.Reading(instead, []);
        return new Graph([.. this.Inputs, .. instead.Values], [.. closed.Outputs], closed.Parameters, closed.Updates);

        void Take(Tensor x)
        {
            bool isOutside = x.IsSymbolic ? x.Node is { } made ? made.Ordinal <= begin : !own.Contains(x) : x.IsTracked;
            if (isOutside) instead.TryAdd(x, Tensor.Symbol(x.Spec, node: null));
        }
    }

    /// <summary>A graph that only assigns parameters, made of symbols for their values.</summary>
    internal static Graph OfUpdates((Parameter Parameter, Tensor Symbol)[] parameters, IReadOnlyList<(Parameter Parameter, Tensor Value)> updates) =>
        new Graph([], [], parameters, updates).ReadingNoMore();

    /// <summary>The same computation with symbols of parameters in the places of some values.</summary>
    internal Graph Reading(IReadOnlyDictionary<Tensor, Tensor> instead, IEnumerable<(Parameter Parameter, Tensor Symbol)> parameters)
    {
        Dictionary<Tensor, Tensor> now = new(instead, ReferenceEqualityComparer.Instance);
        foreach (Tensor value in this.Values)
        {
            if (now.ContainsKey(value)) continue;
            Tensor[] x = [.. InputsOf(value).Select(i => now[i])];
            now[value] = x.AsSpan().SequenceEqual(InputsOf(value), ReferenceEqualityComparer.Instance) ? value : Tensor.Symbol(value.Spec, value.Node! with { Inputs = x });
        }
        return new Graph([.. this.Inputs], [.. this.Outputs.Select(y => now[y])], [.. this.Parameters, .. parameters], [.. this.Updates.Select(u => (u.Parameter, now[u.Value]))]).ReadingNoMore();
    }

    // Without the parameters that nothing needs.
    private Graph ReadingNoMore()
    {
        HashSet<Tensor> needed = new(this.Values, ReferenceEqualityComparer.Instance);
        HashSet<Parameter> assigned = [.. this.Updates.Select(u => u.Parameter)];
        return new Graph([.. this.Inputs], [.. this.Outputs], [.. this.Parameters.Where(p => needed.Contains(p.Symbol) || assigned.Contains(p.Parameter))], this.Updates);
    }

    // Everything behind the results in the order in which the code made it; where a pass has put something new in an old
    // place, an input still comes before what is computed from it.
    private static List<Tensor> Order(Tensor[] results)
    {
        List<Tensor> order = [];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(Tensor Tensor, int Next)> open = new();
        foreach (Tensor tensor in (IEnumerable<Tensor>)[.. Computed(results).OrderBy(t => t.Node!.Ordinal), .. results])
        {
            if (seen.Add(tensor)) open.Push((tensor, 0));
            while (open.TryPop(out (Tensor Tensor, int Next) top))
            {
                Tensor[] inputs = InputsOf(top.Tensor);
                if (top.Next == inputs.Length)
                {
                    order.Add(top.Tensor);
                    continue;
                }
                open.Push((top.Tensor, top.Next + 1));
                if (seen.Add(inputs[top.Next])) open.Push((inputs[top.Next], 0));
            }
        }
        return order;
    }

    private static List<Tensor> Computed(Tensor[] results)
    {
        List<Tensor> found = [];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Stack<Tensor> open = new(results);
        while (open.TryPop(out Tensor? tensor))
        {
            if (!seen.Add(tensor)) continue;
            if (tensor is { IsSymbolic: true, Node: not null }) found.Add(tensor);
            foreach (Tensor input in InputsOf(tensor)) open.Push(input);
        }
        return found;
    }

    private static Tensor[] InputsOf(Tensor tensor) => tensor.IsSymbolic && tensor.Node is { } node ? node.Inputs : [];

    private sealed class Recorder(DType? type) : IParameterBinder
    {
        public DType? Type => type;

        private readonly Dictionary<Parameter, Tensor> now = [];

        public List<(Parameter Parameter, Tensor Symbol)> Read { get; } = [];

        public List<(Parameter Parameter, Tensor Value)> Written { get; } = [];

        Tensor IParameterBinder.Read(Parameter parameter)
        {
            if (this.now.TryGetValue(parameter, out Tensor? value)) return value;
            value = Tensor.Symbol(parameter.Spec, node: null);
            this.Read.Add((parameter, value));
            return this.now[parameter] = value;
        }

        TensorSpec IParameterBinder.SpecOf(TensorSpec own) => type is { } other && own.DType.IsFloat ? own with { DType = other } : own;

        void IParameterBinder.Write(Parameter parameter, Tensor value)
        {
            ((IParameterBinder)this).Read(parameter); // an assigned parameter has a symbol too
            this.now[parameter] = value;
            this.Written.RemoveAll(w => w.Parameter == parameter);
            this.Written.Add((parameter, value));
        }
    }
}
