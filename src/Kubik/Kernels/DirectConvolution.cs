// Convolution with stride 1 of pictures with few channels, where a matrix product would be too narrow to be fast. A
// picture is copied into a padded one, a plane a channel, whose rows lie one after the other. There the cell (ky, kx) of a
// window is a shift by ky·width + kx, so that a whole plane of outputs is a sum of shifted vectors: no window is ever
// copied out. The few outputs that wrap around a row's end are computed too and left out when rows are copied back.
//
// In registers: 6 output channels × 3 vectors of 16 positions, or for the gradient of the kernels 4 output channels × 5
// neighbouring cells of a kernel. The gradient of the input is the convolution with kernels turned by 180°. Bound by the FMA units,
// but for the copies of the pictures, which the few channels make dear.

using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kubik.Kernels;

internal static unsafe class DirectConvolution
{
    /// <summary>Output channels and positions that one tile computes.</summary>
    private const int Rows = 6, Positions = 3 * 16;

    private const int MostGroups = 16;    // of pictures whose gradients are summed apart
    private const int PicturesAtOnce = 4; // of a group: they stay in the cache
    [ThreadStatic] private static Scratch? pictures, kernels;

    /// <summary>Whether this machine has the registers it is written for.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>y = x ∗ w for w (out, in, kh, kw); or, turned, x ∗ᵀ w for w (in, out, kh, kw).</summary>
    public static void Convolve(in PlaneSizes sizes, int kernelY, int kernelX, float* x, float* w, bool turned, float* y, OutputParts parts)
    {
        FlatSizes s = new(sizes, kernelY, kernelX);
        int taps = kernelY * kernelX, depth = s.Channels * taps, outs = (s.Out + Rows - 1) / Rows * Rows;
        float* packed = (float*)(kernels ??= new()).Reserve((long)outs * depth * sizeof(float));
        for (int o = 0; o < outs; o++)
        {
            float* to = packed + (long)(o / Rows) * depth * Rows + o % Rows;
            for (int k = 0; k < depth; k++, to += Rows)
                *to = o >= s.Out ? 0 : turned ? w[((long)(k / taps) * s.Out + o) * taps + taps - 1 - k % taps] : w[(long)o * depth + k];
        }
        ForwardJob job = new() { S = s, X = x, W = packed, Y = y, Parts = parts };
        Workers.Run(s.Batch, ref job);
    }

    /// <summary>What the tiles need to know.</summary>
    private readonly struct FlatSizes(in PlaneSizes s, int kernelY, int kernelX)
    {
        public readonly int Batch = s.Batch, Channels = s.In, Out = s.Out, Height = s.Height, Width = s.Width, KernelY = kernelY, KernelX = kernelX,
            PadY = s.PadY, PadX = s.PadX, OutY = s.OutY, OutX = s.OutX;

        /// <summary>The width of a padded row.</summary>
        public int Row => this.OutX + this.KernelX - 1;

        /// <summary>Positions from the first output to the last, those that wrap included.</summary>
        public int Run => (this.OutY - 1) * this.Row + this.OutX;

        /// <summary>Elements of a padded plane, with what the last vectors read beyond it.</summary>
        public int Plane => (this.OutY + this.KernelY - 1) * this.Row + 2 * this.KernelX + Positions;
    }

    // The picture with its margin of zeros; what no window sees is left out.
    private static void Pad(in FlatSizes s, float* picture, float* padded)
    {
        int rows = Math.Min(s.Height, s.OutY + s.KernelY - 1 - s.PadY), columns = Math.Min(s.Width, s.Row - s.PadX), after = s.Row - s.PadX - columns;
        for (int c = 0; c < s.Channels; c++)
        {
            float* to = padded + (long)c * s.Plane, end = to + s.Plane;
            new Span<float>(to, s.PadY * s.Row).Clear();
            to += s.PadY * s.Row;
            for (int row = 0; row < rows; row++, to += s.Row)
            {
                for (int i = 0; i < s.PadX; i++) to[i] = 0;
                Unsafe.CopyBlockUnaligned(to + s.PadX, picture + ((long)c * s.Height + row) * s.Width, (uint)columns * sizeof(float));
                for (int i = s.Row - after; i < s.Row; i++) to[i] = 0;
            }
            new Span<float>(to, (int)(end - to)).Clear();
        }
    }

