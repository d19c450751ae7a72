// From a graph to steps with memory: which ops run as one loop, in which order, what is written in place, how long each
// value is needed and where it lies. The ops that lead to new values of parameters and to nothing else, the tail, come last.

using Kubik.Kernels;

namespace Kubik.Graphs;

/// <summary>Finds the steps of a plan and a place for each value.</summary>
internal sealed class Planner
{
    private readonly Graph graph;
    private readonly Placement placement;

    public Planner(Graph graph)
    {
        graph = WithViews(graph);
        HashSet<Tensor> tail = Tail(graph);
        this.graph = WithCopies(graph, tail);
        tail = Tail(this.graph);
        List<Group> found = [.. Fusion.Groups(this.graph.Values, tail)];
        List<Group[]> steps = [.. found.Where(g => !tail.Contains(g.Values.First())).Select(g => new[] { g })];
        int computing = steps.Count;
        steps.AddRange(Merging.Levels([.. found.Where(g => tail.Contains(g.Values.First()))]));
        this.placement = new(this.graph, steps);
        List<Step> made = [];
        for (int i = 0; i < steps.Count; i++)
        {
            if (this.StepOf(steps[i]) is { } step) made.Add(step);
            if (i < computing) this.Computing = made.Count;
        }
        foreach ((Parameter parameter, Tensor value) in this.graph.Updates)
        {
            if (this.placement[value] != parameter.Home) made.Add(new OpStep(new Copy(), [this.placement[value]], parameter.Home));
        }
        this.Steps = [.. made];
    }

    /// <summary>The steps in order.</summary>
    public Step[] Steps { get; }

    /// <summary>How many steps come before the first that writes a parameter.</summary>
    public int Computing { get; }

    /// <summary>The memory of all values between inputs and outputs.</summary>
    public long ArenaBytes => this.placement.ArenaBytes;

    /// <summary>The memory of an output.</summary>
    public Tensor PlaceOf(int output) => this.placement[this.graph.Outputs[output]];

    /// <summary>The memory of an input.</summary>
    public Tensor PlaceOfInput(int input) => this.placement[this.graph.Inputs[input]];

    // Elementwise ops that only lead to new values of parameters, by way of others like them.
    private static HashSet<Tensor> Tail(Graph graph)
    {
        HashSet<Tensor> tail = new(graph.Updates.Select(u => u.Value), ReferenceEqualityComparer.Instance),
            needed = new(graph.Outputs, ReferenceEqualityComparer.Instance), read = new(ReferenceEqualityComparer.Instance);
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

    // A view of what does not lie as it needs is a view of a copy; what a kernel cannot read where it lies is copied first.
    private static Graph WithViews(Graph graph)
    {
        Dictionary<Tensor, Layout> layouts = new(ReferenceEqualityComparer.Instance);
        return graph.Rewrite((node, x) =>
        {
            if (node.Op is not ViewOp op)
            {
                if (node.Op.ReadsStrides || !Array.Exists(x, LiesApart)) return null;
                return Tensor.Symbol(node.Op.Infer([.. x.Select(part => part.Spec)]),
                    node with { Inputs = [.. x.Select(part => LiesApart(part) ? Copied(part, node) : part)] });
            }
            Shape from = x[0].Shape, to = op.Infer([x[0].Spec]).Shape;
            Layout? seen = op.View(from, layouts.TryGetValue(x[0], out Layout layout) ? layout : Layout.Contiguous(from), to);
            Tensor source = seen is null ? Copied(x[0], node) : x[0];
            Tensor y = Tensor.Symbol(x[0].Spec with { Shape = to }, node with { Inputs = [source] });
            layouts[y] = seen ?? op.View(from, Layout.Contiguous(from), to)!.Value;
            return y;
        });

        bool LiesApart(Tensor x) => layouts.TryGetValue(x, out Layout lying) && !lying.IsContiguous(x.Shape);

        static Tensor Copied(Tensor x, Node reader) => Tensor.Symbol(x.Spec, new(new Copy(), [x]) { Ordinal = reader.Ordinal });
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

    // Null for a view, which takes no step.
    private Step? StepOf(Group[] groups)
    {
        Group first = groups[0];
        bool isInPlace = Array.Exists(groups, this.placement.IsInPlace);
        if (first.Head is { Node: { } node } head)
        {
            if (this.placement.IsView(head)) return null;
            Tensor[] x = [.. node.Inputs.Select(input => this.placement[input])];
            if (first.Loop.Length == 0) return new OpStep(node.Op, x, this.placement[head]);
            return new EpilogueStep(node.Op, x, this.placement[head], first.Ops, CodeOf(first), this.PartOf(first)) { IsInPlace = isInPlace };
        }
        if (first.Fed is { Node: { } reader } fed)
        {
            Tensor[] x = [.. reader.Inputs.Select(input => this.placement.Find(input) ?? input)]; // the first may have no place
            return new PrologueStep(reader.Op, x, this.placement[fed], first.Ops, CodeOf(first), this.PartOf(first),
                Array.IndexOf(first.Loop, reader.Inputs[0]))
            { IsInPlace = isInPlace };
        }
        return new LoopStep(first.Ops, CodeOf(first), [.. groups.Select(this.PartOf)]) { IsInPlace = isInPlace };
    }

    private static FusedOpcode[] CodeOf(Group group) =>
        [.. group.Loop.Zip(group.Registers,
            (y, from) => new FusedOpcode(((IElementwise)y.Node!.Op).Kernel(y.Node.Inputs[0].DType, y.DType), from, y.DType.ByteSize))];

    private FusedPart PartOf(Group group) => new(
        group.Loop[0].Shape,
        [.. group.Inputs.Select(x => (this.placement[x], !x.IsSymbolic))],
        [.. group.Loop.Select(this.placement.Find)]);
}
