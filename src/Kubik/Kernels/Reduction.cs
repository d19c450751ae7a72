// Sums, maxima and their like over any axes. A contiguous tensor is a row of axis runs that are kept or reduced in
// turn; the innermost reduced run goes first, which leaves a smaller tensor of the same kind, until none is left.
// One such pass sees the tensor as (outer, reduced, inner). It is cut into pieces of a fixed size, along the reduced run
// too, in the order of memory; what the pieces give is combined in pairs, pairs of pairs and so on, so that neither the
// bits depend on the number of threads nor the rounding grows with the length.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class Reduction
{
    private const int Piece = 1024;        // elements one call of Reduce sees: short enough to keep rounding small
    private const int JobElements = 32768; // what one job works on
    private const int JobColumns = 2048;   // columns of a job: what they are added up in stays in the first cache
    private const int Wide = 256;          // narrower rows are added several at a time

    [ThreadStatic] private static Scratch? even;
    [ThreadStatic] private static Scratch? odd;
    [ThreadStatic] private static Scratch? pieces;

    /// <summary>How many elements a job reads; 0 when there is nothing to reduce.</summary>
    public static int ElementsAJob(Shape x, Axes axes)
    {
        Span<(int Size, bool IsReduced)> runs = stackalloc (int, bool)[Shape.MaxRank];
        foreach ((int size, bool isReduced) in runs[..Runs(x, axes, runs)])
        {
            if (isReduced && size > 0 && x.Size > 0) return JobElements;
        }
        return 0;
    }

    /// <summary>Reduces x over axes; with a prologue x has a shape and no values.</summary>
    public static void Run<TOp, T>(Tensor x, Axes axes, Tensor y, Prologue? prologue = null) where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        x = x.Contiguous();
        Span<(int Size, bool IsReduced)> runs = stackalloc (int, bool)[Shape.MaxRank];
        runs = runs[..Runs(x.Shape, axes, runs)];
        fixed (T* px = prologue is null ? x.Data<T>() : default, py = y.Data<T>())
        {
            T* from = px;
            for (int pass = 0; ; pass++)
            {
                int last = runs.Length - 1;
                while (last >= 0 && !runs[last].IsReduced) last--;
                if (last < 0)
                {
                    new ReadOnlySpan<T>(from, y.Count).CopyTo(new Span<T>(py, y.Count)); // there was nothing to reduce
                    break;
                }
                int outer = Product(runs[..last]), size = runs[last].Size, inner = Product(runs[(last + 1)..]);
                bool isLast = last < 2; // what is before it is kept
                Scratch scratch = pass % 2 == 0 ? even ??= new() : odd ??= new();
                T* to = isLast ? py : (T*)scratch.Reserve((long)outer * inner * sizeof(T));
                if (inner == 1) Rows<TOp, T>(from, to, outer, size, prologue);
                else Columns<TOp, T>(from, to, outer, size, inner, prologue);
                prologue = null; // what comes now lies in memory
                if (isLast) break;
                // The kept run before the reduced one and the kept run after it are one now.
                runs[last - 1].Size *= inner;
                runs = runs[..last];
                from = to;
            }
        }
        GC.KeepAlive(x);
    }

    // The axes as runs that are kept and reduced in turn; those of size 1 belong to either.
    private static int Runs(Shape shape, Axes axes, Span<(int Size, bool IsReduced)> runs)
    {
        int count = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            bool isReduced = false;
            for (int i = 0; i < axes.Count; i++) isReduced |= axes[i] == axis;
            if (shape[axis] == 1) continue;
            if (count > 0 && runs[count - 1].IsReduced == isReduced) runs[count - 1].Size *= shape[axis];
            else runs[count++] = (shape[axis], isReduced);
        }
        return count;
    }

    private static int Product(ReadOnlySpan<(int Size, bool IsReduced)> runs)
    {
        int product = 1;
        foreach ((int size, _) in runs) product *= size;
        return product;
    }

    private static void Rows<TOp, T>(T* x, T* y, int outer, int size, Prologue? prologue) where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        int count = size <= 2 * JobElements ? 1 : (size + JobElements - 1) / JobElements; // pieces of a row
        RowJob<TOp, T> job = new()
        {
            X = x,
            Y = y,
            Prologue = prologue,
            Size = size,
            Pieces = count,
            Runs = outer * count,
            RunsAJob = Math.Max(1, JobElements / Math.Max(size / count, 1))
        };
        if (count > 1) job.Y = (T*)(pieces ??= new()).Reserve((long)outer * count * sizeof(T));
        Workers.Run((job.Runs + job.RunsAJob - 1) / job.RunsAJob, ref job);
        if (count == 1) return;
        for (int row = 0; row < outer; row++) y[row] = Fold<TOp, T>(new(job.Y + (long)row * count, count));
    }

    private static void Columns<TOp, T>(T* x, T* y, int outer, int size, int inner, Prologue? prologue)
        where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        if (size == 0)
        {
            new Span<T>(y, outer * inner).Fill(TOp.Reduce<T>([]));
            return;
        }
        ColumnJob<TOp, T> job = new() { X = x, Y = y, Prologue = prologue, Size = size, Inner = inner, Columns = Math.Min(inner, JobColumns) };
        job.Blocks = (inner + job.Columns - 1) / job.Columns;
        job.Rows = Math.Max(1, JobElements / job.Columns);
        job.Pieces = (size + job.Rows - 1) / job.Rows;
        job.Outers = outer;
        if (job.Pieces == 1 && job.Blocks == 1)
        {
            job.OutersAJob = Math.Max(1, JobElements / Math.Max(1, size * inner));
            Workers.Run((outer + job.OutersAJob - 1) / job.OutersAJob, ref job);
            return;
        }
        if (job.Pieces > 1) job.Y = (T*)(pieces ??= new()).Reserve((long)outer * job.Pieces * inner * sizeof(T));
        Workers.Run(outer * job.Pieces * job.Blocks, ref job);
        if (job.Pieces == 1) return;
        for (int o = 0; o < outer; o++)
        {
            T* part = job.Y + (long)o * job.Pieces * inner;
            for (int step = 1; step < job.Pieces; step *= 2)
            {
                for (int p = 0; p + step < job.Pieces; p += 2 * step)
                    TOp.Combine(new Span<T>(part + (long)p * inner, inner), new ReadOnlySpan<T>(part + (long)(p + step) * inner, inner));
            }
            new ReadOnlySpan<T>(part, inner).CopyTo(new Span<T>(y + (long)o * inner, inner));
        }
    }

    private static T Fold<TOp, T>(ReadOnlySpan<T> x) where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        if (x.Length <= Piece) return TOp.Reduce(x);
        int half = x.Length / 2 / Piece * Piece;
        if (half == 0) half = Piece;
        T a = Fold<TOp, T>(x[..half]), b = Fold<TOp, T>(x[half..]);
        TOp.Combine(new Span<T>(ref a), new ReadOnlySpan<T>(ref b));
        return a;
    }

    // The same with elements that are computed now.
    private static T Fold<TOp, T>(Prologue prologue, long first, int length, T* room) where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        if (length <= Piece) return TOp.Reduce(new ReadOnlySpan<T>(prologue.Get(first, length, (byte*)room), length));
        int half = length / 2 / Piece * Piece;
        if (half == 0) half = Piece;
        T a = Fold<TOp, T>(prologue, first, half, room), b = Fold<TOp, T>(prologue, first + half, length - half, room);
        TOp.Combine(new Span<T>(ref a), new ReadOnlySpan<T>(ref b));
        return a;
    }

    private struct RowJob<TOp, T> : IJob where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        public T* X, Y;
        public Prologue? Prologue;
        public int Size, Pieces, Runs, RunsAJob;

        public readonly void Run(int job)
        {
            if (this.Prologue is not null)
            {
                this.RunComputed(job);
                return;
            }
            for (int run = job * this.RunsAJob, end = Math.Min(run + this.RunsAJob, this.Runs); run < end; run++)
            {
                int row = run / this.Pieces, start = run % this.Pieces * JobElements;
                this.Y[run] = Fold<TOp, T>(
                    new(this.X + (long)row * this.Size + start, this.Pieces == 1 ? this.Size : Math.Min(JobElements, this.Size - start)));
            }
        }

        // Short rows are computed several at a time.
        private readonly void RunComputed(int job)
        {
            T* room = stackalloc T[Piece];
            int run = job * this.RunsAJob, end = Math.Min(run + this.RunsAJob, this.Runs), together = Math.Max(1, Piece / Math.Max(this.Size, 1));
            if (this.Pieces == 1 && this.Size <= Piece)
            {
                for (; run < end; run += together)
                {
                    int rows = Math.Min(together, end - run);
                    T* x = (T*)this.Prologue!.Get((long)run * this.Size, rows * this.Size, (byte*)room);
                    for (int row = 0; row < rows; row++) this.Y[run + row] = Fold<TOp, T>(new(x + (long)row * this.Size, this.Size));
                }
                return;
            }
            for (; run < end; run++)
            {
                int row = run / this.Pieces, start = run % this.Pieces * JobElements;
                this.Y[run] = Fold<TOp, T>(this.Prologue!, (long)row * this.Size + start,
                    this.Pieces == 1 ? this.Size : Math.Min(JobElements, this.Size - start), room);
            }
        }
    }

    private struct ColumnJob<TOp, T> : IJob where TOp : struct, IReduceOp where T : unmanaged, INumber<T>
    {
        public T* X, Y;
        public Prologue? Prologue;
        public int Size, Inner, Columns, Blocks, Rows, Pieces, Outers, OutersAJob;

        public readonly void Run(int job)
        {
            if (this.OutersAJob == 0)
            {
                this.Run(job % this.Blocks * this.Columns, job / this.Blocks % this.Pieces, job / this.Blocks / this.Pieces);
                return;
            }
            for (int outer = job * this.OutersAJob, end = Math.Min(outer + this.OutersAJob, this.Outers); outer < end; outer++) this.Run(0, 0, outer);
        }

        private readonly void Run(int column, int piece, int outer)
        {
            int columns = Math.Min(this.Columns, this.Inner - column), row = piece * this.Rows, rows = Math.Min(this.Rows, this.Size - row);
            long x = ((long)outer * this.Size + row) * this.Inner + column;
            T* y = this.Y + ((long)outer * this.Pieces + piece) * this.Inner + column;
            if (this.Inner >= Wide)
            {
                this.Add(x, rows, this.Inner, new Span<T>(y, columns));
                return;
            }
            // All columns are in this job, and several rows are one wide one: these are added, then what they hold of each column.
            int together = Math.Min(rows, (Wide + this.Inner - 1) / this.Inner), whole = rows / together;
            Span<T> sums = stackalloc T[2 * Wide];
            sums = sums[..(together * this.Inner)];
            this.Add(x, whole, sums.Length, sums);
            int rest = (rows - whole * together) * this.Inner;
            if (rest > 0) this.Combine(sums[..rest], x + (long)whole * sums.Length);
            fixed (T* p = sums) Add(p, together, this.Inner, new Span<T>(y, columns));
        }

        private readonly void Add(long x, int rows, int step, Span<T> y)
        {
            if (this.Prologue is null)
            {
                Add(this.X + x, rows, step, y);
                return;
            }
            T* room = stackalloc T[JobColumns];
            new ReadOnlySpan<T>(this.Prologue.Get(x, y.Length, (byte*)room), y.Length).CopyTo(y);
            for (int i = 1; i < rows; i++) TOp.Combine(y, new ReadOnlySpan<T>(this.Prologue.Get(x + (long)i * step, y.Length, (byte*)room), y.Length));
        }

        private readonly void Combine(Span<T> sums, long x)
        {
            T* room = stackalloc T[2 * Wide];
            TOp.Combine(sums, new ReadOnlySpan<T>(this.Prologue is null ? this.X + x : (T*)this.Prologue.Get(x, sums.Length, (byte*)room), sums.Length));
        }

        private static void Add(T* x, int rows, int step, Span<T> y)
        {
            new ReadOnlySpan<T>(x, y.Length).CopyTo(y);
            for (int i = 1; i < rows; i++) TOp.Combine(y, new ReadOnlySpan<T>(x + (long)i * step, y.Length));
        }
    }
}