    private struct ForwardJob : IJob
    {
        public FlatSizes S;
        public float* X, W, Y;
        public OutputParts Parts;

        public readonly void Run(int job)
        {
            FlatSizes s = this.S;
            int run = (s.Run + Positions - 1) / Positions * Positions, depth = s.Channels * s.KernelY * s.KernelX;
            float* padded = (float*)(pictures ??= new()).Reserve(((long)s.Channels * s.Plane + (long)Rows * run) * sizeof(float)),
                sums = padded + (long)s.Channels * s.Plane;
            Pad(s, this.X + (long)job * s.Channels * s.Height * s.Width, padded);
            for (int o = 0; o < s.Out; o += Rows)
            {
                for (int at = 0; at < run; at += Positions) Tile(s, padded + at, this.W + (long)o * depth, sums + at, run);
                for (int k = 0; k < Math.Min(Rows, s.Out - o); k++)
                {
                    float* to = this.Y + ((long)job * s.Out + o + k) * s.OutY * s.OutX;
                    for (int row = 0; row < s.OutY; row++)
                        Unsafe.CopyBlockUnaligned(to + (long)row * s.OutX, sums + (long)k * run + (long)row * s.Row, (uint)s.OutX * sizeof(float));
                }
            }
            int plane = s.OutY * s.OutX;
            this.Parts.Done(this.Y + (long)job * s.Out * plane, s.Out, plane, plane);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Tile(in FlatSizes s, float* x, float* w, float* y, int run)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default, c0 = default, c1 = default, c2 = default;
            Vector512<float> d0 = default, d1 = default, d2 = default, e0 = default, e1 = default, e2 = default, f0 = default, f1 = default, f2 = default;
            for (int c = 0; c < s.Channels; c++, x += s.Plane)
            {
                float* row = x;
                for (int ky = 0; ky < s.KernelY; ky++, row += s.Row)
                {
                    float* p = row;
                    for (int kx = 0; kx < s.KernelX; kx++, p++, w += Rows)
                    {
                        Vector512<float> x0 = Vector512.Load(p), x1 = Vector512.Load(p + 16), x2 = Vector512.Load(p + 32), k;
                        k = Vector512.Create(w[0]);
                        a0 = Vector512.FusedMultiplyAdd(k, x0, a0);
                        a1 = Vector512.FusedMultiplyAdd(k, x1, a1);
                        a2 = Vector512.FusedMultiplyAdd(k, x2, a2);
                        k = Vector512.Create(w[1]);
                        b0 = Vector512.FusedMultiplyAdd(k, x0, b0);
                        b1 = Vector512.FusedMultiplyAdd(k, x1, b1);
                        b2 = Vector512.FusedMultiplyAdd(k, x2, b2);
                        k = Vector512.Create(w[2]);
                        c0 = Vector512.FusedMultiplyAdd(k, x0, c0);
                        c1 = Vector512.FusedMultiplyAdd(k, x1, c1);
                        c2 = Vector512.FusedMultiplyAdd(k, x2, c2);
                        k = Vector512.Create(w[3]);
                        d0 = Vector512.FusedMultiplyAdd(k, x0, d0);
                        d1 = Vector512.FusedMultiplyAdd(k, x1, d1);
                        d2 = Vector512.FusedMultiplyAdd(k, x2, d2);
                        k = Vector512.Create(w[4]);
                        e0 = Vector512.FusedMultiplyAdd(k, x0, e0);
                        e1 = Vector512.FusedMultiplyAdd(k, x1, e1);
                        e2 = Vector512.FusedMultiplyAdd(k, x2, e2);
                        k = Vector512.Create(w[5]);
                        f0 = Vector512.FusedMultiplyAdd(k, x0, f0);
                        f1 = Vector512.FusedMultiplyAdd(k, x1, f1);
                        f2 = Vector512.FusedMultiplyAdd(k, x2, f2);
                    }
                }
            }
            Store(y, a0, a1, a2);
            Store(y + run, b0, b1, b2);
            Store(y + 2L * run, c0, c1, c2);
            Store(y + 3L * run, d0, d1, d2);
            Store(y + 4L * run, e0, e1, e2);
            Store(y + 5L * run, f0, f1, f2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(float* y, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2)
        {
            v0.Store(y);
            v1.Store(y + 16);
            v2.Store(y + 32);
        }
    }

    /// <summary>dw (out, in, kh, kw): for every cell of the kernel the product of the shifted picture with dy, summed.</summary>
    public static void WeightGradient(in PlaneSizes sizes, int kernelY, int kernelX, float* x, float* dy, float* dw)
    {
        FlatSizes s = new(sizes, kernelY, kernelX);
        int groups = Math.Min(MostGroups, s.Batch), size = s.Out * s.Channels * kernelY * kernelX;
        float* partial = (float*)(kernels ??= new()).Reserve((long)groups * size * sizeof(float));
        WeightJob job = new() { S = s, X = x, DY = dy, DW = partial, Groups = groups, Size = size };
        Workers.Run(groups, ref job);
        new Span<float>(partial, size).CopyTo(new Span<float>(dw, size));
        for (int g = 1; g < groups; g++)
            TensorPrimitives.Add(new ReadOnlySpan<float>(dw, size), new ReadOnlySpan<float>(partial + (long)g * size, size), new Span<float>(dw, size));
    }

    private struct WeightJob : IJob
    {
        public FlatSizes S;
        public float* X, DY, DW;
        public int Groups, Size;

        public readonly void Run(int group)
        {
            FlatSizes s = this.S;
            int first = (int)((long)s.Batch * group / this.Groups), end = (int)((long)s.Batch * (group + 1) / this.Groups);
            for (int from = first; from < end; from += PicturesAtOnce)
                Add(s, this.X, this.DY, from, Math.Min(PicturesAtOnce, end - from), this.DW + (long)group * this.Size, add: from > first);
        }

        private static void Add(in FlatSizes s, float* x, float* dys, int from, int count, float* dw, bool add)
        {
            int run = (s.Run + 15) / 16 * 16, outs = (s.Out + 3) / 4 * 4;
            long picture = (long)s.Channels * s.Plane, gradient = (long)outs * run;
            float* padded = (float*)(pictures ??= new()).Reserve((picture + gradient) * count * sizeof(float)), dy = padded + picture * count;
            for (int n = 0; n < count; n++)
            {
                Pad(s, x + (long)(from + n) * s.Channels * s.Height * s.Width, padded + n * picture);
                Spread(s, dys + (long)(from + n) * s.Out * s.OutY * s.OutX, dy + n * gradient, run);
                new Span<float>(dy + n * gradient + (long)s.Out * run, (outs - s.Out) * run).Clear();
            }
            float* sums = stackalloc float[20];
            for (int c = 0; c < s.Channels; c++)
            {
                for (int ky = 0; ky < s.KernelY; ky++)
                {
                    for (int kx = 0; kx < s.KernelX; kx += 5)
                    {
                        for (int o = 0; o < s.Out; o += 4)
                        {
                            Tile(padded + (long)c * s.Plane + (long)ky * s.Row + kx, picture, dy + (long)o * run, gradient, run, count, sums);
                            for (int i = 0; i < Math.Min(4, s.Out - o); i++)
                            {
                                float* to = dw + (((long)(o + i) * s.Channels + c) * s.KernelY + ky) * s.KernelX + kx;
                                for (int k = 0; k < Math.Min(5, s.KernelX - kx); k++) to[k] = add ? to[k] + sums[i * 5 + k] : sums[i * 5 + k];
                            }
                        }
                    }
                }
            }
        }

        // The rows of dy at the distance of the padded picture's, zeros between.
        private static void Spread(in FlatSizes s, float* dy, float* to, int run)
        {
            for (int o = 0; o < s.Out; o++, to += run)
            {
                new Span<float>(to, run).Clear();
                for (int row = 0; row < s.OutY; row++)
                    Unsafe.CopyBlockUnaligned(to + (long)row * s.Row, dy + ((long)o * s.OutY + row) * s.OutX, (uint)s.OutX * sizeof(float));
            }
        }

        // 5 neighbouring cells of the kernel × 4 output channels, over all pictures of the group.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Tile(float* x, long picture, float* dy, long gradient, int run, int count, float* sums)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, b0 = default, b1 = default, b2 = default, b3 = default,
                b4 = default;
            Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, d0 = default, d1 = default, d2 = default, d3 = default,
                d4 = default;
            for (int n = 0; n < count; n++, x += picture, dy += gradient)
            {
                for (int i = 0; i < run; i += 16)
                {
                    float* p = x + i, q = dy + i;
                    Vector512<float> x0 = Vector512.Load(p), x1 = Vector512.Load(p + 1), x2 = Vector512.Load(p + 2), x3 = Vector512.Load(p + 3),
                        x4 = Vector512.Load(p + 4);
                    Vector512<float> g = Vector512.Load(q);
                    a0 = Vector512.FusedMultiplyAdd(g, x0, a0);
                    a1 = Vector512.FusedMultiplyAdd(g, x1, a1);
                    a2 = Vector512.FusedMultiplyAdd(g, x2, a2);
                    a3 = Vector512.FusedMultiplyAdd(g, x3, a3);
                    a4 = Vector512.FusedMultiplyAdd(g, x4, a4);
                    g = Vector512.Load(q + run);
                    b0 = Vector512.FusedMultiplyAdd(g, x0, b0);
                    b1 = Vector512.FusedMultiplyAdd(g, x1, b1);
                    b2 = Vector512.FusedMultiplyAdd(g, x2, b2);
                    b3 = Vector512.FusedMultiplyAdd(g, x3, b3);
                    b4 = Vector512.FusedMultiplyAdd(g, x4, b4);
                    g = Vector512.Load(q + 2L * run);
                    c0 = Vector512.FusedMultiplyAdd(g, x0, c0);
                    c1 = Vector512.FusedMultiplyAdd(g, x1, c1);
                    c2 = Vector512.FusedMultiplyAdd(g, x2, c2);
                    c3 = Vector512.FusedMultiplyAdd(g, x3, c3);
                    c4 = Vector512.FusedMultiplyAdd(g, x4, c4);
                    g = Vector512.Load(q + 3L * run);
                    d0 = Vector512.FusedMultiplyAdd(g, x0, d0);
                    d1 = Vector512.FusedMultiplyAdd(g, x1, d1);
                    d2 = Vector512.FusedMultiplyAdd(g, x2, d2);
                    d3 = Vector512.FusedMultiplyAdd(g, x3, d3);
                    d4 = Vector512.FusedMultiplyAdd(g, x4, d4);
                }
            }
            Sum(sums, a0, a1, a2, a3, a4);
            Sum(sums + 5, b0, b1, b2, b3, b4);
            Sum(sums + 10, c0, c1, c2, c3, c4);
            Sum(sums + 15, d0, d1, d2, d3, d4);
        }

        private static void Sum(float* to, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3, Vector512<float> v4)
        {
            to[0] = Vector512.Sum(v0);
            to[1] = Vector512.Sum(v1);
            to[2] = Vector512.Sum(v2);
            to[3] = Vector512.Sum(v3);
            to[4] = Vector512.Sum(v4);
        }
    }
}
