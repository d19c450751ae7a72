// Elementwise functions over memory, in whole vectors only, the widest there are: the last elements go through one that is
// filled up or overlaps the one before, so that the bits of an element depend on its value, not on where it lies and how
// many neighbours it has.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class WholeVectors
{
    private const int Block = 256, Line = 64; // elements; bytes of the widest vector

    /// <summary>Computes y = f(x) element by element; the two may be the same.</summary>
    public static void Run<TOp, T>(TOp f, ReadOnlySpan<T> x, Span<T> y) where TOp : struct, ILanesFunction where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* px = x, py = y) Run(f, px, py, x.Length);
    }

    /// <summary>Computes y = f(x) element by element; the two may be the same.</summary>
    public static void Run<TOp, T>(TOp f, T* x, T* y, int count) where TOp : struct, ILanesFunction where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<TOp, Lanes512<T>, T>(f, x, y, count);
        else if (Vector256.IsHardwareAccelerated) Run<TOp, Lanes256<T>, T>(f, x, y, count);
        else Run<TOp, Lanes128<T>, T>(f, x, y, count);
    }

    // The JIT inlines as much as it is forced to, but gives up when a method has grown too much: so the function stands here
    // once, and this is not itself inlined.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run<TOp, V, T>(TOp f, T* x, T* y, int count)
        where TOp : struct, ILanesFunction where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        int end = count - V.Count;
        if (end < 0)
        {
            RunFilledUp<TOp, V, T>(f, x, y, count);
            return;
        }
        V last = V.Load(x + end); // read before x is written over, should y be the same
        for (int i = 0; ; i += V.Count)
        {
            V v = i < end ? V.Load(x + i) : last;
            V.Store(f.Forward(v), y + (i < end ? i : end));
            if (i >= end) return;
        }
    }

    private static void RunFilledUp<TOp, V, T>(TOp f, T* x, T* y, int count)
        where TOp : struct, ILanesFunction where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* whole = stackalloc T[V.Count];
        for (int k = 0; k < V.Count; k++) whole[k] = k < count ? x[k] : T.Zero;
        Run<TOp, V, T>(f, whole, whole, V.Count);
        for (int k = 0; k < count; k++) y[k] = whole[k];
    }

    /// <summary>Computes dx = dy·f′(x) element by element; dx may be one of the others.</summary>
    public static void RunBackward<TOp, T>(TOp f, T* x, T* dy, T* dx, int count)
        where TOp : struct, ILanesGradient where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) RunBackward<TOp, Lanes512<T>, T>(f, x, dy, dx, count);
        else if (Vector256.IsHardwareAccelerated) RunBackward<TOp, Lanes256<T>, T>(f, x, dy, dx, count);
        else RunBackward<TOp, Lanes128<T>, T>(f, x, dy, dx, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunBackward<TOp, V, T>(TOp f, T* x, T* dy, T* dx, int count)
        where TOp : struct, ILanesGradient where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        int end = count - V.Count;
        if (end < 0)
        {
            T* whole = stackalloc T[2 * V.Count];
            for (int k = 0; k < V.Count; k++) (whole[k], whole[V.Count + k]) = k < count ? (x[k], dy[k]) : (T.Zero, T.Zero);
            RunBackward<TOp, V, T>(f, whole, whole + V.Count, whole, V.Count);
            for (int k = 0; k < count; k++) dx[k] = whole[k];
            return;
        }
        V last = V.Load(x + end), lastDy = V.Load(dy + end); // read before they are written over
        for (int i = 0; ; i += V.Count)
        {
            bool isLast = i >= end;
            V v = isLast ? last : V.Load(x + i), d = isLast ? lastDy : V.Load(dy + i);
            V.Store(f.Backward(v, d), dx + (isLast ? end : i));
            if (isLast) return;
        }
    }

    /// <summary>Computes y = f(x) for functions of spans: where the place in memory matters through one aligned block,
    /// because what TensorPrimitives does at the ends of a span depends on where it lies,
    /// and its scalar functions differ from its vectors in the last bit.</summary>
    public static void Run<TOp, T>(T* x, T* y, int count) where TOp : struct, IUnaryOp where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (TOp.IsPlaceless)
        {
            TOp.Forward(new ReadOnlySpan<T>(x, count), new Span<T>(y, count));
            return;
        }
        RunAligned<TOp, T>(x, y, count);
    }

    private static void RunAligned<TOp, T>(T* x, T* y, int count) where TOp : struct, IUnaryOp where T : unmanaged, IFloatingPointIeee754<T>
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
