// Convolution of every channel by itself ("depthwise": as many groups as channels). 16 channels of a picture are laid out with
// the channel last; then a cell of the kernel is one vector, and so is a cell of the picture, whatever the stride. The
// gradient of the input goes by phases of the stride, as in ChannelsLast. The gradient of the kernel sums 9 of its
// cells at a time over a channel's pictures in order. Bound by memory and by turning the planes, not by arithmetic.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class Depthwise
{
    private const int Lanes = ChannelBlock.Lanes, TapsAtOnce = 9, MostTaps = 1 << 16;
    private const double MostElements = 1 << 26; // of 16 channels of a picture

    [ThreadStatic] private static Scratch? own, kernels;

    /// <summary>y = x ∗ w for w (channels, 1, kh, kw).</summary>
    public static void Forward(in Convolution.Geometry g, float* x, float* w, float* y, OutputParts parts)
    {
        if (DepthwiseSquare.Fits(g))
        {
            DepthwiseSquare.Forward(g, x, w, y, parts);
            return;
        }
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        int taps = v.Kernel * h.Kernel, blocks = (g.Groups + Lanes - 1) / Lanes;
        PlaneJob job = new()
        {
            Canvas = ConvolutionCanvas(v, h),
            W = Pack(w, g.Groups, taps, phases: 1, out Tap* list),
            Taps = list,
            Kernel = taps,
            Channels = g.Groups,
            Blocks = blocks,
            From = x,
            Height = v.Size,
            Width = h.Size,
            To = y,
            Parts = parts,
            OutY = v.Positions,
            OutX = h.Positions,
            StepY = v.Stride,
            StepX = h.Stride,
            EveryY = 1,
            EveryX = 1,
            Phases = 1,
            PhasesX = 1,
        };
        for (int tap = 0; tap < taps; tap++) list[tap] = new(tap, (tap / h.Kernel * v.Dilation * job.Canvas.Columns + tap % h.Kernel * h.Dilation) * Lanes);
        list[taps] = Tap.None;
        Workers.Run(g.Batch * blocks, ref job);
    }

    /// <summary>dx = dy ∗ᵀ w.</summary>
    public static void InputGradient(in Convolution.Geometry g, float* dy, float* w, float* dx, OutputParts parts)
    {
        if (DepthwiseSquare.Fits(g))
        {
            DepthwiseSquare.InputGradient(g, dy, w, dx, parts);
            return;
        }
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        int lowY = v.Reach.Low, lowX = h.Reach.Low, taps = v.Kernel * h.Kernel, blocks = (g.Groups + Lanes - 1) / Lanes;
        int phasesX = Math.Min(h.Stride, h.Size), phases = Math.Min(v.Stride, v.Size) * phasesX;
        PlaneJob job = new()
        {
            Canvas = new ChannelBlock(v.PhaseCanvas, h.PhaseCanvas, -lowY, -lowX),
            W = Pack(w, g.Groups, taps, phases, out Tap* list),
            Taps = list,
            Kernel = taps,
            Channels = g.Groups,
            Blocks = blocks,
            From = dy,
            Height = v.Positions,
            Width = h.Positions,
            To = dx,
            Parts = parts,
            OutY = v.Size,
            OutX = h.Size,
            StepY = 1,
            StepX = 1,
            EveryY = v.Stride,
            EveryX = h.Stride,
            Phases = phases,
            PhasesX = phasesX,
        };
        for (int phase = 0; phase < phases; phase++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                int fromY = phase / phasesX + v.Begin - tap / h.Kernel * v.Dilation, fromX = phase % phasesX + h.Begin - tap % h.Kernel * h.Dilation;
                if (fromY % v.Stride == 0 && fromX % h.Stride == 0)
                    *list++ = new(tap, ((fromY / v.Stride - lowY) * job.Canvas.Columns + fromX / h.Stride - lowX) * Lanes);
            }
            *list++ = Tap.None;
        }
        Workers.Run(g.Batch * blocks, ref job);
    }

    /// <summary>dw (channels, 1, kh, kw) from x and dy.</summary>
    public static void WeightGradient(in Convolution.Geometry g, float* x, float* dy, float* dw)
    {
        if (DepthwiseSquare.Fits(g))
        {
            DepthwiseSquare.WeightGradient(g, x, dy, dw);
            return;
        }
        KernelJob job = new() { Canvas = ConvolutionCanvas(g.Y, g.X), V = g.Y, H = g.X, Channels = g.Groups, Batch = g.Batch, X = x, DY = dy, DW = dw };
        Workers.Run((g.Groups + Lanes - 1) / Lanes, ref job);
    }

    private static ChannelBlock ConvolutionCanvas(AxisWindow v, AxisWindow h) =>
        new(v.Canvas, h.Canvas, v.Begin, h.Begin);

    /// <summary>Whether 16 channels of a picture with its margins are few enough to be copied, and the phases few enough to be listed.</summary>
    public static bool Fits(in Convolution.Geometry g, ConvolutionPart part)
    {
        (AxisWindow v, AxisWindow h) = (g.Y, g.X);
        double canvas = part == ConvolutionPart.Input ? (double)v.PhaseCanvas * h.PhaseCanvas : (double)v.Canvas * h.Canvas;
        double phases = part == ConvolutionPart.Input ? (double)Math.Min(v.Stride, v.Size) * Math.Min(h.Stride, h.Size) : 1;
        return canvas * Lanes <= MostElements && phases * v.Kernel * h.Kernel <= MostTaps;
    }

    // Kernels as (block of channels, tap, channel), and room for the taps of all phases, each ended by none.
    private static float* Pack(float* w, int channels, int taps, int phases, out Tap* list)
    {
        int blocks = (channels + Lanes - 1) / Lanes;
        float* packed = (float*)(kernels ??= new()).Reserve((long)blocks * taps * Lanes * sizeof(float) + ((long)taps + phases) * sizeof(Tap));
        list = (Tap*)(packed + (long)blocks * taps * Lanes);
        new Span<float>(packed, blocks * taps * Lanes).Clear();
        for (int block = 0; block < blocks; block++)
            Transposition.Run(w + (long)block * Lanes * taps, taps, Math.Min(Lanes, channels - block * Lanes), taps,
                packed + (long)block * taps * Lanes, Lanes);
        return packed;
    }

    // A cell of the kernel and what it sees, from a position's own place on the canvas.
    private readonly record struct Tap(int Index, int Shift)
    {
        public static Tap None => new(-1, 0);
    }

    // 16 channels of one picture.
    private struct PlaneJob : IJob
    {
        public ChannelBlock Canvas;
        public float* From, W, To;
        public OutputParts Parts;
        public Tap* Taps;
        public int Kernel, Channels, Blocks, Height, Width, OutY, OutX, StepY, StepX, EveryY, EveryX, Phases, PhasesX;

        public readonly void Run(int job)
        {
            int picture = job / this.Blocks, block = job % this.Blocks, present = Math.Min(Lanes, this.Channels - block * Lanes);
            long plane = (long)picture * this.Channels + block * Lanes;
            int area = this.OutY * this.OutX;
            float* canvas = (float*)(own ??= new())
                .Reserve(((long)this.Canvas.Elements + Math.Max(ChannelBlock.Spare(this.Height, this.Width), area * Lanes)) * sizeof(float)),
                y = canvas + this.Canvas.Elements;
            this.Canvas.Fill(this.From + plane * this.Height * this.Width, present, this.Height, this.Width, canvas, y);
            Tap* taps = this.Taps;
            for (int phase = 0; phase < this.Phases; phase++)
            {
                int count = 0, ry = phase / this.PhasesX, rx = phase % this.PhasesX;
                while (taps[count].Index >= 0) count++;
                float* w = this.W + (long)block * this.Kernel * Lanes;
                for (int i = 0, oy = ry; oy < this.OutY; i++, oy += this.EveryY)
                {
                    float* from = canvas + (long)i * this.StepY * this.Canvas.Row, to = y + ((long)oy * this.OutX + rx) * Lanes;
                    int columns = (this.OutX - rx + this.EveryX - 1) / this.EveryX;
                    if (Vector512.IsHardwareAccelerated) Line<Lanes512<float>>(taps, count, w, from, this.StepX * Lanes, to, this.EveryX * Lanes, columns);
                    else if (Vector256.IsHardwareAccelerated) Line<Lanes256<float>>(taps, count, w, from, this.StepX * Lanes, to, this.EveryX * Lanes, columns);
                    else Line<Lanes128<float>>(taps, count, w, from, this.StepX * Lanes, to, this.EveryX * Lanes, columns);
                }
                taps += count + 1;
            }
            Transposition.Run(y, Lanes, area, present, this.To + plane * area, area);
            this.Parts.Done(this.To + plane * area, present, area, area);
        }

        // A row of positions, 4 at a time.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Line<TLanes>(Tap* taps, int count, float* w, float* from, int step, float* to, int every, int columns)
            where TLanes : struct, ILanes<TLanes, float>
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
            {
                int x = 0;
                float* p = from + lane, q = to + lane;
                for (; x <= columns - 4; x += 4, p += 4 * step, q += 4 * every)
                {
                    TLanes a = default, b = default, c = default, d = default;
                    for (int i = 0; i < count; i++)
                    {
                        TLanes k = TLanes.Load(w + taps[i].Index * Lanes + lane);
                        float* cell = p + taps[i].Shift;
                        a = TLanes.MultiplyAdd(TLanes.Load(cell), k, a);
                        b = TLanes.MultiplyAdd(TLanes.Load(cell + step), k, b);
                        c = TLanes.MultiplyAdd(TLanes.Load(cell + 2 * step), k, c);
                        d = TLanes.MultiplyAdd(TLanes.Load(cell + 3 * step), k, d);
                    }
                    TLanes.Store(a, q);
                    TLanes.Store(b, q + every);
                    TLanes.Store(c, q + 2 * every);
                    TLanes.Store(d, q + 3 * every);
                }
                for (; x < columns; x++, p += step, q += every)
                {
                    TLanes a = default;
                    for (int i = 0; i < count; i++) a = TLanes.MultiplyAdd(TLanes.Load(p + taps[i].Shift), TLanes.Load(w + taps[i].Index * Lanes + lane), a);
                    TLanes.Store(a, q);
                }
            }
        }
    }

    // 16 channels, over the batch in order.
    private struct KernelJob : IJob
    {
        public ChannelBlock Canvas;
        public AxisWindow V, H;
        public int Channels, Batch;
        public float* X, DY, DW;

        public readonly void Run(int block)
        {
            int taps = this.V.Kernel * this.H.Kernel, room = (taps + TapsAtOnce - 1) / TapsAtOnce * TapsAtOnce,
                present = Math.Min(Lanes, this.Channels - block * Lanes);
            int area = this.V.Positions * this.H.Positions, spare = ChannelBlock.Spare(this.V.Size, this.H.Size);
            float* sums = (float*)(own ??= new()).Reserve(((long)room * Lanes + this.Canvas.Elements + area * Lanes + spare) * sizeof(float)),
                canvas = sums + room * Lanes, dy = canvas + this.Canvas.Elements, flat = dy + area * Lanes;
            new Span<float>(sums, room * Lanes).Clear();
            if (present < Lanes) new Span<float>(dy, area * Lanes).Clear();
            for (int b = 0; b < this.Batch; b++)
            {
                long plane = (long)b * this.Channels + block * Lanes;
                this.Canvas.Fill(this.X + plane * this.V.Size * this.H.Size, present, this.V.Size, this.H.Size, canvas, flat);
                Transposition.Run(this.DY + plane * area, area, present, area, dy, Lanes);
                for (int tap = 0; tap < taps; tap += TapsAtOnce)
                {
                    if (Vector512.IsHardwareAccelerated) this.Add<Lanes512<float>>(canvas, dy, tap, sums + tap * Lanes);
                    else if (Vector256.IsHardwareAccelerated) this.Add<Lanes256<float>>(canvas, dy, tap, sums + tap * Lanes);
                    else this.Add<Lanes128<float>>(canvas, dy, tap, sums + tap * Lanes);
                }
            }
            Transposition.Run(sums, Lanes, taps, present, this.DW + (long)block * Lanes * taps, taps);
        }

        // 9 cells of the kernel from one on, over all positions of a picture; pictures are summed apart, for the sake of the last digits.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Add<TLanes>(float* canvas, float* dy, int tap, float* sums) where TLanes : struct, ILanes<TLanes, float>
        {
            int* at = stackalloc int[TapsAtOnce];
            for (int i = 0; i < TapsAtOnce; i++)
            {
                int t = Math.Min(tap + i, this.V.Kernel * this.H.Kernel - 1);
                at[i] = (t / this.H.Kernel * this.V.Dilation * this.Canvas.Columns + t % this.H.Kernel * this.H.Dilation) * Lanes;
            }
            int step = this.H.Stride * Lanes;
            long row = (long)this.V.Stride * this.Canvas.Row;
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
            {
                float* s = sums + lane, e = dy + lane;
                TLanes s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default;
                for (int y = 0; y < this.V.Positions; y++)
                {
                    float* p = canvas + y * row + lane, p0 = p + at[0], p1 = p + at[1], p2 = p + at[2], p3 = p + at[3], p4 = p + at[4], p5 = p + at[5],
                        p6 = p + at[6], p7 = p + at[7], p8 = p + at[8];
                    for (nint x = 0, end = (nint)this.H.Positions * step; x < end; x += step, e += Lanes)
                    {
                        TLanes g = TLanes.Load(e);
                        s0 = TLanes.MultiplyAdd(TLanes.Load(p0 + x), g, s0);
                        s1 = TLanes.MultiplyAdd(TLanes.Load(p1 + x), g, s1);
                        s2 = TLanes.MultiplyAdd(TLanes.Load(p2 + x), g, s2);
                        s3 = TLanes.MultiplyAdd(TLanes.Load(p3 + x), g, s3);
                        s4 = TLanes.MultiplyAdd(TLanes.Load(p4 + x), g, s4);
                        s5 = TLanes.MultiplyAdd(TLanes.Load(p5 + x), g, s5);
                        s6 = TLanes.MultiplyAdd(TLanes.Load(p6 + x), g, s6);
                        s7 = TLanes.MultiplyAdd(TLanes.Load(p7 + x), g, s7);
                        s8 = TLanes.MultiplyAdd(TLanes.Load(p8 + x), g, s8);
                    }
                }
                TLanes.Store(TLanes.Load(s) + s0, s);
                TLanes.Store(TLanes.Load(s + Lanes) + s1, s + Lanes);
                TLanes.Store(TLanes.Load(s + 2 * Lanes) + s2, s + 2 * Lanes);
                TLanes.Store(TLanes.Load(s + 3 * Lanes) + s3, s + 3 * Lanes);
                TLanes.Store(TLanes.Load(s + 4 * Lanes) + s4, s + 4 * Lanes);
                TLanes.Store(TLanes.Load(s + 5 * Lanes) + s5, s + 5 * Lanes);
                TLanes.Store(TLanes.Load(s + 6 * Lanes) + s6, s + 6 * Lanes);
                TLanes.Store(TLanes.Load(s + 7 * Lanes) + s7, s + 7 * Lanes);
                TLanes.Store(TLanes.Load(s + 8 * Lanes) + s8, s + 8 * Lanes);
            }
        }
    }
}
