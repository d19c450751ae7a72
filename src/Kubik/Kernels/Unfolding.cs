// Windows of pictures as columns of a matrix, and back. A job owns whole planes, so that the windows of a plane, which
// overlap, are added in one order whatever the number of threads.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class Unfolding
{
    private const int JobElements = 16384;

    /// <summary>The rows and columns of windows in a picture; throws when the windows make no sense.</summary>
    public static (int Height, int Width) Positions(Op op, Unfold windows, int rows, int columns)
    {
        Window w = windows.Window;
        if (w.Problem is { } problem) throw op.Error(problem);
        if (w.Groups != 1) throw op.Error($"windows are cut from every channel alike; groups must be 1, not {w.Groups}.");
        if (windows.KernelY < 1 || windows.KernelX < 1) throw op.Error($"the window must be 1x1 or larger, not {windows.KernelY}x{windows.KernelX}.");
        int height = w.OutY(rows, windows.KernelY), width = w.OutX(columns, windows.KernelX);
        return height > 0 && width > 0
            ? (height, width)
            : throw op.Error($"a {windows.KernelY}x{windows.KernelX} window with dilation {w.DilationY}x{w.DilationX} does not fit into {rows}x{columns} with padding {w.PadY}x{w.PadX}.");
    }

    /// <summary>The number of cells of a window.</summary>
    public static int Cells(Op op, Unfold windows) => AxisRule.Size(op, (long)windows.KernelY * windows.KernelX);

    public static void Unfold<T>(Unfold op, Tensor x, Tensor y) where T : unmanaged, INumber<T>
    {
        x = x.Contiguous();
        Run<T>(op, x, y, fold: false);
        GC.KeepAlive(x);
    }

    public static void Fold<T>(Unfold op, Tensor x, Tensor y) where T : unmanaged, INumber<T>
    {
        x = x.Contiguous();
        Elementwise.Clear(y);
        Run<T>(op, y, x, fold: true);
        GC.KeepAlive(x);
    }

    private static void Run<T>(Unfold op, Tensor picture, Tensor columns, bool fold) where T : unmanaged, INumber<T>
    {
        if (picture.Count == 0 || columns.Count == 0)
        {
            if (!fold) Elementwise.Clear(columns); // windows of nothing but padding
            return;
        }
        Shape shape = picture.Shape;
        fixed (T* px = picture.Data<T>(), py = columns.Data<T>())
        {
            PlaneJob<T> job = new()
            {
                Picture = px,
                Columns = py,
                Op = op,
                Window = op.Window,
                Planes = shape[0] * shape[1],
                Height = shape[2],
                Width = shape[3],
                OutY = op.Window.OutY(shape[2], op.KernelY),
                OutX = op.Window.OutX(shape[3], op.KernelX),
                Fold = fold,
            };
            long work = (long)columns.Count / job.Planes;
            job.PlanesAJob = (int)Math.Max(1, JobElements / work);
            Workers.Run((job.Planes + job.PlanesAJob - 1) / job.PlanesAJob, ref job);
        }
    }

    private struct PlaneJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* Picture, Columns;
        public Unfold Op;
        public Window Window;
        public int Planes, PlanesAJob, Height, Width, OutY, OutX;
        public bool Fold;

        public readonly void Run(int job)
        {
            int cells = this.Op.KernelY * this.Op.KernelX;
            for (int plane = job * this.PlanesAJob, end = Math.Min(plane + this.PlanesAJob, this.Planes); plane < end; plane++)
            {
                T* picture = this.Picture + (long)plane * this.Height * this.Width;
                T* row = this.Columns + (long)plane * cells * this.OutY * this.OutX;
                for (int cell = 0; cell < cells; cell++)
                {
                    int dy = cell / this.Op.KernelX * this.Window.DilationY - this.Window.PadY, dx = cell % this.Op.KernelX * this.Window.DilationX - this.Window.PadX;
                    for (int oy = 0; oy < this.OutY; oy++, row += this.OutX)
                        this.Line(picture, oy * this.Window.StrideY + dy, dx, row);
                }
            }
        }

        // One cell of the windows of one row: y is the picture's row it lies on, x where that of the first window lies.
        private readonly void Line(T* picture, int y, int x, T* row)
        {
            bool inside = (uint)y < (uint)this.Height;
            T* line = picture + (inside ? (long)y * this.Width : 0);
            for (int i = 0; i < this.OutX; i++, x += this.Window.StrideX)
            {
                bool cell = inside && (uint)x < (uint)this.Width;
                if (!this.Fold) row[i] = cell ? line[x] : T.Zero;
                else if (cell) line[x] += row[i];
            }
        }
    }
}
