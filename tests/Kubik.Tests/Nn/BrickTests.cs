using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class BrickTests
{
    // One line a brick: how it is written, an input, the output's shape, its number of weights.
    public static TheoryData<string, int[], int[], int> Bricks => new()
    {
        { "linear 5", [4, 3], [4, 5], 20 },
        { "linear 5 bias=false", [4, 2, 3], [4, 2, 5], 15 },
        { "conv 6 5x5 pad=2", [2, 1, 28, 28], [2, 6, 28, 28], 156 },
        { "conv 4 3x2 stride=2x1 pad=1 dilation=2 groups=2 bias=false", [2, 2, 9, 7], [2, 4, 4, 7], 24 },
        { "maxpool 2", [2, 3, 5, 4], [2, 3, 2, 2], 0 },
        { "maxpool 3 stride=2 pad=1", [2, 3, 5, 5], [2, 3, 3, 3], 0 },
        { "avgpool 2x3", [2, 3, 4, 6], [2, 3, 2, 2], 0 },
        { "flatten", [2, 3, 4, 5], [2, 60], 0 },
        { "relu", [2, 3], [2, 3], 0 },
        { "tanh", [2, 3], [2, 3], 0 },
        { "sigmoid", [2, 3], [2, 3], 0 },
        { "softmax", [2, 3], [2, 3], 0 },
        { "dropout 0.25", [2, 3], [2, 3], 0 },
        { "batchnorm", [4, 3], [4, 3], 6 },
        { "batchnorm momentum=0.2 epsilon=0.001", [2, 3, 4, 4], [2, 3, 4, 4], 6 },
        { "batchnorm affine=false", [2, 3, 2, 2, 2], [2, 3, 2, 2, 2], 0 },
        { "layernorm", [2, 5, 3], [2, 5, 3], 6 },
        { "layernorm axes=2 epsilon=0.001", [2, 5, 3], [2, 5, 3], 30 },
        { "layernorm affine=false", [4, 3], [4, 3], 0 },
        { "rmsnorm", [2, 5, 3], [2, 5, 3], 3 },
        { "rmsnorm axes=2 epsilon=0.01 affine=false", [2, 5, 3], [2, 5, 3], 0 },
        { "groupnorm 2", [2, 6, 3], [2, 6, 3], 12 },
        { "groupnorm 3 epsilon=0.001 affine=false", [2, 6, 2, 2], [2, 6, 2, 2], 0 },
        { "instancenorm", [2, 3, 4, 4], [2, 3, 4, 4], 6 },
        { "instancenorm epsilon=0.1 affine=false", [2, 3, 5], [2, 3, 5], 0 },
        { "lrn 3", [2, 5, 4], [2, 5, 4], 0 },
        { "lrn 4 alpha=0.5 beta=0.5 bias=2", [2, 5, 2, 2], [2, 5, 2, 2], 0 },
        { "lpnorm", [2, 5], [2, 5], 0 },
        { "lpnorm p=1", [2, 3, 4], [2, 3, 4], 0 },
        { "weightnorm linear 5", [4, 3], [4, 5], 25 },
        { "weightnorm conv 2 3x3 bias=false", [1, 2, 4, 4], [1, 2, 2, 2], 38 },
        { "spectralnorm linear 5 bias=false", [4, 3], [4, 5], 15 },
        { "spectralnorm conv 2 3x3", [1, 2, 4, 4], [1, 2, 2, 2], 38 },
        { "rnncell 4", [2, 3], [2, 4], 32 },
        { "rnncell 4 relu=true bias=false", [2, 3], [2, 4], 28 },
        { "lstmcell 4", [2, 3], [2, 4], 128 },
        { "lstmcell 4 forget=1", [2, 3], [2, 4], 128 },
        { "grucell 4", [2, 3], [2, 4], 100 },
        { "grucell 4 bias=false", [2, 3], [2, 4], 84 },
        { "rnn 4", [2, 5, 3], [2, 5, 4], 32 },
        { "rnn 2 layers=2 bidirectional=true relu=true", [2, 3, 3], [2, 3, 4], 24 + 28 },
        { "lstm 4 last=true forget=1", [2, 5, 3], [2, 4], 128 },
        { "lstm 2 layers=2 bidirectional=true dropout=0.1", [2, 3, 3], [2, 3, 4], 96 + 112 },
        { "lstm 2 layers=2 bidirectional=true last=true bias=false", [2, 3, 3], [2, 4], 80 + 96 },
        { "gru 4", [2, 5, 3], [2, 5, 4], 100 },
        { "gru 3 bidirectional=true last=true", [2, 4, 1], [2, 6], 96 },
    };

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ABrickHasItsShapeItsWeightsAndItsNotation(string notation, int[] input, int[] output, int weights)
    {
        Sequential net = Sequential.Parse(notation);
        Assert.Equal(notation, net.Notation);
        Assert.Equal(output, net.Build(input));
        Assert.Equal(output, net.Forward(new RandomStream(1, 1).Normal(input)).Shape);
        Assert.Equal(weights, net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Sum(p => p.Parameter.Spec.Shape.Size));
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ABricksGradientsPassTheCheck(string notation, int[] input, int[] output, int weights)
    {
        Assert.NotNull(output);
        Assert.True(weights >= 0);
        if (notation.StartsWith("dropout", StringComparison.Ordinal)) return; // draws anew at each call
        if (notation.Contains("dropout=", StringComparison.Ordinal)) return; // so does this
        if (notation.StartsWith("spectralnorm", StringComparison.Ordinal)) return; // improves its u at each call
        Sequential net = Sequential.Parse(notation);
        Tensor x = new RandomStream(1, 1).Normal(input, DType.Float64);
        net.Build(x.Shape, DType.Float64);
        Tensor seed = new RandomStream(1, 2).Normal(output, DType.Float64);
        Parameter[] parameters = [.. net.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        GradientCheckResult result = GradientCheck.Along(
            values =>
            {
                foreach ((Parameter p, Tensor v) in parameters.Zip(values.Skip(1))) p.Assign(v);
                return (net.Forward(values[0]) * seed).Sum();
            },
            [x], new RandomStream(1, 3));
        Assert.True(result.RelativeError < 1e-7, $"{result.Analytic} by the rules, {result.Numeric} by differences");
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ATracedBrickGivesTheBitsOfTheEagerOne(string notation, int[] input, int[] output, int weights)
    {
        Assert.NotNull(output);
        Assert.True(weights >= 0);
        Sequential eager = Sequential.Parse(notation), traced = Sequential.Parse(notation);
        Tensor x = new RandomStream(1, 1).Normal(input);
        traced.Build(input);
        eager.Build(input);
        traced.Assign(eager.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()));
        Graph graph = Graph.Trace(v => traced.Forward(v[0]), x.Spec);
        for (int call = 0; call < 2; call++)
            Assert.Equal(eager.Forward(x).ToArray<float>(), graph.Run(x)[0].ToArray<float>());
        foreach (((string path, Parameter a), (_, Parameter b)) in eager.Parameters().Zip(traced.Parameters()))
            Assert.True(a.Value.ToDoubles().SequenceEqual(b.Value.ToDoubles()), path);
    }

    [Fact]
    public void DropoutKeepsTheMeanInTrainingAndDoesNothingInEvaluation()
    {
        Dropout dropout = new(0.25);
        Tensor x = Tensor.Ones([100_000]);
        float[] y = dropout.Forward(x).ToArray<float>();
        Assert.Equal([0f, 4f / 3], y.Distinct().Order());
        Assert.InRange(y.Average(), 0.99, 1.01); // 5 standard deviations
        Assert.NotEqual(y, dropout.Forward(x).ToArray<float>());
        dropout.Eval();
        Assert.Same(x, dropout.Forward(x));
    }

    [Fact]
    public void BatchNormNormalisesByTheBatchAndFollowsItWithAMomentum()
    {
        BatchNorm norm = new();
        Tensor x = Tensor.From<float>([1, 10, 3, 30], [2, 2]);
        // Mean (2, 20), variance (1, 100): the rows are −1 and +1, but for ε.
        Assert.Equal([-1f, -1, 1, 1], norm.Forward(x).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([0.2f, 2f], norm.RunningMean.Value.ToArray<float>());
        Assert.Equal([0.9f + 0.2f, 0.9f + 20f], norm.RunningVariance.Value.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5); // n − 1
        norm.Eval();
        Assert.Equal([(1 - 0.2f) / MathF.Sqrt(1.1f + 1e-5f), (10 - 2f) / MathF.Sqrt(20.9f + 1e-5f)], norm.Forward(x)[0].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void BatchNormRefusesABatchWithoutVariance() =>
        Assert.Contains("two values or more a channel", Assert.Throws<ShapeException>(() => new BatchNorm().Forward(Tensor.Zeros([1, 3]))).Message, StringComparison.Ordinal);
}
