// The tiles of C that fill the registers of each kind of CPU, written out: the JIT keeps named locals in registers,
// but not arrays of vectors.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>14 × 32 floats in 28 of the 32 registers of AVX-512.</summary>
internal readonly unsafe struct Avx512Kernel : IMicroKernel<float>
{
    public static int MR => 14;

    public static int NR => 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, float* a, float* b, float* c, long ldc, bool add)
    {
        Vector512<float> c00 = Vector512<float>.Zero, c01 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero, c21 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero, c31 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero, c41 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero, c51 = Vector512<float>.Zero;
        Vector512<float> c60 = Vector512<float>.Zero, c61 = Vector512<float>.Zero;
        Vector512<float> c70 = Vector512<float>.Zero, c71 = Vector512<float>.Zero;
        Vector512<float> c80 = Vector512<float>.Zero, c81 = Vector512<float>.Zero;
        Vector512<float> c90 = Vector512<float>.Zero, c91 = Vector512<float>.Zero;
        Vector512<float> c100 = Vector512<float>.Zero, c101 = Vector512<float>.Zero;
        Vector512<float> c110 = Vector512<float>.Zero, c111 = Vector512<float>.Zero;
        Vector512<float> c120 = Vector512<float>.Zero, c121 = Vector512<float>.Zero;
        Vector512<float> c130 = Vector512<float>.Zero, c131 = Vector512<float>.Zero;
        for (int p = 0; p < k; p++, a += 14, b += 32)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16), a0;
            a0 = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(a0, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(a0, b1, c01);
            a0 = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(a0, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(a0, b1, c11);
            a0 = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(a0, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(a0, b1, c21);
            a0 = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(a0, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(a0, b1, c31);
            a0 = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(a0, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(a0, b1, c41);
            a0 = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(a0, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(a0, b1, c51);
            a0 = Vector512.Create(a[6]);
            c60 = Vector512.FusedMultiplyAdd(a0, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(a0, b1, c61);
            a0 = Vector512.Create(a[7]);
            c70 = Vector512.FusedMultiplyAdd(a0, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(a0, b1, c71);
            a0 = Vector512.Create(a[8]);
            c80 = Vector512.FusedMultiplyAdd(a0, b0, c80);
            c81 = Vector512.FusedMultiplyAdd(a0, b1, c81);
            a0 = Vector512.Create(a[9]);
            c90 = Vector512.FusedMultiplyAdd(a0, b0, c90);
            c91 = Vector512.FusedMultiplyAdd(a0, b1, c91);
            a0 = Vector512.Create(a[10]);
            c100 = Vector512.FusedMultiplyAdd(a0, b0, c100);
            c101 = Vector512.FusedMultiplyAdd(a0, b1, c101);
            a0 = Vector512.Create(a[11]);
            c110 = Vector512.FusedMultiplyAdd(a0, b0, c110);
            c111 = Vector512.FusedMultiplyAdd(a0, b1, c111);
            a0 = Vector512.Create(a[12]);
            c120 = Vector512.FusedMultiplyAdd(a0, b0, c120);
            c121 = Vector512.FusedMultiplyAdd(a0, b1, c121);
            a0 = Vector512.Create(a[13]);
            c130 = Vector512.FusedMultiplyAdd(a0, b0, c130);
            c131 = Vector512.FusedMultiplyAdd(a0, b1, c131);
        }
        Put(c, c00, c01, add);
        Put(c + 1 * ldc, c10, c11, add);
        Put(c + 2 * ldc, c20, c21, add);
        Put(c + 3 * ldc, c30, c31, add);
        Put(c + 4 * ldc, c40, c41, add);
        Put(c + 5 * ldc, c50, c51, add);
        Put(c + 6 * ldc, c60, c61, add);
        Put(c + 7 * ldc, c70, c71, add);
        Put(c + 8 * ldc, c80, c81, add);
        Put(c + 9 * ldc, c90, c91, add);
        Put(c + 10 * ldc, c100, c101, add);
        Put(c + 11 * ldc, c110, c111, add);
        Put(c + 12 * ldc, c120, c121, add);
        Put(c + 13 * ldc, c130, c131, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunHalf(int k, float* a, float* b, float* c, long ldc, bool add)
    {
        Vector512<float> c00 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero;
        Vector512<float> c60 = Vector512<float>.Zero;
        Vector512<float> c70 = Vector512<float>.Zero;
        Vector512<float> c80 = Vector512<float>.Zero;
        Vector512<float> c90 = Vector512<float>.Zero;
        Vector512<float> c100 = Vector512<float>.Zero;
        Vector512<float> c110 = Vector512<float>.Zero;
        Vector512<float> c120 = Vector512<float>.Zero;
        Vector512<float> c130 = Vector512<float>.Zero;
        for (int p = 0; p < k; p++, a += 14, b += 32)
        {
            Vector512<float> b0 = Vector512.Load(b), a0;
            a0 = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(a0, b0, c00);
            a0 = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(a0, b0, c10);
            a0 = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(a0, b0, c20);
            a0 = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(a0, b0, c30);
            a0 = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(a0, b0, c40);
            a0 = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(a0, b0, c50);
            a0 = Vector512.Create(a[6]);
            c60 = Vector512.FusedMultiplyAdd(a0, b0, c60);
            a0 = Vector512.Create(a[7]);
            c70 = Vector512.FusedMultiplyAdd(a0, b0, c70);
            a0 = Vector512.Create(a[8]);
            c80 = Vector512.FusedMultiplyAdd(a0, b0, c80);
            a0 = Vector512.Create(a[9]);
            c90 = Vector512.FusedMultiplyAdd(a0, b0, c90);
            a0 = Vector512.Create(a[10]);
            c100 = Vector512.FusedMultiplyAdd(a0, b0, c100);
            a0 = Vector512.Create(a[11]);
            c110 = Vector512.FusedMultiplyAdd(a0, b0, c110);
            a0 = Vector512.Create(a[12]);
            c120 = Vector512.FusedMultiplyAdd(a0, b0, c120);
            a0 = Vector512.Create(a[13]);
            c130 = Vector512.FusedMultiplyAdd(a0, b0, c130);
        }
        Put(c, c00, add);
        Put(c + 1 * ldc, c10, add);
        Put(c + 2 * ldc, c20, add);
        Put(c + 3 * ldc, c30, add);
        Put(c + 4 * ldc, c40, add);
        Put(c + 5 * ldc, c50, add);
        Put(c + 6 * ldc, c60, add);
        Put(c + 7 * ldc, c70, add);
        Put(c + 8 * ldc, c80, add);
        Put(c + 9 * ldc, c90, add);
        Put(c + 10 * ldc, c100, add);
        Put(c + 11 * ldc, c110, add);
        Put(c + 12 * ldc, c120, add);
        Put(c + 13 * ldc, c130, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector512<float> v0, Vector512<float> v1, bool add)
    {
        Put(c, v0, add);
        Put(c + 16, v1, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector512<float> v, bool add) => Vector512.Store(add ? Vector512.Load(c) + v : v, c);
}

/// <summary>6 × 16 floats in 12 of the 16 registers of AVX2.</summary>
internal readonly unsafe struct Avx2Kernel : IMicroKernel<float>
{
    public static int MR => 6;

    public static int NR => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, float* a, float* b, float* c, long ldc, bool add)
    {
        Vector256<float> c00 = Vector256<float>.Zero, c01 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero, c11 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero, c21 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero, c31 = Vector256<float>.Zero;
        Vector256<float> c40 = Vector256<float>.Zero, c41 = Vector256<float>.Zero;
        Vector256<float> c50 = Vector256<float>.Zero, c51 = Vector256<float>.Zero;
        for (int p = 0; p < k; p++, a += 6, b += 16)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8), a0;
            a0 = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(a0, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(a0, b1, c01);
            a0 = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(a0, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(a0, b1, c11);
            a0 = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(a0, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(a0, b1, c21);
            a0 = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(a0, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(a0, b1, c31);
            a0 = Vector256.Create(a[4]);
            c40 = Vector256.FusedMultiplyAdd(a0, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(a0, b1, c41);
            a0 = Vector256.Create(a[5]);
            c50 = Vector256.FusedMultiplyAdd(a0, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(a0, b1, c51);
        }
        Put(c, c00, c01, add);
        Put(c + 1 * ldc, c10, c11, add);
        Put(c + 2 * ldc, c20, c21, add);
        Put(c + 3 * ldc, c30, c31, add);
        Put(c + 4 * ldc, c40, c41, add);
        Put(c + 5 * ldc, c50, c51, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunHalf(int k, float* a, float* b, float* c, long ldc, bool add)
    {
        Vector256<float> c00 = Vector256<float>.Zero;
        Vector256<float> c10 = Vector256<float>.Zero;
        Vector256<float> c20 = Vector256<float>.Zero;
        Vector256<float> c30 = Vector256<float>.Zero;
        Vector256<float> c40 = Vector256<float>.Zero;
        Vector256<float> c50 = Vector256<float>.Zero;
        for (int p = 0; p < k; p++, a += 6, b += 16)
        {
            Vector256<float> b0 = Vector256.Load(b), a0;
            a0 = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(a0, b0, c00);
            a0 = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(a0, b0, c10);
            a0 = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(a0, b0, c20);
            a0 = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(a0, b0, c30);
            a0 = Vector256.Create(a[4]);
            c40 = Vector256.FusedMultiplyAdd(a0, b0, c40);
            a0 = Vector256.Create(a[5]);
            c50 = Vector256.FusedMultiplyAdd(a0, b0, c50);
        }
        Put(c, c00, add);
        Put(c + 1 * ldc, c10, add);
        Put(c + 2 * ldc, c20, add);
        Put(c + 3 * ldc, c30, add);
        Put(c + 4 * ldc, c40, add);
        Put(c + 5 * ldc, c50, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector256<float> v0, Vector256<float> v1, bool add)
    {
        Put(c, v0, add);
        Put(c + 8, v1, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector256<float> v, bool add) => Vector256.Store(add ? Vector256.Load(c) + v : v, c);
}

/// <summary>4 × 2 vectors of whatever width the CPU has, for every element type.</summary>
internal readonly unsafe struct PortableKernel<T> : IMicroKernel<T> where T : unmanaged, INumber<T>
{
    public static int MR => 4;

    public static int NR => 2 * Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, T* a, T* b, T* c, long ldc, bool add)
    {
        int half = Vector<T>.Count;
        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        for (int p = 0; p < k; p++, a += 4, b += 2 * half)
        {
            Vector<T> b0 = Vector.Load(b), b1 = Vector.Load(b + half);
            c00 += b0 * a[0];
            c01 += b1 * a[0];
            c10 += b0 * a[1];
            c11 += b1 * a[1];
            c20 += b0 * a[2];
            c21 += b1 * a[2];
            c30 += b0 * a[3];
            c31 += b1 * a[3];
        }
        Put(c, c00, c01, add);
        Put(c + ldc, c10, c11, add);
        Put(c + 2 * ldc, c20, c21, add);
        Put(c + 3 * ldc, c30, c31, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunHalf(int k, T* a, T* b, T* c, long ldc, bool add)
    {
        Vector<T> c0 = default, c1 = default, c2 = default, c3 = default;
        for (int p = 0; p < k; p++, a += 4, b += 2 * Vector<T>.Count)
        {
            Vector<T> b0 = Vector.Load(b);
            c0 += b0 * a[0];
            c1 += b0 * a[1];
            c2 += b0 * a[2];
            c3 += b0 * a[3];
        }
        Put(c, c0, add);
        Put(c + ldc, c1, add);
        Put(c + 2 * ldc, c2, add);
        Put(c + 3 * ldc, c3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* c, Vector<T> v0, Vector<T> v1, bool add)
    {
        Put(c, v0, add);
        Put(c + Vector<T>.Count, v1, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* c, Vector<T> v, bool add) => Vector.Store(add ? Vector.Load(c) + v : v, c);
}
