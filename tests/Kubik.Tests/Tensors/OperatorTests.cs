using Kubik.Autograd;

namespace Kubik.Tests.Tensors;

public sealed class OperatorTests
{
    [Fact]
    public void Truth_values_combine()
    {
        Tensor a = Tensor.Of(false, false, true, true), b = Tensor.Of(false, true, false, true);
        Assert.Equal([false, false, false, true], (a & b).ToArray<bool>());
        Assert.Equal([false, true, true, true], (a | b).ToArray<bool>());
        Assert.Equal([false, true, true, false], (a ^ b).ToArray<bool>());
        Assert.Equal([true, true, false, false], (!a).ToArray<bool>());
        Tensor x = Tensor.Of(-1f, 0.5f, 2);
        Assert.Equal([false, true, false], ((x > 0) & (x < 1)).ToArray<bool>());
        Assert.Equal([false, true, false], x.Equal(0.5).ToArray<bool>());
        Assert.Equal([true, false, true], x.NotEqual(0.5).ToArray<bool>());
    }

    [Fact]
    public void A_remainder_has_the_sign_of_the_divisor()
    {
        Tensor x = Tensor.Of(-7, -6, 0, 6, 7);
        Assert.Equal([2, 0, 0, 0, 1], (x % 3).ToArray<int>());
        Assert.Equal([-1, 0, 0, 0, -2], (x % -3).ToArray<int>());
        Assert.Equal([0.5, 1.25], (Tensor.Of(-3.5, 1.25) % 2).ToDoubles());
        Assert.Equal([1, 1], (10 % Tensor.Of(3, 9)).ToArray<int>());
        Assert.Equal([0, 0, int.MinValue + 1], (Tensor.Of(int.MinValue, int.MinValue, 1) % Tensor.Of(-1, int.MinValue, int.MinValue)).ToArray<int>());
        Assert.Equal([5, 0], (Tensor.Of((byte)5, (byte)255) % Tensor.Of((byte)255, (byte)255)).ToArray<byte>());
    }

    [Fact]
    public void Parameters_compute_as_the_tensors_they_hold()
    {
        Parameter w = new(Tensor.Of(2f, 4)), v = new(Tensor.Of(1f, 2));
        Tensor x = Tensor.Of(10f, 20);
        Assert.Equal([1f, 2], (w * 0.5).ToArray<float>());
        Assert.Equal([3f, 6], (w + v).ToArray<float>());
        Assert.Equal([1f, 2], (w - v).ToArray<float>());
        Assert.Equal([2f, 2], (w / v).ToArray<float>());
        Assert.Equal([-2f, -4], (-w).ToArray<float>());
        Assert.Equal([8f, 6], (10 - w).ToArray<float>());
        Assert.Equal([12f, 24], (x + w).ToArray<float>());
        Assert.Equal([20f, 80], (w * x).ToArray<float>());
        Assert.Equal([6f, 10], Gradient.Of((w * w + w * 2).Sum(), w).ToArray<float>());
        Assert.Equal(5, Tensor.Ones([1, 2]).MatMul(new Parameter(Tensor.From([2f, 3], [2, 1]))).Item());
    }
}
