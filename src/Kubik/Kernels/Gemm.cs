// C = A·B (or C += A·B) for matrices with any strides, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008): C is cut into jobs, the depth into blocks, and a tile of C is summed up in registers. Operands are packed
// into panels only where that is repaid: few rows read B where it lies, few columns leave A where it lies.
// An element of C is one chain of multiply-adds within each block of the depth, and the sums of the blocks are added in
// order, on every path: its bits depend neither on threads, nor on strides, nor on how many rows and columns there are beside it.

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

internal static unsafe class Gemm
{
    private const int KC = 384;             // of the depth: a panel of B is 48 KB, a slice of A 21 KB
    private const int BlockRows = 112;      // of A that a job packs: 172 KB in L2
    private const int SharedRows = 128;     // from which on packing B once for all jobs is repaid
    private const int NC = 4096;            // columns of B that are packed at a time
    private const int PackElements = 32768; // that one job packs
    private const int PackedElements = 3 << 19; // of B that are packed at a time: 6 MB, which stay in L3
    private const int JobWork = 1 << 18;    // multiply-adds: some microseconds, for which a helper may be woken
    private const int PackColumns = 128;    // from which on packing A is repaid
    private const int EpilogueColumns = 256;
    private const int FlatRows = 16, FlatElements = 1 << 19; // of a B that lies in memory rather than in L2

    [ThreadStatic] private static Scratch? packedA, packedB, panelB;

