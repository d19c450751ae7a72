// The vectors that tiles of matrix products are made of, of every number type: 512, 256 or 128 bits. The type arguments are
// structs, so that nothing of the interface is left in the code the JIT makes.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

/// <summary>What a tile does with vectors <typeparamref name="TV"/> of numbers <typeparamref name="T"/>.</summary>
internal unsafe interface ITileLanes<TV, T> where TV : unmanaged where T : unmanaged
{
    /// <summary>How many numbers a vector has.</summary>
    static abstract int Count { get; }

    /// <summary>How many rows of two vectors the registers hold.</summary>
    static abstract int Rows { get; }

    /// <summary>Whether a part of a vector is read and written as fast as the whole.</summary>
    static abstract bool HasMasks { get; }

    static abstract TV Load(T* p);

    /// <summary>Without masks all of the vector is read.</summary>
    static abstract TV LoadPadded(T* p, TV mask);

    static abstract TV Load(T* p, TV mask, int count);

    static abstract void Store(T* p, TV x);

    static abstract void Store(T* p, TV x, TV mask, int count);

    /// <summary>The mask of the first so many numbers; nothing without masks.</summary>
    static abstract TV First(int count);

    static abstract TV Of(T x);

    static abstract TV Add(TV a, TV b);

    /// <summary>a·b + c, rounded once where the machine can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    static abstract void Prefetch(T* p);
}

internal readonly unsafe struct TileLanes512<T> : ITileLanes<Vector512<T>, T> where T : unmanaged, INumber<T>
{
    public static int Count => Vector512<T>.Count;

    public static int Rows => 14;

    public static bool HasMasks => Avx512F.IsSupported && typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadPadded(T* p, Vector512<T> mask) =>
        HasMasks ? Avx512F.MaskLoad((float*)p, mask.AsSingle(), Vector512<float>.Zero).As<float, T>() : Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* p, Vector512<T> mask, int count) => HasMasks ? LoadPadded(p, mask) : TileEnds<Vector512<T>, T>.Load(p, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector512<T> x) => Vector512.Store(x, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector512<T> x, Vector512<T> mask, int count)
    {
        if (HasMasks) Avx512F.MaskStore((float*)p, mask.AsSingle(), x.AsSingle());
        else TileEnds<Vector512<T>, T>.Store(p, x, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> First(int count) => HasMasks ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>() : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(T x) => Vector512.Create(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float) ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>() :
        typeof(T) == typeof(double) ? Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>() : a * b + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* p)
    {
        if (Sse.IsSupported) Sse.Prefetch0(p);
    }
}

internal readonly unsafe struct TileLanes256<T> : ITileLanes<Vector256<T>, T> where T : unmanaged, INumber<T>
{
    public static int Count => Vector256<T>.Count;

    public static int Rows => 6;

    public static bool HasMasks => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* p) => Vector256.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadPadded(T* p, Vector256<T> mask) => Vector256.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* p, Vector256<T> mask, int count) => TileEnds<Vector256<T>, T>.Load(p, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector256<T> x) => Vector256.Store(x, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector256<T> x, Vector256<T> mask, int count) => TileEnds<Vector256<T>, T>.Store(p, x, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> First(int count) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Of(T x) => Vector256.Create(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float) ? Vector256.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>() :
        typeof(T) == typeof(double) ? Vector256.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>() : a * b + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* p)
    {
        if (Sse.IsSupported) Sse.Prefetch0(p);
    }
}

internal readonly unsafe struct TileLanes128<T> : ITileLanes<Vector128<T>, T> where T : unmanaged, INumber<T>
{
    public static int Count => Vector128<T>.Count;

    public static int Rows => AdvSimd.IsSupported ? 14 : 6; // Arm64 has 32 registers

    public static bool HasMasks => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* p) => Vector128.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LoadPadded(T* p, Vector128<T> mask) => Vector128.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* p, Vector128<T> mask, int count) => TileEnds<Vector128<T>, T>.Load(p, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector128<T> x) => Vector128.Store(x, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* p, Vector128<T> x, Vector128<T> mask, int count) => TileEnds<Vector128<T>, T>.Store(p, x, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> First(int count) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Of(T x) => Vector128.Create(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c) =>
        typeof(T) == typeof(float) ? Vector128.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>() :
        typeof(T) == typeof(double) ? Vector128.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>() : a * b + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* p)
    {
        if (Sse.IsSupported) Sse.Prefetch0(p);
    }
}

/// <summary>Parts of vectors where the CPU has no masks.</summary>
internal static unsafe class TileEnds<TV, T> where TV : unmanaged where T : unmanaged
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TV Load(T* p, int count)
    {
        TV x = default;
        new ReadOnlySpan<T>(p, count).CopyTo(new Span<T>(&x, count));
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store(T* p, TV x, int count) => new ReadOnlySpan<T>(&x, count).CopyTo(new Span<T>(p, count));
}
