// Where the values of a plan lie: parameters at home, what is between the ops of one loop nowhere, all else in one arena, for
// as long as it is needed. A loop writes a new value over an old one of the same size that nothing reads later: weights over
// weights, and in the arena whatever ends in the loop.

using Kubik.Kernels;

namespace Kubik.Graphs;

/// <summary>A place in memory for each value of a graph.</summary>
internal sealed class Placement
{
    private const long LeastBlock = 1 << 30; // of the arena: one array holds less than 2³¹ bytes

    private readonly Graph graph;
    private readonly IReadOnlyList<Group[]> steps;
    private readonly Dictionary<Tensor, (int Step, Group Group, int Index)> madeBy = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, (Tensor Owner, Layout Layout)> memory = new(ReferenceEqualityComparer.Instance); // a view lies in its owner's
    private readonly Dictionary<Tensor, List<Tensor>> readers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> placed = new(ReferenceEqualityComparer.Instance);

    private readonly List<(Tensor Value, int Lease)> over = []; // what is written over another value

    /// <summary>Finds the places of all values, for steps of one group or of several that run at the same time.</summary>
    public Placement(Graph graph, IReadOnlyList<Group[]> steps)
    {
        (this.graph, this.steps) = (graph, steps);
        this.FindMemory();
        foreach ((Parameter parameter, Tensor symbol) in graph.Parameters) this.placed[symbol] = parameter.Home;
        foreach (Tensor constant in graph.Values.Where(v => !v.IsSymbolic))
        {
            this.placed[constant] = Tensor.Pinned(constant.Spec);
            Elementwise.Copy(constant, this.placed[constant]);
        }
        this.PlaceUpdates();
        this.PlaceRest();
    }

    /// <summary>The memory of all values between inputs and outputs.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>Where a value lies.</summary>
    public Tensor this[Tensor value] => this.placed[value];

    /// <summary>Where a value lies; null when it is only between the ops of a loop.</summary>
    public Tensor? Find(Tensor value) => this.placed.GetValueOrDefault(value);

    /// <summary>Whether a loop writes something over what it reads.</summary>
    public bool IsInPlace(Group group) =>
        Array.Exists(group.Loop, y => this.placed.TryGetValue(y, out Tensor? to) && Array.Exists(group.Inputs, x => IsSame(this.placed[x], to)));

    /// <summary>Whether a value is another one, seen differently.</summary>
    public bool IsView(Tensor value) => this.memory[value].Owner != value;

    private static bool IsSame(Tensor a, Tensor b) => a.Count == b.Count && Address(a) == Address(b);

    private static unsafe nint Address(Tensor x) => (nint)x.Address;

    private void FindMemory()
    {
        foreach (Tensor value in this.graph.Values.Where(v => v is not { IsSymbolic: true, Node: not null }))
            this.memory[value] = (value, Layout.Contiguous(value.Shape));
        foreach (Tensor input in this.graph.Inputs) this.memory[input] = (input, Layout.Contiguous(input.Shape));
        for (int i = 0; i < this.steps.Count; i++)
        {
            foreach (Group group in this.steps[i])
            {
                int index = 0;
                foreach (Tensor value in group.Values)
                {
                    this.madeBy[value] = (i, group, index++);
                    Node node = value.Node!;
                    (Tensor owner, Layout layout) = this.memory[node.Inputs[0]];
                    this.memory[value] = node.Op is ViewOp view && view.View(node.Inputs[0].Shape, layout, value.Shape) is { } seen ? (owner, seen)
                        : (value, Layout.Contiguous(value.Shape));
                    foreach (Tensor x in node.Inputs)
                    {
                        if (!this.readers.TryGetValue(this.memory[x].Owner, out List<Tensor>? list)) this.readers[this.memory[x].Owner] = list = [];
                        list.Add(value);
                    }
                }
            }
        }
    }

    // The new values of parameters that may be written over the old ones.
    private void PlaceUpdates()
    {
        Dictionary<Parameter, Tensor> symbols = this.graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        foreach ((Parameter parameter, Tensor value) in this.graph.Updates)
        {
            if (this.EndsAt(symbols[parameter], value)) this.placed[value] = parameter.Home;
        }
    }

