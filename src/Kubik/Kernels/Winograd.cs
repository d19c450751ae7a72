// Convolution of 3 × 3 kernels, stride 1, by Winograd's minimal filtering (Lavin and Gray 2015): pictures are cut into
// tiles that overlap by two cells, tiles and kernels are transformed, and for every cell of the transformed tile there is one
// matrix product, tiles × channels times channels × outputs. F(4×4) needs a quarter of the multiplications, F(2×2) 4/9.
//
// 1. Each picture's channels, 16 at a time, are laid out with the channel last and their tiles transformed: V, tiles in
//    blocks, inside a block (cell, tile, channel).
// 2. A job takes a block of tiles and 32 outputs. Kernels are transformed for all jobs at once when there are several
//    blocks of tiles, else inside the job, so many channels at a time that they stay in the cache: transformed kernels are four times
//    as large, and writing them to memory would cost more than the products. Then for every cell tiles of 8 × 32, and the result is transformed back.
//
// The gradient of the input is the same with kernels turned by 180° and their channels exchanged. Bound by the FMA units
// from about 128 channels on, below by the transforms (L2).

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

/// <summary>The sizes of one convolution: of the input, of its margins of zeros, and of the output.</summary>
internal readonly record struct PlaneSizes(int Batch, int In, int Out, int Height, int Width, int PadY, int PadX, int OutY, int OutX);

internal static unsafe partial class Winograd
{
    private const int MostTiles = 128;          // of a block
    private const int DepthAtOnce = 64;         // channels whose kernels a job transforms at once
    private const long MostElements = 1L << 19; // of transformed pictures at a time, for every thread: they stay in L2

    [ThreadStatic] private static Scratch? pictures, kernels, own;

    /// <summary>y = x ∗ w for w (out, in, 3, 3); or, turned, x ∗ᵀ w for w (in, out, 3, 3).</summary>
    public static void Convolve(in PlaneSizes s, float* x, float* w, bool turned, float* y, OutputParts parts)
    {
        if (UsesLargeTiles(s.OutY, s.OutX)) Convolve<Winograd4>(s, x, w, turned, y, parts);
        else Convolve<Winograd2>(s, x, w, turned, y, parts);
    }

    /// <summary>Tiles that outputs are cut into, and whether these are the large ones.</summary>
    public static (long Count, bool Large) Tiles(int batch, int height, int width)
    {
        int side = UsesLargeTiles(height, width) ? Winograd4.Side : Winograd2.Side;
        return ((long)batch * ((height + side - 1) / side) * ((width + side - 1) / side), side == Winograd4.Side);
    }

    // Whichever needs fewer products.
    private static bool UsesLargeTiles(int height, int width) =>
        36L * ((height + 3) / 4) * ((width + 3) / 4) < 16L * ((height + 1) / 2) * ((width + 1) / 2);

    private static void Convolve<TWinograd>(in PlaneSizes s, float* x, float* w, bool turned, float* y, OutputParts parts) where TWinograd : struct, IWinograd
    {
        if (s.Batch == 0) return;
        TileGrid all = new(s.OutY, s.OutX, TWinograd.Side, s.Batch);
        int cells = all.Cells * all.Cells, pictureTiles = all.Rows * all.Columns;
        // An output's sum is whole in one chunk of pictures: how many there are may depend on the threads.
        int atOnce = all.Count <= MostTiles ? s.Batch : (int)Math.Clamp(MostElements * Workers.Count / ((long)cells * pictureTiles * Padded(s.In)), 1, s.Batch);
        atOnce = Evenly(s.Batch, atOnce);
        int panels = (s.Out + RowTile.Lanes - 1) / RowTile.Lanes;
        KernelSource source = new(w, s.In, s.Out, turned);
        float* u = null;
        if (all.Count > MostTiles)
        {
            u = (float*)(kernels ??= new()).Reserve(panels * KernelElements(cells, s.In) * sizeof(float));
            KernelJob<TWinograd> job = new() { From = source, To = u };
            Workers.Run(panels, ref job);
        }
        for (int first = 0; first < s.Batch; first += atOnce)
        {
            TileGrid grid = all with { Batch = Math.Min(atOnce, s.Batch - first) };
            Blocks v = new(grid, s.In, MostTiles);
            v = v.At((float*)(pictures ??= new()).Reserve(v.Elements * sizeof(float)));
            Transform<TWinograd>(grid, v, x + (long)first * s.In * s.Height * s.Width, s.In, s.Height, s.Width, s.PadY, s.PadX, arriving: false);
            ProductJob<TWinograd> product = new()
            {
                Grid = grid,
                V = v,
                U = u,
                Source = source,
                In = s.In,
                Out = s.Out,
                Panels = panels,
                Y = y + (long)first * s.Out * s.OutY * s.OutX,
                OutY = s.OutY,
                OutX = s.OutX,
                Parts = parts
            };
            Workers.Run(panels * v.Count, ref product);
        }
    }

