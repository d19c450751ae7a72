// What can be said of a graph without running it: parts that are computed twice are computed once, what changes nothing
// is left out, what depends on constants alone is computed now. Every pass gives the same bits as before, so x + 0 stays
// (−0 + 0 is +0) and sums are never reordered.

namespace Kubik.Graphs;

/// <summary>A rewriting of a graph that does not change a bit of its results.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Make">Starts the pass: gives the rule that says what stands for a node on inputs that are rewritten already; null to keep it.</param>
internal sealed record Pass(string Name, Func<Func<Node, Tensor[], Tensor?>> Make)
{
    /// <summary>The passes in the order in which they are made.</summary>
    public static IReadOnlyList<Pass> All { get; } =
    [
        new("constants", () => Fold),
        new("identities", () => Identity),
        new("common subexpressions", ShareCommon),
    ];

    /// <summary>The graph after this pass. What nothing needs any more is gone.</summary>
    public Graph Apply(Graph graph) => graph.Rewrite(this.Make());

    // Random numbers come from a state that is an input, so nothing that is computed from constants alone can change.
    private static Tensor? Fold(Node node, Tensor[] x) => Array.TrueForAll(x, t => !t.IsSymbolic) ? node.Op.Apply(x) : null;

    private static Tensor? Identity(Node node, Tensor[] x) => (node.Op, x) switch
    {
        (Reshape { To: var to }, [var t]) when t.Shape == to => t,
        (Reshape reshape, [{ IsSymbolic: true, Node: { Op: Reshape } inner }]) =>
            Tensor.Symbol(new(x[0].DType, reshape.To), node with { Inputs = inner.Inputs }),
        (Permute { Axes: var axes }, [var t]) when IsOrdered(axes) => t,
        (Permute { Axes: var outer }, [{ IsSymbolic: true, Node: { Op: Permute { Axes: var axes } } inner } t]) =>
            Permuted(node, inner, [.. outer.Select(axis => axes[axis])], outer, t),
        (BroadcastTo { To: var to }, [var t]) when t.Shape == to => t,
        (Cast { To: var to }, [var t]) when t.DType == to => t,
        (Detach or Copy, [var t]) => t, // a graph has its gradients already, and its values do not change
        (UnaryNumber<Neg>, [{ IsSymbolic: true, Node: { Op: UnaryNumber<Neg> } inner }]) => inner.Inputs[0],
        (Binary<Mul> or Binary<Div>, [var t, var one]) when IsOne(one) && Covers(t, one) => t,
        (Binary<Mul>, [var one, var t]) when IsOne(one) && Covers(t, one) => t,
        _ => null,
    };

    private static bool IsOrdered(Axes axes)
    {
        for (int i = 0; i < axes.Count; i++)
        {
            if (axes[i] != i) return false;
        }
        return true;
    }

    private static Tensor Permuted(Node node, Node inner, Axes both, Axes outer, Tensor x) => IsOrdered(both)
        ? inner.Inputs[0]
        : Tensor.Symbol(new(x.DType, [.. outer.Select(axis => x.Shape[axis])]), node with { Op = new Permute(both), Inputs = inner.Inputs });

    private static bool IsOne(Tensor x) => !x.IsSymbolic && x.Count == 1 && x.Item() == 1;

    // Whether the result has t's own shape.
    private static bool Covers(Tensor t, Tensor other) => other.Rank <= t.Rank;

    // Equal ops on the same inputs have the same result: records and references say so. Numbers are the same when their bits are.
    private static Func<Node, Tensor[], Tensor?> ShareCommon()
    {
        Dictionary<Call, Tensor> seen = [];
        Dictionary<(DType, Shape, long), Tensor> numbers = [];
        return (node, x) =>
        {
            for (int i = 0; i < x.Length; i++)
            {
                if (x[i].IsSymbolic || x[i].Count != 1) continue;
                (DType, Shape, long) key = (x[i].DType, x[i].Shape, BitsOf(x[i]));
                if (!numbers.TryAdd(key, x[i])) x[i] = numbers[key];
            }
            Call call = new(node.Op, x);
            if (seen.TryGetValue(call, out Tensor? same)) return same;
            seen[call] = same = Tensor.Symbol(node.Op.Infer([.. x.Select(t => t.Spec)]), node with { Inputs = x });
            return same;
        };
    }

    private static long BitsOf(Tensor number)
    {
        Span<byte> bits = stackalloc byte[sizeof(long)];
        int size = number.DType.ByteSize;
        number.Bytes.Slice(number.Layout.Offset * size, size).CopyTo(bits);
        return BitConverter.ToInt64(bits);
    }

    internal readonly record struct Call(Op Op, Tensor[] X)
    {
        public bool Equals(Call other) => this.Op.Equals(other.Op) && this.X.AsSpan().SequenceEqual(other.X, ReferenceEqualityComparer.Instance);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(this.Op);
            foreach (Tensor t in this.X) hash.Add(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(t));
            return hash.ToHashCode();
        }
    }
}
