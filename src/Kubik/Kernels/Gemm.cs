// C = A·B (or C += A·B) for matrices with any strides, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008). B is packed into panels NR wide that stay in L2/L3, A into panels MR high that stay in L2;
// a micro-kernel keeps an MR × NR tile of C in registers. Packing also makes transposed operands free. The order of
// additions for an element of C is the same whatever the number of threads.

using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

/// <summary>A matrix in memory: element (i, j) lies at Data[i·Row + j·Column].</summary>
internal readonly unsafe struct MatrixView<T>(T* data, long row, long column) where T : unmanaged
{
    public readonly T* Data = data;
    public readonly long Row = row, Column = column;

    public T* At(int i, int j) => this.Data + i * this.Row + j * this.Column;

    public MatrixView<T> Transposed => new(this.Data, this.Column, this.Row);
}

/// <summary>The innermost loop: a tile of C from packed panels of A and B.</summary>
internal unsafe interface IMicroKernel<T> where T : unmanaged
{
    /// <summary>Rows of the tile.</summary>
    static abstract int MR { get; }

    /// <summary>Columns of the tile.</summary>
    static abstract int NR { get; }

    /// <summary>C[MR × NR] = A·B over depth k, or C += A·B; A is packed k × MR, B is packed k × NR.</summary>
    static abstract void Run(int k, T* a, T* b, T* c, long ldc, bool add);

    /// <summary>The left half of the tile, for a last panel with few columns.</summary>
    static abstract void RunHalf(int k, T* a, T* b, T* c, long ldc, bool add);
}

internal static unsafe class Gemm
{
    private const int KC = 320, MCTarget = 168, NC = 4096;
    private const int LeastJobs = 8;       // enough for the threads of most machines to be busy to the end
    private const int PackElements = 16384; // that one job packs
    private const int SmallWork = 4096;    // multiply-adds below which packing costs more than it saves

    [ThreadStatic] private static Scratch? packedA, packedB;

