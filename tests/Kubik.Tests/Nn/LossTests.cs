using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class LossTests
{
    [Fact]
    public void AnUntrainedSoftmaxOfAThousandClassesStartsAtItsLogarithm() =>
        Assert.Equal(6.907755, (double)new CrossEntropy().Of(Tensor.Zeros([3, 1000]), Tensor.Of(0, 500, 999)), 5);

    [Fact]
    public void CrossEntropyOfLogitsHasTheGradientProbabilityMinusTarget()
    {
        Tensor z = Tensor.From<double>([1, -2, 0], [1, 3]).Track();
        Tensor g = Gradient.Of(new CrossEntropy().Of(z, Tensor.Of(1)), z);
        double sum = Math.E + Math.Exp(-2) + 1;
        Assert.Equal([Math.E / sum, Math.Exp(-2) / sum - 1, 1 / sum], g.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void LossesAreExactForLogitsFarFromZero()
    {
        Assert.Equal(2000, (double)new CrossEntropy().Of(Tensor.From<float>([1000, -1000], [1, 2]), Tensor.Of(1)), 3);
        Assert.Equal(1000, (double)new BinaryCrossEntropy().Of(Tensor.Of(1000f), Tensor.Of(0f)), 3);
        Assert.Equal(0, (double)new BinaryCrossEntropy().Of(Tensor.Of(1000f), Tensor.Of(1f)));
        Assert.Equal(1000, (double)new BinaryCrossEntropy().Of(Tensor.Of(-1000f), Tensor.Of(1f)), 3);
    }

    [Fact]
    public void MeanSquaredErrorIsTheMeanOverEverything() =>
        Assert.Equal((1 + 4 + 9 + 16) / 4.0, (double)new MeanSquaredError().Of(Tensor.From<float>([1, 2, 3, 4], [2, 2]), Tensor.Zeros([2, 2]).Contiguous()), 6);

    [Fact]
    public void LabelsAreComparedAsRowsWithAOne() =>
        Assert.Equal((0.25 + 0.25 + 4 + 1) / 4, (double)new MeanSquaredError().Of(Tensor.From<float>([0.5f, 0.5f, 2, 0], [2, 2]), Tensor.Of(0, 1)), 6);

    [Fact]
    public void ALossDoesNotBroadcast() =>
        Assert.Contains("got float32 (3, 1) and float32 (3,)",
            Assert.Throws<ShapeException>(() => new MeanSquaredError().Of(Tensor.Zeros([3, 1]), Tensor.Zeros([3]))).Message, StringComparison.Ordinal);

    [Fact]
    public void ALabelOutOfRangeIsNamed() =>
        Assert.Contains("index 10 is outside 0 to 9",
            Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropy().Of(Tensor.Zeros([1, 10]), Tensor.Of(10))).Message, StringComparison.Ordinal);

    [Fact]
    public void AnUnknownLossNamesTheNearest() =>
        Assert.Contains("Did you mean 'cross-entropy'?", Assert.Throws<FormatException>(() => Loss.Parse("crossentropy")).Message, StringComparison.Ordinal);

    [Fact]
    public void TheErrorIsTargetMinusOutput()
    {
        Tensor y = Tensor.Of(3.0, 0.0), t = Tensor.Of(1.0, 1.0); // δ = −2: too much; δ = 1: too little
        Assert.Equal([3 * 4, 0.5], new AsymmetricSquare(over: 3, under: 0.5) { Reduction = Reduction.None }.Of(y, t).ToDoubles());
        Assert.Equal([0.2, 0.9], new Pinball(0.9) { Reduction = Reduction.None }.Of(y, t).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void APinballIsLeastAtTheQuantile()
    {
        Tensor t = Tensor.Range(0, 101, dtype: DType.Float64);
        double At(double y) => new Pinball(0.9).Of(Tensor.Full(t.Shape, y, DType.Float64), t).Item();
        Assert.Equal(90, Enumerable.Range(0, 101).MinBy(y => At(y)));
    }

    [Fact]
    public void AnImpossibleClassCostsNothingThoughItsLogarithmIsInfinite()
    {
        Tensor output = Tensor.From<double>([-0.25, -2, double.NegativeInfinity], [1, 3]).Track(),
            logs = Tensor.From<double>([0, double.NegativeInfinity, double.NegativeInfinity], [1, 3]);
        Tensor loss = new KullbackLeibler(log: true).Of(output, logs);
        Assert.Equal(0.25, loss.Item(), 15);
        Assert.Equal([-1.0, 0, 0], Gradient.Of(loss, output).ToDoubles());
        Assert.Equal(loss.Item(), new KullbackLeibler().Of(output, logs.Exp()).Item());
    }

    [Theory]
    [InlineData("box-iou")]
    [InlineData("box-giou")]
    public void ASmallBoxThatIsMetCostsNothing(string name)
    {
        Tensor box = Tensor.From<double>([0.1, 0.2, 0.1003, 0.2003, 0.5, 0.5, 0.5, 0.5], [2, 4]);
        double[] each = RowByRow(Loss.Parse(name), box, box);
        Assert.Equal(0, each[0], 1e-12);
        Assert.Equal(1, each[1]); // empty boxes share nothing

        static double[] RowByRow(Loss loss, Tensor a, Tensor b) => [.. Enumerable.Range(0, 2).Select(i => loss.Of(a[i..(i + 1)], b[i..(i + 1)]).Item())];
    }

    [Theory]
    [InlineData("hinge")]
    [InlineData("soft-margin")]
    public void SidesAreNotZeroAndOne(string name) =>
        Assert.Contains("holds 0 at element 1, but targets must be −1 or 1",
            Assert.Throws<ArgumentException>(() => Loss.Parse(name).Of(Tensor.Ones([1, 2]), Tensor.From<float>([1, 0], [1, 2]))).Message,
            StringComparison.Ordinal);

    // A function that is a square around 0 bends there as anywhere near.
    [Theory]
    [InlineData("mse", 2)]
    [InlineData("huber delta=0.5", 1)]
    [InlineData("smooth-l1 beta=0.25", 4)]
    [InlineData("log-cosh", 1)]
    [InlineData("asymmetric-square a=3 b=2", 4)]
    public void TheSecondDerivativeIsThereWhereTheErrorIsZero(string notation, double expected)
    {
        Tensor y = Tensor.Of(1.5).Track();
        Tensor slope = Gradient.Of(Loss.Parse(notation).Of(y, Tensor.Of(1.5)), y);
        Assert.Equal(0, slope.Item());
        Assert.Equal(expected, Gradient.Of(slope.Sum(), y).Item(), 12);
    }

    // A loss, and an output and a target far from 0, with what it is there.
    public static TheoryData<string, float[], float[], double> FarOut => new()
    {
        { "mae", [3e38f], [0], 3e38 },
        { "huber", [3e37f], [0], 3e37 },
        { "smooth-l1", [-3e37f], [0], 3e37 },
        { "pinball", [3e37f], [0], 1.5e37 },
        { "log-cosh", [1000], [0], 1000 - 0.6931471805599453 },
        { "log-cosh", [-3e38f], [0], 3e38 },
        { "log-cosh", [1e-4f], [0], 5e-9 },
        { "log-cosh", [1e-18f], [0], 5e-37 },
        { "bce", [-1e4f], [1], 1e4 },
        { "bce", [20], [1], 2.0611536e-9 },
        { "bce", [-20], [0], 2.0611536e-9 },
        { "binary-focal", [-1e4f], [1], 2500 },
        { "binary-focal gamma=0.5", [1e4f], [0], 7500 },
        { "binary-focal gamma=0.5", [1e4f], [1], 0 },
        { "soft-margin", [-1e4f], [1], 1e4 },
        { "soft-margin", [1e4f], [1], 0 },
        { "hinge", [-1e30f], [1], 1e30 },
        { "poisson-nll", [-1000], [3], 3000 },
        { "gaussian-nll", [5, 80], [2], 40 },
        { "gaussian-nll", [2, -1000], [2], -6.907755278982137 },
        { "kl", [-1000, 0], [0, 1], 0 },
        { "kl log=true", [-1000, 0], [-1000, 0], 0 },
        { "cross-entropy", [1e4f, -1e4f], [0, 1], 2e4 },
        { "dice", [1e4f, -1e4f], [1, 0], 0 },
        { "jaccard", [1e4f, -1e4f], [0, 1], 2.0 / 3 },
        { "box-giou", [0, 0, 1e-30f, 1e-30f], [0, 0, 1e-30f, 1e-30f], 1 },
        { "box-iou", [1, 1, 0, 0], [0, 0, 1, 1], 1 },
    };

    [Theory, MemberData(nameof(FarOut))]
    public void FarFromZeroALossAndItsGradientAreExactAndFinite(string notation, float[] output, float[] target, double expected)
    {
        Tensor y = Tensor.From(output, [1, output.Length]).Track();
        Tensor loss = Loss.Parse(notation).Of(y, Tensor.From(target, [1, target.Length]));
        Assert.True(Math.Abs(loss.Item() - expected) <= 2e-6 * Math.Abs(expected), $"{loss.Item():R}, expected {expected:R}");
        Assert.All(Gradient.Of(loss, y).ToDoubles(), g => Assert.True(double.IsFinite(g)));
    }

    [Theory]
    [InlineData(1000, 0, 0)]
    [InlineData(-1000, 0, 2000)]
    [InlineData(1000, 0.5, 0)]
    public void AFocalLossFarOutHasAGradient(double z, double gamma, double expected)
    {
        Tensor y = Tensor.From([(float)z, -(float)z], [1, 2]).Track();
        Tensor loss = new Focal(gamma).Of(y, Tensor.Of(0)), first = Gradient.Of(loss, y), second = Gradient.Of((first * first).Sum(), y);
        Assert.Equal(expected, loss.Item(), 3);
        Assert.All(first.ToDoubles().Concat(second.ToDoubles()), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void AtCornersTheSlopeIsTheDocumentedOne()
    {
        double[] Slope(string notation, double[] y, double[] t)
        {
            Tensor x = Tensor.From(y, [1, y.Length]).Track();
            return Gradient.Of(Loss.Parse(notation).Of(x, Tensor.From(t, [1, t.Length])), x).ToDoubles();
        }
        Assert.Equal([0], Slope("mae", [2], [2]));
        Assert.Equal([0], Slope("smooth-l1 beta=0", [2], [2]));
        Assert.Equal([1], Slope("huber", [3], [2]));
        Assert.Equal([0.5 - 0.9], Slope("pinball quantile=0.9", [2], [2]), (a, b) => Math.Abs(a - b) < 1e-15); // between −q and 1 − q
        Assert.Equal([0], Slope("hinge", [1], [1]));
        Assert.Equal([0], Slope("hinge-embedding", [1], [-1]));
        Assert.Equal([0], Slope("asymmetric-square a=3", [1], [1]));
        Assert.All(Slope("box-iou", [0, 0, 1, 1], [0, 0, 1, 1]), g => Assert.Equal(0, g, 6));
        Assert.Equal([0, 0, 0, 0], Slope("box-iou", [0, 0, 1, 1], [2, 2, 3, 3]));
        Assert.All(Slope("box-giou", [0, 0, 1, 1], [2, 2, 3, 3])[2..], g => Assert.True(g < 0)); // the near corner is pulled
    }

    [Fact]
    public void EqualPointsHaveADistanceWithASlope()
    {
        Tensor a = Tensor.Ones([1, 3]).Track(), zero = Tensor.Zeros([1, 3]).Track();
        Tensor triplet = new Triplet().Of(a, a, a), contrastive = new Contrastive().Of(a, a, Tensor.Of(-1f)),
            cosine = new CosineEmbedding().Of(zero, zero, Tensor.Of(1f));
        Assert.Equal(1, triplet.Item(), 5);
        Assert.Equal(0.5, contrastive.Item(), 4);
        Assert.Equal(1, cosine.Item(), 5);
        foreach ((Tensor y, Tensor x) in new[] { (triplet, a), (contrastive, a), (cosine, zero) })
            Assert.All(Gradient.Of(y, x).ToDoubles(), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void WithoutAnySampleThatCountsTheMeanIsNaN()
    {
        Assert.True(double.IsNaN(new CrossEntropy(ignore: 0).Of(Tensor.Zeros([2, 3]), Tensor.Of(0, 0)).Item()));
        Assert.True(double.IsNaN(new MeanSquaredError().Of(Tensor.Of(1f), Tensor.Of(2f), Tensor.Of(0f)).Item()));
        Assert.Equal(0, new CrossEntropy { Reduction = Reduction.Sum }.Of(Tensor.Zeros([0, 3]), Tensor.Zeros([0], DType.Int64)).Item());
        Assert.Equal([0, 3], new CrossEntropy { Reduction = Reduction.None }.Of(Tensor.Zeros([0, 2, 3]), Tensor.Zeros([0, 3], DType.Int64)).Shape);
    }

    [Fact]
    public void ADetectorsBoxAndClassDoNotCountWhereNothingIs()
    {
        // Box, duck, gull, presence: the first picture shows a gull, the second nothing.
        Tensor y = Tensor.From<double>([1, 1, 5, 5, 0, 2, 3, 7, 7, 7, 7, 9, -9, -1], [2, 7]).Track();
        Tensor t = Tensor.From<double>([1, 1, 5, 7, 1, 0, 0, 0, 0, -1], [2, 5]);
        DetectionLoss loss = new(2, presence: true) { Reduction = Reduction.None };
        Tensor each = loss.Of(y, t);
        double Softplus(double z) => Math.Log(1 + Math.Exp(z));
        Assert.Equal([1.5 + Softplus(-2) + Softplus(-3), Softplus(-1)], each.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.All(Gradient.Of(each.Sum(), y)[1, ..6].ToDoubles(), g => Assert.Equal(0, g));
        Assert.Equal([1, 1, 5, 5, 1 / (1 + Math.Exp(2)), 1 / (1 + Math.Exp(-2)), 1 / (1 + Math.Exp(-3))], loss.Probabilities(y)[0].ToDoubles(),
            (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void OutputsAreReadAsTheLossMeansThem()
    {
        Tensor z = Tensor.From<double>([0, Math.Log(3)], [1, 2]);
        foreach (string softmax in (string[])["cross-entropy", "focal"])
            Assert.Equal([0.25, 0.75], Loss.Parse(softmax).Probabilities(z).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        foreach (string sigmoid in (string[])["bce", "binary-focal"])
            Assert.Equal([0.5, 0.75], Loss.Parse(sigmoid).Probabilities(z).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        foreach (string logs in (string[])["nll", "kl"]) Assert.Equal([1, 3], Loss.Parse(logs).Probabilities(z).ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Same(z, Loss.Parse("mse").Probabilities(z));
    }

    [Theory]
    [InlineData("huber delta=0", "'huber delta=0': huber: delta must be a number above 0")]
    [InlineData("huber 2", "'2' is one argument too many")]
    [InlineData("huber dleta=2", "Did you mean 'delta'?")]
    [InlineData("huber delta=two", "'two' is not a value for delta")]
    [InlineData("cross-entropy smoothing=1", "the smoothing must be at least 0 and below 1")]
    [InlineData("cross-entropy weights=1,-2", "class weights must be numbers of 0 or more")]
    [InlineData("cross-entropy weights=1,,2", "'1,,2' is not a value for weights")]
    [InlineData("cross-entropy ignore=0.5", "the label to ignore must be a whole number")]
    [InlineData("pinball quantile=1", "the quantile must be above 0 and below 1")]
    [InlineData("multi-margin power=3", "the power must be 1 or 2")]
    [InlineData("detection", "CLASSES is missing")]
    [InlineData("bce positive=-1", "positive weights must be numbers of 0 or more")]
    [InlineData("focal gamma=-1", "gamma must be 0 or more")]
    [InlineData("gaussian-nll epsilon=0", "the least variance must be above 0")]
    [InlineData("", "There is no loss ''")]
    public void ALossThatIsWrittenWrongIsRefusedWithTheReason(string notation, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Loss.Parse(notation)).Message, StringComparison.Ordinal);
}
