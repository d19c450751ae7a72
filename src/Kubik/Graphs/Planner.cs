// From a graph to steps with memory: which ops run as one loop, in which order, what is written in place, how long each
// value is needed and where it lies. The ops that lead to new values of parameters and to nothing else, the tail, come last.

using Kubik.Kernels;

namespace Kubik.Graphs;

/// <summary>Finds the steps of a plan and a place for each value.</summary>
internal sealed class Planner
{
    private readonly Graph graph;
    private readonly List<Tensor[]> groups;
    private readonly Dictionary<Tensor, int> groupOf = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, (Tensor Owner, Layout Layout)> memory = new(ReferenceEqualityComparer.Instance); // a view lies in its owner's
    private readonly Dictionary<Tensor, List<Tensor>> readers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> placed = new(ReferenceEqualityComparer.Instance);

    public Planner(Graph graph)
    {
        HashSet<Tensor> tail = Tail(graph);
        this.graph = WithCopies(graph, tail);
        tail = Tail(this.graph);
        List<Tensor[]> found = [.. Fusion.Groups(this.graph.Values, tail)];
        this.groups = [.. found.Where(g => !tail.Contains(g[0])), .. found.Where(g => tail.Contains(g[0]))];
        this.FindMemory();
        Dictionary<Tensor, Tensor> inPlace = this.InPlace();
        this.Place(inPlace);
        List<Step> steps = [];
        foreach (Tensor[] group in this.groups)
        {
            if (this.StepOf(group) is { } step) steps.Add(step);
            if (!tail.Contains(group[0])) this.Computing = steps.Count;
        }
        foreach ((Parameter parameter, Tensor value) in this.graph.Updates)
        {
            if (!inPlace.ContainsKey(value)) steps.Add(new OpStep(new Copy(), [this.placed[value]], parameter.Home));
        }
        this.Steps = [.. steps];
    }

    /// <summary>The steps in order.</summary>
    public Step[] Steps { get; }

    /// <summary>How many steps come before the first that writes a parameter.</summary>
    public int Computing { get; }

    /// <summary>The memory of all values between inputs and outputs.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>The memory of an output.</summary>
    public Tensor PlaceOf(int output) => this.placed[this.graph.Outputs[output]];

    /// <summary>The memory of an input.</summary>
    public Tensor PlaceOfInput(int input) => this.placed[this.graph.Inputs[input]];

    // Elementwise ops that only lead to new values of parameters, by way of others like them.
    private static HashSet<Tensor> Tail(Graph graph)
    {
        HashSet<Tensor> tail = new(graph.Updates.Select(u => u.Value), ReferenceEqualityComparer.Instance), needed = new(graph.Outputs, ReferenceEqualityComparer.Instance), read = new(ReferenceEqualityComparer.Instance);
        for (int i = graph.Values.Count - 1; i >= 0; i--)
        {
            Tensor value = graph.Values[i];
            bool leads = value is { IsSymbolic: true, Node.Op: IElementwise } && !needed.Contains(value) && (tail.Contains(value) || read.Contains(value));
            if (leads) tail.Add(value);
            else tail.Remove(value);
            if (value is not { IsSymbolic: true, Node: { } node }) continue;
            foreach (Tensor x in node.Inputs) (leads ? read : needed).Add(x);
        }
        return tail;
    }

    // What is left behind has memory of its own: results are no views and no inputs, and every new value of a parameter
    // is made by the tail.
    private static Graph WithCopies(Graph graph, HashSet<Tensor> tail)
    {
        HashSet<Tensor> taken = new(ReferenceEqualityComparer.Instance);
        Tensor[] outputs = [.. graph.Outputs.Select(y => y is { IsSymbolic: true, Node.Op: not ViewOp } && taken.Add(y) ? y : Copied(y))];
        (Parameter, Tensor)[] updates = [.. graph.Updates.Select(u => (u.Parameter, tail.Contains(u.Value) && taken.Add(u.Value) ? u.Value : Copied(u.Value)))];
        return graph.WithResults(outputs, updates);

        static Tensor Copied(Tensor x) => Tensor.Symbol(x.Spec, new(new Copy(), [x]));
    }

    private void FindMemory()
    {
        foreach (Tensor value in this.graph.Values.Where(v => v is not { IsSymbolic: true, Node: not null })) this.memory[value] = (value, Layout.Contiguous(value.Shape));
        foreach (Tensor input in this.graph.Inputs) this.memory[input] = (input, Layout.Contiguous(input.Shape));
        for (int g = 0; g < this.groups.Count; g++)
        {
            foreach (Tensor value in this.groups[g])
            {
                this.groupOf[value] = g;
                Node node = value.Node!;
                (Tensor owner, Layout layout) = this.memory[node.Inputs[0]];
                this.memory[value] = node.Op is ViewOp view && view.View(node.Inputs[0].Shape, layout, value.Shape) is { } seen ? (owner, seen) : (value, Layout.Contiguous(value.Shape));
                foreach (Tensor x in node.Inputs)
                {
                    if (!this.readers.TryGetValue(this.memory[x].Owner, out List<Tensor>? list)) this.readers[this.memory[x].Owner] = list = [];
                    list.Add(value);
                }
            }
        }
    }

