// Windows that slide over the planes of (B, C, H, W). A plane is a job of its own. What differs between the pools is
// what is done with a window: a struct each, so that the loop over windows is written once.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class Pooling
{
    public static TensorSpec Infer(Op op, TensorSpec x, int kernelY, int kernelX, Window window)
    {
        if (window.Problem is { } problem) throw op.Error(problem);
        if (x.DType is not (DType.Float32 or DType.Float64)) throw op.Error(TypeRule.Float(x));
        if (x.Shape.Rank != 4) throw op.Error($"the input must be (batch, channels, rows, columns); got {x.Shape}.");
        if (kernelY < 1 || kernelX < 1) throw op.Error($"the window must be 1x1 or larger, not {kernelY}x{kernelX}.");
        if (window.PadY >= kernelY || window.PadX >= kernelX)
            throw op.Error($"the padding {window.PadY}x{window.PadX} must be smaller than the window {kernelY}x{kernelX}, or a window could lie wholly outside.");
        if ((window.PadY > 0 && window.DilationY > x.Shape[2]) || (window.PadX > 0 && window.DilationX > x.Shape[3]))
            throw op.Error($"with padding, a dilation of {window.DilationY}x{window.DilationX} must not exceed the picture {x.Shape[2]}x{x.Shape[3]}, or the cells of a window could all lie outside.");
        int height = window.OutY(x.Shape[2], kernelY), width = window.OutX(x.Shape[3], kernelX);
        if (height == 0 || width == 0)
            throw op.Error($"a {kernelY}x{kernelX} window does not fit into {x.Shape[2]}x{x.Shape[3]} with padding {window.PadY}x{window.PadX}.");
        return x with { Shape = [x.Shape[0], x.Shape[1], height, width] };
    }

    public static void Max<T>(MaxPool op, Tensor x, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, MaxCell<T>>(op.KernelY, op.KernelX, op.Window, x.Contiguous(), x.Contiguous(), y);

    public static void Scatter<T>(MaxPool op, Tensor x, Tensor dy, Tensor dx) where T : unmanaged, INumber<T>
    {
        Elementwise.Clear(dx);
        Slide<T, ScatterCell<T>>(op.KernelY, op.KernelX, op.Window, x.Contiguous(), dx, dy.Contiguous());
    }

    public static void Gather<T>(MaxPool op, Tensor x, Tensor g, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, GatherCell<T>>(op.KernelY, op.KernelX, op.Window, x.Contiguous(), g.Contiguous(), y);

    public static void Average<T>(AvgPool op, Tensor x, Tensor y) where T : unmanaged, INumber<T> =>
        Slide<T, MeanCell<T>>(op.KernelY, op.KernelX, op.Window, x.Contiguous(), x.Contiguous(), y);

    public static void Spread<T>(AvgPool op, Tensor dy, Tensor dx) where T : unmanaged, INumber<T>
    {
        Elementwise.Clear(dx);
        Slide<T, SpreadCell<T>>(op.KernelY, op.KernelX, op.Window, dx, dx, dy.Contiguous());
    }

    // x: the picture that decides; picture: shaped like it, read or written; windows: one element a window.
    private static void Slide<T, TCell>(int kernelY, int kernelX, Window window, Tensor x, Tensor picture, Tensor windows)
        where T : unmanaged, INumber<T> where TCell : struct, ICell<T>
    {
        fixed (T* px = x.Data<T>(), pp = picture.Data<T>(), pw = windows.Data<T>())
        {
            PlaneJob<T, TCell> job = new()
            {
                X = px,
                Picture = pp,
                Windows = pw,
                Window = window,
                KernelY = kernelY,
                KernelX = kernelX,
                Height = x.Shape[2],
                Width = x.Shape[3],
                OutY = windows.Shape[2],
                OutX = windows.Shape[3],
            };
            int planes = x.Shape[0] * x.Shape[1];
            job.PlanesAJob = Math.Max(1, 8192 / Math.Max(1, job.Height * job.Width));
            job.Planes = planes;
            Workers.Run((planes + job.PlanesAJob - 1) / job.PlanesAJob, ref job);
        }
        GC.KeepAlive((x, picture, windows));
    }

    /// <summary>What a pool does with the part of a window that lies inside the picture.</summary>
    private interface ICell<T> where T : unmanaged
    {
        static abstract void Visit(T* x, T* picture, T* window, int rows, int columns, int rowStep, int columnStep, int cells);
    }

    private struct PlaneJob<T, TCell> : IJob where T : unmanaged, INumber<T> where TCell : struct, ICell<T>
    {
        public T* X, Picture, Windows;
        public Window Window;
        public int KernelY, KernelX, Height, Width, OutY, OutX, Planes, PlanesAJob;

        public readonly void Run(int job)
        {
            Window w = this.Window;
            for (int plane = job * this.PlanesAJob, end = Math.Min(plane + this.PlanesAJob, this.Planes); plane < end; plane++)
            {
                long start = (long)plane * this.Height * this.Width;
                T* window = this.Windows + (long)plane * this.OutY * this.OutX;
                for (int oy = 0; oy < this.OutY; oy++)
                {
                    (int y0, int rows) = Clip(oy * w.StrideY - w.PadY, this.KernelY, w.DilationY, this.Height);
                    for (int ox = 0; ox < this.OutX; ox++, window++)
                    {
                        (int x0, int columns) = Clip(ox * w.StrideX - w.PadX, this.KernelX, w.DilationX, this.Width);
                        long at = start + (long)y0 * this.Width + x0;
                        TCell.Visit(this.X + at, this.Picture + at, window, rows, columns, this.Width * w.DilationY, w.DilationX, this.KernelY * this.KernelX);
                    }
                }
            }
        }

        // The first place of a window that is inside, and how many of its cells are.
        private static (int Start, int Count) Clip(int start, int kernel, int dilation, int size)
        {
            if (start >= 0 && start + (kernel - 1) * dilation < size) return (start, kernel);
            int skipped = start < 0 ? (-start + dilation - 1) / dilation : 0;
            start += skipped * dilation;
            return (start, start >= size ? 0 : Math.Min(kernel - skipped, (size - 1 - start) / dilation + 1));
        }
    }

    // Without branches: which cell wins is as good as random, and a wrong guess costs more than the arithmetic.
    private static long Winner<T>(T* x, int rows, int columns, int rowStep, int columnStep) where T : unmanaged, INumber<T>
    {
        if (rows == 2 && columns == 2)
        {
            long top = Beats(x[columnStep], x[0]) * (long)columnStep, bottom = rowStep + Beats(x[rowStep + columnStep], x[rowStep]) * (long)columnStep;
            return top + Beats(x[bottom], x[top]) * (bottom - top);
        }
        long best = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                long at = (long)i * rowStep + j * columnStep;
                best += Beats(x[at], x[best]) * (at - best);
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
        public static void Visit(T* x, T* picture, T* window, int rows, int columns, int rowStep, int columnStep, int cells) =>
            *window = x[Winner(x, rows, columns, rowStep, columnStep)];
    }

    private readonly struct ScatterCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, int rows, int columns, int rowStep, int columnStep, int cells) =>
            picture[Winner(x, rows, columns, rowStep, columnStep)] += *window;
    }

    private readonly struct GatherCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, int rows, int columns, int rowStep, int columnStep, int cells) =>
            *window = picture[Winner(x, rows, columns, rowStep, columnStep)];
    }

    private readonly struct MeanCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, int rows, int columns, int rowStep, int columnStep, int cells)
        {
            T sum = T.Zero;
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++) sum += x[(long)i * rowStep + j * columnStep];
            *window = sum / T.CreateTruncating(cells);
        }
    }

    private readonly struct SpreadCell<T> : ICell<T> where T : unmanaged, INumber<T>
    {
        public static void Visit(T* x, T* picture, T* window, int rows, int columns, int rowStep, int columnStep, int cells)
        {
            T share = *window / T.CreateTruncating(cells);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++) picture[(long)i * rowStep + j * columnStep] += share;
        }
    }
}
