// What windows promise beyond the rows of the plan: the matrix of a convolution, kinks, far-out numbers, equal attributes.

using Kubik.Autograd;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class WindowTests
{
    private static Tensor Normal(Shape shape, int stream) => new RandomStream(7, stream).Normal(shape, DType.Float64);

    public static TheoryData<int[], int[], int[], int[], int[], int> Matrices => new()
    {
        { [3, 1, 6], [1, 1, 3], [1], [0], [1], 1 },
        { [2, 3, 7], [4, 3, 2], [2], [1], [2], 1 },
        { [2, 1, 4, 5], [1, 1, 3, 2], [1, 1], [0, 0], [1, 1], 1 },
        { [3, 2, 5, 4], [4, 1, 3, 3], [2, 1], [1, 2], [1, 1], 2 },
    };

    [Theory, MemberData(nameof(Matrices))]
    public void A_convolution_is_the_product_with_its_matrix(int[] x, int[] w, int[] stride, int[] pad, int[] dilation, int groups)
    {
        Window window = new(PerAxis.Create(stride), PerAxis.Create(pad), PerAxis.Create(dilation), groups);
        Tensor input = Normal(x, 1), kernel = Normal(w, 2).Track();
        Tensor h = input.Conv(kernel, window), product = input.Flatten().MatMul(kernel.ConvMatrix(x[2..], window));
        Close(h.Flatten(), product);
        // The gradient of the kernel too, whichever way it goes.
        Tensor dy = Normal(product.Shape, 3);
        Close(Gradient.Of((h.Flatten() * dy).Sum(), kernel), Gradient.Of((product * dy).Sum(), kernel));
    }

    [Fact]
    public void The_matrix_of_a_line_has_constant_diagonals()
    {
        Tensor matrix = Tensor.Of(1f, 2f, 3f).Reshape(1, 1, 3).ConvMatrix([5], Window.Valid);
        Assert.Equal([1, 0, 0, 2, 1, 0, 3, 2, 1, 0, 3, 2, 0, 0, 3], matrix.ToArray<float>());
    }

    [Fact]
    public void A_transposed_convolution_is_the_product_with_the_transposed_matrix()
    {
        Window window = new(2, 1);
        Tensor w = Normal([3, 2, 3, 3], 1), x = Normal([2, 3, 3, 2], 2);
        Tensor y = x.ConvTranspose(w, window, [0, 1]); // (2, 2, 5, 4)
        Assert.Equal([2, 2, 5, 4], y.Shape);
        Close(y.Flatten(), x.Flatten().MatMul(w.ConvMatrix([5, 4], window).T));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Same_gives_the_size_over_the_stride_rounded_up(int stride)
    {
        for (int size = 1; size < 9; size++)
        {
            for (int kernel = 1; kernel < 6; kernel++)
            {
                for (int dilation = 1; dilation < 3; dilation++)
                    Assert.Equal((size + stride - 1) / stride, Window.Same(stride, dilation).Positions(0, size, kernel));
            }
        }
    }

    [Fact]
    public void Numbers_for_all_axes_and_for_each_axis_do_the_same()
    {
        Tensor x = Normal([1, 2, 5, 6], 1), w = Normal([2, 2, 3, 3], 2);
        Bits.Equal(x.Conv(w, new Window(2, 1)), x.Conv(w, new Window([2, 2], [1, 1])));
        Assert.Equal(new Window([2, 1], 3), new Window(stride: [2, 1], pad: 3, padEnd: 3));
        Assert.NotEqual(new Window(2), new Window([2, 2])); // the second is for pictures only
        Assert.Equal("2x1", new Window([2, 1]).Stride.ToString());
    }

    [Fact]
    public void A_line_a_picture_of_one_row_and_a_volume_of_one_slice_agree_to_the_bit()
    {
        Tensor x = Normal([2, 4, 9], 1), w = Normal([6, 2, 3], 2);
        Window window = new(2, [2], groups: 2), flat = new([1, 2], [0, 2], groups: 2), deep = new([1, 1, 2], [0, 0, 2], groups: 2);
        Tensor line = x.Conv(w, window);
        Bits.Equal(line, x.Unsqueeze(2).Conv(w.Unsqueeze(2), flat).Squeeze(2));
        Bits.Equal(line, x.Unsqueeze(2).Unsqueeze(2).Conv(w.Unsqueeze(2).Unsqueeze(2), deep).Squeeze(2).Squeeze(2));
    }

    [Fact]
    public void A_window_of_zeros_has_no_slope_in_an_LpPool()
    {
        Tensor x = Tensor.Of(0.0, 0, 3, 4).Reshape(1, 1, 4).Track(), y = x.LpPool(2, 2);
        Assert.Equal([0, 5], y.ToDoubles());
        Assert.Equal([0, 0, 0.6, 0.8], Gradient.Of(y.Sum(), x).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0, 0, 1, 1], Gradient.Of(x.LpPool(1, 2).Sum(), x).ToDoubles());
        Tensor none = Tensor.Zeros([1, 1, 4], DType.Float64).Track();
        Assert.Equal([0, 0, 0, 0], Gradient.Of(none.LpPool(3, 2).Sum(), none).ToDoubles());
    }

    [Fact]
    public void A_small_window_of_an_LpPool_does_not_vanish_beside_a_large_one()
    {
        float[] pool = Tensor.Of(1e4f, 1e4f, 1e-3f, 1e-3f).Reshape(1, 1, 4).LpPool(8, 2).ToArray<float>();
        Assert.Equal(1e-3 * Math.Pow(2, 0.125), pool[1], 1e-8);
        // Nor does one picture change another.
        float[] two = Tensor.Of(1e30f, 1e30f, 1e-3f, 1e-3f).Reshape(2, 1, 2).LpPool(4, 2).ToArray<float>();
        Assert.Equal(1e-3 * Math.Pow(2, 0.25), two[1], 1e-8);
    }

    // Whole numbers, so that sums are exact in any order: one convolution whose matrix of windows is cut into bands, and two
    // with half of the channels each, whose matrices are not.
    [Theory]
    [InlineData(new[] { 1, 16, 300, 301 }, new[] { 2, 16, 5, 5 })]
    [InlineData(new[] { 1, 4, 34, 101, 102 }, new[] { 2, 4, 3, 3, 3 })]
    public void A_large_picture_is_convolved_in_bands(int[] picture, int[] kernels)
    {
        Window window = new(pad: 1);
        Tensor x = new RandomStream(5, 1).Integers(-2, 3, picture).Cast(DType.Float32).Track(),
            w = new RandomStream(5, 2).Integers(-2, 3, kernels).Cast(DType.Float32).Track();
        Tensor y = x.Conv(w, window), dy = new RandomStream(5, 3).Integers(-2, 3, y.Shape).Cast(DType.Float32);
        Tensor[] xs = x.Split(2, axis: 1), ws = w.Split(2, axis: 1);
        Tensor halves = xs[0].Conv(ws[0], window) + xs[1].Conv(ws[1], window);
        Bits.Equal(halves, y, "output");
        Tensor?[] actual = Gradient.Pull(y, dy, x, w), expected = Gradient.Pull(halves, dy, x, w);
        Assert.Equal(expected[0]!.ToArray<float>(), actual[0]!.ToArray<float>());
        Assert.Equal(expected[1]!.ToArray<float>(), actual[1]!.ToArray<float>());
    }

    [Fact]
    public void An_LpPool_does_not_overflow()
    {
        Assert.Equal(5e30f, Tensor.Of(3e30f, -4e30f).Reshape(1, 1, 2).LpPool(2, 2).Item(), 1e25);
        Assert.Equal(5e-30, Tensor.Of(3e-30f, -4e-30f).Reshape(1, 1, 2).LpPool(2, 2).Item(), 1e-35);
        Assert.Equal([double.PositiveInfinity, 5], Tensor.Of(double.NegativeInfinity, 4, 3, 4).Reshape(1, 1, 4).LpPool(2, 2).ToDoubles());
        Assert.Equal([double.NaN, 5], Tensor.Of(double.NaN, 4, 3, 4).Reshape(1, 1, 4).LpPool(2, 2).ToDoubles());
    }

    [Fact]
    public void The_largest_cells_of_a_whole_channel_share_and_those_of_an_adaptive_pool_do_not()
    {
        Tensor x = Tensor.Of(1.0, 5, 5).Reshape(1, 1, 3).Track();
        Assert.Equal([0, 0.5, 0.5], Gradient.Of(x.GlobalMaxPool().Sum(), x).ToDoubles());
        Assert.Equal([0, 1, 0], Gradient.Of(x.AdaptiveMaxPool(1).Sum(), x).ToDoubles());
    }

    [Fact]
    public void An_infinity_stays_where_it_is()
    {
        double inf = double.PositiveInfinity;
        Tensor x = Tensor.Of(inf, 1, 2).Reshape(1, 1, 3);
        Assert.Equal([inf, inf, 1, 1, 2, 2], x.ResizeBy(2).ToDoubles());
        Assert.Equal([inf, inf, inf, 1.25, 1.75, 2], x.ResizeBy(2, Interpolation.Linear).ToDoubles());
        Assert.Equal([inf, inf, 1, 1.5, 2], x.Resize(5, Interpolation.LinearAligned).ToDoubles());
        Assert.Equal([inf, 1.5], x.AdaptiveAvgPool(2).ToDoubles());
        Assert.Equal([inf, double.NaN, double.NaN], Tensor.Of(inf, 1, double.NaN, 2).Reshape(1, 1, 4).MaxPool(2, new Window()).ToDoubles());
    }

    [Fact]
    public void The_cells_of_a_mean_are_counted_as_asked()
    {
        Tensor x = Tensor.Ones([1, 1, 4]);
        Window window = new(stride: 2, pad: 1);
        Assert.Equal([2f / 3, 1, 0.5f], x.AvgPool(3, window, ceil: true).ToArray<float>()); // (0 1 1) (1 1 1) (1 0): the cell over the end does not count
        Assert.Equal([1f, 1, 1], x.AvgPool(3, window, ceil: true, Divisor.Inside).ToArray<float>());
        Assert.Equal([2f, 3, 1], x.AvgPool(3, window, ceil: true, Divisor.One).ToArray<float>());
        Assert.Equal([2f / 3, 1], x.AvgPool(3, window).ToArray<float>());
    }

    [Fact]
    public void Shuffled_pixels_come_back()
    {
        Tensor x = Normal([2, 18, 3, 2], 1);
        Bits.Equal(x, x.PixelShuffle(3).PixelUnshuffle(3));
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        Assert.Equal(expected.ToDoubles(), actual.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12 * Math.Max(1, Math.Abs(a)));
    }
}
