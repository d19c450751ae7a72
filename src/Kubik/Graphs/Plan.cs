// A graph made ready to run: a flat list of steps, each an op with the tensors it reads and the one it writes, all in
// memory that was reserved when the plan was made. Running it is a loop without allocation, look-ups or decisions.

namespace Kubik.Graphs;

/// <summary>One op of a plan with its tensors.</summary>
/// <param name="Op">What is computed.</param>
/// <param name="Inputs">From what.</param>
/// <param name="Output">Where to.</param>
internal sealed record Step(Op Op, Tensor[] Inputs, Tensor Output);

/// <summary>A graph with a place in memory for every value.</summary>
internal sealed class Plan
{
    private readonly Tensor[] inputs, outputs;
    private readonly (Tensor From, Tensor To)[] updates;
    private readonly Step[] steps;

    public Plan(Graph graph, Func<Parameter, Tensor> home)
    {
        Dictionary<Tensor, Tensor> homes = new(ReferenceEqualityComparer.Instance);
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters) homes[symbol] = home(parameter);
        Layouter layouter = new(graph, homes);
        this.ArenaBytes = layouter.ArenaBytes;
        this.steps = [.. layouter.Steps];
        this.inputs = [.. graph.Inputs.Select(x => layouter.Place(x))];
        this.outputs = [.. graph.Outputs.Select(y => layouter.Place(y))];
        this.updates = [.. graph.Updates.Select(u => (layouter.Place(u.Value), home(u.Parameter)))];
    }

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<Step> Steps => this.steps;

    /// <summary>The memory that all values between inputs and outputs take together.</summary>
    public long ArenaBytes { get; }

    /// <summary>Where an input has to be put before a run.</summary>
    public Tensor Input(int i) => this.inputs[i];

    /// <summary>Where an output lies after a run, until the next one.</summary>
    public Tensor Output(int i) => this.outputs[i];

    /// <summary>Computes all steps, then writes the parameters.</summary>
    public void Run()
    {
        foreach (Step step in this.steps) step.Op.Run(step.Inputs, step.Output);
        foreach ((Tensor from, Tensor to) in this.updates) from.Bytes.Slice(from.Layout.Offset * from.DType.ByteSize, from.Count * from.DType.ByteSize).CopyTo(to.Bytes);
    }

    // Follows the values in order: a view lies in its source's memory, everything else gets a place of its own.
    private sealed class Layouter
    {
        private readonly Dictionary<Tensor, Tensor> placed = new(ReferenceEqualityComparer.Instance);

        public Layouter(Graph graph, Dictionary<Tensor, Tensor> homes)
        {
            foreach ((Tensor symbol, Tensor home) in homes) this.placed[symbol] = home;
            foreach (Tensor constant in graph.Values.Where(v => !v.IsSymbolic)) this.placed[constant] = constant;
            List<(Tensor Value, Lease Lease)> leases = Leases(graph, homes);
            long[] places = Arena.Place([.. leases.Select(l => l.Lease)], out long total);
            this.ArenaBytes = total;
            Tensor arena = Tensor.Allocate(new(DType.UInt8, [checked((int)total)]));
            for (int k = 0; k < leases.Count; k++) this.placed[leases[k].Value] = arena.At(places[k], leases[k].Value.Spec);

            foreach (Tensor value in graph.Values)
            {
                if (!value.IsSymbolic || value.Node is not { } node) continue;
                Tensor[] x = [.. node.Inputs.Select(i => this.placed[i])];
                if (this.placed.TryGetValue(value, out Tensor? y)) this.Steps.Add(new(node.Op, x, y));
                else this.placed[value] = x[0].View(value.Shape, ((ViewOp)node.Op).View(x[0].Shape, x[0].Layout, value.Shape)!.Value);
            }
        }

        public List<Step> Steps { get; } = [];

        public long ArenaBytes { get; }

        public Tensor Place(Tensor value) => this.placed[value];

        // Who needs memory, from which step to which. Inputs are written before the first step; what the run leaves behind
        // is needed to the end.
        private static List<(Tensor Value, Lease Lease)> Leases(Graph graph, Dictionary<Tensor, Tensor> homes)
        {
            Dictionary<Tensor, (Tensor Owner, Layout Layout)> seen = new(ReferenceEqualityComparer.Instance);
            Dictionary<Tensor, (int First, int Last)> life = new(ReferenceEqualityComparer.Instance);
            foreach ((Tensor symbol, Tensor home) in homes) seen[symbol] = (symbol, home.Layout);
            foreach (Tensor input in graph.Inputs) Own(input, -1);
            for (int i = 0; i < graph.Values.Count; i++)
            {
                Tensor value = graph.Values[i];
                if (!value.IsSymbolic)
                {
                    seen[value] = (value, value.Layout);
                }
                else if (value.Node is { } node)
                {
                    foreach (Tensor x in node.Inputs) Need(x, i);
                    (Tensor owner, Layout layout) = seen[node.Inputs[0]];
                    if (node.Op is ViewOp op && op.View(node.Inputs[0].Shape, layout, value.Shape) is { } view) seen[value] = (owner, view);
                    else Own(value, i);
                }
            }
            foreach (Tensor y in (IEnumerable<Tensor>)[.. graph.Inputs, .. graph.Outputs, .. graph.Updates.Select(u => u.Value)]) Need(y, graph.Values.Count);
            return [.. life.Select(l => (l.Key, new Lease((long)l.Key.Count * l.Key.DType.ByteSize, l.Value.First, l.Value.Last)))];

            void Own(Tensor value, int first)
            {
                seen[value] = (value, Layout.Contiguous(value.Shape));
                life[value] = (first, first);
            }

            void Need(Tensor value, int at)
            {
                Tensor owner = seen[value].Owner;
                if (life.TryGetValue(owner, out (int First, int Last) l)) life[owner] = (l.First, at);
            }
        }
    }
}
