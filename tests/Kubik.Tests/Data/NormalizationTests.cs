// y = (x − mean) / std, and back.

using Kubik.Data;

namespace Kubik.Tests.Data;

public sealed class NormalizationTests
{
    [Fact]
    public void Columns_each_have_their_own_constants()
    {
        Normalization n = new([150, -1], [10, 0.5]);
        Tensor y = n.Apply(Tensor.From(new[,] { { 160f, 0f }, { 135f, -1f } }));
        Assert.Equal([1f, 2f, -1.5f, 0f], y.ToArray<float>());
        Assert.Equal([160f, 0f, 135f, -1f], n.Undo(y).ToArray<float>());
    }

    [Fact]
    public void Channels_of_pictures_each_have_their_own_constants()
    {
        Normalization n = new([1, 2, 3], [1, 2, 4]);
        Tensor y = n.Apply(Tensor.Full([2, 3, 2, 2], 3));
        Assert.Equal(new TensorSpec(DType.Float32, [2, 3, 2, 2]), y.Spec);
        Assert.Equal([2f, 2f, 2f, 2f, .5f, .5f, .5f, .5f, 0f, 0f, 0f, 0f], y.ToArray<float>()[12..]);
    }

    [Fact]
    public void One_constant_also_serves_a_vector() =>
        Assert.Equal([0f, 1f], new Normalization([5], [2]).Apply(Tensor.Of(5f, 7f)).ToArray<float>());

    [Fact]
    public void Identity_changes_nothing()
    {
        Normalization n = Normalization.Identity(2);
        Assert.True(n.IsIdentity);
        Assert.Equal([0.1f, float.MaxValue], n.Apply(Tensor.From(new[,] { { 0.1f, float.MaxValue } })).ToArray<float>());
    }

    [Fact]
    public void Text_keeps_every_digit()
    {
        Normalization n = new([1.0 / 3, -1e-300, 12345678.9], [Math.PI, 5e300, double.Epsilon]);
        Assert.Equal(n, Normalization.Parse(n.ToString()));
        Assert.Equal(n.GetHashCode(), Normalization.Parse(n.ToString()).GetHashCode());
        Assert.Equal("mean 0.5, 2 std 1, 0.25", new Normalization([0.5, 2], [1, 0.25]).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.5 0.3")]
    [InlineData("mean 1, 2 std 3")]
    [InlineData("mean 1 std 0")]
    [InlineData("mean 1 std -1")]
    [InlineData("mean NaN std 1")]
    [InlineData("mean 1 std ∞")]
    [InlineData("mean a std b")]
    [InlineData("std 1 mean 1")]
    public void Other_text_is_refused(string text) =>
        Assert.Contains("mean", Assert.Throws<FormatException>(() => Normalization.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Constants_must_be_usable()
    {
        Assert.Contains("1 for a constant column", Assert.Throws<ArgumentException>(() => new Normalization([0], [0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Normalization([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => new Normalization([], []));
    }

    [Fact]
    public void Shapes_must_fit()
    {
        string message = Assert.Throws<ShapeException>(() => new Normalization([1, 2], [1, 1]).Apply(Tensor.Zeros([4, 3]))).Message;
        Assert.Contains("(4, 3)", message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Normalization.Identity(1).Apply(Tensor.Scalar(1)));
    }

    [Fact]
    public void Moments_of_equal_numbers_are_exact()
    {
        Moments m = default;
        for (int i = 0; i < 1000; i++) m.Add(0.1);
        Assert.Equal(0.1, m.Mean);
        Assert.Equal(0, m.Std);
    }

    [Fact]
    public void Moments_are_right_far_from_zero()
    {
        Moments m = default;
        for (int i = 0; i < 1000; i++) m.Add(1e9 + (i % 2));
        Assert.Equal(0.5, m.Std, 1e-9);
        Assert.Equal(1e9 + 0.5, m.Mean, 1e-6);
    }
}
