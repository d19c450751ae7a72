// Generation one token after another. Every attention of a network keeps the keys and values of the positions that it
// has seen, so that a new position costs one row and not the whole sequence. The cache is an object of the caller's;
// the network holds nothing.

namespace Kubik.Nn;

/// <summary>What the attentions of a network remember of a sequence: give it to them piece by piece,
/// and each piece is as if it had come with all before it.</summary>
/// <remarks>The attentions must be causal. The cache belongs to one batch of sequences and one network; nothing is learnt through it.</remarks>
/// <example><code>
/// KeyValueCache cache = new();
/// Tensor logits = cache.Forward(net, prompt);                       // (B, T) → (B, T, vocabulary)
/// Tensor next = logits[.., ^1].ArgMax().Unsqueeze(1);                // (B, 1)
/// logits = cache.Forward(net, next);                                 // (B, 1, vocabulary)
/// </code></example>
public sealed class KeyValueCache
{
    [ThreadStatic] private static KeyValueCache? current;

    private readonly Dictionary<(Module Layer, int Use), (Tensor Keys, Tensor Values)> kept = [];
    private readonly Dictionary<(Module Layer, int Use), (Tensor Keys, Tensor Values)> fresh = [];
    private int piece;

    /// <summary>How many positions have been seen.</summary>
    public int Length { get; private set; }

    /// <summary>The cache in whose name this thread computes.</summary>
    internal static KeyValueCache? Current => current;

    /// <summary>How many positions come before the ones that this thread computes.</summary>
    internal static int Past => current?.Length ?? 0;

    /// <summary>Computes the next positions of a sequence. After an error the cache is as it was before.</summary>
    /// <param name="net">The network.</param>
    /// <param name="x">The next positions: axis 1 is time.</param>
    /// <returns>The network's output for them.</returns>
    /// <exception cref="ShapeException">They do not fit the network, or are of another batch size than those before.</exception>
    /// <exception cref="InvalidOperationException">The network is being traced: what a cache holds cannot be recorded.</exception>
    public Tensor Forward(Module net, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(net);
        if (x.Rank < 2) throw new ShapeException($"KeyValueCache: the input must be (batch, positions, …); got {x.Shape}.");
        return this.Advance(x.Shape[1], () => net.Forward(x));
    }

    /// <summary>Computes the next positions by a function: for networks of several inputs, such as a decoder with its memory.</summary>
    /// <param name="positions">How many positions come.</param>
    /// <param name="compute">Calls the network for them.</param>
    /// <inheritdoc cref="Forward" path="/exception"/>
    public Tensor Advance(int positions, Func<Tensor> compute)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        KeyValueCache? outer = current;
        current = this;
        this.piece = positions;
        try
        {
            Tensor y = compute();
            foreach ((var use, var entry) in this.fresh) this.kept[use] = entry;
            this.Length += this.piece;
            return y;
        }
        finally
        {
            current = outer;
            this.fresh.Clear();
        }
    }

    /// <summary>Forgets everything: the next positions begin another sequence.</summary>
    public void Clear()
    {
        this.kept.Clear();
        this.Length = 0;
    }

    /// <summary>The keys and values (…, S, d) of all positions up to the new ones, given those of the new ones.</summary>
    internal (Tensor Keys, Tensor Values) Extend(Module layer, Tensor keys, Tensor values)
    {
        if (keys.IsSymbolic) throw new InvalidOperationException("A KeyValueCache holds values and cannot be part of a trace; call it outside Graph.Trace.");
        if (keys.Shape[^2] != this.piece)
            throw new ShapeException($"inside a KeyValueCache each position keeps its place, but the {this.piece} given have become {keys.Shape[^2]}.");
        int use = 0;
        while (this.fresh.ContainsKey((layer, use))) use++; // a shared layer remembers each of its places
        if (this.kept.TryGetValue((layer, use), out (Tensor Keys, Tensor Values) before))
        {
            if (before.Keys.Shape[0] != keys.Shape[0])
                throw new ShapeException($"the KeyValueCache holds {before.Keys.Shape[0]} sequences, but {keys.Shape[0]} go on; Clear() it to begin others.");
            keys = Tensor.Concat(keys.Rank - 2, before.Keys, keys);
            values = Tensor.Concat(values.Rank - 2, before.Values, values);
        }
        else if (this.Length > 0)
        {
            throw new ShapeException($"the KeyValueCache has {this.Length} positions of another network; Clear() it to begin anew.");
        }
        this.fresh.Add((layer, use), (keys.Detach(), values.Detach()));
        return (keys, values);
    }
}
