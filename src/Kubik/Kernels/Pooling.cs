// Windows that slide over the planes (or lines, or volumes) of (B, C, …). A plane is a job of its own. What differs
// between the pools is what is done with a window: a struct each, so that the loop over windows is written once.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class Pooling
{
    [ThreadStatic] private static Scratch? runs;

    public static TensorSpec Infer(Op op, TensorSpec x, PoolGrid grid)
    {
        if (x.DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(x));
        if (x.Shape.Rank is < 3 or > 2 + PerAxis.MaxCount)
            throw op.Error($"the input must be (batch, channels, …) with 1, 2 or 3 spatial axes; got {x.Shape}.");
        Shape size = x.Shape[2..];
        if (grid.ProblemFor(size) is { } problem) throw op.Error(problem);
        int[] positions = new int[size.Rank];
        for (int i = 0; i < positions.Length; i++) positions[i] = grid.Positions(i, size[i]);
        return x with { Shape = [x.Shape[0], x.Shape[1], .. positions] };
    }

    public static void Max<T>(PoolGrid grid, Tensor x, Tensor y) where T : unmanaged, INumber<T>
    {
        x = x.Contiguous();
        Slide<T, MaxCell<T>, SquarePooling.Largest>(grid, default, x, x, y);
    }

    public static void Scatter<T>(PoolGrid grid, Tensor x, Tensor dy, Tensor dx) where T : unmanaged, INumber<T> =>
        Slide<T, ScatterCell<T>, SquarePooling.Scatter>(grid, default, x.Contiguous(), dx, dy.Contiguous());

    public static void Gather<T>(PoolGrid grid, Tensor x, Tensor g, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, GatherCell<T>, SquarePooling.Gather>(grid, default, x.Contiguous(), g.Contiguous(), y);

    public static void Average<T>(PoolGrid grid, Divisor divisor, Tensor x, Tensor y) where T : unmanaged, INumber<T>
    {
        x = x.Contiguous();
        Slide<T, MeanCell<T>, SquarePooling.Mean>(grid, divisor, x, x, y);
    }

    public static void Spread<T>(PoolGrid grid, Divisor divisor, Tensor dy, Tensor dx) where T : unmanaged, INumber<T> =>
        Slide<T, SpreadCell<T>, SquarePooling.Spread>(grid, divisor, dx, dx, dy.Contiguous());

    // x: the picture that decides; picture: shaped like it, read or written; windows: one element a window.
    private static void Slide<T, TCell, TSquare>(PoolGrid grid, Divisor divisor, Tensor x, Tensor picture, Tensor windows)
        where T : unmanaged, INumber<T> where TCell : struct, ICell<T> where TSquare : struct, SquarePooling.ICell
    {
        int axes = x.Rank - 2, planes = x.Shape[0] * x.Shape[1], height = axes > 1 ? x.Shape[^2] : 1, width = x.Shape[^1], depth = axes > 2 ? x.Shape[^3] : 1;
        // Places that no window may see are zeros.
        bool square = typeof(T) == typeof(float) && axes == 2 && divisor != Divisor.One && grid is SlidingGrid { IsSquareOfTwo: true };
        if (TCell.Adds && !(square && height % 2 == 0 && width % 2 == 0 && width >= 2 * SquarePooling.ShortestRow)) Elementwise.Clear(picture);
        if (planes == 0) return;
        fixed (T* px = x.Data<T>(), pp = picture.Data<T>(), pw = windows.Data<T>())
        {
            if (!square || windows.Shape[^1] != width / 2 || windows.Shape[^2] != height / 2
                || !SquarePooling.Run<TSquare>((float*)px, (float*)pp, (float*)pw, planes, height, width))
            {
                int countZ = axes > 2 ? windows.Shape[^3] : 1, countY = axes > 1 ? windows.Shape[^2] : 1, countX = windows.Shape[^1];
                int* memory = (int*)(runs ??= new()).Reserve(PoolRuns.Fields * ((long)countZ + countY + countX) * sizeof(int));
                PlaneJob<T, TCell> job = new()
                {
                    X = px,
                    Picture = pp,
                    Windows = pw,
                    Divisor = divisor,
                    RunsZ = Runs(grid, axes - 3, depth, countZ, memory),
                    RunsY = Runs(grid, axes - 2, height, countY, memory + PoolRuns.Fields * countZ),
                    RunsX = Runs(grid, axes - 1, width, countX, memory + PoolRuns.Fields * (countZ + countY)),
                    Height = height,
                    Width = width,
                    Plane = depth * height * width,
                    Planes = planes,
                };
                job.PlanesAJob = Math.Max(1, 8192 / Math.Max(1, job.Plane));
                Workers.Run((planes + job.PlanesAJob - 1) / job.PlanesAJob, ref job);
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(picture);
        GC.KeepAlive(windows);
    }

    // The windows along an axis; along one that is not there, one window of one cell.
    private static PoolRuns Runs(PoolGrid grid, int axis, int size, int count, int* memory)
    {
        PoolRuns to = new(memory, count, axis < 0 ? 1 : grid.Step(axis));
        if (axis < 0) (to.Start[0], to.Count[0], to.Cells[0]) = (0, 1, 1);
        else grid.Fill(axis, size, to);
        return to;
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
        /// <summary>Whether it adds to a picture that has to begin with zeros.</summary>
        static virtual bool Adds => false;

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
            int* startX = this.RunsX.Start, countX = this.RunsX.Count, divideX = this.Divide(this.RunsX), divideY = this.Divide(this.RunsY),
                divideZ = this.Divide(this.RunsZ);
            Part part = new()
            {
                SliceStep = (long)this.Height * this.Width * this.RunsZ.Step,
                RowStep = (long)this.Width * this.RunsY.Step,
                ColumnStep = this.RunsX.Step
            };
            int first = job * this.PlanesAJob, end = Math.Min(first + this.PlanesAJob, this.Planes);
            T* window = this.Windows + (long)first * this.RunsZ.Windows * this.RunsY.Windows * this.RunsX.Windows;
            for (int plane = first; plane < end; plane++)
            {
                long start = (long)plane * this.Plane;
                for (int oz = 0; oz < this.RunsZ.Windows; oz++)
                {
                    part.Slices = this.RunsZ.Count[oz];
                    for (int oy = 0; oy < this.RunsY.Windows; oy++)
                    {
                        part.Rows = this.RunsY.Count[oy];
                        long row = start + ((long)this.RunsZ.Start[oz] * this.Height + this.RunsY.Start[oy]) * this.Width;
                        long divisor = this.Divisor == Divisor.One ? 1 : (long)divideZ[oz] * divideY[oy];
                        for (int ox = 0; ox < this.RunsX.Windows; ox++, window++)
                        {
                            part.Columns = countX[ox];
                            part.Divisor = this.Divisor == Divisor.One ? 1 : divisor * divideX[ox];
                            TCell.Visit(this.X + row + startX[ox], this.Picture + row + startX[ox], window, ref part);
                        }
                    }
                }
            }
        }

        private readonly int* Divide(PoolRuns runs) => this.Divisor == Divisor.Inside ? runs.Count : runs.Cells;
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
        public static bool Adds => true;

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
        public static bool Adds => true;

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
