// Convolution of every channel by itself with 3 × 3 kernels and a margin of 1, stride 1 or 2, in planes as they lie: 16 positions are a vector, and
// what they see nine more (DepthwiseSights.cs), so nothing is turned or padded. For widths of 4, 8 and multiples of 16; Depthwise does the
// rest. The gradient of the input with stride 2 makes four outputs, one for each remainder of row and column, from the four neighbours that reach
// them. Bound by L2: nine multiply-adds a vector take less than fetching and storing it.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kubik.Kernels;

internal static unsafe class DepthwiseSquare
{
    private const int Lanes = SquareSizes.Lanes, Taps = 9;
    private const int ElementsAJob = 1 << 14, ChannelsAJob = 8;

    [ThreadStatic] private static Scratch? own, none;

    /// <summary>Whether windows are of the kind and rows of a width that this is written for.</summary>
    public static bool Fits(in Convolution.Geometry g)
    {
        (int height, int width) = (g.Y.Positions, g.X.Positions);
        return Avx512F.IsSupported && Fits(g.Y) && Fits(g.X) && g.Y.Stride == g.X.Stride
            && (width % Lanes == 0 || (width is 4 or 8 && height * width % Lanes == 0));
    }

    private static bool Fits(AxisWindow axis) => axis is { Kernel: 3, Dilation: 1, Begin: 1, Stride: 1 or 2 } && axis.Positions * axis.Stride == axis.Size;

    /// <summary>y = x ∗ w for w (channels, 1, 3, 3).</summary>
    public static void Forward(in Convolution.Geometry g, float* x, float* w, float* y, OutputParts parts)
    {
        SquareSizes s = new(g.Y.Size, g.X.Size, g.Y.Positions, g.X.Positions);
        if (g.X.Stride == 2) Sum(g, s, new HalvingSight(s, Zeros(s)), x, w, turned: false, y, parts);
        else Stay(g, s, x, w, turned: false, y, parts);
    }

    /// <summary>dx = dy ∗ᵀ w.</summary>
    public static void InputGradient(in Convolution.Geometry g, float* dy, float* w, float* dx, OutputParts parts)
    {
        SquareSizes s = new(g.Y.Positions, g.X.Positions, g.Y.Positions, g.X.Positions);
        if (g.X.Stride == 1) Stay(g, s, dy, w, turned: true, dx, parts);
        else if (s.RowsAVector == 1) Double(g, s, new WideSight(s, Zeros(s)), dy, w, dx, parts);
        else Double(g, s, new PackedSight(s), dy, w, dx, parts);
    }

    /// <summary>dw (channels, 1, 3, 3) from x and dy.</summary>
    public static void WeightGradient(in Convolution.Geometry g, float* x, float* dy, float* dw)
    {
        SquareSizes s = new(g.Y.Size, g.X.Size, g.Y.Positions, g.X.Positions);
        if (g.X.Stride == 2) Gradient(g, s, new HalvingSight(s, Zeros(s)), x, dy, dw);
        else if (s.RowsAVector == 1) Gradient(g, s, new WideSight(s, Zeros(s)), x, dy, dw);
        else Gradient(g, s, new PackedSight(s), x, dy, dw);
    }

    // A row of zeros, and one element more on both sides.
    private static float* Zeros(SquareSizes s)
    {
        float* zeros = (float*)(none ??= new()).Reserve((s.Width + 2L * Lanes) * sizeof(float));
        new Span<float>(zeros, s.Width + 2 * Lanes).Clear();
        return zeros + Lanes;
    }

    private static void Stay(in Convolution.Geometry g, SquareSizes s, float* x, float* w, bool turned, float* y, OutputParts parts)
    {
        if (s.RowsAVector == 1) Sum(g, s, new WideSight(s, Zeros(s)), x, w, turned, y, parts);
        else Sum(g, s, new PackedSight(s), x, w, turned, y, parts);
    }

    private static void Sum<TSight>(in Convolution.Geometry g, SquareSizes s, TSight sight, float* x, float* w, bool turned, float* y, OutputParts parts)
        where TSight : struct, ISight
    {
        PlaneJob<TSight> job = new() { S = s, Sight = sight, From = x, W = w, To = y, Turned = turned, Parts = parts };
        job.Set(g);
        Workers.Run(job.Jobs, ref job);
    }

    private static void Double<TSight>(in Convolution.Geometry g, SquareSizes s, TSight sight, float* dy, float* w, float* dx, OutputParts parts)
        where TSight : struct, ISight
    {
        DoubleJob<TSight> job = new() { S = s, Sight = sight, From = dy, W = w, To = dx, Parts = parts };
        job.Set(g);
        Workers.Run(job.Jobs, ref job);
    }

