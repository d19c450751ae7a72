// A training step on symbols: the network's forward pass, the loss, what reaches the values on the way back, the optimiser's
// update. How much of it is traced, and how closely, says who asks: a picture wants the ops that run, a summary the gradients of
// the weights, an explanation everything, with fused ops by their definitions, so that what a kernel does in one sweep can be
// followed op by op. The engine's rules make the graph; nothing is computed.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Traces;

/// <summary>Of which values a step's gradients are traced.</summary>
internal enum GradientsOf
{
    /// <summary>Of none: the forward pass alone.</summary>
    Nothing,
    /// <summary>Of the weights.</summary>
    Weights,
    /// <summary>Of the network's values that a parameter has a part in, and the parameters; packed results have gradients of their parts only.</summary>
    Learnt,
    /// <summary>Of all on the way from the input and the weights to the loss.</summary>
    Everything,
}

/// <summary>How much of a step is traced.</summary>
internal sealed record StepParts
{
    /// <summary>What the loss is of the output and the target; null: what reaches the output on the way back is a symbol.</summary>
    public Func<Tensor, Tensor, Tensor>? Loss { get; init; }

    /// <summary>The target's spec; null: there is none.</summary>
    public TensorSpec? Target { get; init; }

    /// <summary>Of which values the gradients are traced.</summary>
    public GradientsOf Gradients { get; init; }

    /// <summary>The optimiser's rule; null: no update.</summary>
    public UpdateRule? Rule { get; init; }

    /// <summary>The type in which all parameters are seen; null: their own.</summary>
    public DType? Type { get; init; }

    /// <summary>Whether fused ops are recorded by their definitions; softmax and rotary positions, which are read by their names, stay one.</summary>
    public bool IsUnfolded { get; init; }

    /// <summary>How norms of the network and the loss are traced; null: as the engine computes them.</summary>
    public PlainNorms? Norms { get; init; }

    /// <summary>Whether a layer that does not fit ends the network before it, and is no error.</summary>
    public bool EndsAtMisfit { get; init; }
}

/// <summary>The graph of a training step, and which of its values mean what.</summary>
internal sealed class StepTrace
{
    private readonly long beforeUpdate;

    private StepTrace(NetTrace net, Tensor? loss, OrderedDictionary<Tensor, Tensor> gradients, long beforeUpdate) =>
        (this.Net, this.Loss, this.Gradients, this.beforeUpdate) = (net, loss, gradients, beforeUpdate);

    /// <summary>The graph, and the network's calls.</summary>
    public NetTrace Net { get; }

    /// <summary>All of it.</summary>
    public Graph Graph => this.Net.Graph;

    /// <summary>The symbol of the target; null without one.</summary>
    public Tensor? Target => this.Graph.Inputs.ElementAtOrDefault(1);

    /// <summary>The loss; null without one.</summary>
    public Tensor? Loss { get; }

    /// <summary>What reaches the values that were asked for: ∂loss/∂value, in the order of the code.
    /// Values that the loss does not depend on by a derivative are not in it.</summary>
    public IReadOnlyDictionary<Tensor, Tensor> Gradients { get; }

    /// <summary>The values of the forward pass and of the loss.</summary>
    public IReadOnlySet<Tensor> Forward =>
        field ??= new HashSet<Tensor>(Graph.Behind([this.Loss ?? this.Net.Root.Output]).Where(v => v.IsSymbolic), ReferenceEqualityComparer.Instance);

    /// <summary>The weights that gradients of a larger batch have reached after this step.</summary>
    public Reach? Reached { get; private init; }

    /// <summary>The layer that did not fit; null when all did.</summary>
    public ShapeException? Misfit { get; private init; }

    private IReadOnlySet<Tensor> Guards =>
        field ??= new HashSet<Tensor>(Graph.Behind([.. this.Gradients.Values]).Where(v => v.IsSymbolic && GraphReader.IsFarCut(v) && !this.Forward.Contains(v)),
            ReferenceEqualityComparer.Instance);

    /// <summary>What a value is another name for, when it only keeps broken numbers out: because its definition says so,
    /// or as it is cut off far out so that a gradient there has no ∞·0. Limits of the network or the loss are none of these.</summary>
    public Tensor? StandsFor(Tensor value) => value.StandsFor is { } whole ? whole : this.Guards.Contains(value) ? value.Node!.Inputs[0] : null;

