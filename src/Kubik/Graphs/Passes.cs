// What can be said of a graph without running it: parts that are computed twice are computed once, what changes nothing
// is left out. Every pass gives the same bits as before, so x + 0 stays (−0 + 0 is +0) and sums are never reordered.

namespace Kubik.Graphs;

/// <summary>A rewriting of a graph that does not change a bit of its results.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Make">Starts the pass: gives the rule that says what stands for an op on inputs that are rewritten already; null to keep it.</param>
internal sealed record Pass(string Name, Func<Func<Op, Tensor[], Tensor?>> Make)
{
    /// <summary>The passes in the order in which they are made.</summary>
    public static IReadOnlyList<Pass> All { get; } =
    [
        new("identities", () => Identity),
        new("common subexpressions", ShareCommon),
    ];

    /// <summary>The graph after this pass. What nothing needs any more is gone.</summary>
    public Graph Apply(Graph graph)
    {
        Func<Op, Tensor[], Tensor?> rule = this.Make();
        return graph.Rewrite((op, x) => rule(op, x) ?? (x.All(t => !t.IsSymbolic) ? op.Apply(x) : null));
    }

    private static Tensor? Identity(Op op, Tensor[] x) => (op, x) switch
    {
        (Reshape { To: var to }, [var t]) when t.Shape == to => t,
        (Reshape reshape, [{ IsSymbolic: true, Node: { Op: Reshape } node }]) => reshape.Apply(node.Inputs[0]),
        (Permute { Axes: var axes }, [var t]) when axes.Select((axis, i) => axis == i).All(same => same) => t,
        (Permute { Axes: var outer }, [{ IsSymbolic: true, Node: { Op: Permute { Axes: var inner } } node }]) => new Permute([.. outer.Select(axis => inner[axis])]).Apply(node.Inputs[0]),
        (BroadcastTo { To: var to }, [var t]) when t.Shape == to => t,
        (Cast { To: var to }, [var t]) when t.DType == to => t,
        (Detach or Copy, [var t]) => t, // a graph has its gradients already, and its values do not change
        (UnaryNumber<Neg>, [{ IsSymbolic: true, Node: { Op: UnaryNumber<Neg> } node }]) => node.Inputs[0],
        (Binary<Mul> or Binary<Div>, [var t, var one]) when IsOne(one) && Covers(t, one) => t,
        (Binary<Mul>, [var one, var t]) when IsOne(one) && Covers(t, one) => t,
        _ => null,
    };

    private static bool IsOne(Tensor x) => !x.IsSymbolic && x.Count == 1 && x.Item() == 1;

    // Whether the result has t's own shape.
    private static bool Covers(Tensor t, Tensor other) => other.Rank <= t.Rank;

    // Equal ops on the same inputs have the same result: records and references say so.
    private static Func<Op, Tensor[], Tensor?> ShareCommon()
    {
        Dictionary<Call, Tensor> seen = [];
        return (op, x) =>
        {
            Call call = new(op, x);
            if (seen.TryGetValue(call, out Tensor? same)) return same;
            if (x.Any(t => t.IsSymbolic)) return seen[call] = Tensor.Symbol(op.Infer([.. x.Select(t => t.Spec)]), new Node(op, x));
            return null;
        };
    }

    private readonly record struct Call(Op Op, Tensor[] X)
    {
        public bool Equals(Call other) => this.Op.Equals(other.Op) && this.X.Length == other.X.Length && this.X.Zip(other.X, ReferenceEquals).All(same => same);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(this.Op);
            foreach (Tensor t in this.X) hash.Add(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(t));
            return hash.ToHashCode();
        }
    }
}
