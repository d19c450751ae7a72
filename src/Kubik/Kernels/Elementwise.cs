// The one loop under every elementwise op: N strided inputs, one contiguous output. Axes that lie on one line in all
// inputs are merged first, so that most calls become a single run. A run is cut into tiles; an input that is not
// dense along the run is gathered (or, when it repeats one element, filled) into a small buffer on the stack, so that
// an op's mathematics only ever sees dense spans. Where runs are short a tile holds several: what is dense is taken as it
// lies, what is not is brought together run by run, and what every run repeats (a bias) once for all tiles. An input that is
// dense along another axis (a transposed one) is turned block by block.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

internal static unsafe class Elementwise
{
    private const int MaxInputs = 3;
    private const int JobElements = 16384; // what one job works on; fixed, so that results never depend on threads
    private const int TileElements = 512;  // what is gathered at once: fits L1 for three inputs of 8 bytes
    private const int ShortRun = 128;      // shorter runs share a tile
    private const int BlockElements = 8192, BlockColumns = 256, BlockRows = 32; // of a block that is turned: 32 KB of floats, at least two lines of each column
    private const int LeastTurned = 16;    // elements of either axis below which a block is not worth it

    [ThreadStatic] private static Scratch? turned;

    /// <summary>Computes y = f(x…) by an op's kernel; inputs broadcast to y's shape.</summary>
    public static void Run(IElementwise op, ReadOnlySpan<Tensor> x, Tensor y) => op.Kernel(x[0].DType, y.DType).Run(x, y);

    /// <summary>Computes y = f(x…) with f's mathematics and attributes in a tile; inputs broadcast to y's shape.</summary>
    public static void Run<TTile>(TTile tile, ReadOnlySpan<Tensor> x, Tensor y) where TTile : struct, IStatefulTile
    {
        if (y.Count == 0) return;
        Walk<TTile> walk = default;
        walk.Tile = tile;
        walk.Inputs = x.Length;
        walk.OutputSize = y.DType.ByteSize;
        walk.Plan(x, y.Shape);
        fixed (byte* p0 = x[0].Bytes, p1 = x.Length > 1 ? x[1].Bytes : default, p2 = x.Length > 2 ? x[2].Bytes : default, py = y.Bytes)
        {
            walk.Base[0] = (long)p0 + (long)x[0].Layout.Offset * walk.Sizes[0];
            if (x.Length > 1) walk.Base[1] = (long)p1 + (long)x[1].Layout.Offset * walk.Sizes[1];
            if (x.Length > 2) walk.Base[2] = (long)p2 + (long)x[2].Layout.Offset * walk.Sizes[2];
            walk.Y = py + (long)y.Layout.Offset * walk.OutputSize;
            walk.Count = y.Count;
            int jobs = walk.Jobs;
            if (y.Count > JobElements) Workers.Run(jobs, ref walk);
            else for (int job = 0; job < jobs; job++) walk.Run(job);
        }
        foreach (Tensor input in x) GC.KeepAlive(input);
        GC.KeepAlive(y);
    }

    /// <summary>Copies x, broadcast and strided as it may be, into the contiguous y.</summary>
    public static void Copy(Tensor x, Tensor y) => CopyKernel(y.DType.ByteSize).Run([x], y);

    /// <summary>Copies elements of so many bytes.</summary>
    public static TileKernel CopyKernel(int size) => size switch
    {
        1 => TileKernel.Of<CopyTile<byte>>(),
        2 => TileKernel.Of<CopyTile<short>>(),
        4 => TileKernel.Of<CopyTile<int>>(),
        _ => TileKernel.Of<CopyTile<long>>(),
    };

    /// <summary>Copies x into the view y of the same shape; the elements of both may lie apart.</summary>
    public static void CopyInto(Tensor x, Tensor y)
    {
        if (y.Count == 0) return;
        int size = y.DType.ByteSize, last = y.Rank - 1, row = y.Rank == 0 ? 1 : y.Shape[last];
        (int fromStep, int toStep) = y.Rank == 0 ? (1, 1) : (x.Layout.Strides[last], y.Layout.Strides[last]);
        fixed (byte* px = x.Bytes, py = y.Bytes)
        {
            for (int r = 0, rows = y.Count / row; r < rows; r++)
            {
                long source = x.Layout.Offset, target = y.Layout.Offset;
                for (int axis = last - 1, index = r; axis >= 0; axis--)
                {
                    int at = index % y.Shape[axis];
                    source += (long)at * x.Layout.Strides[axis];
                    target += (long)at * y.Layout.Strides[axis];
                    index /= y.Shape[axis];
                }
                byte* from = px + source * size, to = py + target * size;
                if (fromStep == 1 && toStep == 1)
                    Unsafe.CopyBlockUnaligned(to, from, (uint)(row * size));
                else
                    for (int i = 0; i < row; i++) Unsafe.CopyBlockUnaligned(to + (long)i * toStep * size, from + (long)i * fromStep * size, (uint)size);
            }
        }
        GC.KeepAlive(x);
    }

