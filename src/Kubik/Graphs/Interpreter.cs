// The one way to go through a graph: its values in order, each made of what its inputs have become. Running a graph, recording it
// again in another trace, rewriting it, computing it once more for a changed weight and explaining it differ in what is made of an
// op, in what is there at the beginning and in what is still needed afterwards, and in nothing else.

using System.Diagnostics.CodeAnalysis;

namespace Kubik.Graphs;

/// <summary>Goes through values of a graph, op by op.</summary>
/// <param name="apply">What becomes of a value that an op computes, from what its inputs have become.</param>
/// <param name="given">What inputs and parameters become, and whether nobody else will need that, asked when it is needed;
/// by itself each stays what it is.</param>
internal sealed class Interpreter(Func<Tensor, Tensor[], Tensor> apply, Func<Tensor, (Tensor Value, bool IsOwn)>? given = null)
{
    /// <summary>Memory of so many bytes goes back to the pool at once when its values are given up; what is smaller is the collector's.</summary>
    public const long Large = 1L << 20;

    // So many bytes may be dead before the pool takes them back: big tensors weigh little for the collector, which would let many of them wait.
    private const long MostDead = 32L << 20;

    private readonly Dictionary<Tensor, Tensor> now = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, int> readers = new(ReferenceEqualityComparer.Instance); // that are still to come
    // how many values lie in it, and whether they are all that do
    private readonly Dictionary<Storage, (int Values, bool IsOwn)> held = new(ReferenceEqualityComparer.Instance);
    private Func<Tensor, bool>? keeps;
    private bool isUnderneath;
    private long heldBytes, elsewhere; // lent to others than the values

    /// <summary>Computes a value by its op's kernel.</summary>
    public static Tensor Compute(Tensor value, Tensor[] x) => value.Node!.Op.Execute(x, value.Spec);

