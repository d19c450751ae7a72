// Sums, maxima and their like over any axes. A contiguous tensor is a row of axis runs that are kept or reduced in
// turn; the innermost reduced run goes first, which leaves a smaller tensor of the same kind, until none is left.
// One such pass sees the tensor as (outer, reduced, inner).

using System.Runtime.InteropServices;

namespace Kubik.Kernels;

internal static unsafe class Reduction
{
    private const int Piece = 1024;      // elements one call of Reduce sees: short enough to keep rounding small
    private const int JobElements = 32768;

    public static void Run<TOp, T>(Tensor x, Axes axes, Tensor y) where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        if (y.Count == 0) return;
        x = x.Contiguous();
        List<(int Size, bool Reduced)> runs = Runs(x.Shape, axes);
        while (true)
        {
            int last = runs.FindLastIndex(r => r.Reduced);
            if (last < 0)
            {
                Elementwise.Copy(x.Reshape(y.Shape), y);
                return;
            }
            int outer = Product(runs, 0, last), size = runs[last].Size, inner = Product(runs, last + 1, runs.Count);
            runs.RemoveAt(last);
            bool done = !runs.Exists(r => r.Reduced);
            Tensor to = done ? y : Tensor.Allocate(new TensorSpec(x.DType, [outer, inner]));
            Pass<TOp, T>(x.Data<T>(), to.Data<T>(), outer, size, inner);
            GC.KeepAlive(x);
            if (done) return;
            x = to;
            Merge(runs);
        }
    }

    private static void Pass<TOp, T>(Span<T> x, Span<T> y, int outer, int size, int inner) where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        fixed (T* px = x, py = y)
        {
            if (inner == 1)
            {
                RowJob<TOp, T> rows = new() { X = px, Y = py, Outer = outer, Size = size, RowsAJob = Math.Max(1, JobElements / Math.Max(size, 1)) };
                if (outer == 1 && size > JobElements)
                {
                    Whole<TOp, T>(rows);
                    return;
                }
                Workers.Run((outer + rows.RowsAJob - 1) / rows.RowsAJob, ref rows);
            }
            else
            {
                int columns = Math.Max(64, Math.Min(inner, JobElements / Math.Max(size, 1)));
                ColumnJob<TOp, T> job = new() { X = px, Y = py, Size = size, Inner = inner, Columns = columns, Blocks = (inner + columns - 1) / columns };
                Workers.Run(outer * job.Blocks, ref job);
            }
        }
    }

    // One long row: pieces in parallel, then the pieces' results in order.
    private static void Whole<TOp, T>(RowJob<TOp, T> row) where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        int pieces = (row.Size + JobElements - 1) / JobElements;
        T[] partial = new T[pieces];
        fixed (T* p = partial)
        {
            PieceJob<TOp, T> job = new() { X = row.X, Y = p, Size = row.Size };
            Workers.Run(pieces, ref job);
        }
        *row.Y = Fold<TOp, T>(partial);
    }

    private static T Fold<TOp, T>(ReadOnlySpan<T> x) where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        if (x.Length <= Piece) return TOp.Reduce(x);
        int half = x.Length / 2 / Piece * Piece;
        if (half == 0) half = Piece;
        T a = Fold<TOp, T>(x[..half]);
        TOp.Combine(MemoryMarshal.CreateSpan(ref a, 1), [Fold<TOp, T>(x[half..])]);
        return a;
    }

    private static List<(int Size, bool Reduced)> Runs(Shape shape, Axes axes)
    {
        List<(int, bool)> runs = [];
        for (int axis = 0; axis < shape.Rank; axis++)
            runs.Add((shape[axis], axes.Contains(axis)));
        Merge(runs);
        return runs;
    }

    private static void Merge(List<(int Size, bool Reduced)> runs)
    {
        for (int i = runs.Count - 1; i > 0; i--)
        {
            if (runs[i].Reduced != runs[i - 1].Reduced) continue;
            runs[i - 1] = (runs[i - 1].Size * runs[i].Size, runs[i].Reduced);
            runs.RemoveAt(i);
        }
    }

    private static int Product(List<(int Size, bool Reduced)> runs, int from, int to)
    {
        int product = 1;
        for (int i = from; i < to; i++) product *= runs[i].Size;
        return product;
    }

    private struct RowJob<TOp, T> : IJob where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        public T* X, Y;
        public int Outer, Size, RowsAJob;

        public readonly void Run(int job)
        {
            for (int row = job * this.RowsAJob, end = Math.Min(row + this.RowsAJob, this.Outer); row < end; row++)
                this.Y[row] = Fold<TOp, T>(new ReadOnlySpan<T>(this.X + (long)row * this.Size, this.Size));
        }
    }

    private struct PieceJob<TOp, T> : IJob where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        public T* X, Y;
        public int Size;

        public readonly void Run(int job)
        {
            int start = job * JobElements;
            this.Y[job] = Fold<TOp, T>(new ReadOnlySpan<T>(this.X + start, Math.Min(JobElements, this.Size - start)));
        }
    }

    private struct ColumnJob<TOp, T> : IJob where TOp : struct, IReduceOp where T : unmanaged, System.Numerics.INumber<T>
    {
        public T* X, Y;
        public int Size, Inner, Columns, Blocks;

        public readonly void Run(int job)
        {
            int outer = job / this.Blocks, column = job % this.Blocks * this.Columns, count = Math.Min(this.Columns, this.Inner - column);
            T* x = this.X + (long)outer * this.Size * this.Inner + column;
            Span<T> y = new(this.Y + (long)outer * this.Inner + column, count);
            if (this.Size == 0)
            {
                y.Fill(TOp.Reduce<T>([]));
                return;
            }
            this.Fold(x, this.Size, y);
        }

        // Halves, as rows are: the rounding grows with the logarithm of the number of rows.
        private readonly void Fold(T* x, int size, Span<T> y)
        {
            if (size <= Piece)
            {
                new ReadOnlySpan<T>(x, y.Length).CopyTo(y);
                for (int i = 1; i < size; i++)
                    TOp.Combine(y, new ReadOnlySpan<T>(x + (long)i * this.Inner, y.Length));
                return;
            }
            int half = size / 2;
            T[] rest = new T[y.Length];
            this.Fold(x, half, y);
            this.Fold(x + (long)half * this.Inner, size - half, rest);
            TOp.Combine<T>(y, rest);
        }
    }
}
