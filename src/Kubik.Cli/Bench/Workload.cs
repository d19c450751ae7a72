// What is measured: one whole training step of networks from a playground's to a small GPT. bench/torch/steps.py has the
// same networks, batches, losses and optimisers in PyTorch. The inputs are random: how long a step takes does not depend
// on whether something is learnt.

using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Cli.Bench;

/// <summary>A training step to be measured.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="About">What it is.</param>
/// <param name="Net">The network, in notation.</param>
/// <param name="Input">The shape of a batch.</param>
/// <param name="Target">The shape of its targets.</param>
internal sealed record Workload(string Name, string About, string Net, Shape Input, Shape Target)
{
    private const int Symbols = 96;
    private const long Seed = 1;

    /// <summary>How many classes the targets are of; 0 when they are numbers between 0 and 1.</summary>
    private int Classes { get; init; } = 10;

    /// <summary>How many symbols the input is made of; 0 when it is numbers.</summary>
    private int InputSymbols { get; init; }

    private Func<UpdateRule> Rule { get; init; } = () => new Momentum(0.01, 0.9);

    /// <summary>All of them, the small ones first.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("tiny", "a perceptron 2-8-8-1, batch 10", "linear 8 | tanh | linear 8 | tanh | linear 1", [10, 2], [10, 1]) { Classes = 0 },
        new("mlp", "a perceptron 784-300-200-100-10, batch 64", "linear 300 | relu | linear 200 | relu | linear 100 | relu | linear 10", [64, 784], [64])
            { Rule = NewAdam },
        new("lenet", "LeNet-5 on pictures of 28x28, batch 64", Known("lenet"), [64, 1, 28, 28], [64]) { Rule = NewAdam },
        new("vgg_a", "VGG-A on pictures of 32x32, batch 32", Known("vgg_a"), [32, 3, 32, 32], [32]),
        new("resnet18", "ResNet-18 on pictures of 32x32, batch 16", Known("resnet18"), [16, 3, 32, 32], [16]),
        new("mobilenet", "a small MobileNet on pictures of 32x32, batch 16", Known("mobilenet"), [16, 3, 32, 32], [16]),
        new("lstm", "an LSTM 2x256 on 64 letters, batch 32", Known("char-lstm", Symbols), [32, 64], [32 * 64])
            { Classes = Symbols, InputSymbols = Symbols, Rule = NewAdam },
        new("gpt", "a GPT of 4 blocks, 128 wide, on 64 letters, batch 12", Known("gpt", Symbols), [12, 64], [12 * 64])
            { Classes = Symbols, InputSymbols = Symbols, Rule = NewAdam },
    ];

    /// <summary>What is made small.</summary>
    public Loss Loss => this.Classes > 0 ? new CrossEntropy() : new BinaryCrossEntropy();

    /// <summary>The network, built, with the same weights at every call. Of texts each letter is a sample for the loss,
    /// so the axes of texts and places become one.</summary>
    public Sequential MakeNet()
    {
        RandomSource.Default = new RandomSource(Seed);
        Sequential net = Sequential.Parse(this.Net);
        if (this.InputSymbols > 0) net = new(net, new Lambda(y => y.Reshape([y.Shape[..^1].Size, y.Shape[^1]])));
        net.Build(this.Input, this.InputSymbols > 0 ? DType.Int64 : DType.Float32);
        return net;
    }

    /// <summary>A batch and its targets.</summary>
    public (Tensor Input, Tensor Target) MakeBatch()
    {
        RandomStream random = new(Seed, stream: long.MaxValue);
        return (this.InputSymbols > 0 ? random.Integers(0, this.InputSymbols, this.Input) : random.Normal(this.Input),
            this.Classes > 0 ? random.Integers(0, this.Classes, this.Target) : random.Uniform(this.Target));
    }

    public UpdateRule MakeOptimizer() => this.Rule();

    private static Adam NewAdam() => new(0.001);

    private static string Known(string name, int outputs = 10) => KnownNets.All.First(n => n.Name == name).Notation(outputs);
}
