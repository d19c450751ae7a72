// Memory for time: what lies inside of a part of a network is not kept for the gradient but computed a second time when
// the gradient comes by (Chen et al. 2016, arXiv:1604.06174). The part is traced into a graph, which is the definition of
// one op; the gradient of the op is that of its definition, which computes the inside again. A plan runs the definition in
// the op's place, and takes the second computation for another one, because it begins at Recall.

namespace Kubik.Graphs;

/// <summary>A result of a graph as one op: what is between its inputs and the result is computed again for the gradient.</summary>
/// <remarks>The inputs are those of the graph, then the parameters that it reads.
/// All results of one graph on the same inputs are computed together by a plan.</remarks>
/// <param name="Body">What is computed.</param>
/// <param name="Result">Which of its outputs, and after these which new value of a parameter, this is.</param>
public sealed record Recomputed(Graph Body, int Result = 0) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "Recomputed";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("recomputed");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        int count = this.Body.Inputs.Count + this.Body.Parameters.Count;
        if (x.Length != count) throw this.Error($"the graph has {count} inputs and parameters, not {x.Length}.");
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] != this.Body.Given(i).Spec) throw this.Error($"input {i} of the graph is {this.Body.Given(i).Spec}, not {x[i]}.");
        }
        return this.Body.ResultAt(this.Result).Spec;
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x) =>
        this.Body.Replay(x, (node, inputs) => node.Op.Apply(inputs), this.Body.ResultAt(this.Result))[0];

    /// <inheritdoc/>
    public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
        Autograd.Gradient.OfDefinition(this, wanted, x, dy, t => new Recall().Apply(t));

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Kernels.Elementwise.Copy(this.Execute(x, y.Spec), y);

    internal override Tensor Execute(ReadOnlySpan<Tensor> x, TensorSpec spec) => this.Decompose([.. x.ToArray().Select(t => t.Detach())]).Contiguous();

    /// <summary>Computes what a function gives and assigns the parameters that it assigns, as calling it would;
    /// but the tape, or the graph of a trace, keeps the inputs alone.</summary>
    public static Tensor Of(Func<Tensor, Tensor> f, Tensor x)
    {
        long begin = Node.Made;
        Graph body = Graph.Trace(v => f(v[0]), x.Spec).Closed(begin, out Tensor[] taken);
        Tensor[] inputs = [x, .. taken, .. body.Parameters.Select(p => p.Parameter.Value)];
        Tensor[] results = new Tensor[1 + body.Updates.Count];
        if (Array.Exists(inputs, t => t.IsSymbolic))
        {
            for (int i = 0; i < results.Length; i++) results[i] = new Recomputed(body, i).Apply(inputs);
        }
        else
        {
            results = body.Replay([.. inputs.Select(t => t.Detach())], (node, values) => node.Op.Apply(values),
                [.. Enumerable.Range(0, results.Length).Select(body.ResultAt)]);
            if (Array.Exists(inputs, t => t.IsTracked)) results[0] = Noted(results[0], new(new Recomputed(body), inputs));
        }
        for (int i = 1; i < results.Length; i++) body.Updates[i - 1].Parameter.Assign(results[i]);
        return results[0];
    }

    /// <summary>A graph with the definitions in the places of such ops, each once.</summary>
    internal static Graph Inline(Graph graph)
    {
        while (graph.Values.Any(v => v is { IsSymbolic: true, Node.Op: Recomputed }))
        {
            Dictionary<Pass.Call, Tensor[]> replayed = [];
            graph = graph.Rewrite((node, x) =>
            {
                if (node.Op is not Recomputed op) return null;
                Pass.Call call = new(op with { Result = 0 }, x);
                if (!replayed.TryGetValue(call, out Tensor[]? results))
                {
                    // In the places in which the code computed them when it was traced.
                    replayed[call] = results = op.Body.Replay(
                        x,
                        (inner, inputs) => Tensor.Symbol(inner.Op.Infer([.. inputs.Select(t => t.Spec)]), inner with { Inputs = inputs }),
                        [.. Enumerable.Range(0, op.Body.Outputs.Count + op.Body.Updates.Count).Select(op.Body.ResultAt)]);
                }
                return results[op.Result];
            });
        }
        return graph;
    }

    private static Tensor Noted(Tensor y, Node node)
    {
        Tensor noted = y.View(y.Shape, y.Layout);
        noted.Node = node;
        return noted;
    }
}
