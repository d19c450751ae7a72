// The gradient of the kernels with 16 pictures of the batch in the lanes of a vector: for each output and each cell of the
// kernel the sum over positions of what arrives times what the cell sees. In registers: 4 (or 2) outputs × 5 cells, each a
// pointer into the turned pictures. A job owns up to 4 outputs of one block of pictures; then blocks are added, in order, and
// lanes: the bits do not depend on threads.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe partial class BatchLanes
{
    private const int OutsATile = 4, CellsATile = 5;

    [ThreadStatic] private static Scratch? arriving, gradients;

    /// <summary>dw (out, in, kh, kw) from x and dy.</summary>
    public static void WeightGradient(in PlaneSizes s, int kernelY, int kernelX, float* x, float* dy, float* dw)
    {
        int cells = s.In * kernelY * kernelX, area = s.OutY * s.OutX, outs = (s.Out + 1) / 2 * 2; // of which the last may not exist: nobody reads its sums
        ChannelBlock canvas = new(s.OutY + kernelY - 1, s.OutX + kernelX - 1, s.PadY, s.PadX), plane = new(s.OutY, s.OutX, 0, 0);
        long outSums = (cells + CellsATile - 1) / CellsATile * CellsATile * (long)Lanes, pictureElements = (long)canvas.Elements * s.In,
            arrivingElements = (long)plane.Elements * outs;
        int all = Blocks(s.Batch), atOnce = (int)Math.Clamp(MostElements / (pictureElements + arrivingElements + outs * outSums), 1, all);
        for (int first = 0; first < all; first += atOnce)
        {
            int batch = Math.Min(s.Batch - first * Lanes, atOnce * Lanes), blocks = Blocks(batch);
            float* copied = (float*)(pictures ??= new()).Reserve(blocks * pictureElements * sizeof(float));
            float* e = (float*)(arriving ??= new()).Reserve(blocks * arrivingElements * sizeof(float));
            float* sums = (float*)(gradients ??= new()).Reserve(blocks * outs * outSums * sizeof(float));
            TurnJob turn = new()
            {
                Canvas = canvas,
                From = x + (long)first * Lanes * s.In * s.Height * s.Width,
                To = copied,
                Batch = batch,
                Channels = s.In,
                Planes = s.In,
                Height = s.Height,
                Width = s.Width
            };
            Workers.Run(blocks * s.In, ref turn);
            turn = new()
            {
                Canvas = plane,
                From = dy + (long)first * Lanes * s.Out * area,
                To = e,
                Batch = batch,
                Channels = s.Out,
                Planes = outs,
                Height = s.OutY,
                Width = s.OutX
            };
            Workers.Run(blocks * s.Out, ref turn);
            CellJob job = new()
            {
                Canvas = canvas,
                X = copied,
                E = e,
                Sums = sums,
                OutSums = outSums,
                Channels = s.In,
                KernelY = kernelY,
                KernelX = kernelX,
                Outs = outs,
                Groups = (outs + OutsATile - 1) / OutsATile,
                Rows = s.OutY,
                Columns = s.OutX,
            };
            Workers.Run(blocks * job.Groups, ref job);
            LaneJob lanes = new() { From = sums, Blocks = blocks, Block = outs * outSums, OutSums = outSums, Cells = cells, DW = dw, Add = first > 0 };
            Workers.Run(s.Out, ref lanes);
        }
    }

    // 4 or 2 outputs of 16 pictures, all cells.
    private struct CellJob : IJob
    {
        public ChannelBlock Canvas;
        public float* X, E, Sums;
        public long OutSums;
        public int Channels, KernelY, KernelX, Outs, Groups, Rows, Columns;

        public readonly void Run(int job)
        {
            int block = job / this.Groups, output = job % this.Groups * OutsATile, taps = this.KernelY * this.KernelX, cells = this.Channels * taps;
            float* x = this.X + (long)block * this.Channels * this.Canvas.Elements,
                e = this.E + ((long)block * this.Outs + output) * this.Rows * this.Columns * Lanes;
            float* sums = this.Sums + ((long)block * this.Outs + output) * this.OutSums;
            float** seen = stackalloc float*[CellsATile];
            for (int cell = 0; cell < cells; cell += CellsATile, sums += CellsATile * Lanes)
            {
                for (int i = 0; i < CellsATile; i++)
                {
                    int k = Math.Min(cell + i, cells - 1), tap = k % taps;
                    seen[i] = x + (long)(k / taps) * this.Canvas.Elements + tap / this.KernelX * this.Canvas.Row + tap % this.KernelX * Lanes;
                }
                if (this.Outs - output >= OutsATile) this.Tile<FourOuts>(seen, e, sums);
                else this.Tile<TwoOuts>(seen, e, sums);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Tile<TTile>(float** seen, float* e, float* sums) where TTile : struct, ITile
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, b0 = default, b1 = default, b2 = default, b3 = default,
                b4 = default;
            Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, d0 = default, d1 = default, d2 = default, d3 = default,
                d4 = default;
            float* p0 = seen[0], p1 = seen[1], p2 = seen[2], p3 = seen[3], p4 = seen[4];
            nint wide = (nint)this.Columns * Lanes, plane = this.Rows * wide, row = this.Canvas.Row;
            float* q0 = e, q1 = e + plane, q2 = TTile.Outs > 2 ? q1 + plane : q1, q3 = TTile.Outs > 2 ? q2 + plane : q1;
            nint at = 0;
            for (int y = this.Rows; y > 0; y--, at += row - wide)
            {
                float* end = q0 + wide;
                for (; q0 < end; q0 += Lanes, q1 += Lanes, at += Lanes)
                {
                    Vector512<float> x0 = Vector512.Load(p0 + at), x1 = Vector512.Load(p1 + at), x2 = Vector512.Load(p2 + at), x3 = Vector512.Load(p3 + at),
                        x4 = Vector512.Load(p4 + at);
                    Vector512<float> g = Vector512.Load(q0);
                    a0 = Vector512.FusedMultiplyAdd(g, x0, a0);
                    a1 = Vector512.FusedMultiplyAdd(g, x1, a1);
                    a2 = Vector512.FusedMultiplyAdd(g, x2, a2);
                    a3 = Vector512.FusedMultiplyAdd(g, x3, a3);
                    a4 = Vector512.FusedMultiplyAdd(g, x4, a4);
                    g = Vector512.Load(q1);
                    b0 = Vector512.FusedMultiplyAdd(g, x0, b0);
                    b1 = Vector512.FusedMultiplyAdd(g, x1, b1);
                    b2 = Vector512.FusedMultiplyAdd(g, x2, b2);
                    b3 = Vector512.FusedMultiplyAdd(g, x3, b3);
                    b4 = Vector512.FusedMultiplyAdd(g, x4, b4);
                    if (TTile.Outs <= 2) continue;
                    g = Vector512.Load(q2);
                    c0 = Vector512.FusedMultiplyAdd(g, x0, c0);
                    c1 = Vector512.FusedMultiplyAdd(g, x1, c1);
                    c2 = Vector512.FusedMultiplyAdd(g, x2, c2);
                    c3 = Vector512.FusedMultiplyAdd(g, x3, c3);
                    c4 = Vector512.FusedMultiplyAdd(g, x4, c4);
                    g = Vector512.Load(q3);
                    d0 = Vector512.FusedMultiplyAdd(g, x0, d0);
                    d1 = Vector512.FusedMultiplyAdd(g, x1, d1);
                    d2 = Vector512.FusedMultiplyAdd(g, x2, d2);
                    d3 = Vector512.FusedMultiplyAdd(g, x3, d3);
                    d4 = Vector512.FusedMultiplyAdd(g, x4, d4);
                    q2 += Lanes;
                    q3 += Lanes;
                }
            }
            Store(sums, a0, a1, a2, a3, a4);
            Store(sums + this.OutSums, b0, b1, b2, b3, b4);
            if (TTile.Outs <= 2) return;
            Store(sums + 2 * this.OutSums, c0, c1, c2, c3, c4);
            Store(sums + 3 * this.OutSums, d0, d1, d2, d3, d4);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(float* to, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3, Vector512<float> v4)
        {
            v0.Store(to);
            v1.Store(to + Lanes);
            v2.Store(to + 2 * Lanes);
            v3.Store(to + 3 * Lanes);
            v4.Store(to + 4 * Lanes);
        }
    }

    // One output: blocks of pictures added in order, then lanes, 16 cells at a time.
    private struct LaneJob : IJob
    {
        public float* From, DW;
        public long Block, OutSums;
        public int Blocks, Cells;
        public bool Add;

        [SkipLocalsInit]
        public readonly void Run(int output)
        {
            float* sums = stackalloc float[Lanes * Lanes];
            for (int cell = 0; cell < this.Cells; cell += Lanes)
            {
                int count = Math.Min(Lanes, this.Cells - cell);
                for (int i = 0; i < count; i++)
                {
                    float* from = this.From + output * this.OutSums + (long)(cell + i) * Lanes;
                    Vector512<float> sum = Vector512.Load(from);
                    for (int block = 1; block < this.Blocks; block++) sum += Vector512.Load(from + block * this.Block);
                    sum.Store(sums + i * Lanes);
                }
                LaneSums.Run(sums, count, this.DW + (long)output * this.Cells + cell, this.Add);
            }
        }
    }
}
