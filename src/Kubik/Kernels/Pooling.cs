// Windows that slide over the planes (or lines, or volumes) of (B, C, …). A plane is a job of its own. What differs
// between the pools is what is done with a window: a struct each, so that the loop over windows is written once.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class Pooling
{
    public static TensorSpec Infer(Op op, TensorSpec x, PoolGrid grid)
    {
        if (x.DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(x));
        if (x.Shape.Rank is < 3 or > 2 + PerAxis.MaxCount) throw op.Error($"the input must be (batch, channels, …) with 1, 2 or 3 spatial axes; got {x.Shape}.");
        Shape size = x.Shape[2..];
        if (grid.ProblemFor(size) is { } problem) throw op.Error(problem);
        int[] positions = new int[size.Rank];
        for (int i = 0; i < positions.Length; i++) positions[i] = grid.Positions(i, size[i]);
        return x with { Shape = [x.Shape[0], x.Shape[1], .. positions] };
    }

    public static void Max<T>(PoolGrid grid, Tensor x, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, MaxCell<T>>(grid, default, x.Contiguous(), x.Contiguous(), y);

    public static void Scatter<T>(PoolGrid grid, Tensor x, Tensor dy, Tensor dx) where T : unmanaged, INumber<T>
    {
        Elementwise.Clear(dx);
        Slide<T, ScatterCell<T>>(grid, default, x.Contiguous(), dx, dy.Contiguous());
    }

    public static void Gather<T>(PoolGrid grid, Tensor x, Tensor g, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, GatherCell<T>>(grid, default, x.Contiguous(), g.Contiguous(), y);

    public static void Average<T>(PoolGrid grid, Divisor divisor, Tensor x, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, MeanCell<T>>(grid, divisor, x.Contiguous(), x.Contiguous(), y);

    public static void Spread<T>(PoolGrid grid, Divisor divisor, Tensor dy, Tensor dx) where T : unmanaged, INumber<T>
    {
        Elementwise.Clear(dx);
        Slide<T, SpreadCell<T>>(grid, divisor, dx, dx, dy.Contiguous());
    }

    // x: the picture that decides; picture: shaped like it, read or written; windows: one element a window.
    private static void Slide<T, TCell>(PoolGrid grid, Divisor divisor, Tensor x, Tensor picture, Tensor windows)
        where T : unmanaged, INumber<T> where TCell : struct, ICell<T>
    {
        int axes = x.Rank - 2, planes = x.Shape[0] * x.Shape[1];
        if (planes == 0) return;
        fixed (T* px = x.Data<T>(), pp = picture.Data<T>(), pw = windows.Data<T>())
        {
            PlaneJob<T, TCell> job = new()
            {
                X = px,
                Picture = pp,
                Windows = pw,
                Divisor = divisor,
                RunsZ = axes > 2 ? grid.Runs(axes - 3, x.Shape[^3]) : PoolRuns.One,
                RunsY = axes > 1 ? grid.Runs(axes - 2, x.Shape[^2]) : PoolRuns.One,
                RunsX = grid.Runs(axes - 1, x.Shape[^1]),
                Height = axes > 1 ? x.Shape[^2] : 1,
                Width = x.Shape[^1],
                Plane = x.Shape[2..].Size,
                Planes = planes,
            };
            job.PlanesAJob = Math.Max(1, 8192 / Math.Max(1, job.Plane));
            Workers.Run((planes + job.PlanesAJob - 1) / job.PlanesAJob, ref job);
        }
        GC.KeepAlive((x, picture, windows));
    }

    /// <summary>The part of a window that lies inside the picture.</summary>
    private struct Part
    {
        public int Slices, Rows, Columns;
        public long Divisor, SliceStep, RowStep, ColumnStep;
    }

    /// <summary>What a pool does with a window.</summary>
    private interface ICell<T> where T : unmanaged
    {
        static abstract void Visit(T* x, T* picture, T* window, ref Part part);
    }

    private struct PlaneJob<T, TCell> : IJob where T : unmanaged, INumber<T> where TCell : struct, ICell<T>
    {
        public T* X, Picture, Windows;
        public Divisor Divisor;
        public PoolRuns RunsZ, RunsY, RunsX;
        public int Height, Width, Plane, Planes, PlanesAJob;

        public readonly void Run(int job)
        {
            int[] startX = this.RunsX.Start, countX = this.RunsX.Count, divideX = this.Divide(this.RunsX), divideY = this.Divide(this.RunsY), divideZ = this.Divide(this.RunsZ);
            Part part = new() { SliceStep = (long)this.Height * this.Width * this.RunsZ.Step, RowStep = (long)this.Width * this.RunsY.Step, ColumnStep = this.RunsX.Step };
            int first = job * this.PlanesAJob, end = Math.Min(first + this.PlanesAJob, this.Planes);
            T* window = this.Windows + (long)first * this.RunsZ.Start.Length * this.RunsY.Start.Length * startX.Length;
            for (int plane = first; plane < end; plane++)
            {
                long start = (long)plane * this.Plane;
                for (int oz = 0; oz < this.RunsZ.Start.Length; oz++)
                {
                    part.Slices = this.RunsZ.Count[oz];
                    for (int oy = 0; oy < this.RunsY.Start.Length; oy++)
                    {
                        part.Rows = this.RunsY.Count[oy];
                        long row = start + ((long)this.RunsZ.Start[oz] * this.Height + this.RunsY.Start[oy]) * this.Width;
                        long divisor = this.Divisor == Divisor.One ? 1 : (long)divideZ[oz] * divideY[oy];
                        for (int ox = 0; ox < startX.Length; ox++, window++)
                        {
                            part.Columns = countX[ox];
                            part.Divisor = this.Divisor == Divisor.One ? 1 : divisor * divideX[ox];
                            TCell.Visit(this.X + row + startX[ox], this.Picture + row + startX[ox], window, ref part);
                        }
                    }
                }
            }
        }

        private readonly int[] Divide(PoolRuns runs) => this.Divisor == Divisor.Inside ? runs.Count : runs.Cells;
    }

    // Without branches: which cell wins is as good as random, and a wrong guess costs more than the arithmetic.
    private static long Winner<T>(T* x, ref Part part) where T : unmanaged, INumber<T>
    {
        if (part.Rows == 2 && part.Columns == 2 && part.Slices == 1)
        {
            long step = part.ColumnStep, row = part.RowStep;
            long top = Beats(x[step], x[0]) * step, bottom = row + Beats(x[row + step], x[row]) * step;
            return top + Beats(x[bottom], x[top]) * (bottom - top);
        }
        long best = 0;
        for (int h = 0; h < part.Slices; h++)
        {
            for (int i = 0; i < part.Rows; i++)
            {
                long at = h * part.SliceStep + i * part.RowStep;
                for (int j = 0; j < part.Columns; j++, at += part.ColumnStep) best += Beats(x[at], x[best]) * (at - best);
            }
        }
        return best;
    }

    // 1 when a is larger or NaN, else 0.
    private static int Beats<T>(T a, T b) where T : unmanaged, INumber<T>
    {
        bool larger = a > b, nan = T.IsNaN(a);
        return Unsafe.BitCast<bool, byte>(larger) | Unsafe.BitCast<bool, byte>(nan);
    }

    private readonly struct MaxCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, ref Part part) => *window = x[Winner(x, ref part)];
    }

    private readonly struct ScatterCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, ref Part part) => picture[Winner(x, ref part)] += *window;
    }

    private readonly struct GatherCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, ref Part part) => *window = picture[Winner(x, ref part)];
    }

    private readonly struct MeanCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, ref Part part)
        {
            (int columns, long step) = (part.Columns, part.ColumnStep);
            T sum = T.Zero;
            for (int h = 0; h < part.Slices; h++)
            {
                for (int i = 0; i < part.Rows; i++)
                {
                    T* row = x + h * part.SliceStep + i * part.RowStep;
                    for (int j = 0; j < columns; j++) sum += row[j * step];
                }
            }
            *window = sum / T.CreateTruncating(part.Divisor);
        }
    }

    private readonly struct SpreadCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, ref Part part)
        {
            (int columns, long step) = (part.Columns, part.ColumnStep);
            T share = *window / T.CreateTruncating(part.Divisor);
            for (int h = 0; h < part.Slices; h++)
            {
                for (int i = 0; i < part.Rows; i++)
                {
                    T* row = picture + h * part.SliceStep + i * part.RowStep;
                    for (int j = 0; j < columns; j++) row[j * step] += share;
                }
            }
        }
    }
}
