// The tape: which gradients come out, of which graphs, and what is said when there is none.

using Kubik.Autograd;

namespace Kubik.Tests.Autograd;

public sealed class GradientTests
{
    private static Tensor Variable(params double[] values) => Tensor.From(values).Track();

    [Fact]
    public void Of_a_polynomial()
    {
        Tensor x = Variable(1, 2, -3);
        Assert.Equal([3, 12, 27], Gradient.Of((x * x * x).Sum(), x).ToDoubles());
    }

    [Fact]
    public void Paths_that_meet_again_are_added()
    {
        Tensor x = Variable(3), a = x * 2, b = x.Exp(), y = (a * b + a).Sum();   // y = 2x·eˣ + 2x
        Assert.Equal(2 * Math.Exp(3) * (1 + 3) + 2, Gradient.Of(y, x).Item(), 1e-10);
    }

    [Fact]
    public void A_diamond_of_forty_floors_is_walked_once_not_2_to_the_40_times()
    {
        Tensor x = Variable(1), y = x;
        for (int i = 0; i < 40; i++) y = (y + y) / 2;
        Assert.Equal(1, Gradient.Of(y.Sum(), x).Item());
    }

    [Fact]
    public void A_tensor_used_twice_in_one_op()
    {
        Tensor x = Variable(2, 5);
        Assert.Equal([4, 10], Gradient.Of((x * x).Sum(), x).ToDoubles());
        Assert.Equal([0, 0], Gradient.Of((x - x).Sum(), x).ToDoubles());
    }

    [Fact]
    public void A_chain_of_100_000_ops_does_not_overflow_the_stack()
    {
        Tensor x = Variable(1), y = x;
        for (int i = 0; i < 100_000; i++) y += 1;
        Assert.Equal(1, Gradient.Of(y.Sum(), x).Item());
    }

    [Fact]
    public void With_respect_to_intermediate_tensors_and_to_y_itself()
    {
        Tensor x = Variable(2), h = x * 3, y = (h * h).Sum();
        Tensor[] g = Gradient.Of(y, x, h, y);
        Assert.Equal([36, 12, 1], g.Select(t => t.Item()));
    }

    [Fact]
    public void Of_the_third_order()
    {
        Tensor x = Variable(0.7);
        Tensor first = Gradient.Of(x.Sin().Sum(), x), second = Gradient.Of(first.Sum(), x), third = Gradient.Of(second.Sum(), x);
        Assert.Equal(Math.Cos(0.7), first.Item(), 1e-12);
        Assert.Equal(-Math.Sin(0.7), second.Item(), 1e-12);
        Assert.Equal(-Math.Cos(0.7), third.Item(), 1e-12);
    }

    [Fact]
    public void A_row_of_a_Hessian()
    {
        Tensor x = Variable(1, 2, 3);   // f = x₀²·x₁ + x₁·x₂³
        Tensor f = x[0] * x[0] * x[1] + x[1] * x[2].Pow(3);
        Tensor g = Gradient.Of(f, x);
        Assert.Equal([4, 28, 54], g.ToDoubles());
        Assert.Equal([2, 0, 27], Gradient.Of(g[1], x).ToDoubles());
    }

    [Fact]
    public void Through_views()
    {
        Tensor x = Tensor.Range(0, 6, dtype: DType.Float64).Reshape(2, 3).Track();
        Assert.Equal([0, 0, 0, 0, 1, 0], Gradient.Of(x[1, 1], x).ToDoubles());
        Assert.Equal([0, 2, 4, 0, 0, 0], Gradient.Of((x[0] * x[0]).Sum(), x).ToDoubles());
        Assert.Equal([1, 0, 1, 1, 0, 1], Gradient.Of(x[.., AxisIndex.Every(2)].Sum(), x).ToDoubles());
        Assert.Equal([0, 0, 0, 0, 2, 0], Gradient.Of((x.T[1, 1] * 2), x).ToDoubles());
        Assert.Equal([4, 4, 4, 4, 4, 4], Gradient.Of(x.Unsqueeze(0).BroadcastTo([4, 2, 3]).Sum(), x).ToDoubles());
    }

    [Fact]
    public void Broadcasting_is_undone()
    {
        Tensor x = Tensor.Ones([2, 3], DType.Float64).Track(), b = Variable(1, 2, 3), s = Tensor.Scalar(2, DType.Float64).Track(),
            c = Tensor.Ones([2, 1], DType.Float64).Track();
        Tensor[] g = Gradient.Of((x * b * s * c).Sum(), x, b, s, c);
        Assert.Equal(["(2, 3)", "(3,)", "()", "(2, 1)"], g.Select(t => t.Shape.ToString()));
        Assert.Equal([4, 4, 4], g[1].ToDoubles());
        Assert.Equal(12, g[2].Item());
        Assert.Equal([12, 12], g[3].ToDoubles());
    }

