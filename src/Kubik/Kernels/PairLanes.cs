// Vectors of neighbouring pairs: two of them loaded and parted into the even and the odd elements, and put together again.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

/// <summary>Arithmetic of pairs of floats.</summary>
internal unsafe interface IPairLanes<TVector> where TVector : struct
{
    /// <summary>Whether the CPU has these vectors.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Pairs of a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* from);

    static abstract void Store(TVector v, float* to);

    /// <summary>Loads 2·Count elements.</summary>
    static abstract (TVector Even, TVector Odd) Part(float* from);

    /// <summary>Stores 2·Count elements.</summary>
    static abstract void Join(TVector even, TVector odd, float* to);

    /// <summary>Where a is larger than b, or NaN.</summary>
    static abstract TVector Beats(TVector a, TVector b);

    static abstract TVector Select(TVector mask, TVector a, TVector b);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, float b);
}

/// <summary>16 pairs.</summary>
internal readonly unsafe struct SixteenPairs : IPairLanes<Vector512<float>>
{
    public static bool IsSupported => Avx512F.IsSupported;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> v, float* to) => v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Even, Vector512<float> Odd) Part(float* from)
    {
        Vector512<float> a = Vector512.Load(from), b = Vector512.Load(from + 16);
        return (Avx512F.PermuteVar16x32x2(a, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b),
            Avx512F.PermuteVar16x32x2(a, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join(Vector512<float> even, Vector512<float> odd, float* to)
    {
        Avx512F.PermuteVar16x32x2(even, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), odd).Store(to);
        Avx512F.PermuteVar16x32x2(even, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), odd).Store(to + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Beats(Vector512<float> a, Vector512<float> b) => Vector512.GreaterThan(a, b) | ~Vector512.Equals(a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Select(Vector512<float> mask, Vector512<float> a, Vector512<float> b) => Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, float b) => a * b;
}

/// <summary>8 pairs.</summary>
internal readonly unsafe struct EightPairs : IPairLanes<Vector256<float>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> v, float* to) => v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Even, Vector256<float> Odd) Part(float* from)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + 8);
        return (Avx2.Permute4x64(Avx.Shuffle(a, b, 0b10_00_10_00).AsDouble(), 0b11_01_10_00).AsSingle(), Avx2.Permute4x64(Avx.Shuffle(a, b, 0b11_01_11_01).AsDouble(), 0b11_01_10_00).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join(Vector256<float> even, Vector256<float> odd, float* to)
    {
        Vector256<float> low = Avx.UnpackLow(even, odd), high = Avx.UnpackHigh(even, odd);
        Avx.Permute2x128(low, high, 0x20).Store(to);
        Avx.Permute2x128(low, high, 0x31).Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Beats(Vector256<float> a, Vector256<float> b) => Vector256.GreaterThan(a, b) | ~Vector256.Equals(a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Select(Vector256<float> mask, Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, float b) => a * b;
}

/// <summary>4 pairs.</summary>
internal readonly unsafe struct FourPairs : IPairLanes<Vector128<float>>
{
    public static bool IsSupported => Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> v, float* to) => v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float> Even, Vector128<float> Odd) Part(float* from)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + 4);
        return Sse.IsSupported
            ? (Sse.Shuffle(a, b, 0b10_00_10_00), Sse.Shuffle(a, b, 0b11_01_11_01))
            : (AdvSimd.Arm64.UnzipEven(a, b), AdvSimd.Arm64.UnzipOdd(a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join(Vector128<float> even, Vector128<float> odd, float* to)
    {
        (Sse.IsSupported ? Sse.UnpackLow(even, odd) : AdvSimd.Arm64.ZipLow(even, odd)).Store(to);
        (Sse.IsSupported ? Sse.UnpackHigh(even, odd) : AdvSimd.Arm64.ZipHigh(even, odd)).Store(to + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Beats(Vector128<float> a, Vector128<float> b) => Vector128.GreaterThan(a, b) | ~Vector128.Equals(a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, float b) => a * b;
}
