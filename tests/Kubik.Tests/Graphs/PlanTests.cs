using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class PlanTests
{
    public static TheoryData<string, int[], string> Nets => new()
    {
        { "linear 16 | relu | linear 10", [8, 12], "adam" },
        { "linear 16 | tanh | linear 10", [7, 12], "sgd" },
        { "linear 40 | gelu | layernorm | linear 10", [3, 5], "momentum" },
        { "conv 4 3x3 pad=1 | batchnorm | relu | maxpool 2 | dropout 0.3 | flatten | linear 10", [4, 2, 6, 6], "adam" },
        { "conv 4 3x3 pad=1 | batchnorm | relu | avgpool 2 | conv 6 2x2 | sigmoid | flatten | dropout 0.5 | linear 10", [4, 2, 6, 6], "rmsprop" },
        { "lstm 6 | flatten | linear 10", [4, 5, 3], "adam" },
    };

    [Theory]
    [MemberData(nameof(Nets))]
    public void A_compiled_step_gives_the_bits_of_the_eager_one(string notation, int[] input, string rule)
    {
        (Sequential eager, Sequential compiled) = Twins(notation, input);
        UpdateRule a = Rule(rule), b = Rule(rule);
        CompiledStep step = Compiled.Step(compiled, new CrossEntropy(), b);
        RandomStream random = new(1, 1);
        Tensor t = Tensor.Of([.. Enumerable.Range(0, input[0]).Select(i => i % 10)]);
        for (int i = 0; i < 20; i++)
        {
            Tensor x = random.Normal(input);
            double expected = (double)a.Step(() => new CrossEntropy().Of(eager.Forward(x), t), eager), loss = step.Run(x, t);
            Assert.Equal(expected, loss);
            AssertSame(eager, compiled, $"step {i}");
        }
        Assert.Equal(1, step.Compilations);
    }

    private static UpdateRule Rule(string name) =>
        name switch { "adam" => new Adam(0.01), "sgd" => new Sgd(0.1), "momentum" => new Momentum(0.1), _ => new RmsProp(0.01) };

    private static (Sequential A, Sequential B) Twins(string notation, int[] input)
    {
        Sequential a = Sequential.Parse(notation), b = Sequential.Parse(notation);
        a.Build(input);
        b.Build(input);
        foreach (((_, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) q.Assign(p.Value.Detach());
        return (a, b);
    }

    private static void AssertSame(Sequential a, Sequential b, string when)
    {
        foreach (((string path, Parameter p), (_, Parameter q)) in a.Parameters().Zip(b.Parameters())) Bits.Equal(p.Value, q.Value, $"{when}: {path}");
    }

    // A sum that an op of the loop waits for by way of another loop: neither can be computed whole before the other.
    [Fact]
    public void Ops_that_wait_for_each_other_by_way_of_two_loops_are_computed_apart()
    {
        Tensor x = new RandomStream(1, 1).Normal([8, 8]), y = new RandomStream(1, 2).Normal([8]);
        Graph graph = Graph.Trace(v =>
        {
            Tensor i = v[0].Exp(), m = v[1].Exp(), t = i + m, r = i.Sum([0]).CumSum(0) * m;
            return [t, r];
        }, x.Spec, y.Spec);
        Tensor[] expected = graph.Run(x, y), planned = Planned.Run(graph, [x, y]);
        for (int k = 0; k < expected.Length; k++) Assert.Equal(expected[k].ToArray<float>(), planned[k].ToArray<float>());
    }

    [Fact]
    public void No_two_values_share_a_place_at_one_time_and_none_crosses_a_block()
    {
        Random random = new(5);
        for (int round = 0; round < 200; round++)
        {
            const long Block = 4096;
            Lease[] leases = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(30))
                .Select(first => new Lease(random.Next(round % 2 == 0 ? 600 : 4096), first, first + random.Next(12)))];
            long[] places = Arena.Place(leases, Block, out long total);
            for (int a = 0; a < leases.Length; a++)
            {
                if (leases[a].Bytes == 0) continue;
                Assert.Equal(0, places[a] % Arena.Line);
                Assert.Equal(places[a] / Block, (places[a] + leases[a].Bytes - 1) / Block);
                Assert.True(places[a] + leases[a].Bytes <= total);
                for (int b = 0; b < a; b++)
                {
                    bool together = leases[a].First <= leases[b].Last && leases[b].First <= leases[a].Last;
                    Assert.False(together && places[a] < places[b] + leases[b].Bytes && places[b] < places[a] + leases[a].Bytes);
                }
            }
        }
    }
}
