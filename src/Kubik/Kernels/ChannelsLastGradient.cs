// The gradient of the kernels: the rows of a tile are 8 cells of a kernel (channel, tap), each a pointer into the pictures, which
// are copied only where there are margins; the lanes are 32 outputs; the sum goes over the positions, a row of them (or several, where
// nothing lies between) at a segment. What arrives is laid out in panels of 32 outputs, the output last, so that it is read in order. A job owns
// its part of the gradient and goes over the positions in chunks that stay in L1, in order: the bits do not depend on threads.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe partial class ChannelsLast
{
    private const int LeastGroups = 2, MostGroups = 9; // of 8 cells of the kernel: what a job owns
    private const int LeastJobs = 8;
    private const int PositionsAtOnce = 256;

    [ThreadStatic] private static Scratch? arriving, gradients;

    /// <summary>dw (out, in, kh, kw) from x and dy.</summary>
    public static void WeightGradient(in Convolution.Geometry g, float* x, float* dy, float* dw)
    {
        const int Lanes = RowTile.Lanes;
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        bool copies = v.Begin > 0 || h.Begin > 0 || v.Canvas > v.Size || h.Canvas > h.Size;
        Planes planes = copies ? new(g.Channels, v.Canvas, h.Canvas) : new(g.Channels, v.Size, h.Size);
        int area = v.Positions * h.Positions, panels = (g.Out + Lanes - 1) / Lanes, cells = g.Channels * v.Kernel * h.Kernel;
        int groups = (cells + RowTile.Rows - 1) / RowTile.Rows, groupsAJob = Math.Clamp((groups * panels + LeastJobs - 1) / LeastJobs, LeastGroups, MostGroups),
            parts = (groups + groupsAJob - 1) / groupsAJob;
        int atOnce = (int)Math.Clamp(MostElements / ((copies ? planes.Elements : 0) + (long)area * panels * Lanes), 1, g.Batch);
        float* sums = (float*)(gradients ??= new()).Reserve((long)panels * groups * RowTile.Rows * Lanes * sizeof(float));
        int together = planes.Columns * v.Stride == h.Positions * h.Stride ? RowsTogether(v.Positions, h.Positions) : 1, pictureLines = v.Positions / together;
        Segment* segments = (Segment*)(segmentMemory ??= new()).Reserve((long)atOnce * pictureLines * sizeof(Segment));
        for (int i = 0; i < atOnce * pictureLines; i++)
            segments[i] = new(i / pictureLines * planes.Elements + (long)(i % pictureLines) * together * v.Stride * planes.Columns,
                (long)i * together * h.Positions * Lanes);
        for (int first = 0; first < g.Batch; first += atOnce)
        {
            int count = Math.Min(atOnce, g.Batch - first);
            float* seen = x + (long)first * g.Channels * v.Size * h.Size;
            if (copies)
            {
                float* copied = (float*)(pictures ??= new()).Reserve(count * planes.Elements * sizeof(float));
                PlaneJob plane = new() { Planes = planes, From = seen, To = copied, V = v, H = h };
                Workers.Run(count * g.Channels, ref plane);
                seen = copied;
            }
            float* e = (float*)(arriving ??= new()).Reserve((long)count * area * panels * Lanes * sizeof(float));
            PanelJob panel = new() { From = dy + (long)first * g.Out * area, To = e, Out = g.Out, Area = area, Batch = count };
            Workers.Run(count * panels, ref panel);
            CellJob job = new()
            {
                Planes = planes,
                X = seen,
                E = e,
                Segments = segments,
                Lines = count * pictureLines,
                Terms = together * h.Positions,
                StepX = h.Stride,
                Y = v,
                H = h,
                Cells = cells,
                Groups = groups,
                GroupsAJob = groupsAJob,
                Parts = parts,
                Out = g.Out,
                PanelElements = (long)count * area * Lanes,
                Sums = sums,
                DW = dw,
                IsFirst = first == 0,
                IsLast = first + atOnce >= g.Batch,
            };
            Workers.Run(panels * parts, ref job);
        }
    }

    // As many rows of positions as a chunk holds; all segments are equally long.
    private static int RowsTogether(int rows, int columns)
    {
        int together = Math.Clamp(PositionsAtOnce / columns, 1, rows);
        while (rows % together != 0) together--;
        return together;
    }

    /// <summary>Pictures with channels first.</summary>
    private readonly record struct Planes(int Channels, int Rows, int Columns)
    {
        public int Plane => checked(this.Rows * this.Columns);

        public long Elements => (long)this.Channels * this.Plane;
    }

    // One channel of a picture, with its margin of zeros; what no window sees is left out.
    private struct PlaneJob : IJob
    {
        public Planes Planes;
        public float* From, To;
        public AxisWindow V, H;

        public readonly void Run(int job)
        {
            int width = this.Planes.Columns, columns = Math.Min(this.H.Size, width - this.H.Begin), after = width - this.H.Begin - columns;
            float* to = this.To + (long)job * this.Planes.Plane, from = this.From + (long)job * this.V.Size * this.H.Size;
            int rows = Math.Min(this.V.Size, this.Planes.Rows - this.V.Begin);
            if (rows <= 0 || columns <= 0)
            {
                new Span<float>(to, this.Planes.Plane).Clear();
                return;
            }
            new Span<float>(to, this.V.Begin * width).Clear();
            to += this.V.Begin * width;
            for (int row = 0; row < rows; row++, to += width, from += this.H.Size)
            {
                for (int i = 0; i < this.H.Begin; i++) to[i] = 0;
                Unsafe.CopyBlockUnaligned(to + this.H.Begin, from, (uint)columns * sizeof(float));
                for (int i = width - after; i < width; i++) to[i] = 0;
            }
            new Span<float>(to, (this.Planes.Rows - this.V.Begin - rows) * width).Clear();
        }
    }

    // One picture of what arrives, 32 channels: (panel, position, channel).
    private struct PanelJob : IJob
    {
        public float* From, To;
        public int Out, Area, Batch;

        public readonly void Run(int job)
        {
            const int Lanes = RowTile.Lanes;
            int picture = job % this.Batch, panel = job / this.Batch, present = Math.Min(Lanes, this.Out - panel * Lanes);
            float* to = this.To + ((long)panel * this.Batch + picture) * this.Area * Lanes;
            if (present < Lanes) new Span<float>(to, this.Area * Lanes).Clear();
            Transposition.Run(this.From + ((long)picture * this.Out + panel * Lanes) * this.Area, this.Area, present, this.Area, to, Lanes);
        }
    }

    // Some cells of the kernel × 32 outputs.
    private struct CellJob : IJob
    {
        public Planes Planes;
        public float* X, E, Sums, DW;
        public Segment* Segments;
        public AxisWindow Y, H;
        public int Lines, Terms, StepX, Cells, Groups, GroupsAJob, Parts, Out;
        public long PanelElements;
        public bool IsFirst, IsLast;

        public readonly void Run(int job)
        {
            const int Lanes = RowTile.Lanes, Rows = RowTile.Rows;
            int panel = job / this.Parts, firstGroup = job % this.Parts * this.GroupsAJob, endGroup = Math.Min(firstGroup + this.GroupsAJob, this.Groups);
            float* e = this.E + panel * this.PanelElements, sums = this.Sums + (long)panel * this.Groups * Rows * Lanes;
            float** rows = stackalloc float*[Rows];
            int taps = this.Y.Kernel * this.H.Kernel, atOnce = Math.Max(1, PositionsAtOnce / this.Terms);
            for (int line = 0; line < this.Lines; line += atOnce)
            {
                RowSum sum = new(this.StepX, Lanes, this.Terms, Add: line > 0 || !this.IsFirst);
                for (int group = firstGroup; group < endGroup; group++)
                {
                    for (int i = 0; i < Rows; i++)
                    {
                        int cell = Math.Min(group * Rows + i, this.Cells - 1), tap = cell % taps;
                        rows[i] = this.X + (long)(cell / taps) * this.Planes.Plane + (long)(tap / this.H.Kernel) * this.Y.Dilation * this.Planes.Columns
                            + (long)(tap % this.H.Kernel) * this.H.Dilation;
                    }
                    RowTile.Run(rows, e, sum, this.Segments + line, Math.Min(atOnce, this.Lines - line), sums + (long)group * Rows * Lanes, Lanes);
                }
            }
            if (!this.IsLast) return;
            int first = firstGroup * Rows, count = Math.Min(endGroup * Rows, this.Cells) - first;
            Transposition.Run(sums + (long)first * Lanes, Lanes, count, Math.Min(Lanes, this.Out - panel * Lanes),
                this.DW + (long)panel * Lanes * this.Cells + first, this.Cells);
        }
    }
}
