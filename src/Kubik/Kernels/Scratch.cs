using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kubik.Kernels;

/// <summary>Memory a thread keeps between kernel calls: pinned, on a 64-byte line, grown when more is asked for.</summary>
internal sealed unsafe class Scratch
{
    private const int Line = 64;
    private byte[] block = [];

    /// <summary>At least so many bytes; what was reserved before is no longer valid.</summary>
    public void* Reserve(long bytes)
    {
        if (this.block.Length < bytes + Line)
            this.block = GC.AllocateUninitializedArray<byte>(checked((int)(bytes + Line)), pinned: true);
        long start = (long)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(this.block));
        return (void*)((start + Line - 1) / Line * Line);
    }
}