    /// <summary>Fills a contiguous tensor with zero bytes.</summary>
    public static void Clear(Tensor y) => y.Bytes.Slice(y.Layout.Offset * y.DType.ByteSize, y.Count * y.DType.ByteSize).Clear();

    private readonly struct CopyTile<T> : ITile where T : unmanaged
    {
        public static bool IsCopy => true;

        public static void Run(byte** x, byte* y, int count) => new ReadOnlySpan<T>(x[0], count).CopyTo(new Span<T>(y, count));
    }

    private struct Walk<TTile> : IJob where TTile : struct, IStatefulTile
    {
        public TTile Tile;
        public int Inputs, OutputSize, Rank, Count;
        private int cross; // the axis along which some input is dense that is not so along the innermost; −1 when blocks are not worth it
        public byte* Y;
        public fixed long Base[MaxInputs];
        public fixed int Sizes[MaxInputs];
        public fixed int Axis[Shape.MaxRank];
        public fixed int Stride[MaxInputs * Shape.MaxRank];

        // Merges the axes of y that every input walks in one line; what is left has the innermost axis last.
        public void Plan(ReadOnlySpan<Tensor> x, Shape shape)
        {
            Span<int> full = stackalloc int[MaxInputs * Shape.MaxRank];
            for (int k = 0; k < x.Length; k++)
            {
                this.Sizes[k] = x[k].DType.ByteSize;
                Shape own = x[k].Shape;
                for (int i = 1; i <= own.Rank; i++)
                    full[k * Shape.MaxRank + shape.Rank - i] = own[^i] == 1 ? 0 : x[k].Layout.Strides[^i];
            }
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                int size = shape[axis];
                if (size == 1) continue;
                bool merge = this.Rank > 0;
                for (int k = 0; k < x.Length && merge; k++)
                    merge = this.Stride[k * Shape.MaxRank + this.Rank - 1] == full[k * Shape.MaxRank + axis] * size;
                int to = merge ? this.Rank - 1 : this.Rank++;
                this.Axis[to] = merge ? this.Axis[to] * size : size;
                for (int k = 0; k < x.Length; k++)
                    this.Stride[k * Shape.MaxRank + to] = full[k * Shape.MaxRank + axis];
            }
            if (this.Rank == 0) (this.Rank, this.Axis[0]) = (1, 1);
            this.cross = -1;
            for (int k = 0; k < x.Length && this.Axis[this.Rank - 1] >= LeastTurned; k++)
            {
                if (this.Stride[k * Shape.MaxRank + this.Rank - 1] is 0 or 1) continue;
                for (int axis = 0; axis < this.Rank - 1; axis++)
                    if (this.Stride[k * Shape.MaxRank + axis] == 1 && this.Axis[axis] >= LeastTurned) this.cross = axis;
            }
        }

        public readonly int Jobs => this.cross < 0
            ? (int)(((long)this.Count + JobElements - 1) / JobElements)
            : this.Count / this.Axis[this.cross] / this.Axis[this.Rank - 1] * Blocks(this.Axis[this.cross], this.BlockHeight) * Blocks(this.Axis[this.Rank - 1],
                BlockColumns);

        private readonly int BlockHeight => Math.Max(BlockRows, BlockElements / Math.Min(this.Axis[this.Rank - 1], BlockColumns) / BlockRows * BlockRows);

        private static int Blocks(int size, int block) => (size + block - 1) / block;

        [SkipLocalsInit]
        public readonly void Run(int job)
        {
            if (this.cross >= 0)
            {
                this.Block(job);
                return;
            }
            byte* gathered = stackalloc byte[MaxInputs * TileElements * 8];
            int inner = this.Axis[this.Rank - 1], at = job * JobElements, end = at + Math.Min(JobElements, this.Count - at);
            if (inner > ShortRun || this.Rank == 1 || inner == 1)
            {
                this.Long(at, end, gathered);
                return;
            }
            int from = Math.Min(end, (at + inner - 1) / inner * inner), to = Math.Max(from, end / inner * inner);
            this.Long(at, from, gathered); // to the first run that is whole, and from the last one
            this.Short(from, to, gathered);
            this.Long(to, end, gathered);
        }

