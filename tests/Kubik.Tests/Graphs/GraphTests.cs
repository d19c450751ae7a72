// Recording and running: the same numbers as at once, parameters read and written and never frozen in.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Tests.Graphs;

public sealed class GraphTests
{
    private static readonly TensorSpec Vector = new(DType.Float32, [3]);

    [Fact]
    public void A_run_computes_what_the_function_computes()
    {
        Graph graph = Graph.Trace(x => [x[0] + x[1], (x[0] * x[1]).Sum()], Vector, Vector);
        Tensor[] y = graph.Run(Tensor.Of(1f, 2, 3), Tensor.Of(4f, 5, 6));
        Assert.Equal([5, 7, 9], y[0].ToArray<float>());
        Assert.Equal(32, (float)y[1]);
    }

    [Fact]
    public void What_no_result_needs_is_left_out()
    {
        Graph graph = Graph.Trace(x =>
        {
            _ = x[0].Exp().Log().Tanh();
            return x[0] * 2;
        }, Vector);
        Assert.Equal(3, graph.Values.Count); // the input, the constant, the product
    }

    [Fact]
    public void Parameters_are_inputs_not_constants()
    {
        Parameter w = new(Tensor.Of(1f, 2, 3));
        Graph graph = Graph.Trace(x => x[0] * w, Vector);
        Assert.Equal([1, 2, 3], graph.Run(Tensor.Ones([3]))[0].ToArray<float>());
        w.Assign(Tensor.Of(7f, 8, 9));
        Assert.Equal([7, 8, 9], graph.Run(Tensor.Ones([3]))[0].ToArray<float>());
        Assert.Same(w, Assert.Single(graph.Parameters).Parameter);
    }

    [Fact]
    public void A_whole_training_step_is_one_graph()
    {
        Parameter w = new(Tensor.Of(1f, 2, 3));
        Graph step = Graph.Trace(x =>
        {
            Tensor loss = (w.Value * w.Value * x[0]).Sum();
            w.Assign(w - 0.5 * Gradient.Of(loss, w.Value));
            return loss;
        }, Vector);
        Assert.Equal([1, 2, 3], w.Value.ToArray<float>()); // tracing assigned nothing
        Assert.Equal(14, (float)step.Run(Tensor.Ones([3]))[0]);
        Assert.Equal([0, 0, 0], w.Value.ToArray<float>());
        Assert.True(w.Value.IsTracked);
    }

    [Fact]
    public void Updates_come_after_everything_is_computed()
    {
        Parameter a = new(Tensor.Of(1f)), b = new(Tensor.Of(2f));
        Graph swap = Graph.Trace(_ =>
        {
            (Tensor oldA, Tensor oldB) = (a.Value, b.Value);
            a.Assign(oldB);
            b.Assign(oldA);
            return oldA + oldB * 10;
        });
        Assert.Equal(21, (float)swap.Run()[0]);
        Assert.Equal((2f, 1f), ((float)a.Value, (float)b.Value));
        Assert.Equal(12, (float)swap.Run()[0]);
        Assert.Equal((1f, 2f), ((float)a.Value, (float)b.Value));
    }

    [Fact]
    public void A_parameter_read_after_its_assignment_has_the_new_value()
    {
        Parameter w = new(Tensor.Of(1f));
        Graph graph = Graph.Trace(_ =>
        {
            w.Assign(w.Value + 1);
            w.Assign(w.Value * 10);
            return w.Value;
        });
        Assert.Equal(20, (float)graph.Run()[0]);
        Assert.Equal(20, (float)w.Value);
        Assert.Single(graph.Updates);
    }

    [Fact]
    public void Random_numbers_advance_at_every_run_as_they_do_at_once()
    {
        RandomStream eager = new(1, 1), traced = new(1, 1);
        Graph graph = Graph.Trace(_ => [traced.Uniform([5]), traced.Normal([3])]);
        for (int run = 0; run < 3; run++)
        {
            Tensor[] drawn = graph.Run();
            Assert.Equal(eager.Uniform([5]).ToArray<float>(), drawn[0].ToArray<float>());
            Assert.Equal(eager.Normal([3]).ToArray<float>(), drawn[1].ToArray<float>());
        }
        Assert.Equal(eager.State.Value.ToArray<long>(), traced.State.Value.ToArray<long>());
    }

    [Fact]
    public void A_trace_inside_a_trace_is_a_graph_of_its_own()
    {
        Parameter w = new(Tensor.Of(2f));
        Graph? inner = null;
        Graph outer = Graph.Trace(x =>
        {
            inner = Graph.Trace(z => z[0] * w, new TensorSpec(DType.Float32, [1]));
            return x[0] + w;
        }, new TensorSpec(DType.Float32, [1]));
        Assert.Equal(12, (float)outer.Run(Tensor.Of(10f))[0]);
        Assert.Equal(20, (float)inner!.Run(Tensor.Of(10f))[0]);
    }

