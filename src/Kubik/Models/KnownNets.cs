// The networks with a name. Each is a line of notation; the number of outputs is put in when the data is known.

using Kubik.Nn;

namespace Kubik.Models;

/// <summary>A network with a name.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="About">What it is, with its source.</param>
/// <param name="Notation">The network for a number of outputs.</param>
public sealed record KnownNet(string Name, string About, Func<int, string> Notation)
{
    /// <summary>The shape of a sample that it is usually given, without the batch.</summary>
    public Shape Sample { get; init; } = [1, 28, 28];

    /// <summary>How many outputs it usually has.</summary>
    public int Outputs { get; init; } = 10;
}

/// <summary>The networks with a name, and the reading of names and notations.</summary>
public static class KnownNets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownNet> All { get; } =
    [
        new("lenet", "LeNet-5 with ReLU and max pooling, for pictures of about 28x28 (LeCun, Bottou, Bengio, Haffner 1998)",
            n => $"conv 6 5x5 pad=2 | relu | maxpool 2 | conv 16 5x5 | relu | maxpool 2 | flatten | linear 120 | relu | linear 84 | relu | linear {n}"),
        new("vgg_a", "the eight convolutions of VGG-A with batch normalisation and one linear layer, "
            + "for pictures of 32x32 or more (Simonyan, Zisserman 2014, arXiv:1409.1556)",
            n => $"{VggStage(64)} | {VggStage(128)} | {VggStage(256, 256)} | {VggStage(512, 512)} | {VggStage(512, 512)} | flatten | linear {n}")
                { Sample = [3, 32, 32] },
        new("resnet18", "ResNet-18 with a first layer for small pictures, about 32x32 (He, Zhang, Ren, Sun 2015, arXiv:1512.03385)",
            n =>
                $"conv 64 3x3 pad=1 bias=false | batchnorm | relu | {ResNetStage(64, isFirst: true)} | {ResNetStage(128)} | {ResNetStage(256)} | "
                + $"{ResNetStage(512)} | globalavgpool | flatten | linear {n}") { Sample = [3, 32, 32] },
        new("resnet50", "ResNet-50, for pictures of 224x224; the blocks halve the picture in their second convolution "
            + "(He, Zhang, Ren, Sun 2015, arXiv:1512.03385)",
            n =>
                $"conv 64 7x7 stride=2 pad=3 bias=false | batchnorm | relu | maxpool 3 stride=2 pad=1 | {Bottlenecks(64, 3, isFirst: true)} | "
                + $"{Bottlenecks(128, 4)} | {Bottlenecks(256, 6)} | {Bottlenecks(512, 3)} | globalavgpool | flatten | linear {n}")
                { Sample = [3, 224, 224], Outputs = 1000 },
        new("mobilenet", "depthwise and pointwise convolutions in turn, a small MobileNet for pictures of about 32x32 (Howard et al. 2017, arXiv:1704.04861)",
            n =>
                $"conv 32 3x3 pad=1 bias=false | batchnorm | relu | {Separable(64)} | {Separable(128, 2)} | {Separable(128)} | {Separable(256, 2)} | "
                + $"{Separable(256)} | {Separable(512, 2)} | {Separable(512)} | globalavgpool | flatten | linear {n}") { Sample = [3, 32, 32] },
        new("char-lstm", "what letter comes next: two layers of LSTM, for texts (Graves 2013, arXiv:1308.0850)",
            n => $"embedding {n} 64 | lstm 256 layers=2 | linear {n}") { Sample = [64], Outputs = 96 },
        new("gpt", "what letter comes next: four blocks of a causal transformer, for texts of up to 64 letters (Radford et al. 2018)",
            n => $"embedding {n} 128 | positions 64 | repeat 4 (transformer 4 512 causal=true (gelu)) | layernorm | linear {n} bias=false")
                { Sample = [64], Outputs = 96 },
        new("mlp", "a perceptron with two hidden layers, for anything", n => $"flatten | linear 300 | relu | linear 100 | relu | linear {n}"),
        new("softmax", "one linear layer: softmax regression for classes, linear regression for numbers", n => $"flatten | linear {n}"),
    ];

    /// <summary>The network of a name, or of a line of notation.</summary>
    /// <param name="text">A name such as <c>lenet</c>, or notation such as <c>linear 300 | relu | linear 10</c>.</param>
    /// <param name="outputs">How many outputs a named network gets.</param>
    /// <exception cref="FormatException">It is neither; the message names the nearest name.</exception>
    public static Sequential Parse(string text, int outputs)
    {
        string name = text.Trim();
        if (All.FirstOrDefault(n => n.Name == name) is { } known) return Sequential.Parse(known.Notation(outputs));
        if (name.Any(c => c is ' ' or '|' or '(') || NetNotation.Bricks.Any(b => b.Name == name)) return Sequential.Parse(text);
        IEnumerable<string> names = All.Select(n => n.Name);
        string? brick = Alias.Of(name) is { } own && NetNotation.Bricks.Any(b => b.Name == own) ? own : null;
        string meant = brick is null ? Suggestion.DidYouMean(name, names) : $" Did you mean the brick '{brick}'?";
        throw new FormatException(
            $"There is no network '{name}'.{meant} The names are {string.Join(", ", names)}; or write one, like \"linear 300 | relu | linear 10\".");
    }

    // Convolutions of these widths, then pooling.
    private static string VggStage(params int[] widths) =>
        string.Concat(widths.Select(w => $"conv {w} 3x3 pad=1 | batchnorm | relu | ")) + "maxpool 2";

    // Two blocks. The first of all stages but the first halves the picture, and its shortcut with it.
    private static string ResNetStage(int width, bool isFirst = false)
    {
        string second = $"batchnorm | relu | conv {width} 3x3 pad=1 bias=false | batchnorm",
            same = $"residual(conv {width} 3x3 pad=1 bias=false | {second}) | relu";
        return isFirst ? $"{same} | {same}"
            : $"residual(conv {width} 3x3 stride=2 pad=1 bias=false | {second} ; conv {width} 1 stride=2 bias=false | batchnorm) | relu | {same}";
    }

    // Blocks of three convolutions, narrow inside. The first widens the shortcut, and of all stages but the first halves the picture.
    private static string Bottlenecks(int width, int count, bool isFirst = false) => string.Join(" | ", Enumerable.Range(0, count).Select(i =>
    {
        string stride = i == 0 && !isFirst ? " stride=2" : "", shortcut = i == 0 ? $" ; conv {4 * width} 1{stride} bias=false | batchnorm" : "";
        return $"residual(conv {width} 1 bias=false | batchnorm | relu | conv {width} 3x3{stride} pad=1 bias=false | batchnorm | relu | conv {4 * width} 1 "
            + $"bias=false | batchnorm{shortcut}) | relu";
    }));

    private static string Separable(int width, int stride = 1) =>
        $"depthwise 3x3{(stride == 1 ? "" : $" stride={stride}")} pad=1 bias=false | batchnorm | relu | conv {width} 1 bias=false | batchnorm | relu";
}
