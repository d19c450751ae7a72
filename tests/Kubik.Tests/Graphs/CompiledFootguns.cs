// What surprises people with compiled steps, pinned: what a plan sees of later changes, and what a failure leaves behind.

using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Kernels;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class CompiledFootguns
{
    private static readonly Tensor X = new RandomStream(1, 1).Normal([8, 12]), T = Tensor.Of(0, 1, 2, 3, 4, 5, 6, 7);

    [Fact]
    public void A_tensor_that_a_loss_takes_from_outside_is_a_constant_and_a_parameter_is_not()
    {
        Tensor factor = Tensor.Scalar(1);
        Parameter weight = new(Tensor.Scalar(1), ParameterRole.State);
        Sequential net = Net("linear 10");
        CompiledStep step = Compiled.Step(net, (y, t) => (y * factor * weight - t).Square().Mean(), new Sgd(1e-9));
        Tensor t = Tensor.Zeros([8, 10]);
        double first = step.Run(X, t);
        factor = Tensor.Scalar(2);
        Assert.Equal(first, step.Run(X, t), 1e-6);
        weight.Assign(Tensor.Scalar(2));
        Assert.Equal(4 * first, step.Run(X, t), 1e-5);
        Assert.Equal(2, (float)factor);
    }

    [Fact]
    public void A_number_in_a_field_is_a_constant()
    {
        Scaled net = new();
        CompiledStep step = Compiled.Step(net, (y, t) => (y - t).Square().Mean(), new Sgd(1e-9));
        Tensor t = Tensor.Zeros([8, 10]);
        double first = step.Run(X, t);
        net.Factor = 2;
        Assert.Equal(first, step.Run(X, t), 1e-6);
    }

    [Fact]
    public void A_branch_is_taken_when_the_step_is_compiled()
    {
        bool isSquared = true;
        CompiledStep step = Compiled.Step(Net("linear 10"), (y, t) => isSquared ? (y - t).Square().Mean() : (y - t).Abs().Mean(), new Sgd(1e-9));
        double first = step.Run(X, Tensor.Zeros([8, 10]));
        isSquared = false;
        Assert.Equal(first, step.Run(X, Tensor.Zeros([8, 10])), 1e-6);
        Assert.NotEqual(first, step.Run(X[..4], Tensor.Zeros([4, 10])), 1e-2); // another plan
        Assert.False(isSquared);
    }

    [Fact]
    public void A_target_may_hold_numbers_that_change_from_step_to_step()
    {
        CompiledStep step = Compiled.Step(Net("linear 10"), new CrossEntropy(), new Sgd(0.1));
        Tensor weights = Tensor.Ones([8, 10]) / 10;
        Assert.NotEqual(step.Run(X, weights), step.Run(X, weights * 2));
        Assert.Equal(1, step.Compilations);
    }

    public static TheoryData<string> Places => ["field", "parameter", "list", "longer list", "array", "dictionary", "deep"];

    [Theory, MemberData(nameof(Places))]
    public void What_is_put_in_anothers_place_is_noticed(string place)
    {
        (Holder compiled, Holder eager) = (new(), new());
        foreach (Holder net in (Holder[])[compiled, eager]) net.Build([8, 12]);
        foreach (((_, Parameter p), (_, Parameter q)) in compiled.Parameters().Zip(eager.Parameters())) q.Assign(p.Value.Detach());
        Adam a = new(0.01), b = new(0.01);
        CompiledStep step = Compiled.Step(compiled, new CrossEntropy(), a);
        Run();
        Run();
        Assert.Equal(1, step.Compilations);
        foreach (Holder net in (Holder[])[compiled, eager])
        {
            RandomSource.Seeded(0, () =>
            {
                switch (place)
                {
                    case "field": net.First = new Linear(12); break;
                    case "parameter": net.Offset = new Parameter(Tensor.Full([12], 3)); break;
                    case "list": net.List[1] = new Linear(12); break;
                    case "longer list": net.List.Add(new Tanh()); break;
                    case "array": ((Module[])((Sequential)net.Chain).Items)[1] = new Tanh(); break;
                    case "dictionary": net.Named["b"] = new Linear(12); break;
                    default: net.Deep.First = new Linear(12); break;
                }
                return 0;
            });
        }
        for (int i = 0; i < 3; i++) Run();
        Assert.Equal(2, step.Compilations);
        Assert.Equal(
            place switch
            {
                "field" => "'first' was replaced",
                "parameter" => "'offset' was replaced",
                "list" => "'list.1' was replaced",
                "longer list" => "'list' was replaced",
                "array" => "'chain.1' was replaced",
                "dictionary" => "'named.b' was replaced",
                _ => "'deep.first' was replaced",
            },
            step.LastCompilation);
        Assert.Equal(0, Allocation.Steady(() => step.Run(X, T)));

        void Run()
        {
            Assert.Equal((double)b.Step(() => new CrossEntropy().Of(eager.Forward(X), T), eager), step.Run(X, T));
            foreach (((string path, Parameter p), (_, Parameter q)) in compiled.Parameters().Zip(eager.Parameters())) Bits.Equal(q.Value, p.Value, path);
        }
    }

    [Fact]
    public void An_index_that_is_not_there_fails_before_anything_is_written()
    {
        Sequential net = Net("embedding 5 6 | dropout 0.5 | lstm 4 | linear 10");
        Adam rule = new(0.01);
        CompiledStep step = Compiled.Step(net, (y, t) => (y - t).Square().Mean(), rule);
        Tensor x = new RandomStream(1, 1).Integers(0, 5, [3, 4]), t = Tensor.Zeros([3, 4, 10]);
        step.Run(x, t);
        Dictionary<string, Tensor> before = net.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()), state = rule.State(net);
        Assert.ThrowsAny<ArgumentException>(() => step.Run(x + 3, t));
        foreach ((string path, Parameter p) in net.Parameters()) Bits.Equal(before[path], p.Value.Detach(), path);
        foreach ((string name, Tensor value) in rule.State(net)) Bits.Equal(state[name], value, name);
        Assert.Equal(1, rule.Steps);
    }

    [Fact]
    public void A_step_that_cannot_be_traced_changes_nothing()
    {
        Sequential net = new(new Linear(12, 6), new BatchNorm(), new Dropout(0.5), new Lambda(x => throw new InvalidDataException("no")));
        Adam rule = new(0.01);
        Dictionary<string, Tensor> before = net.Parameters().Where(p => p.Parameter.HasSpec).ToDictionary(p => p.Path, p => p.Parameter.Value.Detach());
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), rule);
        for (int i = 0; i < 2; i++) Assert.Throws<InvalidDataException>(() => step.Run(X, T));
        Assert.Equal((0, 0), (rule.Steps, step.Compilations));
        Assert.Null(step.LastCompilation);
        foreach ((string path, Parameter p) in net.Parameters().Where(p => before.ContainsKey(p.Path))) Bits.Equal(before[path], p.Value.Detach(), path);
        Assert.False(before["0.weight"].IsSymbolic);
    }

    [Theory]
    [InlineData(0), InlineData(3), InlineData(17)]
    public void A_cancellation_ends_a_fit_between_two_steps_wherever_it_comes(int milliseconds)
    {
        Dataset data = Datasets.Load("iris").Train;
        (TrainResult Result, Sequential Net) Fit(bool isCompiled, Action<TrainProgress, CancellationTokenSource>? hears)
        {
            using CancellationTokenSource cancel = new();
            Sequential net = RandomSource.Seeded(0, () => Sequential.Parse("linear 20 | batchnorm | relu | dropout 0.2 | linear 3"));
            if (hears is null) cancel.CancelAfter(TimeSpan.FromMilliseconds(5 + milliseconds));
            TrainResult result = Trainer.Fit(net, new CrossEntropy(), new Adam(0.01), data,
                new TrainerOptions { Epochs = 100_000, BatchSize = 16, Compile = isCompiled, RestoreBest = false },
                hears is null ? null : new Ear(p => hears(p, cancel)), cancel.Token);
            return (result, net);
        }

        (TrainResult broken, Sequential a) = Fit(isCompiled: true, hears: null); // by a timer, during some step
        Assert.True(broken.Cancelled);
        int steps = 0;
        (TrainResult counted, Sequential b) = Fit(isCompiled: false, (p, cancel) =>
        {
            if (p.EpochDone is null && ++steps >= broken.Steps) cancel.Cancel();
        });
        if (broken.Steps == 0) return;
        Assert.Equal(broken.Steps, counted.Steps);
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(q.Value, p.Value, path);
    }

    [Fact]
    public void A_net_may_be_evaluated_and_predicted_with_between_compiled_steps()
    {
        Sequential a = Net("linear 8 | batchnorm | dropout 0.5 | linear 10"), b = Net("linear 8 | batchnorm | dropout 0.5 | linear 10");
        foreach (((_, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) q.Assign(p.Value.Detach());
        CompiledStep step = Compiled.Step(a, new CrossEntropy(), new Sgd(0.1)), alone = Compiled.Step(b, new CrossEntropy(), new Sgd(0.1));
        CompiledModel predict = Compiled.Predict(a, new PredictOptions { Fold = false });
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(alone.Run(X, T), step.Run(X, T));
            a.Eval();
            Bits.Equal(a.Forward(X), predict.Run(X), $"round {i}");
            a.Train();
        }
        Assert.Equal((1, 1), (step.Compilations, predict.Compilations));
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(q.Value, p.Value, path);
    }

    private static Sequential Net(string notation)
    {
        Sequential net = RandomSource.Seeded(0, () => Sequential.Parse(notation));
        if (!notation.StartsWith("embedding", StringComparison.Ordinal)) net.Build([8, 12]);
        return net;
    }

    private sealed class Ear(Action<TrainProgress> hears) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value) => hears(value);
    }

    private sealed class Scaled : Module
    {
        private readonly Linear layer = new(12, 10);

        public double Factor { get; set; } = 1;

        protected override Tensor Compute(Tensor x) => this.layer.Forward(x) * this.Factor;
    }

    private sealed class Holder : Module
    {
        public Linear First { get; set; } = new(12);

        public Parameter Offset { get; set; } = new(Tensor.Zeros([12]));

        public List<Module> List { get; } = [new Linear(12), new Linear(12)];

        public Module Chain { get; } = new Sequential(new Linear(12), new Relu());

        public Dictionary<string, Module> Named { get; } = new() { ["a"] = new Tanh(), ["b"] = new Linear(12) };

        public Inner Deep { get; } = new();

        public Linear Last { get; } = new(10);

        protected override Tensor Compute(Tensor x)
        {
            x = this.First.Forward(x) + this.Offset;
            foreach (Module module in this.List) x = module.Forward(x);
            x = this.Named["b"].Forward(this.Named["a"].Forward(this.Chain.Forward(x)));
            return this.Last.Forward(this.Deep.Forward(x));
        }
    }

    private sealed class Inner : Module
    {
        public Linear First { get; set; } = new(12);

        protected override Tensor Compute(Tensor x) => this.First.Forward(x);
    }
}
