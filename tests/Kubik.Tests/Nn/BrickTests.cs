using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

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
        { "conv 3 3x3 pad=same", [2, 2, 5, 4], [2, 3, 5, 4], 57 },
        { "conv 2 2x4 stride=2 pad=same", [1, 1, 5, 6], [1, 2, 3, 3], 18 },
        { "conv 2 2x2 pad=1x0 padend=0x2", [1, 1, 3, 3], [1, 2, 3, 4], 10 },
        { "conv1d 16 3", [2, 4, 10], [2, 16, 8], 208 },
        { "conv1d 4 5 stride=2 pad=same groups=2 bias=false", [2, 2, 9], [2, 4, 5], 20 },
        { "conv3d 8 3x3x3", [1, 2, 4, 5, 3], [1, 8, 2, 3, 1], 440 },
        { "conv3d 2 1x2x3 stride=1x2x1 pad=0x1x1", [2, 1, 2, 3, 4], [2, 2, 2, 2, 4], 14 },
        { "convtranspose 8 2x2 stride=2", [2, 3, 4, 5], [2, 8, 8, 10], 104 },
        { "convtranspose 2 3x3 stride=2 pad=same", [1, 2, 3, 2], [1, 2, 6, 4], 38 },
        { "convtranspose 4 3x3 stride=2 pad=1 groups=2 outpad=1 bias=false", [1, 2, 3, 3], [1, 4, 6, 6], 36 },
        { "convtranspose1d 3 4 stride=3", [2, 2, 5], [2, 3, 16], 27 },
        { "convtranspose3d 2 2x2x2 stride=2", [1, 2, 2, 1, 3], [1, 2, 4, 2, 6], 34 },
        { "depthwise 3x3 pad=same", [2, 4, 5, 5], [2, 4, 5, 5], 40 },
        { "depthwise 2x3 stride=2 multiplier=3 bias=false", [1, 2, 5, 5], [1, 6, 2, 2], 36 },
        { "depthwise1d 3", [2, 3, 6], [2, 3, 4], 12 },
        { "depthwise3d 2x2x2", [1, 2, 3, 3, 3], [1, 2, 2, 2, 2], 18 },
        { "separable 16 3x3", [2, 4, 6, 6], [2, 16, 4, 4], 116 },
        { "separable 3 3x3 stride=2 pad=same multiplier=2 bias=false", [1, 2, 5, 5], [1, 3, 3, 3], 48 },
        { "separable1d 5 3 pad=1", [2, 2, 6], [2, 5, 6], 21 },
        { "separable3d 2 2x2x2", [1, 2, 3, 3, 3], [1, 2, 2, 2, 2], 22 },
        { "maxpool 2", [2, 3, 7], [2, 3, 3], 0 },
        { "maxpool 2", [1, 2, 4, 3, 5], [1, 2, 2, 1, 2], 0 },
        { "maxpool 3x2 stride=2 pad=1x0 dilation=1x2 ceil=true", [2, 1, 6, 6], [2, 1, 4, 3], 0 },
        { "avgpool 3 stride=2 pad=same", [2, 2, 5, 4], [2, 2, 3, 2], 0 },
        { "avgpool 2 pad=1 ceil=true countpad=false", [2, 2, 6], [2, 2, 4], 0 },
        { "lppool 2 3 stride=1", [2, 1, 4, 5], [2, 1, 2, 3], 0 },
        { "lppool 1.5 2", [2, 1, 6], [2, 1, 3], 0 },
        { "globalavgpool", [2, 3, 4, 5], [2, 3, 1, 1], 0 },
        { "globalmaxpool", [2, 3, 7], [2, 3, 1], 0 },
        { "adaptiveavgpool 3", [2, 3, 7, 5], [2, 3, 3, 3], 0 },
        { "adaptiveavgpool 2x3", [2, 3, 7, 5], [2, 3, 2, 3], 0 },
        { "adaptivemaxpool 2", [2, 3, 5, 4, 3], [2, 3, 2, 2, 2], 0 },
        { "pad 1", [2, 3, 4, 5], [2, 3, 6, 7], 0 },
        { "pad 2 padend=0", [1, 2, 3], [1, 2, 5], 0 },
        { "pad 0x1 padend=2x0 value=-1.5", [1, 2, 3, 2], [1, 2, 5, 3], 0 },
        { "pad 1x2 mode=reflect", [2, 1, 3, 3], [2, 1, 5, 7], 0 },
        { "pad 1 mode=edge", [1, 2, 2, 1, 3], [1, 2, 4, 3, 5], 0 },
        { "pad 2 padend=1 mode=wrap", [1, 2, 3], [1, 2, 6], 0 },
        { "unfold 2", [2, 3, 4, 5], [2, 12, 12], 0 },
        { "unfold 3x2 stride=2x1 pad=1 dilation=1x2", [1, 2, 5, 4], [1, 12, 12], 0 },
        { "fold 4x5 2", [2, 12, 12], [2, 3, 4, 5], 0 },
        { "fold 5x4 3x2 stride=2x1 pad=1 dilation=1x2", [1, 12, 12], [1, 2, 5, 4], 0 },
        { "upsample 2", [2, 3, 4, 5], [2, 3, 8, 10], 0 },
        { "upsample 1.5 mode=linear", [2, 2, 4, 5], [2, 2, 6, 7], 0 },
        { "upsample 2 mode=aligned", [2, 2, 5], [2, 2, 10], 0 },
        { "resize 7x3", [2, 2, 4, 5], [2, 2, 7, 3], 0 },
        { "resize 6 mode=linear", [1, 2, 3, 4, 2], [1, 2, 6, 6, 6], 0 },
        { "pixelshuffle 2", [2, 8, 3, 2], [2, 2, 6, 4], 0 },
        { "pixelunshuffle 3", [2, 2, 6, 3], [2, 18, 2, 1], 0 },
        { "flatten", [2, 3, 4, 5], [2, 60], 0 },
        { "relu", [2, 3], [2, 3], 0 },
        { "tanh", [2, 3], [2, 3], 0 },
        { "sigmoid", [2, 3], [2, 3], 0 },
        { "softmax", [2, 3], [2, 3], 0 },
        { "dropout 0.25", [2, 3], [2, 3], 0 },
        { "alphadropout 0.25", [2, 3], [2, 3], 0 },
        { "gaussiannoise 0.5", [2, 3], [2, 3], 0 },
        { "spatialdropout 0.25", [2, 3, 4, 5], [2, 3, 4, 5], 0 },
        { "spatialdropout 0", [2, 3], [2, 3], 0 },
        { "linear 5 init=orthogonal:1.5", [4, 3], [4, 5], 20 },
        { "conv 6 3x3 bias=false init=he", [2, 2, 5, 5], [2, 6, 3, 3], 108 },
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
        { "weightnorm(linear 5)", [4, 3], [4, 5], 25 },
        { "weightnorm(conv 2 3x3 bias=false)", [1, 2, 4, 4], [1, 2, 2, 2], 38 },
        { "spectralnorm(linear 5 bias=false)", [4, 3], [4, 5], 15 },
        { "spectralnorm(conv 2 3x3)", [1, 2, 4, 4], [1, 2, 2, 2], 38 },
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
        { "celu", [2, 3], [2, 3], 0 },
        { "celu alpha=2", [2, 3], [2, 3], 0 },
        { "elu", [2, 3], [2, 3], 0 },
        { "elu alpha=0.5", [2, 1, 3], [2, 1, 3], 0 },
        { "gelu", [2, 3], [2, 3], 0 },
        { "gelu tanh=true", [2, 3], [2, 3], 0 },
        { "glu", [2, 6], [2, 3], 0 },
        { "glu axis=1", [2, 4, 3], [2, 2, 3], 0 },
        { "hardshrink 0.1", [2, 3], [2, 3], 0 },
        { "hardsigmoid", [2, 3], [2, 3], 0 },
        { "hardsigmoid alpha=0.2 beta=0.4", [2, 3], [2, 3], 0 },
        { "hardswish", [2, 3], [2, 3], 0 },
        { "hardtanh", [2, 3], [2, 3], 0 },
        { "hardtanh min=-2 max=0.5", [2, 3], [2, 3], 0 },
        { "leakyrelu 0.01", [2, 3], [2, 3], 0 },
        { "leakyrelu 0.2", [3], [3], 0 },
        { "logsigmoid", [2, 3], [2, 3], 0 },
        { "logsoftmax", [2, 3], [2, 3], 0 },
        { "logsoftmax axis=1 temperature=2", [2, 3, 2], [2, 3, 2], 0 },
        { "maxout 2", [2, 6], [2, 3], 0 },
        { "maxout 3 axis=-1", [2, 2, 9], [2, 2, 3], 0 },
        { "maxout 2", [2, 4, 3, 3], [2, 2, 3, 3], 0 },
        { "mish", [2, 3], [2, 3], 0 },
        { "prelu", [2, 3], [2, 3], 3 },
        { "prelu initial=0.1", [2, 3, 4, 4], [2, 3, 4, 4], 3 },
        { "prelu shared=true", [5], [5], 1 },
        { "relu6", [2, 3], [2, 3], 0 },
        { "selu", [2, 3], [2, 3], 0 },
        { "silu", [2, 3], [2, 3], 0 },
        { "softmax axis=1 temperature=0.5", [2, 3, 4], [2, 3, 4], 0 },
        { "softmin", [2, 3], [2, 3], 0 },
        { "softmin axis=0", [2, 3], [2, 3], 0 },
        { "softplus", [2, 3], [2, 3], 0 },
        { "softshrink 0.1", [2, 3], [2, 3], 0 },
        { "softsign", [2, 3], [2, 3], 0 },
        { "step", [2, 3], [2, 3], 0 },
        { "tanhshrink", [2, 3], [2, 3], 0 },
        { "threshold 0.3", [2, 3], [2, 3], 0 },
        { "threshold 0.3 value=-2", [2, 3], [2, 3], 0 },
        { "embedding 5 3", [2, 4], [2, 4, 3], 15 },
        { "embedding 5 3 padding=4 name=tokens", [3], [3, 3], 15 },
        { "embedding 5 3 name=tokens | tiedlinear tokens", [2, 4], [2, 4, 5], 15 },
        { "positionalencoding", [2, 3, 4], [2, 3, 4], 0 },
        { "positionalencoding base=100", [1, 3, 5], [1, 3, 5], 0 },
        { "positions 6", [2, 4, 3], [2, 4, 3], 18 },
        { "attention 2", [2, 3, 4], [2, 3, 4], 80 },
        { "attention 4 causal=true bias=false rotary=true keyheads=2", [2, 5, 16], [2, 5, 16], 768 },
        { "attention 2 dropout=0.25", [2, 3, 4], [2, 3, 4], 80 },
        { "transformer 2 6 causal=true", [2, 3, 4], [2, 3, 4], 154 },
        { "transformer 2 6 keyheads=1 dropout=0.1 prenorm=false (tanh)", [2, 3, 4], [2, 3, 4], 134 },
        { "residual(linear 3 | tanh)", [2, 3], [2, 3], 12 },
        { "residual(linear 5 ; linear 5 bias=false)", [2, 3], [2, 5], 35 },
        { "parallel(conv 2 1x1 ; conv 3 3x3 pad=1 ; maxpool 3 stride=1 pad=1)", [2, 2, 5, 5], [2, 7, 5, 5], 63 },
        { "parallel axis=-1 (linear 2 | relu ; identity)", [2, 4, 3], [2, 4, 5], 8 },
        { "parallel sum=true (linear 3 ; identity ; (tanh))", [2, 3], [2, 3], 12 },
        { "recompute(linear 5)", [4, 3], [4, 5], 20 },
        { "recompute(conv 4 3x3 pad=1 | batchnorm | relu)", [2, 3, 5, 5], [2, 4, 5, 5], 120 },
        { "repeat 3 (linear 4 | relu)", [2, 4], [2, 4], 60 },
        { "identity", [2, 3], [2, 3], 0 },
        { "unflatten 2x3", [2, 5, 6], [2, 5, 2, 3], 0 },
        { "reshape 3x2", [2, 6], [2, 3, 2], 0 },
        { "permute 0,2,1", [2, 3, 4], [2, 4, 3], 0 },
    };

    private static bool TakesIndices(string notation) => notation.StartsWith("embedding", StringComparison.Ordinal);

    // Normal numbers; for bricks of indices whole numbers below 4.
    private static Tensor Draw(string notation, int[] shape, DType dtype = DType.Float32) =>
        TakesIndices(notation) ? (new RandomStream(1, 1).Uniform(shape) * 4).Cast(DType.Int64).Cast(dtype) : new RandomStream(1, 1).Normal(shape, dtype);

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ABrickHasItsShapeItsWeightsAndItsNotation(string notation, int[] input, int[] output, int weights)
    {
        Sequential net = Sequential.Parse(notation);
        Assert.Equal(notation, net.Notation);
        Assert.Equal(output, net.Build(input));
        Assert.Equal(output, net.Forward(Draw(notation, input)).Shape);
        Assert.Equal(weights, net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Sum(p => p.Parameter.Spec.Shape.Size));
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ABricksGradientsPassTheCheck(string notation, int[] input, int[] output, int weights)
    {
        Assert.NotNull(output);
        Assert.True(weights >= 0);
        // the same in every run: other weights may lie at a kink, or give a layer norm rows of almost no spread, which curve too much for a difference quotient
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse(notation));
        if (net.Parameters().Any(p => p.Parameter.Role == ParameterRole.State)) return; // draws anew at each call
        if (net.Modules().Any(m => m.Module is SpectralNorm)) net.Eval(); // in training it improves its u at each call
        Tensor x = Draw(notation, input, DType.Float64);
        net.Build(x.Shape, DType.Float64);
        Tensor seed = new RandomStream(1, 2).Normal(output, DType.Float64);
        Parameter[] parameters = [.. net.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        GradientCheckResult result = GradientCheck.Along(
            values => Given.Run(parameters, values, () => (net.Forward(TakesIndices(notation) ? x : values[^1]) * seed).Sum()),
            [.. parameters.Select(p => p.Value.Detach()), .. TakesIndices(notation) ? Array.Empty<Tensor>() : [x]], new RandomStream(1, 3));
        Assert.True(result.RelativeError < 1e-7, $"{result.Analytic} by the rules, {result.Numeric} by differences");
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ABricksWeightsPassTheCheckElementByElement(string notation, int[] input, int[] output, int weights)
    {
        if (weights == 0) return; // nothing to learn
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse($"{notation} | dropout 0.1"));
        Tensor seed = new RandomStream(1, 2).Normal(output);
        ParameterCheck[] all =
            [.. GradientCheck.Of(net, v => (net.Forward(v[0]) * v[1]).Sum(), [Draw(notation, input), seed], new RandomStream(1, 3), elements: 6)];
        Assert.All(all, p => Assert.True(p.Verdict != GradientVerdict.Wrong && p.Elements.Count > 0, $"{p.Path} {p.Worst}"));
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ATracedBrickGivesTheBitsOfTheEagerOne(string notation, int[] input, int[] output, int weights)
    {
        Assert.NotNull(output);
        Assert.True(weights >= 0);
        Sequential eager = Sequential.Parse(notation), traced = Sequential.Parse(notation);
        Tensor x = Draw(notation, input);
        traced.Build(input);
        eager.Build(input);
        traced.Assign(eager.Parameters().ToDictionary(p => p.Path, p => p.Parameter.Value.Detach()));
        Graph graph = Graph.Trace(v => traced.Forward(v[0]), x.Spec);
        for (int call = 0; call < 2; call++)
            Assert.Equal(eager.Forward(x).ToArray<float>(), graph.Run(x)[0].ToArray<float>());
        foreach (((string path, Parameter a), (_, Parameter b)) in eager.Parameters().Zip(traced.Parameters()))
            Assert.True(a.Value.ToDoubles().SequenceEqual(b.Value.ToDoubles()), path);
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ACompiledStepOfABrickGivesTheBitsOfTheEagerOne(string notation, int[] input, int[] output, int weights)
    {
        if (weights == 0) return; // nothing to learn
        Sequential eager = Sequential.Parse(notation), compiled = Sequential.Parse(notation);
        Tensor x = Draw(notation, input), target = Tensor.Zeros(output);
        eager.Build(input);
        compiled.Build(input);
        foreach (((_, Parameter a), (_, Parameter b)) in eager.Parameters().Zip(compiled.Parameters())) b.Assign(a.Value.Detach());
        Adam one = new(0.01), two = new(0.01);
        CompiledStep step = Compiled.Step(compiled, new MeanSquaredError(), two);
        for (int call = 0; call < 3; call++)
        {
            Assert.Equal((double)one.Step(() => new MeanSquaredError().Of(eager.Forward(x), target), eager), step.Run(x, target));
            foreach (((string path, Parameter a), (_, Parameter b)) in eager.Parameters().Zip(compiled.Parameters()))
                Assert.True(a.Value.ToDoubles().SequenceEqual(b.Value.ToDoubles()), path);
        }
    }

    [Theory]
    [MemberData(nameof(Bricks))]
    public void ACompiledPredictionOfABrickHasTheBitsOfTheEagerOne(string notation, int[] input, int[] output, int weights)
    {
        _ = weights;
        Sequential net = Sequential.Parse(notation);
        Tensor x = Draw(notation, input);
        net.Build(input);
        net.Eval();
        Tensor y = Compiled.Predict(net, new PredictOptions { Fold = false }).Run(x);
        Assert.Equal((Shape)output, y.Shape);
        Assert.Equal(net.Forward(x).ToDoubles(), y.ToDoubles());
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
        Assert.Equal([(1 - 0.2f) / MathF.Sqrt(1.1f + 1e-5f), (10 - 2f) / MathF.Sqrt(20.9f + 1e-5f)], norm.Forward(x)[0].ToArray<float>(),
            (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void BatchNormRefusesABatchWithoutVariance() =>
        Assert.Contains("two values or more a channel", Assert.Throws<ShapeException>(() => new BatchNorm().Forward(Tensor.Zeros([1, 3]))).Message,
            StringComparison.Ordinal);
}
