// The innermost loop of a matrix product: a tile of C in registers, up to 14 rows × 2 vectors, written out once: the JIT keeps
// named locals in registers, but not arrays of vectors. How many rows there are and whether the second vector is whole, cut off or
// not there are type arguments, so that each kind of tile is compiled on its own and nothing is computed that is not
// needed. With 32 registers (AVX-512, Arm64) 14 rows are 28 sums, with 16 registers 6 rows are 12.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kubik.Kernels;

/// <summary>Both vectors of the tile are there.</summary>
internal readonly struct Whole;

/// <summary>The second vector of the tile is cut off.</summary>
internal readonly struct Wide;

/// <summary>Only the first vector of the tile is there, or a part of it.</summary>
internal readonly struct Narrow;

internal static unsafe class GemmTile<TLanes, TV, T> where TLanes : struct, ITileLanes<TV, T> where TV : unmanaged where T : unmanaged
{
    /// <summary>
    /// C (rows × columns) = A·B over depth k, or C += A·B, for columns up to two vectors. Each element is one chain of multiply-adds in the order of the depth.
    /// A's element (i, p) lies at a + i·row + p·column, B's row p at b + p·ldb; where the CPU has no masks B is filled up with zeros.
    /// </summary>
    public static void Run(int rows, int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, int columns, bool add, nint ahead)
    {
        if (columns == 2 * TLanes.Count) Run<Whole>(rows, k, a, row, column, b, ldb, c, ldc, columns, add, ahead);
        else if (columns > TLanes.Count) Run<Wide>(rows, k, a, row, column, b, ldb, c, ldc, columns, add, ahead);
        else Run<Narrow>(rows, k, a, row, column, b, ldb, c, ldc, columns, add, ahead);
    }

