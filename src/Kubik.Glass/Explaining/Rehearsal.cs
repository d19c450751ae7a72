// An explanation is made of a few entries of many values. Which ones follows from the graph and not from the numbers, nearly: so of a big
// network it is made once before anything is computed, on numbers that mean nothing, and what it asks for is noted. The computation
// then keeps these entries, and gives every value up when it has been used for the last time.

using System.Diagnostics.CodeAnalysis;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Explaining;

/// <summary>Notes which entries of a step's values an explanation will ask for.</summary>
internal sealed class Rehearsal : ShownValues
{
    /// <summary>So many bytes all values of a step may take together, for which nothing but the largest is given up.</summary>
    public const long MostWhole = 64L << 20;

    /// <summary>Elements of the largest value that is ever kept whole, besides input and parameters, which belong to others.</summary>
    public const int LargestWhole = 100_000;

    private readonly HashSet<Tensor> computed;
    private readonly Dictionary<Tensor, HashSet<int>> asked = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> wanted = new(ReferenceEqualityComparer.Instance);
    private readonly int largest;
    private int count;

    /// <summary>Decides what is kept whole.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="mostWhole">The bytes up to which that is nearly all.</param>
    public Rehearsal(StepTrace trace, long mostWhole = MostWhole)
    {
        this.computed = new([.. trace.Graph.Values, .. trace.Graph.Inputs, .. trace.Graph.Parameters.Select(p => p.Symbol)],
            ReferenceEqualityComparer.Instance);
        this.largest = trace.Graph.Values.Where(v => v.Node is not { Op: ViewOp }).Sum(v => (long)v.Count * v.DType.ByteSize) <= mostWhole ? LargestWhole
            : Snapshot.MostValues;
        this.IsNeeded = trace.Graph.Values.Any(v => !this.IsKept(v));
    }

    /// <summary>Whether there are values that are not kept whole, so that it has to be known what is asked of them.</summary>
    public bool IsNeeded { get; }

    /// <summary>Whether a value is small enough to be kept whole.</summary>
    public bool IsSmall(Tensor value) => value.Count <= this.largest;

    /// <summary>Whether a value is kept whole until the update. Inputs and parameters are: somebody holds them anyway.</summary>
    public bool IsKept(Tensor value) => this.IsSmall(value) || value is { IsSymbolic: true, Node: null } || this.wanted.Contains(value);

    /// <summary>The places, row by row, of the entries that were asked for.</summary>
    public IReadOnlyCollection<int> AskedOf(Tensor value) => this.asked.TryGetValue(value, out HashSet<int>? places) ? places : [];

    /// <inheritdoc/>
    public override bool Has(Tensor value) => this.computed.Contains(value);

    /// <inheritdoc/>
    public override Snapshot this[Tensor value] => new(value.Shape, null, double.NaN, double.NaN, double.NaN);

    /// <inheritdoc/>
    public override bool TryGet(Tensor value, [NotNullWhen(true)] out Tensor? whole)
    {
        whole = this.Has(value) && this.IsKept(value) ? new BroadcastTo(value.Shape).Apply(Tensor.Zeros([], value.DType)) : null;
        return whole is not null;
    }

    /// <inheritdoc/>
    public override void Keep(Tensor value) => this.wanted.Add(value);

    /// <inheritdoc/>
    public override double? At(Tensor value, int[] at)
    {
        if (!this.Has(value)) return null;
        if (!this.asked.TryGetValue(value, out HashSet<int>? places)) this.asked[value] = places = [];
        places.Add(Entries.Flat(value.Shape, at));
        return ++this.count; // no two are equal, so nothing is left out because it is there already
    }
}
