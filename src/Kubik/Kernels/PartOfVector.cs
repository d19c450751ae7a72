using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kubik.Kernels;

/// <summary>The elements at the end of a row that do not fill a vector.</summary>
internal static unsafe class PartOfVector
{
    // One vector of zeros, then one of ones: what begins so many bytes before the middle masks the last bytes of a vector.
    private static ReadOnlySpan<byte> Edge =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    /// <summary>A mask that is set in the last <paramref name="count"/> lanes: of a vector that overlaps the one before, those that are new.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LastLanes<V, T>(int count) where V : struct, ILanes<V, T> where T : unmanaged
    {
        byte* edge = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Edge)); // data of the assembly, which nothing moves
        return V.Load((T*)(edge + 64 - (V.Count - count) * sizeof(T)));
    }

    /// <summary>So many elements, and behind them what does not count.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Load<V, T>(T* from, int count, T filling) where V : struct, ILanes<V, T> where T : unmanaged
    {
        T* whole = stackalloc T[V.Count];
        for (int i = 0; i < V.Count; i++) whole[i] = i < count ? from[i] : filling;
        return V.Load(whole);
    }

    /// <summary>The first elements of a vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store<V, T>(V v, T* to, int count) where V : struct, ILanes<V, T> where T : unmanaged
    {
        T* whole = stackalloc T[V.Count];
        V.Store(v, whole);
        for (int i = 0; i < count; i++) to[i] = whole[i];
    }
}