    // So many cut into pieces of nearly equal size, as few as can be: threads that share them end together.
    private static int Evenly(int count, int most)
    {
        int pieces = (count + most - 1) / most;
        return (count + pieces - 1) / pieces;
    }

    private static int Padded(int channels) => (channels + 15) / 16 * 16;

    // A cell's matrix is followed by a line of memory that nobody uses: powers of 2 would put all cells of a tile into one set of the cache.
    private static long CellElements(int rows, int columns) => (long)rows * columns + 16;

    private static long KernelElements(int cells, int depth) => cells * CellElements(depth, RowTile.Lanes);

    /// <summary>How outputs are cut into tiles.</summary>
    private readonly record struct TileGrid(int OutY, int OutX, int Side, int Batch)
    {
        public int Rows => (this.OutY + this.Side - 1) / this.Side;

        public int Columns => (this.OutX + this.Side - 1) / this.Side;

        /// <summary>Cells along a tile of the input.</summary>
        public int Cells => this.Side + 2;

        public int Count => this.Batch * this.Rows * this.Columns;
    }

    /// <summary>Transformed tiles: blocks of them, inside a block (cell, tile, channel).</summary>
    private readonly struct Blocks
    {
        public readonly int Tiles, Size, Channels, Columns;
        public readonly long Cell, Block;
        private readonly float* data;

        public Blocks(TileGrid grid, int channels, int most)
        {
            this.Tiles = grid.Count;
            this.Channels = Padded(channels);
            this.Columns = this.Channels + 16; // off the powers of 2 here too
            this.Size = (Evenly(this.Tiles, most) + RowTile.Rows - 1) / RowTile.Rows * RowTile.Rows;
            this.Cell = CellElements(this.Size, this.Columns);
            this.Block = grid.Cells * grid.Cells * this.Cell;
        }

        private Blocks(in Blocks other, float* data)
        {
            this = other;
            this.data = data;
        }

        public Blocks At(float* memory) => new(this, memory);

        public int Count => (this.Tiles + this.Size - 1) / this.Size;

        public long Elements => this.Count * this.Block;

        public float* Tile(int tile) => this.data + tile / this.Size * this.Block + (long)(tile % this.Size) * this.Columns;
    }

    private static void Transform<TWinograd>(TileGrid grid, Blocks to, float* from, int channels, int height, int width, int padY, int padX, bool arriving)
        where TWinograd : struct, IWinograd
    {
        PictureJob<TWinograd> job = new()
        { Grid = grid, To = to, From = from, Channels = channels, Height = height, Width = width, PadY = padY, PadX = padX, Arriving = arriving };
        Workers.Run(grid.Batch * (to.Channels / 16), ref job);
    }

    // 16 channels of one picture.
    private struct PictureJob<TWinograd> : IJob where TWinograd : struct, IWinograd
    {
        public TileGrid Grid;
        public Blocks To;
        public float* From;
        public int Channels, Height, Width, PadY, PadX;
        public bool Arriving;