    /// <summary>Whether a value is computed for the optimiser's update alone.</summary>
    public bool IsOfUpdate(Tensor value) => value is { IsSymbolic: true, Node: { } node } && node.Ordinal > this.beforeUpdate;

    /// <summary>Traces a step. Parameters are not changed, but for layers that learn their input size.</summary>
    /// <param name="net">The network.</param>
    /// <param name="input">The input, the batch axis included.</param>
    /// <param name="parts">How much of the step.</param>
    /// <exception cref="ShapeException">The input does not fit a layer, or the target the output.</exception>
    public static StepTrace Of(Module net, TensorSpec input, StepParts parts)
    {
        CallRecorder recorder = new(net);
        OrderedDictionary<Tensor, Tensor> gradients = new(ReferenceEqualityComparer.Instance);
        (Tensor? loss, ShapeException? misfit, Reach? reached, long beforeUpdate) = (null, null, null, 0);
        parts.Rule?.Sort(net);
        parts.Norms?.Begin();
        T Defined<T>(Func<T> compute) => parts.Norms is { } norms ? norms.During(compute) : compute();
        Tensor[] Step(Tensor[] x)
        {
            Tensor y;
            try
            {
                y = Defined(() => recorder.During(() => net.Forward(x[0])));
            }
            catch (ShapeException e) when (parts.EndsAtMisfit && recorder.IsOpen)
            {
                (misfit, y) = (e, recorder.Abandon());
            }
            loss = parts.Loss is { } lossOf ? Defined(() => lossOf(y, x[1])) : null;
            if (parts.Gradients != GradientsOf.Nothing && y.DType.IsFloat)
            {
                Tensor[] by = [.. Wanted(net, x[0], y, loss ?? y, parts.Gradients)];
                // Of a number in its place everything that follows would be computed at once.
                Tensor?[] back = loss is null ? Gradient.Pull(y, Tensor.Symbol(y.Spec, node: null), by) : Gradient.TryOf(loss, by);
                foreach ((Tensor value, Tensor? gradient) in by.Zip(back))
                {
                    if (gradient is not null) gradients[value] = gradient;
                }
            }
            beforeUpdate = Node.Made;
            if (parts.Rule is { } rule)
            {
                Parameter[] weights = [.. Weights(net)];
                Tensor?[] own = [.. weights.Select(w => gradients.GetValueOrDefault(w.Value))];
                rule.CollectOrUpdate(weights, own, rule.Reached, rule.IsLast);
                reached = rule.After(rule.Reached, weights, own, rule.IsLast);
            }
            return [y, .. loss is null ? (Tensor[])[] : [loss], .. gradients.Values];
        }
        Graph Trace() => Graph.Trace(Step, parts.Type, [.. parts.Target is { } target ? [input, target] : (TensorSpec[])[input]]);
        Graph Unfolded() => Recording.Unfolded(op => op is not (Ops.Softmax or Ops.LogSoftmax or SoftmaxCrossEntropy), Trace);
        Graph graph = parts.IsUnfolded ? Recording.Whole(op => op is RotaryEmbedding, Unfolded) : Trace();
        return new(new NetTrace(net, graph, recorder.Calls[0]), loss, gradients, beforeUpdate) { Misfit = misfit, Reached = reached };
    }

    private static IEnumerable<Parameter> Weights(Module net) =>
        net.Parameters().Select(p => p.Parameter).Where(p => p is { Role: ParameterRole.Weight, HasSpec: true });

    private static IEnumerable<Tensor> Wanted(Module net, Tensor x, Tensor y, Tensor end, GradientsOf which)
    {
        Tensor[] weights = [.. Weights(net).Select(w => w.Value)];
        if (which == GradientsOf.Weights) return weights;
        bool isAll = which == GradientsOf.Everything;
        HashSet<Tensor> depend = new(isAll ? [x, .. weights] : [], ReferenceEqualityComparer.Instance);
        List<Tensor> behind = [.. Graph.Behind([isAll ? end : y]).Where(v => v is { IsSymbolic: true, DType.IsFloat: true })];
        foreach (Tensor value in behind)
        {
            bool isParameter = value.Node is null && value != x && !isAll;
            if (isParameter || Array.Exists(Interpreter.InputsOf(value), depend.Contains)) depend.Add(value);
        }
        return isAll ? behind.Where(depend.Contains).Union(weights, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance)
            : behind.Where(v => depend.Contains(v) && v.Node?.Op is not PackedOp);
    }
}
