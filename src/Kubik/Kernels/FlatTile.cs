// A few rows times many columns: memory is the limit, so a tile is up to 3 rows × 8 vectors or 4 × 6, which reads half a kilobyte of a row of B
// at once and has chains enough to hide the latency of the multiply-adds. Each element is the same chain as in every other tile.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class FlatTile<TLanes, TV, T> where TLanes : struct, ITileLanes<TV, T> where TV : unmanaged where T : unmanaged
{
    /// <summary>Rows of the tallest tile.</summary>
    public const int Rows = 4;

    /// <summary>Columns of the tile; for more rows than a tile has, columns that tiles of every height fill.</summary>
    public static int Columns(int rows) => (rows < 4 ? 8 : rows == 4 ? 6 : 24) * TLanes.Count;

    /// <summary>C (rows × columns of the tile) = A·B over depth k, or C += A·B;
    /// A's element (i, p) lies at a + i·row + p·column, B's row p at b + p·ldb.</summary>
    public static void Run(int rows, int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, bool add)
    {
        if (rows == 1) One(k, a, column, b, ldb, c, add);
        else if (rows == 2) Two(k, a, row, column, b, ldb, c, ldc, add);
        else if (rows == 3) Three(k, a, row, column, b, ldb, c, ldc, add);
        else Four(k, a, row, column, b, ldb, c, ldc, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(int k, T* a, nint column, T* b, nint ldb, T* c, bool add)
    {
        int n = TLanes.Count;
        TV x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
        for (int p = 0; p < k; p++, a += column, b += ldb)
        {
            TV r = TLanes.Of(*a), v;
            v = TLanes.Load(b);
            x0 = TLanes.MultiplyAdd(r, v, x0);
            v = TLanes.Load(b + n);
            x1 = TLanes.MultiplyAdd(r, v, x1);
            v = TLanes.Load(b + 2 * n);
            x2 = TLanes.MultiplyAdd(r, v, x2);
            v = TLanes.Load(b + 3 * n);
            x3 = TLanes.MultiplyAdd(r, v, x3);
            v = TLanes.Load(b + 4 * n);
            x4 = TLanes.MultiplyAdd(r, v, x4);
            v = TLanes.Load(b + 5 * n);
            x5 = TLanes.MultiplyAdd(r, v, x5);
            v = TLanes.Load(b + 6 * n);
            x6 = TLanes.MultiplyAdd(r, v, x6);
            v = TLanes.Load(b + 7 * n);
            x7 = TLanes.MultiplyAdd(r, v, x7);
        }
        Put(c, x0, x1, x2, x3, x4, x5, add);
        Put(c + 6 * n, x6, add);
        Put(c + 7 * n, x7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, bool add)
    {
        int n = TLanes.Count;
        TV x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
        TV y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        for (int p = 0; p < k; p++, a += column, b += ldb)
        {
            TV r = TLanes.Of(*a), s = TLanes.Of(a[row]), v;
            v = TLanes.Load(b);
            x0 = TLanes.MultiplyAdd(r, v, x0);
            y0 = TLanes.MultiplyAdd(s, v, y0);
            v = TLanes.Load(b + n);
            x1 = TLanes.MultiplyAdd(r, v, x1);
            y1 = TLanes.MultiplyAdd(s, v, y1);
            v = TLanes.Load(b + 2 * n);
            x2 = TLanes.MultiplyAdd(r, v, x2);
            y2 = TLanes.MultiplyAdd(s, v, y2);
            v = TLanes.Load(b + 3 * n);
            x3 = TLanes.MultiplyAdd(r, v, x3);
            y3 = TLanes.MultiplyAdd(s, v, y3);
            v = TLanes.Load(b + 4 * n);
            x4 = TLanes.MultiplyAdd(r, v, x4);
            y4 = TLanes.MultiplyAdd(s, v, y4);
            v = TLanes.Load(b + 5 * n);
            x5 = TLanes.MultiplyAdd(r, v, x5);
            y5 = TLanes.MultiplyAdd(s, v, y5);
            v = TLanes.Load(b + 6 * n);
            x6 = TLanes.MultiplyAdd(r, v, x6);
            y6 = TLanes.MultiplyAdd(s, v, y6);
            v = TLanes.Load(b + 7 * n);
            x7 = TLanes.MultiplyAdd(r, v, x7);
            y7 = TLanes.MultiplyAdd(s, v, y7);
        }
        Put(c, x0, x1, x2, x3, x4, x5, add);
        Put(c + 6 * n, x6, add);
        Put(c + 7 * n, x7, add);
        Put(c + ldc, y0, y1, y2, y3, y4, y5, add);
        Put(c + ldc + 6 * n, y6, add);
        Put(c + ldc + 7 * n, y7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three(int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, bool add)
    {
        int n = TLanes.Count;
        TV x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default, x6 = default, x7 = default;
        TV y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        TV z0 = default, z1 = default, z2 = default, z3 = default, z4 = default, z5 = default, z6 = default, z7 = default;
        for (int p = 0; p < k; p++, a += column, b += ldb)
        {
            TV r = TLanes.Of(*a), s = TLanes.Of(a[row]), t = TLanes.Of(a[2 * row]), v;
            v = TLanes.Load(b);
            x0 = TLanes.MultiplyAdd(r, v, x0);
            y0 = TLanes.MultiplyAdd(s, v, y0);
            z0 = TLanes.MultiplyAdd(t, v, z0);
            v = TLanes.Load(b + n);
            x1 = TLanes.MultiplyAdd(r, v, x1);
            y1 = TLanes.MultiplyAdd(s, v, y1);
            z1 = TLanes.MultiplyAdd(t, v, z1);
            v = TLanes.Load(b + 2 * n);
            x2 = TLanes.MultiplyAdd(r, v, x2);
            y2 = TLanes.MultiplyAdd(s, v, y2);
            z2 = TLanes.MultiplyAdd(t, v, z2);
            v = TLanes.Load(b + 3 * n);
            x3 = TLanes.MultiplyAdd(r, v, x3);
            y3 = TLanes.MultiplyAdd(s, v, y3);
            z3 = TLanes.MultiplyAdd(t, v, z3);
            v = TLanes.Load(b + 4 * n);
            x4 = TLanes.MultiplyAdd(r, v, x4);
            y4 = TLanes.MultiplyAdd(s, v, y4);
            z4 = TLanes.MultiplyAdd(t, v, z4);
            v = TLanes.Load(b + 5 * n);
            x5 = TLanes.MultiplyAdd(r, v, x5);
            y5 = TLanes.MultiplyAdd(s, v, y5);
            z5 = TLanes.MultiplyAdd(t, v, z5);
            v = TLanes.Load(b + 6 * n);
            x6 = TLanes.MultiplyAdd(r, v, x6);
            y6 = TLanes.MultiplyAdd(s, v, y6);
            z6 = TLanes.MultiplyAdd(t, v, z6);
            v = TLanes.Load(b + 7 * n);
            x7 = TLanes.MultiplyAdd(r, v, x7);
            y7 = TLanes.MultiplyAdd(s, v, y7);
            z7 = TLanes.MultiplyAdd(t, v, z7);
        }
        Put(c, x0, x1, x2, x3, x4, x5, add);
        Put(c + 6 * n, x6, add);
        Put(c + 7 * n, x7, add);
        Put(c + ldc, y0, y1, y2, y3, y4, y5, add);
        Put(c + ldc + 6 * n, y6, add);
        Put(c + ldc + 7 * n, y7, add);
        Put(c + 2 * ldc, z0, z1, z2, z3, z4, z5, add);
        Put(c + 2 * ldc + 6 * n, z6, add);
        Put(c + 2 * ldc + 7 * n, z7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(int k, T* a, nint row, nint column, T* b, nint ldb, T* c, nint ldc, bool add)
    {
        int n = TLanes.Count;
        TV w0 = default, w1 = default, w2 = default, w3 = default, w4 = default, w5 = default;
        TV x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default;
        TV y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        TV z0 = default, z1 = default, z2 = default, z3 = default, z4 = default, z5 = default;
        for (int p = 0; p < k; p++, a += column, b += ldb)
        {
            TV q = TLanes.Of(*a), r = TLanes.Of(a[row]), s = TLanes.Of(a[2 * row]), t = TLanes.Of(a[3 * row]), v;
            v = TLanes.Load(b);
            w0 = TLanes.MultiplyAdd(q, v, w0);
            x0 = TLanes.MultiplyAdd(r, v, x0);
            y0 = TLanes.MultiplyAdd(s, v, y0);
            z0 = TLanes.MultiplyAdd(t, v, z0);
            v = TLanes.Load(b + n);
            w1 = TLanes.MultiplyAdd(q, v, w1);
            x1 = TLanes.MultiplyAdd(r, v, x1);
            y1 = TLanes.MultiplyAdd(s, v, y1);
            z1 = TLanes.MultiplyAdd(t, v, z1);
            v = TLanes.Load(b + 2 * n);
            w2 = TLanes.MultiplyAdd(q, v, w2);
            x2 = TLanes.MultiplyAdd(r, v, x2);
            y2 = TLanes.MultiplyAdd(s, v, y2);
            z2 = TLanes.MultiplyAdd(t, v, z2);
            v = TLanes.Load(b + 3 * n);
            w3 = TLanes.MultiplyAdd(q, v, w3);
            x3 = TLanes.MultiplyAdd(r, v, x3);
            y3 = TLanes.MultiplyAdd(s, v, y3);
            z3 = TLanes.MultiplyAdd(t, v, z3);
            v = TLanes.Load(b + 4 * n);
            w4 = TLanes.MultiplyAdd(q, v, w4);
            x4 = TLanes.MultiplyAdd(r, v, x4);
            y4 = TLanes.MultiplyAdd(s, v, y4);
            z4 = TLanes.MultiplyAdd(t, v, z4);
            v = TLanes.Load(b + 5 * n);
            w5 = TLanes.MultiplyAdd(q, v, w5);
            x5 = TLanes.MultiplyAdd(r, v, x5);
            y5 = TLanes.MultiplyAdd(s, v, y5);
            z5 = TLanes.MultiplyAdd(t, v, z5);
        }
        Put(c, w0, w1, w2, w3, w4, w5, add);
        Put(c + ldc, x0, x1, x2, x3, x4, x5, add);
        Put(c + 2 * ldc, y0, y1, y2, y3, y4, y5, add);
        Put(c + 3 * ldc, z0, z1, z2, z3, z4, z5, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* c, TV v0, TV v1, TV v2, TV v3, TV v4, TV v5, bool add)
    {
        int n = TLanes.Count;
        Put(c, v0, add);
        Put(c + n, v1, add);
        Put(c + 2 * n, v2, add);
        Put(c + 3 * n, v3, add);
        Put(c + 4 * n, v4, add);
        Put(c + 5 * n, v5, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* c, TV v, bool add) => TLanes.Store(c, add ? TLanes.Add(TLanes.Load(c), v) : v);
}
