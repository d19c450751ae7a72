// Elementwise functions over memory, in whole vectors only: the last elements go through one that is filled up, so that the
// bits of an element depend on its value, not on where it lies and how many neighbours it has.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class WholeVectors
{
    private const int Block = 256, Line = 64; // elements; bytes of the widest vector

    /// <summary>Computes y = f(x) element by element; the two may be the same.</summary>
    public static void Run<TOp, T>(TOp f, T* x, T* y, int count) where TOp : struct, IFunctionOp where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count) f.Forward(Vector.Load(x + i)).Store(y + i);
        if (i == count) return;
        Span<T> rest = stackalloc T[Vector<T>.Count];
        new ReadOnlySpan<T>(x + i, count - i).CopyTo(rest);
        f.Forward(new Vector<T>(rest)).CopyTo(rest);
        rest[..(count - i)].CopyTo(new Span<T>(y + i, count - i));
    }

    /// <summary>Computes y = f(x) for functions of spans: through one aligned block, because what TensorPrimitives does at the ends of a span depends on where it lies, and its scalar functions differ from its vectors in the last bit.</summary>
    public static void Run<TOp, T>(T* x, T* y, int count) where TOp : struct, IUnaryOp where T : unmanaged, IFloatingPointIeee754<T>
    {
        byte* bytes = stackalloc byte[Block * sizeof(double) + Line];
        T* block = (T*)(((nint)bytes + Line - 1) / Line * Line);
        int whole = Line / sizeof(T);
        for (int done = 0; done < count; done += Block)
        {
            int n = Math.Min(Block, count - done), padded = (n + whole - 1) / whole * whole;
            new ReadOnlySpan<T>(x + done, n).CopyTo(new Span<T>(block, n));
            new Span<T>(block + n, padded - n).Fill(x[done]);
            TOp.Forward(new ReadOnlySpan<T>(block, padded), new Span<T>(block, padded));
            new ReadOnlySpan<T>(block, n).CopyTo(new Span<T>(y + done, n));
        }
    }
}