    /// <summary>C = A·B, or C += A·B; C is row-major with ldc elements from row to row. The epilogue, when there is one, goes on with what is final:
    /// C is then dense and begins at number <paramref name="first"/> of its tensor.</summary>
    public static void Run<T>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc, bool accumulate = false, Epilogue? epilogue = null,
        long first = 0) where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            for (int i = 0; i < m && !accumulate; i++) new Span<T>(c + i * ldc, n).Clear();
            epilogue?.Run(first, m, n, n);
        }
        else if (Vector512.IsHardwareAccelerated) Run<TileLanes512<T>, Vector512<T>, T>(m, n, k, a, b, c, ldc, accumulate, epilogue, first);
        else if (Vector256.IsHardwareAccelerated) Run<TileLanes256<T>, Vector256<T>, T>(m, n, k, a, b, c, ldc, accumulate, epilogue, first);
        else Run<TileLanes128<T>, Vector128<T>, T>(m, n, k, a, b, c, ldc, accumulate, epilogue, first);
    }

    /// <summary>The product with vectors of a chosen width.</summary>
    public static void Run<TLanes, TV, T>(int m, int n, int k, MatrixView<T> a, MatrixView<T> b, T* c, long ldc, bool accumulate, Epilogue? epilogue,
        long first) where TLanes : struct, ITileLanes<TV, T> where TV : unmanaged where T : unmanaged, INumber<T>
    {
        int nr = 2 * TLanes.Count, panels = (n + nr - 1) / nr;
        long work = (long)m * n * k;
        BlockJob<TLanes, TV, T> job = new()
        {
            A = a,
            B = b,
            C = c,
            Ldc = ldc,
            M = m,
            N = n,
            To = k,
            Add = accumulate,
            Epilogue = epilogue,
            First = first,
        };
        if (m < SharedRows || work <= JobWork || panels == 1)
        {
            // Each job computes its part of C over the whole depth, and packs what it has to by itself.
            job.RowBlocks = 1;
            job.ColumnBlock = panels;
            job.IsFlat = b.Column == 1 && (m <= FlatTile<TLanes, TV, T>.Rows || (m <= FlatRows && (long)n * k >= FlatElements));
            long cost = Math.Max(m, 4L) * n * k; // reading B costs as much as multiplying 4 rows
            if (m >= SharedRows) job.RowBlocks = (int)Math.Clamp(work / JobWork, 1, (m + SharedRows - 1) / SharedRows);
            else if (cost > JobWork)
            {
                int unit = job.IsFlat ? FlatTile<TLanes, TV, T>.Columns(m) / nr : 1;
                job.ColumnBlock = (int)Math.Clamp(JobWork / (cost / n * nr) / unit * unit, unit, Math.Max(panels, unit));
            }
            job.IsPackedA = !job.IsFlat && Math.Min(job.ColumnBlock * nr, n) >= PackColumns;
            Start<TLanes, TV, T>(ref job, panels);
            return;
        }
        // B is packed for all jobs, by all threads: over the whole depth when that is not too much, so that the threads seldom wait for each other.
        int wide = (Math.Min(n, NC) + nr - 1) / nr * nr, depth = (int)Math.Min(k, Math.Max(1, PackedElements / ((long)wide * KC)) * KC);
        T* packed = (T*)(packedB ??= new()).Reserve(((long)wide * depth + GemmPack.Slack) * sizeof(T));
        job.Packed = packed;
        job.IsPackedA = true;
        // Of nearly equal size, and so many that any few threads have equally much to do.
        int blocks = (m + BlockRows - 1) / BlockRows;
        job.RowBlocks = (blocks + 3) / 4 * 4;
        job.ColumnBlock = NC / nr;
        for (int j0 = 0; j0 < n; j0 += NC)
        {
            job.N = Math.Min(NC, n - j0);
            job.C = c + j0;
            job.First = first + j0;
            panels = (job.N + nr - 1) / nr;
            for (int p0 = 0; p0 < k; p0 += depth)
            {
                (job.From, job.To) = (p0, Math.Min(p0 + depth, k));
                job.Add = accumulate || p0 > 0;
                job.Epilogue = job.To == k ? epilogue : null;
                PackJob<T> pack = new() { B = new(b.At(p0, j0), b.Row, b.Column), To = packed, N = job.N, K = job.To - p0, Width = nr };
                pack.Panels = Math.Clamp(PackElements / (Math.Min(KC, pack.K) * nr), 1, panels);
                Workers.Run((pack.K + KC - 1) / KC * pack.JobsABlock, ref pack);
                Start<TLanes, TV, T>(ref job, panels);
            }
        }
    }

    private static void Start<TLanes, TV, T>(ref BlockJob<TLanes, TV, T> job, int panels)
        where TLanes : struct, ITileLanes<TV, T> where TV : unmanaged where T : unmanaged, INumber<T>
    {
        int jobs = job.RowBlocks * ((panels + job.ColumnBlock - 1) / job.ColumnBlock);
        if (jobs == 1) job.Run(0);
        else Workers.Run(jobs, ref job);
    }

    private struct PackJob<T> : IJob where T : unmanaged
    {
        public MatrixView<T> B;
        public T* To;
        public int N, K, Width, Panels;

        public readonly int JobsABlock => ((this.N + this.Width - 1) / this.Width + this.Panels - 1) / this.Panels;

        // So many panels of a block of the depth.
        public readonly void Run(int job)
        {
            int panels = (this.N + this.Width - 1) / this.Width, jobs = this.JobsABlock, p0 = job / jobs * KC, kc = Math.Min(KC, this.K - p0);
            T* to = this.To + (long)p0 * panels * this.Width;
            for (int q = job % jobs * this.Panels, end = Math.Min(q + this.Panels, panels); q < end; q++)
                GemmPack.Run(new(this.B.At(p0, q * this.Width), this.B.Row, this.B.Column), kc, Math.Min(this.Width, this.N - q * this.Width),
                    to + (long)q * this.Width * kc, this.Width, isPadded: true);
        }
    }

    // A block of C over a range of the depth: rows in slices of nearly equal height, up to Rows, × so many panels, two vectors wide.
    private struct BlockJob<TLanes, TV, T> : IJob where TLanes : struct, ITileLanes<TV, T> where TV : unmanaged where T : unmanaged, INumber<T>
    {
        public MatrixView<T> A, B;
        public T* C, Packed;
        public long Ldc, First;
        public int M, N, From, To, RowBlocks, ColumnBlock;
        public bool Add, IsPackedA, IsFlat;
        public Epilogue? Epilogue;

        public readonly void Run(int job)
        {
            int nr = 2 * TLanes.Count, columnBlock = job / this.RowBlocks, rowBlock = job - columnBlock * this.RowBlocks;
            int firstRow = (int)((long)rowBlock * this.M / this.RowBlocks), endRow = (int)((rowBlock + 1L) * this.M / this.RowBlocks);
            Slices slices = new(endRow - firstRow);
            int firstColumn = columnBlock * this.ColumnBlock * nr, endColumn = Math.Min(firstColumn + this.ColumnBlock * nr, this.N);
            for (int p0 = this.From; p0 < this.To; p0 += KC)
            {
                int kc = Math.Min(KC, this.To - p0), j = firstColumn, ready = firstColumn;
                bool add = this.Add || p0 > this.From;
                Epilogue? epilogue = p0 + kc == this.To ? this.Epilogue : null;
                T* a = this.IsPackedA ? this.Pack(slices, firstRow, p0, kc) : this.A.At(firstRow, p0);
                if (this.IsFlat)
                {
                    this.Flat(p0, kc, firstColumn, endColumn, add);
                    j = endColumn;
                }
                for (; j < endColumn; j += nr)
                {
                    T* b = this.PanelOfB(p0, kc, j, endColumn, out nint ldb, out nint ahead);
                    T* c = this.C + firstRow * this.Ldc + j, from = a;
                    for (int s = 0, columns = Math.Min(nr, endColumn - j); s < slices.Count; s++)
                    {
                        int rows = slices.Rows(s);
                        if (add) Fetch(c, rows, columns);
                        if (this.IsPackedA) GemmTile<TLanes, TV, T>.Run(rows, kc, from, 1, rows, b, ldb, c, (nint)this.Ldc, columns, add, ahead);
                        else GemmTile<TLanes, TV, T>.Run(rows, kc, from, (nint)this.A.Row, (nint)this.A.Column, b, ldb, c, (nint)this.Ldc, columns, add, ahead);
                        from += this.IsPackedA ? (long)rows * kc : rows * this.A.Row;
                        c += rows * this.Ldc;
                    }
                    if (epilogue is null || j + nr - ready < EpilogueColumns || j + nr >= endColumn) continue;
                    epilogue.Run(this.First + firstRow * this.Ldc + ready, endRow - firstRow, this.Ldc, j + nr - ready);
                    ready = j + nr;
                }
                epilogue?.Run(this.First + firstRow * this.Ldc + ready, endRow - firstRow, this.Ldc, endColumn - ready);
            }
        }

        // Up to 4 rows at a time; from the second time on B comes from L2.
        private readonly void Flat(int p0, int kc, int firstColumn, int endColumn, bool add)
        {
            int nr = 2 * TLanes.Count, groups = (this.M + FlatTile<TLanes, TV, T>.Rows - 1) / FlatTile<TLanes, TV, T>.Rows, height = this.M / groups,
                tall = this.M - height * groups;
            for (int start = firstColumn, wide = FlatTile<TLanes, TV, T>.Columns(this.M), end; start < endColumn; start = end)
            {
                end = Math.Min(start + wide, endColumn);
                for (int g = 0, i = 0, rows; g < groups; g++, i += rows)
                {
                    rows = g < tall ? height + 1 : height;
                    T* a = this.A.At(i, p0), c = this.C + i * this.Ldc;
                    int j = start;
                    for (int step = FlatTile<TLanes, TV, T>.Columns(rows); j <= end - step; j += step)
                        FlatTile<TLanes, TV, T>.Run(rows, kc, a, (nint)this.A.Row, (nint)this.A.Column, this.B.At(p0, j), (nint)this.B.Row, c + j,
                            (nint)this.Ldc, add);
                    for (; j < end; j += nr)
                    {
                        T* b = this.PanelOfB(p0, kc, j, end, out nint ldb, out nint ahead);
                        GemmTile<TLanes, TV, T>.Run(rows, kc, a, (nint)this.A.Row, (nint)this.A.Column, b, ldb, c + j, (nint)this.Ldc, Math.Min(nr, end - j),
                            add, ahead);
                    }
                }
            }
        }

        // The job's slices one after another, each (depth, rows).
        private readonly T* Pack(Slices slices, int firstRow, int p0, int kc)
        {
            T* packed = (T*)(packedA ??= new()).Reserve((slices.Total * (long)kc + GemmPack.Slack) * sizeof(T)), to = packed;
            for (int s = 0, i = firstRow, rows; s < slices.Count; s++, i += rows)
            {
                rows = slices.Rows(s);
                GemmPack.Run(new(this.A.At(i, p0), this.A.Column, this.A.Row), kc, rows, to, rows, isPadded: false);
                to += (long)rows * kc;
            }
            return packed;
        }

        // Where columns j … of B are: packed for all jobs, in place, or packed now.
        private readonly T* PanelOfB(int p0, int kc, int j, int endColumn, out nint ldb, out nint ahead)
        {
            int nr = 2 * TLanes.Count, columns = Math.Min(nr, endColumn - j);
            (ldb, ahead) = (nr, nr);
            if (this.Packed is not null) return this.Packed + (long)(p0 - this.From) * ((this.N + nr - 1) / nr * nr) + (long)j * kc;
            if (this.B.Column == 1 && (columns == nr || TLanes.HasMasks))
            {
                ldb = (nint)this.B.Row;
                if (j + nr >= endColumn) ahead = 0;
                return this.B.At(p0, j);
            }
            T* packed = (T*)(panelB ??= new()).Reserve(((long)nr * kc + GemmPack.Slack) * sizeof(T));
            GemmPack.Run(new(this.B.At(p0, j), this.B.Row, this.B.Column), kc, columns, packed, nr, isPadded: true);
            return packed;
        }

        // C's rows arrive while the tile is computed.
        private readonly void Fetch(T* c, int rows, int columns)
        {
            for (int i = 0; i < rows; i++, c += this.Ldc)
            {
                TLanes.Prefetch(c);
                if (columns > TLanes.Count) TLanes.Prefetch(c + TLanes.Count);
            }
        }

        // Rows cut into as few slices as a tile allows, of nearly equal height: the first ones are a row taller.
        private readonly struct Slices(int rows)
        {
            public readonly int Total = rows, Count = (rows + TLanes.Rows - 1) / TLanes.Rows;
            private readonly int height = rows / ((rows + TLanes.Rows - 1) / TLanes.Rows), tall = rows % ((rows + TLanes.Rows - 1) / TLanes.Rows);

            public int Rows(int slice) => slice < this.tall ? this.height + 1 : this.height;
        }
    }
}
