// Every brick, every loss and every optimiser is explained, two steps of it: in all formats and both languages, with numbers that come
// out when they are worked out again. Whoever adds one to a table adds a row here; a test says so when it is missing.

using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public sealed partial class EveryNotationTests
{
    // Words in Latin letters that Russian texts have too: names of functions and bricks, and words of the notation.
    private static readonly string[] Names =
    [
        "ReLU", "tanh", "softmax", "softplus", "ELU", "SELU", "detach", "scatter", "ln", "hinge", "box-iou", .. NetNotation.Bricks.Select(b => b.Name),
    ];

    public static TheoryData<string, int[]> Bricks => new()
    {
        { "linear 2", [2, 3] }, { "conv 2 2x2 pad=1", [1, 2, 3, 3] }, { "maxpool 2 stride=1", [1, 1, 3, 3] }, { "avgpool 2", [1, 2, 4, 4] }, { "flatten", [2, 2, 2] },
        { "relu", [2, 3] }, { "tanh", [2, 3] }, { "sigmoid", [2, 3] }, { "softmax temperature=2", [2, 3] }, { "dropout 0.5", [2, 4] }, { "batchnorm", [4, 3] },
        { "celu alpha=2", [2, 3] }, { "elu", [2, 3] }, { "gelu", [2, 3] }, { "glu", [2, 4] }, { "hardshrink 0.5", [2, 3] }, { "hardsigmoid", [2, 3] }, { "hardswish", [2, 3] },
        { "hardtanh", [2, 3] }, { "leakyrelu 0.01", [2, 3] }, { "logsigmoid", [2, 3] }, { "logsoftmax", [2, 3] }, { "maxout 2", [2, 4] }, { "mish", [2, 3] }, { "prelu", [2, 3] },
        { "relu6", [2, 3] }, { "selu", [2, 3] }, { "silu", [2, 3] }, { "softmin", [2, 3] }, { "softplus", [2, 3] }, { "softshrink 0.5", [2, 3] }, { "softsign", [2, 3] },
        { "step", [2, 3] }, { "tanhshrink", [2, 3] }, { "threshold 0.5 value=0.1", [2, 3] }, { "conv1d 2 3", [1, 2, 5] }, { "conv3d 2 2x2x2", [1, 1, 2, 3, 2] },
        { "convtranspose1d 2 3 stride=2", [1, 2, 3] }, { "convtranspose 2 2x2 stride=2", [1, 2, 2, 2] }, { "convtranspose3d 1 2x2x2", [1, 1, 2, 1, 2] },
        { "depthwise1d 3", [1, 2, 5] }, { "depthwise 2x2", [1, 2, 3, 3] }, { "depthwise3d 2x2x2", [1, 2, 2, 2, 2] },
        { "separable1d 2 3", [1, 2, 5] }, { "separable 3 2x2", [1, 2, 3, 3] }, { "separable3d 2 2x2x2", [1, 2, 2, 2, 2] },
        { "lppool 2 2", [1, 2, 4, 4] }, { "globalavgpool", [1, 2, 3, 3] }, { "globalmaxpool", [1, 2, 3, 3] }, { "adaptiveavgpool 2", [1, 1, 3, 5] }, { "adaptivemaxpool 2", [1, 1, 3, 5] },
        { "pad 1 mode=reflect", [1, 1, 3, 3] }, { "unfold 2", [1, 1, 3, 3] }, { "fold 3x3 2", [1, 4, 4] }, { "upsample 2", [1, 1, 2, 3] }, { "resize 3 mode=linear", [1, 1, 2, 4] },
        { "pixelshuffle 2", [1, 4, 2, 2] }, { "pixelunshuffle 2", [1, 1, 4, 4] }, { "embedding 5 3", [1, 4] }, { "embedding 5 3 name=tokens | tiedlinear tokens", [1, 3] }, { "positionalencoding", [1, 3, 4] },
        { "positions 4", [1, 3, 2] }, { "attention 2 causal=true", [1, 3, 4] }, { "transformer 2 6", [1, 3, 4] }, { "residual(linear 3)", [2, 3] }, { "parallel(linear 2 ; relu)", [2, 3] },
        { "repeat 2 (linear 3 | tanh)", [2, 3] }, { "recompute(linear 3 | tanh)", [2, 3] }, { "identity", [2, 3] }, { "unflatten 2x2", [2, 4] }, { "reshape 2x2", [2, 4] },
        { "permute 0,2,1", [2, 2, 3] }, { "layernorm", [2, 3] }, { "rmsnorm epsilon=1e-6", [2, 3] }, { "groupnorm 2", [2, 4, 2] }, { "instancenorm", [2, 2, 3] }, { "lrn 3", [1, 4, 2] },
        { "lpnorm", [2, 3] }, { "weightnorm(linear 2)", [2, 3] }, { "spectralnorm(linear 2)", [2, 3] }, { "rnncell 2", [2, 3] }, { "lstmcell 2", [2, 3] }, { "grucell 2", [2, 3] },
        { "rnn 2", [1, 3, 2] }, { "lstm 2", [1, 2, 2] }, { "gru 2", [1, 2, 2] }, { "alphadropout 0.25", [2, 4] }, { "gaussiannoise 0.5", [2, 3] }, { "spatialdropout 0.5", [1, 3, 2, 2] },
    };

    // More numbers than are written as a whole: what is done to each by itself has entries.
    public static TheoryData<string, int[]> Long => new()
    {
        { "celu alpha=2", [4, 6] }, { "elu", [4, 6] }, { "leakyrelu 0.01", [4, 6] }, { "hardtanh", [4, 6] }, { "gelu", [4, 6] }, { "glu", [4, 10] },
        { "globalavgpool", [1, 4, 5, 2] }, { "globalmaxpool", [1, 4, 5, 2] }, { "layernorm", [2, 4, 5] }, { "rmsnorm", [2, 4, 5] }, { "batchnorm", [6, 4] }, { "batchnorm", [2, 3, 2, 2] },
        { "groupnorm 2", [2, 4, 3] }, { "lrn 3", [1, 4, 2, 3] }, { "lpnorm", [4, 6] }, { "dropout 0.5", [4, 6] }, { "softmax", [4, 6] }, { "linear 20 | relu6 | linear 1", [2, 3] },
        { "parallel(conv 2 1 ; maxpool 3 stride=1 pad=1)", [1, 2, 3, 3] }, { "rnn 2 bidirectional=true layers=2", [1, 3, 2] },
    };

    // A loss with the network's output, its target, and whether that is whole numbers.
    public static TheoryData<string, int[], double[], bool> Losses => new()
    {
        { "cross-entropy", [2, 3], [0, 2], true }, { "cross-entropy smoothing=0.1", [2, 3], [0, 2], true }, { "mse", [2, 2], [1, 0, -1, 0.5], false }, { "bce", [2, 2], [1, 0, 0, 0.5], false },
        { "nll", [2, 3], [1, 2], true }, { "focal", [2, 3], [0, 2], true }, { "binary-focal", [2, 2], [1, 0, 0, 1], false }, { "mae", [2, 2], [1, 0, -1, 0.5], false },
        { "huber delta=0.5", [2, 2], [1, 0, -1, 0.5], false }, { "smooth-l1", [2, 2], [1, 0, -1, 0.5], false }, { "asymmetric-square", [2, 2], [1, 0, -1, 0.5], false },
        { "pinball quantile=0.9", [2, 2], [1, 0, -1, 0.5], false }, { "log-cosh", [2, 2], [1, 0, -1, 0.5], false }, { "poisson-nll", [2, 2], [1, 0, 3, 2], false }, { "gaussian-nll", [2, 2], [1, -0.5], false },
        { "hinge", [2, 2], [1, -1, -1, 1], false }, { "soft-margin", [2, 2], [1, -1, -1, 1], false }, { "multi-margin", [2, 3], [0, 2], true }, { "hinge-embedding", [2, 2], [1, -1, -1, 1], false },
        { "kl", [2, 2], [0.25, 0.75, 0.5, 0.5], false }, { "dice", [2, 3], [1, 0, 1, 0, 0, 1], false }, { "jaccard", [2, 3], [1, 0, 1, 0, 0, 1], false },
        { "box-iou", [1, 4], [0, 0, 2, 2], false }, { "box-giou", [1, 4], [0, 0, 2, 2], false }, { "detection 3", [1, 7], [0, 0, 2, 2, 1], false },
    };

    public static TheoryData<string> Optimizers => [.. OptimizerTable.All.Select(o => o.Name).Where(name => name != "lbfgs")];

    [Fact]
    public void Every_brick_and_every_loss_has_a_row()
    {
        string[] bricks = [.. Bricks.SelectMany(row => ((string)row[0]).Split(["|", "(", ";"], StringSplitOptions.TrimEntries).Select(brick => brick.Split(' ')[0]))];
        Assert.All(NetNotation.Bricks, brick => Assert.Contains(brick.Name, bricks));
        string[] losses = [.. Losses.Select(row => ((string)row[0]).Split(' ')[0])];
        Assert.All(Loss.All, loss => Assert.Contains(loss.Name, losses));
    }

    [Theory, MemberData(nameof(Bricks)), MemberData(nameof(Long))]
    public void Every_brick_is_explained(string notation, int[] shape)
    {
        Sequential net = Seeded.Net(notation);
        RandomStream random = new(3, 0);
        Tensor x = notation.StartsWith("embedding", StringComparison.Ordinal) ? random.Integers(0, 5, [.. shape]) : random.Normal([.. shape]);
        Shape y = net.Build(x.Shape, x.DType);
        bool learns = net.Parameters().Any(p => p.Parameter.Role == ParameterRole.Weight);
        All(net.Explain(x, random.Normal(y), new() { Loss = new MeanSquaredError(), Optimizer = learns ? new Adam(0.01) : null, Steps = learns ? 2 : 1 }));
    }

    [Theory, MemberData(nameof(Losses))]
    public void Every_loss_is_explained(string notation, int[] shape, double[] target, bool isWhole)
    {
        Sequential net = Seeded.Net(notation == "nll" ? $"linear {shape[1]} | logsoftmax" : notation == "kl" ? $"linear {shape[1]} | logsoftmax" : $"linear {shape[1]}");
        Tensor x = new RandomStream(3, 0).Normal([shape[0], 2]), t = Tensor.From(target, [shape[0], target.Length / shape[0]]);
        if (isWhole) t = t.Reshape(shape[0]).Cast(DType.Int64);
        else t = t.Cast(DType.Float32);
        All(net.Explain(x, t, new() { Loss = Loss.Parse(notation), Optimizer = new Sgd(0.1), Steps = 2 }));
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void Every_optimizer_is_explained(string name)
    {
        All(Seeded.Net("linear 2 | tanh | linear 1").Explain(Tensor.Of(1f, -2f).Reshape(1, 2), Tensor.Of(0.5f).Reshape(1, 1), new() { Optimizer = OptimizerTable.Parse(name, new(0.05, Schedule.Constant)), Steps = 2 }));
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void Every_optimizer_is_explained_by_entries_of_what_is_long(string name)
    {
        Explanation explanation = Seeded.Net("linear 20 bias=false").Explain(Tensor.Of(1f, -2f).Reshape(1, 2), Tensor.Ones([1, 20]),
            new() { Optimizer = OptimizerTable.Parse(name, new(0.05, Schedule.Constant)), Steps = 2 });
        Assert.Equal(2, explanation.Steps.SelectMany(s => s.Equations).SelectMany(e => e.Entries).Count(e => e.Text.StartsWith("W₁[1,1] = ", StringComparison.Ordinal)));
        All(explanation);
    }

    private static void All(Explanation explanation)
    {
        // What is done to each element by itself has its numbers in the line, what sums up has entries.
        Assert.True(PrintedNumbers.Entries(explanation) + PrintedNumbers.Lines(explanation) > 0, "no numbers are written out");
        foreach (Language language in Enum.GetValues<Language>())
        {
            _ = XDocument.Parse(explanation.ToHtml(language).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
            string latex = explanation.ToLatex(language), text = explanation.ToText(language);
            Assert.Equal(latex.Count(c => c == '{'), latex.Count(c => c == '}'));
            Assert.NotEmpty(explanation.ToMarkdown(language));
            Assert.DoesNotMatch(Scientific(), text);
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        }
        Remark[] said = [.. explanation.Steps.SelectMany(s => s.Remarks.Concat(s.Figures.Select(f => f.Says)))];
        Assert.All(said, s => Assert.DoesNotMatch(Cyrillic(), s.English));
        Assert.All(said.Distinct(), s => Assert.All(Words().Matches(s.Russian), word => Assert.True(Names.Contains(word.Value, StringComparer.OrdinalIgnoreCase), $"'{word.Value}' in: {s.Russian}")));
        using JsonDocument json = JsonDocument.Parse(explanation.ToJson());
        foreach (JsonElement step in json.RootElement.GetProperty("steps").EnumerateArray())
            Assert.All(["phase", "path", "op", "formula", "numbers", "inputs", "output", "gradient"], key => Assert.True(step.TryGetProperty(key, out _), key));
    }

    [GeneratedRegex("[A-Za-z][A-Za-z0-9]+(-[A-Za-z]+)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Words();

    [GeneratedRegex(@"\dE[+-]?\d", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Scientific();

    [GeneratedRegex("[А-Яа-я]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Cyrillic();
}
