// Windows of pictures as columns of a matrix, and back. A job owns whole planes, so that the windows of a plane, which
// overlap, are added in one order whatever the number of threads.

using System.Numerics;

namespace Kubik.Kernels;

internal static unsafe class Unfolding
{
    private const int JobElements = 16384;

    /// <summary>The rows and columns of windows in a picture; throws when the windows make no sense.</summary>
    public static (int Height, int Width) Positions(Op op, Unfold windows, Shape size)
    {
        Window w = windows.Window;
        if (w.ProblemFor(2) is { } problem) throw op.Error(problem);
        if (w.Groups != 1) throw op.Error($"windows are cut from every channel alike; groups must be 1, not {w.Groups}.");
        PerAxis kernel = windows.Kernel;
        if (!kernel.Fits(2)) throw op.Error($"the window {kernel} is for {kernel.Count} spatial axes, but there are 2.");
        if (kernel.Least < 1) throw op.Error($"the window must be 1x1 or larger, not {kernel[0]}x{kernel[1]}.");
        int height = w.Positions(0, size[0], kernel[0]), width = w.Positions(1, size[1], kernel[1]);
        return height > 0 && width > 0
            ? (height, width)
            : throw op.Error($"a {kernel[0]}x{kernel[1]} window with dilation {w.Dilation} does not fit into {size.ToX()} with padding {w.PadText}.");
    }

    /// <summary>The number of cells of a window.</summary>
    public static int Cells(Op op, Unfold windows) => AxisRule.Size(op, (long)windows.Kernel[0] * windows.Kernel[1]);

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
                Y = op.Window.Along(0, shape[2], op.Kernel[0]),
                X = op.Window.Along(1, shape[3], op.Kernel[1]),
                Planes = shape[0] * shape[1],
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
        public AxisWindow Y, X;
        public int Planes, PlanesAJob;
        public bool Fold;

        public readonly void Run(int job)
        {
            int cells = this.Y.Kernel * this.X.Kernel, height = this.Y.Positions, width = this.X.Positions;
            for (int plane = job * this.PlanesAJob, end = Math.Min(plane + this.PlanesAJob, this.Planes); plane < end; plane++)
            {
                T* picture = this.Picture + (long)plane * this.Y.Size * this.X.Size;
                T* row = this.Columns + (long)plane * cells * height * width;
                for (int cell = 0; cell < cells; cell++)
                {
                    int dy = cell / this.X.Kernel * this.Y.Dilation - this.Y.Begin, dx = cell % this.X.Kernel * this.X.Dilation - this.X.Begin;
                    for (int oy = 0; oy < height; oy++, row += width)
                        this.Line(picture, oy * this.Y.Stride + dy, dx, new Span<T>(row, width));
                }
            }
        }

        // One cell of the windows of one row: y is the picture's row it lies on, x where that of the first window lies.
        private readonly void Line(T* picture, int y, int x, Span<T> row)
        {
            bool inside = (uint)y < (uint)this.Y.Size;
            T* line = picture + (inside ? (long)y * this.X.Size : 0);
            for (int i = 0; i < row.Length; i++, x += this.X.Stride)
            {
                bool cell = inside && (uint)x < (uint)this.X.Size;
                if (!this.Fold) row[i] = cell ? line[x] : T.Zero;
                else if (cell) line[x] += row[i];
            }
        }
    }
}
