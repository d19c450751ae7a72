using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class NotationTests
{
    // What is typed, and what the message must say.
    public static TheoryData<string, string> Wrong => new()
    {
        { "linaer 5", "Did you mean 'linear'?" },
        { "linear 5 | | relu", "an empty place between bars" },
        { "linear", "OUTPUTS is missing. Write it as: linear OUTPUTS [bias=false] [init=NAME]." },
        { "linear five", "'five' is not a value for OUTPUTS" },
        { "linear 0", "linear" },
        { "linear 5 6", "'6' is one argument too many" },
        { "linear 5 bais=false", "there is no option 'bais'. Did you mean 'bias'?" },
        { "conv 6 5x5 pad=2 pad=3", "the option 'pad' is given twice" },
        { "conv 6 5x5x5", "'5x5x5' is not a value for KERNEL" },
        { "conv 5 3 groups=2", "cannot be split into 2 groups" },
        { "dropout 1", "at least 0 and below 1" },
        { "spatialdropout 1", "spatialdropout: the probability must be at least 0 and below 1" },
        { "alphadropout -0.1", "alphadropout: the probability must be at least 0 and below 1" },
        { "gaussiannoise -1", "the standard deviation must be a number of 0 or more" },
        { "gaussiannoise", "DEVIATION is missing" },
        { "linear 5 init=hee", "There is no initialiser 'hee'. Did you mean 'he'?" },
        { "linear 5 init=lecun:2", "takes no number" },
        { "linear 5 init=normal:big", "'big' is no number; write the σ of 'normal' like normal:0.01." },
        { "relu 3", "'3' is one argument too many" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void AWrongNotationSaysWhatIsWrong(string notation, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => Sequential.Parse(notation)).Message, StringComparison.Ordinal);

    [Fact]
    public void KnownNetsHaveTheirParameters()
    {
        // LeNet-5 with 6 and 16 channels: 156 + 2416 + 48120 + 10164 + 850.
        Assert.Equal(61_706, Weights("lenet"));
        Assert.Equal(784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10, Weights("mlp"));
        Assert.Equal(7850, Weights("softmax"));
        Assert.Contains("Did you mean 'lenet'?", Assert.Throws<FormatException>(() => KnownNets.Parse("lenett", 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryBrickOfTheTableIsTested() =>
        Assert.Equal(NetNotation.Bricks.Select(b => b.Name).Order(), BrickTests.Bricks.Select(row => ((string)row[0]).Split(' ')[0]).Distinct().Order());

    private static int Weights(string name)
    {
        Sequential net = KnownNets.Parse(name, 10);
        net.Build([1, 1, 28, 28]);
        return net.Parameters().Sum(p => p.Parameter.Spec.Shape.Size);
    }
}
