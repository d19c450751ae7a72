// Computing twice instead of keeping: the same bits, in less memory.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class RecomputeTests
{
    // A net with gaps for "recompute": with it and without.
    public static TheoryData<string, int[]> Nets => new()
    {
        { "linear 12 | ?(linear 20 | tanh | linear 12 | gelu) | ?(linear 16 | relu) | linear 10", [6, 5] },
        { "conv 6 3x3 pad=1 | ?(conv 6 3x3 pad=1 | batchnorm | relu | dropout 0.3) | ?(residual(conv 6 3x3 pad=1 | batchnorm | relu)) | flatten | linear 10",
            [4, 2, 5, 5] },
        { "repeat 3 (?(transformer 2 16 causal=true dropout=0.1)) | flatten | linear 10", [3, 4, 8] },
        { "?(lstm 6 layers=2 dropout=0.2 | layernorm) | flatten | linear 10", [3, 4, 8] },
        { "linear 8 | ?(linear 8 | ?(linear 9 | tanh | dropout 0.5) | ?(linear 8 | gelu)) | linear 10", [6, 5] },
        { "weightnorm(linear 8) | ?(weightnorm(linear 8) | spectralnorm(linear 7) | gaussiannoise 0.1) | linear 10", [6, 5] },
    };

    [Theory, MemberData(nameof(Nets))]
    public void The_bits_are_those_without_it_eager_and_compiled(string notation, int[] input)
    {
        Sequential plain = Net(notation, ""), eager = Net(notation, "recompute"), compiled = Net(notation, "recompute");
        foreach (Sequential net in (Sequential[])[plain, eager, compiled]) net.Build(input);
        Start(plain, eager);
        Start(plain, compiled);
        Adam a = new(0.01), b = new(0.01), c = new(0.01);
        CompiledStep step = Compiled.Step(compiled, new CrossEntropy(), c);
        RandomStream random = new(1, 1);
        Tensor t = Tensor.Of([.. Enumerable.Range(0, input[0]).Select(i => i % 10)]);
        for (int i = 0; i < 5; i++)
        {
            Tensor x = random.Normal(input);
            double expected = (double)a.Step(() => new CrossEntropy().Of(plain.Forward(x), t), plain);
            Assert.Equal(expected, (double)b.Step(() => new CrossEntropy().Of(eager.Forward(x), t), eager));
            Assert.Equal(expected, step.Run(x, t));
            Same(plain, eager, $"eager, step {i}");
            Same(plain, compiled, $"compiled, step {i}");
        }
    }

    [Fact]
    public void Parameters_have_the_paths_that_they_have_without_it()
    {
        Sequential plain = Sequential.Parse("linear 4 | (linear 3 | tanh | batchnorm) | residual(relu | linear 3)"),
            with = Sequential.Parse("recompute(linear 4) | recompute(linear 3 | tanh | batchnorm) | recompute(residual(relu | linear 3))");
        Assert.Equal(plain.Parameters().Select(p => p.Path), with.Parameters().Select(p => p.Path));
        plain.Build([4, 5]);
        with.Build([4, 5]);
        with.Assign(plain.Values());
        Assert.Equal("recompute(linear 4) | recompute(linear 3 | tanh | batchnorm) | recompute(residual(relu | linear 3))", with.Notation);
    }

    [Theory]
    [InlineData("repeat 12 (?(linear 64 | gelu | linear 64 | tanh | linear 64 | layernorm)) | linear 10", new[] { 256, 64 }, 0.4)]
    [InlineData("embedding 30 32 | repeat 8 (?(transformer 4 128 causal=true)) | linear 30", new[] { 8, 32 }, 0.35)]
    public void A_deep_net_takes_a_share_of_the_memory(string notation, int[] input, double share)
    {
        Tensor x = notation.StartsWith("embedding", StringComparison.Ordinal) ? new RandomStream(1, 1).Integers(0, 30, input)
            : new RandomStream(1, 1).Normal(input);
        long plain = Arena(Net(notation, ""), x), recomputed = Arena(Net(notation, "recompute"), x);
        Assert.True(recomputed < share * plain, $"{recomputed} bytes of {plain} are {(double)recomputed / plain:P0}");
    }

    [Fact]
    public void Eagerly_the_tape_keeps_the_input_alone()
    {
        Recompute block = new(Sequential.Parse("linear 5 | tanh | linear 4 | tanh"));
        Tensor x = new RandomStream(1, 1).Normal([2, 3]).Track(), y = block.Forward(x);
        Recomputed op = Assert.IsType<Recomputed>(y.Node!.Op);
        Assert.Same(x, y.Node.Inputs[0]);
        Assert.All(y.Node.Inputs[1..], p => Assert.Null(p.Node));
        Assert.Equal(4, op.Body.Parameters.Count);
    }

    [Fact]
    public void In_evaluation_it_is_the_net_itself()
    {
        Sequential net = Net("?(linear 5 | batchnorm | dropout 0.5)", "recompute");
        Tensor x = new RandomStream(1, 1).Normal([4, 3]);
        net.Forward(x);
        net.Eval();
        Assert.IsNotType<Recomputed>(net.Forward(x).Node!.Op);
        Assert.Contains("'0.0' (linear 5)", NonFiniteException.Locate(net, Tensor.Full([4, 3], float.MaxValue)), StringComparison.Ordinal);
    }

    [Fact]
    public void Derivatives_of_derivatives_go_through_it()
    {
        Recompute block = new(new Lambda(x => x * x * x));
        Tensor x = Tensor.Of(2.0, 3.0).Track();
        Tensor g = Gradient.Of(block.Forward(x).Sum(), x), h = Gradient.Of(g.Sum(), x);
        Assert.Equal([12, 27], g.ToDoubles());
        Assert.Equal([12, 18], h.ToDoubles());
    }

    [Fact]
    public void What_it_takes_from_outside_gets_its_gradient()
    {
        Tensor x = Tensor.Of(2.0).Track(), outside = Tensor.Of(5.0).Track(), made = outside * 3;
        Tensor y = new Recompute(new Lambda(v => v * v * made + outside)).Forward(x).Sum();
        Assert.Equal([4 * 3 + 1], Gradient.Of(y, outside).ToDoubles());
        Graph graph = Graph.Trace(v =>
        {
            Tensor inner = v[1] * 3, z = new Recompute(new Lambda(u => u * u * inner + v[1])).Forward(v[0]).Sum();
            return Gradient.Of(z, v[1]);
        }, x.Spec, x.Spec);
        Assert.Equal([13], graph.Run(x, outside)[0].ToDoubles());
        Assert.Equal([13], Planned.Run(graph, x.Detach(), outside.Detach())[0].ToDoubles());
    }

    [Fact]
    public void A_graph_that_is_run_as_it_is_gives_the_same()
    {
        Sequential net = Net("?(linear 5 | tanh | batchnorm | dropout 0.5)", "recompute"), other = Net("?(linear 5 | tanh | batchnorm | dropout 0.5)", "");
        Tensor x = new RandomStream(1, 1).Normal([4, 3]);
        net.Build(x.Shape);
        other.Build(x.Shape);
        Start(other, net);
        Graph graph = Graph.Trace(v => net.Forward(v[0]), x.Spec);
        Bits.Equal(other.Forward(x).Detach(), graph.Run(x)[0].Detach(), "output");
        Same(other, net, "after");
    }

    private static Sequential Net(string notation, string word) =>
        RandomSource.Seeded(0, () => Sequential.Parse(notation.Replace("?", word, StringComparison.Ordinal)));

    private static long Arena(Sequential net, Tensor x)
    {
        CompiledStep step = Compiled.Step(net, (y, t) => (y * t).Square().Mean(), new Sgd(0.01));
        net.Build(x.Shape, x.DType);
        step.Run(x, Tensor.Scalar(1));
        return step.Plans[0].ArenaBytes;
    }

    private static void Start(Sequential from, Sequential to)
    {
        foreach (((_, Parameter p), (_, Parameter q)) in from.Parameters().Zip(to.Parameters())) q.Assign(p.Value.Detach());
    }

    private static void Same(Sequential a, Sequential b, string when)
    {
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(p.Value, q.Value, $"{when}: {path}");
    }
}
