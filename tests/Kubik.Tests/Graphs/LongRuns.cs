// Compiled and eager trainings side by side, to the last bit: two hundred steps of small nets of every kind, the compiled
// one on another number of threads at each step, and the first steps of every net with a name.

using Kubik.Kernels;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Kernels;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

[Collection(Alone.Name)]
public sealed class LongRuns
{
    private const int Steps = 200, Classes = 10, Words = 20;

    public static TheoryData<string, int[]> Nets => new()
    {
        { "linear 30 | relu | linear 20 | tanh | linear 10", [16, 12] },
        { "conv 4 5x5 pad=2 | relu | maxpool 2 | conv 8 3x3 | relu | maxpool 2 | flatten | linear 20 | relu | linear 10", [8, 1, 10, 10] },
        { "conv 4 3x3 pad=1 bias=false | batchnorm | relu | residual(conv 8 3x3 stride=2 pad=1 bias=false | batchnorm | relu | conv 8 3x3 pad=1 bias=false | batchnorm ; conv 8 1 stride=2 bias=false | batchnorm) | relu | globalavgpool | flatten | linear 10", [4, 3, 8, 8] },
        { "lstm 8 layers=2 dropout=0.1 | linear 10", [4, 6, 5] },
        { "embedding 20 16 | positions 8 | dropout 0.1 | repeat 2 (transformer 2 32 causal=true dropout=0.1 (gelu)) | layernorm | linear 20 bias=false", [3, 8] },
    };

    public static TheoryData<string, int[], string> Trainings
    {
        get
        {
            TheoryData<string, int[], string> trainings = [];
            foreach (object[] net in Nets)
            {
                foreach (string rule in (string[])["momentum", "adam", "adamw"]) trainings.Add((string)net[0], (int[])net[1], rule);
            }
            return trainings;
        }
    }

    [Theory, MemberData(nameof(Trainings))]
    public void Two_hundred_compiled_steps_have_the_bits_of_eager_ones(string notation, int[] input, string rule) => Compare(notation, input, Rule(rule), Rule(rule), Steps);

    public static TheoryData<string> Names => [.. KnownNets.All.Select(n => n.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_first_steps_of_every_net_with_a_name_have_the_bits_of_eager_ones(string name)
    {
        KnownNet net = KnownNets.All.First(n => n.Name == name);
        int[] input = name switch { "resnet50" => [2, 3, 32, 32], "resnet18" or "mobilenet" => [2, 3, 8, 8], "char-lstm" or "gpt" => [2, 8], _ => [2, .. net.Sample] };
        Compare(net.Notation(net.Outputs == 96 ? Words : Classes), input, new Adam(0.001), new Adam(0.001), steps: 2);
    }

    private static UpdateRule Rule(string name) => name switch
    {
        "momentum" => new Momentum(0.02),
        "adam" => new Adam(0.003),
        _ => new AdamW(0.003, decay: 0.05) { ClipNorm = 0.5, Schedule = Schedule.Warmup(20).Times(Schedule.Cosine), Groups = [new((_, p) => p.Spec.Shape.Rank < 2) { DecoupledDecay = 0 }] },
    };

    private static void Compare(string notation, int[] input, UpdateRule a, UpdateRule b, int steps)
    {
        Sequential eager = RandomSource.Seeded(0, () => Sequential.Parse(notation)), compiled = RandomSource.Seeded(0, () => Sequential.Parse(notation));
        bool reads = notation.StartsWith("embedding", StringComparison.Ordinal);
        CompiledStep step = Compiled.Step(compiled, Loss, b);
        RandomStream random = new(3, 3);
        int before = Workers.Count;
        Tensor x = Tensor.Scalar(0);
        for (int i = 0; i < steps; i++)
        {
            x = reads ? random.Integers(0, Words, input) : random.Normal(input);
            Shape rows = reads || notation.StartsWith("lstm", StringComparison.Ordinal) ? [input[0], input[1]] : [input[0]];
            Tensor t = random.Integers(0, Classes, rows);
            double progress = (double)i / steps, expected = (double)a.Step(() => Loss(eager.Forward(x), t), eager, progress);
            try
            {
                Workers.Count = 1 + i % 3;
                Assert.Equal(expected, step.Run(x, t, progress));
            }
            finally
            {
                Workers.Count = before;
            }
            if (i % 20 == 0 || i == steps - 1)
            {
                foreach (((string path, Parameter p), (_, Parameter q)) in eager.Parameters().Zip(compiled.Parameters())) Bits.Equal(p.Value, q.Value, $"step {i}: {path}");
            }
        }
        Assert.Equal(1, step.Compilations);
        Dictionary<string, Tensor> state = b.State(compiled);
        foreach ((string name, Tensor value) in a.State(eager)) Bits.Equal(value, state[name], name);
        eager.Eval();
        Bits.Equal(eager.Forward(x).Detach(), Compiled.Predict(compiled, new PredictOptions { Fold = false }).Run(x), "evaluation");

        // Of sequences the classes are the second axis.
        static Tensor Loss(Tensor y, Tensor t) => new CrossEntropy().Of(y.Rank == 3 ? y.MoveAxis(2, 1) : y, t);
    }
}
