// Convolution of 1 × 1 kernels with stride 1, and its reverse: a matrix product with the pictures as they lie. The lanes of a tile are 32
// positions, its rows 8 outputs, so that neither pictures nor results are ever turned. A job copies the channels of up to 128
// positions into panels of 32 (of several pictures when one is smaller) and multiplies them by all kernels. Bound by the FMA units; the
// copy is a load and a store for as many multiply-adds as there are outputs.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class Pointwise
{
    private const int Lanes = RowTile.Lanes, MostPanels = 4, LeastJobs = 8;

    [ThreadStatic] private static Scratch? kernels, own;

    /// <summary>y = x ∗ w for x (batch, from, area), w (to, from); or, turned, x ∗ᵀ w for w (from, to).</summary>
    public static void Convolve(int batch, int from, int to, int area, float* x, float* w, bool turned, float* y, OutputParts parts)
    {
        if (turned)
        {
            float* rows = (float*)(kernels ??= new()).Reserve((long)from * to * sizeof(float));
            TurnJob turn = new() { From = w, To = rows, Rows = from, Columns = to };
            Workers.Run((to + Lanes - 1) / Lanes, ref turn);
            w = rows;
        }
        int positions = checked(batch * area), panels = (positions + Lanes - 1) / Lanes, atOnce = Math.Clamp(panels / LeastJobs, 1, MostPanels);
        ProductJob job = new() { X = x, W = w, Y = y, Parts = parts, From = from, To = to, Area = area, Positions = positions, Panels = atOnce };
        Workers.Run((panels + atOnce - 1) / atOnce, ref job);
    }

    // 32 columns of the kernels become rows.
    private struct TurnJob : IJob
    {
        public float* From, To;
        public int Rows, Columns;

        public readonly void Run(int job) =>
            Transposition.Run(this.From + job * Lanes, this.Columns, this.Rows, Math.Min(Lanes, this.Columns - job * Lanes),
                this.To + (long)job * Lanes * this.Rows, this.Rows);
    }

    // Some panels of 32 positions, all outputs.
    private struct ProductJob : IJob
    {
        public float* X, W, Y;
        public OutputParts Parts;
        public int From, To, Area, Positions, Panels;

        [SkipLocalsInit]
        public readonly void Run(int job)
        {
            int first = job * this.Panels * Lanes, end = Math.Min(first + this.Panels * Lanes, this.Positions);
            float* copied = (float*)(own ??= new()).Reserve((long)this.Panels * this.From * Lanes * sizeof(float)),
                edge = stackalloc float[RowTile.Rows * Lanes];
            for (int at = first; at < end; at += Lanes) this.Copy(at, Math.Min(Lanes, end - at), copied + (long)(at - first) * this.From);
            float** rows = stackalloc float*[RowTile.Rows];
            Segment start = default;
            RowSum sum = new(StepA: 1, Lanes, this.From, Add: false);
            for (int o = 0; o < this.To; o += RowTile.Rows)
            {
                int height = Math.Min(RowTile.Rows, this.To - o);
                for (int i = 0; i < RowTile.Rows; i++) rows[i] = this.W + (long)Math.Min(o + i, this.To - 1) * this.From;
                for (int at = first; at < end; at += Lanes)
                {
                    float* panel = copied + (long)(at - first) * this.From;
                    if (height == RowTile.Rows && at % this.Area <= this.Area - Lanes)
                    {
                        RowTile.Run(rows, panel, sum, &start, 1, this.Place(at, o), this.Area);
                        continue;
                    }
                    RowTile.Run(rows, panel, sum, &start, 1, edge, Lanes);
                    for (int n = at, last = Math.Min(at + Lanes, end); n < last;)
                    {
                        int some = Math.Min(last - n, this.Area - n % this.Area);
                        float* to = this.Place(n, o), from = edge + (n - at);
                        for (int i = 0; i < height; i++, to += this.Area, from += Lanes) Move(from, to, some);
                        n += some;
                    }
                }
            }
            for (int n = first; n < end;)
            {
                int some = Math.Min(end - n, this.Area - n % this.Area);
                this.Parts.Done(this.Place(n, 0), this.To, this.Area, some);
                n += some;
            }
        }

        // Where a position of an output lies.
        private readonly float* Place(int position, int output) =>
            this.Y + ((long)(position / this.Area) * this.To + output) * this.Area + position % this.Area;

        // A panel: (channel, position).
        private readonly void Copy(int first, int count, float* to)
        {
            if (count < Lanes) new Span<float>(to, this.From * Lanes).Clear();
            for (int n = 0; n < count;)
            {
                int at = (first + n) % this.Area, some = Math.Min(count - n, this.Area - at);
                float* from = this.X + (long)((first + n) / this.Area) * this.From * this.Area + at, cell = to + n;
                for (int c = 0; c < this.From; c++, from += this.Area, cell += Lanes) Move(from, cell, some);
                n += some;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Move(float* from, float* to, int count)
        {
            if (count == Lanes) Unsafe.CopyBlockUnaligned(to, from, Lanes * sizeof(float));
            else if (count == Lanes / 2) Unsafe.CopyBlockUnaligned(to, from, Lanes / 2 * sizeof(float));
            else for (int i = 0; i < count; i++) to[i] = from[i];
        }
    }
}
