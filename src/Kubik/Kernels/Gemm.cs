// C = A·B (or C += A·B) for matrices with any strides, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008). B is packed into panels NR wide that stay in L2/L3, A into panels MR high that stay in L2;
// a micro-kernel keeps an MR × NR tile of C in registers. Packing also makes transposed operands free. The order of
// additions for an element of C is the same whatever the number of threads.

using System.Numerics;
using System.Runtime.Intrinsics;

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

    /// <summary>C[MR × NR] += A·B over depth k; A is packed k × MR, B is packed k × NR.</summary>
    static abstract void Run(int k, T* a, T* b, T* c, long ldc);
}

internal static unsafe class Gemm
{
    private const int KC = 320, MCTarget = 168, NC = 4096;
    private const int SmallWork = 4096; // multiply-adds below which packing costs more than it saves

    [ThreadStatic] private static Scratch? packedA, packedB;

    /// <summary>C = A·B, or C += A·B; C is row-major with ldc elements from row to row.</summary>
    public static void Run<T>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc, bool accumulate = false) where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0) return;
        if (!accumulate)
        {
            for (int i = 0; i < m; i++) new Span<T>(c + i * ldc, n).Clear();
        }
        if (k == 0) return;
        if ((long)m * n * k <= SmallWork || m == 1)
            Small(m, n, k, a, b, c, ldc);
        else if (typeof(T) == typeof(float) && Vector512.IsHardwareAccelerated)
            Blocked<float, Avx512Kernel>(m, n, k, *(MatrixView<float>*)&a, *(MatrixView<float>*)&b, (float*)c, ldc);
        else if (typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated)
            Blocked<float, Avx2Kernel>(m, n, k, *(MatrixView<float>*)&a, *(MatrixView<float>*)&b, (float*)c, ldc);
        else
            Blocked<T, PortableKernel<T>>(m, n, k, a, b, c, ldc);
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

    private static void Blocked<T, TKernel>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc) where T : unmanaged, INumber<T> where TKernel : struct, IMicroKernel<T>
    {
        int mr = TKernel.MR, nr = TKernel.NR, mc = Math.Max(mr, MCTarget / mr * mr);
        Scratch scratch = packedB ??= new();
        for (int j0 = 0; j0 < n; j0 += NC)
        {
            int nc = Math.Min(NC, n - j0), panels = (nc + nr - 1) / nr;
            for (int p0 = 0; p0 < k; p0 += KC)
            {
                int kc = Math.Min(KC, k - p0);
                T* bp = (T*)scratch.Reserve((long)panels * nr * kc * sizeof(T));
                PackJob<T, TKernel> pack = new() { From = new(b.At(p0, j0), b.Row, b.Column), To = bp, K = kc, N = nc, PanelsAJob = Math.Max(1, 16384 / (kc * nr)) };
                Workers.Run((panels + pack.PanelsAJob - 1) / pack.PanelsAJob, ref pack);
                // Blocks of rows and of columns: enough of them for all threads, each at least worth its packing.
                int rowBlocks = (m + mc - 1) / mc, columnBlocks = rowBlocks >= 8 ? 1 : Math.Min((panels + 3) / 4, 8);
                BlockJob<T, TKernel> job = new()
                {
                    A = new(a.At(0, p0), a.Row, a.Column),
                    B = bp,
                    C = c + j0,
                    Ldc = ldc,
                    M = m,
                    N = nc,
                    K = kc,
                    MC = mc,
                    ColumnBlocks = columnBlocks,
                    PanelsABlock = (panels + columnBlocks - 1) / columnBlocks,
                };
                Workers.Run(rowBlocks * columnBlocks, ref job);
            }
        }
    }

    // Panels of nr columns: column j of panel q is column q·nr + j of B; what sticks out is filled with zeros.
    private static void Pack<T>(MatrixView<T> from, T* to, int depth, int width, int panel) where T : unmanaged
    {
        if (width < panel) new Span<T>(to, depth * panel).Clear();
        if (from.Column == 1)
        {
            for (int p = 0; p < depth; p++)
                new ReadOnlySpan<T>(from.At(p, 0), width).CopyTo(new Span<T>(to + (long)p * panel, width));
        }
        else if (from.Row == 1)
        {
            for (int j = 0; j < width; j++)
            {
                T* column = from.At(0, j);
                for (int p = 0; p < depth; p++) to[(long)p * panel + j] = column[p];
            }
        }
        else
        {
            for (int p = 0; p < depth; p++)
                for (int j = 0; j < width; j++) to[(long)p * panel + j] = *from.At(p, j);
        }
    }

    private struct PackJob<T, TKernel> : IJob where T : unmanaged where TKernel : struct, IMicroKernel<T>
    {
        public MatrixView<T> From;
        public T* To;
        public int K, N, PanelsAJob;

        public readonly void Run(int job)
        {
            int nr = TKernel.NR;
            for (int q = job * this.PanelsAJob, end = Math.Min(q + this.PanelsAJob, (this.N + nr - 1) / nr); q < end; q++)
                Pack(new MatrixView<T>(this.From.At(0, q * nr), this.From.Row, this.From.Column), this.To + (long)q * nr * this.K, this.K, Math.Min(nr, this.N - q * nr), nr);
        }
    }

    private struct BlockJob<T, TKernel> : IJob where T : unmanaged, INumber<T> where TKernel : struct, IMicroKernel<T>
    {
        public MatrixView<T> A;
        public T* B, C;
        public long Ldc;
        public int M, N, K, MC, ColumnBlocks, PanelsABlock;

        public readonly void Run(int job)
        {
            int mr = TKernel.MR, nr = TKernel.NR;
            int i0 = job / this.ColumnBlocks * this.MC, rows = Math.Min(this.MC, this.M - i0);
            int firstPanel = job % this.ColumnBlocks * this.PanelsABlock, endPanel = Math.Min(firstPanel + this.PanelsABlock, (this.N + nr - 1) / nr);
            if (firstPanel >= endPanel) return;
            int slices = (rows + mr - 1) / mr;
            T* ap = (T*)(packedA ??= new()).Reserve((long)slices * mr * this.K * sizeof(T));
            MatrixView<T> at = this.A.Transposed;
            for (int s = 0; s < slices; s++)
                Pack(new MatrixView<T>(at.At(0, i0 + s * mr), at.Row, at.Column), ap + (long)s * mr * this.K, this.K, Math.Min(mr, rows - s * mr), mr);
            T* edge = stackalloc T[mr * nr];
            for (int q = firstPanel; q < endPanel; q++)
            {
                T* bp = this.B + (long)q * nr * this.K;
                int columns = Math.Min(nr, this.N - q * nr);
                for (int s = 0; s < slices; s++)
                {
                    int height = Math.Min(mr, rows - s * mr);
                    T* c = this.C + (i0 + s * mr) * this.Ldc + q * nr;
                    if (height == mr && columns == nr)
                    {
                        TKernel.Run(this.K, ap + (long)s * mr * this.K, bp, c, this.Ldc);
                        continue;
                    }
                    new Span<T>(edge, mr * nr).Clear();
                    TKernel.Run(this.K, ap + (long)s * mr * this.K, bp, edge, nr);
                    for (int i = 0; i < height; i++)
                        for (int j = 0; j < columns; j++) c[i * this.Ldc + j] += edge[i * nr + j];
                }
            }
        }
    }
}
