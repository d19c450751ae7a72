using Kubik.Graphs;
using Kubik.Kernels;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Kernels;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class CompiledTests
{
    private const string Net = "linear 16 | relu | linear 10";
    private static readonly Tensor X = new RandomStream(1, 1).Normal([8, 12]), T = Tensor.Of(0, 1, 2, 3, 4, 5, 6, 7);

    [Fact]
    public void An_odd_last_batch_gets_a_plan_of_its_own_and_the_first_one_stays()
    {
        CompiledStep step = Compiled.Step(Built(Net), new CrossEntropy(), new Adam());
        Assert.Null(step.LastCompilation);
        step.Run(X, T);
        Assert.Equal("the first step", step.LastCompilation);
        step.Run(X[..3], T[..3]);
        Assert.Equal("the input was float32 (8, 12), now it is float32 (3, 12)", step.LastCompilation);
        step.Run(X, T);
        step.Run(X[..3], T[..3]);
        Assert.Equal(2, step.Compilations);
    }

    [Fact]
    public void Evaluation_mode_and_another_type_are_compiled_anew()
    {
        Sequential net = Built("linear 16 | dropout 0.5 | linear 10");
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Sgd(0.01));
        step.Run(X, T);
        net.Eval();
        step.Run(X, T);
        Assert.Equal("a layer went from training to evaluation or back", step.LastCompilation);
        net.Cast(DType.Float64);
        step.Run(X.Cast(DType.Float64), T);
        Assert.Equal(3, step.Compilations);
    }

    [Theory]
    [InlineData("linear 8 | tanh | linear 10", new[] { 10, 2 })]
    [InlineData("conv 6 5x5 pad=2 | batchnorm | relu | maxpool 2 | conv 16 5x5 | relu | avgpool 2 | flatten | dropout 0.3 | linear 10", new[] { 8, 1, 28, 28 })]
    [InlineData("layernorm | lstm 16 | flatten | linear 10", new[] { 4, 6, 8 })]
    [InlineData("transformer 2 16 causal=true | flatten | gelu | linear 10", new[] { 4, 6, 8 })]
    // what lies turned is copied inside of the plan
    [InlineData("permute 0,3,1,2 | conv 4 3x3 | permute 0,2,3,1 | layernorm | flatten | softmax | linear 10", new[] { 4, 9, 6, 5 })]
    public void A_step_allocates_nothing_from_the_third_on(string notation, int[] input)
    {
        Sequential net = Sequential.Parse(notation);
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Adam());
        Tensor x = new RandomStream(1, 1).Normal(input), t = Tensor.Of([.. Enumerable.Range(0, input[0]).Select(i => i % 10)]);
        step.Run(x, t);
        Assert.Equal(0, Allocation.Steady(() => step.Run(x, t)));
    }

    [Fact]
    public void A_value_that_was_read_before_a_step_stays_what_it_was()
    {
        Sequential net = Built(Net);
        Parameter weight = net.Parameters().First().Parameter;
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Sgd(0.1));
        step.Run(X, T);
        Tensor before = weight.Value;
        float[] copy = before.ToArray<float>();
        step.Run(X, T);
        Assert.Equal(copy, before.ToArray<float>());
        Assert.NotEqual(copy, weight.Value.ToArray<float>());
    }

    [Fact]
    public void Eager_code_and_other_compiled_steps_see_and_make_changes()
    {
        (Sequential a, Sequential b) = (Built(Net), Built(Net));
        Same(a, b);
        Sgd rule = new(0.1), other = new(0.1);
        CompiledStep one = Compiled.Step(a, new CrossEntropy(), rule), two = Compiled.Step(a, new MeanSquaredError(), rule);
        Tensor t = Tensor.Zeros([8, 10]);
        for (int i = 0; i < 3; i++)
        {
            one.Run(X, T);
            two.Run(X, t);
            rule.Step(() => new CrossEntropy().Of(a.Forward(X), T), a);
            other.Step(() => new CrossEntropy().Of(b.Forward(X), T), b);
            other.Step(() => new MeanSquaredError().Of(b.Forward(X), t), b);
            other.Step(() => new CrossEntropy().Of(b.Forward(X), T), b);
        }
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(q.Value, p.Value, path);
        Parameter weight = a.Parameters().First().Parameter;
        weight.Assign(Tensor.Zeros(weight.Spec.Shape));
        Assert.Equal((double)new CrossEntropy().Of(a.Forward(X), T), one.Run(X, T));
    }

    [Fact]
    public void A_step_that_fails_changes_nothing()
    {
        Sequential net = Built("linear 16 | batchnorm | dropout 0.5 | linear 10");
        Adam rule = new(0.01);
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), rule);
        step.Run(X, T);
        Dictionary<string, Tensor> before = net.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()), state = rule.State(net);
        Assert.Contains("cross-entropy", Assert.ThrowsAny<ArgumentException>(() => step.Run(X, T + 5)).Message, StringComparison.Ordinal); // labels up to 12
        Assert.Throws<NonFiniteException>(() => step.Run(X * float.NaN, T));
        Assert.Throws<ShapeException>(() => step.Run(X[.., ..3], T));
        Assert.Equal(1, rule.Steps);
        foreach ((string path, Parameter p) in net.Parameters()) Bits.Equal(before[path], p.Value.Detach(), path);
        foreach ((string name, Tensor value) in rule.State(net)) Bits.Equal(state[name], value, name);
        step.Run(X, T);
    }

    [Fact]
    public void A_restored_optimizer_goes_on_from_what_was_restored()
    {
        (Sequential a, Sequential b) = (Built(Net), Built(Net));
        Same(a, b);
        Adam compiled = new(0.01), eager = new(0.01);
        CompiledStep step = Compiled.Step(a, new CrossEntropy(), compiled);
        step.Run(X, T);
        (Dictionary<string, Tensor> weights, Dictionary<string, Tensor> state) = (a.Values(), compiled.State(a));
        for (int i = 0; i < 3; i++) step.Run(X, T);
        a.Assign(weights);
        compiled.Restore(a, state, 1);
        b.Assign(weights);
        eager.Restore(b, state, 1);
        for (int i = 0; i < 3; i++) Assert.Equal((double)eager.Step(() => new CrossEntropy().Of(b.Forward(X), T), b), step.Run(X, T));
        Assert.Equal("the optimizer's memory was restored", step.LastCompilation);
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(q.Value, p.Value, path);
    }

    [Fact]
    public void Targets_outside_of_a_losss_range_are_refused_in_every_step()
    {
        CompiledStep step = Compiled.Step(Built("linear 1"), new BinaryCrossEntropy(), new Sgd(0.1));
        step.Run(X, Tensor.Ones([8, 1]));
        Assert.Contains("targets must be from 0", Assert.Throws<ArgumentException>(() => step.Run(X, 3 * Tensor.Ones([8, 1]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compiled_is_said()
    {
        Assert.Contains("Reduction",
            Assert.Throws<ArgumentException>(() => Compiled.Step(Built(Net), new CrossEntropy { Reduction = Kubik.Nn.Reduction.None }, new Sgd(0.1))).Message,
            StringComparison.Ordinal);
        Sequential peeking = new(new Lambda(x => (float)x.Sum() > 0 ? x : -x, "peek"), new Linear(10));
        Assert.Contains("symbolic", Assert.Throws<InvalidOperationException>(() => Compiled.Step(peeking, new CrossEntropy(), new Sgd(0.1)).Run(X, T)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_compiled_step_is_for_one_thread_at_a_time_and_says_so()
    {
        CompiledStep step = Compiled.Step(Built("linear 200 | relu | linear 200 | relu | linear 10"), new CrossEntropy(), new Sgd(0.01));
        step.Run(X, T);
        int refused = 0, done = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                try
                {
                    step.Run(X, T);
                    Interlocked.Increment(ref done);
                }
                catch (InvalidOperationException e)
                {
                    Assert.Contains("another thread", e.Message, StringComparison.Ordinal);
                    Interlocked.Increment(ref refused);
                }
            }
        });
        Assert.Equal(1600, refused + done);
    }

    [Theory]
    [InlineData("linear 16 | tanh | linear 10", new[] { 8, 12 })]
    [InlineData("conv 4 3x3 pad=1 | batchnorm | relu | maxpool 2 | dropout 0.3 | flatten | linear 10", new[] { 5, 2, 6, 6 })]
    public void A_compiled_model_gives_the_bits_of_its_forward_in_evaluation(string notation, int[] input)
    {
        Sequential net = Sequential.Parse(notation);
        net.Build(input);
        CompiledModel predict = Compiled.Predict(net, new PredictOptions { Fold = false });
        for (int size = 1; size <= input[0]; size += 2)
        {
            Tensor x = new RandomStream(2, size).Normal([size, .. input[1..]]);
            net.Eval();
            Tensor expected = net.Forward(x);
            net.Train();
            Bits.Equal(expected, predict.Run(x), $"batch {size}");
            Assert.True(net.Training);
        }
        foreach ((_, Parameter p) in net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight)) p.Assign(p.Value.Detach() * 1.5);
        net.Eval();
        Tensor last = new RandomStream(3, 3).Normal(input);
        Bits.Equal(net.Forward(last), predict.Run(last), "other weights");
    }

    [Fact]
    public void A_compiled_model_may_be_run_by_many_threads_at_once()
    {
        Sequential net = Built("linear 64 | relu | linear 10");
        net.Eval();
        CompiledModel predict = Compiled.Predict(net);
        Parallel.For(0, 64, i =>
        {
            Tensor x = new RandomStream(4, i).Normal([8, 12]);
            Bits.Equal(net.Forward(x), predict.Run(x), $"call {i}");
        });
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        float[]? first = null;
        foreach (int threads in (int[])[1, 2, 3])
        {
            Sequential net = Sequential.Parse("conv 8 3x3 pad=1 | batchnorm | relu | maxpool 2 | flatten | linear 50 | gelu | linear 10");
            net.Build([64, 3, 16, 16]);
            if (first is null) Start = net.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach());
            foreach ((string path, Parameter p) in net.Parameters()) p.Assign(Start[path]);
            Tensor x = new RandomStream(5, 5).Normal([64, 3, 16, 16]), t = Tensor.Of([.. Enumerable.Range(0, 64).Select(i => i % 10)]);
            CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Adam(0.01));
            int before = Workers.Count;
            Workers.Count = threads;
            try
            {
                for (int i = 0; i < 3; i++) step.Run(x, t);
            }
            finally
            {
                Workers.Count = before;
            }
            float[] weights = [.. net.Parameters().Where(p => p.Parameter.Spec.DType == DType.Float32).SelectMany(p => p.Parameter.Value.ToArray<float>())];
            Assert.Equal(first ??= weights, weights);
        }
    }

    [Fact]
    public void Measuring_is_a_step_too_and_is_not_done_beside_another()
    {
        Sequential net = Built("linear 16 | batchnorm | linear 10");
        Adam rule = new(0.01);
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), rule);
        step.Measure(X, T, 4);
        Assert.Equal(5, rule.Steps);
        Dictionary<string, Tensor> before = net.Values();
        Assert.Throws<NonFiniteException>(() => step.Measure(X * float.NaN, T, 3));
        Assert.Throws<ShapeException>(() => step.Measure(X[.., ..3], T, 3));
        Assert.Equal(5, rule.Steps);
        foreach ((string path, Tensor value) in net.Values()) Bits.Equal(before[path], value, path);
        CompiledStep? inside = null;
        Sequential nosy = new(new Linear(10), new Lambda(x =>
        {
            Assert.Contains("another thread", Assert.Throws<InvalidOperationException>(() => inside!.Measure(X, T, 1)).Message, StringComparison.Ordinal);
            return x;
        }));
        inside = Compiled.Step(nosy, new CrossEntropy(), new Sgd(0.1));
        inside.Measure(X, T, 1);
        inside.Run(X, T);
    }

    [Fact]
    public void A_function_or_a_step_can_be_looked_at()
    {
        Graph graph = Graph.Trace(x => x[0].Exp().Log(), new TensorSpec(DType.Float32, [64]));
        Assert.Contains("exp", graph.ToText(), StringComparison.Ordinal);
        Assert.Equal(2, graph.Plan().Passes.Single(p => p.Name == "common subexpressions").After);
        CompiledStep step = Compiled.Step(Built(Net), new CrossEntropy(), new Sgd(0.1));
        string text = step.Trace(X, T).ToText();
        foreach (string part in (string[])["0.weight ← ", "0.weight = parameter", "learning rate = parameter"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Equal(0, step.Compilations);
    }

    [Theory]
    [InlineData(2), InlineData(5)]
    public void Accumulated_gradients_are_compiled_and_have_the_bits_of_eager_ones(int accumulate)
    {
        const string Notation = "linear 16 | batchnorm | relu | dropout 0.2 | linear 10";
        (Sequential a, Sequential b) = (Built(Notation), Built(Notation));
        Same(a, b);
        AdamW eager = new(0.01) { Accumulate = accumulate, ClipNorm = 0.1, Schedule = Schedule.Cosine },
            compiled = new(0.01) { Accumulate = accumulate, ClipNorm = 0.1, Schedule = Schedule.Cosine };
        CompiledStep step = Compiled.Step(b, new CrossEntropy(), compiled);
        for (int i = 0; i < 23; i++)
        {
            int size = i % 7 == 6 ? 5 : 8; // the end of an epoch, in the middle of a larger batch
            Tensor x = new RandomStream(6, i).Normal([size, 12]);
            double expected = (double)eager.Step(() => new CrossEntropy().Of(a.Forward(x), T[..size]), a, i / 23.0);
            if (i == 16) compiled.Step(() => new CrossEntropy().Of(b.Forward(x), T[..size]), b, i / 23.0); // eager in between
            else Assert.Equal(expected, step.Run(x, T[..size], i / 23.0));
            foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(p.Value, q.Value, $"step {i}: {path}");
            (Dictionary<string, Tensor> m, Dictionary<string, Tensor> n) = (eager.State(a), compiled.State(b));
            Assert.Equal(m.Keys.Order(), n.Keys.Order());
            foreach ((string name, Tensor value) in m) Bits.Equal(value, n[name], $"step {i}: {name}");
            Assert.Equal(eager.Steps, compiled.Steps);
        }
        int plans = step.Compilations;
        for (int i = 0; i < 3 * accumulate; i++) step.Run(X, T);
        Assert.Equal(plans, step.Compilations);
        Assert.InRange(plans, accumulate == 2 ? 2 : 3, 6);
        step.Measure(X, T, 2);
        Assert.Equal(0, Allocation.Steady(() => step.Run(X, T)));
    }

    [Fact]
    public void A_failure_between_accumulated_gradients_loses_none_of_them()
    {
        (Sequential a, Sequential b) = (Built(Net), Built(Net));
        Same(a, b);
        Momentum whole = new(0.1) { Accumulate = 3 }, broken = new(0.1) { Accumulate = 3 };
        CompiledStep one = Compiled.Step(a, new CrossEntropy(), whole), two = Compiled.Step(b, new CrossEntropy(), broken);
        for (int i = 0; i < 6; i++)
        {
            one.Run(X, T);
            Assert.Throws<NonFiniteException>(() => two.Run(X * float.NaN, T));
            Assert.ThrowsAny<ArgumentException>(() => two.Run(X, T + 5));
            two.Run(X, T);
        }
        Assert.Equal(2, broken.Steps);
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(p.Value, q.Value, path);
    }

    private static Dictionary<string, Tensor> Start { get; set; } = [];

    private static Sequential Built(string notation)
    {
        Sequential net = Sequential.Parse(notation);
        net.Build([8, 12]);
        return net;
    }

    private static void Same(Sequential a, Sequential b)
    {
        foreach (((_, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) q.Assign(p.Value.Detach());
    }
}
