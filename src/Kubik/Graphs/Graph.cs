// The symbolic way to run. Tracing calls ordinary tensor code on symbols: every op goes through Op.Apply, which then
// only records. The nodes behind the results, in order, are the graph. Parameters read during the trace become inputs
// and assignments to them become updates, so that nothing that can change is frozen into the graph.

using System.Globalization;

namespace Kubik.Graphs;

/// <summary>A recorded computation: inputs and parameters in, outputs and parameter updates out.</summary>
/// <example><code>
/// Graph g = Graph.Trace(x => x[0].MatMul(w).Tanh(), new TensorSpec(DType.Float32, [64, 784]));
/// Console.WriteLine(g.ToText());
/// Tensor y = g.Run(batch)[0];
/// </code></example>
public sealed class Graph
{
    private Graph(Tensor[] inputs, Tensor[] outputs, IReadOnlyList<(Parameter Parameter, Tensor Symbol)> parameters,
        IReadOnlyList<(Parameter Parameter, Tensor Value)> updates)
    {
        this.Inputs = inputs;
        this.Outputs = outputs;
        this.Parameters = parameters;
        this.Updates = updates;
        this.Values = Behind([.. outputs, .. updates.Select(u => u.Value)]);
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
    /// <remarks>What is done to each element by itself does not count, as in the papers.
    /// A faster algorithm, such as Winograd's, does not make them fewer.</remarks>
    public long MultiplyAdds => this.Values.Sum(MultiplyAddsOf);

    /// <summary>Multiply–adds of one value; 0 for inputs and constants.</summary>
    internal static long MultiplyAddsOf(Tensor value) => value is not { IsSymbolic: true, Node: { } node } ? 0
        : node.Op is FusedOp fused ? Trace(x => fused.Decompose(x), [.. node.Inputs.Select(x => x.Spec)]).MultiplyAdds
        : node.Op.MultiplyAdds(node.Inputs, value.Shape);

    /// <summary>How many ops are recorded.</summary>
    public int Operations => this.Values.Count(v => v is { IsSymbolic: true, Node: not null });

    /// <summary>Records what a function does to tensors of the given specs. Nothing is computed, but what depends on constants alone.</summary>
    /// <remarks>
    /// A net whose weights wait for a first input gets them here, as by <see cref="Nn.Module.Build"/>: their shapes follow from the specs, and their first
    /// values are drawn when somebody asks for them. Parameters are not frozen: a graph reads them anew in every run. The states of random sources are
    /// parameters, which a graph reads and assigns: a trace draws no numbers, and every run draws others, as at once.
    /// What else the function takes from outside, tensors, numbers and which way an <c>if</c> went, stays as it was.
    /// </remarks>
    /// <param name="f">The function, of as many tensors as there are specs. What it throws comes out unchanged,
    /// such as an <see cref="IndexOutOfRangeException"/> when it reads more tensors.</param>
    /// <param name="specs">Element type and shape of each input.</param>
    /// <exception cref="InvalidOperationException">The function reads the values of a symbol or branches on them;
    /// the message names the layer and the op that made it, and what to do. Or it returns null.</exception>
    public static Graph Trace(Func<Tensor[], Tensor[]> f, params ReadOnlySpan<TensorSpec> specs) => Trace(f, type: null, specs);

    /// <summary>Records a function that sees all parameters of floating point in another type:
    /// what is computed in float32 can be looked at in float64.</summary>
    internal static Graph Trace(Func<Tensor[], Tensor[]> f, DType? type, params ReadOnlySpan<TensorSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tensor[] inputs = new Tensor[specs.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = Tensor.Symbol(specs[i], node: null);
        IParameterBinder? outer = Parameter.Binder;
        Recorder recorder = new(type ?? (outer as Recorder)?.Type, outer); // a trace inside of one sees what that one sees
        Parameter.Binder = recorder;
        try
        {
            Tensor[] outputs = f([.. inputs]); // a copy, which the function may change
            if (outputs is null || Array.Exists(outputs, y => y is null))
                throw new InvalidOperationException("Graph.Trace: the function returned null instead of a tensor; return what it computes.");
            return new Graph(inputs, outputs, recorder.Read, recorder.Written) { Networks = recorder.Networks };
        }
        finally
        {
            Parameter.Binder = outer;
        }
    }

    /// <summary>Records a function with one result.</summary>
    /// <inheritdoc cref="Trace(Func{Tensor[], Tensor[]}, ReadOnlySpan{TensorSpec})" path="/*[not(self::summary)]"/>
    public static Graph Trace(Func<Tensor[], Tensor> f, params ReadOnlySpan<TensorSpec> specs)
    {
        ArgumentNullException.ThrowIfNull(f);
        return Trace(x => [f(x)], specs);
    }

    /// <summary>Computes the outputs for the given inputs and assigns the parameters that the function assigned,
    /// all of them after everything is computed.</summary>
    /// <remarks>In the function of another trace, or on symbols, it is recorded there.</remarks>
    /// <exception cref="ShapeException">There are more or fewer inputs than the trace was made for, or one has another spec.</exception>
    /// <exception cref="InvalidOperationException">A parameter was converted to another type after the trace.</exception>
    public Tensor[] Run(params ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length != this.Inputs.Count)
            throw new ShapeException($"Graph: {inputs.Length} inputs given, but it was traced with {this.Inputs.Count}.");
        bool isTraced = Parameter.Binder is not null;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null) throw new ArgumentNullException(nameof(inputs), $"Graph: input {i} is null; give a tensor {this.Inputs[i].Spec}.");
            if (inputs[i].Spec != this.Inputs[i].Spec)
                throw new ShapeException(
                    $"Graph: input {i} is {inputs[i].Spec}, but the graph was traced for {this.Inputs[i].Spec}; trace it again for other shapes.");
            isTraced |= inputs[i].IsSymbolic;
        }
        foreach ((Parameter parameter, Tensor symbol) in this.Parameters)
        {
            if (parameter.Spec != symbol.Spec)
                throw new InvalidOperationException(
                    $"Graph: the parameter {this.Names[symbol]} was {symbol.Spec} when the graph was traced, now it is {parameter.Spec}; trace it again.");
        }
        if (isTraced) return this.RunInTrace(inputs);
        if (this.Values.Any(v => v is { IsSymbolic: true, Node.Op: Recomputed })) return Recomputed.Inline(this).Run(inputs);
        Interpreter run = this.Begin(inputs, (parameter, _) => parameter.Current);
        run.Run(this.Values);
        (Parameter, Tensor)[] updates = [.. this.Updates.Select(u => (u.Parameter, run[u.Value]))];
        Tensor[] outputs = [.. this.Outputs.Select(y => run[y])];
        foreach ((Parameter parameter, Tensor value) in updates) parameter.Assign(value);
        return outputs;
    }

    /// <summary>One line for each value: its name, what it is computed from, its spec. Parameters of a network are called by their paths, others p0, p1, …;
    /// of constants the first values are shown.</summary>
    /// <example><code>
    /// Sequential net = Sequential.Parse("linear 2 | relu");
    /// Console.WriteLine(Graph.Trace(x => net.Forward(x[0]), new TensorSpec(DType.Float32, [8, 3])).ToText());
    /// // x0 = input   float32 (8, 3)
    /// // 0.weight = parameter   float32 (3, 2)
    /// // v3 = x0·0.weight   float32 (8, 2) …
    /// </code></example>
    public string ToText()
    {
        Dictionary<Tensor, string> names = new(this.Names, ReferenceEqualityComparer.Instance);
        HashSet<Tensor> inputs = new(this.Inputs, ReferenceEqualityComparer.Instance);
        List<string> lines = [];
        foreach (Tensor value in this.Values)
        {
            string source;
            if (names.TryGetValue(value, out string? name))
            {
                source = inputs.Contains(value) ? "input" : "parameter";
            }
            else
            {
                name = names[value] = value.IsSymbolic ? $"v{names.Count}" : $"c{names.Count}";
                source = value.IsSymbolic && value.Node is { } node ? node.Op.Notation.ToText([.. node.Inputs.Select(x => names[x])]) : Shortened(value);
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

    // The networks that were run in the trace: they know the paths of the parameters.
    private IReadOnlyList<INetwork> Networks { get; init; } = [];

    /// <summary>What the inputs and parameters are called.</summary>
    internal IReadOnlyDictionary<Tensor, string> Names => field ??= this.Named();

    private Dictionary<Tensor, string> Named()
    {
        Dictionary<Tensor, string> names = new(ReferenceEqualityComparer.Instance);
        Dictionary<Parameter, string> paths = [];
        HashSet<string> taken = [.. this.Inputs.Select((_, i) => $"x{i}")];
        foreach ((string path, Parameter parameter) in this.Networks.SelectMany(n => n.Parameters()))
        {
            if (paths.ContainsKey(parameter)) continue;
            string name = path;
            for (int i = 2; !taken.Add(name); i++) name = $"{path}#{i}"; // of another network
            paths[parameter] = name;
        }
        for (int i = 0; i < this.Inputs.Count; i++) names[this.Inputs[i]] = $"x{i}";
        for (int i = 0; i < this.Parameters.Count; i++) names[this.Parameters[i].Symbol] = paths.GetValueOrDefault(this.Parameters[i].Parameter, $"p{i}");
        return names;
    }

    private static string Shortened(Tensor constant)
    {
        const int Most = 4;
        if (constant.Count == 1) return Said(constant.Item(), constant.DType);
        double[] first = constant.Reshape([constant.Count])[..Math.Min(Most, constant.Count)].ToDoubles();
        return $"[{string.Join(", ", first.Select(x => Said(x, constant.DType)))}{(constant.Count > Most ? ", …" : "")}]";

        static string Said(double x, DType dtype) =>
            dtype == DType.Float64 ? x.ToString("R", CultureInfo.InvariantCulture) : ((float)x).ToString("R", CultureInfo.InvariantCulture);
    }

    private Tensor[] RunInTrace(ReadOnlySpan<Tensor> inputs)
    {
        Tensor[] results = this.Replay(
            [.. inputs, .. this.Parameters.Select(p => p.Parameter.Value)],
            (node, x) => node.Op.Apply(x),
            [.. this.Outputs, .. this.Updates.Select(u => u.Value)]);
        for (int i = 0; i < this.Updates.Count; i++) this.Updates[i].Parameter.Assign(results[this.Outputs.Count + i]);
        return results[..this.Outputs.Count];
    }

    /// <summary>Computes values of the graph by the ops' kernels.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="current">The value of a parameter, which has a symbol here.</param>
    internal Interpreter Begin(ReadOnlySpan<Tensor> inputs, Func<Parameter, Tensor, Tensor> current)
    {
        Interpreter run = new(Interpreter.Compute);
        for (int i = 0; i < inputs.Length; i++) run[this.Inputs[i]] = inputs[i];
        foreach ((Parameter parameter, Tensor symbol) in this.Parameters) run[symbol] = current(parameter, symbol);
        return run;
    }

    /// <summary>The same graph with every op replaced by what the rule says stands for it on inputs that are replaced already; null keeps the op.</summary>
    internal Graph Rewrite(Func<Node, Tensor[], Tensor?> rule) => this.Rewritten(new Interpreter((value, x) => rule(value.Node!, x) ?? On(value, x)), []);

    // An op on other inputs.
    private static Tensor On(Tensor value, Tensor[] x) =>
        x.AsSpan().SequenceEqual(value.Node!.Inputs, ReferenceEqualityComparer.Instance) ? value : Tensor.Symbol(value.Spec, value.Node with { Inputs = x });

    private Graph Rewritten(Interpreter walk, IEnumerable<(Parameter Parameter, Tensor Symbol)> more)
    {
        walk.Run(this.Values);
        return new Graph([.. this.Inputs], [.. this.Outputs.Select(y => walk[y])], [.. this.Parameters, .. more],
            [.. this.Updates.Select(u => (u.Parameter, walk[u.Value]))]);
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
        Interpreter walk = new((value, x) => apply(value.Node!, x));
        for (int i = 0; i < given.Length; i++) walk[this.Given(i)] = given[i];
        walk.Run(Behind(results));
        return [.. results.Select(r => walk[r])];
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
        Interpreter walk = new(On);
        foreach ((Tensor value, Tensor symbol) in instead) walk[value] = symbol;
        return this.Rewritten(walk, parameters).ReadingNoMore();
    }

    // Without the parameters that nothing needs.
    private Graph ReadingNoMore()
    {
        HashSet<Tensor> needed = new(this.Values, ReferenceEqualityComparer.Instance);
        HashSet<Parameter> assigned = [.. this.Updates.Select(u => u.Parameter)];
        return new Graph([.. this.Inputs], [.. this.Outputs], [.. this.Parameters.Where(p => needed.Contains(p.Symbol) || assigned.Contains(p.Parameter))],
            this.Updates);
    }

    /// <summary>The values between one and a result, in order: what has to be computed again when the one changes.</summary>
    /// <param name="changed">What changes.</param>
    /// <param name="behind">The result and all that is <see cref="Behind"/> it.</param>
    /// <param name="pastDetach">Whether what is detached changes too; else it is a constant, as it is for gradients.</param>
    internal static Tensor[] Between(Tensor changed, IReadOnlyList<Tensor> behind, bool pastDetach)
    {
        HashSet<Tensor> after = new([changed], ReferenceEqualityComparer.Instance);
        List<Tensor> between = [];
        foreach (Tensor value in behind)
        {
            if ((pastDetach || value.Node?.Op is not Detach) && Array.Exists(Interpreter.InputsOf(value), after.Contains) && after.Add(value))
                between.Add(value);
        }
        return [.. between];
    }

    /// <summary>Results and all that they are computed from, in the order in which the code made it;
    /// where a pass has put something new in an old place, an input still comes before what is computed from it.</summary>
    /// <param name="results">The results.</param>
    /// <param name="isEnd">Behind which values nothing is looked for; null: none.</param>
    internal static List<Tensor> Behind(Tensor[] results, Func<Tensor, bool>? isEnd = null)
    {
        Tensor[] InputsOf(Tensor value) => isEnd?.Invoke(value) == true ? [] : Interpreter.InputsOf(value);
        HashSet<Tensor> found = new(ReferenceEqualityComparer.Instance);
        Stack<Tensor> toVisit = new(results);
        while (toVisit.TryPop(out Tensor? tensor))
        {
            if (!found.Add(tensor)) continue;
            foreach (Tensor input in InputsOf(tensor)) toVisit.Push(input);
        }
        List<Tensor> order = [];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(Tensor Tensor, int Next)> open = new();
        foreach (Tensor tensor in (IEnumerable<Tensor>)[.. found.Where(t => t is { IsSymbolic: true, Node: not null }).OrderBy(t => t.Node!.Ordinal),
            .. results])
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

    private sealed class Recorder(DType? type, IParameterBinder? outer) : IParameterBinder
    {
        public DType? Type => type;

        private readonly Dictionary<Parameter, Tensor> now = [];

        public List<INetwork> Networks { get; } = [];

        string? IParameterBinder.Place => this.Networks.Select(n => n.Place).FirstOrDefault(place => place is not null) ?? outer?.Place;

        void IParameterBinder.Enter(INetwork network)
        {
            if (!this.Networks.Contains(network)) this.Networks.Add(network);
        }

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