        public readonly void Run(int job)
        {
            int blocks = this.To.Channels / 16, picture = job / blocks, channel = job % blocks * 16, present = Math.Min(16, this.Channels - channel);
            int margin = this.Arriving ? 0 : 2, side = this.Grid.Side, n = this.Grid.Cells;
            ChannelBlock canvas = new(this.Grid.Rows * side + margin, this.Grid.Columns * side + margin, this.PadY, this.PadX);
            float* padded = (float*)(own ??= new()).Reserve(((long)canvas.Elements + ChannelBlock.Spare(this.Height, this.Width)) * sizeof(float));
            canvas.Fill(this.From + ((long)picture * this.Channels + channel) * this.Height * this.Width, present, this.Height, this.Width, padded,
                padded + canvas.Elements);
            int tile = picture * this.Grid.Rows * this.Grid.Columns;
            for (int i = 0; i < this.Grid.Rows; i++)
            {
                for (int j = 0; j < this.Grid.Columns; j++, tile++)
                {
                    Square square = new(padded + (long)i * side * canvas.Row + j * side * 16, canvas.Row, 16, this.To.Tile(tile) + channel, n * this.To.Cell,
                        this.To.Cell, 16);
                    if (this.Arriving) TWinograd.Arriving(square);
                    else TWinograd.Picture(square);
                }
            }
        }
    }

    /// <summary>The kernels, as (in, out) whichever way they lie.</summary>
    private readonly struct KernelSource(float* w, int depth, int width, bool turned)
    {
        /// <summary>Channels that are summed over.</summary>
        public int Depth => depth;

        /// <summary>Transforms the kernels from so many channels, beginning at k, to 32 outputs: (cell, channel, output).</summary>
        [SkipLocalsInit]
        public void Transform<TWinograd>(int panel, int k, int count, float* to) where TWinograd : struct, IWinograd
        {
            const int Lanes = RowTile.Lanes, AtOnce = 16;
            float* taps = stackalloc float[AtOnce * 9 * Lanes];
            int o = panel * Lanes, present = Math.Min(Lanes, width - o), n = TWinograd.Side + 2;
            long cell = CellElements(count, Lanes);
            if (present < Lanes) new Span<float>(taps, AtOnce * 9 * Lanes).Clear();
            for (int first = 0; first < count; first += AtOnce)
            {
                int some = Math.Min(AtOnce, count - first);
                if (turned)
                {
                    for (int i = 0; i < some; i++)
                    {
                        long at = ((long)(k + first + i) * width + o) * 9, after = (long)depth * width * 9 - at - present * 9L;
                        Transposition.Run(w + at, 9, present, 9, taps + i * 9 * Lanes, Lanes, (int)Math.Min(after, 16));
                    }
                }
                else
                {
                    Transposition.Run(w + ((long)o * depth + k + first) * 9, depth * 9L, present, some * 9, taps, Lanes);
                }
                for (int i = 0; i < some; i++)
                {
                    float* from = taps + i * 9 * Lanes, at = to + (long)(first + i) * Lanes;
                    TWinograd.Kernel(turned ? new Square(from + 8 * Lanes, -3 * Lanes, -Lanes, at, n * cell, cell, Lanes)
                        : new Square(from, 3 * Lanes, Lanes, at, n * cell, cell, Lanes));
                }
            }
        }
    }

    private struct KernelJob<TWinograd> : IJob where TWinograd : struct, IWinograd
    {
        public KernelSource From;
        public float* To;

        public readonly void Run(int panel)
        {
            int n = TWinograd.Side + 2;
            this.From.Transform<TWinograd>(panel, 0, this.From.Depth, this.To + panel * KernelElements(n * n, this.From.Depth));
        }
    }

    // A block of tiles × 32 outputs.
    private struct ProductJob<TWinograd> : IJob where TWinograd : struct, IWinograd
    {
        public TileGrid Grid;
        public Blocks V;
        public float* U, Y;
        public OutputParts Parts;
        public KernelSource Source;
        public int In, Out, Panels, OutY, OutX;