    // Whether a loop may write a value over another one: nothing reads that later, nor in another loop at the same time, nor
    // at another place in the same loop.
    private bool EndsAt(Tensor old, Tensor value)
    {
        (int step, Group group, int index) = this.madeBy[value];
        return this.readers.GetValueOrDefault(old, []).TrueForAll(reader =>
        {
            (int at, Group by, int place) = this.madeBy[reader];
            return at < step || by == group && place <= index && reader != group.Head && reader != group.Fed
                && Array.TrueForAll(reader.Node!.Inputs,
                x => this.memory[x].Owner != old || this.memory[x].Layout.IsContiguous(value.Shape) && x.Shape == value.Shape);
        });
    }

    private void PlaceRest()
    {
        HashSet<Tensor> results = new([.. this.graph.Outputs, .. this.graph.Updates.Select(u => u.Value)], ReferenceEqualityComparer.Instance);
        List<(Tensor Value, Lease Lease)> leases = [];
        Dictionary<Tensor, int> leaseOf = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in (IEnumerable<Tensor>)[.. this.graph.Inputs, .. this.steps.SelectMany(s => s).SelectMany(g => g.Values)])
        {
            if (this.memory[value].Owner != value || this.placed.ContainsKey(value)) continue;
            bool isInput = !this.madeBy.TryGetValue(value, out (int Step, Group Group, int Index) made);
            int first = isInput ? -1 : made.Step;
            List<Tensor> by = this.readers.GetValueOrDefault(value, []);
            int last = results.Contains(value) ? this.steps.Count : by.Count == 0 ? first : by.Max(r => this.madeBy[r].Step);
            bool stays = !isInput && last == first && by.Count > 0 && value != made.Group.Head; // between the ops of one loop
            if (stays) continue;
            last = Math.Max(first, last);
            if (isInput || this.Ending(value, made, leaseOf, leases) is not { } old)
            {
                leaseOf[value] = leases.Count;
                leases.Add((value, new((long)value.Count * value.DType.ByteSize, first, last)));
                continue;
            }
            int lease = leaseOf[value] = leaseOf[old];
            leaseOf.Remove(old); // nothing else is written over it
            leases[lease] = leases[lease] with { Lease = leases[lease].Lease with { Last = last } };
            this.over.Add((value, lease));
        }
        long block = Math.Max(LeastBlock, leases.Select(l => (l.Lease.Bytes + Arena.Line - 1) / Arena.Line * Arena.Line).DefaultIfEmpty(0).Max());
        long[] places = Arena.Place([.. leases.Select(l => l.Lease)], block, out long total);
        this.ArenaBytes = total;
        Tensor[] blocks = new Tensor[(total + block - 1) / block];
        for (int i = 0; i < blocks.Length; i++) blocks[i] = Tensor.Pinned(new(DType.UInt8, [checked((int)Math.Min(block, total - i * block))]));
        for (int k = 0; k < leases.Count; k++) this.placed[leases[k].Value] = At(places[k], leases[k].Value);
        foreach ((Tensor value, int lease) in this.over) this.placed[value] = At(places[lease], value);
        foreach (Tensor value in this.steps.SelectMany(s => s).SelectMany(g => g.Values))
        {
            (Tensor owner, Layout layout) = this.memory[value];
            if (owner == value || !this.placed.TryGetValue(owner, out Tensor? home)) continue;
            this.placed[value] = home.View(value.Shape, layout with { Offset = layout.Offset + home.Layout.Offset });
        }

        Tensor At(long place, Tensor value) => value.Count == 0 ? Tensor.Pinned(value.Spec) : blocks[place / block].At(place % block, value.Spec);
    }

    // What a loop reads for the last time and may write a result over: the head first, which is in the cache.
    private Tensor? Ending(Tensor value, (int Step, Group Group, int Index) made, Dictionary<Tensor, int> leaseOf, List<(Tensor Value, Lease Lease)> leases)
    {
        if (value == made.Group.Head || value == made.Group.Fed) return null;
        Tensor[] owners = [.. made.Group.Inputs.Select(x => this.memory[x].Owner)];
        return Array.Find(owners, MayEnd);

        bool MayEnd(Tensor old) => leaseOf.TryGetValue(old, out int lease) && leases[lease].Lease.Last == made.Step
            && old.Count == value.Count && old.DType.ByteSize == value.DType.ByteSize && this.EndsAt(old, value);
    }
}
