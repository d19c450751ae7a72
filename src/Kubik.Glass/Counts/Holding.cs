// Which values of a pass lie in memory. A view has none of its own; what elementwise ops hand to each other is gone before it
// is written, since they run as one loop; and of a training step stays until the backward pass what a gradient rule reads.

using Kubik.Glass.Traces;

namespace Kubik.Glass.Counts;

/// <summary>The memory of the values of a traced pass.</summary>
internal sealed class Holding
{
    private readonly Dictionary<Tensor, (Tensor Base, Layout Layout)> places = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> handedOn = new(ReferenceEqualityComparer.Instance); // read by more than elementwise ops of the same size
    private readonly HashSet<Tensor> kept = new(ReferenceEqualityComparer.Instance);

    public Holding(NetTrace trace)
    {
        foreach (Tensor value in trace.Graph.Values)
        {
            Node? node = value.IsSymbolic ? value.Node : null;
            this.places[value] = node is { Op: ViewOp view } && this.places[node.Inputs[0]] is var (whole, layout)
                && view.View(node.Inputs[0].Shape, layout, value.Shape) is { } own
                ? (whole, own)
                : (value, Layout.Contiguous(value.Shape));
            foreach (Tensor x in node?.Inputs ?? [])
            {
                Tensor from = this.places[x].Base;
                if (node!.Ordinal > trace.Root.End) this.kept.Add(from);
                if (node.Op is not (ViewOp or IElementwise) || value.Shape.Size != from.Shape.Size) this.handedOn.Add(from);
            }
        }
    }

    /// <summary>Whether a value has memory of its own.</summary>
    public bool IsOwn(Tensor value) => ReferenceEquals(this.places[value].Base, value);

    /// <summary>The bytes of what a brick writes when it predicts.</summary>
    public long Forward(BrickCall call)
    {
        Tensor? result = this.places.TryGetValue(call.Output, out (Tensor Base, Layout) place) ? place.Base : null;
        return call.Own.Where(v => this.IsOwn(v) && (ReferenceEquals(v, result) || this.handedOn.Contains(v))).Sum(Bytes);
    }

    /// <summary>The bytes of what a brick computed that the backward pass reads.</summary>
    public long Backward(BrickCall call) => call.Own.Where(this.kept.Contains).Sum(Bytes);

    private static long Bytes(Tensor value) => (long)value.Count * value.DType.ByteSize;
}