        public readonly void Run(int job)
        {
            int panel = job % this.Panels, first = job / this.Panels * this.V.Size, tiles = Math.Min(this.V.Size, this.V.Tiles - first);
            int n = this.Grid.Cells, cells = n * n, atOnce = this.U is null ? Math.Min(DepthAtOnce, this.In) : this.In;
            long cell = CellElements(this.V.Size, RowTile.Lanes), elements = this.U is null ? KernelElements(cells, atOnce) : 0;
            float* products = (float*)(own ??= new()).Reserve((cells * cell + elements) * sizeof(float)), u = products + cells * cell;
            float** rows = stackalloc float*[RowTile.Rows];
            Segment start = default;
            for (int k = 0; k < this.In; k += atOnce)
            {
                int count = Math.Min(atOnce, this.In - k);
                if (this.U is null) this.Source.Transform<TWinograd>(panel, k, count, u);
                else u = this.U + panel * KernelElements(cells, this.In);
                RowSum sum = new(StepA: 1, StepB: RowTile.Lanes, count, Add: k > 0);
                for (int c = 0; c < cells; c++)
                {
                    float* b = u + c * CellElements(count, RowTile.Lanes);
                    for (int t = 0; t < tiles; t += RowTile.Rows)
                    {
                        for (int i = 0; i < RowTile.Rows; i++) rows[i] = this.V.Tile(first + Math.Min(t + i, tiles - 1)) + c * this.V.Cell + k;
                        RowTile.Run(rows, b, sum, &start, 1, products + c * cell + (long)t * RowTile.Lanes, RowTile.Lanes);
                    }
                }
            }
            int pictureTiles = this.Grid.Rows * this.Grid.Columns;
            for (int t = 0; t < tiles;)
            {
                int begin = first + t, end = Math.Min(first + tiles, (begin / pictureTiles + 1) * pictureTiles);
                for (; first + t < end; t++) this.Write(first + t, panel * RowTile.Lanes, products + (long)t * RowTile.Lanes, cell);
                this.Done(begin, end, panel * RowTile.Lanes);
            }
        }

        // Says that tiles of one picture and 32 outputs are final: all whole rows of tiles between them at once, what is left row by row.
        private readonly void Done(int begin, int end, int output)
        {
            if (!this.Parts.IsWanted) return;
            int columns = this.Grid.Columns, side = this.Grid.Side, picture = begin / (this.Grid.Rows * columns), start = picture * this.Grid.Rows * columns;
            for (int tile = begin - start, last = end - start; tile < last;)
            {
                int row = tile / columns, x = tile % columns, whole = x > 0 ? 0 : (last - tile) / columns,
                    some = whole > 0 ? whole * columns : Math.Min(columns - x, last - tile);
                int y = row * side, height = Math.Min(Math.Max(1, whole) * side, this.OutY - y), width = Math.Min((x + some) * side, this.OutX) - x * side;
                float* to = this.Y + (((long)picture * this.Out + output) * this.OutY + y) * this.OutX + x * side;
                int present = Math.Min(RowTile.Lanes, this.Out - output);
                long plane = (long)this.OutY * this.OutX;
                if (whole > 0) this.Parts.Done(to, present, plane, height * this.OutX);
                else for (int i = 0; i < height; i++) this.Parts.Done(to + (long)i * this.OutX, present, plane, width);
                tile += some;
            }
        }

        // One tile of 32 outputs: transformed back, turned to channels first, and what lies inside the picture written.
        [SkipLocalsInit]
        private readonly void Write(int tile, int output, float* products, long cell)
        {
            int side = this.Grid.Side, n = this.Grid.Cells, tilesY = this.Grid.Rows, tilesX = this.Grid.Columns;
            int picture = tile / (tilesY * tilesX), y = tile / tilesX % tilesY * side, x = tile % tilesX * side;
            int height = Math.Min(side, this.OutY - y), width = Math.Min(side, this.OutX - x);
            float* values = stackalloc float[16 * 16], turned = stackalloc float[16 * 16];
            for (int lane = 0; lane < RowTile.Lanes && output + lane < this.Out; lane += 16)
            {
                TWinograd.Result(new Square(products + lane, n * cell, cell, values, side * 16, 16, 16));
                Transposition.Run(values, 16, side * side, 16, turned, side * side);
                for (int o = 0; o < Math.Min(16, this.Out - output - lane); o++)
                {
                    float* to = this.Y + (((long)picture * this.Out + output + lane + o) * this.OutY + y) * this.OutX + x, from = turned + o * side * side;
                    for (int i = 0; i < height; i++, to += this.OutX, from += side)
                    {
                        if (width == 4) Unsafe.CopyBlockUnaligned(to, from, 4 * sizeof(float));
                        else for (int j = 0; j < width; j++) to[j] = from[j];
                    }
                }
            }
        }
    }
}
