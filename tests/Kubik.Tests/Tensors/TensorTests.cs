// Making tensors, taking parts of them, printing and converting them.

namespace Kubik.Tests.Tensors;

public sealed class TensorTests
{
    [Fact]
    public void From_arrays_of_one_to_four_axes()
    {
        Assert.Equal("float32 (3,)", Tensor.From([1f, 2f, 3f]).Spec.ToString());
        Assert.Equal("int32 (2, 3)", Tensor.From(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }).Spec.ToString());
        Assert.Equal("float64 (1, 2, 2)", Tensor.From(new[, ,] { { { 1.0, 2 }, { 3, 4 } } }).Spec.ToString());
        Assert.Equal("int64 (1, 1, 1, 2)", Tensor.From(new[, , ,] { { { { 1L, 2L } } } }).Spec.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 6], Tensor.From(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }).ToArray<int>());
        Assert.Equal([1, 2, 3, 4], Tensor.From(new[, ,] { { { 1.0, 2 }, { 3, 4 } } }).ToArray<double>());
        Assert.Equal("bool (2, 1)", Tensor.From([true, false], [2, 1]).Spec.ToString());
        Assert.Equal("float32 (0, 2)", Tensor.From(new float[0, 2]).Spec.ToString());
    }

    [Fact]
    public void Ranges_and_lines()
    {
        Assert.Equal([0, 1, 2, 3], Tensor.Range(0, 4).ToArray<float>());
        Assert.Equal([5, 3, 1], Tensor.Range(5, 0, -2, DType.Int32).ToArray<int>());
        Assert.Empty(Tensor.Range(3, 3).ToArray<float>());
        Assert.Equal(10, Tensor.Range(0, 1, 0.1).Count);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], Tensor.Linspace(0, 1, 5, DType.Float64).ToDoubles());
        Assert.Equal([7], Tensor.Linspace(7, 9, 1).ToDoubles());
        Assert.Empty(Tensor.Linspace(7, 9, 0).ToDoubles());
        Assert.Equal([1, 0, 0, 1], Tensor.Eye(2).ToArray<float>());
        Assert.Empty(Tensor.Eye(0).ToDoubles());
        Assert.Equal("Range: steps of -1 do not lead from 0 to 4.", Assert.Throws<ArgumentException>(() => Tensor.Range(0, 4, -1)).Message);
        Assert.Throws<ArgumentException>(() => Tensor.Range(0, 4, 0));
        Assert.Throws<ShapeException>(() => Tensor.Eye(65536));
        Assert.Throws<ShapeException>(() => Tensor.Eye(-1));
    }

    [Fact]
    public void A_tensor_full_of_one_value_takes_the_memory_of_one_element()
    {
        Tensor x = Tensor.Full([1000, 1000, 1000], 7);
        Assert.Equal(1_000_000_000, x.Count);
        Assert.Equal(4, x.Bytes.Length);
        Assert.Equal(7, (float)x[999, 999, 999]);
        Assert.Equal([7, 7], Tensor.Full([2], 7, DType.UInt8).ToArray<byte>());
        Assert.Equal([true], Tensor.Full([1], 7, DType.Bool).ToArray<bool>());
        Assert.Equal("uint8 cannot hold 256; give a whole number in its range, or cast the tensor to Float32 first.",
            Assert.Throws<ShapeException>(() => Tensor.Full([2], 256, DType.UInt8)).Message);
        Assert.Throws<ShapeException>(() => Tensor.Full([2], double.NaN, DType.Int32));
    }

    [Fact]
    public void Indices_and_ranges()
    {
        Tensor x = Tensor.Range(0, 12).Reshape(3, 4);
        Assert.Equal([4, 5, 6, 7], x[1].ToArray<float>());
        Assert.Equal([8, 9, 10, 11], x[^1].ToArray<float>());
        Assert.Equal(6, (float)x[1, 2]);
        Assert.Equal([1, 5, 9], x[.., 1].ToArray<float>());
        Assert.Equal([5, 6, 9, 10], x[1.., 1..3].ToArray<float>());
        Assert.Equal([8, 9], x[^1, ..2].ToArray<float>());
        Assert.Equal([0, 2, 8, 10], x[AxisIndex.Every(2), AxisIndex.Every(2)].ToArray<float>());
        Assert.Equal([8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3], x[AxisIndex.Every(-1)].ToArray<float>());
        Assert.Equal([3, 1], x[0, AxisIndex.Every(-2)].ToArray<float>());
        Assert.Equal([2, 1], x[0, AxisIndex.Every(-1, 1..3)].ToArray<float>());
        Assert.Equal([0], x[0, AxisIndex.Every(int.MaxValue)].ToArray<float>());
        Assert.Equal([3], x[0, AxisIndex.Every(int.MinValue)].ToArray<float>());
        Assert.Equal("(0, 4)", x[3..].Shape.ToString());
        Assert.Equal("(3, 4)", x[..].Shape.ToString());
        Assert.Equal("()", x[2, 3].Shape.ToString());
    }

    [Fact]
    public void Views_share_memory_and_copies_do_not()
    {
        Tensor x = Tensor.Range(0, 6).Reshape(2, 3);
        foreach (Tensor view in new[] { x.T, x[1], x[.., 1..], x.Unsqueeze(0), x.Reshape(3, 2), x.BroadcastTo([4, 2, 3]), x.Flatten(0) })
            Assert.True(view.Bytes.Overlaps(x.Bytes), view.Shape.ToString());
        Assert.False(x.T.Reshape(6).Bytes.Overlaps(x.Bytes));
        Assert.False(x.T.Contiguous().Bytes.Overlaps(x.Bytes));
    }

    [Fact]
    public void Values_do_not_change_under_the_user()
    {
        float[] source = [1, 2, 3];
        Tensor x = Tensor.From(source), view = x[1..], y = x * 2;
        source[1] = 99;
        float[] copy = x.ToArray<float>();
        copy[0] = 99;
        Assert.Equal([1, 2, 3], x.ToArray<float>());
        Assert.Equal([2, 3], view.ToArray<float>());
        Assert.Equal([2, 4, 6], y.ToArray<float>());
        Parameter p = new(x);
        p.Assign(y);
        Assert.Equal([1, 2, 3], x.ToArray<float>());
    }

    [Fact]
    public void Conversions()
    {
        Tensor x = Tensor.Of(1.5f, 2.5f);
        Assert.Equal([1.5f, 2.5f], x.AsSpan<float>().ToArray());
        Assert.Equal([1.5, 2.5], x.ToDoubles());
        Assert.Equal(2.5, x[1].Item());
        Assert.Equal(2, (int)x[1]);
        Assert.True((bool)x[1]);
        System.Numerics.Tensors.Tensor<float> n = x.Reshape(2, 1).ToNumericsTensor<float>();
        Assert.Equal([2, 1], n.Lengths.ToArray());
        Assert.Equal("float32 (2, 1)", Tensor.From(n).Spec.ToString());
        Assert.Equal([1.5f, 2.5f], Tensor.From(n).ToArray<float>());
        Assert.Equal([1, 4, 2, 5, 3, 6], Tensor.From(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }).T.AsSpan<int>().ToArray());
    }

    [Theory]
    [InlineData(DType.Float32, "float32", 4, true)]
    [InlineData(DType.Float64, "float64", 8, true)]
    [InlineData(DType.Float16, "float16", 2, true)]
    [InlineData(DType.BFloat16, "bfloat16", 2, true)]
    [InlineData(DType.Int32, "int32", 4, false)]
    [InlineData(DType.Int64, "int64", 8, false)]
    [InlineData(DType.UInt8, "uint8", 1, false)]
    [InlineData(DType.Bool, "bool", 1, false)]
    public void Types(DType type, string name, int bytes, bool isFloat)
    {
        Assert.Equal((name, bytes, isFloat), (type.Name, type.ByteSize, type.IsFloat));
        Assert.Equal([0, 1], Tensor.Of(0, 1).Cast(type).ToDoubles());
    }

    [Fact]
    public void Errors_say_what_was_given_what_was_expected_and_what_to_do()
    {
        Tensor x = Tensor.Of(1f, 2f);
        Assert.Equal("AsSpan<Double>: the tensor holds float32; ask for that type or convert with Cast(DType.Float64).",
            Assert.Throws<ShapeException>(() => x.AsSpan<double>().Length).Message);
        Assert.Equal("ToArray<Int32>: the tensor holds float32; ask for that type or convert with Cast(DType.Int32).",
            Assert.Throws<ShapeException>(() => x.ToArray<int>()).Message);
        Assert.Equal("Item: a tensor of shape (2,) has 2 elements, not one; index it or reduce it first.",
            Assert.Throws<ShapeException>(() => x.Item()).Message);
        Assert.Equal("From: 2 values do not fill the shape (3,), which has 3 elements.",
            Assert.Throws<ShapeException>(() => Tensor.From([1f, 2f], [3])).Message);
        Assert.Equal("A tensor cannot hold Char; it holds float, double, Half, BFloat16, int, long, byte or bool.",
            Assert.Throws<NotSupportedException>(() => Tensor.Of('a')).Message);
        Parameter p = new(x);
        Assert.Equal("Assign: the parameter is float32 (2,) and cannot become float32 (3,).",
            Assert.Throws<ShapeException>(() => p.Assign(Tensor.Ones([3]))).Message);
    }

    [Fact]
    public void A_mean_over_an_axis_that_has_elements_is_fine_though_the_tensor_is_empty() =>
        Assert.Equal("(0,)", Tensor.Ones([0, 3]).Mean(1).Shape.ToString());

    [Fact]
    public void ATensorThatIsTooLargeIsRefused() =>
        Assert.Contains("would take 2.4 GB", Assert.Throws<ShapeException>(() => Tensor.Zeros([600_000_000]).Contiguous()).Message, StringComparison.Ordinal);
}