    [Fact]
    public void A_function_that_fails_leaves_no_trace_running()
    {
        Parameter w = new(Tensor.Of(2f));
        Assert.Throws<InvalidDataException>(() => Graph.Trace(new Func<Tensor[], Tensor>(_ => throw new InvalidDataException()), Vector));
        Assert.False(w.Value.IsSymbolic);
    }

    [Fact]
    public void Another_shape_or_number_of_inputs_is_refused()
    {
        Graph graph = Graph.Trace(x => x[0] * 2, Vector);
        Assert.Equal("Graph: input 0 is float32 (4,), but the graph was traced for float32 (3,); trace it again for other shapes.",
            Assert.Throws<ShapeException>(() => graph.Run(Tensor.Ones([4]))).Message);
        Assert.Equal("Graph: 0 inputs given, but it was traced with 1.", Assert.Throws<ShapeException>(() => graph.Run()).Message);
    }

    [Fact]
    public void A_chain_of_100_000_ops_is_traced_and_run()
    {
        Graph graph = Graph.Trace(x =>
        {
            Tensor y = x[0];
            for (int i = 0; i < 100_000; i++) y = -y;
            return y;
        }, Vector);
        Assert.Equal([1, 2, 3], graph.Run(Tensor.Of(1f, 2, 3))[0].ToArray<float>());
    }

    [Fact]
    public void Its_text_has_a_line_for_each_value()
    {
        Parameter w = new(Tensor.Of(2f));
        Graph graph = Graph.Trace(x =>
        {
            Tensor y = (x[0] * w + 1).Tanh();
            w.Assign(w.Value * 0.5);
            return y;
        }, Vector);
        Assert.Equal(
            """
            x0 = input   float32 (3,)
            p0 = parameter   float32 (1,)
            v2 = x0 · p0   float32 (3,)
            c3 = 1   float32 ()
            v4 = v2 + c3   float32 (3,)
            v5 = tanh(v4)   float32 (3,)
            c6 = 0.5   float32 ()
            v7 = p0 · c6   float32 (1,)
            p0 ← v7
            return v5
            """, graph.ToText());
    }

    [Fact]
    public void Its_text_calls_parameters_by_their_paths_and_shows_the_first_values_of_constants()
    {
        Tensor table = Tensor.From<float>([0.1f, -2, 3, 4, 5, 6], [3, 2]), flags = Tensor.Of(true, false);
        Sequential net = new(new Linear(2), new Dropout(0.5)), other = new(new Linear(2, bias: false));
        Graph graph = Graph.Trace(x => Tensor.Where(flags, net.Forward(x[0]) + other.Forward(table), x[0].Sum()), new TensorSpec(DType.Float32, [3, 4]));
        string text = graph.ToText();
        foreach (string line in (string[])["0.weight = parameter   float32 (4, 2)", "0.bias = parameter   float32 (2,)", "0.weight#2 = parameter   float32 (2, 2)", "1.random = parameter", "1.random ← ", "= [0.1, -2, 3, 4, …]   float32 (3, 2)", "= [1, 0]   bool (2,)", "·0.weight#2"])
            Assert.Contains(line, text, StringComparison.Ordinal);
        Assert.DoesNotContain("p0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_runs_in_a_trace_is_recorded_there()
    {
        Parameter w = new(Tensor.Of(2f, 3, 4));
        RandomStream random = new(1, 1), same = new(1, 1);
        Graph inner = Graph.Trace(x =>
        {
            Tensor y = x[0] * w + random.Uniform([3]);
            w.Assign(w.Value + 1);
            return y;
        }, Vector);
        Graph outer = Graph.Trace(x =>
        {
            Tensor y = inner.Run(x[0].Exp())[0] * 2;
            return [y, Gradient.Of(y.Sum(), x[0]), w.Value];
        }, Vector);
        Assert.Equal([2, 3, 4], w.Value.ToArray<float>()); // tracing assigned nothing
        Tensor[] results = outer.Run(Tensor.Zeros([3]));
        float[] drawn = same.Uniform([3]).ToArray<float>();
        Assert.Equal([2 * (2 + drawn[0]), 2 * (3 + drawn[1]), 2 * (4 + drawn[2])], results[0].ToArray<float>());
        Assert.Equal([4, 6, 8], results[1].ToArray<float>());
        Assert.Equal([3, 4, 5], results[2].ToArray<float>());
        Assert.Equal([3, 4, 5], w.Value.ToArray<float>());
        Assert.Equal(same.State.Value.ToArray<long>(), random.State.Value.ToArray<long>());
    }
}
