// A network layer by layer: what comes out of each, how many parameters it has and why, what it costs, what it holds in
// memory and what it sees of the input. Two passes are traced, a prediction and a training step, each for two batches, from which
// follows what a sample adds and what is there once; nothing is computed, and a network whose layers do not fit is shown up to
// the one that does not.

using Kubik.Glass.Traces;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Glass.Counts;

/// <summary>One layer of a network, in the order of computation.</summary>
/// <param name="Path">Where it is in the network: "3" or "encoder.attention".</param>
/// <param name="Brick">What it is, in the one-line notation.</param>
/// <param name="Output">What comes out for one sample, without the batch axis.</param>
/// <param name="Parameters">How many numbers it learns; 0 where a shared layer comes again.</param>
public sealed record LayerSummary(string Path, string Brick, Shape Output, long Parameters)
{
    /// <summary>Where the number of parameters comes from: (5·5·6 + 1)·16; empty when there are none.</summary>
    public string Formula { get; init; } = "";

    /// <summary>Multiply–adds for one sample, of products and convolutions as a loop over their definition does them,
    /// those of weights with weights among them.</summary>
    public long MultiplyAdds { get; init; }

    /// <summary>The bytes that it writes when the network predicts a batch:
    /// a view writes none, and what elementwise ops hand to each other is not written.</summary>
    public long MemoryForward { get; init; }

    /// <summary>The bytes of what it computed that a training step of a batch keeps until the gradient comes by: what the gradient rules read.</summary>
    public long MemoryBackward { get; init; }

    /// <summary>What an element of the output sees of the network's input; null when nothing is known of it.</summary>
    public ReceptiveField? ReceptiveField { get; init; }
}

/// <summary>A network layer by layer.</summary>
/// <param name="Input">What goes in, without the batch axis.</param>
/// <param name="Batch">For how many samples the memory is counted.</param>
/// <param name="Layers">The layers that fit, in the order of computation.</param>
/// <param name="Problem">Why the next layer does not fit; null when all do.</param>
/// <example><code>
/// NetSummary summary = Sequential.Parse("flatten | linear 10").Summary([1, 28, 28]);
/// Console.WriteLine(summary);   // a table
/// foreach (LayerSummary layer in summary.Layers) Console.WriteLine($"{layer.Path} {layer.Brick} {layer.Output} {layer.Formula} = {layer.Parameters}");
/// </code></example>
public sealed record NetSummary(Shape Input, int Batch, IReadOnlyList<LayerSummary> Layers, ShapeException? Problem)
{
    /// <summary>How many samples a traced batch has at least: two, since batch norm has no variance of one.</summary>
    public const int TracedBatch = 2;

    /// <summary>How many numbers the layers learn.</summary>
    public long Parameters => this.Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply–adds for one sample.</summary>
    public long MultiplyAdds => this.Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>The bytes that all layers write when the network predicts a batch. A plan that uses memory again holds fewer at a time.</summary>
    public long MemoryForward => this.Layers.Sum(layer => layer.MemoryForward);

    /// <summary>The bytes that a training step keeps for the gradient, besides input, parameters and what the optimiser remembers.</summary>
    public long MemoryBackward => this.Layers.Sum(layer => layer.MemoryBackward);

    /// <summary>What comes out of the network for one sample; null when a layer does not fit.</summary>
    public Shape? Output { get; private init; }

    /// <summary>Looks at a network without computing anything. Layers that waited for their input size know it afterwards.</summary>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of one sample.</param>
    /// <param name="batch">For how many samples the memory is counted.</param>
    /// <param name="dtype">The element type of samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty.</exception>
    internal static NetSummary Of(Module net, Shape sample, int batch = 1, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        TensorSpec few = new(dtype, [TracedBatch, .. sample.Sizes]);
        StepTrace training = NetTrace.InTraining(net, () => Pass(net, few, GradientsOf.Weights));
        NetTrace prediction = Module.InEvaluation(() => Pass(net, few, GradientsOf.Nothing)).Net;
        // Of what is so large that two more samples are no tensor, nothing is taken to be there once.
        TensorSpec? more = 2L * prediction.Graph.Values.Append(prediction.Root.Input).Max(v => (long)v.Count) <= int.MaxValue
            ? new(dtype, [2 * TracedBatch, .. sample.Sizes]) : null;
        Reader reader = new(
            prediction, more is { } p ? new(Module.InEvaluation(() => Pass(net, p, GradientsOf.Nothing)).Net) : null,
            new(training.Net), more is { } t ? new(NetTrace.InTraining(net, () => Pass(net, t, GradientsOf.Weights)).Net) : null, batch);
        return new(sample, batch, [.. InOrder(prediction.Root).Select(reader.Row).OfType<LayerSummary>()], training.Misfit)
        {
            Output = training.Misfit is null ? Sample(prediction.Root.Output.Shape) : default(Shape?),
        };
    }

