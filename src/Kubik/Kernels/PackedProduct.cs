// C = A·B where B is packed once and multiplied many times, by a few rows at a time: the weights of a recurrent layer
// through all steps, the keys and values of an attention through all blocks of queries. B lies in panels two vectors wide,
// as in Gemm; A stays where it is, with any strides, because its few rows are in L1 anyway. A tile of 8 × 2 vectors of C (4 × 2
// where there are 16 registers) is kept in registers. Every element of C is one chain of multiply-adds in the order of
// the depth, whatever the height of the tile, so that how rows are cut does not change a bit.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class PackedProduct
{
    /// <summary>Elements that B takes when packed.</summary>
    public static long Size<V, T>(int depth, int columns) where V : unmanaged, ILanes<V, T> where T : unmanaged =>
        (long)Padded<V, T>(columns) * depth;

    /// <summary>Columns with those that fill up the last panel.</summary>
    public static int Padded<V, T>(int columns) where V : unmanaged, ILanes<V, T> where T : unmanaged =>
        (columns + 2 * V.Count - 1) / (2 * V.Count) * (2 * V.Count);

    /// <summary>Packs B (depth, columns); panel q begins at q · 2 vectors · depth.</summary>
    public static void Pack<V, T>(MatrixView<T> b, int depth, int columns, T* to) where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        PackJob<V, T> job = new() { B = b, To = to, Depth = depth, Columns = columns };
        int panels = Padded<V, T>(columns) / (2 * V.Count);
        if ((long)depth * columns < 16384)
        {
            for (int q = 0; q < panels; q++) job.Run(q);
            return;
        }
        Workers.Run(panels, ref job);
    }

    /// <summary>C (m, columns) = A (m, k) · B, or C += A·B, of a packed B of depth <paramref name="depth"/> ≥ k;
    /// A's elements lie at a + i·row + p·column.</summary>
    [SkipLocalsInit]
    public static void Run<V, T>(int m, int k, T* a, long row, long column, T* b, int depth, int columns, T* c, long ldc, bool accumulate)
        where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        int width = 2 * V.Count;
        T* edge = stackalloc T[8 * 32];
        for (int j = 0; j < columns; j += width, b += (long)width * depth)
        {
            int left = columns - j;
            for (int i = 0; i < m;)
            {
                int height = m - i >= 8 && sizeof(V) == 64 ? 8 : m - i >= 4 ? 4 : 1;
                T* from = a + i * row, to = c + i * ldc + j;
                if (left >= width)
                {
                    Tile<V, T>(height, k, from, row, column, b, to, ldc, accumulate);
                }
                else
                {
                    for (int r = 0; r < height && accumulate; r++) new ReadOnlySpan<T>(to + r * ldc, left).CopyTo(new Span<T>(edge + r * width, left));
                    Tile<V, T>(height, k, from, row, column, b, edge, width, accumulate);
                    for (int r = 0; r < height; r++) new ReadOnlySpan<T>(edge + r * width, left).CopyTo(new Span<T>(to + r * ldc, left));
                }
                i += height;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<V, T>(int height, int k, T* a, long row, long column, T* b, T* c, long ldc, bool accumulate)
        where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        if (height == 8) Tile8<V, T>(k, a, (nint)row, (nint)column, b, c, ldc, accumulate);
        else if (height == 4) Tile4<V, T>(k, a, (nint)row, (nint)column, b, c, ldc, accumulate);
        else Tile1<V, T>(k, a, (nint)column, b, c, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8<V, T>(int k, T* a, nint row, nint column, T* b, T* c, long ldc, bool accumulate)
        where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        V c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        int half = V.Count;
        if (accumulate)
        {
            (c00, c01) = (V.Load(c), V.Load(c + half));
            (c10, c11) = (V.Load(c + ldc), V.Load(c + ldc + half));
            (c20, c21) = (V.Load(c + 2 * ldc), V.Load(c + 2 * ldc + half));
            (c30, c31) = (V.Load(c + 3 * ldc), V.Load(c + 3 * ldc + half));
            (c40, c41) = (V.Load(c + 4 * ldc), V.Load(c + 4 * ldc + half));
            (c50, c51) = (V.Load(c + 5 * ldc), V.Load(c + 5 * ldc + half));
            (c60, c61) = (V.Load(c + 6 * ldc), V.Load(c + 6 * ldc + half));
            (c70, c71) = (V.Load(c + 7 * ldc), V.Load(c + 7 * ldc + half));
        }
        T* a3 = a + 3 * row, a6 = a + 6 * row; // three pointers and one stride reach eight rows
        for (int p = 0; p < k; p++, a += column, a3 += column, a6 += column, b += 2 * half)
        {
            V b0 = V.Load(b), b1 = V.Load(b + half), s = V.Repeat(a[0]);
            c00 = V.MultiplyAdd(s, b0, c00);
            c01 = V.MultiplyAdd(s, b1, c01);
            s = V.Repeat(a[row]);
            c10 = V.MultiplyAdd(s, b0, c10);
            c11 = V.MultiplyAdd(s, b1, c11);
            s = V.Repeat(a[2 * row]);
            c20 = V.MultiplyAdd(s, b0, c20);
            c21 = V.MultiplyAdd(s, b1, c21);
            s = V.Repeat(a3[0]);
            c30 = V.MultiplyAdd(s, b0, c30);
            c31 = V.MultiplyAdd(s, b1, c31);
            s = V.Repeat(a3[row]);
            c40 = V.MultiplyAdd(s, b0, c40);
            c41 = V.MultiplyAdd(s, b1, c41);
            s = V.Repeat(a3[2 * row]);
            c50 = V.MultiplyAdd(s, b0, c50);
            c51 = V.MultiplyAdd(s, b1, c51);
            s = V.Repeat(a6[0]);
            c60 = V.MultiplyAdd(s, b0, c60);
            c61 = V.MultiplyAdd(s, b1, c61);
            s = V.Repeat(a6[row]);
            c70 = V.MultiplyAdd(s, b0, c70);
            c71 = V.MultiplyAdd(s, b1, c71);
        }
        Store<V, T>(c, c00, c01);
        Store<V, T>(c + ldc, c10, c11);
        Store<V, T>(c + 2 * ldc, c20, c21);
        Store<V, T>(c + 3 * ldc, c30, c31);
        Store<V, T>(c + 4 * ldc, c40, c41);
        Store<V, T>(c + 5 * ldc, c50, c51);
        Store<V, T>(c + 6 * ldc, c60, c61);
        Store<V, T>(c + 7 * ldc, c70, c71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4<V, T>(int k, T* a, nint row, nint column, T* b, T* c, long ldc, bool accumulate)
        where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        int half = V.Count;
        if (accumulate)
        {
            (c00, c01) = (V.Load(c), V.Load(c + half));
            (c10, c11) = (V.Load(c + ldc), V.Load(c + ldc + half));
            (c20, c21) = (V.Load(c + 2 * ldc), V.Load(c + 2 * ldc + half));
            (c30, c31) = (V.Load(c + 3 * ldc), V.Load(c + 3 * ldc + half));
        }
        T* a3 = a + 3 * row;
        for (int p = 0; p < k; p++, a += column, a3 += column, b += 2 * half)
        {
            V b0 = V.Load(b), b1 = V.Load(b + half), s = V.Repeat(a[0]);
            c00 = V.MultiplyAdd(s, b0, c00);
            c01 = V.MultiplyAdd(s, b1, c01);
            s = V.Repeat(a[row]);
            c10 = V.MultiplyAdd(s, b0, c10);
            c11 = V.MultiplyAdd(s, b1, c11);
            s = V.Repeat(a[2 * row]);
            c20 = V.MultiplyAdd(s, b0, c20);
            c21 = V.MultiplyAdd(s, b1, c21);
            s = V.Repeat(a3[0]);
            c30 = V.MultiplyAdd(s, b0, c30);
            c31 = V.MultiplyAdd(s, b1, c31);
        }
        Store<V, T>(c, c00, c01);
        Store<V, T>(c + ldc, c10, c11);
        Store<V, T>(c + 2 * ldc, c20, c21);
        Store<V, T>(c + 3 * ldc, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1<V, T>(int k, T* a, nint column, T* b, T* c, bool accumulate) where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        int half = V.Count;
        V c0 = accumulate ? V.Load(c) : default, c1 = accumulate ? V.Load(c + half) : default;
        for (int p = 0; p < k; p++, a += column, b += 2 * half)
        {
            V s = V.Repeat(*a);
            c0 = V.MultiplyAdd(s, V.Load(b), c0);
            c1 = V.MultiplyAdd(s, V.Load(b + half), c1);
        }
        Store<V, T>(c, c0, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V, T>(T* c, V x, V y) where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        V.Store(x, c);
        V.Store(y, c + V.Count);
    }

    private struct PackJob<V, T> : IJob where V : unmanaged, ILanes<V, T> where T : unmanaged
    {
        public MatrixView<T> B;
        public T* To;
        public int Depth, Columns;

        public readonly void Run(int job)
        {
            int width = 2 * V.Count, used = Math.Min(width, this.Columns - job * width);
            MatrixView<T> from = new(this.B.At(0, job * width), this.B.Row, this.B.Column);
            T* to = this.To + (long)job * width * this.Depth;
            if (from.Row == 1 && from.Column != 1)
            {
                if (used < width) new Span<T>(to, this.Depth * width).Clear();
                for (int j = 0; j < used; j++)
                {
                    T* column = from.At(0, j), place = to + j;
                    for (int p = 0; p < this.Depth; p++, place += width) *place = column[p];
                }
                return;
            }
            for (int p = 0; p < this.Depth; p++, to += width)
            {
                T* row = from.At(p, 0);
                if (from.Column == 1) new ReadOnlySpan<T>(row, used).CopyTo(new Span<T>(to, used));
                else for (int j = 0; j < used; j++) to[j] = row[j * from.Column];
                for (int j = used; j < width; j++) to[j] = default;
            }
        }
    }
}