    private static void Gradient<TSight>(in Convolution.Geometry g, SquareSizes s, TSight sight, float* x, float* dy, float* dw) where TSight : struct, ISight
    {
        KernelJob<TSight> job = new() { S = s, Sight = sight, X = x, DY = dy, DW = dw, Batch = g.Batch, Channels = g.Groups };
        Workers.Run((g.Groups + ChannelsAJob - 1) / ChannelsAJob, ref job);
    }

    // Some planes of all pictures, one after the other.
    private struct PlaneJob<TSight> : IJob where TSight : struct, ISight
    {
        public SquareSizes S;
        public TSight Sight;
        public float* From, W, To;
        public bool Turned;
        public OutputParts Parts;
        private int planes, atOnce, channels;

        public void Set(in Convolution.Geometry g) =>
            (this.channels, this.planes, this.atOnce) = (g.Groups, checked(g.Batch * g.Groups), Math.Max(1, ElementsAJob / (this.S.Height * this.S.Width)));

        public readonly int Jobs => (this.planes + this.atOnce - 1) / this.atOnce;

        public readonly void Run(int job)
        {
            int first = job * this.atOnce, end = Math.Min(first + this.atOnce, this.planes), area = this.S.OutY * this.S.OutX;
            for (int plane = first; plane < end; plane++)
                this.Plane(this.From + (long)plane * this.S.Height * this.S.Width, this.W + (long)(plane % this.channels) * Taps, this.To + (long)plane * area);
            this.Parts.Done(this.To + (long)first * area, end - first, area, area);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Plane(float* x, float* w, float* y)
        {
            (int at, int step) = this.Turned ? (Taps - 1, -1) : (0, 1);
            Vector512<float> w0 = Vector512.Create(w[at]), w1 = Vector512.Create(w[at + step]), w2 = Vector512.Create(w[at + 2 * step]),
                w3 = Vector512.Create(w[at + 3 * step]), w4 = Vector512.Create(w[4]);
            Vector512<float> w5 = Vector512.Create(w[at + 5 * step]), w6 = Vector512.Create(w[at + 6 * step]), w7 = Vector512.Create(w[at + 7 * step]),
                w8 = Vector512.Create(w[at + 8 * step]);
            TSight sight = this.Sight;
            int rows = this.S.OutY, columns = this.S.OutX, rowsAVector = this.S.RowsAVector;
            for (int row = 0; row < rows; row += rowsAVector)
            {
                for (int column = 0; column < columns; column += Lanes, y += Lanes)
                {
                    sight.See(x, row, column, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3,
                        out Vector512<float> v4, out Vector512<float> v5, out Vector512<float> v6, out Vector512<float> v7, out Vector512<float> v8);
                    Vector512<float> a = Vector512.FusedMultiplyAdd(v2, w2, Vector512.FusedMultiplyAdd(v1, w1, v0 * w0));
                    Vector512<float> b = Vector512.FusedMultiplyAdd(v5, w5, Vector512.FusedMultiplyAdd(v4, w4, v3 * w3));
                    Vector512<float> c = Vector512.FusedMultiplyAdd(v8, w8, Vector512.FusedMultiplyAdd(v7, w7, v6 * w6));
                    (a + b + c).Store(y);
                }
            }
        }
    }

    // The gradient of the input with stride 2: some planes of all pictures.
    private struct DoubleJob<TSight> : IJob where TSight : struct, ISight
    {
        public SquareSizes S;
        public TSight Sight;
        public float* From, W, To;
        public OutputParts Parts;
        private int planes, atOnce, channels;

        public void Set(in Convolution.Geometry g) =>
            (this.channels, this.planes, this.atOnce) = (g.Groups, checked(g.Batch * g.Groups), Math.Max(1, ElementsAJob / 4 / (this.S.Height * this.S.Width)));

        public readonly int Jobs => (this.planes + this.atOnce - 1) / this.atOnce;

