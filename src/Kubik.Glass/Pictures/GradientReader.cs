// The backward pass as parts of a picture: the ops that the engine's gradient rules made, grouped by the brick that they
// belong to. An op belongs to the brick whose output's gradient it was made from, directly or by way of others; where one
// gradient reaches several bricks, as at a sum, what else it reads decides. Values of the forward pass that an op reads stand
// beside it by their names, so that no link runs across the whole picture.

using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Pictures;

/// <summary>Reads the gradients of a network.</summary>
internal sealed class GradientReader
{
    private readonly FlowReader reader;
    private readonly List<BrickCall> bricks; // in the order of work
    private readonly Dictionary<Tensor, List<int>> reaches = new(ReferenceEqualityComparer.Instance); // the bricks of whose outputs it is the gradient
    private readonly Dictionary<Tensor, List<int>> readers = new(ReferenceEqualityComparer.Instance); // the bricks that read a value of the forward pass
    private readonly Dictionary<Tensor, Tensor> of = new(ReferenceEqualityComparer.Instance); // whose gradient it is
    private readonly Dictionary<Tensor, int> brickOf = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> forward;
    private readonly HashSet<Tensor> results = new(ReferenceEqualityComparer.Instance);

    private GradientReader(NetTrace trace, FlowReader reader)
    {
        this.reader = reader;
        this.bricks = [.. trace.Root.Working];
        this.forward = new(trace.Root.All.SelectMany(c => c.Own), ReferenceEqualityComparer.Instance);
        for (int k = 0; k < this.bricks.Count; k++)
        {
            foreach (Tensor x in this.bricks[k].Own.SelectMany(v => v.Node!.Inputs).Distinct<Tensor>(ReferenceEqualityComparer.Instance))
                Add(this.readers, x, k);
        }
    }

    private static void Add(Dictionary<Tensor, List<int>> lists, Tensor key, int brick)
    {
        if (!lists.TryGetValue(key, out List<int>? list)) lists[key] = list = [];
        list.Add(brick);
    }

