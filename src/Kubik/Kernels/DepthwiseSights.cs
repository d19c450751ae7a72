// What 16 neighbouring positions of a 3 × 3 window see, straight from a plane as it lies: nine vectors, one for each cell. A vector
// holds 16 positions of one row, or all of two rows of 8, or of four rows of 4. The neighbours above, below and beside come from
// unaligned loads or by permutations, with zeros beyond the plane's edges.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

/// <summary>Nine vectors that 16 positions see: cell (ky, kx) is number 3·ky + kx.</summary>
internal unsafe interface ISight
{
    /// <summary>Sees from the position in row y and column x on.</summary>
    void See(float* plane, int y, int x,
        out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3, out Vector512<float> v4, out Vector512<float> v5,
            out Vector512<float> v6, out Vector512<float> v7, out Vector512<float> v8);
}

/// <summary>The sizes of a 3 × 3 window's move over a plane with a margin of 1: every cell, or every other one.</summary>
internal readonly record struct SquareSizes(int Height, int Width, int OutY, int OutX)
{
    public const int Lanes = 16;

    /// <summary>Rows of positions in a vector.</summary>
    public int RowsAVector => this.OutX < Lanes ? Lanes / this.OutX : 1;

    /// <summary>0 to 15.</summary>
    public static Vector512<int> Numbers => Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    /// <summary>For a permutation with zeros as second vector: each lane's left neighbour, zero at the beginning of rows so wide (a power of 2).</summary>
    public static Vector512<int> Left(int width) =>
        Vector512.ConditionalSelect(Vector512.Equals(Numbers & Vector512.Create(Math.Min(width, Lanes) - 1), Vector512<int>.Zero), Vector512.Create(Lanes),
            Numbers - Vector512<int>.One);
}

