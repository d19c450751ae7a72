// The memory behind tensors. Views share one Storage. Small blocks are plain garbage-collected arrays; large ones are
// 64-byte aligned and come from the BufferPool, which takes them back when no tensor can reach them any more.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kubik;

/// <summary>A block of memory that one or more tensors look at.</summary>
internal sealed class Storage
{
    private ulong[]? block; // null: returned
    private readonly int start; // in ulongs, so that pooled blocks begin on a 64-byte line

    public Storage(long bytes)
    {
        (this.block, this.start, this.Loan) = BufferPool.Rent(bytes, this);
        this.Bytes = bytes;
    }

    private Storage(ulong[] pinned, long bytes) => (this.block, this.start, this.Bytes) = (pinned, BufferPool.AlignedStart(pinned), bytes);

    /// <summary>A block of its own, full of zeros, that begins on a 64-byte line and never moves.</summary>
    public static Storage Pinned(long bytes) => new(GC.AllocateArray<ulong>(checked((int)((bytes + 7) / 8 + BufferPool.AlignBytes / 8)), pinned: true), bytes);

    public long Bytes { get; }

    /// <summary>The number of its loan: larger than that of all memory that was lent before. 0 when it is none of the pool's.</summary>
    public long Loan { get; }

    /// <summary>The elements from an offset on. The span must not outlive the storage unless it was <see cref="Expose">exposed</see>.</summary>
    public Span<T> Span<T>(int offset, int count) where T : unmanaged
    {
        Debug.Assert((long)(offset + count) * System.Runtime.CompilerServices.Unsafe.SizeOf<T>() <= this.Bytes);
        return MemoryMarshal.CreateSpan(
            ref System.Runtime.CompilerServices.Unsafe.Add(
                ref System.Runtime.CompilerServices.Unsafe.As<ulong, T>(
                    ref System.Runtime.CompilerServices.Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(this.Block), this.start)),
                offset),
            count);
    }

    /// <summary>Takes the block out of the pool for good: a span given to a user keeps the array alive, not this object.</summary>
    public void Expose() => BufferPool.Forget(this.Block);

    /// <summary>Gives the block back: sooner than the collector would find out that nobody will ask for it. From now on it cannot be read.</summary>
    public void Return()
    {
        if (this.block is null || this.Loan == 0) return;
        this.block = null;
        BufferPool.Return(this.Loan);
    }

    // A kernel asks once for each tensor, and the array would be checked for null anyway.
    private ulong[] Block =>
        this.block ?? throw new InvalidOperationException(
            $"The memory of a tensor ({this.Bytes:N0} bytes) was returned to the pool, and is read now: "
            + "what a walk through a graph gives up must be taken from it (Interpreter.Take) by whoever still needs it. This is an error in Kubik.");
}
