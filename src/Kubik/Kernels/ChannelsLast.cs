// Convolution as a matrix product without a matrix of windows: pictures are copied once with their channels last and a
// margin of zeros, and the rows of the product point into them ("The indirect convolution algorithm", Dukhan 2019). So any
// stride, dilation and size of kernel is the same sum over segments, one for each cell of the kernel.
//
// The gradient of the input goes by phases of the stride: the positions that a cell of the kernel can reach are those with
// one remainder, and each phase is a convolution with the cells that reach it. Bound by the FMA units; the copies cost
// some loads and stores for every element, against as many multiply-adds as there are outputs times cells.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe partial class ChannelsLast
{
    private const int PositionsAJob = 128;
    private const long MostElements = 1L << 23; // of copied pictures at a time
    private const double MostOfAPicture = 1 << 26;

    [ThreadStatic] private static Scratch? pictures, kernels, segmentMemory, own;

    /// <summary>y = x ∗ w.</summary>
    public static void Forward(in Convolution.Geometry g, float* x, float* w, float* y, OutputParts parts)
    {
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        Canvas canvas = OfInput(g);
        int taps = v.Kernel * h.Kernel;
        Segment* segments = (Segment*)(segmentMemory ??= new()).Reserve((long)taps * sizeof(Segment));
        for (int i = 0; i < taps; i++) segments[i] = new(canvas.At(i / h.Kernel * v.Dilation, i % h.Kernel * h.Dilation), (long)i * g.Channels * RowTile.Lanes);
        int panels = PackKernels(w, g.Channels, g.Out, taps, turned: false);
        float* u = (float*)kernels!.Reserve(0);
        int atOnce = (int)Math.Clamp(MostElements / canvas.Elements, 1, g.Batch);
        for (int first = 0; first < g.Batch; first += atOnce)
        {
            int count = Math.Min(atOnce, g.Batch - first);
            float* to = (float*)(pictures ??= new()).Reserve(count * canvas.Elements * sizeof(float));
            Copy(canvas, x + (long)first * g.Channels * v.Size * h.Size, count, v.Size, h.Size, v.Begin, h.Begin, to);
            SumJob job = new()
            {
                Canvas = canvas,
                From = to,
                Kernels = u,
                Segments = segments,
                Count = taps,
                Depth = g.Channels,
                Out = g.Out,
                Panels = panels,
                Taps = taps,
                Batch = count,
                Rows = v.Positions,
                Columns = h.Positions,
                StepY = v.Stride,
                StepX = h.Stride,
                To = y + (long)first * g.Out * v.Positions * h.Positions,
                Parts = parts,
                Height = v.Positions,
                Width = h.Positions,
                EveryY = 1,
                EveryX = 1,
            };
            Workers.Run(job.Jobs, ref job);
        }
    }

    /// <summary>dx = dy ∗ᵀ w.</summary>
    public static void InputGradient(in Convolution.Geometry g, float* dy, float* w, float* dx, OutputParts parts)
    {
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        int lowY = v.Reach.Low, lowX = h.Reach.Low;
        Canvas canvas = OfOutput(g);
        int taps = v.Kernel * h.Kernel;
        Segment* segments = (Segment*)(segmentMemory ??= new()).Reserve((long)taps * sizeof(Segment));
        int panels = PackKernels(w, g.Out, g.Channels, taps, turned: true);
        float* u = (float*)kernels!.Reserve(0);
        int atOnce = (int)Math.Clamp(MostElements / canvas.Elements, 1, g.Batch);
        for (int first = 0; first < g.Batch; first += atOnce)
        {
            int count = Math.Min(atOnce, g.Batch - first);
            float* to = (float*)(pictures ??= new()).Reserve(count * canvas.Elements * sizeof(float));
            Copy(canvas, dy + (long)first * g.Out * v.Positions * h.Positions, count, v.Positions, h.Positions, -lowY, -lowX, to);
            int phasesX = Math.Min(h.Stride, h.Size), phases = Math.Min(v.Stride, v.Size) * phasesX;
            for (int phase = 0; phase < phases; phase++)
            {
                int ry = phase / phasesX, rx = phase % phasesX, reached = 0;
                for (int tap = 0; tap < taps; tap++)
                {
                    int fromY = ry + v.Begin - tap / h.Kernel * v.Dilation, fromX = rx + h.Begin - tap % h.Kernel * h.Dilation;
                    if (fromY % v.Stride != 0 || fromX % h.Stride != 0) continue;
                    segments[reached++] = new(canvas.At(fromY / v.Stride - lowY, fromX / h.Stride - lowX), (long)tap * g.Out * RowTile.Lanes);
                }
                SumJob job = new()
                {
                    Canvas = canvas,
                    From = to,
                    Kernels = u,
                    Segments = segments,
                    Count = reached,
                    Depth = g.Out,
                    Out = g.Channels,
                    Panels = panels,
                    Taps = taps,
                    Batch = count,
                    Rows = (v.Size - ry + v.Stride - 1) / v.Stride,
                    Columns = (h.Size - rx + h.Stride - 1) / h.Stride,
                    StepY = 1,
                    StepX = 1,
                    To = dx + (long)first * g.Channels * v.Size * h.Size + (long)ry * h.Size + rx,
                    Parts = parts,
                    Height = v.Size,
                    Width = h.Size,
                    EveryY = v.Stride,
                    EveryX = h.Stride,
                };
                Workers.Run(job.Jobs, ref job);
            }
            // a phase is every how many-th element
            if (v.Stride > 1 || h.Stride > 1) parts.DoneLater(dx + (long)first * g.Channels * v.Size * h.Size, (long)count * g.Channels, v.Size * h.Size);
        }
    }

    private static Canvas OfInput(in Convolution.Geometry g) => new(g.Channels, g.Y.Canvas, g.X.Canvas);

    private static Canvas OfOutput(in Convolution.Geometry g) => new(g.Out, g.Y.PhaseCanvas, g.X.PhaseCanvas);

    /// <summary>Whether one picture with its margins is small enough to be copied.</summary>
    public static bool Fits(in Convolution.Geometry g, ConvolutionPart part)
    {
        Canvas canvas = part == ConvolutionPart.Input ? OfOutput(g) : OfInput(g);
        return (double)canvas.Rows * canvas.Columns * canvas.Cell <= MostOfAPicture;
    }

    /// <summary>A picture with channels last and a margin: (rows, columns, channels).</summary>
    private readonly struct Canvas(int channels, int rows, int columns)
    {
        public readonly int Channels = channels, Rows = rows, Columns = columns;

        /// <summary>Elements from one cell to the next: off the powers of 2, which would all fall into one set of the cache.</summary>
        public readonly int Cell = channels < 16 ? channels : (channels + 15) / 16 * 16 + 16;

        public long Elements => (long)this.Rows * this.Columns * this.Cell;

        public long At(int row, int column) => ((long)row * this.Columns + column) * this.Cell;
    }

    private static void Copy(Canvas canvas, float* from, int pictures, int height, int width, int top, int left, float* to)
    {
        CopyJob job = new() { Canvas = canvas, From = from, To = to, Height = height, Width = width, Top = top, Left = left };
        Workers.Run(pictures, ref job);
    }

    // One picture.
    private struct CopyJob : IJob
    {
        public Canvas Canvas;
        public float* From, To;
        public int Height, Width, Top, Left;

        public readonly void Run(int picture)
        {
            Canvas c = this.Canvas;
            int area = this.Height * this.Width;
            float* to = this.To + picture * c.Elements, from = this.From + (long)picture * c.Channels * area;
            // What lies on the canvas.
            int firstY = Math.Max(0, -this.Top), endY = Math.Min(this.Height, c.Rows - this.Top), firstX = Math.Max(0, -this.Left),
                endX = Math.Min(this.Width, c.Columns - this.Left);
            if (endY - firstY < c.Rows || endX - firstX < c.Columns) new Span<float>(to, checked((int)c.Elements)).Clear();
            if (endY <= firstY || endX <= firstX) return;
            float* flat = (float*)(own ??= new()).Reserve((long)area * 16 * sizeof(float));
            for (int channel = 0; channel < c.Channels; channel += 16)
            {
                int present = Math.Min(16, c.Channels - channel);
                Transposition.Run(from + (long)channel * area, area, present, area, flat, 16);
                for (int y = firstY; y < endY; y++)
                {
                    float* row = to + c.At(y + this.Top, firstX + this.Left) + channel, cell = flat + ((long)y * this.Width + firstX) * 16;
                    for (int x = firstX; x < endX; x++, row += c.Cell, cell += 16)
                    {
                        if (present == 16) Unsafe.CopyBlockUnaligned(row, cell, 16 * sizeof(float));
                        else for (int i = 0; i < present; i++) row[i] = cell[i];
                    }
                }
            }
        }
    }

    // Kernels as (panel of 32 outputs, tap, channel, output); returns the number of panels.
    private static int PackKernels(float* w, int depth, int width, int taps, bool turned)
    {
        int panels = (width + RowTile.Lanes - 1) / RowTile.Lanes;
        PackJob job = new()
        {
            From = w,
            Depth = depth,
            Width = width,
            Taps = taps,
            Turned = turned,
            To = (float*)(kernels ??= new()).Reserve((long)panels * taps * depth * RowTile.Lanes * sizeof(float))
        };
        Workers.Run(panels, ref job);
        return panels;
    }

    private struct PackJob : IJob
    {
        public float* From, To;
        public int Depth, Width, Taps;
        public bool Turned;

        public readonly void Run(int panel)
        {
            const int Lanes = RowTile.Lanes;
            int first = panel * Lanes, present = Math.Min(Lanes, this.Width - first);
            float* to = this.To + (long)panel * this.Taps * this.Depth * Lanes, all = (float*)(own ??= new()).Reserve((long)this.Taps * Lanes * sizeof(float));
            new Span<float>(all, this.Taps * Lanes).Clear();
            for (int k = 0; k < this.Depth; k++)
            {
                // (output, channel, tap), or turned (channel, output, tap).
                long at = this.Turned ? ((long)k * this.Width + first) * this.Taps : ((long)first * this.Depth + k) * this.Taps,
                    step = this.Turned ? this.Taps : (long)this.Depth * this.Taps;
                long after = (long)this.Depth * this.Width * this.Taps - at - (present - 1) * step - this.Taps;
                Transposition.Run(this.From + at, step, present, this.Taps, all, Lanes, (int)Math.Min(after, 16));
                for (int tap = 0; tap < this.Taps; tap++)
                    Unsafe.CopyBlockUnaligned(to + ((long)tap * this.Depth + k) * Lanes, all + tap * Lanes, Lanes * sizeof(float));
            }
        }
    }

    // Some positions of the output × 32 outputs.
    private struct SumJob : IJob
    {
        public Canvas Canvas;
        public float* From, Kernels, To;
        public OutputParts Parts;
        public Segment* Segments;
        public int Count, Depth, Out, Panels, Taps;           // of segments, of their terms, …
        public int Batch, Rows, Columns, StepY, StepX;        // positions, and how far apart they lie on the canvas
        public int Height, Width, EveryY, EveryX;             // the planes that are written, and every how many-th cell

        public readonly int Jobs => (int)(((long)this.Batch * this.Rows * this.Columns + PositionsAJob - 1) / PositionsAJob) * this.Panels;

        public readonly void Run(int job)
        {
            const int Lanes = RowTile.Lanes;
            int panel = job % this.Panels, area = this.Rows * this.Columns, first = job / this.Panels * PositionsAJob,
                count = Math.Min(PositionsAJob, this.Batch * area - first);
            float* sums = (float*)(own ??= new()).Reserve(2L * PositionsAJob * Lanes * sizeof(float)), turned = sums + PositionsAJob * Lanes;
            float* kernels = this.Kernels + (long)panel * this.Taps * this.Depth * Lanes;
            float** rows = stackalloc float*[RowTile.Rows];
            int picture = first / area, y = first % area / this.Columns, x = first % this.Columns;
            RowSum sum = new(StepA: 1, Lanes, this.Depth, Add: false);
            for (int p = 0; p < count; p += RowTile.Rows)
            {
                for (int i = 0; i < RowTile.Rows; i++)
                {
                    if (p + i >= count)
                    {
                        rows[i] = rows[i - 1];
                        continue;
                    }
                    rows[i] = this.From + picture * this.Canvas.Elements + this.Canvas.At(y * this.StepY, x * this.StepX);
                    if (++x < this.Columns) continue;
                    x = 0;
                    if (++y < this.Rows) continue;
                    y = 0;
                    picture++;
                }
                RowTile.Run(rows, kernels, sum, this.Segments, this.Count, sums + p * Lanes, Lanes);
            }
            // Back to channels first, picture by picture.
            int present = Math.Min(Lanes, this.Out - panel * Lanes);
            long plane = (long)this.Height * this.Width;
            for (int p = 0; p < count;)
            {
                picture = (first + p) / area;
                int at = (first + p) % area, some = Math.Min(count - p, area - at);
                float* to = this.To + ((long)picture * this.Out + panel * Lanes) * plane;
                if (this.EveryX == 1 && this.EveryY == 1)
                {
                    Transposition.Run(sums + p * Lanes, Lanes, some, present, to + at, plane);
                    this.Parts.Done(to + at, present, plane, some);
                }
                else
                {
                    Transposition.Run(sums + p * Lanes, Lanes, some, present, turned, PositionsAJob);
                    for (int o = 0; o < present; o++) this.Spread(turned + o * PositionsAJob, at, some, to + o * plane);
                }
                p += some;
            }
        }

        private readonly void Spread(float* from, int at, int count, float* to)
        {
            int y = at / this.Columns, x = at % this.Columns;
            while (count > 0)
            {
                int some = Math.Min(count, this.Columns - x);
                float* row = to + (long)y * this.EveryY * this.Width + x * this.EveryX;
                for (int i = 0; i < some; i++) row[i * this.EveryX] = from[i];
                from += some;
                count -= some;
                x = 0;
                y++;
            }
        }
    }
}
