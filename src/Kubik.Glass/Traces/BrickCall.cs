// One brick at work: what went in, what came out, which bricks worked inside of it, and which values it computed itself. A
// network's calls are a tree; every value that the network computes belongs to exactly one of them.

using Kubik.Nn;

namespace Kubik.Glass.Traces;

/// <summary>A brick's turn in a forward pass.</summary>
public sealed class BrickCall
{
    private readonly List<BrickCall> inside = [];
    private readonly List<Tensor> own = [];

    internal BrickCall(Module module, string path, Tensor input, long begin) =>
        (this.Module, this.Path, this.Input, this.Output, this.Begin) = (module, path, input, input, begin);

    /// <summary>The brick.</summary>
    public Module Module { get; }

    /// <summary>Where it is in the network: "3" or "encoder.attention"; "" is the network itself.</summary>
    public string Path { get; }

    /// <summary>The symbol of what went in.</summary>
    public Tensor Input { get; }

    /// <summary>The symbol of what came out.</summary>
    public Tensor Output { get; private set; }

    /// <summary>The bricks that worked inside, in the order of their work.</summary>
    public IReadOnlyList<BrickCall> Inside => this.inside;

    /// <summary>The values that the brick computed itself, not the bricks inside, in the order of the code; only those that lead to a result.</summary>
    public IReadOnlyList<Tensor> Own => this.own;

    /// <summary>The calls without others inside, in the order of their work,
    /// and between them what those around them compute themselves, a turn for each piece of it.</summary>
    public IEnumerable<BrickCall> Working => field ??= [.. this.inside.Count == 0 ? [this] : this.Turns()];

    /// <summary>Whether it is no whole call, but what one computes itself between two of its bricks, or before or after them.</summary>
    internal bool IsBetween { get; private init; }

    /// <summary>This call and all inside, each before those inside of it.</summary>
    public IEnumerable<BrickCall> All => this.inside.SelectMany(c => c.All).Prepend(this);

    /// <summary>How many nodes had been made when it began, and when it was done.</summary>
    internal long Begin { get; }

    internal long End { get; private set; }

    internal void Add(BrickCall call) => this.inside.Add(call);

    /// <summary>Whether it came to its end: false for a brick that its input did not fit, and those around it.</summary>
    internal bool IsDone { get; private set; }

    internal void Close(Tensor output, long end, bool isDone = true) => (this.Output, this.End, this.IsDone) = (output, end, isDone);

    /// <summary>Gives a value to the innermost call that it was made in; false when it was made outside of this one.</summary>
    internal bool TryTake(Tensor value)
    {
        long made = value.Node!.Ordinal;
        if (made <= this.Begin || made > this.End) return false;
        BrickCall holder = this;
        while (Inner(holder.inside, made) is { } inner) holder = inner;
        holder.own.Add(value);
        return true;
    }

    private IEnumerable<BrickCall> Turns()
    {
        Queue<Tensor> left = new(this.own.OrderBy(v => v.Node!.Ordinal));
        foreach (BrickCall inner in this.inside)
        {
            if (this.Turn(left, inner.Begin) is { } between) yield return between;
            foreach (BrickCall working in inner.Working) yield return working;
        }
        if (this.Turn(left, long.MaxValue) is { } last) yield return last;
    }

    // What it computes itself until a brick begins; null when that is nothing, or only another type.
    private BrickCall? Turn(Queue<Tensor> left, long end)
    {
        List<Tensor> piece = [];
        while (left.TryPeek(out Tensor? next) && next.Node!.Ordinal <= end) piece.Add(left.Dequeue());
        if (!piece.Exists(v => v.Node!.Op is not (Cast or Copy) || ReferenceEquals(v, this.Output))) return null;
        HashSet<Tensor> made = new(piece, ReferenceEqualityComparer.Instance);
        Tensor input = piece.SelectMany(v => v.Node!.Inputs).FirstOrDefault(x => !made.Contains(x) && (x.Node is not null || ReferenceEquals(x, this.Input)))
            ?? this.Input;
        BrickCall turn = new(this.Module, this.Path, input, this.Begin) { IsBetween = true };
        turn.own.AddRange(piece);
        turn.Close(made.Contains(this.Output) ? this.Output : piece.FindLast(v => v.DType.IsFloat) ?? piece[^1], this.End, this.IsDone);
        return turn;
    }

    // Calls follow each other, so the one that a node was made in is found by halving.
    private static BrickCall? Inner(List<BrickCall> calls, long made)
    {
        int low = 0, high = calls.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (made <= calls[middle].Begin) high = middle - 1;
            else if (made > calls[middle].End) low = middle + 1;
            else return calls[middle];
        }
        return null;
    }
}