    private static void Run<TWidth>(int rows, int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, int columns, bool add, nint ahead)
        where TWidth : struct
    {
        switch (rows)
        {
            case 1: Run<Rows1, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 2: Run<Rows2, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 3: Run<Rows3, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 4: Run<Rows4, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 5: Run<Rows5, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 6: Run<Rows6, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 7: Run<Rows7, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 8: Run<Rows8, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 9: Run<Rows9, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 10: Run<Rows10, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 11: Run<Rows11, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 12: Run<Rows12, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            case 13: Run<Rows13, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
            default: Run<Rows14, TWidth>(k, a, row, column, b, ldb, c, ldc, columns, add, ahead); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TWidth>(int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, int columns, bool add, nint ahead)
        where TRows : unmanaged where TWidth : struct
    {
        int n = TLanes.Count, last = typeof(TWidth) == typeof(Narrow) ? columns : columns - n;
        TV mask = typeof(TWidth) == typeof(Whole) ? default : TLanes.First(last);
        TV c0x = default, c0y = default, c1x = default, c1y = default;
        TV c2x = default, c2y = default, c3x = default, c3y = default;
        TV c4x = default, c4y = default, c5x = default, c5y = default;
        TV c6x = default, c6y = default, c7x = default, c7y = default;
        TV c8x = default, c8y = default, c9x = default, c9y = default;
        TV c10x = default, c10y = default, c11x = default, c11y = default;
        TV c12x = default, c12y = default, c13x = default, c13y = default;
        T* a0 = a, a3 = a + 3 * row, a6 = a + 6 * row, a9 = a + 9 * row, a12 = a + 12 * row;
        for (int p = 0; p < k; p++, b += ldb)
        {
            TV x = typeof(TWidth) == typeof(Narrow) ? TLanes.LoadPadded(b, mask) : TLanes.Load(b);
            TV y = typeof(TWidth) == typeof(Narrow) ? default : typeof(TWidth) == typeof(Wide) ? TLanes.LoadPadded(b + n, mask) : TLanes.Load(b + n);
            TV s = TLanes.Of(a0[0]);
            TLanes.Prefetch(b + ahead);
            if (typeof(TWidth) != typeof(Narrow)) TLanes.Prefetch(b + ahead + n);
            c0x = TLanes.MultiplyAdd(s, x, c0x);
            if (typeof(TWidth) != typeof(Narrow)) c0y = TLanes.MultiplyAdd(s, y, c0y);
            if (sizeof(TRows) > 1)
            {
                s = TLanes.Of(a0[row]);
                c1x = TLanes.MultiplyAdd(s, x, c1x);
                if (typeof(TWidth) != typeof(Narrow)) c1y = TLanes.MultiplyAdd(s, y, c1y);
            }
            if (sizeof(TRows) > 2)
            {
                s = TLanes.Of(a0[2 * row]);
                c2x = TLanes.MultiplyAdd(s, x, c2x);
                if (typeof(TWidth) != typeof(Narrow)) c2y = TLanes.MultiplyAdd(s, y, c2y);
            }
            if (sizeof(TRows) > 3)
            {
                s = TLanes.Of(a3[0]);
                c3x = TLanes.MultiplyAdd(s, x, c3x);
                if (typeof(TWidth) != typeof(Narrow)) c3y = TLanes.MultiplyAdd(s, y, c3y);
            }
            if (sizeof(TRows) > 4)
            {
                s = TLanes.Of(a3[row]);
                c4x = TLanes.MultiplyAdd(s, x, c4x);
                if (typeof(TWidth) != typeof(Narrow)) c4y = TLanes.MultiplyAdd(s, y, c4y);
            }
            if (sizeof(TRows) > 5)
            {
                s = TLanes.Of(a3[2 * row]);
                c5x = TLanes.MultiplyAdd(s, x, c5x);
                if (typeof(TWidth) != typeof(Narrow)) c5y = TLanes.MultiplyAdd(s, y, c5y);
            }
            if (sizeof(TRows) > 6)
            {
                s = TLanes.Of(a6[0]);
                c6x = TLanes.MultiplyAdd(s, x, c6x);
                if (typeof(TWidth) != typeof(Narrow)) c6y = TLanes.MultiplyAdd(s, y, c6y);
            }
            if (sizeof(TRows) > 7)
            {
                s = TLanes.Of(a6[row]);
                c7x = TLanes.MultiplyAdd(s, x, c7x);
                if (typeof(TWidth) != typeof(Narrow)) c7y = TLanes.MultiplyAdd(s, y, c7y);
            }
            if (sizeof(TRows) > 8)
            {
                s = TLanes.Of(a6[2 * row]);
                c8x = TLanes.MultiplyAdd(s, x, c8x);
                if (typeof(TWidth) != typeof(Narrow)) c8y = TLanes.MultiplyAdd(s, y, c8y);
            }
            if (sizeof(TRows) > 9)
            {
                s = TLanes.Of(a9[0]);
                c9x = TLanes.MultiplyAdd(s, x, c9x);
                if (typeof(TWidth) != typeof(Narrow)) c9y = TLanes.MultiplyAdd(s, y, c9y);
            }
            if (sizeof(TRows) > 10)
            {
                s = TLanes.Of(a9[row]);
                c10x = TLanes.MultiplyAdd(s, x, c10x);
                if (typeof(TWidth) != typeof(Narrow)) c10y = TLanes.MultiplyAdd(s, y, c10y);
            }
            if (sizeof(TRows) > 11)
            {
                s = TLanes.Of(a9[2 * row]);
                c11x = TLanes.MultiplyAdd(s, x, c11x);
                if (typeof(TWidth) != typeof(Narrow)) c11y = TLanes.MultiplyAdd(s, y, c11y);
            }
            if (sizeof(TRows) > 12)
            {
                s = TLanes.Of(a12[0]);
                c12x = TLanes.MultiplyAdd(s, x, c12x);
                if (typeof(TWidth) != typeof(Narrow)) c12y = TLanes.MultiplyAdd(s, y, c12y);
            }
            if (sizeof(TRows) > 13)
            {
                s = TLanes.Of(a12[row]);
                c13x = TLanes.MultiplyAdd(s, x, c13x);
                if (typeof(TWidth) != typeof(Narrow)) c13y = TLanes.MultiplyAdd(s, y, c13y);
            }
            a0 += column;
            if (sizeof(TRows) > 3) a3 += column;
            if (sizeof(TRows) > 6) a6 += column;
            if (sizeof(TRows) > 9) a9 += column;
            if (sizeof(TRows) > 12) a12 += column;
        }
        Put<TWidth>(c, c0x, c0y, mask, last, add);
        if (sizeof(TRows) > 1) Put<TWidth>(c + ldc, c1x, c1y, mask, last, add);
        if (sizeof(TRows) > 2) Put<TWidth>(c + 2 * ldc, c2x, c2y, mask, last, add);
        if (sizeof(TRows) > 3) Put<TWidth>(c + 3 * ldc, c3x, c3y, mask, last, add);
        if (sizeof(TRows) > 4) Put<TWidth>(c + 4 * ldc, c4x, c4y, mask, last, add);
        if (sizeof(TRows) > 5) Put<TWidth>(c + 5 * ldc, c5x, c5y, mask, last, add);
        if (sizeof(TRows) > 6) Put<TWidth>(c + 6 * ldc, c6x, c6y, mask, last, add);
        if (sizeof(TRows) > 7) Put<TWidth>(c + 7 * ldc, c7x, c7y, mask, last, add);
        if (sizeof(TRows) > 8) Put<TWidth>(c + 8 * ldc, c8x, c8y, mask, last, add);
        if (sizeof(TRows) > 9) Put<TWidth>(c + 9 * ldc, c9x, c9y, mask, last, add);
        if (sizeof(TRows) > 10) Put<TWidth>(c + 10 * ldc, c10x, c10y, mask, last, add);
        if (sizeof(TRows) > 11) Put<TWidth>(c + 11 * ldc, c11x, c11y, mask, last, add);
        if (sizeof(TRows) > 12) Put<TWidth>(c + 12 * ldc, c12x, c12y, mask, last, add);
        if (sizeof(TRows) > 13) Put<TWidth>(c + 13 * ldc, c13x, c13y, mask, last, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TWidth>(T* c, TV x, TV y, TV mask, int last, bool add) where TWidth : struct
    {
        if (typeof(TWidth) == typeof(Narrow))
        {
            TLanes.Store(c, add ? TLanes.Add(TLanes.Load(c, mask, last), x) : x, mask, last);
            return;
        }
        TLanes.Store(c, add ? TLanes.Add(TLanes.Load(c), x) : x);
        c += TLanes.Count;
        if (typeof(TWidth) == typeof(Whole)) TLanes.Store(c, add ? TLanes.Add(TLanes.Load(c), y) : y);
        else TLanes.Store(c, add ? TLanes.Add(TLanes.Load(c, mask, last), y) : y, mask, last);
    }

    // A number of rows as a type: its size, which the JIT knows before it looks at the code that depends on it.
    [StructLayout(LayoutKind.Sequential, Size = 1)]
    private struct Rows1;

    [StructLayout(LayoutKind.Sequential, Size = 2)]
    private struct Rows2;

    [StructLayout(LayoutKind.Sequential, Size = 3)]
    private struct Rows3;

    [StructLayout(LayoutKind.Sequential, Size = 4)]
    private struct Rows4;

    [StructLayout(LayoutKind.Sequential, Size = 5)]
    private struct Rows5;

    [StructLayout(LayoutKind.Sequential, Size = 6)]
    private struct Rows6;

    [StructLayout(LayoutKind.Sequential, Size = 7)]
    private struct Rows7;

    [StructLayout(LayoutKind.Sequential, Size = 8)]
    private struct Rows8;

    [StructLayout(LayoutKind.Sequential, Size = 9)]
    private struct Rows9;

    [StructLayout(LayoutKind.Sequential, Size = 10)]
    private struct Rows10;

    [StructLayout(LayoutKind.Sequential, Size = 11)]
    private struct Rows11;

    [StructLayout(LayoutKind.Sequential, Size = 12)]
    private struct Rows12;

    [StructLayout(LayoutKind.Sequential, Size = 13)]
    private struct Rows13;

    [StructLayout(LayoutKind.Sequential, Size = 14)]
    private struct Rows14;
}
