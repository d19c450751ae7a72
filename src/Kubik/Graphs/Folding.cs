// For prediction alone: s·(x ∗ w) + t is x ∗ (s·w) + t, so a normalisation by stored statistics costs nothing after a
// convolution or a linear layer. It is found in the graph and not by layers: a chain of sums, differences, products and
// quotients with one number a channel, each known before the input is. The sums are others than before, so the last bits
// may differ.

namespace Kubik.Graphs;

/// <summary>Takes what is done to each channel of a product or a convolution into its weights.</summary>
internal sealed class Folding
{
    private readonly Known known;
    private readonly Dictionary<Tensor, Chain> chains = new(ReferenceEqualityComparer.Instance); // by their ends
    private readonly Dictionary<Tensor, int> reads = new(ReferenceEqualityComparer.Instance);

    private Folding(Graph graph)
    {
        this.known = new(graph);
        IEnumerable<Tensor> read = graph.Values.SelectMany(v => v is { IsSymbolic: true, Node: { } node } ? node.Inputs : []);
        foreach (Tensor x in read.Concat(graph.Outputs).Concat(graph.Updates.Select(u => u.Value))) this.reads[x] = this.reads.GetValueOrDefault(x) + 1;
        foreach (Tensor value in graph.Values) this.Visit(value);
    }

    /// <summary>The graph with other weights in place of the chains. What the weights become depends on parameters and constants alone.</summary>
    /// <param name="graph">What is to be computed.</param>
    /// <param name="report">What was folded.</param>
    public static Graph Apply(Graph graph, out PassReport report)
    {
        Folding folding = new(graph);
        Chain[] ends = [.. folding.chains.Values.Where(c => c.Scale is not null).OrderBy(c => c.Node.Ordinal)];
        Dictionary<Node, Func<Tensor[], Tensor>> rules = new(ReferenceEqualityComparer.Instance);
        List<string> folded = [];
        foreach (Chain end in ends)
        {
            Tensor? shift = end.ShiftBesideValue();
            rules[end.Node] = x => shift is null ? x[end.At] : Symbol(Binary<Add>.Instance, [x[end.At], shift], end.Node);
            Chain at = end.Before!;
            for (; at.Before is not null; at = at.Before)
            {
                int input = at.At;
                rules[at.Node] = x => x[input];
            }
            Node root = at.Node;
            Tensor weights = end.ScaledWeights(root);
            rules[root] = x => Symbol(root.Op, [x[0], weights], root);
            folded.Add(graph.Names.GetValueOrDefault(root.Inputs[1], $"weights {root.Inputs[1].Shape} of {root.Op.Name}"));
        }
        Graph after = rules.Count == 0 ? graph : graph.Rewrite((node, x) => rules.TryGetValue(node, out Func<Tensor[], Tensor>? rule) ? rule(x) : null);
        report = new("folding", graph.Operations, after.Operations) { Note = folded.Count == 0 ? "nothing to fold" : "into " + string.Join(", ", folded) };
        return after;
    }

    private static Tensor Symbol(Op op, Tensor[] x, Node inPlaceOf) =>
        Tensor.Symbol(op.Infer([.. x.Select(t => t.Spec)]), new(op, x) { Ordinal = inPlaceOf.Ordinal });

    private void Visit(Tensor value)
    {
        if (value is not { IsSymbolic: true, Node: { } node } || this.known.Has(value)) return;
        if (this.ChannelsOf(node) is { } axis)
        {
            this.chains[value] = new(node, At: 0, value.Spec, axis, Before: null, Scale: null, Shift: null);
            return;
        }
        // A value that something else reads too has to stay, and so do the weights that made it.
        int at = Array.FindIndex(node.Inputs, x => this.chains.ContainsKey(x) && this.reads[x] == 1);
        if (at < 0 || this.Extended(this.chains[node.Inputs[at]], value, node.Inputs[at]) is not { } longer) return;
        this.chains[value] = longer with { Node = node, At = at, Before = this.chains[node.Inputs[at]] };
        this.chains.Remove(node.Inputs[at]);
    }

    // The axis of the channels of what weights that are known make of something else.
    private int? ChannelsOf(Node node) => node switch
    {
        { Op: Conv or ConvInputGradient, Inputs: [var x, var w] } when this.known.Has(w) && !this.known.Has(x) => 1,
        { Op: MatMul, Inputs: [var x, { Rank: 2 } w] } when this.known.Has(w) && !this.known.Has(x) => x.Rank - 1,
        _ => null,
    };