    /// <summary>The table, at most so many characters wide.</summary>
    public string ToText(int width = 120) => SummaryTable.Write(this, width);

    /// <summary>The table of the layers, with the sums; the problem, when there is one.</summary>
    public override string ToString() => this.Problem is { } problem ? $"{this.ToText()}\n{problem.Message}" : this.ToText();

    private static Shape Sample(Shape batch) => batch.Rank > 0 ? batch[1..] : batch;

    private static StepTrace Pass(Module net, TensorSpec x, GradientsOf which) => StepTrace.Of(net, x, new() { Gradients = which, EndsAtMisfit = true });

    private static IEnumerable<BrickCall> InOrder(BrickCall call) => call.Inside.SelectMany(InOrder).Append(call);

    // A pass for a batch of one size: its calls, each time a path comes up the next one.
    private sealed class Traced(NetTrace trace)
    {
        private readonly Dictionary<string, Queue<BrickCall>> calls = InOrder(trace.Root).GroupBy(c => c.Path)
            .ToDictionary(g => g.Key, g => new Queue<BrickCall>(g));

        public Holding Memory { get; } = new(trace);

        public BrickCall? Next(string path) => this.calls.TryGetValue(path, out Queue<BrickCall>? queue) && queue.TryDequeue(out BrickCall? next) ? next : null;
    }

    private sealed class Reader(NetTrace prediction, Traced? predictionOfMore, Traced training, Traced? trainingOfMore, int batch)
    {
        private readonly Holding written = new(prediction);
        private readonly ParameterFormula formula = new(prediction.Graph);
        private readonly HashSet<Parameter> counted = [];
        private readonly Sightlines[] axes = Spatial(prediction);
        private int mostAxes = prediction.Root.Input.Rank; // of what the layers have given so far

        public LayerSummary? Row(BrickCall call)
        {
            BrickCall? more = predictionOfMore?.Next(call.Path), trained = training.Next(call.Path), trainedMore = trainingOfMore?.Next(call.Path);
            if (!call.IsDone) return null;
            // A container's parameters are those of the layers inside, which came before it.
            Parameter[] own = [.. call.Module.Parameters().Select(p => p.Parameter)
                .Where(p => p is { Role: ParameterRole.Weight, HasSpec: true } && this.counted.Add(p))];
            if (call.Inside.Count > 0 && own.Length == 0 && !call.Own.Any(this.written.IsOwn)) return null;
            return new(call.Path, call.Module.Notation, Sample(call.Output.Shape), own.Sum(p => (long)p.Spec.Shape.Size))
            {
                Formula = this.formula.Of(own),
                MultiplyAdds = For(1, call, more, c => c.Own.Sum(Graph.MultiplyAddsOf)),
                MemoryForward = For(batch, call, more, c => (ReferenceEquals(c, call) ? this.written : predictionOfMore!.Memory).Forward(c)),
                MemoryBackward = For(batch, trained, trainedMore, c => (ReferenceEquals(c, trained) ? training : trainingOfMore!).Memory.Backward(c)),
                ReceptiveField = this.FieldOf(call.Output),
            };
        }

        // What a batch of a size takes, a + b·size by the two that were traced.
        private static long For(int size, BrickCall? few, BrickCall? more, Func<BrickCall, long> count)
        {
            if (few is null) return 0;
            long here = count(few), there = more is null ? 2 * here : count(more);
            return here + (there - here) * (size - TracedBatch) / TracedBatch;
        }

        private ReceptiveField? FieldOf(Tensor value)
        {
            this.mostAxes = Math.Max(this.mostAxes, value.Rank);
            FieldAlong?[] along = [.. this.axes.Select(a => a.Of(value, mayBeJoined: value.Rank < this.mostAxes))];
            return along.Length > 0 && Array.TrueForAll(along, a => a is not null) ? new([.. along.Select(a => a!.Value)]) : null;
        }

        // Of (B, C, …) the axes after the channels. Whether the last of three is that, or the channels of a sequence, shows in the
        // graph: products see all channels at once.
        private static Sightlines[] Spatial(NetTrace prediction)
        {
            Tensor x = prediction.Root.Input;
            if (x.Rank != 3)
                return [.. Enumerable.Range(Math.Min(2, x.Rank - 1), Math.Max(0, x.Rank - Math.Min(2, x.Rank - 1))).Where(a => a > 0)
                    .Select(a => new Sightlines(x, a))];
            Sightlines steps = new(x, 1), last = new(x, 2);
            int Local(Sightlines axis) => prediction.Root.All.Count(c => axis.Of(c.Output) is { IsEverything: false, IsUnknown: false });
            return [Local(steps) > Local(last) ? steps : last];
        }
    }
}
