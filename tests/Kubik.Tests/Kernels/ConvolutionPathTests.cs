// The kernels of convolution at shapes that reach each of them: odd sizes, all paddings, strides, channels around the
// widths of vectors and tiles. Against plain loops over doubles; with whole numbers, so that sums are exact in any order
// and the comparison is exact, but for F(4×4) of Winograd, whose error has its own bound.

using System.Numerics;
using System.Runtime.Intrinsics;
using Kubik.Kernels;
using Kubik.Ops;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class ConvolutionPathTests : IDisposable
{
    private readonly int threads = Workers.Count;
    private readonly bool winograd = ConvolutionOptions.Winograd;

    public void Dispose() => (Workers.Count, ConvolutionOptions.Winograd) = (this.threads, this.winograd);

    // Direct, channels last, depthwise, F(2×2): exact in whole numbers.
    public static TheoryData<Window, int[], int[]> Exact => new()
    {
        { new(pad: 2), [5, 1, 12, 11], [6, 1, 5, 5] },
        { new(), [3, 6, 9, 14], [16, 6, 5, 5] },
        { new(pad: [1, 0], padEnd: [0, 1]), [2, 3, 7, 17], [64, 3, 2, 3] },
        { new(pad: [1, 2]), [2, 16, 5, 33], [3, 16, 2, 3] },
        { new(), [37, 2, 3, 4], [2, 2, 3, 4] },
        { new(pad: 1), [2, 9, 1, 1], [4, 9, 3, 3] },
        { new(pad: 2), [16, 1, 12, 11], [6, 1, 5, 5] },
        { new(), [30, 6, 9, 14], [16, 6, 5, 5] },
        { new(pad: [1, 0], padEnd: [0, 1]), [13, 3, 7, 17], [33, 3, 2, 3] },
        { new(pad: [1, 2]), [16, 16, 5, 18], [3, 16, 2, 3] },
        { new(), [47, 2, 3, 4], [5, 2, 3, 4] },
        { new(pad: [2, 4], padEnd: [2, 4]), [12, 2, 1, 2], [7, 2, 3, 5] },
        { new(pad: 1), [14, 9, 1, 1], [4, 9, 3, 3] },
        { new(pad: 3), [16, 3, 30], [11, 3, 7] },
        { new(pad: 3), [2, 3, 30], [5, 3, 7] },
        { new(2, 1), [3, 20, 9, 8], [40, 20, 3, 3] },
        { new(2, 1), [3, 16, 1, 1], [20, 16, 3, 3] },
        { new([2, 1], 1), [3, 16, 1, 9], [20, 16, 3, 3] },
        { new(2), [2, 33, 8, 7], [31, 33, 1, 1] },
        { new(), [3, 17, 6, 5], [47, 17, 1, 1] },
        { new(), [3, 32, 16, 16], [64, 32, 1, 1] },
        { new(), [20, 33, 4, 4], [24, 33, 1, 1] },
        { new(), [2, 17, 1, 1], [30, 17, 1, 1] },
        { new(), [3, 16, 40], [24, 16, 1] },
        { new(2, 1), [3, 16, 16, 16], [32, 16, 2, 2] },
        { new(), [2, 20, 7, 600], [18, 20, 1, 1] },
        { new([2, 3], [0, 2], [1, 2]), [2, 18, 9, 11], [32, 18, 2, 3] },
        { new(1, 4, 2), [2, 24, 5, 6], [33, 24, 3, 5] },
        { new(3, [0, 1], padEnd: [2, 0]), [2, 16, 10, 9], [16, 16, 5, 4] },
        { new(5), [2, 16, 12, 12], [16, 16, 2, 2] },
        { new(9, 1), [1, 16, 4, 3], [16, 16, 3, 3] },
        { Window.Same(2), [2, 19, 7, 6], [21, 19, 4, 3] },
        { new(2, 1), [4, 20, 31], [18, 20, 3] },
        { new(pad: 1), [300, 16, 1, 1], [32, 16, 3, 3] },
        { new(1, 5), [2, 16, 2, 2], [16, 16, 3, 3] },
        { new(pad: 1), [5, 20, 2, 2], [18, 20, 3, 3] },
        { new(pad: 1), [9, 20, 2, 2], [18, 20, 3, 3] },
        { new(pad: 2), [2, 16, 1, 1], [40, 16, 3, 3] },
        { new(pad: 1, groups: 20), [3, 20, 9, 8], [20, 1, 3, 3] },
        { new(pad: 1, groups: 9), [2, 9, 4, 4], [9, 1, 3, 3] },
        { new(pad: 1, groups: 3), [2, 3, 12, 4], [3, 1, 3, 3] },
        { new(pad: 1, groups: 17), [2, 17, 8, 8], [17, 1, 3, 3] },
        { new(pad: 1, groups: 3), [3, 3, 5, 16], [3, 1, 3, 3] },
        { new(pad: 1, groups: 8), [2, 8, 1, 48], [8, 1, 3, 3] },
        { new(pad: 1, groups: 70), [1, 70, 32, 32], [70, 1, 3, 3] },
        { new(2, 1, groups: 9), [2, 9, 8, 8], [9, 1, 3, 3] },
        { new(2, [1, 1], groups: 3, padEnd: 0), [2, 3, 16, 8], [3, 1, 3, 3] },
        { new(2, 1, groups: 5), [2, 5, 12, 16], [5, 1, 3, 3] },
        { new(2, 1, groups: 5), [2, 5, 2, 32], [5, 1, 3, 3] },
        { new(2, 1, groups: 3), [2, 3, 10, 96], [3, 1, 3, 3] },
        { new(2, 1, groups: 33), [2, 33, 9, 10], [33, 1, 3, 3] },
        { new(1, [3, 0], [2, 1], 16), [2, 16, 5, 7], [16, 1, 4, 2] },
        { new([3, 2], groups: 5), [2, 5, 40, 33], [5, 1, 2, 5] },
        { new(7, 2, groups: 17), [2, 17, 5, 6], [17, 1, 3, 3] },
        { new(1, 1, 1, 32, 2), [1, 32, 16, 18], [32, 1, 5, 5] },
        { new(pad: 1, groups: 3), [2, 3, 9], [3, 1, 3] },
        { new(2, 1, groups: 2), [2, 36, 6, 5], [40, 18, 3, 3] },
    };

    [Theory, MemberData(nameof(Exact))]
    public void Whole_numbers_are_convolved_exactly(Window window, int[] x, int[] w)
    {
        ConvolutionOptions.Winograd = x[^1] == 2; // F(2×2) is exact, F(4×4) is not
        foreach (Op op in Parts(window, x, w))
        {
            (Tensor[] inputs, double[] expected, _) = Case(op, window, x, w, i => i * 7 % 11 % 5 - 2);
            foreach (int count in new[] { 1, 2, 3 })
            {
                Workers.Count = count;
                Walled y = new(op.Infer([inputs[0].Spec, inputs[1].Spec]));
                op.Run(inputs, y.Inside);
                y.AssertUntouched($"{op.Name}, {count} threads");
                Assert.Equal(expected, y.Inside.ToDoubles());
            }
        }
    }

    public static TheoryData<Window, int[], int[]> AllPaths()
    {
        TheoryData<Window, int[], int[]> all = Exact;
        foreach (object[] row in Tiled)
        {
            (int batch, int channels, int outs) = ((int)row[0], (int)row[1], (int)row[2]);
            all.Add((Window)row[4], [batch, channels, .. (int[])row[3]], [outs, channels, 3, 3]);
        }
        all.Add(new(), [2, 2, 5, 4, 4], [2, 2, 3, 3, 3]);
        return all;
    }

    [Theory, MemberData(nameof(AllPaths))]
    public void An_epilogue_sees_each_element_once_when_it_is_final(Window window, int[] x, int[] w)
    {
        foreach (Op op in Parts(window, x, w)[..2])
        {
            foreach (bool single in x.Length == 5 ? [true, false] : new[] { true })
            {
                Tensor[] inputs = Case(op, window, x, w, i => i * 7 % 11 % 5 - 2).Inputs;
                if (!single) inputs = [.. inputs.Select(t => t.Cast(DType.Float64))];
                Tensor plain = Tensor.Allocate(op.Infer([inputs[0].Spec, inputs[1].Spec])), y = Tensor.Allocate(plain.Spec);
                op.Run(inputs, plain);
                double[] expected = [.. plain.ToDoubles().Select(v => v * 2)];
                foreach (int count in new[] { 1, 2, 3 })
                {
                    Workers.Count = count;
                    Doubling epilogue = new(y);
                    ((IEpilogueOp)op).Run(inputs, y, epilogue);
                    Assert.All(epilogue.Visits, n => Assert.Equal(1, n));
                    Assert.Equal(expected, y.ToDoubles());
                }
            }
        }
    }

    // 2v in place: wrong when an element was not final, or is written again.
    private sealed class Doubling(Tensor y) : Epilogue
    {
        public int[] Visits { get; } = new int[y.Count];

        public override void Run(long first, int rows, long step, int columns)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    long at = first + i * step + j;
                    Interlocked.Increment(ref this.Visits[at]);
                    if (y.DType == DType.Float32) y.Data<float>()[(int)at] = y.Data<float>()[(int)at] * 2;
                    else y.Data<double>()[(int)at] = y.Data<double>()[(int)at] * 2;
                }
            }
        }
    }

    // 4×4 tiles that fit and that stick out, blocks of tiles that are not full, channels that do not fill a vector.
    public static TheoryData<int, int, int, int[], Window> Tiled => new()
    {
        { 3, 18, 16, [8, 8], new(pad: 1) },
        { 2, 17, 33, [5, 9], new(pad: 1) },
        { 2, 40, 20, [7, 3], new(pad: [2, 0]) },
        { 1, 64, 32, [3, 4], new(pad: 1) },
        { 4, 64, 32, [3, 4], new(pad: 1) },
        { 9, 32, 48, [4, 4], new(pad: 1) },
        { 2, 16, 18, [6, 31], new() },
        { 2, 24, 16, [9, 9], new(pad: [1, 0], padEnd: [0, 2]) },
        { 5, 16, 17, [32, 32], new(pad: 1) },
        { 40, 128, 96, [4, 4], new(pad: 1) },
        { 2, 512, 16, [4, 5], new(pad: 1) },
        { 2, 20, 20, [6, 4], Window.Same() },
        { 3, 19, 16, [2, 30], new(pad: 1) },
    };

    [Theory, MemberData(nameof(Tiled))]
    public void Winograds_error_is_bounded(int batch, int channels, int outs, int[] size, Window window)
    {
        ConvolutionOptions.Winograd = true;
        int[] x = [batch, channels, .. size], w = [outs, channels, 3, 3];
        foreach (Op op in Parts(window, x, w))
        {
            Random random = new(3);
            (Tensor[] inputs, double[] expected, double scale) = Case(op, window, x, w, _ => (float)(random.NextDouble() * 2 - 1));
            float[]? first = null;
            foreach (int count in new[] { 1, 2, 3 })
            {
                Workers.Count = count;
                Walled y = new(op.Infer([inputs[0].Spec, inputs[1].Spec]));
                op.Run(inputs, y.Inside);
                y.AssertUntouched($"{op.Name}, {count} threads");
                float[] values = y.Inside.ToArray<float>();
                Assert.Equal(first ??= values, values);
            }
            double worst = first!.Select((v, i) => Math.Abs(v - expected[i])).Max();
            Assert.True(worst <= WinogradBound * scale, $"{op.Name}: off by {worst / scale:e2} of the root of the sum of squares");
        }
    }

    // Of the root of a sum of squares, the size of a sum of random signs: 800 half units in the last place. The worst seen is half of it.
    private const double WinogradBound = 5e-5;

    [Fact]
    public void The_option_turns_winograd_off()
    {
        foreach (bool on in new[] { true, false })
        {
            ConvolutionOptions.Winograd = on;
            Assert.Equal(!Vector.IsHardwareAccelerated ? ConvolutionPath.General : on ? ConvolutionPath.Winograd : ConvolutionPath.ChannelsLast,
                Path(new(pad: 1), [2, 32, 8, 8], [32, 32, 3, 3], ConvolutionPart.Output));
        }
    }

    [Fact]
    public void Each_path_is_taken_where_it_is_meant()
    {
        if (!Vector.IsHardwareAccelerated) return;
        ConvolutionOptions.Winograd = true;
        ConvolutionPath few = Vector512.IsHardwareAccelerated ? ConvolutionPath.Direct : ConvolutionPath.General,
            manyPictures = Vector512.IsHardwareAccelerated ? ConvolutionPath.BatchLanes : ConvolutionPath.General;
        (Window Window, int[] X, int[] W, ConvolutionPath Output, ConvolutionPath Input, ConvolutionPath Kernel)[] cases =
        [
            (new(pad: 2), [4, 1, 28, 28], [6, 1, 5, 5], few, few, few),
            (new(), [4, 6, 14, 14], [16, 6, 5, 5], Vector512.IsHardwareAccelerated ? few : ConvolutionPath.ChannelsLast, few, ConvolutionPath.ChannelsLast),
            (new(pad: 2), [64, 1, 28, 28], [6, 1, 5, 5], manyPictures, manyPictures, manyPictures),
            (new(), [64, 6, 14, 14], [16, 6, 5, 5], Vector512.IsHardwareAccelerated ? manyPictures : ConvolutionPath.ChannelsLast, manyPictures,
                Vector512.IsHardwareAccelerated ? manyPictures : ConvolutionPath.ChannelsLast),
            (new(pad: 1), [32, 64, 16, 16], [128, 64, 3, 3], ConvolutionPath.Winograd, ConvolutionPath.Winograd, ConvolutionPath.Winograd),
            (new(pad: 1), [2, 64, 4, 4], [128, 64, 3, 3], ConvolutionPath.ChannelsLast, ConvolutionPath.ChannelsLast, ConvolutionPath.Winograd),
            (new(2, 1), [16, 64, 32, 32], [128, 64, 3, 3], ConvolutionPath.ChannelsLast, ConvolutionPath.ChannelsLast, ConvolutionPath.ChannelsLast),
            (new(), [16, 32, 32, 32], [64, 32, 1, 1], ConvolutionPath.Pointwise, ConvolutionPath.Pointwise, ConvolutionPath.ChannelsLast),
            (new(2, 1, groups: 64), [16, 64, 32, 32], [64, 1, 3, 3], ConvolutionPath.Depthwise, ConvolutionPath.Depthwise, ConvolutionPath.Depthwise),
            (new(groups: 2), [2, 64, 8, 8], [64, 32, 3, 3], ConvolutionPath.General, ConvolutionPath.General, ConvolutionPath.General),
            (new(), [2, 16, 4, 8, 8], [16, 16, 3, 3, 3], ConvolutionPath.General, ConvolutionPath.General, ConvolutionPath.General),
            (new(1 << 20, 1 << 20, 1 << 20), [1, 16, 4, 4], [16, 16, 3, 3], ConvolutionPath.General, ConvolutionPath.ChannelsLast, ConvolutionPath.General),
        ];
        foreach ((Window window, int[] x, int[] w, ConvolutionPath output, ConvolutionPath input, ConvolutionPath kernel) in cases)
        {
            Assert.Equal(
                (output, input, kernel),
                (Path(window, x, w, ConvolutionPart.Output), Path(window, x, w, ConvolutionPart.Input), Path(window, x, w, ConvolutionPart.Kernel)));
        }
    }

    [Fact]
    public void Kernels_allocate_nothing()
    {
        Workers.Count = 1;
        (Window Window, int[] X, int[] W)[] cases =
        [
            (new(pad: 2), [4, 1, 28, 28], [6, 1, 5, 5]), (new(), [4, 6, 14, 14], [16, 6, 5, 5]), (new(pad: 2), [16, 1, 28, 28], [6, 1, 5, 5]),
            (new(pad: 1), [2, 32, 8, 8], [32, 32, 3, 3]),
            (new(2, 1), [2, 32, 8, 8], [32, 32, 3, 3]), (new(), [2, 32, 8, 8], [32, 32, 1, 1]), (new(pad: 1, groups: 32), [2, 32, 8, 8], [32, 1, 3, 3]),
            (new(groups: 2), [2, 6, 8, 8], [4, 3, 3, 3]),
        ];
        foreach ((Window window, int[] x, int[] w) in cases)
        {
            foreach (Op op in Parts(window, x, w))
            {
                Tensor[] inputs = Case(op, window, x, w, i => i % 5).Inputs;
                Tensor y = Tensor.Allocate(op.Infer([inputs[0].Spec, inputs[1].Spec]));
                Assert.Equal(0, Allocation.Steady(() => op.Run(inputs, y)));
            }
        }
    }

    private static Op[] Parts(Window window, int[] x, int[] w) =>
        [new Conv(window), new ConvInputGradient(window, x[2..]), new ConvWeightGradient(window, w[2..])];

    private static ConvolutionPath Path(Window window, int[] x, int[] w, ConvolutionPart part) =>
        ConvolutionPaths.Of(new Convolution.Geometry(window, x, w, new Conv(window).Infer([new(DType.Float32, x), new(DType.Float32, w)]).Shape), part);

    // Inputs, what comes out in doubles, and the largest root of a sum of squared products.
    private static (Tensor[] Inputs, double[] Expected, double Scale) Case(Op op, Window window, int[] x, int[] w, Func<int, float> value)
    {
        int[] y = [.. new Conv(window).Infer([new(DType.Float32, x), new(DType.Float32, w)]).Shape];
        (int[] a, int[] b, int[] c) = op switch { Conv => (x, w, y), ConvInputGradient => (y, w, x), _ => (x, y, w) };
        float[] va = Values(a, 0), vb = Values(b, 5);
        double[] sums = new double[Count(c)], squares = new double[Count(c)];
        foreach ((int ix, int iw, int iy) in Terms(window, x, w, y))
        {
            (int ia, int ib, int ic) = op switch { Conv => (ix, iw, iy), ConvInputGradient => (iy, iw, ix), _ => (ix, iy, iw) };
            double product = (double)va[ia] * vb[ib];
            sums[ic] += product;
            squares[ic] += product * product;
        }
        return ([Tensor.From(va).Reshape(a), Tensor.From(vb).Reshape(b)], sums, Math.Sqrt(squares.Max()));

        float[] Values(int[] shape, int start) => [.. Enumerable.Range(start, Count(shape)).Select(value)];
    }

    private static int Count(int[] shape) => shape.Aggregate(1, (p, q) => p * q);

    // Every product of a convolution along one or two axes: places in x, in w and in y.
    private static IEnumerable<(int X, int W, int Y)> Terms(Window window, int[] x, int[] w, int[] y)
    {
        bool line = x.Length == 3;
        (int h, int wide, int kh, int kw, int oh, int ow) = line ? (1, x[2], 1, w[2], 1, y[2]) : (x[2], x[3], w[2], w[3], y[2], y[3]);
        AxisWindow rows = line ? AxisWindow.One : window.Along(0, h, kh), columns = window.Along(line ? 0 : 1, wide, kw);
        int depth = w[1], outs = w[0] / window.Groups;
        for (int b = 0; b < x[0]; b++)
            for (int o = 0; o < w[0]; o++)
                for (int c = 0; c < depth; c++)
                    for (int oy = 0; oy < oh; oy++)
                        for (int ky = 0; ky < kh; ky++)
                        {
                            int iy = oy * rows.Stride + ky * rows.Dilation - rows.Begin;
                            if ((uint)iy >= (uint)h) continue;
                            for (int ox = 0; ox < ow; ox++)
                                for (int kx = 0; kx < kw; kx++)
                                {
                                    int ix = ox * columns.Stride + kx * columns.Dilation - columns.Begin;
                                    if ((uint)ix < (uint)wide)
                                        yield return (((b * x[1] + o / outs * depth + c) * h + iy) * wide + ix, ((o * depth + c) * kh + ky) * kw + kx,
                                            ((b * w[0] + o) * oh + oy) * ow + ox);
                                }
                        }
    }
}
