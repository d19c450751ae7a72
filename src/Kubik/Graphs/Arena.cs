// Where the values of a plan lie. A value needs its place from the step that makes it to the last one that reads it; two
// values that are never needed at once may share a place. The largest are placed first, each as low as it fits.
// The whole may be larger than the largest array: it is cut into blocks, and no value crosses from one to the next.

namespace Kubik.Graphs;

/// <summary>A value's need for memory.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="First">The step that writes it.</param>
/// <param name="Last">The last step that reads it.</param>
internal readonly record struct Lease(long Bytes, int First, int Last);

internal static class Arena
{
    /// <summary>The bytes between two places.</summary>
    public const long Line = 64; // every value begins on a cache line, which is also the widest vector

    /// <summary>A place for each lease, in bytes from the start.</summary>
    /// <param name="leases">What is needed, when.</param>
    /// <param name="block">The size of a block; no lease is larger.</param>
    /// <param name="total">The size of the whole.</param>
    public static long[] Place(IReadOnlyList<Lease> leases, long block, out long total)
    {
        long[] places = new long[leases.Count];
        int[] order = [.. Enumerable.Range(0, leases.Count).OrderByDescending(i => leases[i].Bytes).ThenBy(i => leases[i].First)];
        Placed[] placed = new Placed[leases.Count]; // by address; every lease meets all before it, so this is a plain array
        int count = 0;
        total = 0;
        foreach (int i in order)
        {
            (long bytes, int first, int last) = leases[i];
            long size = (bytes + Line - 1) / Line * Line, at = 0;
            foreach (ref readonly Placed other in placed.AsSpan(0, count))
            {
                if (other.First > last || first > other.Last) continue;
                if (at + size <= other.From) break; // fits in the gap before it
                at = InOneBlock(Math.Max(at, other.To), size, block);
            }
            places[i] = at;
            int where = count++;
            for (; where > 0 && (placed[where - 1].From > at || placed[where - 1].From == at && placed[where - 1].To > at + size); where--)
                placed[where] = placed[where - 1];
            placed[where] = new(at, at + size, first, last);
            total = Math.Max(total, at + size);
        }
        return places;
    }

    private static long InOneBlock(long at, long size, long block) => size == 0 || at / block == (at + size - 1) / block ? at : (at / block + 1) * block;

    private readonly record struct Placed(long From, long To, int First, int Last);
}
