// Whether a graph computes each sample from that sample alone, so that a batch may be cut anywhere. Every value is either
// the same for all samples or holds a part for each, side by side along an axis; the rules below follow that axis through
// the ops. Whatever other ops define is followed through its definition, so only ops that are no further defined have a
// rule, and one without a rule counts as mixing samples.

namespace Kubik.Graphs;

/// <summary>Follows the samples of a batch through a graph.</summary>
internal sealed class Rows
{
    private readonly int batch;
    private readonly Dictionary<Tensor, int?> axes = new(ReferenceEqualityComparer.Instance); // of the samples; null where there are none
    private readonly Dictionary<Tensor, Op> namedBy = new(ReferenceEqualityComparer.Instance); // the op that a definition belongs to
    private readonly Dictionary<Node, Tensor> definitions = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<(Tensor Value, int Axis)> same = []; // known to be the same all along the axis

    private Rows(int batch) => this.batch = batch;

    /// <summary>Why the rows of a graph's input, its first axis, cannot be computed apart; null when they can.
    /// There must be two or more, so that the axis is not one of a single element.</summary>
    public static string? Problem(Graph graph)
    {
        if (graph.Updates.Count > 0) return "it changes parameters while it predicts.";
        Rows rows = new(graph.Inputs[0].Shape[0]);
        rows.axes[graph.Inputs[0]] = 0;
        foreach ((_, Tensor symbol) in graph.Parameters) rows.axes[symbol] = null;
        try
        {
            foreach (Tensor value in graph.Values) rows.Follow(value);
        }
        catch (MixedException e)
        {
            return e.Message;
        }
        int? axis = rows.axes[graph.Outputs[0]];
        return axis == 0 ? null
            : axis is null ? "its output does not depend on the input."
            : $"its output {graph.Outputs[0].Shape} holds the samples along axis {axis}, not the first.";
    }

    private void Follow(Tensor value)
    {
        Stack<Tensor> open = new([value]);
        while (open.TryPeek(out Tensor? top))
        {
            if (this.axes.ContainsKey(top))
            {
                open.Pop();
                continue;
            }
            Node? node = top.IsSymbolic ? top.Node : null;
            if (node is null || Array.TrueForAll(node.Inputs, x => this.axes.TryGetValue(x, out int? axis) && axis is null))
            {
                this.axes[top] = null;
                continue;
            }
            if (node.Inputs.FirstOrDefault(x => !this.axes.ContainsKey(x)) is { } missing)
            {
                open.Push(missing);
                continue;
            }
            Op name = this.namedBy.GetValueOrDefault(top, node.Op);
            if (node.Op is not FusedOp fused)
            {
                this.axes[top] = this.AxisOf(node, top) ?? throw Mixed(name, top);
                continue;
            }
            Tensor definition = this.Defined(fused, node, name);
            if (this.axes.TryGetValue(definition, out int? found)) this.axes[top] = found;
            else open.Push(definition);
        }
    }

    private Tensor Defined(FusedOp op, Node node, Op name)
    {
        if (this.definitions.TryGetValue(node, out Tensor? definition)) return definition;
        definition = this.definitions[node] = op.Decompose(node.Inputs);
        Stack<Tensor> open = new([definition]);
        while (open.TryPop(out Tensor? top))
        {
            if (!top.IsSymbolic || top.Node is null || this.axes.ContainsKey(top) || !this.namedBy.TryAdd(top, name)) continue;
            foreach (Tensor x in top.Node.Inputs) open.Push(x);
        }
        return definition;
    }