    [Fact]
    public void Detach_cuts()
    {
        Tensor x = Variable(3);
        Assert.Equal(3, Gradient.Of((x * x.Detach()).Sum(), x).Item());
        Assert.False(x.Detach().IsTracked);
        Assert.False((x.Detach() * 2).IsTracked);
    }

    [Fact]
    public void Null_for_what_y_does_not_depend_on()
    {
        Tensor x = Variable(1), other = Variable(1);
        Tensor?[] g = Gradient.TryOf((x * 2).Sum(), x, other);
        Assert.NotNull(g[0]);
        Assert.Null(g[1]);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Gradient.Of((x * 2).Sum(), x, other));
        Assert.Equal("Gradient: y (float64 ()) does not depend on tensor 1 (float64 (1,)). "
            + "Was y computed from another tensor with the same values, or cut off by Detach or a comparison?", e.Message);
    }

    [Fact]
    public void An_untracked_tensor_is_named_with_what_to_do()
    {
        Tensor x = Tensor.Of(1.0);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Gradient.Of((x * x).Sum(), x));
        Assert.Equal("Gradient: y (float64 ()) does not depend on tensor 0 (float64 (1,)). It was not tracked when y was computed: "
            + "take x.Track() first and compute y from that.", e.Message);
    }

    [Fact]
    public void A_y_that_is_not_a_scalar_is_refused_with_a_way_out()
    {
        Tensor x = Variable(1, 2);
        ShapeException e = Assert.Throws<ShapeException>(() => Gradient.Of(x * 2, x));
        Assert.Equal("Gradient: y must be a scalar; it has shape (2,). Reduce it first, for example with Sum() or Mean(), or use Gradient.Pull.", e.Message);
        e = Assert.Throws<ShapeException>(() => Gradient.Pull(x * 2, Tensor.Of(1.0), x));
        Assert.Equal("Gradient: what arrives at y must have its spec, float64 (2,), not float64 (1,).", e.Message);
    }

    [Fact]
    public void What_depends_on_nothing_tracked_keeps_no_tape()
    {
        Tensor y = (Tensor.Of(1.0) * 2).Exp();
        Assert.Null(y.Node);
        Assert.False(y.IsTracked);
    }

    [Fact]
    public void Only_what_leads_to_a_target_is_computed()
    {
        // The weight's gradient would need the pole of ln at 0; only x is asked for.
        Tensor x = Variable(1), w = Variable(0);
        Tensor y = (x * 2 + w.Log().Detach() * 0).Sum();
        Assert.Equal(2, Gradient.Of(y, x).Item());
    }

    [Fact]
    public void The_check_finds_a_wrong_gradient()
    {
        Tensor x = Tensor.Of(0.5, -1, 2);
        Assert.True(GradientCheck.Along(xs => xs[0].Tanh().Sum(), [x], new RandomStream(1, 1)).RelativeError < 1e-8);
        Assert.True(GradientCheck.Along(xs => (xs[0] * xs[0].Detach()).Sum(), [x], new RandomStream(1, 1)).RelativeError > 0.1);
        Assert.Throws<ShapeException>(() => GradientCheck.Along(xs => xs[0].Sum(), [x.Cast(DType.Float32)], new RandomStream(1, 1)));
    }

    [Fact]
    public void Slices_side_by_side_are_joined_and_others_added()
    {
        Tensor x = Tensor.From([.. Enumerable.Range(0, 12).Select(i => (double)i)], [3, 4]).Track();
        // With a gap, overlapping, on two axes, in steps, empty, and beside a use of the whole.
        foreach (Func<Tensor, Tensor> f in new Func<Tensor, Tensor>[]
        {
            v => (v[.., 3..] * v[.., 3..]).Sum() + v[.., 1..2].Exp().Sum(),
            v => (v[.., ..3] * v[.., 1..]).Sum(),
            v => v[1].Exp().Sum() + (v[.., 2] * v[.., 0]).Sum(),
            v => v[AxisIndex.Every(2)].Exp().Sum() + v[1].Sum(),
            v => v[3..].Sum() + v[0].Exp().Sum() + v[1..].Sum() + (v * v).Sum(),
        })
        {
            GradientCheckResult result = GradientCheck.Along(v => f(v[0] * 0.1), [x], new RandomStream(1, 1));
            Assert.True(result.RelativeError < 1e-8, result.ToString());
        }
        Kubik.Graphs.Graph graph = Kubik.Graphs.Graph.Trace(v => Gradient.Of(v[0][..1].Exp().Sum() + v[0][1..].Exp().Sum(), v[0]), x.Spec);
        Assert.Contains(graph.Values, v => v.Node is { Op: Kubik.Ops.Concat });
        Assert.DoesNotContain(graph.Values, v => v.Node is { Op: Kubik.Ops.Place });
    }
}
