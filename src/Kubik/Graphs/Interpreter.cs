// The one way to go through a graph: its values in order, each made of what its inputs have become. Running a graph, recording it
// again in another trace, rewriting it, computing it once more for a changed weight and explaining it differ in what is made of an
// op, in what is there at the beginning and in what is still needed afterwards, and in nothing else.

using System.Diagnostics.CodeAnalysis;

namespace Kubik.Graphs;

/// <summary>Goes through values of a graph, op by op.</summary>
/// <param name="apply">What becomes of a value that an op computes, from what its inputs have become.</param>
/// <param name="given">What inputs and parameters become, and whether nobody else will need that, asked when it is needed; by itself each stays what it is.</param>
internal sealed class Interpreter(Func<Tensor, Tensor[], Tensor> apply, Func<Tensor, (Tensor Value, bool IsOwn)>? given = null)
{
    private const long MostDead = 32L << 20, Large = 1L << 20; // bytes

    private readonly Dictionary<Tensor, Tensor> now = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, int> readers = new(ReferenceEqualityComparer.Instance); // that are still to come
    private readonly Dictionary<Storage, (int Values, bool IsOwn)> held = new(ReferenceEqualityComparer.Instance); // how many values lie in it, and whether it was made here
    private Func<Tensor, bool>? keeps;
    private long heldBytes, deadBytes;

    /// <summary>Computes a value by its op's kernel.</summary>
    public static Tensor Compute(Tensor value, Tensor[] x) => value.Node!.Op.Execute(x, value.Spec);

    /// <summary>What a value that an op computes is computed from; nothing for inputs, parameters and constants.</summary>
    public static Tensor[] InputsOf(Tensor value) => value is { IsSymbolic: true, Node: { } node } ? node.Inputs : [];

    /// <summary>Sees every value as soon as it is there.</summary>
    public Action<Tensor, Tensor>? See { get; init; }

    /// <summary>Another walk, whose values stand where this one has none.</summary>
    public Interpreter? Before { get; init; }

    /// <summary>The most bytes that the values took at a time, since it is said which are kept.</summary>
    public long MostBytes { get; private set; }

    /// <summary>What a value has become.</summary>
    public Tensor this[Tensor symbol]
    {
        get => this.TryGet(symbol, out Tensor? known) ? known : symbol.IsSymbolic ? throw new KeyNotFoundException($"Graph: the value of {symbol.Spec} is not there: nothing has led to it, or it was given up.") : symbol;
        set => this.Put(symbol, value);
    }

    /// <summary>What a value has become; false when nothing has led to it, or when it was given up.</summary>
    public bool TryGet(Tensor symbol, [NotNullWhen(true)] out Tensor? known) => this.now.TryGetValue(symbol, out known) || this.Before?.TryGet(symbol, out known) == true;

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
            this.Put(value, apply(value, [.. node.Inputs.Select(x => this[x])]), isOwn: true);
            if (this.keeps is null) continue;
            foreach (Tensor x in node.Inputs)
            {
                this.readers[x] = this.readers.GetValueOrDefault(x) - 1;
                if (this.IsIdle(x)) this.GiveUp(x);
            }
            if (this.IsIdle(value)) this.GiveUp(value);
        }
    }

    /// <summary>From now on values are given up as soon as nothing more is to be made of them, unless they are kept: who has seen one must not hold it.</summary>
    /// <param name="toCome">All that is still to be gone through.</param>
    /// <param name="kept">Which values are kept.</param>
    public void Keep(IEnumerable<Tensor> toCome, Func<Tensor, bool> kept)
    {
        this.keeps = kept;
        this.readers.Clear();
        foreach (Tensor x in toCome.SelectMany(InputsOf)) this.readers[x] = this.readers.GetValueOrDefault(x) + 1;
        foreach (Tensor idle in this.now.Keys.Where(this.IsIdle).ToArray()) this.GiveUp(idle);
    }

    private bool IsIdle(Tensor value) => this.keeps is not null && this.readers.GetValueOrDefault(value) <= 0;

    /// <summary>What a value has become, which is now that of who asks and may outlive this run; and whether it is nobody else's.</summary>
    public (Tensor Value, bool IsOwn) Take(Tensor symbol)
    {
        Tensor taken = this[symbol];
        if (taken.Memory is not { } memory || !this.held.TryGetValue(memory, out (int Values, bool IsOwn) now)) return (taken, false);
        this.held[memory] = now with { IsOwn = false };
        return (taken, now is { Values: 1, IsOwn: true });
    }

    private void Put(Tensor value, Tensor became, bool isOwn = false)
    {
        this.now[value] = became;
        this.See?.Invoke(value, became);
        if (this.keeps is null || became.Memory is not { } memory) return;
        bool isNew = !this.held.TryGetValue(memory, out (int Values, bool IsOwn) before);
        this.held[memory] = isNew ? (1, isOwn) : before with { Values = before.Values + 1 };
        if (isNew) this.MostBytes = Math.Max(this.MostBytes, this.heldBytes += memory.Bytes);
    }

    private void GiveUp(Tensor value)
    {
        if (this.keeps!(value) || !this.now.Remove(value, out Tensor? became) || became.Memory is not { } memory || !this.held.Remove(memory, out (int Values, bool IsOwn) left)) return;
        if (left.Values > 1)
        {
            this.held[memory] = left with { Values = left.Values - 1 };
            return;
        }
        this.heldBytes -= memory.Bytes;
        if (left.IsOwn && memory.Bytes >= Large)
        {
            BufferPool.Return(memory);
        }
        else if ((this.deadBytes += memory.Bytes) >= MostDead)
        {
            this.deadBytes = 0;
            BufferPool.Reclaim(); // big tensors weigh little for the collector, which would let many of them wait
        }
    }
}