    // The axis of the samples in what an op computes; null when it mixes them, or when that is not known of it.
    private int? AxisOf(Node node, Tensor y) => (node.Op, node.Inputs) switch
    {
        (IElementwise or BroadcastTo, var x) => this.Beside(x, y.Shape),
        (Detach, [var x]) => this.axes[x],
        (Reshape, [var x]) => this.Reshaped(x, y.Shape),
        (Permute { Axes: var order }, [var x]) => Enumerable.Range(0, y.Rank).Cast<int?>().FirstOrDefault(axis => order[axis!.Value] == this.axes[x]),
        (MatMul, [var a, var b]) => this.OfProduct(a, b, y.Shape),
        (Conv or ConvInputGradient, [var x, var w]) when this.axes[w] is null => this.axes[x] == 0 ? 0 : null,
        (MaxPool or AvgPool, [var x]) => this.axes[x] < 2 ? this.axes[x] : null,
        (Unfold or Fold, [var x]) => this.axes[x] == 0 ? 0 : null,
        (Resample { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (Slice { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (Place { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (CumSum { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (CumProd { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (ArgSort { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (TopK { Axis: var axis }, [var x]) => this.ButAlong(axis, x),
        (Concat { Axis: var axis }, var x) => this.Beside(x, y.Shape) is { } own && own != axis ? own : null,
        (ArgMax { Axis: var axis, KeepDims: var keeps }, [var x]) => Reduced(this.axes[x], [axis], keeps),
        (ArgMin { Axis: var axis, KeepDims: var keeps }, [var x]) => Reduced(this.axes[x], [axis], keeps),
        (Reduce<Sum> { Axes: var over, KeepDims: var keeps }, [var x]) => Reduced(this.axes[x], over, keeps),
        (Reduce<Prod> { Axes: var over, KeepDims: var keeps }, [var x]) => Reduced(this.axes[x], over, keeps),
        (Reduce<Max> { Axes: var over, KeepDims: var keeps }, [var x]) => Reduced(this.axes[x], over, keeps),
        (Reduce<Min> { Axes: var over, KeepDims: var keeps }, [var x]) => Reduced(this.axes[x], over, keeps),
        (OneHot, [var x]) => this.axes[x],
        (Take { Axis: var axis }, [var table, var index]) when this.axes[table] is null => axis + this.axes[index],
        (Gather { Axis: var axis }, [var x, var index]) => this.axes[x] == this.axes[index] && this.axes[x] != axis ? this.axes[x] : null,
        _ => null,
    };

    private int? ButAlong(int axis, Tensor x) => this.axes[x] == axis ? null : this.axes[x];

    private static int? Reduced(int? axis, IEnumerable<int> over, bool keeps) =>
        axis is not { } own || over.Contains(own) ? null : keeps ? own : own - over.Count(a => a < own);

    // Inputs that are laid beside each other, their last axes together: all samples along one axis, and there nothing that
    // says which sample it is for.
    private int? Beside(Tensor[] x, Shape y)
    {
        int? found = null;
        foreach (Tensor input in x.Where(i => this.axes[i] is not null))
        {
            int axis = y.Rank - input.Rank + this.axes[input]!.Value;
            if (found is { } other && other != axis || y[axis] != input.Shape[this.axes[input]!.Value]) return null;
            found = axis;
        }
        return found is { } own && Array.TrueForAll(x, i => this.axes[i] is not null || IsSame(i, own - y.Rank + i.Rank)) ? own : null;
    }

    // Whether a value is the same all along an axis: when all that it comes from is so along its own.
    private bool IsSame(Tensor x, int axis)
    {
        HashSet<(Tensor Value, int Axis)> seen = [];
        Stack<(Tensor Value, int Axis)> open = new([(x, axis)]);
        while (open.TryPop(out (Tensor Value, int Axis) next))
        {
            if (next.Axis < 0 || next.Value.Shape[next.Axis] == 1 || this.same.Contains(next) || !seen.Add(next)) continue;
            if (!(next.Value.IsSymbolic ? PushSources(open, next.Value, next.Axis) : IsRepeated(next.Value, next.Axis))) return false;
        }
        this.same.UnionWith(seen);
        return true;
    }

    // What has to be the same for a value to be; false where the op may make a difference.
    private static bool PushSources(Stack<(Tensor Value, int Axis)> open, Tensor x, int axis)
    {
        switch (x.Node)
        {
            case { Op: BroadcastTo or IElementwise or Detach, Inputs: var inputs }:
                foreach (Tensor i in inputs) open.Push((i, axis - x.Rank + i.Rank));
                return true;
            case { Op: Slice, Inputs: [var whole] }:
                open.Push((whole, axis));
                return true;
            case { Op: Reshape, Inputs: [var from] }:
                if (AxisAfter(from.Shape, x.Shape[..axis].Size, x.Shape[axis]) is not { } own || from.Shape[own] != x.Shape[axis]) return false;
                open.Push((from, own));
                return true;
            case { Op: MatMul, Inputs: [var a, var b] }:
                if (axis != x.Rank - 1) open.Push((a, axis - x.Rank + a.Rank));
                if (axis != x.Rank - 2) open.Push((b, axis - x.Rank + b.Rank));
                return true;
            default:
                return false;
        }
    }

    private static bool IsRepeated(Tensor x, int axis)
    {
        double[] all = x.ToDoubles();
        int inner = x.Shape[(axis + 1)..].Size, block = inner * x.Shape[axis];
        for (int i = 0; i < all.Length; i++)
        {
            if (!all[i].Equals(all[i / block * block + i % inner])) return false;
        }
        return true;
    }

    // The samples stay where they are in row-major order.
    private int? Reshaped(Tensor x, Shape to) => AxisAfter(to, x.Shape[..this.axes[x]!.Value].Size, this.batch);

    // The axis that begins after so many elements and has a multiple of so many.
    private static int? AxisAfter(Shape shape, long before, int size)
    {
        long passed = 1;
        for (int axis = 0; axis < shape.Rank; passed *= shape[axis++])
        {
            if (passed == before && shape[axis] >= size && shape[axis] % size == 0) return axis;
        }
        return null;
    }

    private int? OfProduct(Tensor a, Tensor b, Shape y)
    {
        int? rows = this.axes[a] is { } i ? y.Rank - a.Rank + i : null, columns = this.axes[b] is { } j ? y.Rank - b.Rank + j : null;
        int last = y.Rank - 1;
        if (columns is null) return rows == last || !IsSame(b, rows!.Value == last - 1 ? -1 : rows.Value - y.Rank + b.Rank) ? null : rows;
        if (rows is null) return columns == last - 1 || !IsSame(a, columns.Value == last ? -1 : columns.Value - y.Rank + a.Rank) ? null : columns;
        return rows == columns && rows < last - 1 ? rows : null;
    }

    private static MixedException Mixed(Op op, Tensor y) =>
        new($"{op.Name}, which gives {y.Shape}, computes a sample from more than that sample, or it is not known that it does not.");

    private sealed class MixedException(string message) : Exception(message);
}
