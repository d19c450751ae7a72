// Vectors of neighbouring pairs of floats: two of them loaded and parted into the even and the odd elements, and put together again.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

internal static unsafe class Pairs
{
    /// <summary>Whether the CPU has these vectors, and what parts them.</summary>
    public static bool IsSupported<TLanes>() where TLanes : struct, ILanes<TLanes, float> =>
        typeof(TLanes) == typeof(Lanes512<float>) ? Avx512F.IsSupported
            : typeof(TLanes) == typeof(Lanes256<float>) ? Avx2.IsSupported : Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Loads two vectors' elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Part<TLanes>(float* from, out TLanes even, out TLanes odd) where TLanes : struct, ILanes<TLanes, float>
    {
        if (typeof(TLanes) == typeof(Lanes512<float>))
        {
            Vector512<float> a = Vector512.Load(from), b = Vector512.Load(from + 16);
            even = Unsafe.BitCast<Vector512<float>, TLanes>(
                Avx512F.PermuteVar16x32x2(a, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b));
            odd = Unsafe.BitCast<Vector512<float>, TLanes>(
                Avx512F.PermuteVar16x32x2(a, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b));
        }
        else if (typeof(TLanes) == typeof(Lanes256<float>))
        {
            Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + 8);
            even = Unsafe.BitCast<Vector256<float>, TLanes>(Avx2.Permute4x64(Avx.Shuffle(a, b, 0b10_00_10_00).AsDouble(), 0b11_01_10_00).AsSingle());
            odd = Unsafe.BitCast<Vector256<float>, TLanes>(Avx2.Permute4x64(Avx.Shuffle(a, b, 0b11_01_11_01).AsDouble(), 0b11_01_10_00).AsSingle());
        }
        else
        {
            Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + 4);
            even = Unsafe.BitCast<Vector128<float>, TLanes>(Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(a, b));
            odd = Unsafe.BitCast<Vector128<float>, TLanes>(Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01) : AdvSimd.Arm64.UnzipOdd(a, b));
        }
    }

    /// <summary>Stores two vectors' elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join<TLanes>(TLanes even, TLanes odd, float* to) where TLanes : struct, ILanes<TLanes, float>
    {
        if (typeof(TLanes) == typeof(Lanes512<float>))
        {
            Vector512<float> a = Unsafe.BitCast<TLanes, Vector512<float>>(even), b = Unsafe.BitCast<TLanes, Vector512<float>>(odd);
            Avx512F.PermuteVar16x32x2(a, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), b).Store(to);
            Avx512F.PermuteVar16x32x2(a, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), b).Store(to + 16);
        }
        else if (typeof(TLanes) == typeof(Lanes256<float>))
        {
            Vector256<float> a = Unsafe.BitCast<TLanes, Vector256<float>>(even), b = Unsafe.BitCast<TLanes, Vector256<float>>(odd), low = Avx.UnpackLow(a, b),
                high = Avx.UnpackHigh(a, b);
            Avx.Permute2x128(low, high, 0x20).Store(to);
            Avx.Permute2x128(low, high, 0x31).Store(to + 8);
        }
        else
        {
            Vector128<float> a = Unsafe.BitCast<TLanes, Vector128<float>>(even), b = Unsafe.BitCast<TLanes, Vector128<float>>(odd);
            (Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b)).Store(to);
            (Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b)).Store(to + 4);
        }
    }
}
