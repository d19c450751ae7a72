// Why a pool at all: a training step makes tens of megabytes of short-lived values. Left to the collector alone they
// become fresh large-object pages that the kernel clears and the program faults in, again and again.
// Why no Dispose: whoever computes with tensors would have to say when each is dead. So the pool keeps a weak reference to the
// owner of each block it lends, and asks the collector, which knows it of every value; only a walk through a graph, which knows
// it of the values that it has made itself, returns their blocks sooner. Whenever a quarter of a budget was lent since it
// looked, it asks for a collection of the youngest objects (which are small: the blocks themselves are not scanned) and takes
// back every block whose owner is gone.
// The budget is twice what the last looks have found in use: so it grows with a net at once, and shrinks after it as other
// blocks are asked for. Nobody looks while none are: a program that only runs plans gives nothing up.

using System.Runtime.InteropServices;

namespace Kubik;

/// <summary>Lends the blocks behind tensors and takes them back when their owners are gone.</summary>
internal static class BufferPool
{
    private const int SmallBytes = 4096; // below this a plain array costs less than a loan
    private const long LeastBudget = 64L << 20;
    public const int AlignBytes = 64;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, Stack<ulong[]>> Free = [];
    private static readonly List<Loan> Loans = []; // in the order of their numbers
    private static readonly HashSet<ulong[]> Forgotten = [];
    private static readonly long[] Used = new long[8]; // what the last looks have found in use, the youngest at looks − 1
    private static long budget = LeastBudget, next = LeastBudget, lent, idle, looks;
    private static long loans; // that were ever made: the number of the last
    private static int returned; // loans in the list whose blocks are back already

    /// <summary>Bytes out on loan plus bytes waiting to be lent again.</summary>
    public static long HeldBytes
    {
        get
        {
            lock (Gate) return lent + idle;
        }
    }

    /// <summary>Bytes out on loan, those of owners that are gone unnoticed among them.</summary>
    public static long LentBytes
    {
        get
        {
            lock (Gate) return lent;
        }
    }

    /// <summary>The number of the youngest loan: memory with a larger one is made from now on.</summary>
    public static long Youngest => Volatile.Read(ref loans);

    /// <summary>Lends a block. Loans are numbered from 1; a block that is too small for one has the number 0.</summary>
    public static (ulong[] Block, int Start, long Loan) Rent(long bytes, Storage owner)
    {
        if (bytes <= SmallBytes)
            return (new ulong[(bytes + 7) / 8], 0, 0);
        int length = SizeClass(bytes + AlignBytes);
        lock (Gate)
        {
            if (!TryTake(length, out ulong[]? block))
            {
                if (lent + 8L * length > next) Look(8L * length);
                if (!TryTake(length, out block))
                    block = GC.AllocateUninitializedArray<ulong>(length, pinned: true);
            }
            Volatile.Write(ref loans, loans + 1);
            Loans.Add(new Loan(loans, GCHandle.Alloc(owner, GCHandleType.WeakTrackResurrection), block));
            lent += 8L * length;
            return (block, AlignedStart(block), loans);
        }
    }

    /// <summary>Leaves a block to the collector: whoever holds a span of it may hold it longer than its owner lives.</summary>
    public static void Forget(ulong[] block)
    {
        if (8L * block.Length <= SmallBytes) return;
        lock (Gate) Forgotten.Add(block);
    }

    /// <summary>The first word of a pinned block that begins a 64-byte line.</summary>
    public static unsafe int AlignedStart(ulong[] block)
    {
        long address = (long)Marshal.UnsafeAddrOfPinnedArrayElement(block, 0);
        return (int)((AlignBytes - address % AlignBytes) % AlignBytes / 8);
    }

    /// <summary>Takes back the block of a loan, whose owner has let go of it.</summary>
    public static void Return(long loan)
    {
        lock (Gate)
        {
            (int low, int high) = (0, Loans.Count - 1);
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = Loans[middle].Number < loan ? (middle + 1, high) : (low, middle);
            }
            Take(Loans[low]);
            Loans[low] = new Loan(loan, default, null);
            if (++returned > Loans.Count / 2) Sweep(); // so the list is gone through once for as many returns as half of it
        }
    }

    /// <summary>Takes back all blocks whose owners are gone, and keeps few that wait: for a walk that goes on with other sizes than it gave up.</summary>
    public static void Reclaim()
    {
        lock (Gate)
        {
            Collect(2);
            if (idle <= Math.Max(LeastBudget, lent / 2)) return;
            Trim();
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true); // gives the pages back
        }
    }

    // Four classes an octave: at most a quarter of a block is unused.
    private static int SizeClass(long bytes)
    {
        long words = (bytes + 7) / 8;
        long step = Math.Max(8, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)words) / 8);
        long rounded = (words + step - 1) / step * step;
        return rounded <= Array.MaxLength ? (int)rounded : checked((int)words);
    }

    private static bool TryTake(int length, out ulong[] block)
    {
        block = null!;
        if (!Free.TryGetValue(length, out Stack<ulong[]>? stack) || !stack.TryPop(out block!)) return false;
        idle -= 8L * length;
        return true;
    }

    // What is in use swings within a step, from all that the tape holds to nothing. Looks that are a quarter of the budget apart
    // see every swing that matters, and all of them together, two budgets long, see at least one step. So the budget shrinks only
    // when it was too large for the whole swing: else its blocks are given up in the valleys and cleared by the kernel again for the peaks.
    private static void Look(long wanted)
    {
        Collect(0);
        bool isWhole = looks % Used.Length == Used.Length - 1 && lent > LeastBudget / 4; // what died old is found by a whole collection alone
        if (isWhole)
        {
            Collect(2);
        }
        else if (lent + wanted > budget)
        {
            for (int generation = 1; generation <= 2 && lent + wanted > budget / 2; generation++) Collect(generation);
        }
        long used = lent + wanted;
        Used[looks++ % Used.Length] = used;
        if (used > budget)
        {
            SetBudget(2 * used); // it is in use: let it double before collecting everything again, so that the cost of that stays small
        }
        else if (looks >= Used.Length && Used.Max() < budget / 4)
        {
            SetBudget(2 * Used.Max());
        }
        next = used + Math.Max(LeastBudget, budget / 4);
    }

    private static void Collect(int generation)
    {
        GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
        Sweep();
    }

    private static void SetBudget(long bytes)
    {
        budget = Math.Max(LeastBudget, bytes);
        if (lent + idle > budget + budget / 2) Trim(); // blocks of sizes that are no longer asked for
    }

    private static void Sweep()
    {
        int kept = 0;
        for (int i = 0; i < Loans.Count; i++)
        {
            Loan loan = Loans[i];
            if (loan.Block is null) continue; // returned
            if (loan.Owner.Target is not null)
            {
                Loans[kept++] = loan;
                continue;
            }
            Take(loan);
        }
        Loans.RemoveRange(kept, Loans.Count - kept);
        returned = 0;
    }

    private static void Take(Loan loan)
    {
        loan.Owner.Free();
        ulong[] block = loan.Block!;
        long bytes = 8L * block.Length;
        lent -= bytes;
        if (Forgotten.Remove(block)) return;
        if (!Free.TryGetValue(block.Length, out Stack<ulong[]>? stack)) Free[block.Length] = stack = new();
        stack.Push(block);
        idle += bytes;
    }

    private static void Trim()
    {
        Free.Clear();
        idle = 0;
    }

    private readonly record struct Loan(long Number, GCHandle Owner, ulong[]? Block);
}
