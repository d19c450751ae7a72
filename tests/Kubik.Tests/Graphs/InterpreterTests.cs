// Going through graphs: values that are given up give their memory back, and nothing that is still needed, here or outside, goes
// with them.

using Kubik.Graphs;

namespace Kubik.Tests.Graphs;

public sealed class InterpreterTests
{
    private static readonly Shape Big = [600, 600]; // more than a megabyte: its memory is given back at once

    private static Tensor Random(long seed) => new RandomStream(seed, 1).Normal(Big);

    // Views, values that are read again late, an input that is a result, an update that is a view of a parameter.
    private static Tensor[] Compute(Tensor[] x, Parameter w, Parameter old)
    {
        Tensor early = x[0] * w, turned = early.Transpose(0, 1), part = turned[..300], sum = (part + 1).Sum();
        Tensor y = early.Tanh() + x[0];
        for (int i = 0; i < 4; i++) y = y * 0.5f + w.Value.Transpose(0, 1);
        old.Assign(w.Value.Transpose(0, 1));
        w.Assign(y * sum);
        return [x[0], y, turned + y, part];
    }

    [Fact]
    public void Giving_up_changes_no_number_and_leaves_alone_what_is_not_its_own()
    {
        Parameter w = new(Random(1)), old = new(Random(2), ParameterRole.Statistic);
        Tensor x = Random(3);
        Graph graph = Graph.Trace(v => Compute(v, w, old), x.Spec);
        Interpreter keeping = graph.Begin([x], (p, _) => p.Current),
            releasing = new(Interpreter.Compute,
                symbol => (symbol == graph.Inputs[0] ? x : graph.Parameters.Single(p => p.Symbol == symbol).Parameter.Current, false));
        keeping.Run(graph.Values);
        HashSet<Tensor> results = [.. graph.Outputs, .. graph.Updates.Select(u => u.Value)];
        releasing.GiveUpAllBut(results.Contains, graph.Values);
        releasing.Run(graph.Values);
        Assert.All(graph.Values, v => Assert.Equal(results.Contains(v), releasing.TryGet(v, out _)));
        float[][] before = [x.ToArray<float>(), w.Value.ToArray<float>(), old.Value.ToArray<float>()];
        (Tensor Value, bool IsOwn)[] taken = releasing.Take([.. results]);
        releasing.GiveUpAllBut(_ => false, []);
        Tensor[] over = [.. Enumerable.Range(0, 40).Select(i => Tensor.Full(Big, i, DType.Float32))]; // whatever was given back is written over
        Assert.Equal(results.Select(r => keeping[r].ToArray<float>()), taken.Select(t => t.Value.ToArray<float>()));
        Assert.Equal(before, [x.ToArray<float>(), w.Value.ToArray<float>(), old.Value.ToArray<float>()]);
        Assert.All(over.Select((t, i) => (t, i)), o => Assert.Equal(o.i, o.t.Max().Item()));
        Assert.False(taken[0].IsOwn); // the input
        Assert.True(taken[1].IsOwn);
    }

    // All is put before it is said that values are given up, or stands in another walk.
    [Theory, InlineData(false), InlineData(true)]
    public void Memory_of_a_parameter_is_never_given_back_in_whatever_order_a_walk_is_used(bool onTop)
    {
        Parameter w = new(Random(1));
        Tensor x = Random(2);
        float[] before = w.Value.ToArray<float>();
        Graph graph = Graph.Trace(v => [(v[0] + w.Value.Reshape(Big.Size).Reshape(Big).Transpose(0, 1)).Sum()], x.Spec);
        Interpreter begun = graph.Begin([x], (p, _) => p.Current), run = onTop ? new(Interpreter.Compute) { Before = begun } : begun;
        run.GiveUpAllBut(v => v == graph.Outputs[0], graph.Values);
        run.Run(graph.Values.Where(v => v.Node is not null));
        Tensor[] over = [.. Enumerable.Range(0, 8).Select(i => Tensor.Full(Big, i, DType.Float32).Contiguous())]; // whatever was given back is written over
        Assert.Equal(before, w.Value.ToArray<float>());
        Assert.All(over.Select((t, i) => (t, i)), o => Assert.Equal(o.i, o.t.Max().Item()));
    }