    /// <summary>C = A·B, or C += A·B; C is row-major with ldc elements from row to row. The epilogue, when there is one, goes on with what is final: C is then dense and begins at number <paramref name="first"/> of its tensor.</summary>
    public static void Run<T>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc, bool accumulate = false, Epilogue? epilogue = null, long first = 0) where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0) return;
        if (k == 0 || (long)m * n * k <= SmallWork || m == 1)
        {
            if (!accumulate)
            {
                for (int i = 0; i < m; i++) new Span<T>(c + i * ldc, n).Clear();
            }
            Small(m, n, k, a, b, c, ldc);
            epilogue?.Run(first, m, n, n);
        }
        else if (typeof(T) == typeof(float) && Vector512.IsHardwareAccelerated)
        {
            Blocked<float, Avx512Kernel>(m, n, k, *(MatrixView<float>*)&a, *(MatrixView<float>*)&b, (float*)c, ldc, accumulate, epilogue, first);
        }
        else if (typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated)
        {
            Blocked<float, Avx2Kernel>(m, n, k, *(MatrixView<float>*)&a, *(MatrixView<float>*)&b, (float*)c, ldc, accumulate, epilogue, first);
        }
        else
        {
            Blocked<T, PortableKernel<T>>(m, n, k, a, b, c, ldc, accumulate, epilogue, first);
        }
    }

    // Rows of C as sums of rows of B: the compiler's own vectors are enough for what is small.
    private static void Small<T>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < m; i++)
        {
            T* row = c + i * ldc;
            for (int p = 0; p < k; p++)
            {
                T s = *a.At(i, p);
                T* from = b.At(p, 0);
                int j = 0;
                if (b.Column == 1 && Vector<T>.IsSupported)
                {
                    Vector<T> vs = new(s);
                    for (; j <= n - Vector<T>.Count; j += Vector<T>.Count)
                        Vector.Store(Vector.Load(row + j) + vs * Vector.Load(from + j), row + j);
                }
                for (; j < n; j++) row[j] += s * from[j * b.Column];
            }
        }
    }

    private static void Blocked<T, TKernel>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc, bool accumulate, Epilogue? epilogue, long first) where T : unmanaged, INumber<T> where TKernel : struct, IMicroKernel<T>
    {
        int mr = TKernel.MR, nr = TKernel.NR, depth = Math.Min(KC, k), slices = (m + mr - 1) / mr;
        T* ap = (T*)(packedA ??= new()).Reserve((long)slices * mr * depth * sizeof(T));
        T* bp = (T*)(packedB ??= new()).Reserve(((long)Math.Min(n, NC) + nr) * depth * sizeof(T));
        for (int j0 = 0; j0 < n; j0 += NC)
        {
            int nc = Math.Min(NC, n - j0), panels = (nc + nr - 1) / nr;
            for (int p0 = 0; p0 < k; p0 += KC)
            {
                int kc = Math.Min(KC, k - p0);
                PackJob<T> pack = new()
                {
                    A = new(a.At(0, p0), a.Row, a.Column),
                    B = new(b.At(p0, j0), b.Row, b.Column),
                    ToA = ap,
                    ToB = bp,
                    M = m,
                    N = nc,
                    K = kc,
                    MR = mr,
                    NR = nr,
                    SlicesAJob = Math.Max(1, PackElements / (kc * mr)),
                    PanelsAJob = Math.Max(1, PackElements / (kc * nr)),
                };
                pack.JobsA = (slices + pack.SlicesAJob - 1) / pack.SlicesAJob;
                Workers.Run(pack.JobsA + (panels + pack.PanelsAJob - 1) / pack.PanelsAJob, ref pack);
                int rowBlock = Math.Max(1, MCTarget / mr), rowBlocks = (slices + rowBlock - 1) / rowBlock;
                int columnBlocks = Math.Clamp((LeastJobs + rowBlocks - 1) / rowBlocks, 1, panels), columnBlock = (panels + columnBlocks - 1) / columnBlocks;
                columnBlocks = (panels + columnBlock - 1) / columnBlock;
                BlockJob<T, TKernel> job = new()
                {
                    A = ap,
                    B = bp,
                    C = c + j0,
                    Ldc = ldc,
                    M = m,
                    N = nc,
                    K = kc,
                    RowBlock = rowBlock,
                    ColumnBlock = columnBlock,
                    ColumnBlocks = columnBlocks,
                    Add = accumulate || p0 > 0,
                    Epilogue = p0 + kc == k ? epilogue : null,
                    First = first + j0,
                };
                Workers.Run(rowBlocks * columnBlocks, ref job);
            }
        }
    }

    // Panels so many columns wide: column j of panel q is column q·width + j of the matrix; what sticks out is zero.
    private static void Pack<T>(MatrixView<T> from, T* to, int depth, int width, int panel) where T : unmanaged
    {
        if (width < panel) new Span<T>(to, depth * panel).Clear();
        if (from.Column == 1)
        {
            for (int p = 0; p < depth; p++)
                new ReadOnlySpan<T>(from.At(p, 0), width).CopyTo(new Span<T>(to + (long)p * panel, width));
        }
        else if (from.Row == 1 && typeof(T) == typeof(float) && width >= 4)
        {
            // Fours of columns, the last one overlapping the one before.
            for (int j = 0; j < width; j = j + 4 < width ? Math.Min(j + 4, width - 4) : width)
                PackFour((float*)from.At(0, j), from.Column, (float*)to + j, depth, panel);
        }
        else
        {
            for (int j = 0; j < width; j++)
            {
                T* column = from.At(0, j);
                for (int p = 0; p < depth; p++) to[(long)p * panel + j] = column[p * from.Row];
            }
        }
    }

    // Four columns that lie dense one by one, as rows of four.
    private static void PackFour(float* from, long column, float* to, int depth, int panel)
    {
        float* a = from, b = from + column, c = b + column, d = c + column;
        int p = 0;
        if (Sse.IsSupported)
        {
            for (; p <= depth - 4; p += 4, to += 4 * panel)
            {
                Vector128<float> va = Vector128.Load(a + p), vb = Vector128.Load(b + p), vc = Vector128.Load(c + p), vd = Vector128.Load(d + p);
                Vector128<float> abLow = Sse.UnpackLow(va, vb), abHigh = Sse.UnpackHigh(va, vb), cdLow = Sse.UnpackLow(vc, vd), cdHigh = Sse.UnpackHigh(vc, vd);
                Sse.MoveLowToHigh(abLow, cdLow).Store(to);
                Sse.MoveHighToLow(cdLow, abLow).Store(to + panel);
                Sse.MoveLowToHigh(abHigh, cdHigh).Store(to + 2 * panel);
                Sse.MoveHighToLow(cdHigh, abHigh).Store(to + 3 * panel);
            }
        }
        for (; p < depth; p++, to += panel) (to[0], to[1], to[2], to[3]) = (a[p], b[p], c[p], d[p]);
    }

    private struct PackJob<T> : IJob where T : unmanaged
    {
        public MatrixView<T> A, B;
        public T* ToA, ToB;
        public int M, N, K, MR, NR, SlicesAJob, PanelsAJob, JobsA;

        public readonly void Run(int job)
        {
            if (job < this.JobsA) Pack(this.A.Transposed, this.ToA, this.K, this.M, this.MR, job * this.SlicesAJob, this.SlicesAJob);
            else Pack(this.B, this.ToB, this.K, this.N, this.NR, (job - this.JobsA) * this.PanelsAJob, this.PanelsAJob);
        }

        private static void Pack(MatrixView<T> from, T* to, int depth, int columns, int panel, int first, int count)
        {
            for (int q = first, end = Math.Min(first + count, (columns + panel - 1) / panel); q < end; q++)
                Gemm.Pack(new(from.At(0, q * panel), from.Row, from.Column), to + (long)q * panel * depth, depth, Math.Min(panel, columns - q * panel), panel);
        }
    }

    private struct BlockJob<T, TKernel> : IJob where T : unmanaged, INumber<T> where TKernel : struct, IMicroKernel<T>
    {
        public T* A, B, C;
        public long Ldc;
        public int M, N, K, RowBlock, ColumnBlock, ColumnBlocks;
        public bool Add;
        public Epilogue? Epilogue;
        public long First;

        public readonly void Run(int job)
        {
            int mr = TKernel.MR, nr = TKernel.NR;
            int firstSlice = job / this.ColumnBlocks * this.RowBlock, endSlice = Math.Min(firstSlice + this.RowBlock, (this.M + mr - 1) / mr);
            int firstPanel = job % this.ColumnBlocks * this.ColumnBlock, endPanel = Math.Min(firstPanel + this.ColumnBlock, (this.N + nr - 1) / nr);
            T* edge = stackalloc T[mr * nr];
            for (int q = firstPanel; q < endPanel; q++)
            {
                T* b = this.B + (long)q * nr * this.K;
                int columns = Math.Min(nr, this.N - q * nr);
                bool half = columns <= nr / 2;
                for (int s = firstSlice; s < endSlice; s++)
                {
                    int height = Math.Min(mr, this.M - s * mr);
                    T* a = this.A + (long)s * mr * this.K, c = this.C + (long)s * mr * this.Ldc + q * nr;
                    bool whole = height == mr && columns == (half ? nr / 2 : nr);
                    T* to = whole ? c : edge;
                    long ldc = whole ? this.Ldc : nr;
                    bool add = whole && this.Add;
                    if (half) TKernel.RunHalf(this.K, a, b, to, ldc, add);
                    else TKernel.Run(this.K, a, b, to, ldc, add);
                    if (!whole) this.Put(edge, nr, c, height, columns);
                }
            }
            if (this.Epilogue is null) return;
            int row = firstSlice * mr, column = firstPanel * nr;
            this.Epilogue.Run(this.First + row * this.Ldc + column, Math.Min(endSlice * mr, this.M) - row, this.Ldc, Math.Min(endPanel * nr, this.N) - column);
        }

        private readonly void Put(T* from, int row, T* to, int height, int columns)
        {
            for (int i = 0; i < height; i++, from += row, to += this.Ldc)
            {
                if (!this.Add) new ReadOnlySpan<T>(from, columns).CopyTo(new Span<T>(to, columns));
                else for (int j = 0; j < columns; j++) to[j] += from[j];
            }
        }
    }
}
