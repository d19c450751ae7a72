using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kubik.Kernels;

/// <summary>The elements at the end of a row that do not fill a vector.</summary>
internal static unsafe class PartOfVector
{
    // A vector of zeros, one of ones, one of zeros: what begins so many bytes before the first seam masks the last bytes of a vector,
    // before the second one the first bytes.
    private static ReadOnlySpan<byte> Edge =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>A mask that is set in the last <paramref name="count"/> lanes: of a vector that overlaps the one before, those that are new.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LastLanes<V, T>(int count) where V : struct, ILanes<V, T> where T : unmanaged
    {
        byte* edge = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Edge)); // data of the assembly, which nothing moves
        return V.Load((T*)(edge + 64 - (V.Count - count) * sizeof(T)));
    }

    /// <summary>A mask that is set in the first <paramref name="count"/> lanes: in all when there are fewer, in none below 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V FirstLanes<V, T>(int count) where V : struct, ILanes<V, T> where T : unmanaged
    {
        byte* edge = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Edge));
        return V.Load((T*)(edge + 128 - Math.Clamp(count, 0, V.Count) * sizeof(T)));
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

/// <summary>Vectors at the end of a run of elements, where fewer may be left than a vector has:
/// those are read with zeros behind them, and nothing is written behind them.</summary>
internal static unsafe class Ends<V, T> where V : unmanaged, ILanes<V, T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* from, int left) => left >= V.Count ? V.Load(from) : PartOfVector.Load<V, T>(from, left, default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V v, T* to, int left)
    {
        if (left >= V.Count) V.Store(v, to);
        else PartOfVector.Store(v, to, left);
    }
}