    [Fact]
    public void What_is_taken_twice_is_nobodys_own()
    {
        Graph graph = Graph.Trace(v =>
        {
            Tensor both = v[0].Exp(), seen = v[0].Tanh();
            return [both, both, v[0].Sqrt(), seen, seen.Transpose(0, 1)];
        }, new TensorSpec(DType.Float32, Big));
        Interpreter run = new(Interpreter.Compute);
        run.GiveUpAllBut(graph.Outputs.Contains, graph.Values);
        run[graph.Inputs[0]] = Random(1);
        run.Run(graph.Values);
        Assert.Equal([false, false, true, false, false], run.Take([.. graph.Outputs]).Select(t => t.IsOwn));
        Assert.False(run.Take([graph.Outputs[2]])[0].IsOwn);
    }

    [Fact]
    public void What_was_given_up_cannot_be_read()
    {
        Graph graph = Graph.Trace(v => [v[0].Exp()], new TensorSpec(DType.Float32, Big));
        Interpreter run = new(Interpreter.Compute);
        run.GiveUpAllBut(graph.Outputs.Contains, graph.Values);
        run[graph.Inputs[0]] = Random(1);
        run.Run(graph.Values);
        Tensor held = run[graph.Outputs[0]], view = held[1..];
        run.GiveUpAllBut(_ => false, []);
        Assert.Contains("returned to the pool", Assert.Throws<InvalidOperationException>(() => held.ToArray<float>()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => view + 1);
        Assert.Throws<InvalidOperationException>(() => view.AsSpan<float>());
    }

    [Fact]
    public void A_walk_that_another_stands_on_gives_nothing_up()
    {
        Graph graph = Graph.Trace(v => [v[0].Exp()], new TensorSpec(DType.Float32, Big));
        Interpreter below = new(Interpreter.Compute), above = new(Interpreter.Compute) { Before = below }, releasing = new(Interpreter.Compute);
        Assert.Throws<InvalidOperationException>(() => below.GiveUpAllBut(_ => true, graph.Values));
        above.GiveUpAllBut(_ => true, graph.Values);
        releasing.GiveUpAllBut(_ => true, graph.Values);
        Assert.Throws<InvalidOperationException>(() => new Interpreter(Interpreter.Compute) { Before = releasing });
    }

    [Fact]
    public void What_is_held_is_what_is_still_needed()
    {
        Graph graph = Graph.Trace(x =>
        {
            Tensor y = x[0];
            for (int i = 0; i < 50; i++) y = y.Tanh() + x[0];
            return [y];
        }, new TensorSpec(DType.Float32, Big));
        Interpreter run = new(Interpreter.Compute);
        run.GiveUpAllBut(v => v == graph.Outputs[0], graph.Values);
        run[graph.Inputs[0]] = Random(1);
        run.Run(graph.Values);
        Assert.Equal(3 * 4L * Big.Size, run.MostBytes); // x, tanh y and the next y
    }

    [Fact]
    public void A_run_on_top_of_another_computes_what_changes_alone()
    {
        Parameter w = new(Tensor.Of(1f, 2f));
        Graph graph = Graph.Trace(x => [(x[0].Exp() * w).Sum()], new TensorSpec(DType.Float32, [2]));
        int computed = 0;
        Interpreter run = graph.Begin([Tensor.Of(0f, 0f)], (p, _) => p.Current);
        run.Run(graph.Values);
        Tensor symbol = graph.Parameters.Single().Symbol;
        Interpreter changed = new((value, x) =>
        {
            computed++;
            return Interpreter.Compute(value, x);
        })
        { Before = run };
        changed[symbol] = Tensor.Of(10f, 20f);
        changed.Run(Graph.Between(symbol, Graph.Behind([graph.Outputs[0]]), pastDetach: false));
        Assert.Equal((30, 3, 2), ((float)changed[graph.Outputs[0]], (float)run[graph.Outputs[0]], computed));
    }

    [Fact]
    public void A_value_that_is_not_there_is_named()
    {
        Graph graph = Graph.Trace(x => [x[0].Exp()], new TensorSpec(DType.Float32, [2]));
        Assert.Contains("float32 (2,)", Assert.Throws<KeyNotFoundException>(() => new Interpreter(Interpreter.Compute)[graph.Outputs[0]]).Message,
            StringComparison.Ordinal);
    }
}
