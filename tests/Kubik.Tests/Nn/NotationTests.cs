using System.Globalization;
using System.Reflection;
using Kubik.Data;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

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
        { "celu alpha=0", "alpha must be above 0" },
        { "softmax temperature=0", "the temperature must be above 0" },
        { "softmax axis=x", "'x' is not a value for axis" },
        { "hardtanh min=2", "must not be above the upper one" },
        { "softshrink -1", "must be 0 or more" },
        { "maxout 0", "maxout" },
        { "threshold", "LIMIT is missing" },
        { "linear 5 | relu)", "At character 16 of 'linear 5 | relu)': this ')' closes nothing." },
        { "residual(linear 5", "At character 9 of 'residual(linear 5': this '(' is not closed." },
        { "relu | parallel(linear 5 ; )", "At character 28 of 'relu | parallel(linear 5 ; )': an empty branch; write identity" },
        { "residual()", "At character 10 of 'residual()': an empty branch" },
        { "residual(relu | )", "At character 17 of 'residual(relu | )': an empty place between bars" },
        { "", "At character 1 of '': an empty place between bars" },
        { "linear 5 ; relu", "At character 10 of 'linear 5 ; relu': ';' stands between the nets" },
        { "tanh | relu (relu)", "At character 8 of 'tanh | relu (relu)': 'relu': it takes no parentheses. Write it as: relu." },
        { "repeat 3", "the net in parentheses is missing. Write it as: repeat COUNT (NET)." },
        { "repeat 2 (relu ; relu)", "it takes 1 net in parentheses, not 2" },
        { "repeat 0 (relu)", "'repeat 0'" },
        { "residual(relu ; relu ; relu)", "it takes 2 nets in parentheses, not 3" },
        { "(relu ; relu)", "a chain in parentheses has no branches" },
        { "residual(relu) 3", "At character 16 of 'residual(relu) 3': after ')' comes '|'" },
        { "residual(relu | linaer 3)", "At character 17 of 'residual(relu | linaer 3)': there is no brick 'linaer'. Did you mean 'linear'?" },
        { "tiedlinear tokens", "no embedding before this has the name 'tokens'." },
        { "embedding 5 3 name=tokens | tiedlinear token", "Did you mean 'tokens'?" },
        { "embedding 5 3 name=a | embedding 5 3 name=a", "At character 24 of 'embedding 5 3 name=a | embedding 5 3 name=a': the name 'a' is given twice." },
        { "embedding 5 3 name=a:b", "'a:b' is no name" },
        { "embedding 4 2 padding=4", "the padding index must be 0 to 3" },
        { "parallel sum=true axis=2 (relu ; relu)", "leave out one of them" },
        { "embedding 4 2 padding=-1", "the padding index must be 0 to 3" },
        { "attention 3 keyheads=2", "3 heads cannot share 2 key heads" },
        { "positionalencoding base=-1", "must be above 0" },
        { "permute 0,0", "not an order of axes" },
        { "permute 0,x", "'0,x' is not a value for ORDER" },
        { "unflatten 0x3", "'0x3' is not a value for SIZES" },
        { "pad 1 mode=mirror", "'mirror' is not a value for mode" },
        { "pad 1 mode=edge value=2", "leave the value out" },
        { "pad 1x2 padend=1x2x3", "1x2 before and 1x2x3 after are for different numbers of axes" },
        { "unfold 0", "unfold: " },
        { "fold 4 2", "a picture has rows and columns" },
        { "lambda", "there is no brick 'lambda'" },
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
        // As PyTorch counts the same networks (bench/torch/steps.py).
        Assert.Equal(9_231_114, Weights("vgg_a"));
        Assert.Equal(11_173_962, Weights("resnet18"));
        Assert.Equal(543_050, Weights("mobilenet"));
        Assert.Equal(826_112, Weights("gpt"));
        Assert.Equal(886_880 - 2 * 4 * 256, Weights("char-lstm")); // PyTorch has a second vector of biases in each layer, to which the first adds
        Assert.Contains("Did you mean 'lenet'?", Assert.Throws<FormatException>(() => KnownNets.Parse("lenett", 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileNotationsAreRefused()
    {
        Assert.Contains("nested more than 100 deep", Assert.Throws<FormatException>(() => Sequential.Parse(new string('(', 1_000_000))).Message, StringComparison.Ordinal);
        Assert.Contains("more than 10000 bricks", Assert.Throws<FormatException>(() => Sequential.Parse("repeat 1000000000 (relu)")).Message, StringComparison.Ordinal);
        Assert.Contains("more than 10000 bricks", Assert.Throws<FormatException>(() => Sequential.Parse("repeat 1000 (repeat 1000 (repeat 1000 (relu)))")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GarbageIsRefusedWithAMessageAndNothingElse()
    {
        string[] seeds = [.. BrickTests.Bricks.Select(row => (string)row[0]), "residual(linear 3 | (tanh) ; parallel axis=2 (relu ; repeat 2 (identity)))"];
        string[] bits = ["(", ")", ";", "|", "=", " ", "x", ",", "-1", "0", "99999999999", "1e9", "NaN", "linear", "repeat 3", "name=a", "\0", "é", "\n"];
        Random random = new(3);
        int read = 0;
        for (int i = 0; i < 5000; i++)
        {
            string text = seeds[random.Next(seeds.Length)];
            for (int edit = random.Next(1, 4); edit > 0; edit--)
            {
                int at = random.Next(text.Length + 1), end = Math.Min(text.Length, at + random.Next(4));
                text = text[..at] + (random.Next(3) == 0 ? "" : bits[random.Next(bits.Length)]) + text[end..];
            }
            try
            {
                Sequential net = Sequential.Parse(text);
                Assert.Equal(net.Notation, Sequential.Parse(net.Notation).Notation);
                read++;
            }
            catch (FormatException e)
            {
                Assert.Matches("^At character [0-9]+ of ", e.Message);
            }
        }
        Assert.InRange(read, 100, 4900);
    }

    [Fact]
    public void ABrickMayReadAllAfterItsNameAsAnotherBrick()
    {
        const string Usage = "wrap BRICK";
        static string Wrapped(string text) => BrickArguments.Make(text, Usage, a => a.Brick()).Notation;
        Assert.Equal("linear 5 bias=false", Wrapped("wrap  linear 5 bias=false"));
        Assert.StartsWith("At character 6 of 'wrap linear': 'linear': OUTPUTS is missing. Write it as: linear OUTPUTS", Assert.Throws<FormatException>(() => Wrapped("wrap linear")).Message, StringComparison.Ordinal);
        Assert.Equal("'wrap': the net in parentheses is missing. Write it as: wrap BRICK.", Assert.Throws<FormatException>(() => Wrapped("wrap")).Message);
    }

    [Fact]
    public void ATextByItselfHasArgumentsToo()
    {
        Assert.Equal([1, -0.5], BrickArguments.Make("loss weights=1,-0.5", "loss [weights=NUMBERS]", a => a.Reals("weights")));
        Assert.Empty(BrickArguments.Make("loss", "loss [weights=NUMBERS]", a => a.Reals("weights")));
        Assert.Equal("'loss weights=1,x': '1,x' is not a value for weights. Write it as: loss [weights=NUMBERS].", Assert.Throws<FormatException>(() => BrickArguments.Make("loss weights=1,x", "loss [weights=NUMBERS]", a => a.Reals("weights"))).Message);
    }

    [Fact]
    public void RepeatsOfRepeatsAreWrittenAtOnce()
    {
        string nested = "relu";
        for (int i = 0; i < 12; i++) nested = $"repeat 2 ({nested})";
        Sequential net = Sequential.Parse(nested);
        Assert.Equal(nested, net.Notation);
        Assert.Null(NetNotation.Problem(net));
    }

    [Fact]
    public void AskingWhetherANetCanBeReadBackDrawsNoRandomNumbers()
    {
        // From a source of its own: no other test draws from it.
        static double[] Next(bool isAsked) => RandomSource.Seeded(0, () =>
        {
            Sequential net = Sequential.Parse("linear 5 | dropout 0.5");
            if (isAsked) Assert.Null(NetNotation.Problem(net));
            return RandomSource.Default.NextStream().Normal([3]).ToDoubles();
        });
        Assert.Equal(Next(isAsked: false), Next(isAsked: true));
    }

    [Fact]
    public void BlanksLineEndsAndCapitalsMeanNothing() =>
        Assert.Equal("residual(linear 5 | relu) | repeat 2 (linear 3)", Sequential.Parse("Residual ( LINEAR\t5|relu )\r\n  |\n repeat 2(linear 3)\n").Notation);

    [Fact]
    public void EverySyntaxIsInTheTable()
    {
        IEnumerable<object?> written = from type in typeof(NetNotation).Assembly.GetTypes()
                                       where type.IsSubclassOf(typeof(Kubik.Nn.Module))
                                       from property in type.GetProperties(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
                                       where property.PropertyType == typeof(BrickSyntax)
                                       select property.GetValue(null);
        Assert.Empty(written.Except(NetNotation.Bricks));
        Assert.Equal(NetNotation.Bricks.Count, NetNotation.Bricks.Select(b => b.Name).Distinct().Count());
    }

    [Fact]
    public void EveryBrickOfTheTableIsTested() =>
        Assert.Equal(
            NetNotation.Bricks.Select(b => b.Name).Order(),
            BrickTests.Bricks.SelectMany(row => ((string)row[0]).Split('|', '(', ';', ')').Select(brick => brick.Trim().Split(' ')[0])).Where(name => name.Length > 0).Distinct().Order());

    [Fact]
    public void NotationsAreTheSameInEveryCulture()
    {
        string[] bricks = [.. BrickTests.Bricks.Select(row => (string)row[0])];
        string[] schedules =
        [
            "constant 0.5", "cosine floor=0.25", "restarts 5 times=1.5 floor=0.25", "polynomial 1.5 floor=0.25", "linear 0.5 1.5 7", "step 3 0.5", "exponential 0.5",
            "one-cycle 0.25 start=0.125 end=0.5", "plateau factor=0.25 threshold=0.125 floor=0.0625", "linear 0.5 1.5 7 until 9 then exponential 0.5",
        ];
        CultureInfo before = CultureInfo.CurrentCulture, other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NumberGroupSeparator, other.NumberFormat.NegativeSign) = (",", ".", "−");
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.All(bricks, b => Assert.Equal(b, Sequential.Parse(b).Notation));
            Assert.All(schedules, s => Assert.Equal(s, Schedule.Parse(s).Notation));
            Assert.All(LossRows.All.Select(row => row.Make(Reduction.Mean)).OfType<Loss>(), loss => Assert.Equal(loss.Notation, Loss.Parse(loss.Notation).Notation));
            Assert.Equal(["l1 0.5", "l2 0.5", "elastic 0.5 0.25"], new Penalty[] { new L1(0.5), new L2(0.5), new ElasticNet(0.5, 0.25) }.Select(p => p.Notation));
            Assert.Equal("ema 0.5", WeightAverage.Exponential(0.5).Notation);
            Assert.Equal("mixup 0.5", new MixUp(0.5).Notation);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static int Weights(string name)
    {
        KnownNet known = KnownNets.All.First(n => n.Name == name);
        Sequential net = KnownNets.Parse(name, known.Outputs);
        net.Build([2, .. known.Sample.Sizes]);
        return net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Sum(p => p.Parameter.Spec.Shape.Size);
    }
}