    // The chain with what leads from its end to a value; null when that is more than numbers for each channel.
    private Chain? Extended(Chain chain, Tensor value, Tensor end)
    {
        if (value == end) return chain;
        if (value.Spec != chain.Value || value.Node is not { } node) return null;
        int at = Array.FindIndex(node.Inputs, x => !this.known.Has(x));
        if (at < 0 || Array.FindLastIndex(node.Inputs, x => !this.known.Has(x)) != at) return null;
        if (node.Op is FusedOp and not PackedOp) return this.Extended(chain, ((FusedOp)node.Op).Decompose(node.Inputs), end);
        if (this.Extended(chain, node.Inputs[at], end) is not { } before) return null;
        if (node.Op is UnaryNumber<Neg>) return before.Times(-1);
        if (node.Inputs.Length != 2 || before.Channels(node.Inputs[1 - at]) is not { } c) return null;
        return (node.Op, at) switch
        {
            (Binary<Add>, _) => before.Plus(c),
            (Binary<Sub>, 0) => before.Plus(-c),
            (Binary<Sub>, _) => before.Times(-1).Plus(c),
            (Binary<Mul>, _) => before.Times(c),
            (Binary<Div>, 0) => before.Over(c),
            _ => null,
        };
    }

    /// <summary>scale·(x ∗ w) + shift, with a number a channel (C), or one for all, of each; null is 1 and 0.</summary>
    /// <param name="Node">What its last value is computed by.</param>
    /// <param name="At">The input of that through which the chain goes.</param>
    /// <param name="Value">What the values are.</param>
    /// <param name="Axis">The axis of the channels.</param>
    /// <param name="Before">The chain without its last value; null for the product or convolution itself.</param>
    /// <param name="Scale">What the weights are multiplied by.</param>
    /// <param name="Shift">What is added.</param>
    private sealed record Chain(Node Node, int At, TensorSpec Value, int Axis, Chain? Before, Tensor? Scale, Tensor? Shift)
    {
        public Chain Plus(Tensor c) => this with { Shift = this.Shift is null ? c : this.Shift + c };

        public Chain Times(Tensor c) => this with { Scale = this.Scale is null ? c : this.Scale * c, Shift = this.Shift is null ? null : this.Shift * c };

        public Chain Times(double c) => this.Times(Tensor.Scalar(c, this.Value.DType));

        public Chain Over(Tensor c) =>
            this with { Scale = (this.Scale ?? Tensor.Ones([], this.Value.DType)) / c, Shift = this.Shift is null ? null : this.Shift / c };

        /// <summary>What stands beside the value as a number a channel, or one for all; null when it is something else.</summary>
        public Tensor? Channels(Tensor c)
        {
            int more = this.Value.Shape.Rank - c.Rank, channels = this.Value.Shape[this.Axis];
            if (more < 0) return null;
            for (int axis = 0; axis < c.Rank; axis++)
            {
                if (c.Shape[axis] != 1 && !(axis + more == this.Axis && c.Shape[axis] == channels)) return null;
            }
            return c.Reshape(c.Count == 1 ? [] : [channels]);
        }

        /// <summary>The shift as it is added.</summary>
        public Tensor? ShiftBesideValue() => this.Shift?.Rank != 1 ? this.Shift : this.Shift.Reshape(this.Beside(this.Value.Shape.Rank - this.Axis));

        /// <summary>The weights that give the scaled values.</summary>
        public Tensor ScaledWeights(Node root)
        {
            Tensor w = root.Inputs[1], scale = this.Scale!;
            if (scale.Rank == 0 || root.Op is MatMul) return w * scale;
            if (root.Op is Conv) return w * scale.Reshape(this.Beside(w.Rank));
            int groups = ((ConvInputGradient)root.Op).Window.Groups; // (in, out / groups, …)
            Tensor split = w.Reshape([groups, w.Shape[0] / groups, .. w.Shape[1..]]);
            return (split * scale.Reshape([groups, 1, w.Shape[1], .. Enumerable.Repeat(1, w.Rank - 2)])).Reshape(w.Shape);
        }

        private Shape Beside(int rank) => [this.Value.Shape[this.Axis], .. Enumerable.Repeat(1, rank - 1)];
    }
}
