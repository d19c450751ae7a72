// The innermost loop of the convolutions: a tile of 8 rows × 32 lanes in registers. A row's operand is one number, broadcast,
// and may lie anywhere: at a pointer of its own, any step from one term of the sum to the next. So neither windows nor
// pictures have to be packed ("The indirect convolution algorithm", Dukhan 2019). The lanes' operand is 32 numbers in a row.
// The sum goes over segments of equal length: the rows of a kernel, or of a picture, or blocks of tiles.
//
// 16 of the 32 registers of AVX-512 hold sums; 10 loads feed 16 multiply-adds, so that two loads a cycle are enough.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

/// <summary>Where a segment of a sum begins: elements from the rows' pointers and from the lanes'.</summary>
internal readonly record struct Segment(long A, long B);

/// <summary>Sums of products: c[i, j] (+)= Σ over segments and k of a[i][A + p·StepA] · b[B + p·StepB + j].</summary>
/// <param name="StepA">From one term to the next in the rows' operand.</param>
/// <param name="StepB">From one term to the next in the lanes' operand.</param>
/// <param name="Terms">Terms of a segment.</param>
/// <param name="Add">Whether to add to what c holds.</param>
internal readonly record struct RowSum(long StepA, long StepB, int Terms, bool Add);

internal static unsafe class RowTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a tile.</summary>
    public const int Lanes = 32;

    /// <summary>Computes one tile: 8 pointers to rows, b, and c with ldc elements from row to row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float** a, float* b, in RowSum sum, Segment* segments, int count, float* c, long ldc)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Wide(a, b, sum, segments, count, c, ldc);
            return;
        }
        int half = 2 * Vector<float>.Count;
        for (int i = 0; i < Rows; i += 4)
            for (int j = 0; j < Lanes; j += half) Narrow(a + i, b + j, sum, segments, count, c + i * ldc + j, ldc);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float** a, float* b, in RowSum sum, Segment* segments, int count, float* c, long ldc)
    {
        float* r0 = a[0], r1 = a[1], r2 = a[2], r3 = a[3], r4 = a[4], r5 = a[5], r6 = a[6], r7 = a[7];
        Vector512<float> c00 = Vector512<float>.Zero, c01 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = Vector512<float>.Zero;
        Vector512<float> c20 = Vector512<float>.Zero, c21 = Vector512<float>.Zero;
        Vector512<float> c30 = Vector512<float>.Zero, c31 = Vector512<float>.Zero;
        Vector512<float> c40 = Vector512<float>.Zero, c41 = Vector512<float>.Zero;
        Vector512<float> c50 = Vector512<float>.Zero, c51 = Vector512<float>.Zero;
        Vector512<float> c60 = Vector512<float>.Zero, c61 = Vector512<float>.Zero;
        Vector512<float> c70 = Vector512<float>.Zero, c71 = Vector512<float>.Zero;
        nint stepA = (nint)sum.StepA, stepB = (nint)sum.StepB;
        int terms = sum.Terms;
        for (int s = 0; s < count; s++)
        {
            nint at = (nint)segments[s].A;
            float* q = b + segments[s].B;
            for (int p = terms; p > 0; p--, at += stepA, q += stepB)
            {
                Vector512<float> b0 = Vector512.Load(q), b1 = Vector512.Load(q + 16), v;
                v = Vector512.Create(r0[at]);
                c00 = Vector512.FusedMultiplyAdd(v, b0, c00);
                c01 = Vector512.FusedMultiplyAdd(v, b1, c01);
                v = Vector512.Create(r1[at]);
                c10 = Vector512.FusedMultiplyAdd(v, b0, c10);
                c11 = Vector512.FusedMultiplyAdd(v, b1, c11);
                v = Vector512.Create(r2[at]);
                c20 = Vector512.FusedMultiplyAdd(v, b0, c20);
                c21 = Vector512.FusedMultiplyAdd(v, b1, c21);
                v = Vector512.Create(r3[at]);
                c30 = Vector512.FusedMultiplyAdd(v, b0, c30);
                c31 = Vector512.FusedMultiplyAdd(v, b1, c31);
                v = Vector512.Create(r4[at]);
                c40 = Vector512.FusedMultiplyAdd(v, b0, c40);
                c41 = Vector512.FusedMultiplyAdd(v, b1, c41);
                v = Vector512.Create(r5[at]);
                c50 = Vector512.FusedMultiplyAdd(v, b0, c50);
                c51 = Vector512.FusedMultiplyAdd(v, b1, c51);
                v = Vector512.Create(r6[at]);
                c60 = Vector512.FusedMultiplyAdd(v, b0, c60);
                c61 = Vector512.FusedMultiplyAdd(v, b1, c61);
                v = Vector512.Create(r7[at]);
                c70 = Vector512.FusedMultiplyAdd(v, b0, c70);
                c71 = Vector512.FusedMultiplyAdd(v, b1, c71);
            }
        }
        bool add = sum.Add;
        Store(c, c00, c01, add);
        Store(c + ldc, c10, c11, add);
        Store(c + 2 * ldc, c20, c21, add);
        Store(c + 3 * ldc, c30, c31, add);
        Store(c + 4 * ldc, c40, c41, add);
        Store(c + 5 * ldc, c50, c51, add);
        Store(c + 6 * ldc, c60, c61, add);
        Store(c + 7 * ldc, c70, c71, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> v0, Vector512<float> v1, bool add)
    {
        if (add)
        {
            v0 += Vector512.Load(c);
            v1 += Vector512.Load(c + 16);
        }
        v0.Store(c);
        v1.Store(c + 16);
    }

    // 4 rows × 2 vectors of whatever width the CPU has.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float** a, float* b, in RowSum sum, Segment* segments, int count, float* c, long ldc)
    {
        float* r0 = a[0], r1 = a[1], r2 = a[2], r3 = a[3];
        Vector<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        nint stepA = (nint)sum.StepA, stepB = (nint)sum.StepB;
        int terms = sum.Terms;
        for (int s = 0; s < count; s++)
        {
            nint at = (nint)segments[s].A;
            float* q = b + segments[s].B;
            for (int p = terms; p > 0; p--, at += stepA, q += stepB)
            {
                Vector<float> b0 = Vector.Load(q), b1 = Vector.Load(q + Vector<float>.Count), v;
                v = new Vector<float>(r0[at]);
                c00 = Vector.MultiplyAddEstimate(v, b0, c00);
                c01 = Vector.MultiplyAddEstimate(v, b1, c01);
                v = new Vector<float>(r1[at]);
                c10 = Vector.MultiplyAddEstimate(v, b0, c10);
                c11 = Vector.MultiplyAddEstimate(v, b1, c11);
                v = new Vector<float>(r2[at]);
                c20 = Vector.MultiplyAddEstimate(v, b0, c20);
                c21 = Vector.MultiplyAddEstimate(v, b1, c21);
                v = new Vector<float>(r3[at]);
                c30 = Vector.MultiplyAddEstimate(v, b0, c30);
                c31 = Vector.MultiplyAddEstimate(v, b1, c31);
            }
        }
        bool add = sum.Add;
        Store(c, c00, c01, add);
        Store(c + ldc, c10, c11, add);
        Store(c + 2 * ldc, c20, c21, add);
        Store(c + 3 * ldc, c30, c31, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector<float> v0, Vector<float> v1, bool add)
    {
        if (add)
        {
            v0 += Vector.Load(c);
            v1 += Vector.Load(c + Vector<float>.Count);
        }
        v0.Store(c);
        v1.Store(c + Vector<float>.Count);
    }
}