        private readonly void Long(int at, int end, byte* gathered)
        {
            long* filled = stackalloc long[MaxInputs];
            byte** from = stackalloc byte*[MaxInputs];
            byte** tile = stackalloc byte*[MaxInputs];
            int inner = this.Axis[this.Rank - 1];
            bool dense = true;
            for (int k = 0; k < this.Inputs; k++)
            {
                filled[k] = 0;
                dense &= this.Stride[k * Shape.MaxRank + this.Rank - 1] == 1 || (inner == 1);
            }
            while (at < end)
            {
                int row = at / inner, column = at - row * inner;
                int run = Math.Min(inner - column, end - at);
                for (int k = 0; k < this.Inputs; k++) from[k] = this.Address(k, row, column);
                while (run > 0)
                {
                    int count = dense ? run : Math.Min(run, TileElements);
                    for (int k = 0; k < this.Inputs; k++)
                    {
                        int stride = this.Stride[k * Shape.MaxRank + this.Rank - 1], size = this.Sizes[k];
                        if (stride == 1 || count == 1)
                        {
                            tile[k] = from[k];
                        }
                        else
                        {
                            tile[k] = gathered + k * TileElements * 8;
                            if (stride != 0)
                            {
                                Gathering.Gather(tile[k], from[k], stride, size, count);
                            }
                            else if (filled[k] != (long)from[k])
                            {
                                Gathering.Gather(tile[k], from[k], 0, size, Math.Min(inner, TileElements));
                                filled[k] = (long)from[k];
                            }
                        }
                        from[k] += (long)count * stride * size;
                    }
                    this.Tile.Run(tile, this.Y + (long)at * this.OutputSize, count);
                    at += count;
                    run -= count;
                }
            }
        }

        // A rectangle of the innermost axis and the one along which some input is dense: turned, then computed row by row.
        private readonly void Block(int job)
        {
            int last = this.Rank - 1, inner = this.Axis[last], rows = this.Axis[this.cross], most = this.BlockHeight;
            (int rest, int column) = Math.DivRem(job, Blocks(inner, BlockColumns));
            (rest, int row) = Math.DivRem(rest, Blocks(rows, most));
            (row, column) = (row * most, column * BlockColumns);
            int height = Math.Min(most, rows - row), width = Math.Min(BlockColumns, inner - column);
            byte** from = stackalloc byte*[MaxInputs];
            long* steps = stackalloc long[MaxInputs];
            long room = (long)most * Math.Min(BlockColumns, inner) * 8, at = this.Start(-1, rest, row, column), step = 1; // the last two of y, in elements
            byte* blocks = (byte*)(turned ??= new()).Reserve(this.Inputs * room);
            for (int axis = this.cross + 1; axis < this.Rank; axis++) step *= this.Axis[axis];
            bool together = step == width; // one run for all rows
            for (int k = 0; k < this.Inputs; k++)
            {
                int size = this.Sizes[k], along = this.Stride[k * Shape.MaxRank + last], down = this.Stride[k * Shape.MaxRank + this.cross];
                from[k] = (byte*)this.Base[k] + this.Start(k, rest, row, column) * size;
                steps[k] = (long)down * size;
                if (along != 1)
                {
                    byte* block = blocks + k * room;
                    if (size == 4 && down == 1)
                    {
                        if (TTile.IsCopy)
                        {
                            Transposition.Run((float*)from[k], along, width, height, (float*)this.Y + at, step);
                            return;
                        }
                        Transposition.Run((float*)from[k], along, width, height, (float*)block, width);
                    }
                    else
                    {
                        for (int r = 0; r < height; r++) Gathering.Gather(block + (long)r * width * size, from[k] + r * steps[k], along, size, width);
                    }
                    from[k] = block;
                    steps[k] = (long)width * size;
                }
                together &= steps[k] == (long)width * size;
            }
            for (int r = 0, runs = together ? 1 : height; r < runs; r++, at += step)
            {
                this.Tile.Run(from, this.Y + at * this.OutputSize, together ? height * width : width);
                for (int k = 0; k < this.Inputs; k++) from[k] += steps[k];
            }
        }

