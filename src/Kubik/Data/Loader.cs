// Batches in random order. The order of an epoch depends on the seed and the epoch's number alone, so that training
// can stop after any batch and go on to the same result. The next batches are put together on a thread of their own
// while the network works on this one; with one thread (WebAssembly has no more) they are made when asked for.

using Kubik.Kernels;

namespace Kubik.Data;

/// <summary>Walks a data set in batches, shuffled anew in every epoch.</summary>
/// <example><code>
/// Loader loader = new(train, batchSize: 128, seed: 1);
/// for (int epoch = 0; epoch &lt; 3; epoch++)
///     foreach (Batch batch in loader.Epoch(epoch))
///         Console.WriteLine(batch.Count);
/// </code></example>
public sealed class Loader
{
    /// <summary>How many batches wait ready. Two keep the network busy when one takes longer; more only take memory.</summary>
    public const int Ahead = 2;

    private readonly long seed;

    /// <summary>A loader of a data set.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">Samples in a batch; the last batch of an epoch may have fewer.</param>
    /// <param name="seed">Which of the many random orders.</param>
    /// <param name="shuffle">False: in the order of the data set, as for testing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size of a batch is below 1.</exception>
    public Loader(Dataset data, int batchSize = 128, long seed = 0, bool shuffle = true)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.Data = data;
        this.BatchSize = batchSize;
        this.seed = seed;
        this.Shuffle = shuffle;
    }

    /// <summary>The samples.</summary>
    public Dataset Data { get; }

    /// <summary>Samples in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Whether each epoch has a random order of its own.</summary>
    public bool Shuffle { get; }

    /// <summary>What is done to each batch, in this order.</summary>
    public IReadOnlyList<BatchTransform> Transforms { get; init; } = [];

    /// <summary>Batches in an epoch.</summary>
    public int BatchCount => (int)(((long)this.Data.Count + this.BatchSize - 1) / this.BatchSize);

    /// <summary>The batches of one epoch.</summary>
    /// <remarks>Leaving the loop early ends the thread behind it. What fails there is thrown here, when its batch would come.</remarks>
    /// <param name="epoch">The epoch's number, from 0: it decides the order.</param>
    /// <param name="skipBatches">How many batches of it to leave out at the beginning, to go on where training was interrupted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 0, or more batches are to be skipped than there are.</exception>
    public IEnumerable<Batch> Epoch(int epoch = 0, int skipBatches = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(skipBatches);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skipBatches, this.BatchCount);
        int[]? order = this.Shuffle ? new RandomStream(this.seed, RandomStreams.Epochs + epoch).Permutation(this.Data.Count) : null;
        return Workers.Count == 1 ? this.Here(order, epoch, skipBatches) : this.InBackground(order, epoch, skipBatches);
    }

    private IEnumerable<Batch> Here(int[]? order, int epoch, int first)
    {
        for (int i = first; i < this.BatchCount; i++) yield return this.Make(order, epoch, i);
    }

    private IEnumerable<Batch> InBackground(int[]? order, int epoch, int first)
    {
        using Prefetcher<Batch> ahead = new(this.BatchCount - first, i => this.Make(order, epoch, first + i), Ahead);
        while (ahead.TryTake(out Batch batch)) yield return batch;
    }

    // What is drawn for a batch depends on the seed and its place alone, so that an interrupted epoch goes on the same.
    private Batch Make(int[]? order, int epoch, int number)
    {
        Batch batch = this.Read(order, number);
        if (this.Transforms.Count == 0) return batch;
        RandomStream random = new(this.seed, RandomStreams.Transforms + ((long)epoch << 32) + number);
        foreach (BatchTransform transform in this.Transforms) batch = transform.Apply(batch, this.Data, random);
        return batch;
    }

    private Batch Read(int[]? order, int number)
    {
        int start = number * this.BatchSize, count = Math.Min(this.BatchSize, this.Data.Count - start);
        if (order is not null) return this.Data.Read(order.AsSpan(start, count));
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) rows[i] = start + i;
        return this.Data.Read(rows);
    }
}
