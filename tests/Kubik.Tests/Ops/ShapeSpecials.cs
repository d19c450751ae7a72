// Kinks, ties, NaN, infinities and numbers far from 0 in the ops that reduce, scan, sort and pick.

using Kubik.Autograd;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class ShapeSpecials
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN;

    private static double[] Slope(Func<Tensor, Tensor> f, params double[] at)
    {
        Tensor x = Tensor.From(at).Track();
        return Gradient.Of(f(x).Sum(), x).ToDoubles();
    }

    [Fact]
    public void Zeros_leave_the_product_of_the_others()
    {
        Assert.Equal([0, 6, 0], Slope(x => x.Prod(), 2, 0, 3));
        Assert.Equal([0, 0, 0], Slope(x => x.Prod(), 0, 0, 3));
        Tensor x = Tensor.Of(0.0, 0, 3).Track();
        Tensor first = Gradient.Of(x.Prod(), x), second = Gradient.Of(first[0], x);
        Assert.Equal([0, 3, 0], second.ToDoubles()); // ∂²(abc)/∂a∂b = c
        Assert.Equal([1, 9, 0], Slope(v => v.CumProd(), 3, 0, 2)); // a + ab + abc: 1 + b + bc, a + ac, ab
    }

    [Fact]
    public void A_norm_of_nothing_but_zeros_is_flat()
    {
        Assert.Equal([0, 0], Slope(x => x.NormL2(), 0, 0));
        Assert.Equal([0, -1, 1], Slope(x => x.NormL1(), 0, -2, 3));
        Assert.Equal([0, 0, 0], Slope(x => x.Std([0]), 5, 5, 5));
    }

    [Fact]
    public void A_norm_neither_overflows_nor_vanishes()
    {
        Assert.Equal(5e30f, Tensor.Of(3e30f, -4e30f).NormL2().Item() / 1, 1e25);
        Assert.Equal(1, Tensor.Of(3e-30f, 4e-30f).NormL2().Item() / 5e-30, 1e-6);
        Assert.Equal([0.6, -0.8], Slope(x => x.NormL2(), 3e200, -4e200).Select(g => Math.Round(g, 12)));
        Assert.Equal(Inf, Tensor.Of(1, -Inf).NormL2().Item());
        Assert.Equal(NaN, Tensor.Of(1, NaN).NormL2().Item());
        Assert.Equal(NaN, Tensor.Of(1, NaN).Std([0]).Item());
    }

    [Fact]
    public void The_logarithm_of_a_sum_of_powers_is_stable()
    {
        Assert.Equal(1000 + Math.Log(2), Tensor.Of(1000.0, 1000).LogSumExp().Item(), 1e-12);
        Assert.Equal(-1000 + Math.Log(2), Tensor.Of(-1000.0, -1000).LogSumExp().Item(), 1e-12);
        Assert.Equal([double.NegativeInfinity, 7], Tensor.From(new[,] { { -Inf, -Inf }, { -Inf, 7 } }).LogSumExp(1).ToDoubles());
        Assert.Equal([0, 0], Slope(x => x.LogSumExp(), -Inf, -Inf));
        Assert.Equal([0, 1], Slope(x => x.LogSumExp(), -Inf, 7));
        Assert.Equal(Inf, Tensor.Of(Inf, 1).LogSumExp().Item());
        Assert.Equal(NaN, Tensor.Of(NaN, 1).LogSumExp().Item());
        Assert.Equal(double.NegativeInfinity, Tensor.Ones([0]).LogSumExp().Item());
    }

    [Fact]
    public void Of_equal_elements_the_first_is_found()
    {
        Assert.Equal(1, (int)Tensor.Of(1, 3, 3).ArgMax());
        Assert.Equal(1, (int)Tensor.Of(3, 1, 1).ArgMin());
        Assert.Equal(0, (int)Tensor.Of(0.0, -0.0).ArgMin());
        Assert.Equal(2, (int)Tensor.Of(5, -Inf, NaN, NaN).ArgMin());
        Assert.Equal([1, 2], Tensor.Of(1, 3, 3, 2).TopK(2).Indices.ToArray<long>());
    }

    [Fact]
    public void Sorting_is_stable_and_puts_NaN_last()
    {
        Tensor x = Tensor.Of(NaN, 0.0, -0.0, Inf, -Inf, NaN, 0.0, long.MinValue);
        Assert.Equal([4, 7, 1, 2, 6, 3, 0, 5], x.ArgSort().ToArray<long>());
        Assert.Equal([3, 1, 2, 6, 7, 4, 0, 5], x.ArgSort(descending: true).ToArray<long>());
        Assert.Equal([long.MinValue, -1, 0, long.MaxValue], Tensor.Of(long.MaxValue, -1, long.MinValue, 0).Sort().ToArray<long>());
        Assert.Equal([long.MaxValue, 0, -1, long.MinValue], Tensor.Of(long.MaxValue, -1, long.MinValue, 0).Sort(descending: true).ToArray<long>());
        Assert.Equal([255, 7, 0], Tensor.Of<byte>(7, 0, 255).Sort(descending: true).ToArray<byte>());
    }

    [Fact]
    public void NaN_is_among_the_extreme_ones()
    {
        Tensor x = Tensor.Of(1, NaN, 3, NaN, 2);
        Assert.Equal([1, 3, 2], x.TopK(3).Indices.ToArray<long>());
        Assert.Equal([1, 3, 0], x.TopK(3, largest: false).Indices.ToArray<long>());
        Assert.Equal([NaN, NaN, 3, 2, 1], x.TopK(5).Values.ToDoubles());
    }

    [Fact]
    public void A_value_is_searched_in_ties_and_beyond_the_ends()
    {
        Tensor sorted = Tensor.Of(1.0, 2, 2, Inf), values = Tensor.Of(0, 2, 3, Inf, NaN);
        Assert.Equal([0, 1, 3, 3, 4], sorted.SearchSorted(values).ToArray<long>());
        Assert.Equal([0, 3, 3, 4, 4], sorted.SearchSorted(values, right: true).ToArray<long>());
    }

    [Fact]
    public void Of_several_updates_the_last_stays_and_takes_the_gradient()
    {
        Tensor x = Tensor.Of(1.0, 2, 3).Track(), updates = Tensor.Of(10.0, 20, 30).Track(), index = Tensor.Of(1, 0, 1);
        Tensor y = x.Scatter(index, updates, 0);
        Assert.Equal([20, 30, 3], y.ToDoubles());
        Tensor[] g = Gradient.Of((y * Tensor.Of(1.0, 10, 100)).Sum(), x, updates);
        Assert.Equal([0, 0, 100], g[0].ToDoubles());
        Assert.Equal([0, 1, 10], g[1].ToDoubles());
    }

    [Fact]
    public void Updates_of_one_element_add_up() =>
        Assert.Equal([21, 42, 3], Tensor.Of(1, 2, 3).Cast(DType.Float64).ScatterAdd(Tensor.Of(1, 0, 1), Tensor.Of(10.0, 20, 30), 0).ToDoubles());

    [Fact]
    public void What_is_masked_or_cut_off_does_not_matter()
    {
        Assert.Equal([1, 0], Tensor.From(new[,] { { 1, NaN }, { Inf, NaN } }).Tril()[0].ToDoubles());
        Assert.Equal([0, 2], Tensor.Of(NaN, 2).MaskedFill(Tensor.Of(true, false), 0).ToDoubles());
        Assert.Equal([0, 1], Slope(x => x.MaskedFill(Tensor.Of(true, false), 5), NaN, 2));
    }

    [Fact]
    public void A_recurrence_does_not_use_its_first_factor() =>
        Assert.Equal([1, 3], Tensor.Of(Inf, 2).Recurrence(Tensor.Of(1.0, 1)).ToDoubles());

    [Fact]
    public void A_running_sum_keeps_its_digits() =>
        Assert.Equal(1e6f, Tensor.Full([10_000_000], 0.1).CumSum()[^1].Item(), 0.5);

    [Fact]
    public void Running_sums_and_products_hand_NaN_on_from_where_it_stands()
    {
        Assert.Equal([1, NaN, NaN], Tensor.Of(1, NaN, 2).CumSum().ToDoubles());
        Assert.Equal([2, NaN, NaN], Tensor.Of(2, NaN, 0).CumProd().ToDoubles());
    }

    [Fact]
    public void Slices_take_any_step_from_either_end()
    {
        Tensor x = Tensor.Range(0, 7, dtype: DType.Int32);
        Assert.Equal([6, 4, 2, 0], x.Slice(0, .., -2).ToArray<int>());
        Assert.Equal([4, 2], x.Slice(0, 1..5, -2).ToArray<int>());
        Assert.Equal([1, 4], x.Slice(-1, 1.., 3).ToArray<int>());
        Assert.Equal([5], x.Slice(0, ..^1, int.MinValue).ToArray<int>());
        Assert.Empty(x.Slice(0, 3..3, -1).ToArray<int>());
        Assert.Equal([1.0, 0, 1, 0, 1], Slope(v => v.Slice(0, .., -2), 1, 2, 3, 4, 5));
    }

    [Fact]
    public void Views_share_memory()
    {
        Tensor x = Tensor.Range(0, 12, dtype: DType.Int32).Reshape(3, 4);
        Assert.Equal([0, 5, 10], x.Diagonal().ToArray<int>());
        Assert.Equal(5, x.Diagonal().Layout.Strides[0]);
        Assert.Equal([1, 6, 11], x.T.Diagonal(-1).ToArray<int>());
        Assert.Equal(-4, x.Flip(0).Layout.Strides[0]);
        Assert.Equal([8, 9, 10, 11], x.Flip(0)[0].ToArray<int>());
        Assert.Equal([4, 5, 6, 7], x.Unstack()[1].ToArray<int>());
        Assert.Equal([3, 7, 11], x.Split(4, 1)[3].ToArray<int>());
        Assert.Equal([0, 2, 1], x.Reshape(1, 3, 4).MoveAxis(-1, 1).Layout.Strides.Select(s => s == 4 ? 1 : s == 1 ? 2 : 0));
    }

    [Fact]
    public void Several_axes_are_padded_at_once() =>
        Assert.Equal([9, 9, 9, 9, 9, 1, 2, 9], Tensor.Of(1, 2).Unsqueeze(0).Pad([(1, 0), (1, 1)], value: 9).ToArray<int>());

    [Fact]
    public void Triangles_of_any_offset_hold_what_they_say()
    {
        Assert.Equal([1, 1, 1, 1], Tensor.Ones([2, 2]).Tril(int.MaxValue).ToArray<float>());
        Assert.Equal([0, 0, 0, 0], Tensor.Ones([2, 2]).Tril(int.MinValue).ToArray<float>());
        Assert.Equal([0, 0, 0, 0], Tensor.Ones([2, 2]).Triu(int.MaxValue).ToArray<float>());
        Assert.Empty(Tensor.Ones([2, 2]).Diagonal(int.MinValue).ToArray<float>());
        Assert.Empty(Tensor.Ones([2, 2]).Diagonal(int.MaxValue).ToArray<float>());
    }

    [Fact]
    public void A_shape_of_one_axis_is_not_a_place_in_a_formula()
    {
        Assert.Contains("(6,)", new Reshape([6]).Notation.ToLatex("x"));
        Assert.Contains("(6,)", new BroadcastTo([6]).Notation.ToLatex("x"));
        Assert.Contains("(6,)", new Tile([6]).Notation.ToLatex("x"));
    }

    [Fact]
    public void Equal_attributes_make_equal_ops()
    {
        Assert.Equal(new Pad(0, 1, 2, PadMode.Edge), new Pad(0, 1, 2, PadMode.Edge));
        Assert.Equal(new Fold(new Unfold(2, new Window()), [3, 3]), new Fold(new Unfold(2, new Window()), [3, 3]));
        Assert.Equal(new Tile([2, 3]), new Tile([2, 3]));
        Assert.NotEqual<Op>(new Einsum("ij->i"), new Einsum("ij->j"));
    }
}