        // The place of a block's first element in input k, or in the output when k is −1: the other axes count out its number.
        private readonly long Start(int k, int number, int row, int column)
        {
            long place = 0, size = 1;
            for (int axis = this.Rank - 1; axis >= 0; size *= this.Axis[axis--])
            {
                int index = axis == this.Rank - 1 ? column : axis == this.cross ? row : number % this.Axis[axis];
                if (axis != this.Rank - 1 && axis != this.cross) number /= this.Axis[axis];
                place += index * (k < 0 ? size : this.Stride[k * Shape.MaxRank + axis]);
            }
            return place;
        }

        // Whole short runs, as many to a tile as it holds.
        private readonly void Short(int at, int end, byte* gathered)
        {
            byte** tile = stackalloc byte*[MaxInputs];
            int* repeated = stackalloc int[MaxInputs]; // runs that lie in the buffer of an input that is the same in every run
            int inner = this.Axis[this.Rank - 1], most = TileElements / inner;
            if (TTile.IsCopy)
            {
                this.Collect(0, at / inner, (end - at) / inner, this.Y + (long)at * this.OutputSize);
                return;
            }
            for (int k = 0; k < MaxInputs; k++) repeated[k] = 0;
            for (int row = at / inner; at < end;)
            {
                int rows = Math.Min(most, (end - at) / inner);
                for (int k = 0; k < this.Inputs; k++)
                {
                    int size = this.Sizes[k];
                    tile[k] = gathered + k * TileElements * 8;
                    switch (this.Way(k))
                    {
                        case Lie.Dense:
                            tile[k] = (byte*)this.Base[k] + (long)at * size;
                            break;
                        case Lie.Repeated when repeated[k] >= rows:
                            break;
                        default:
                            this.Collect(k, row, rows, tile[k]);
                            repeated[k] = rows;
                            break;
                    }
                }
                this.Tile.Run(tile, this.Y + (long)at * this.OutputSize, rows * inner);
                at += rows * inner;
                row += rows;
            }
        }

        private enum Lie
        {
            Dense,
            Repeated,
            Apart,
        }

        // How an input lies: all elements one after the other, the same in every run, or otherwise.
        private readonly Lie Way(int k)
        {
            bool dense = true, repeated = true;
            for (int axis = this.Rank - 1, size = 1; axis >= 0; size *= this.Axis[axis--])
            {
                int stride = this.Stride[k * Shape.MaxRank + axis];
                dense &= stride == size;
                repeated &= stride == 0 || axis == this.Rank - 1;
            }
            return dense ? Lie.Dense : repeated ? Lie.Repeated : Lie.Apart;
        }

        // Brings runs together: the index of the first is counted out, from there it is counted up.
        private readonly void Collect(int k, int row, int rows, byte* to)
        {
            int inner = this.Axis[this.Rank - 1], size = this.Sizes[k], stride = this.Stride[k * Shape.MaxRank + this.Rank - 1];
            int* index = stackalloc int[Shape.MaxRank];
            long offset = 0;
            for (int axis = this.Rank - 2; axis >= 0; axis--)
            {
                (row, index[axis]) = Math.DivRem(row, this.Axis[axis]);
                offset += (long)index[axis] * this.Stride[k * Shape.MaxRank + axis];
            }
            int next = this.Rank - 2, step = this.Stride[k * Shape.MaxRank + next];
            while (rows > 0)
            {
                int many = Math.Min(rows, this.Axis[next] - index[next]);
                Gathering.Runs(to, (byte*)this.Base[k] + offset * size, stride, size, inner, step, many);
                rows -= many;
                to += (long)many * inner * size;
                index[next] += many - 1;
                offset += (long)(many - 1) * step;
                for (int axis = next; axis >= 0; axis--)
                {
                    int by = this.Stride[k * Shape.MaxRank + axis];
                    offset += by;
                    if (++index[axis] < this.Axis[axis]) break;
                    offset -= (long)by * this.Axis[axis];
                    index[axis] = 0;
                }
            }
        }

        private readonly byte* Address(int k, int row, int column)
        {
            long offset = (long)column * this.Stride[k * Shape.MaxRank + this.Rank - 1];
            for (int axis = this.Rank - 2; axis >= 0; axis--)
            {
                int next = row / this.Axis[axis];
                offset += (long)(row - next * this.Axis[axis]) * this.Stride[k * Shape.MaxRank + axis];
                row = next;
            }
            return (byte*)this.Base[k] + offset * this.Sizes[k];
        }
    }
}