    // The new values that may be written over the old ones: nothing reads those later, nor at another place in the same loop.
    private Dictionary<Tensor, Tensor> InPlace()
    {
        Dictionary<Tensor, Tensor> found = new(ReferenceEqualityComparer.Instance);
        Dictionary<Parameter, Tensor> symbols = this.graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        foreach ((Parameter parameter, Tensor value) in this.graph.Updates)
        {
            int at = this.groupOf[value], place = Array.IndexOf(this.groups[at], value);
            Tensor old = symbols[parameter];
            bool free = this.readers.GetValueOrDefault(old, []).TrueForAll(reader =>
                this.groupOf[reader] < at ||
                this.groupOf[reader] == at && Array.IndexOf(this.groups[at], reader) <= place && Array.TrueForAll(reader.Node!.Inputs, x => this.memory[x].Owner != old || this.memory[x].Layout.IsContiguous(value.Shape) && x.Shape == value.Shape));
            if (free) found[value] = parameter.Home;
        }
        return found;
    }

    private void Place(Dictionary<Tensor, Tensor> inPlace)
    {
        foreach ((Parameter parameter, Tensor symbol) in this.graph.Parameters) this.placed[symbol] = parameter.Home;
        foreach (Tensor constant in this.graph.Values.Where(v => !v.IsSymbolic))
        {
            this.placed[constant] = Tensor.Pinned(constant.Spec);
            Elementwise.Copy(constant, this.placed[constant]);
        }
        foreach ((Tensor value, Tensor home) in inPlace) this.placed[value] = home;
        HashSet<Tensor> results = new([.. this.graph.Outputs, .. this.graph.Updates.Select(u => u.Value)], ReferenceEqualityComparer.Instance);
        List<(Tensor Value, Lease Lease)> leases = [];
        foreach (Tensor value in (IEnumerable<Tensor>)[.. this.graph.Inputs, .. this.groups.SelectMany(g => g)])
        {
            if (this.memory[value].Owner != value || this.placed.ContainsKey(value)) continue;
            int first = this.groupOf.GetValueOrDefault(value, -1);
            List<Tensor> by = this.readers.GetValueOrDefault(value, []);
            int last = results.Contains(value) ? this.groups.Count : by.Count == 0 ? first : by.Max(r => this.groupOf[r]);
            bool stays = first >= 0 && last == first && this.groups[first].Length > 1; // between the ops of one loop
            if (!stays) leases.Add((value, new((long)value.Count * value.DType.ByteSize, first, Math.Max(first, last))));
        }
        long[] places = Arena.Place([.. leases.Select(l => l.Lease)], out long total);
        this.ArenaBytes = total;
        Tensor arena = Tensor.Pinned(new(DType.UInt8, [checked((int)total)]));
        for (int k = 0; k < leases.Count; k++) this.placed[leases[k].Value] = arena.At(places[k], leases[k].Value.Spec);
        foreach (Tensor value in this.groups.SelectMany(g => g))
        {
            (Tensor owner, Layout layout) = this.memory[value];
            if (owner == value || !this.placed.TryGetValue(owner, out Tensor? home)) continue;
            this.placed[value] = home.View(value.Shape, layout with { Offset = layout.Offset + home.Layout.Offset });
        }
    }

    // Null for a view, which takes no step.
    private Step? StepOf(Tensor[] group)
    {
        if (this.memory[group[0]].Owner != group[0]) return null;
        if (group is [{ Node: { Op: not IElementwise } node }]) return new OpStep(node.Op, [.. node.Inputs.Select(x => this.placed[x])], this.placed[group[0]]);
        List<Tensor> inputs = [.. group.SelectMany(y => y.Node!.Inputs).Where(x => !group.Contains(x)).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>()];
        List<Tensor> registers = [.. inputs, .. group];
        FusedOpcode[] code = [.. group.Select(y => new FusedOpcode(
            ((IElementwise)y.Node!.Op).Kernel(y.Node.Inputs[0].DType, y.DType),
            [.. y.Node.Inputs.Select(x => registers.FindIndex(r => ReferenceEquals(r, x)))],
            this.placed.GetValueOrDefault(y),
            y.DType.ByteSize))];
        return new LoopStep([.. group.Select(y => y.Node!.Op)], group[0].Shape, [.. inputs.Select(x => this.placed[x])], code);
    }
}
