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

    private static UpdateRule Rule(string name) => name switch { "adam" => new Adam(0.01), "sgd" => new Sgd(0.1), "momentum" => new Momentum(0.1), _ => new RmsProp(0.01) };

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
}
