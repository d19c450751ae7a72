// Why a pool at all: a training step makes tens of megabytes of short-lived values. Left to the collector alone they
// become fresh large-object pages that the kernel clears and the program faults in, again and again.
// Why no Dispose: only the collector knows that a value is dead. So the pool keeps a weak reference to the owner of
// each block it lends; whenever a quarter of a budget was lent since it looked, it asks for a collection of the youngest
// objects (which are small: the blocks themselves are not scanned) and takes back every block whose owner is gone.
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
    private static readonly List<Loan> Loans = [];
    private static readonly HashSet<ulong[]> Forgotten = [];
    private static readonly long[] Used = new long[8]; // what the last looks have found in use, the youngest at looks − 1
    private static long budget = LeastBudget, next = LeastBudget, lent, idle, looks;

    /// <summary>Bytes out on loan plus bytes waiting to be lent again.</summary>
    public static long HeldBytes
    {
        get
        {
            lock (Gate) return lent + idle;
        }
    }

    public static (ulong[] Block, int Start) Rent(long bytes, object owner)
    {
        if (bytes <= SmallBytes)
            return (new ulong[(bytes + 7) / 8], 0);
        int length = SizeClass(bytes + AlignBytes);
        lock (Gate)
        {
            if (!TryTake(length, out ulong[]? block))
            {
                if (lent + 8L * length > next) Look(8L * length);
                if (!TryTake(length, out block))
                    block = GC.AllocateUninitializedArray<ulong>(length, pinned: true);
            }
            Loans.Add(new Loan(GCHandle.Alloc(owner, GCHandleType.WeakTrackResurrection), block));
            lent += 8L * length;
            return (block, AlignedStart(block));
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

    /// <summary>Takes back the block of an owner that nobody will ask again: sooner than the collector would find out.</summary>
    public static void Return(object owner)
    {
        lock (Gate)
        {
            int k = Loans.FindLastIndex(loan => ReferenceEquals(loan.Owner.Target, owner));
            if (k < 0) return; // a small one, or one that was never lent
            Take(Loans[k]);
            Loans.RemoveAt(k);
        }
    }

    /// <summary>Takes back all blocks whose owners are gone: for who knows that much has just been given up.</summary>
    public static void Reclaim()
    {
        lock (Gate) Collect(2);
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
            if (loan.Owner.Target is not null)
            {
                Loans[kept++] = loan;
                continue;
            }
            Take(loan);
        }
        Loans.RemoveRange(kept, Loans.Count - kept);
    }

    private static void Take(Loan loan)
    {
        loan.Owner.Free();
        long bytes = 8L * loan.Block.Length;
        lent -= bytes;
        if (Forgotten.Remove(loan.Block)) return;
        if (!Free.TryGetValue(loan.Block.Length, out Stack<ulong[]>? stack)) Free[loan.Block.Length] = stack = new();
        stack.Push(loan.Block);
        idle += bytes;
    }

    private static void Trim()
    {
        Free.Clear();
        idle = 0;
    }

    private readonly record struct Loan(GCHandle Owner, ulong[] Block);
}
