// Convolution as matrix products, the general path: every type, 1 to 3 axes, groups; what is faster for float32 is in ConvolutionPaths. The
// windows of one picture become the columns of a matrix ("im2col"), which the kernels multiply; when that matrix is large, a
// band of rows of positions at a time. There are always three spatial axes here; a picture is one slice deep, a line also
// one row high. Pictures are independent jobs. The weight gradient sums over pictures: fixed groups of them, each into a
// buffer of its own, then the groups in order, so that the bits do not depend on the number of threads.

using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class Convolution
{
    private const int MostGroups = 16;        // groups of pictures whose weight gradients are summed apart
    private const int GroupElements = 1 << 16; // only while a weight gradient is this small; a bigger one splits inside the product

    private const int BandElements = 1 << 25; // of the matrix of windows: what a thread keeps in memory at once

    [ThreadStatic] private static Scratch? columns, partial;

    public static void Forward<T>(Window window, Tensor x, Tensor w, Tensor y, Epilogue? epilogue) where T : unmanaged, INumber<T>
    {
        (x, w) = (x.Contiguous(), w.Contiguous());
        fixed (T* px = x.Data<T>(), pw = w.Data<T>(), py = y.Data<T>())
        {
            Geometry g = new(window, x.Shape, w.Shape, y.Shape);
            if (typeof(T) != typeof(float) || !ConvolutionPaths.Forward(g, (float*)px, (float*)pw, (float*)py, epilogue))
            {
                ForwardJob<T> job = new() { G = g, X = px, W = pw, Y = py, Epilogue = epilogue };
                Workers.Run(g.Batch, ref job);
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(w);
    }

    public static void InputGradient<T>(Window window, Tensor dy, Tensor w, Tensor dx, Epilogue? epilogue) where T : unmanaged, INumber<T>
    {
        (dy, w) = (dy.Contiguous(), w.Contiguous());
        fixed (T* pdy = dy.Data<T>(), pw = w.Data<T>(), pdx = dx.Data<T>())
        {
            Geometry g = new(window, dx.Shape, w.Shape, dy.Shape);
            if (typeof(T) != typeof(float) || !ConvolutionPaths.InputGradient(g, (float*)pdy, (float*)pw, (float*)pdx, epilogue))
            {
                InputJob<T> job = new() { G = g, DY = pdy, W = pw, DX = pdx, Epilogue = epilogue };
                Workers.Run(g.Batch, ref job);
            }
        }
        GC.KeepAlive(dy);
        GC.KeepAlive(w);
    }

    public static void WeightGradient<T>(Window window, Tensor x, Tensor dy, Tensor dw) where T : unmanaged, INumber<T>
    {
        (x, dy) = (x.Contiguous(), dy.Contiguous());
        Geometry g = new(window, x.Shape, dw.Shape, dy.Shape);
        if (g.Batch == 0)
        {
            Elementwise.Clear(dw);
            return;
        }
        fixed (T* px = x.Data<T>(), pdy = dy.Data<T>(), pdw = dw.Data<T>())
        {
            if (typeof(T) != typeof(float) || !ConvolutionPaths.WeightGradient(g, (float*)px, (float*)pdy, (float*)pdw))
            {
                int count = dw.Count, groups = count <= GroupElements ? Math.Min(MostGroups, g.Batch) : 1;
                T* sums = groups == 1 ? pdw : (T*)(partial ??= new()).Reserve((long)groups * count * sizeof(T));
                WeightJob<T> job = new() { G = g, X = px, DY = pdy, DW = sums, Groups = groups, Count = count };
                if (groups == 1) job.Run(0); // the products inside use the threads
                else Workers.Run(groups, ref job);
                if (groups > 1) new Span<T>(sums, count).CopyTo(new Span<T>(pdw, count));
                for (int group = 1; group < groups; group++)
                    TensorPrimitives.Add(new ReadOnlySpan<T>(pdw, count), new ReadOnlySpan<T>(sums + (long)group * count, count), new Span<T>(pdw, count));
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(dy);
    }

    private static T* Columns<T>(long count) where T : unmanaged => (T*)(columns ??= new()).Reserve(count * sizeof(T));

    /// <summary>The sizes of one convolution, and the two moves between a picture and its windows.</summary>
    internal readonly struct Geometry
    {
        public readonly int Batch, Channels, Groups, Out;
        private readonly AxisWindow z, y, x;
        private readonly int outZ, outY, outX;

        public Geometry(Window window, Shape input, Shape kernel, Shape output)
        {
            (this.Batch, this.Groups) = (input[0], window.Groups);
            (this.Channels, this.Out) = (input[1] / window.Groups, kernel[0] / window.Groups);
            (this.z, this.y, this.x) = window.AlongThree(input.Sizes[2..], kernel.Sizes[2..]);
            (this.outZ, this.outY, this.outX) = (this.z.Positions, this.y.Positions, this.x.Positions);
            System.Diagnostics.Debug.Assert(output.Size == (long)output[0] * output[1] * this.Area, "the output is not what was inferred");
        }

        /// <summary>The window along the axes.</summary>
        public AxisWindow Z => this.z;

        public AxisWindow Y => this.y;

        public AxisWindow X => this.x;

        public int Area => this.outZ * this.outY * this.outX;           // positions of the window

        public int Depth => this.Channels * this.z.Kernel * this.y.Kernel * this.x.Kernel; // cells of the window

        public int Picture => this.Channels * this.Plane;               // elements of one group of one picture

        public int Plane => this.z.Size * this.y.Size * this.x.Size;

        /// <summary>Rows of positions, those of all slices, and what is unfolded of them at once.</summary>
        public int Rows => this.outZ * this.outY;

        /// <summary>Positions of a row.</summary>
        public int RowLength => this.outX;

        /// <summary>How many rows of positions a band has.</summary>
        public int BandRows => (int)Math.Clamp(BandElements / Math.Max(1, (long)this.Depth * this.outX), 1, Math.Max(1, this.Rows));

        /// <summary>Whether the picture itself is the matrix of its windows.</summary>
        public bool IsPointwise =>
            this.Depth == this.Channels && this.Area == this.Plane && (this.z.Begin | this.z.End | this.y.Begin | this.y.End | this.x.Begin | this.x.End) == 0;

        // (C, D, H, W) → (C·kd·kh·kw, D'·H'·W'): row r holds what cell r of the window sees at each position of a band.
        public void Unfold<T>(T* picture, T* to, int first, int last) where T : unmanaged
        {
            for (int c = 0; c < this.Channels; c++)
            {
                T* plane = picture + (long)c * this.Plane;
                for (int kz = 0; kz < this.z.Kernel; kz++)
                {
                    for (int ky = 0; ky < this.y.Kernel; ky++)
                    {
                        for (int kx = 0; kx < this.x.Kernel; kx++)
                        {
                            (int from, int end) = this.Inside(kx);
                            for (int oz = first / this.outY; oz * this.outY < last; oz++)
                            {
                                (int top, int bottom) = this.RowsOfSlice(oz, first, last);
                                int iz = oz * this.z.Stride + kz * this.z.Dilation - this.z.Begin;
                                if ((uint)iz < (uint)this.z.Size)
                                    this.UnfoldRows(plane + (long)iz * this.y.Size * this.x.Size, to, ky, kx * this.x.Dilation - this.x.Begin, from, end,
                                        top, bottom);
                                else
                                    new Span<T>(to, (bottom - top) * this.outX).Clear();
                                to += (bottom - top) * this.outX;
                            }
                        }
                    }
                }
            }
        }

        // The reverse: adds each cell's row back to where it was seen.
        public void Fold<T>(T* row, T* picture, int first, int last) where T : unmanaged, INumber<T>
        {
            for (int c = 0; c < this.Channels; c++)
            {
                T* plane = picture + (long)c * this.Plane;
                for (int kz = 0; kz < this.z.Kernel; kz++)
                {
                    for (int ky = 0; ky < this.y.Kernel; ky++)
                    {
                        for (int kx = 0; kx < this.x.Kernel; kx++)
                        {
                            (int from, int end) = this.Inside(kx);
                            for (int oz = first / this.outY; oz * this.outY < last; oz++)
                            {
                                (int top, int bottom) = this.RowsOfSlice(oz, first, last);
                                int iz = oz * this.z.Stride + kz * this.z.Dilation - this.z.Begin;
                                if ((uint)iz < (uint)this.z.Size && from < end)
                                    this.FoldRows(row, plane + (long)iz * this.y.Size * this.x.Size, ky, kx * this.x.Dilation - this.x.Begin, from, end,
                                        top, bottom);
                                row += (bottom - top) * this.outX;
                            }
                        }
                    }
                }
            }
        }

        // What a band has of the rows of a slice.
        private (int Top, int Bottom) RowsOfSlice(int oz, int first, int last) =>
            (Math.Max(0, first - oz * this.outY), Math.Min(this.outY, last - oz * this.outY));

        // What one cell of the window sees of one slice; it lies inside the rows at positions from to end − 1.
        private void UnfoldRows<T>(T* slice, T* to, int ky, int shift, int from, int end, int top, int bottom) where T : unmanaged
        {
            int width = this.x.Size, strideX = this.x.Stride, wide = this.outX;
            for (int oy = top; oy < bottom; oy++, to += wide)
            {
                int iy = oy * this.y.Stride + ky * this.y.Dilation - this.y.Begin;
                if ((uint)iy >= (uint)this.y.Size)
                {
                    new Span<T>(to, wide).Clear();
                    continue;
                }
                T* row = slice + (long)iy * width + shift;
                for (int ox = 0; ox < from; ox++) to[ox] = default;
                if (strideX == 1)
                    Unsafe.CopyBlockUnaligned(to + from, row + from, (uint)((end - from) * sizeof(T)));
                else
                    for (int ox = from; ox < end; ox++) to[ox] = row[(long)ox * strideX];
                for (int ox = end; ox < wide; ox++) to[ox] = default;
            }
        }

        private void FoldRows<T>(T* from, T* slice, int ky, int shift, int begin, int end, int top, int bottom) where T : unmanaged, INumber<T>
        {
            int width = this.x.Size, strideX = this.x.Stride, wide = this.outX;
            for (int oy = top; oy < bottom; oy++, from += wide)
            {
                int iy = oy * this.y.Stride + ky * this.y.Dilation - this.y.Begin;
                if ((uint)iy >= (uint)this.y.Size) continue;
                T* row = slice + (long)iy * width + shift;
                if (strideX == 1)
                    TensorPrimitives.Add(new ReadOnlySpan<T>(row + begin, end - begin), new ReadOnlySpan<T>(from + begin, end - begin),
                        new Span<T>(row + begin, end - begin));
                else
                    for (int ox = begin; ox < end; ox++) row[(long)ox * strideX] += from[ox];
            }
        }

        // The positions at which column kx of the window lies inside the picture.
        private (int From, int End) Inside(int kx)
        {
            int shift = kx * this.x.Dilation - this.x.Begin, last = this.x.Size - 1 - shift;
            int from = Math.Min(this.outX, shift >= 0 ? 0 : (-shift + this.x.Stride - 1) / this.x.Stride);
            int end = last < 0 ? 0 : last / this.x.Stride + 1;
            return (from, Math.Max(from, Math.Min(end, this.outX)));
        }
    }

    private struct ForwardJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Geometry G;
        public T* X, W, Y;
        public Epilogue? Epilogue;

        public readonly void Run(int job)
        {
            Geometry g = this.G;
            int band = g.BandRows;
            T* buffer = g.IsPointwise ? null : Columns<T>((long)g.Depth * band * g.RowLength);
            for (int group = 0; group < g.Groups; group++)
            {
                T* x = this.X + ((long)job * g.Groups + group) * g.Picture, y = this.Y + ((long)job * g.Groups + group) * g.Out * g.Area;
                MatrixView<T> w = new(this.W + (long)group * g.Out * g.Depth, g.Depth, 1);
                if (g.IsPointwise)
                {
                    Gemm.Run(g.Out, g.Area, g.Depth, w, new MatrixView<T>(x, g.Area, 1), y, g.Area);
                    continue;
                }
                for (int row = 0; row < g.Rows; row += band)
                {
                    int end = Math.Min(row + band, g.Rows), count = (end - row) * g.RowLength;
                    g.Unfold(x, buffer, row, end);
                    Gemm.Run(g.Out, count, g.Depth, w, new MatrixView<T>(buffer, count, 1), y + (long)row * g.RowLength, g.Area);
                }
            }
            int planes = g.Groups * g.Out;
            this.Epilogue?.Run((long)job * planes * g.Area, planes, g.Area, g.Area);
        }
    }

    private struct InputJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Geometry G;
        public T* DY, W, DX;
        public Epilogue? Epilogue;

        public readonly void Run(int job)
        {
            Geometry g = this.G;
            int band = g.BandRows;
            T* buffer = g.IsPointwise ? null : Columns<T>((long)g.Depth * band * g.RowLength);
            for (int group = 0; group < g.Groups; group++)
            {
                T* dy = this.DY + ((long)job * g.Groups + group) * g.Out * g.Area, dx = this.DX + ((long)job * g.Groups + group) * g.Picture;
                MatrixView<T> w = new(this.W + (long)group * g.Out * g.Depth, g.Depth, 1);
                if (g.IsPointwise)
                {
                    Gemm.Run(g.Depth, g.Area, g.Out, w.Transposed, new MatrixView<T>(dy, g.Area, 1), dx, g.Area);
                    continue;
                }
                new Span<T>(dx, g.Picture).Clear();
                for (int row = 0; row < g.Rows; row += band)
                {
                    int end = Math.Min(row + band, g.Rows), count = (end - row) * g.RowLength;
                    Gemm.Run(g.Depth, count, g.Out, w.Transposed, new MatrixView<T>(dy + (long)row * g.RowLength, g.Area, 1), buffer, count);
                    g.Fold(buffer, dx, row, end);
                }
            }
            int planes = g.Groups * g.Channels;
            this.Epilogue?.Run((long)job * planes * g.Plane, planes, g.Plane, g.Plane);
        }
    }

    private struct WeightJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public Geometry G;
        public T* X, DY, DW;
        public int Groups, Count;

        public readonly void Run(int job)
        {
            Geometry g = this.G;
            int first = (int)((long)g.Batch * job / this.Groups), end = (int)((long)g.Batch * (job + 1) / this.Groups), band = g.BandRows;
            for (int b = first; b < end; b++)
            {
                for (int group = 0; group < g.Groups; group++)
                {
                    T* x = this.X + ((long)b * g.Groups + group) * g.Picture, dy = this.DY + ((long)b * g.Groups + group) * g.Out * g.Area;
                    T* dw = this.DW + (long)job * this.Count + (long)group * g.Out * g.Depth;
                    if (g.IsPointwise)
                    {
                        Gemm.Run(g.Out, g.Depth, g.Area, new MatrixView<T>(dy, g.Area, 1), new MatrixView<T>(x, g.Area, 1).Transposed, dw, g.Depth,
                            accumulate: b > first);
                        continue;
                    }
                    T* buffer = Columns<T>((long)g.Depth * band * g.RowLength);
                    for (int row = 0; row < g.Rows; row += band)
                    {
                        int stop = Math.Min(row + band, g.Rows), count = (stop - row) * g.RowLength;
                        g.Unfold(x, buffer, row, stop);
                        Gemm.Run(g.Out, g.Depth, count, new MatrixView<T>(dy + (long)row * g.RowLength, g.Area, 1),
                            new MatrixView<T>(buffer, count, 1).Transposed, dw, g.Depth, accumulate: b > first || row > 0);
                    }
                }
            }
        }
    }
}