/// <summary>Stride 1, rows of a multiple of 16.</summary>
internal readonly unsafe struct WideSight(SquareSizes sizes, float* zeros) : ISight
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void See(float* plane, int y, int x,
        out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3, out Vector512<float> v4, out Vector512<float> v5,
            out Vector512<float> v6, out Vector512<float> v7, out Vector512<float> v8)
    {
        float* p = plane + (long)y * sizes.Width + x, up = y > 0 ? p - sizes.Width : zeros, down = y + 1 < sizes.Height ? p + sizes.Width : zeros;
        v1 = Vector512.Load(up);
        v4 = Vector512.Load(p);
        v7 = Vector512.Load(down);
        if (x > 0)
        {
            v0 = Vector512.Load(up - 1);
            v3 = Vector512.Load(p - 1);
            v6 = Vector512.Load(down - 1);
        }
        else
        {
            Vector512<int> left = Vector512.Create(16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
            v0 = Avx512F.PermuteVar16x32x2(v1, left, Vector512<float>.Zero);
            v3 = Avx512F.PermuteVar16x32x2(v4, left, Vector512<float>.Zero);
            v6 = Avx512F.PermuteVar16x32x2(v7, left, Vector512<float>.Zero);
        }
        if (x + SquareSizes.Lanes < sizes.Width)
        {
            v2 = Vector512.Load(up + 1);
            v5 = Vector512.Load(p + 1);
            v8 = Vector512.Load(down + 1);
        }
        else
        {
            Vector512<int> right = Vector512.Create(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
            v2 = Avx512F.PermuteVar16x32x2(v1, right, Vector512<float>.Zero);
            v5 = Avx512F.PermuteVar16x32x2(v4, right, Vector512<float>.Zero);
            v8 = Avx512F.PermuteVar16x32x2(v7, right, Vector512<float>.Zero);
        }
    }
}

/// <summary>Stride 1, rows of 8 or 4: a neighbour is so many elements before or after, in this vector or the next one.</summary>
internal readonly unsafe struct PackedSight : ISight
{
    private readonly Vector512<int> upLeft, up, upRight, left, right, downLeft, down, downRight;
    private readonly Vector512<float> notFirst, notLast; // masks of columns
    private readonly int width, height, rows;

    public PackedSight(SquareSizes sizes)
    {
        (this.width, this.height, this.rows) = (sizes.Width, sizes.Height, sizes.RowsAVector);
        Vector512<int> n = SquareSizes.Numbers, column = n & Vector512.Create(this.width - 1), before = n + Vector512.Create(SquareSizes.Lanes),
            w = Vector512.Create(this.width), one = Vector512<int>.One;
        (this.upLeft, this.up, this.upRight, this.left) = (before - w - one, before - w, before - w + one, before - one);
        (this.right, this.downLeft, this.down, this.downRight) = (n + one, n + w - one, n + w, n + w + one);
        this.notFirst = ~Vector512.Equals(column, Vector512<int>.Zero).AsSingle();
        this.notLast = ~Vector512.Equals(column, w - one).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void See(float* plane, int y, int x,
        out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3, out Vector512<float> v4, out Vector512<float> v5,
            out Vector512<float> v6, out Vector512<float> v7, out Vector512<float> v8)
    {
        float* p = plane + (long)y * this.width;
        Vector512<float> before = y > 0 ? Vector512.Load(p - SquareSizes.Lanes) : Vector512<float>.Zero,
            after = y + this.rows < this.height ? Vector512.Load(p + SquareSizes.Lanes) : Vector512<float>.Zero;
        v4 = Vector512.Load(p);
        v0 = Avx512F.PermuteVar16x32x2(before, this.upLeft, v4) & this.notFirst;
        v1 = Avx512F.PermuteVar16x32x2(before, this.up, v4);
        v2 = Avx512F.PermuteVar16x32x2(before, this.upRight, v4) & this.notLast;
        v3 = Avx512F.PermuteVar16x32x2(before, this.left, v4) & this.notFirst;
        v5 = Avx512F.PermuteVar16x32x2(v4, this.right, after) & this.notLast;
        v6 = Avx512F.PermuteVar16x32x2(v4, this.downLeft, after) & this.notFirst;
        v7 = Avx512F.PermuteVar16x32x2(v4, this.down, after);
        v8 = Avx512F.PermuteVar16x32x2(v4, this.downRight, after) & this.notLast;
    }
}

/// <summary>Stride 2: two vectors of each row of cells are parted into even and odd columns.</summary>
internal readonly unsafe struct HalvingSight(SquareSizes sizes, float* zeros) : ISight
{
    private readonly Vector512<int> left = SquareSizes.Left(sizes.OutX);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void See(float* plane, int y, int x,
        out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3, out Vector512<float> v4, out Vector512<float> v5,
            out Vector512<float> v6, out Vector512<float> v7, out Vector512<float> v8)
    {
        float* row = plane + (long)(2 * y) * sizes.Width + 2 * x;
        this.Part(y > 0 ? row - sizes.Width : zeros, row + sizes.Width, x, out v0, out v1, out v2);
        this.Part(row, row + 2 * sizes.Width, x, out v3, out v4, out v5);
        this.Part(row + sizes.Width, row + 3 * sizes.Width, x, out v6, out v7, out v8);
    }

    // The cells of one row of the window: its row of the plane, and the next but one (and those two after it), when the vector goes on there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Part(float* row, float* next, int x, out Vector512<float> before, out Vector512<float> even, out Vector512<float> odd)
    {
        Vector512<int> evens = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), odds = evens + Vector512<int>.One;
        Vector512<float> a, b;
        if (sizes.OutX >= SquareSizes.Lanes) (a, b) = (Vector512.Load(row), Vector512.Load(row + SquareSizes.Lanes));
        else if (sizes.OutX == 8) (a, b) = (Vector512.Load(row), Vector512.Load(next));
        else (a, b) = (Vector512.Create(Vector256.Load(row), Vector256.Load(next)), Vector512.Create(Vector256.Load(next + 16), Vector256.Load(next + 32)));
        even = Avx512F.PermuteVar16x32x2(a, evens, b);
        odd = Avx512F.PermuteVar16x32x2(a, odds, b);
        before = x > 0 ? Avx512F.PermuteVar16x32x2(Vector512.Load(row - 2), odds, Vector512.Load(row + 14))
            : Avx512F.PermuteVar16x32x2(odd, this.left, Vector512<float>.Zero);
    }
}
