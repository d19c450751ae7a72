// At a kink there is no slope; what is given there instead is documented on the op and pinned here.

using Kubik.Autograd;

namespace Kubik.Tests.Ops;

public sealed class OpSubgradients
{
    private static double[] Slope(Func<Tensor, Tensor> f, params double[] at)
    {
        Tensor x = Tensor.From(at).Track();
        return Gradient.Of(f(x).Sum(), x).ToDoubles();
    }

    [Fact]
    public void Relu_is_flat_at_0() => Assert.Equal([0, 0, 1], Slope(x => x.Relu(), -1, 0, 1));

    [Fact]
    public void Abs_is_flat_at_0() => Assert.Equal([-1, 0, 1], Slope(x => x.Abs(), -1, 0, 1));

    [Fact]
    public void Equal_arguments_of_Maximum_share_the_gradient()
    {
        Assert.Equal([0, 0.5, 1], Slope(x => x.Maximum(2), 1, 2, 3));
        Assert.Equal([0, 0.5, 1], Slope(x => Tensor.Scalar(2, DType.Float64).Maximum(x), 1, 2, 3));
        Assert.Equal([1, 0.5, 0], Slope(x => x.Minimum(2), 1, 2, 3));
        Assert.Equal([1, 0.5, 0], Slope(x => Tensor.Scalar(2, DType.Float64).Minimum(x), 1, 2, 3));
    }

    [Fact]
    public void Equal_infinities_share_the_gradient_too()
    {
        double inf = double.PositiveInfinity;
        Assert.Equal([0.5, 1, 0], Slope(x => x.Maximum(Tensor.Of(inf, 0, inf)), inf, 5, 5));
        Assert.Equal([0.5, 1, 0], Slope(x => x.Minimum(Tensor.Of(-inf, 0, -inf)), -inf, -5, -5));
    }

    [Fact]
    public void All_largest_elements_share_the_gradient()
    {
        Assert.Equal([0, 0.5, 0.5], Slope(x => x.Max(), 1, 3, 3));
        Assert.Equal([1.0 / 3, 1.0 / 3, 1.0 / 3], Slope(x => x.Min(), 3, 3, 3));
    }

    [Fact]
    public void The_first_largest_cell_of_a_window_takes_it_all() =>
        Assert.Equal([0, 1, 0, 0], Slope(x => x.Reshape(1, 1, 2, 2).MaxPool(2, new Window()), 1, 5, 5, 2));

    [Fact]
    public void Powers_of_0_have_the_slope_of_the_polynomial()
    {
        Assert.Equal([0], Slope(x => x.Pow(2), 0));
        Assert.Equal([1], Slope(x => x.Pow(1), 0));
        Assert.Equal([0], Slope(x => x.Pow(0), 0));
        Tensor zero = Tensor.Scalar(0, DType.Float64).Track();
        Tensor first = Gradient.Of(zero.Pow(2), zero), second = Gradient.Of(first, zero);
        Assert.Equal(2, second.Item());
        Assert.Equal(0, Gradient.Of(second, zero).Item());
    }

    [Fact]
    public void A_power_of_a_base_below_0_does_not_depend_on_its_exponent()
    {
        Tensor b = Tensor.Of(2.0).Track();
        Assert.Equal([0], Gradient.Of(Tensor.Of(-3.0).Pow(b).Sum(), b).ToDoubles());
    }

    [Fact]
    public void Steps_have_no_gradient()
    {
        Tensor x = Tensor.Of(1.0, 2).Track();
        Assert.Null(Gradient.TryOf(x.Step().Sum(), x)[0]);
        Assert.Null(Gradient.TryOf(x.Sign().Sum(), x)[0]);
        Assert.Null(Gradient.TryOf(x.Cast(DType.Int32).Cast(DType.Float64).Sum(), x)[0]);
    }
}
