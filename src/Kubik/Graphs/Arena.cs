// Where the values of a plan lie. A value needs its place from the step that makes it to the last one that reads it; two
// values that are never needed at once may share a place. The largest are placed first, each as low as it fits.

namespace Kubik.Graphs;

/// <summary>A value's need for memory.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="First">The step that writes it.</param>
/// <param name="Last">The last step that reads it.</param>
internal readonly record struct Lease(long Bytes, int First, int Last);

internal static class Arena
{
    private const long Line = 64; // every value begins on a cache line, which is also the widest vector

    /// <summary>A place for each lease, in bytes from the start.</summary>
    /// <param name="leases">What is needed, when.</param>
    /// <param name="total">The size of the whole.</param>
    public static long[] Place(IReadOnlyList<Lease> leases, out long total)
    {
        long[] places = new long[leases.Count];
        int[] order = [.. Enumerable.Range(0, leases.Count).OrderByDescending(i => leases[i].Bytes).ThenBy(i => leases[i].First)];
        List<(long From, long To, int Lease)> placed = []; // by address
        total = 0;
        foreach (int i in order)
        {
            long size = (leases[i].Bytes + Line - 1) / Line * Line, at = 0;
            foreach ((long from, long to, int other) in placed)
            {
                if (leases[other].First > leases[i].Last || leases[i].First > leases[other].Last) continue;
                if (at + size <= from) break; // fits in the gap before it
                at = Math.Max(at, to);
            }
            places[i] = at;
            (long, long, int) mine = (at, at + size, i);
            int where = placed.BinarySearch(mine);
            placed.Insert(where < 0 ? ~where : where, mine);
            total = Math.Max(total, at + size);
        }
        return places;
    }
}
