// Behaviour that surprises people, pinned: if one of these changes, it changes on purpose.

using Kubik.Autograd;
using Kubik.Data;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

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
            Assert.Equal("This tensor (float32 ()) is symbolic: it was made by Tanh in code that is traced (by Graph.Trace, Module.Build, Compiled or the trainer), so it has a shape but no values to read or to branch on. "
                + "Use Tensor.Where instead of branching, or return the tensor and read the result; code that has to look at values runs op by op: with TrainerOptions.Compile = false, or net.Forward(x) and optimizer.Step(loss, net) instead of Compiled.", e.Message);
        }
    }

    [Fact]
    public void Branching_on_a_symbol_throws_and_names_the_comparison() =>
        Assert.Contains("by Greater", Assert.Throws<InvalidOperationException>(() => Graph.Trace(x => (bool)(x[0] > 0) ? x[0] : -x[0], Scalar)).Message, StringComparison.Ordinal);

    [Fact]
    public void Reading_a_symbol_in_a_network_names_the_layer()
    {
        Sequential inner = new(new Linear(3), new Lambda(x => (double)x.Sum() > 0 ? x : -x, "gate")), net = new(new Linear(4), inner);
        foreach (Action act in (Action[])
        [
            () => net.Build([2, 5]),
            () => Graph.Trace(x => net.Forward(x[0]), new TensorSpec(DType.Float32, [2, 5])),
            () => Compiled.Step(net, new MeanSquaredError(), new Sgd(0.1)).Run(Tensor.Ones([2, 5]), Tensor.Ones([2, 3])),
            () => Compiled.Predict(net).Run(Tensor.Ones([2, 5])),
        ])
        {
            string message = Assert.Throws<InvalidOperationException>(act).Message;
            Assert.StartsWith("In layer 1.1 (<gate>): this tensor (float32 ()) is symbolic: it was made by ReduceSum in code that is traced", message, StringComparison.Ordinal);
            Assert.Contains("TrainerOptions.Compile = false", message, StringComparison.Ordinal);
        }
        // What the message proposes works.
        Sgd eager = new(0.1);
        eager.Step(() => new MeanSquaredError().Of(net.Forward(Tensor.Ones([2, 5])), Tensor.Ones([2, 3])), net);
        Sequential fresh = new(new Linear(4), new Lambda(x => (double)x.Sum() > 0 ? x : -x));
        TensorDataset data = new(Tensor.Ones([6, 5]), Tensor.Ones([6, 4]));
        Trainer.Fit(fresh, new MeanSquaredError(), new Sgd(0.01), data, new TrainerOptions { Epochs = 2, BatchSize = 3, Compile = false, Validation = data });
        // In the loss there is no layer.
        CompiledStep step = Compiled.Step(new Sequential(new Linear(4)), (y, t) => (double)y.Mean() > 0 ? y.Mean() : t.Mean(), new Sgd(0.1));
        Assert.StartsWith("This tensor", Assert.Throws<InvalidOperationException>(() => step.Run(Tensor.Ones([2, 5]), Tensor.Ones([2, 4]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_functions_and_inputs_are_named()
    {
        Assert.Throws<ArgumentNullException>(() => Graph.Trace((Func<Tensor[], Tensor>)null!, Scalar));
        Assert.Throws<ArgumentNullException>(() => Graph.Trace((Func<Tensor[], Tensor[]>)null!, Scalar));
        Assert.Contains("returned null", Assert.Throws<InvalidOperationException>(() => Graph.Trace(x => (Tensor)null!, Scalar)).Message, StringComparison.Ordinal);
        Assert.Contains("returned null", Assert.Throws<InvalidOperationException>(() => Graph.Trace(x => (Tensor[])null!, Scalar)).Message, StringComparison.Ordinal);
        // What the function throws comes out unchanged: nobody can tell a read beyond the inputs from one beyond an array of its own.
        Assert.Throws<IndexOutOfRangeException>(() => Graph.Trace(x => x[0].Exp()));
        Tensor[] own = [];
        Assert.Throws<IndexOutOfRangeException>(() => Graph.Trace(x => x[0] + own[x.Length], Scalar));
        Graph graph = Graph.Trace(x => x[0] + x[1], Scalar, Scalar);
        Assert.Contains("0 inputs given", Assert.Throws<ShapeException>(() => graph.Run(null)).Message, StringComparison.Ordinal);
        Assert.Contains("input 1 is null; give a tensor float32 ()", Assert.Throws<ArgumentNullException>(() => graph.Run(Tensor.Scalar(1), null!)).Message, StringComparison.Ordinal);
        Sequential net = new(new Linear(4));
        Assert.Throws<ArgumentNullException>(() => Compiled.Step(net, (Func<Tensor, Tensor, Tensor>)null!, new Sgd(0.1)));
        Assert.Throws<ArgumentNullException>(() => Compiled.Predict(net).Run(null!));
        Assert.Equal("The loss must be one number, but it is float32 (2, 4) for an output float32 (2, 4) and a target float32 (2, 4): reduce it, for example by Mean(), as in (y, t) => (y - t).Square().Mean().",
            Assert.Throws<ShapeException>(() => Compiled.Step(net, (y, t) => (y - t).Square(), new Sgd(0.1)).Run(Tensor.Ones([2, 5]), Tensor.Ones([2, 4]))).Message);
        Assert.Contains("The loss is null", Assert.Throws<InvalidOperationException>(() => Compiled.Step(net, (y, t) => null!, new Sgd(0.1)).Run(Tensor.Ones([2, 5]), Tensor.Ones([2, 4]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_knows_when_a_parameter_has_another_type_than_it_was_traced_with()
    {
        Linear layer = new(2);
        Graph graph = Graph.Trace(x => layer.Forward(x[0]), new TensorSpec(DType.Float32, [1, 3]));
        layer.Cast(DType.Float64);
        Assert.Contains("weight was float32 (3, 2) when the graph was traced, now it is float64 (3, 2)", Assert.Throws<InvalidOperationException>(() => graph.Run(Tensor.Ones([1, 3]))).Message, StringComparison.Ordinal);
    }

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
