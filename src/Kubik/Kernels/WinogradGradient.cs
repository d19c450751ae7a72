// The gradient of 3 × 3 kernels by the transposed algorithm: dg = Gᵀ [Σ over tiles (A dY Aᵀ) ⊙ (Bᵀ d B)] G. Pictures and
// what arrives are transformed as a whole; then for every cell there is one product, channels × tiles times tiles × outputs.
// A job owns 32 outputs and 32 channels. With few tiles it goes 8 channels at a time, all cells after one another, so that
// the transformed gradient never leaves the cache; with many it sums block of tiles after block, in order.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe partial class Winograd
{
    private const int ChannelsAJob = 32;
    private const long ElementsAtOnce = 1L << 20; // of both transformed sides; the order of sums depends on it, so it does not depend on threads

    [ThreadStatic] private static Scratch? arriving;

    /// <summary>dw (out, in, 3, 3) from x and dy.</summary>
    public static void WeightGradient(in PlaneSizes s, float* x, float* dy, float* dw)
    {
        if (UsesLargeTiles(s.OutY, s.OutX)) WeightGradient<Winograd4>(s, x, dy, dw);
        else WeightGradient<Winograd2>(s, x, dy, dw);
    }

    private static void WeightGradient<TWinograd>(in PlaneSizes s, float* x, float* dy, float* dw) where TWinograd : struct, IWinograd
    {
        TileGrid all = new(s.OutY, s.OutX, TWinograd.Side, s.Batch);
        int cells = all.Cells * all.Cells, pictureTiles = all.Rows * all.Columns;
        int atOnce = all.Count <= MostTiles ? s.Batch
            : (int)Math.Clamp(ElementsAtOnce / ((long)cells * pictureTiles * (Padded(s.In) + Padded(s.Out))), 1, s.Batch);
        atOnce = Evenly(s.Batch, atOnce);
        int panels = (s.Out + RowTile.Lanes - 1) / RowTile.Lanes, parts = (s.In + ChannelsAJob - 1) / ChannelsAJob;
        // When pictures come in several chunks, the sums of one have to wait for the next.
        long sums = atOnce < s.Batch ? (long)panels * parts * SumElements(cells, ChannelsAJob) : 0;
        float* waiting = sums == 0 ? null : (float*)(kernels ??= new()).Reserve(sums * sizeof(float));
        for (int first = 0; first < s.Batch; first += atOnce)
        {
            TileGrid grid = all with { Batch = Math.Min(atOnce, s.Batch - first) };
            Blocks v = new(grid, s.In, MostTiles), e = new(grid, s.Out, MostTiles);
            v = v.At((float*)(pictures ??= new()).Reserve(v.Elements * sizeof(float)));
            e = e.At((float*)(arriving ??= new()).Reserve(e.Elements * sizeof(float)));
            Transform<TWinograd>(grid, v, x + (long)first * s.In * s.Height * s.Width, s.In, s.Height, s.Width, s.PadY, s.PadX, arriving: false);
            Transform<TWinograd>(grid, e, dy + (long)first * s.Out * s.OutY * s.OutX, s.Out, s.OutY, s.OutX, 0, 0, arriving: true);
            SumJob<TWinograd> job = new()
            { V = v, E = e, In = s.In, Out = s.Out, Parts = parts, DW = dw, Waiting = waiting, IsFirst = first == 0, IsLast = first + atOnce >= s.Batch };
            Workers.Run(panels * parts, ref job);
        }
    }

    // Sums of some channels and 32 outputs: (channels / 8, cell, 8, output).
    private static long SumElements(int cells, int channels) => channels / RowTile.Rows * cells * CellElements(RowTile.Rows, RowTile.Lanes);

    private struct SumJob<TWinograd> : IJob where TWinograd : struct, IWinograd
    {
        public Blocks V, E;
        public int In, Out, Parts;
        public float* DW, Waiting;
        public bool IsFirst, IsLast;

        public readonly void Run(int job)
        {
            int panel = job / this.Parts, part = job % this.Parts, channel = part * ChannelsAJob, end = Math.Min(channel + ChannelsAJob, this.In);
            int n = TWinograd.Side + 2, cells = n * n;
            long group = cells * CellElements(RowTile.Rows, RowTile.Lanes);
            bool oneGroup = this.Waiting is null && this.V.Count == 1;
            float* sums = this.Waiting is null
                ? (float*)(own ??= new()).Reserve((oneGroup ? group : SumElements(cells, ChannelsAJob)) * sizeof(float))
                : this.Waiting + job * SumElements(cells, ChannelsAJob);
            if (oneGroup)
            {
                for (int c = channel; c < end; c += RowTile.Rows)
                {
                    this.Add(0, panel, c, sums, add: false);
                    this.Write(panel, c, sums);
                }
                return;
            }
            for (int block = 0; block < this.V.Count; block++)
                for (int c = channel; c < end; c += RowTile.Rows)
                    this.Add(block, panel, c, sums + (c - channel) / RowTile.Rows * group, add: block > 0 || !this.IsFirst);
            if (!this.IsLast) return;
            for (int c = channel; c < end; c += RowTile.Rows) this.Write(panel, c, sums + (c - channel) / RowTile.Rows * group);
        }

        // A block of tiles, all cells, 8 channels, 32 outputs.
        private readonly void Add(int block, int panel, int channel, float* sums, bool add)
        {
            int n = TWinograd.Side + 2, tiles = Math.Min(this.V.Size, this.V.Tiles - block * this.V.Size);
            float* v = this.V.Tile(block * this.V.Size) + channel, e = this.E.Tile(block * this.V.Size) + panel * RowTile.Lanes;
            float** rows = stackalloc float*[RowTile.Rows];
            Segment start = default;
            RowSum sum = new(this.V.Columns, this.E.Columns, tiles, add);
            for (int cell = 0; cell < n * n; cell++)
            {
                for (int i = 0; i < RowTile.Rows; i++) rows[i] = v + cell * this.V.Cell + i;
                RowTile.Run(rows, e + cell * this.E.Cell, sum, &start, 1, sums + cell * CellElements(RowTile.Rows, RowTile.Lanes), RowTile.Lanes);
            }
        }

        // 8 channels of 32 outputs: transformed back to 3 × 3 and turned to (output, channel, tap).
        [SkipLocalsInit]
        private readonly void Write(int panel, int channel, float* sums)
        {
            int n = TWinograd.Side + 2, present = Math.Min(RowTile.Rows, this.In - channel), output = panel * RowTile.Lanes;
            long cell = CellElements(RowTile.Rows, RowTile.Lanes);
            float* taps = stackalloc float[RowTile.Rows * 9 * RowTile.Lanes];
            for (int i = 0; i < present; i++)
                TWinograd.KernelGradient(
                    new Square(sums + i * RowTile.Lanes, n * cell, cell, taps + i * 9 * RowTile.Lanes, 3 * RowTile.Lanes, RowTile.Lanes, RowTile.Lanes));
            Transposition.Run(taps, RowTile.Lanes, present * 9, Math.Min(RowTile.Lanes, this.Out - output), this.DW + ((long)output * this.In + channel) * 9,
                this.In * 9L);
        }
    }
}