    /// <summary>What a value that an op computes is computed from; nothing for inputs, parameters and constants.</summary>
    public static Tensor[] InputsOf(Tensor value) => value is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];

    /// <summary>Sees every value as soon as it is there.</summary>
    public Action<Tensor, Tensor>? See { get; init; }

    /// <summary>Another walk, whose values stand where this one has none. It gives none up.</summary>
    public Interpreter? Before
    {
        get;
        init
        {
            field = value?.keeps is null ? value
                : throw new InvalidOperationException("A walk that gives values up cannot stand beneath another, which may need them.");
            value?.isUnderneath = true;
        }
    }

    /// <summary>The most bytes that the values took at a time, since values are given up.</summary>
    public long MostBytes { get; private set; }

    /// <summary>What a value has become.</summary>
    public Tensor this[Tensor symbol]
    {
        get => this.TryGet(symbol, out Tensor? known) ? known
            : !symbol.IsSymbolic ? symbol
            : throw new KeyNotFoundException($"Graph: the value of {symbol.Spec} is not there: nothing has led to it, or it was given up.");
        set => this.Put(symbol, value);
    }

    /// <summary>What a value has become; false when nothing has led to it, or when it was given up.</summary>
    public bool TryGet(Tensor symbol, [NotNullWhen(true)] out Tensor? known) =>
        this.now.TryGetValue(symbol, out known) || this.Before?.TryGet(symbol, out known) == true;

    /// <summary>Goes through values that have become nothing yet, each after what it is computed from.</summary>
    public void Run(IEnumerable<Tensor> values)
    {
        foreach (Tensor value in values)
        {
            if (this.now.ContainsKey(value)) continue;
            if (value is not { IsSymbolic: true, Node: { } node })
            {
                (Tensor became, bool isOwn) = given is not null && value.IsSymbolic ? given(value) : (value, false);
                this.Put(value, became, isOwn);
                if (this.IsIdle(value)) this.GiveUp(value);
                continue;
            }
            this.Run(node.Inputs.Where(x => InputsOf(x).Length == 0 && !this.TryGet(x, out _))); // inputs and parameters may come as late as this
            long youngest = BufferPool.Youngest;
            Tensor made = apply(value, [.. node.Inputs.Select(x => this[x])]);
            // Memory that was lent meanwhile nobody else can read; a view is as own as what it shows.
            this.Put(value, made, isOwn: made.Memory is { } memory && (memory.Loan > youngest || this.held.GetValueOrDefault(memory).IsOwn));
            if (this.keeps is null) continue;
            foreach (Tensor x in node.Inputs)
            {
                this.readers[x] = this.readers.GetValueOrDefault(x) - 1;
                if (this.IsIdle(x)) this.GiveUp(x);
            }
            if (this.IsIdle(value)) this.GiveUp(value);
            this.Reclaim();
        }
    }

    // What is given up besides, and what ops and those who see a value have used meanwhile, is the collector's, which does not see how big it is.
    private void Reclaim()
    {
        if (BufferPool.LentBytes - this.heldBytes - this.elsewhere < MostDead) return;
        BufferPool.Reclaim();
        this.elsewhere = BufferPool.LentBytes - this.heldBytes;
    }

    /// <summary>From now on values are given up as soon as nothing more is to be made of them, unless they are kept:
    /// who has seen one must not hold it.</summary>
    /// <param name="kept">Which values are kept.</param>
    /// <param name="toCome">All that is still to be gone through.</param>
    /// <exception cref="InvalidOperationException">Another walk stands on this one.</exception>
    public void GiveUpAllBut(Func<Tensor, bool> kept, IEnumerable<Tensor> toCome)
    {
        if (this.isUnderneath) throw new InvalidOperationException("A walk that stands beneath another cannot give values up: the other may need them.");
        this.keeps = kept;
        this.readers.Clear();
        this.elsewhere = BufferPool.LentBytes - this.heldBytes;
        foreach (Tensor x in toCome.SelectMany(InputsOf)) this.readers[x] = this.readers.GetValueOrDefault(x) + 1;
        foreach (Tensor idle in this.now.Keys.Where(this.IsIdle).ToArray()) this.GiveUp(idle);
    }

    private bool IsIdle(Tensor value) => this.keeps is not null && this.readers.GetValueOrDefault(value) <= 0;

    /// <summary>What values have become, which is now that of who asks and may outlive this run;
    /// and of each whether its memory is that of nothing else, among them or here.</summary>
    /// <param name="symbols">All that is wanted, at one time: what was taken before belongs to somebody.</param>
    public (Tensor Value, bool IsOwn)[] Take(IReadOnlyList<Tensor> symbols)
    {
        Tensor[] taken = [.. symbols.Select(s => this[s])];
        Dictionary<Storage, int> times = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor t in taken)
        {
            if (t.Memory is { } memory) times[memory] = times.GetValueOrDefault(memory) + 1;
        }
        bool[] areOwn = [.. taken.Select(t => t.Memory is { } memory && times[memory] == 1 && this.held.GetValueOrDefault(memory) is (1, true))];
        foreach (Storage memory in times.Keys.Where(this.held.ContainsKey)) this.held[memory] = this.held[memory] with { IsOwn = false };
        return [.. taken.Zip(areOwn)];
    }

    private void Put(Tensor value, Tensor became, bool isOwn = false)
    {
        this.now[value] = became;
        this.See?.Invoke(value, became);
        if (this.keeps is null || became.Memory is not { } memory) return;
        bool isNew = !this.held.TryGetValue(memory, out (int Values, bool IsOwn) before);
        this.held[memory] = isNew ? (1, isOwn) : (before.Values + 1, before.IsOwn && isOwn);
        if (isNew) this.MostBytes = Math.Max(this.MostBytes, this.heldBytes += memory.Bytes);
    }

    private void GiveUp(Tensor value)
    {
        if (this.keeps!(value) || !this.now.Remove(value, out Tensor? became) || became.Memory is not { } memory
            || !this.held.Remove(memory, out (int Values, bool IsOwn) left))
        {
            return;
        }
        if (left.Values > 1)
        {
            this.held[memory] = left with { Values = left.Values - 1 };
            return;
        }
        this.heldBytes -= memory.Bytes;
        if (!left.IsOwn) return; // it lives on elsewhere
        if (memory.Bytes >= Large) memory.Return();
    }
}
