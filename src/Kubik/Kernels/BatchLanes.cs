// Convolution with stride 1 of pictures with few channels, 16 pictures of the batch in the lanes of a vector. The pictures
// are laid out with the picture last; then every cell is a vector, every weight a number, and a tile of outputs is a sum of
// cells times broadcast weights: no lane is lost to narrow pictures, to their margins or to few channels. What a window sees of the
// margin above and below is left out of the sum, to the left and right as far as a tile of 4 positions allows.
//
// In registers: 6 (or 4, 2) output channels × 4 (or 2) positions. The gradient of the input is the convolution with kernels turned by 180°.
// Bound by the FMA units, and by turning the pictures, which costs some four cycles a vector.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe partial class BatchLanes
{
    private const int Lanes = ChannelBlock.Lanes, MostOuts = 6, MostPositions = 4;
    private const int BandPositions = 256;       // of a job: their sums stay in L2
    private const long MostElements = 1L << 21;  // of turned pictures at a time

    [ThreadStatic] private static Scratch? pictures, kernels, own;

    /// <summary>Whether this machine has the registers it is written for.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>Vectors that a batch fills, with nothing in the last lanes.</summary>
    public static int Blocks(int batch) => (batch + Lanes - 1) / Lanes;

    /// <summary>y = x ∗ w for w (out, in, kh, kw); or, turned, x ∗ᵀ w for w (in, out, kh, kw).</summary>
    public static void Convolve(in PlaneSizes s, int kernelY, int kernelX, float* x, float* w, bool turned, float* y, OutputParts parts)
    {
        int taps = kernelY * kernelX, groups = (s.Out + MostOuts - 1) / MostOuts;
        float* packed = (float*)(kernels ??= new()).Reserve((long)groups * MostOuts * s.In * taps * sizeof(float));
        for (int o = 0; o < groups * MostOuts; o++)
        {
            int group = o / MostOuts, outs = Outs(s.Out, group);
            if (o % MostOuts >= outs) continue;
            float* to = packed + (long)group * MostOuts * s.In * taps + o % MostOuts;
            for (int k = 0; k < s.In * taps; k++, to += outs)
                *to = o >= s.Out ? 0 : turned ? w[((long)(k / taps) * s.Out + o) * taps + taps - 1 - k % taps] : w[((long)o * s.In * taps) + k];
        }
        ChannelBlock canvas = new(s.Height, s.OutX + kernelX - 1, 0, s.PadX);
        int all = Blocks(s.Batch), atOnce = (int)Math.Clamp(MostElements / ((long)canvas.Elements * s.In), 1, all);
        for (int first = 0; first < all; first += atOnce)
        {
            PlaneSizes part = s with { Batch = Math.Min(s.Batch - first * Lanes, atOnce * Lanes) };
            int blocks = Blocks(part.Batch);
            float* turnedPictures = (float*)(pictures ??= new()).Reserve((blocks * s.In * (long)canvas.Elements + MostPositions * Lanes) * sizeof(float));
            TurnJob turn = new()
            {
                Canvas = canvas,
                From = x + (long)first * Lanes * s.In * s.Height * s.Width,
                To = turnedPictures,
                Batch = part.Batch,
                Channels = s.In,
                Planes = s.In,
                Height = s.Height,
                Width = s.Width
            };
            Workers.Run(blocks * s.In, ref turn);
            int band = Math.Clamp(BandPositions / s.OutX, 1, s.OutY);
            SumJob job = new()
            {
                S = part,
                KernelY = kernelY,
                KernelX = kernelX,
                Canvas = canvas,
                X = turnedPictures,
                W = packed,
                Y = y + (long)first * Lanes * s.Out * s.OutY * s.OutX,
                Parts = parts,
                Groups = groups,
                Band = band,
                Bands = (s.OutY + band - 1) / band,
            };
            Workers.Run(blocks * job.Bands * groups, ref job);
        }
    }

    // Output channels that a group computes: an even number, of which the last may not exist.
    private static int Outs(int outs, int group) => Math.Min(MostOuts, (outs - group * MostOuts + 1) / 2 * 2);

    // One channel of 16 pictures, the picture last.
    private struct TurnJob : IJob
    {
        public ChannelBlock Canvas;
        public float* From, To;
        public int Batch, Channels, Planes, Height, Width; // planes: how many a block has there

        public readonly void Run(int job)
        {
            int block = job / this.Channels, channel = job % this.Channels, area = this.Height * this.Width,
                present = Math.Min(Lanes, this.Batch - block * Lanes);
            float* spare = (float*)(own ??= new()).Reserve((long)ChannelBlock.Spare(this.Height, this.Width) * sizeof(float));
            this.Canvas.Fill(this.From + ((long)block * Lanes * this.Channels + channel) * area, (long)this.Channels * area, present, this.Height, this.Width,
                this.To + ((long)block * this.Planes + channel) * this.Canvas.Elements, spare);
        }
    }

    /// <summary>The shape of a tile.</summary>
    private interface ITile
    {
        static abstract int Outs { get; }

        /// <summary>Positions, or cells of the kernel.</summary>
        static abstract bool IsWide { get; }
    }

    private readonly struct SixOuts : ITile
    {
        public static int Outs => 6;

        public static bool IsWide => true;
    }

    private readonly struct SixOutsNarrow : ITile
    {
        public static int Outs => 6;

        public static bool IsWide => false;
    }

    private readonly struct FourOuts : ITile
    {
        public static int Outs => 4;

        public static bool IsWide => true;
    }

    private readonly struct FourOutsNarrow : ITile
    {
        public static int Outs => 4;

        public static bool IsWide => false;
    }

    private readonly struct TwoOuts : ITile
    {
        public static int Outs => 2;

        public static bool IsWide => true;
    }

    private readonly struct TwoOutsNarrow : ITile
    {
        public static int Outs => 2;

        public static bool IsWide => false;
    }

    // Some rows of positions of up to 6 output channels and 16 pictures.
    private struct SumJob : IJob
    {
        public PlaneSizes S;
        public ChannelBlock Canvas;
        public OutputParts Parts;
        public float* X, W, Y;
        public int KernelY, KernelX, Groups, Band, Bands;

        public readonly void Run(int job)
        {
            int group = job % this.Groups, band = job / this.Groups % this.Bands, block = job / this.Groups / this.Bands, outs = Outs(this.S.Out, group);
            int firstRow = band * this.Band, rows = Math.Min(this.Band, this.S.OutY - firstRow), positions = rows * this.S.OutX;
            long sumsPlane = ((long)positions + MostPositions) * Lanes; // a tile may reach over the end
            float* sums = (float*)(own ??= new()).Reserve(outs * sumsPlane * sizeof(float));
            float* x = this.X + (long)block * this.S.In * this.Canvas.Elements, w = this.W + (long)group * MostOuts * this.S.In * this.KernelY * this.KernelX;
            if (outs == 6) this.Rows<SixOuts, SixOutsNarrow>(x, w, firstRow, rows, sums, sumsPlane);
            else if (outs == 4) this.Rows<FourOuts, FourOutsNarrow>(x, w, firstRow, rows, sums, sumsPlane);
            else this.Rows<TwoOuts, TwoOutsNarrow>(x, w, firstRow, rows, sums, sumsPlane);

            int plane = this.S.OutY * this.S.OutX, output = group * MostOuts, present = Math.Min(Lanes, this.S.Batch - block * Lanes),
                real = Math.Min(outs, this.S.Out - output);
            float* y = this.Y + ((long)block * Lanes * this.S.Out + output) * plane + (long)firstRow * this.S.OutX;
            for (int o = 0; o < real; o++) Transposition.Run(sums + o * sumsPlane, Lanes, positions, present, y + (long)o * plane, (long)this.S.Out * plane);
            for (int n = 0; n < present; n++) this.Parts.Done(y + (long)n * this.S.Out * plane, real, plane, positions);
        }

        private readonly void Rows<TWide, TNarrow>(float* x, float* w, int first, int rows, float* to, long toPlane)
            where TWide : struct, ITile where TNarrow : struct, ITile
        {
            for (int oy = first; oy < first + rows; oy++)
            {
                int lowY = Math.Max(0, this.S.PadY - oy), endY = Math.Min(this.KernelY, this.S.Height + this.S.PadY - oy);
                float* row = x + (long)(oy + lowY - this.S.PadY) * this.Canvas.Row;
                for (int ox = 0; ox < this.S.OutX;)
                {
                    bool wide = this.S.OutX - ox > MostPositions / 2;
                    int some = wide ? MostPositions : MostPositions / 2;
                    // The cells that one position of the tile at least sees inside the picture.
                    int lowX = Math.Max(0, this.S.PadX - (ox + some - 1)), endX = Math.Min(this.KernelX, this.S.Width + this.S.PadX - ox);
                    Cells cells = new(this.S.In, Math.Max(0, endY - lowY), Math.Max(0, endX - lowX), this.Canvas.Elements, this.Canvas.Row,
                        this.KernelY * this.KernelX, this.KernelX);
                    int tap = lowY * this.KernelX + lowX;
                    if (wide) Tile<TWide>(row + (long)(ox + lowX) * Lanes, w + tap * TWide.Outs, cells, to, toPlane);
                    else Tile<TNarrow>(row + (long)(ox + lowX) * Lanes, w + tap * TWide.Outs, cells, to, toPlane);
                    some = Math.Min(some, this.S.OutX - ox);
                    ox += some;
                    to += some * Lanes;
                }
            }
        }

        // Which cells of the kernel are summed, and how far apart planes and rows of the pictures and of the kernel lie.
        private readonly record struct Cells(int Channels, int Rows, int Columns, long Plane, long Row, int KernelPlane, int KernelRow);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Tile<TTile>(float* x, float* w, in Cells cells, float* y, long plane) where TTile : struct, ITile
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
            Vector512<float> e0 = default, e1 = default, e2 = default, e3 = default, f0 = default, f1 = default, f2 = default, f3 = default;
            nint nextX = (nint)cells.Row, nextW = (nint)cells.KernelRow * TTile.Outs;
            int rows = cells.Rows, columns = cells.Columns;
            for (int channel = cells.Channels; channel > 0; channel--, x += cells.Plane, w += (nint)cells.KernelPlane * TTile.Outs)
            {
                float* row = x, kernel = w;
                for (int ky = rows; ky > 0; ky--, row += nextX, kernel += nextW)
                {
                    float* p = row, q = kernel;
                    for (int kx = columns; kx > 0; kx--, p += Lanes, q += TTile.Outs)
                    {
                        Vector512<float> x0 = Vector512.Load(p), x1 = Vector512.Load(p + Lanes), x2 = default, x3 = default, k;
                        if (TTile.IsWide)
                        {
                            x2 = Vector512.Load(p + 2 * Lanes);
                            x3 = Vector512.Load(p + 3 * Lanes);
                        }
                        k = Vector512.Create(q[0]);
                        a0 = Vector512.FusedMultiplyAdd(k, x0, a0);
                        a1 = Vector512.FusedMultiplyAdd(k, x1, a1);
                        if (TTile.IsWide)
                        {
                            a2 = Vector512.FusedMultiplyAdd(k, x2, a2);
                            a3 = Vector512.FusedMultiplyAdd(k, x3, a3);
                        }
                        k = Vector512.Create(q[1]);
                        b0 = Vector512.FusedMultiplyAdd(k, x0, b0);
                        b1 = Vector512.FusedMultiplyAdd(k, x1, b1);
                        if (TTile.IsWide)
                        {
                            b2 = Vector512.FusedMultiplyAdd(k, x2, b2);
                            b3 = Vector512.FusedMultiplyAdd(k, x3, b3);
                        }
                        if (TTile.Outs > 2)
                        {
                            k = Vector512.Create(q[2]);
                            c0 = Vector512.FusedMultiplyAdd(k, x0, c0);
                            c1 = Vector512.FusedMultiplyAdd(k, x1, c1);
                            if (TTile.IsWide)
                            {
                                c2 = Vector512.FusedMultiplyAdd(k, x2, c2);
                                c3 = Vector512.FusedMultiplyAdd(k, x3, c3);
                            }
                            k = Vector512.Create(q[3]);
                            d0 = Vector512.FusedMultiplyAdd(k, x0, d0);
                            d1 = Vector512.FusedMultiplyAdd(k, x1, d1);
                            if (TTile.IsWide)
                            {
                                d2 = Vector512.FusedMultiplyAdd(k, x2, d2);
                                d3 = Vector512.FusedMultiplyAdd(k, x3, d3);
                            }
                        }
                        if (TTile.Outs > 4)
                        {
                            k = Vector512.Create(q[4]);
                            e0 = Vector512.FusedMultiplyAdd(k, x0, e0);
                            e1 = Vector512.FusedMultiplyAdd(k, x1, e1);
                            if (TTile.IsWide)
                            {
                                e2 = Vector512.FusedMultiplyAdd(k, x2, e2);
                                e3 = Vector512.FusedMultiplyAdd(k, x3, e3);
                            }
                            k = Vector512.Create(q[5]);
                            f0 = Vector512.FusedMultiplyAdd(k, x0, f0);
                            f1 = Vector512.FusedMultiplyAdd(k, x1, f1);
                            if (TTile.IsWide)
                            {
                                f2 = Vector512.FusedMultiplyAdd(k, x2, f2);
                                f3 = Vector512.FusedMultiplyAdd(k, x3, f3);
                            }
                        }
                    }
                }
            }
            Store<TTile>(y, a0, a1, a2, a3);
            Store<TTile>(y + plane, b0, b1, b2, b3);
            if (TTile.Outs > 2)
            {
                Store<TTile>(y + 2 * plane, c0, c1, c2, c3);
                Store<TTile>(y + 3 * plane, d0, d1, d2, d3);
            }
            if (TTile.Outs > 4)
            {
                Store<TTile>(y + 4 * plane, e0, e1, e2, e3);
                Store<TTile>(y + 5 * plane, f0, f1, f2, f3);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<TTile>(float* y, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3)
            where TTile : struct, ITile
        {
            v0.Store(y);
            v1.Store(y + Lanes);
            if (!TTile.IsWide) return;
            v2.Store(y + 2 * Lanes);
            v3.Store(y + 3 * Lanes);
        }
    }
}