    /// <summary>Traces a network, the mean square of its error, and the gradients of that by all parameters and by all values that depend on one.</summary>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    public static StepTrace Trace(Module net, Shape input, DType dtype) => StepTrace.Of(net, new(dtype, input), new()
    {
        Target = new(DType.Float32, net.Build(input, dtype)),
        Loss = (y, t) => (y - t).Square().Mean(),
        Gradients = GradientsOf.Learnt,
    });

    /// <summary>The parts of the backward pass, the last brick first.</summary>
    public static List<FlowPart> Read(StepTrace trace, FlowReader reader) => new GradientReader(trace.Net, reader).Parts(trace);

    private List<FlowPart> Parts(StepTrace trace)
    {
        HashSet<Tensor> parameters = new(trace.Graph.Parameters.Select(p => p.Symbol), ReferenceEqualityComparer.Instance);
        int number = 0;
        foreach ((Tensor value, Tensor gradient) in trace.Gradients)
        {
            // Of values that have one gradient, such as z and z + b, it is called after the last, which it comes from; a parameter's is the parameter's.
            if (parameters.Contains(value) || !this.results.Contains(gradient)) this.reader.Names[gradient] = $"∂{this.reader.NameOf(value)}";
            if (parameters.Contains(value)) this.results.Add(gradient);
            this.of.TryAdd(gradient, value);
            for (int k = 0; k < this.bricks.Count; k++)
            {
                if (ReferenceEquals(value, this.bricks[k].Output)) Add(this.reaches, gradient, k);
            }
        }
        Tensor[] backward = [.. trace.Graph.Values.Where(v => v is { IsSymbolic: true, Node: not null } && !this.forward.Contains(v))];
        foreach (Tensor value in backward)
        {
            if (!this.reader.Names.ContainsKey(value)) this.reader.Names[value] = ReferenceEquals(value, trace.Loss) ? "L" : $"g{++number}";
        }
        this.Assign(backward);
        List<FlowPart> parts = [];
        foreach ((int at, List<Tensor> ops) in this.InTurn(backward))
        {
            BrickCall? brick = at < this.bricks.Count ? this.bricks[at] : null;
            List<FlowPart> inside = this.Ops(ops, isLoss: brick is null);
            parts.Add(inside is [var one] ? one : brick is null ? FlowPart.Frame("loss, mean of squares", inside)
                : FlowPart.Frame($"∂ {FlowReader.TitleOf(brick)}", inside, tip: $"the gradients of {brick.Path}  {brick.Module.Notation}",
                    sign: brick.Module.Notation, isBackward: true));
        }
        return parts;
    }

    // The furthest back of the bricks that what it reads comes to; what reads no gradient goes where its first reader is.
    private void Assign(Tensor[] backward)
    {
        HashSet<Tensor> own = new(backward, ReferenceEqualityComparer.Instance);
        int none = this.bricks.Count;
        foreach (Tensor value in backward)
            this.brickOf[value] = value.Node!.Inputs.Where(own.Contains).Select(x => this.Reached(x, value)).DefaultIfEmpty(none).Min();
        Dictionary<Tensor, int> firstReader = new(ReferenceEqualityComparer.Instance);
        for (int i = backward.Length - 1; i >= 0; i--)
        {
            Tensor value = backward[i];
            if (this.brickOf[value] == none && firstReader.TryGetValue(value, out int first)) this.brickOf[value] = first;
            foreach (Tensor x in value.Node!.Inputs) firstReader[x] = Math.Max(firstReader.GetValueOrDefault(x), this.brickOf[value]);
        }
    }

    // The brick that makes something of a gradient.
    private int Reached(Tensor gradient, Tensor value)
    {
        if (!this.reaches.TryGetValue(gradient, out List<int>? bricks)) return this.brickOf[gradient];
        if (bricks.Count == 1) return bricks[0];
        IEnumerable<Tensor> hints = value.Node!.Inputs.Where(x => this.forward.Contains(x) || x.Node is null);
        if (this.of.TryGetValue(value, out Tensor? whose)) hints = hints.Prepend(whose);
        foreach (Tensor hint in hints)
        {
            List<int> near = [.. bricks.Where(k => this.readers.GetValueOrDefault(hint, []).Contains(k)
                || this.bricks[k].Own.Contains(hint, ReferenceEqualityComparer.Instance))];
            if (near.Count > 0) bricks = near;
        }
        return bricks.Min();
    }

    // The ops brick by brick from the last one on, each after what it reads: a brick stays together unless others stand between.
    private List<(int Brick, List<Tensor> Ops)> InTurn(Tensor[] backward)
    {
        Dictionary<Tensor, int> waits = new(ReferenceEqualityComparer.Instance);
        Dictionary<Tensor, List<Tensor>> next = new(ReferenceEqualityComparer.Instance);
        HashSet<Tensor> own = new(backward, ReferenceEqualityComparer.Instance);
        SortedDictionary<int, Queue<Tensor>> ready = [];
        foreach (Tensor value in backward)
        {
            Tensor[] inputs = [.. value.Node!.Inputs.Where(own.Contains).Distinct<Tensor>(ReferenceEqualityComparer.Instance)];
            waits[value] = inputs.Length;
            foreach (Tensor x in inputs)
            {
                if (!next.TryGetValue(x, out List<Tensor>? list)) next[x] = list = [];
                list.Add(value);
            }
            if (inputs.Length == 0) Ready(value);
        }
        List<(int Brick, List<Tensor> Ops)> groups = [];
        while (ready.Count > 0)
        {
            int brick = groups is [.., (var last, _)] && ready.ContainsKey(last) ? last : ready.Keys.Last();
            Tensor value = ready[brick].Dequeue();
            if (ready[brick].Count == 0) ready.Remove(brick);
            if (groups.Count == 0 || groups[^1].Brick != brick) groups.Add((brick, []));
            groups[^1].Ops.Add(value);
            foreach (Tensor by in next.GetValueOrDefault(value, []))
            {
                if (--waits[by] == 0) Ready(by);
            }
        }
        return groups;

        void Ready(Tensor value)
        {
            if (!ready.TryGetValue(this.brickOf[value], out Queue<Tensor>? queue)) ready[this.brickOf[value]] = queue = new();
            queue.Enqueue(value);
        }
    }

    // The loss reads the output itself, not its name.
    private List<FlowPart> Ops(List<Tensor> values, bool isLoss) => this.reader.Ops(
        values,
        x => this.forward.Contains(x) && !isLoss || x is { IsSymbolic: true, Node: null } ? (this.reader.NameOf(x), "from the forward pass", 0) : null,
        value => this.results.Contains(value) ? FlowKind.Result : FlowKind.Op);
}
