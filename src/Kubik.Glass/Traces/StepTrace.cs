// A whole training step on symbols: the network's forward pass, the loss, what reaches every value on the way back, the
// optimiser's update. The engine's rules make the graph; fused ops are recorded by their definitions, so that what a kernel
// does in one sweep can be followed op by op. With values the same graph is computed, op by op, in double precision.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Traces;

/// <summary>The graph of a training step, and which of its values mean what.</summary>
internal sealed class StepTrace
{
    private const long MostGivenUp = 16_000_000; // elements
    private const double FarOut = 30; // from where on the engine's gradients use a limit in the place of x

    private readonly HashSet<Tensor> guards;

    private StepTrace(NetTrace net, Tensor? target, Tensor? loss, IReadOnlyDictionary<Tensor, Tensor> gradients)
    {
        (this.Net, this.Target, this.Loss, this.Gradients) = (net, target, loss, gradients);
        HashSet<Tensor> forward = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in Behind([loss ?? net.Root.Output])) forward.Add(value);
        this.Forward = forward;
        this.guards = new([.. Behind([.. gradients.Values]).Where(v => v.Node?.Op is Clip { Min: <= -FarOut, Max: >= FarOut } && !forward.Contains(v))], ReferenceEqualityComparer.Instance);
    }

    /// <summary>The graph, and the network's calls.</summary>
    public NetTrace Net { get; }

    /// <summary>All of it.</summary>
    public Graph Graph => this.Net.Graph;

    /// <summary>The symbol of the target; null without one.</summary>
    public Tensor? Target { get; }

    /// <summary>The loss; null without one.</summary>
    public Tensor? Loss { get; }

    /// <summary>What reaches each value of the forward pass: ∂loss/∂value. Values that the loss does not depend on by a derivative are not in it.</summary>
    public IReadOnlyDictionary<Tensor, Tensor> Gradients { get; }

    /// <summary>The values of the forward pass and of the loss.</summary>
    public IReadOnlySet<Tensor> Forward { get; }

    /// <summary>The weights that gradients of a larger batch have reached after this step.</summary>
    public Reach? Reached { get; private init; }

    /// <summary>Whether a value is only cut off far out so that a gradient there has no ∞·0: it is another name for its input. Limits of the network or the loss are none of these.</summary>
    public bool IsGuard(Tensor value) => this.guards.Contains(value);

    /// <summary>Traces a step. Parameters are not changed, but for layers that learn their input size.</summary>
    /// <param name="net">The network.</param>
    /// <param name="input">The input, the batch axis included.</param>
    /// <param name="target">The target; null: forward alone.</param>
    /// <param name="loss">The loss; null: forward alone.</param>
    /// <param name="rule">The optimiser's rule; null: no update.</param>
    /// <param name="type">The type in which all parameters are seen.</param>
    public static StepTrace Of(Module net, TensorSpec input, TensorSpec? target, Loss? loss, UpdateRule? rule, DType type)
    {
        net.Build(input.Shape, input.DType.IsFloat ? DType.Float32 : input.DType); // sizes are inferred as ever, not in the type seen here
        CallRecorder recorder = new(net);
        List<Tensor> behind = [];
        Reach? reached = null;
        rule?.Sort(net);
        Tensor[] Step(Tensor[] x)
        {
            Tensor y = recorder.During(() => net.Forward(x[0]));
            if (loss is null || target is null) return [y];
            Tensor l = loss.Of(y, x[1]);
            Parameter[] weights = [.. net.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
            behind = [.. Behind([l]).Where(v => v.DType.IsFloat)];
            foreach (Parameter weight in weights)
            {
                if (!behind.Contains(weight.Value)) behind.Add(weight.Value);
            }
            Tensor?[] gradients = Gradient.TryOf(l, [.. behind]);
            if (rule is not null)
            {
                Tensor?[] own = [.. weights.Select(w => gradients[behind.IndexOf(w.Value)])];
                rule.CollectOrUpdate(weights, own, rule.Reached, rule.IsLast);
                reached = rule.After(rule.Reached, weights, own, rule.IsLast);
            }
            return [y, l, .. gradients.Select(g => g ?? l)]; // the loss stands where no gradient is
        }
        Graph graph = FusedOp.Unfolded(IsUnfolded, () => Graph.Trace(Step, type == DType.Float64 ? type : null, [.. target is { } t ? [input, t] : (TensorSpec[])[input]]));
        Dictionary<Tensor, Tensor> arrived = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < behind.Count; i++)
        {
            if (!ReferenceEquals(graph.Outputs[i + 2], graph.Outputs[1])) arrived[behind[i]] = graph.Outputs[i + 2];
        }
        bool hasLoss = graph.Outputs.Count > 1;
        return new(NetTrace.Of(net, graph, recorder.Calls[0]), hasLoss ? graph.Inputs[1] : null, hasLoss ? graph.Outputs[1] : null, arrived) { Reached = reached };
    }

    /// <summary>Computes everything.</summary>
    /// <param name="given">The input, and the target if there is one.</param>
    /// <param name="current">The parameters' values.</param>
    /// <param name="largest">Values with more elements that are not of the forward pass are given up once nothing needs them.</param>
    /// <param name="see">Sees every value as soon as it is there.</param>
    public Dictionary<Tensor, Tensor> Run(Tensor[] given, Func<Parameter, Tensor> current, int largest, Action<Tensor, Tensor> see)
    {
        Dictionary<Tensor, Tensor> now = new(ReferenceEqualityComparer.Instance);
        long givenUp = 0;
        Dictionary<Tensor, int> readers = new(ReferenceEqualityComparer.Instance);
        HashSet<Tensor> results = new(this.Graph.Updates.Select(u => u.Value), ReferenceEqualityComparer.Instance);
        // Also those that nothing is computed from.
        for (int i = 0; i < given.Length; i++) see(this.Graph.Inputs[i], now[this.Graph.Inputs[i]] = given[i]);
        foreach ((Parameter parameter, Tensor symbol) in this.Graph.Parameters) see(symbol, now[symbol] = current(parameter));
        foreach (Tensor value in this.Graph.Values)
        {
            foreach (Tensor x in InputsOf(value)) readers[x] = readers.GetValueOrDefault(x) + 1;
        }
        foreach (Tensor value in this.Graph.Values)
        {
            if (!now.ContainsKey(value)) see(value, now[value] = value is { IsSymbolic: true, Node: { } node } ? node.Op.Execute([.. node.Inputs.Select(x => now[x])], value.Spec) : value);
            foreach (Tensor x in InputsOf(value))
            {
                if (--readers[x] > 0 || x.Node is null || x.Count <= largest || this.Forward.Contains(x) || results.Contains(x)) continue;
                now.Remove(x);
                if ((givenUp += x.Count) < MostGivenUp) continue;
                givenUp = 0;
                GC.Collect(); // big tensors weigh little for the collector, which would let many of them wait
                GC.WaitForPendingFinalizers();
            }
        }
        return now;
    }

    // What kernels do in one sweep is shown op by op; but softmax, which everybody knows, stays one.
    private static bool IsUnfolded(FusedOp op) => op is not (Ops.Softmax or Ops.LogSoftmax or SoftmaxCrossEntropy);

    private static Tensor[] InputsOf(Tensor value) => value is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];

    // The symbols that values are computed from, and themselves, in the order of the code.
    private static List<Tensor> Behind(Tensor[] results)
    {
        List<Tensor> found = [];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        Stack<Tensor> open = new(results);
        while (open.TryPop(out Tensor? value))
        {
            if (!value.IsSymbolic || !seen.Add(value)) continue;
            found.Add(value);
            foreach (Tensor x in InputsOf(value)) open.Push(x);
        }
        return [.. found.OrderBy(v => v.Node?.Ordinal ?? 0)];
    }
}
