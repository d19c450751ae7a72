// A network as the engine sees it: its forward pass is traced on symbols, as the compiler does it, and on the way it is
// noted which brick was at work. Counts, pictures, formulas and explanations are read from here; nothing is computed.

using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Glass.Traces;

/// <summary>A network's graph, and which brick made which of its values.</summary>
/// <example><code>
/// NetTrace trace = NetTrace.Of(Sequential.Parse("linear 8 | relu | linear 1"), [1, 2]);
/// foreach (BrickCall call in trace.Root.Working) Console.WriteLine($"{call.Path} {call.Module.Notation}: {call.Input.Shape} → {call.Output.Shape}");
/// </code></example>
public sealed class NetTrace
{
    internal NetTrace(Module net, Graph graph, BrickCall root)
    {
        (this.Graph, this.Root) = (graph, root);
        this.Paths = net.Parameters().ToDictionary(p => p.Parameter, p => p.Path);
        foreach (Tensor value in graph.Values)
        {
            if (value is { IsSymbolic: true, Node: not null }) root.TryTake(value);
        }
    }

    /// <summary>What is computed, from the input to the output.</summary>
    public Graph Graph { get; }

    /// <summary>The network's call, with those of its bricks inside.</summary>
    public BrickCall Root { get; }

    /// <summary>The parameters' paths.</summary>
    public IReadOnlyDictionary<Parameter, string> Paths { get; }

    /// <summary>Traces a network's forward pass. Layers that waited for their input size know it afterwards.</summary>
    /// <param name="net">The network.</param>
    /// <param name="input">The shape of the input, the batch axis included.</param>
    /// <param name="dtype">Its element type.</param>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    public static NetTrace Of(Module net, Shape input, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(net);
        return StepTrace.Of(net, new(dtype, input), new()).Net;
    }

    /// <summary>Computes as in training, whatever the modules are set to; afterwards they are as before.</summary>
    internal static T InTraining<T>(Module net, Func<T> compute)
    {
        (Module Module, bool Training)[] before = [.. net.Modules().Select(m => (m.Module, m.Module.IsSetToTraining))];
        net.Train();
        try
        {
            return compute();
        }
        finally
        {
            // Those inside come after those around them, and so have the last word.
            foreach ((Module module, bool training) in before)
            {
                if (training) module.Train();
                else module.Eval();
            }
        }
    }
}

/// <summary>Notes which brick works when.</summary>
internal sealed class CallRecorder
{
    private readonly Dictionary<Module, string> paths = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<BrickCall> open = [];
    private Tensor? last;

    public CallRecorder(Module net)
    {
        foreach ((string path, Module module) in net.Modules()) this.paths.TryAdd(module, path);
    }

    /// <summary>The calls that were not made by a brick.</summary>
    public List<BrickCall> Calls { get; } = [];

    /// <summary>Computes something and notes the calls in it.</summary>
    public T During<T>(Func<T> compute) => Module.Observed(this.Begin, compute);

    private Action<Tensor> Begin(Module module, Tensor x)
    {
        BrickCall call = new(module, this.paths.GetValueOrDefault(module, module.Notation), x, Node.Made);
        this.open.Push(call);
        this.last ??= x;
        return y => this.End(this.last = y, isDone: true);
    }

    /// <summary>Whether a brick is at work.</summary>
    public bool IsOpen => this.open.Count > 0;

    /// <summary>Ends what is open, after an error: gives what was computed last.</summary>
    public Tensor Abandon()
    {
        while (this.open.Count > 0) this.End(this.last!, isDone: false);
        return this.last!;
    }

    private void End(Tensor y, bool isDone)
    {
        BrickCall call = this.open.Pop();
        call.Close(y, Node.Made, isDone);
        if (this.open.TryPeek(out BrickCall? outer)) outer.Add(call);
        else this.Calls.Add(call);
    }
}
