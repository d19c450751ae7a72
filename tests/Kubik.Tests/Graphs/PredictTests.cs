// Prediction by plans: with normalisations folded into weights it is the eager one up to rounding, without folding to the bit;
// whatever is computed once is computed again when it has to be; blocks of samples give what whole batches give.

using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Kernels;
using Kubik.Tests.Nn;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class PredictTests
{
    private const double Close = 1e-5;

    public static TheoryData<string, int[]> Nets => new()
    {
        { KnownNets.All.First(n => n.Name == "lenet").Notation(10), [1, 28, 28] },
        // as vgg
        { "conv 8 3x3 pad=1 | batchnorm | relu | maxpool 2 | conv 16 3x3 pad=1 | batchnorm | relu | conv 16 3x3 pad=1 | batchnorm | relu | maxpool 2 | "
            + "flatten | linear 10", [3, 8, 8] },
        // as resnet18
        { "conv 8 3x3 pad=1 bias=false | batchnorm | relu | residual(conv 16 3x3 stride=2 pad=1 bias=false | batchnorm | relu | conv 16 3x3 pad=1 bias=false "
            + "| batchnorm ; conv 16 1 stride=2 bias=false | batchnorm) | relu | globalavgpool | flatten | linear 10", [3, 8, 8] },
        // as mobilenet
        { "conv 8 3x3 pad=1 bias=false | batchnorm | relu | depthwise 3x3 pad=1 bias=false | batchnorm | relu | conv 16 1 bias=false | batchnorm | relu | "
            + "depthwise 3x3 stride=2 pad=1 | batchnorm | globalavgpool | flatten | linear 10", [3, 8, 8] },
        { "convtranspose 6 3x3 stride=2 | batchnorm | relu | convtranspose 4 2x2 groups=2 bias=false | batchnorm | tanh", [2, 4, 4] },
        { "linear 20 | batchnorm affine=false | relu | linear 10 bias=false | batchnorm", [7] },
        { "conv1d 6 3 | batchnorm | weightnorm(conv1d 4 3) | batchnorm | flatten | spectralnorm(linear 5)", [3, 12] },
        { "embedding 20 16 | positions 12 | repeat 2 (transformer 2 32 causal=true (gelu)) | layernorm | linear 20 bias=false", [12] }, // as gpt
        { "lstm 8 layers=2 bidirectional=true | linear 5", [6, 4] },
        { "gru 5 last=true | linear 3", [6, 4] },
    };

    [Theory, MemberData(nameof(Nets))]
    public void Folded_it_is_close_and_unfolded_it_has_the_bits_of_eager_code_before_and_after_training(string notation, int[] sample)
    {
        Sequential net = SmallNet(notation, sample);
        CompiledModel folded = Compiled.Predict(net), exact = Compiled.Predict(net, new PredictOptions { Fold = false }),
            blocks = Compiled.Predict(net, new PredictOptions { Block = 16 });
        Momentum rule = new(0.01);
        for (int round = 0; round < 3; round++)
        {
            foreach (int batch in (int[])[1, 7, 64])
            {
                Tensor x = Input(notation, batch, sample, round);
                net.Eval();
                Tensor expected = net.Forward(x).Detach();
                net.Train();
                Bits.Equal(expected, exact.Run(x), $"round {round}, batch {batch}");
                AssertClose(expected, folded.Run(x), $"folded, round {round}, batch {batch}");
                AssertClose(expected, blocks.Run(x), $"blocks, round {round}, batch {batch}");
            }
            rule.Step(() => net.Forward(Input(notation, 8, sample, 100 + round)).Square().Mean(), net);
        }
        Assert.Equal(3, exact.Compilations);
        Assert.Equal(3, folded.Compilations);
        Assert.Equal(3, blocks.Compilations); // of 1, 8 and 16
    }

    [Theory]
    [InlineData("conv 4 3x3 | batchnorm | relu", 3)] // conv, + b, relu
    [InlineData("conv 4 3x3 bias=false | batchnorm | conv 4 1 | batchnorm", 4)] // conv, + b twice
    [InlineData("depthwise 3x3 bias=false | batchnorm affine=false", 2)]
    public void A_normalisation_leaves_nothing_but_a_bias(string notation, int operations)
    {
        Sequential net = Sequential.Parse(notation);
        net.Build([2, 3, 6, 6]);
        CompiledModel predict = Compiled.Predict(net);
        predict.Run(Tensor.Ones([2, 3, 6, 6]));
        Assert.Equal(operations, predict.Plans[0].Passes.Single(p => p.Name == "common subexpressions").After);
    }

    [Fact]
    public void A_normalisation_of_ones_own_in_ops_is_folded_too()
    {
        OwnNorm own = new();
        Sequential net = new(new Conv(4, 3, bias: false), own, new Relu());
        Tensor x = new RandomStream(1, 1).Normal([2, 3, 6, 6]);
        net.Build(x.Shape);
        CompiledModel predict = Compiled.Predict(net);
        AssertClose(net.Forward(x), predict.Run(x), "own");
        Assert.Equal(3, predict.Plans[0].Passes.Single(p => p.Name == "common subexpressions").After);
        own.Offset.Assign(Tensor.Of(5f, 6, 7, 8).Reshape([4, 1, 1]));
        AssertClose(net.Forward(x), predict.Run(x), "another offset");
    }

    [Fact]
    public void What_something_else_reads_too_is_not_folded()
    {
        Sequential net = new(new Conv(4, 1), new ParallelBranches(0, new BatchNorm(), new Identity()));
        Tensor x = new RandomStream(1, 1).Normal([2, 3, 4, 4]);
        net.Build(x.Shape);
        net.Eval();
        Bits.Equal(net.Forward(x), Compiled.Predict(net).Run(x), "both branches");
    }

    [Fact]
    public void What_depends_on_parameters_alone_is_computed_again_only_when_they_change()
    {
        Sequential net = Sequential.Parse("weightnorm(linear 6) | tanh | spectralnorm(linear 3)");
        net.Build([4, 5]);
        net.Eval();
        Tensor x = new RandomStream(1, 1).Normal([4, 5]);
        CompiledModel predict = Compiled.Predict(net, new PredictOptions { Fold = false });
        Bits.Equal(net.Forward(x), predict.Run(x), "first");
        Assert.Equal(["MatMul", "Add", "Tanh", "MatMul", "Add"],
            predict.Plans[0].Steps.SelectMany(s => s.Name.Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries)));
        foreach ((string path, Parameter p) in net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight))
        {
            p.Assign(p.Value.Detach() * 1.5 + 0.1);
            Bits.Equal(net.Forward(x), predict.Run(x), path);
        }
        CompiledStep step = Compiled.Step(net, (y, t) => (y - t).Square().Mean(), new Sgd(0.1));
        step.Run(x, Tensor.Zeros([4, 3]));
        net.Eval();
        Bits.Equal(net.Forward(x), predict.Run(x), "after a compiled step");
        Assert.Equal(1, predict.Compilations);
    }

    [Fact]
    public void Another_type_and_a_layer_in_anothers_place_are_compiled_anew()
    {
        Swapping net = new() { Hidden = new Linear(4), Output = new Linear(2) };
        Tensor x = new RandomStream(1, 1).Normal([3, 5]);
        net.Build(x.Shape);
        CompiledModel predict = Compiled.Predict(net);
        Bits.Equal(net.Forward(x), predict.Run(x), "first");
        net.Output = new Linear(3);
        Bits.Equal(net.Forward(x), predict.Run(x), "another layer");
        Assert.Equal("'output' was replaced", predict.LastCompilation);
        net.Cast(DType.Float64);
        Bits.Equal(net.Forward(x.Cast(DType.Float64)), predict.Run(x.Cast(DType.Float64)), "float64");
        Assert.Throws<ShapeException>(() => predict.Run(x));
    }

    [Fact]
    public void Plans_of_shapes_that_are_not_used_are_given_up()
    {
        Sequential net = Sequential.Parse("linear 4");
        net.Build([1, 3]);
        CompiledModel predict = Compiled.Predict(net, new PredictOptions { MostShapes = 3 });
        foreach (int batch in (int[])[1, 2, 3, 1, 4, 1, 3]) predict.Run(Tensor.Ones([batch, 3]));
        Assert.Equal((3, 4), (predict.Plans.Count, predict.Compilations)); // 2 was given up for 4
        predict.Run(Tensor.Ones([2, 3]));
        Assert.Equal("the input float32 (2, 3) is new", predict.LastCompilation);
    }

    [Theory]
    [InlineData("batchnorm | softmax axis=0", "Softmax")]
    [InlineData("permute 1,0 | linear 8 | permute 1,0", null)]
    public void Blocks_are_refused_where_samples_mix(string notation, string? op)
    {
        Sequential net = Sequential.Parse(notation);
        CompiledModel predict = Compiled.Predict(net, new PredictOptions { Block = 4 });
        string message = Assert.Throws<InvalidOperationException>(() => predict.Run(Tensor.Ones([8, 5]))).Message;
        Assert.Contains(op ?? "MatMul", message, StringComparison.Ordinal);
        Assert.Contains("Leave out PredictOptions.Block", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_tells_samples_apart_by_their_place_mixes_them()
    {
        Tensor places = Tensor.Of(0f, 1, 2, 3).Reshape([4, 1]);
        CompiledModel predict = Compiled.Predict(new Lambda(x => x + places[..x.Shape[0]]), new PredictOptions { Block = 4 });
        Assert.Contains("Add", Assert.Throws<InvalidOperationException>(() => predict.Run(Tensor.Ones([4, 5]))).Message, StringComparison.Ordinal);
        CompiledModel one = Compiled.Predict(new Lambda(x => x + Tensor.Ones(x.Shape)), new PredictOptions { Block = 4 });
        Assert.Equal(Enumerable.Repeat(2f, 30), one.Run(Tensor.Ones([6, 5])).ToArray<float>());
    }

    [Fact]
    public void What_comes_from_one_value_along_very_many_ways_is_followed_once()
    {
        Linear layer = new(5, 5);
        Lambda doubled = new(x =>
        {
            Tensor w = layer.Bias!.Value.BroadcastTo(x.Shape);
            for (int i = 0; i < 64; i++) w = (w + w) * 0.5f;
            return x + w;
        });
        Sequential net = new(layer, doubled);
        layer.Bias!.Assign(Tensor.Ones([5]));
        Tensor x = Tensor.Ones([8, 5]);
        Bits.Equal(net.Forward(x), Compiled.Predict(net, new PredictOptions { Block = 4, Fold = false }).Run(x), "blocks");
    }

    // Every brick, as far as it takes a batch: what the rules of rows say is what blocks give.
    [Theory, MemberData(nameof(BrickTests.Bricks), MemberType = typeof(BrickTests))]
    public void Every_brick_runs_in_blocks_or_says_why_not(string notation, int[] input, int[] output, int weights)
    {
        _ = (output, weights);
        bool refuses = notation is "softmin axis=0";
        Sequential net = Sequential.Parse(notation);
        net.Build(input);
        net.Eval();
        bool looksUp = notation.StartsWith("embedding", StringComparison.Ordinal);
        Tensor x = looksUp ? new RandomStream(1, 1).Integers(0, 3, [5, .. input[1..]]) : new RandomStream(1, 1).Normal([5, .. input[1..]]);
        CompiledModel predict = Compiled.Predict(net, new PredictOptions { Block = 2, Fold = false });
        if (refuses) Assert.Throws<InvalidOperationException>(() => predict.Run(x));
        else AssertClose(net.Forward(x), predict.Run(x), notation);
    }

    [Fact]
    public void Many_threads_may_ask_with_different_shapes_while_plans_are_made()
    {
        Sequential net = SmallNet("conv 8 3x3 pad=1 | batchnorm | relu | flatten | linear 10", [3, 8, 8]);
        net.Eval();
        CompiledModel folded = Compiled.Predict(net), exact = Compiled.Predict(net, new PredictOptions { Fold = false, MostShapes = 2 });
        Parallel.For(0, 64, i =>
        {
            Tensor x = new RandomStream(4, i).Normal([1 + i % 5, 3, 8, 8]);
            Bits.Equal(net.Forward(x), exact.Run(x), $"call {i}");
            AssertClose(net.Forward(x), folded.Run(x), $"call {i}");
        });
    }

    [Fact]
    public void A_model_that_draws_in_evaluation_draws_anew_in_every_run()
    {
        RandomStream compiled = new(1, 1), eager = new(1, 1);
        Noisy net = new(compiled), other = new(eager);
        CompiledModel predict = Compiled.Predict(net);
        Tensor x = Tensor.Zeros([3]);
        for (int i = 0; i < 3; i++) Bits.Equal(other.Forward(x), predict.Run(x), $"run {i}");
        Parallel.For(0, 20, _ => predict.Run(x));
        Assert.Equal(23L * 1, compiled.State.Value.ToArray<long>()[2] / new Kubik.Ops.RandomNormal(x.Spec).Blocks([]));
    }

    [Fact]
    public void Predicting_says_nothing_to_a_training_on_another_thread()
    {
        Sequential net = SmallNet("linear 8 | dropout 0.5 | linear 10", [6]);
        CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Sgd(0.01));
        Tensor x = new RandomStream(1, 1).Normal([4, 6]), t = Tensor.Of(0, 1, 2, 3);
        step.Run(x, t);
        Module.InEvaluation(() => Task.Run(() => step.Run(x, t)).GetAwaiter().GetResult());
        Assert.Equal(1, step.Compilations);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void A_run_allocates_no_more_than_its_output(int mode)
    {
        Sequential net = SmallNet("conv 8 3x3 pad=1 | batchnorm | relu | flatten | linear 10", [3, 8, 8]);
        CompiledModel predict =
            Compiled.Predict(net, mode switch { 1 => new PredictOptions(), 2 => new PredictOptions { Fold = false }, _ => new PredictOptions { Block = 4 } });
        Tensor x = new RandomStream(1, 1).Normal([4, 3, 8, 8]);
        predict.Run(x);
        Assert.InRange(Allocation.Steady(() => predict.Run(x)), 1, 3000);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Contains("Block", Assert.Throws<ArgumentException>(() => Compiled.Predict(new Linear(3), new PredictOptions { Block = 0 })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Compiled.Predict(new Linear(3), new PredictOptions { MostShapes = 0 }));
    }

    private static Sequential SmallNet(string notation, int[] sample)
    {
        Sequential net = RandomSource.Seeded(0, () => Sequential.Parse(notation));
        Tensor x = Input(notation, 4, sample, 7);
        net.Forward(x); // running statistics that are not those at first
        net.Forward(x * 2);
        foreach ((_, Parameter p) in net.Parameters().Where(p => p.Path.EndsWith("gamma", StringComparison.Ordinal)))
            p.Assign(new RandomStream(9, p.Spec.Shape.Size).Normal(p.Spec.Shape));
        return net;
    }

    private static Tensor Input(string notation, int batch, int[] sample, int seed) => notation.StartsWith("embedding", StringComparison.Ordinal)
        ? new RandomStream(seed, batch).Integers(0, 10, [batch, .. sample])
        : new RandomStream(seed, batch).Normal([batch, .. sample]);

    private static void AssertClose(Tensor expected, Tensor actual, string when)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        (double[] e, double[] a) = (expected.ToDoubles(), actual.ToDoubles());
        double size = e.Length == 0 ? 1 : Math.Max(1, e.Max(Math.Abs));
        for (int i = 0; i < e.Length; i++)
            Assert.True(Math.Abs(e[i] - a[i]) <= Close * size || e[i].Equals(a[i]), $"{when}: element {i} is {a[i]}, eagerly {e[i]}");
    }

    private sealed class OwnNorm : Module
    {
        public Parameter Mean { get; } = new(Tensor.Of(0.1f, -0.2f, 0.3f, 0.4f), ParameterRole.Statistic);

        public Parameter Deviation { get; } = new(Tensor.Of(2f, 3, 0.5f, 1).Reshape([1, 4, 1, 1]), ParameterRole.Statistic);

        public Parameter Offset { get; } = new(Tensor.Of(1f, 2, 3, 4).Reshape([4, 1, 1]));

        protected override Tensor Compute(Tensor x) => this.Offset - 2 * ((x - this.Mean.Value.Reshape([4, 1, 1])) / (this.Deviation + 1e-3)) * 0.5;
    }

    private sealed class Swapping : Module
    {
        public required Linear Hidden { get; init; }

        public required Linear Output { get; set; }

        protected override Tensor Compute(Tensor x) => this.Output.Forward(this.Hidden.Forward(x).Relu());
    }

    private sealed class Noisy(RandomStream random) : Module
    {
        private readonly RandomStream noise = random;

        protected override Tensor Compute(Tensor x) => x + this.noise.Normal(x.Shape);
    }
}
