// What a person sees in a debugger, a terminal, a message.

namespace Kubik.Tests.Tensors;

public sealed class TensorPrinting
{
    [Fact]
    public void A_scalar() => Is("float32 () 3.5", Tensor.Scalar(3.5));

    [Fact]
    public void A_vector() => Is("int32 (3,)\n[ 1, -2, 30]", Tensor.Of(1, -2, 30));

    [Fact]
    public void A_matrix() => Is("float32 (2, 3)\n[[0, 1, 2],\n [3, 4, 5]]", Tensor.Range(0, 6).Reshape(2, 3));

    [Fact]
    public void Three_axes() =>
        Is("float64 (2, 1, 2)\n[[[ 0.5,   -1]],\n [[    2, 1E-10]]]".Replace("[[[ 0.5,   -1]]", "[[[  0.5,    -1]]", StringComparison.Ordinal),
            Tensor.From([0.5, -1, 2, 1e-10], [2, 1, 2]));

    [Fact]
    public void Truths() => Is("bool (2,)\n[true, false]", Tensor.Of(true, false));

    [Fact]
    public void Long_axes_are_shortened() => Is("float32 (9,)\n[0, 1, 2, …, 6, 7, 8]", Tensor.Range(0, 9));

    [Fact]
    public void Long_axes_of_matrices_are_shortened_too() =>
        Is("int32 (10, 2)\n[[ 0,  1],\n [ 2,  3],\n [ 4,  5],\n …,\n [14, 15],\n [16, 17],\n [18, 19]]",
            Tensor.Range(0, 20, dtype: DType.Int32).Reshape(10, 2));

    [Fact]
    public void Bad_values_are_counted() =>
        Is("float32 (3,) (2 non-finite)\n[      1,     NaN, -Infinity]".Replace("[      1,     NaN,", "[        1,       NaN,", StringComparison.Ordinal),
            Tensor.Of(1, float.NaN, float.NegativeInfinity));

    [Fact]
    public void Large_whole_numbers_keep_their_digits() => Is("int64 (2,)\n[1234567,       1]", Tensor.Of(1234567L, 1L));

    [Fact]
    public void Whole_numbers_are_exact_whatever_their_size()
    {
        Is("int64 (1,)\n[9007199254740993]", Tensor.Of(9007199254740993L));
        Is("int32 (2,)\n[-2147483648,  2147483647]", Tensor.Of(int.MinValue, int.MaxValue));
        Is("int64 () 9223372036854775807", Tensor.Of(long.MaxValue).Reshape());
        Assert.Equal("int64 (2,) min -9223372036854775808 mean 0 max 9223372036854775807", TensorPrinter.Summary(Tensor.Of(long.MinValue, long.MaxValue)));
    }

    [Fact]
    public void Nothing() => Is("float32 (0, 3) empty", Tensor.Zeros([0, 3]));

    [Fact]
    public void A_summary_has_one_line()
    {
        Assert.Equal("float32 (4,) min -1 mean 0.5 max 2 (1 non-finite)", TensorPrinter.Summary(Tensor.Of(-1, 2, 0.5f, float.NaN)));
        Assert.Equal("float32 () 7", TensorPrinter.Summary(Tensor.Scalar(7)));
        Assert.Equal("float32 (2,) (2 non-finite)", TensorPrinter.Summary(Tensor.Of(float.NaN, float.NaN)));
    }

    private static void Is(string expected, Tensor x) => Assert.Equal(expected, x.ToString().ReplaceLineEndings("\n"));
}
