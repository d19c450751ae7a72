// The widest vectors of the machine behind one interface, so that a kernel is written once: 512 bits for floats where the
// machine has them, else whatever Vector<T> is. The type arguments are structs, so that nothing of the interface is left
// in the code the JIT makes.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>Arithmetic on vectors <typeparamref name="TV"/> of numbers <typeparamref name="T"/>.</summary>
internal unsafe interface ISequenceLanes<TV, T> where TV : unmanaged where T : unmanaged
{
    /// <summary>How many numbers a vector has.</summary>
    static abstract int Count { get; }

    /// <summary>How many rows of two vectors each fit into the registers beside what is multiplied: 4 or 8.</summary>
    static abstract int TileRows { get; }

    static abstract TV Load(T* p);

    static abstract void Store(T* p, TV x);

    static abstract TV Of(T x);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    /// <summary>a·b + c, rounded once where the machine can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    /// <summary>The larger of two; b when either is NaN.</summary>
    static abstract TV Max(TV a, TV b);

    /// <summary>y where x is above 0, else 0.</summary>
    static abstract TV WhereAbove0(TV x, TV y);

    /// <summary>The first so many numbers of x (all when there are more, none below 1), then those of y.</summary>
    static abstract TV First(int count, TV x, TV y);

    /// <summary>The sum of a vector's numbers.</summary>
    static abstract T Sum(TV x);

    /// <summary>The largest of a vector's numbers; −∞ or NaN when one is NaN.</summary>
    static abstract T Largest(TV x);

    static abstract TV Exp(TV x);

    static abstract TV Sigmoid(TV x);

    static abstract TV Tanh(TV x);
}

/// <summary>Vectors at the end of a run of numbers, where fewer may be left than a vector has.</summary>
internal static unsafe class Ends<TLanes, TV, T> where TLanes : struct, ISequenceLanes<TV, T> where TV : unmanaged where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load(T* p, int left) => left >= TLanes.Count ? TLanes.Load(p) : Part(p, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, TV x, int left)
    {
        if (left >= TLanes.Count) TLanes.Store(p, x);
        else Part(p, x, left);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TV Part(T* p, int left)
    {
        TV x = default;
        new ReadOnlySpan<T>(p, left).CopyTo(new Span<T>(&x, left));
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Part(T* p, TV x, int left) => new ReadOnlySpan<T>(&x, left).CopyTo(new Span<T>(p, left));
}

/// <summary>The lanes of the machine.</summary>
internal readonly unsafe struct SequenceLanes<V, T> : ISequenceLanes<V, T> where V : unmanaged, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Count => V.Count;

    public static int TileRows => sizeof(V) == 64 ? 8 : 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* p) => V.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, V x) => V.Store(x, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(T x) =>
        sizeof(V) == 64 ? Unsafe.BitCast<Vector512<T>, V>(Vector512.Create(x)) :
        sizeof(V) == 32 ? Unsafe.BitCast<Vector256<T>, V>(Vector256.Create(x)) : Unsafe.BitCast<Vector128<T>, V>(Vector128.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V a, V b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Subtract(V a, V b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Multiply(V a, V b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Divide(V a, V b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MultiplyAdd(V a, V b, V c) => V.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Max(V a, V b) => V.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V WhereAbove0(V x, V y) => V.Select(V.Greater(x, V.Zero), y, V.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V First(int count, V x, V y)
    {
        T n = T.CreateTruncating(count);
        if (sizeof(V) == 64)
            return Unsafe.BitCast<Vector512<T>, V>(Vector512.ConditionalSelect(Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(n)), Unsafe.BitCast<V, Vector512<T>>(x), Unsafe.BitCast<V, Vector512<T>>(y)));
        if (sizeof(V) == 32)
            return Unsafe.BitCast<Vector256<T>, V>(Vector256.ConditionalSelect(Vector256.LessThan(Vector256<T>.Indices, Vector256.Create(n)), Unsafe.BitCast<V, Vector256<T>>(x), Unsafe.BitCast<V, Vector256<T>>(y)));
        return Unsafe.BitCast<Vector128<T>, V>(Vector128.ConditionalSelect(Vector128.LessThan(Vector128<T>.Indices, Vector128.Create(n)), Unsafe.BitCast<V, Vector128<T>>(x), Unsafe.BitCast<V, Vector128<T>>(y)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(V x) => V.Sum(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest(V x)
    {
        Vector128<T> quarter;
        if (sizeof(V) == 64)
        {
            Vector512<T> whole = Unsafe.BitCast<V, Vector512<T>>(x);
            Vector256<T> half = Vector256.MaxNative(whole.GetLower(), whole.GetUpper());
            quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        }
        else if (sizeof(V) == 32)
        {
            Vector256<T> half = Unsafe.BitCast<V, Vector256<T>>(x);
            quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        }
        else
        {
            quarter = Unsafe.BitCast<V, Vector128<T>>(x);
        }
        T largest = quarter[0];
        for (int i = 1; i < Vector128<T>.Count; i++) largest = T.MaxNative(largest, quarter[i]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x) => VectorMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x) => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x) => VectorMath.Tanh(x);
}