        public readonly void Run(int job)
        {
            int first = job * this.atOnce, end = Math.Min(first + this.atOnce, this.planes), area = this.S.Height * this.S.Width;
            for (int plane = first; plane < end; plane++)
                this.Plane(this.From + (long)plane * area, this.W + (long)(plane % this.channels) * Taps, this.To + 4L * plane * area);
            this.Parts.Done(this.To + 4L * first * area, end - first, 4L * area, 4 * area);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Plane(float* dy, float* w, float* dx)
        {
            Vector512<float> w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]),
                w4 = Vector512.Create(w[4]);
            Vector512<float> w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]), w8 = Vector512.Create(w[8]);
            TSight sight = this.Sight;
            int rows = this.S.OutY, columns = this.S.OutX, rowsAVector = this.S.RowsAVector, wide = 2 * columns;
            for (int row = 0; row < rows; row += rowsAVector)
            {
                for (int column = 0; column < columns; column += Lanes)
                {
                    sight.See(dy, row, column, out _, out _, out _, out _, out Vector512<float> here, out Vector512<float> right, out _,
                        out Vector512<float> below, out Vector512<float> both);
                    float* to = dx + 2L * row * wide + 2 * column;
                    Join(here * w4, Vector512.FusedMultiplyAdd(right, w3, here * w5), to, columns);
                    Vector512<float> odd =
                        Vector512.FusedMultiplyAdd(both, w0, Vector512.FusedMultiplyAdd(below, w2, Vector512.FusedMultiplyAdd(right, w6, here * w8)));
                    Join(Vector512.FusedMultiplyAdd(below, w1, here * w7), odd, to + wide, columns);
                }
            }
        }

        // Even and odd columns together: 32 of a row, or 16 of this and the next but one, or 8 of four of them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Join(Vector512<float> even, Vector512<float> odd, float* to, int columns)
        {
            Vector512<float> low = Avx512F.PermuteVar16x32x2(even, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), odd);
            Vector512<float> high = Avx512F.PermuteVar16x32x2(even, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), odd);
            if (columns >= Lanes)
            {
                low.Store(to);
                high.Store(to + Lanes);
            }
            else if (columns == 8)
            {
                low.Store(to);
                high.Store(to + 2 * Lanes);
            }
            else
            {
                low.GetLower().Store(to);
                low.GetUpper().Store(to + Lanes);
                high.GetLower().Store(to + 2 * Lanes);
                high.GetUpper().Store(to + 3 * Lanes);
            }
        }
    }

    // Some channels, over the batch in order; pictures are summed apart, for the sake of the last digits.
    private struct KernelJob<TSight> : IJob where TSight : struct, ISight
    {
        public SquareSizes S;
        public TSight Sight;
        public float* X, DY, DW;
        public int Batch, Channels;

        public readonly void Run(int job)
        {
            int first = job * ChannelsAJob, count = Math.Min(ChannelsAJob, this.Channels - first), plane = this.S.Height * this.S.Width,
                area = this.S.OutY * this.S.OutX;
            float* sums = (float*)(own ??= new()).Reserve((long)ChannelsAJob * Taps * Lanes * sizeof(float));
            new Span<float>(sums, count * Taps * Lanes).Clear();
            for (int b = 0; b < this.Batch; b++)
            {
                long at = (long)b * this.Channels + first;
                for (int c = 0; c < count; c++) this.Add(this.X + (at + c) * plane, this.DY + (at + c) * area, sums + c * Taps * Lanes);
            }
            LaneSums.Run(sums, count * Taps, this.DW + (long)first * Taps);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Add(float* x, float* dy, float* sums)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default;
            TSight sight = this.Sight;
            int rows = this.S.OutY, columns = this.S.OutX, rowsAVector = this.S.RowsAVector;
            for (int row = 0; row < rows; row += rowsAVector)
            {
                for (int column = 0; column < columns; column += Lanes, dy += Lanes)
                {
                    sight.See(x, row, column, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3,
                        out Vector512<float> v4, out Vector512<float> v5, out Vector512<float> v6, out Vector512<float> v7, out Vector512<float> v8);
                    Vector512<float> e = Vector512.Load(dy);
                    s0 = Vector512.FusedMultiplyAdd(e, v0, s0);
                    s1 = Vector512.FusedMultiplyAdd(e, v1, s1);
                    s2 = Vector512.FusedMultiplyAdd(e, v2, s2);
                    s3 = Vector512.FusedMultiplyAdd(e, v3, s3);
                    s4 = Vector512.FusedMultiplyAdd(e, v4, s4);
                    s5 = Vector512.FusedMultiplyAdd(e, v5, s5);
                    s6 = Vector512.FusedMultiplyAdd(e, v6, s6);
                    s7 = Vector512.FusedMultiplyAdd(e, v7, s7);
                    s8 = Vector512.FusedMultiplyAdd(e, v8, s8);
                }
            }
            (Vector512.Load(sums) + s0).Store(sums);
            (Vector512.Load(sums + Lanes) + s1).Store(sums + Lanes);
            (Vector512.Load(sums + 2 * Lanes) + s2).Store(sums + 2 * Lanes);
            (Vector512.Load(sums + 3 * Lanes) + s3).Store(sums + 3 * Lanes);
            (Vector512.Load(sums + 4 * Lanes) + s4).Store(sums + 4 * Lanes);
            (Vector512.Load(sums + 5 * Lanes) + s5).Store(sums + 5 * Lanes);
            (Vector512.Load(sums + 6 * Lanes) + s6).Store(sums + 6 * Lanes);
            (Vector512.Load(sums + 7 * Lanes) + s7).Store(sums + 7 * Lanes);
            (Vector512.Load(sums + 8 * Lanes) + s8).Store(sums + 8 * Lanes);
        }
    }
}
