// The gradient of the kernels with channels last: the rows of a tile are 8 cells of a kernel (channel, tap), each a pointer
// into the copied picture; the lanes are 32 outputs; the sum goes over the positions, an output row at a segment. Outputs
// lie in panels of 32 channels, so that what arrives is read in order. A job owns its part of the gradient and goes over the positions
// in chunks that stay in L1, in order: the bits do not depend on threads.

namespace Kubik.Kernels;

internal static unsafe partial class ChannelsLast
{
    private const int GroupsAJob = 9;      // of 8 cells of the kernel
    private const int PositionsAtOnce = 256;

    [ThreadStatic] private static Scratch? arriving, gradients;

    /// <summary>dw (out, in, kh, kw) from x and dy.</summary>
    public static void WeightGradient(in Convolution.Geometry g, float* x, float* dy, float* dw)
    {
        const int Lanes = RowTile.Lanes;
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        Canvas canvas = OfInput(g);
        int area = v.Positions * h.Positions, panels = (g.Out + Lanes - 1) / Lanes, cells = g.Channels * v.Kernel * h.Kernel;
        int groups = (cells + RowTile.Rows - 1) / RowTile.Rows, parts = (groups + GroupsAJob - 1) / GroupsAJob;
        int atOnce = (int)Math.Clamp(MostElements / (canvas.Elements + (long)area * panels * Lanes), 1, g.Batch);
        float* sums = (float*)(gradients ??= new()).Reserve((long)panels * groups * RowTile.Rows * Lanes * sizeof(float));
        // Rows of positions lie one after the other on the canvas when there is nothing between them.
        bool merged = v.Stride * canvas.Columns == h.Positions * h.Stride && canvas.Rows == v.Positions * v.Stride;
        int most = merged ? (int)(((long)atOnce * area + PositionsAtOnce - 1) / PositionsAtOnce) : atOnce * v.Positions;
        Segment* segments = (Segment*)(segmentMemory ??= new()).Reserve((long)most * sizeof(Segment));
        for (int first = 0; first < g.Batch; first += atOnce)
        {
            int count = Math.Min(atOnce, g.Batch - first);
            float* copied = (float*)(pictures ??= new()).Reserve(count * canvas.Elements * sizeof(float));
            float* e = (float*)(arriving ??= new()).Reserve((long)count * area * panels * Lanes * sizeof(float));
            Copy(canvas, x + (long)first * g.Channels * v.Size * h.Size, count, v.Size, h.Size, v.Begin, h.Begin, copied);
            PanelJob panel = new() { From = dy + (long)first * g.Out * area, To = e, Out = g.Out, Area = area, Batch = count };
            Workers.Run(count * panels, ref panel);
            int lines = merged ? count * area : count * v.Positions;
            if (!merged)
            {
                for (int i = 0; i < lines; i++) segments[i] = new(i / v.Positions * canvas.Elements + canvas.At(i % v.Positions * v.Stride, 0), (long)i * h.Positions * Lanes);
            }
            CellJob job = new()
            {
                Canvas = canvas,
                X = copied,
                E = e,
                Segments = segments,
                Lines = lines,
                Terms = h.Positions,
                Merged = merged,
                StepX = h.Stride,
                Y = v,
                H = h,
                Cells = cells,
                Groups = groups,
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
        public Canvas Canvas;
        public float* X, E, Sums, DW;
        public Segment* Segments;
        public AxisWindow Y, H;
        public int Lines, Terms, StepX, Cells, Groups, Parts, Out;
        public long PanelElements;
        public bool Merged, IsFirst, IsLast;

        public readonly void Run(int job)
        {
            const int Lanes = RowTile.Lanes, Rows = RowTile.Rows;
            int panel = job / this.Parts, firstGroup = job % this.Parts * GroupsAJob, endGroup = Math.Min(firstGroup + GroupsAJob, this.Groups);
            float* e = this.E + panel * this.PanelElements, sums = this.Sums + (long)panel * this.Groups * Rows * Lanes;
            float** rows = stackalloc float*[Rows];
            int taps = this.Y.Kernel * this.H.Kernel, atOnce = this.Merged ? PositionsAtOnce : Math.Max(1, PositionsAtOnce / this.Terms);
            for (int line = 0; line < this.Lines; line += atOnce)
            {
                int some = Math.Min(atOnce, this.Lines - line);
                Segment merged = new((long)line * this.StepX * this.Canvas.Cell, (long)line * Lanes);
                RowSum sum = new((long)this.StepX * this.Canvas.Cell, Lanes, this.Merged ? some : this.Terms, Add: line > 0 || !this.IsFirst);
                for (int group = firstGroup; group < endGroup; group++)
                {
                    for (int i = 0; i < Rows; i++)
                    {
                        int cell = Math.Min(group * Rows + i, this.Cells - 1), tap = cell % taps;
                        rows[i] = this.X + this.Canvas.At(tap / this.H.Kernel * this.Y.Dilation, tap % this.H.Kernel * this.H.Dilation) + cell / taps;
                    }
                    float* to = sums + (long)group * Rows * Lanes;
                    if (this.Merged) RowTile.Run(rows, e, sum, &merged, 1, to, Lanes);
                    else RowTile.Run(rows, e, sum, this.Segments + line, some, to, Lanes);
                }
            }
            if (!this.IsLast) return;
            int first = firstGroup * Rows, count = Math.Min(endGroup * Rows, this.Cells) - first;
            Transposition.Run(sums + (long)first * Lanes, Lanes, count, Math.Min(Lanes, this.Out - panel * Lanes), this.DW + (long)panel * Lanes * this.Cells + first, this.Cells);
        }
    }
}
