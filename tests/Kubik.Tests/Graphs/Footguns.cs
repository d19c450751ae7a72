// Behaviour that surprises people, pinned: if one of these changes, it changes on purpose.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Tests.Graphs;

public sealed class Footguns
{
    private static readonly TensorSpec Scalar = new(DType.Float32, []);

    [Fact]
    public void Reading_a_symbol_throws_and_names_the_op_that_made_it()
    {
        foreach (Action<Tensor> read in new Action<Tensor>[]
        {
            y => _ = (float)y, y => _ = (double)y, y => _ = y.Item(), y => y.ToDoubles(), y => y.ToArray<float>(), y => y.AsSpan<float>(),
        })
        {
            InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Graph.Trace(x =>
            {
                Tensor y = x[0].Tanh();
                read(y);
                return y;
            }, Scalar));
            Assert.Equal("This tensor (float32 ()) is symbolic: it was made inside Graph.Trace by Tanh and has no values to read. "
                + "Return it from the traced function and read the result, or use Tensor.Where instead of branching on its value.", e.Message);
        }
    }

    [Fact]
    public void Branching_on_a_symbol_throws_and_names_the_comparison() =>
        Assert.Contains("by Greater", Assert.Throws<InvalidOperationException>(() => Graph.Trace(x => (bool)(x[0] > 0) ? x[0] : -x[0], Scalar)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_symbol_can_be_printed() => Graph.Trace(x =>
    {
        Assert.Equal("float32 () symbolic", x[0].ToString());
        return x[0];
    }, Scalar);

    [Fact]
    public void Equality_of_tensors_is_of_references()
    {
        Tensor a = Tensor.Of(1f), b = Tensor.Of(1f);
        Assert.False(a == b);
        Assert.True((bool)a.Equal(b));
    }

    [Fact]
    public void A_tensor_from_outside_is_a_constant_of_the_graph()
    {
        Tensor outside = Tensor.Scalar(1);
        Graph graph = Graph.Trace(x => x[0] + outside, Scalar);
        outside = Tensor.Scalar(100);
        Assert.Equal(3, (float)graph.Run(Tensor.Scalar(2))[0]);
        Assert.Equal(100, (float)outside);
    }

    [Fact]
    public void A_csharp_branch_is_taken_once_when_tracing()
    {
        bool flag = true;
        Graph graph = Graph.Trace(x => flag ? x[0] * 2 : x[0] * 3, Scalar);
        flag = false;
        Assert.Equal(2, (float)graph.Run(Tensor.Scalar(1))[0]);
        Assert.False(flag);
    }

    [Fact]
    public void Assigning_a_parameter_leaves_what_was_computed_from_it_alone()
    {
        Parameter w = new(Tensor.Of(3f));
        Tensor before = w.Value, y = w.Value * w.Value;
        w.Assign(Tensor.Of(100f));
        Assert.Equal(9, (float)y);
        Assert.Equal(6, (float)Gradient.Of(y.Sum(), before));
    }

    [Fact]
    public void Integers_divide_as_in_csharp_and_have_no_mean()
    {
        Assert.Equal([2, -2], (Tensor.Of(5, -5) / 2).ToArray<int>());
        Assert.Contains("Cast", Assert.Throws<ShapeException>(() => Tensor.Of(1, 2).Mean()).Message, StringComparison.Ordinal); // it would be 1
        Assert.Throws<DivideByZeroException>(() => Tensor.Of(1) / 0);
    }

    [Fact]
    public void Bytes_wrap_around_but_their_sums_do_not()
    {
        Assert.Equal([4], (Tensor.Of<byte>(200) + Tensor.Of<byte>(60)).ToArray<byte>());
        Assert.Equal(300, (int)Tensor.Of<byte>(200, 100).Sum());
    }

    [Fact]
    public void A_gradient_reaches_an_untracked_tensor_that_met_a_tracked_one()
    {
        Tensor x = Tensor.Of(2.0).Track(), constant = Tensor.Of(5.0);
        Assert.Equal(2, Gradient.Of((x * constant).Sum(), constant).Item());
    }

    [Fact]
    public void Track_makes_a_new_variable()
    {
        Tensor data = Tensor.Of(2.0), x = data.Track();
        Assert.Null(Gradient.TryOf((x * x).Sum(), data)[0]);
        Assert.NotNull(Gradient.TryOf((x * x).Sum(), x)[0]);
    }

    [Fact]
    public void Variance_divides_by_n() => Assert.Equal(2.0 / 3, Tensor.Of(1.0, 2, 3).Variance([]).Item(), 1e-15);

    [Fact]
    public void A_new_window_moves_by_one() => Assert.Equal(new Window(stride: 1, pad: 0, dilation: 1, groups: 1, padEnd: 0), new Window());

    [Fact]
    public void The_padding_of_an_average_pool_counts() =>
        Assert.Equal(0.25, Tensor.Ones([1, 1, 1, 1]).AvgPool(2, new Window(stride: 1, pad: 1))[0, 0, 0, 0].Item());

    [Fact]
    public void A_parameter_without_a_shape_can_be_assigned_in_a_trace()
    {
        Linear layer = new(2, bias: false);
        Graph graph = Graph.Trace(
            x =>
            {
                layer.Weight.Assign(x[1]);
                return layer.Forward(x[0]);
            },
            new(DType.Float32, [1, 3]), new(DType.Float32, [3, 2]));
        Tensor w = Tensor.From<float>([1, 2, 3, 4, 5, 6], [3, 2]);
        Assert.Equal([9f, 12f], graph.Run(Tensor.Ones([1, 3]), w)[0].ToArray<float>());
        Assert.Equal(w.ToArray<float>(), layer.Weight.Value.ToArray<float>());
        Assert.Throws<InvalidOperationException>(() => Graph.Trace(x => new Parameter(x[0]).Value, w.Spec));
    }
}
