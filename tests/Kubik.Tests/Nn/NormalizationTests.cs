using Kubik.Autograd;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Nn;

public sealed class NormalizationTests
{
    private static readonly Tensor X = new RandomStream(1, 1).Normal([4, 3]), Picture = new RandomStream(1, 2).Normal([2, 3, 5, 5]);

    // In training the gradient of x comes from one kernel, mean and variance included; here they are taken apart.
    [Fact]
    public void TheGradientsThroughABatchsOwnMomentsAreThoseOfTheDefinition()
    {
        foreach (Shape shape in new Shape[] { [5, 3], [3, 2, 8, 9], [2, 3, 4] })
        {
            RandomStream random = new(5, 1);
            Tensor x = random.Normal(shape, DType.Float64).Track(), w = random.Normal(shape, DType.Float64), v = random.Normal(shape, DType.Float64);
            BatchNorm norm = new();
            norm.Build(shape, DType.Float64);
            norm.Gamma!.Assign(random.Normal([shape[1]], DType.Float64));
            int[] others = [0, .. Enumerable.Range(2, shape.Rank - 2)];
            Tensor gamma = norm.Gamma.Value, beta = norm.Beta!.Value;
            Tensor[] Derivatives(Tensor y)
            {
                Tensor[] first = Gradient.Of((y * w).Sum(), x, gamma, beta);
                return [y, .. first, .. Gradient.Of((first[0] * v).Sum() + (first[1] * first[1]).Sum(), x, gamma)];
            }
            Tensor[] defined = Derivatives(x.BatchNorm(gamma, beta, x.Mean(others), x.Variance(others))), fused = Derivatives(norm.Forward(x));
            for (int i = 0; i < defined.Length; i++)
                Assert.Equal(defined[i].ToDoubles(), fused[i].ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-10 * Math.Max(1, Math.Abs(a)));
        }
    }

    [Fact]
    public void AWeightNormalisedLayerBeginsAsTheLayerItself()
    {
        foreach ((Module layer, Tensor x) in new (Module, Tensor)[] { (new Linear(5), X), (new Conv(4, 3), Picture) })
        {
            float[] plain = layer.Forward(x).ToArray<float>();
            WeightNorm norm = new(layer);
            Assert.Equal(plain, norm.Forward(x).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(["layer.weight", "layer.bias", "gain"], norm.Parameters().Select(p => p.Path));
        }
    }

    [Fact]
    public void OnlyTheGainChangesTheLengthOfAWeight()
    {
        WeightNorm norm = new(new Linear(5, bias: false));
        Tensor y = norm.Forward(X);
        norm.Weight.Assign(norm.Weight.Value * 7);
        Assert.Equal(y.ToArray<float>(), norm.Forward(X).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        norm.Gain.Assign(norm.Gain.Value * 2);
        Assert.Equal((y * 2).ToArray<float>(), norm.Forward(X).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void ASpectrallyNormalisedLayerStretchesNothing()
    {
        SpectralNorm norm = RandomSource.Seeded(1, () => new SpectralNorm(new Linear(6, bias: false, initializer: Initializers.Normal(3))));
        Tensor x = Tensor.Eye(4);
        for (int i = 0; i < 100; i++) norm.Forward(x);
        double[] u = norm.U.Value.ToDoubles();
        norm.Eval();
        Tensor w = norm.Forward(x); // (4, 6): the weight itself
        Assert.Equal(u, norm.U.Value.ToDoubles()); // evaluation changes nothing
        Tensor v = new RandomStream(1, 3).Normal([1, 4]).LpNormalize();
        for (int i = 0; i < 200; i++) v = v.MatMul(w).MatMul(w.T).LpNormalize();
        Assert.Equal(1, v.MatMul(w).ToDoubles().Sum(a => a * a), 1e-4);
    }

    [Fact]
    public void AWeightOfZerosStaysZero()
    {
        Assert.All(new SpectralNorm(new Linear(2, bias: false, initializer: Initializers.Zeros)).Forward(X).ToArray<float>(), y => Assert.Equal(0, y));
        Assert.All(new WeightNorm(new Linear(2, bias: false, initializer: Initializers.Zeros)).Forward(X).ToArray<float>(), y => Assert.Equal(0, y));
    }

    [Theory]
    [InlineData("weightnorm(linear 4) | relu | weightnorm(linear 2)")]
    [InlineData("spectralnorm(linear 4) | relu | spectralnorm(linear 2)")]
    public void AReparametrizedNetIsTrainedSavedAndLoaded(string notation)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "net.safetensors");
        Sequential net = RandomSource.Seeded(1, () => Sequential.Parse(notation)), other = Sequential.Parse(net.Notation);
        MeanSquaredError loss = new();
        Tensor target = Tensor.Ones([4, 2]);
        double first = (double)loss.Of(net.Forward(X), target);
        Adam adam = new(0.05);
        for (int i = 0; i < 30; i++) adam.Step(loss.Of(net.Forward(X), target), net);
        Assert.InRange((double)loss.Of(net.Forward(X), target), 0, 0.8 * first);
        net.Save(file);
        other.Build(X.Shape);
        other.Load(file);
        net.Eval();
        Assert.Equal(net.Forward(X).ToArray<float>(), other.Forward(X).ToArray<float>());
    }

    [Fact]
    public void ATransposedConvolutionIsNormalisedOutputByOutput()
    {
        Tensor x = new RandomStream(1, 4).Normal([1, 2, 3, 3]);
        ConvTranspose layer = new(5, kernel: 2, bias: false);
        Tensor plain = layer.Forward(x);
        WeightNorm norm = new(layer);
        Assert.Equal(plain.ToArray<float>(), norm.Forward(x).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([5], norm.Gain.Spec.Shape);
        norm.Gain.Assign((norm.Gain.Value * Tensor.Of(1f, 1, 3, 1, 1)).Detach());
        Tensor threefold = plain * Tensor.Of(1f, 1, 3, 1, 1).Reshape([5, 1, 1]);
        Assert.Equal(threefold.ToArray<float>(), norm.Forward(x).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        SpectralNorm spectral = new(new ConvTranspose(5, kernel: 2, bias: false));
        spectral.Forward(x);
        Assert.Equal([5], spectral.U.Spec.Shape);
    }

    [Fact]
    public void OnlyALayerWithAWeightCanBeReparametrized()
    {
        Assert.Contains("'relu' has no weight of its own", Assert.Throws<ArgumentException>(() => new WeightNorm(new Relu())).Message,
            StringComparison.Ordinal);
        Assert.Contains("'relu' has no weight of its own", Assert.Throws<FormatException>(() => Sequential.Parse("weightnorm(relu)")).Message,
            StringComparison.Ordinal);
        Assert.Contains("spectralnorm(BRICK)", Assert.Throws<FormatException>(() => Sequential.Parse("spectralnorm")).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'linear'", Assert.Throws<FormatException>(() => Sequential.Parse("weightnorm(linaer 3)")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorInsideNamesTheLayer() =>
        Assert.Equal("1.layer", Assert.Throws<ShapeException>(() => new Sequential(new Relu(), new WeightNorm(new Linear(7, 4))).Forward(X)).Path);

    [Fact]
    public void NormalisationsKeepTheirDigitsFarFromZero()
    {
        double[] near = [1, 2, 4, 3, 5, 9];
        Tensor a = Tensor.From(near, [1, 2, 3]), far = Tensor.From([.. near.Select(v => v + 1e9)], [1, 2, 3]);
        Assert.Equal(a.LayerNorm().ToDoubles(), far.LayerNorm().ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-6);
        Assert.Equal(a.GroupNorm(1).ToDoubles(), far.GroupNorm(1).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-6);
        Assert.Equal(a.InstanceNorm().ToDoubles(), far.InstanceNorm().ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-6);
        foreach (double scale in new[] { 1e-300, 1e300 })
            Assert.Equal([0.6, 0.8], Tensor.Of(3 * scale, 4 * scale).LpNormalize().ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-12);
        Assert.All(Tensor.Of(double.NaN, 1).LpNormalize().ToDoubles(), v => Assert.Equal(double.NaN, v));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AVectorOfZerosStaysZeroAndGetsNoGradient(int p)
    {
        Tensor x = Tensor.From([0.0, 0, 3, 4], [2, 2]).Track();
        Tensor y = x.LpNormalize(p: p);
        Assert.Equal([0, 0], y[0].ToDoubles());
        Assert.Equal([0, 0], Gradient.Of((y * Tensor.Of(1.0, 2)).Sum(), x)[0].ToDoubles());
    }

    [Fact]
    public void EveryErrorSaysWhatIsApproved()
    {
        Tensor i = Tensor.Ones([2, 3], DType.Int32), w = Tensor.Ones([3]), four = Tensor.Ones([4]);
        (string Call, Action Act)[] cases =
        [
            ("layernorm of int32", () => i.LayerNorm()),
            ("layernorm on axis 2", () => X.LayerNorm(axis: 2)),
            ("layernorm of a scalar", () => Tensor.Scalar(1).LayerNorm()),
            ("layernorm over nothing", () => Tensor.Ones([2, 0]).LayerNorm()),
            ("layernorm with scale (4,)", () => X.LayerNorm(four)),
            ("layernorm with shift in float64", () => X.LayerNorm(w, w.Cast(DType.Float64))),
            ("layernorm with epsilon -1", () => X.LayerNorm(epsilon: -1)),
            ("layernorm of four tensors", () => new Kubik.Ops.LayerNormalization().Apply(X, w, w, w)),
            ("rmsnorm of int32", () => i.RmsNorm()),
            ("rmsnorm over nothing", () => Tensor.Ones([2, 0]).RmsNorm()),
            ("rmsnorm with scale (4,)", () => X.RmsNorm(four)),
            ("groupnorm of a vector", () => w.GroupNorm(1)),
            ("groupnorm in 0 groups", () => X.GroupNorm(0)),
            ("groupnorm of 3 channels in 2 groups", () => X.GroupNorm(2)),
            ("groupnorm over nothing", () => Tensor.Ones([2, 3, 0]).GroupNorm(3)),
            ("groupnorm with scale (4,)", () => X.GroupNorm(3, four)),
            ("instancenorm of (4, 3)", () => X.InstanceNorm()),
            ("instancenorm over nothing", () => Tensor.Ones([2, 3, 0]).InstanceNorm()),
            ("instancenorm with shift (4,)", () => Picture.InstanceNorm(shift: four)),
            ("batchnorm with mean (4,)", () => X.BatchNorm(w, w, four, w)),
            ("batchnorm of two tensors", () => new Kubik.Ops.BatchNormalization().Apply(X, w)),
            ("batchnorm of a vector", () => w.BatchNorm(w, w, w, w)),
            ("lrn of size 0", () => X.LocalResponseNorm(0)),
            ("lrn of a vector", () => w.LocalResponseNorm(3)),
            ("lrn of int32", () => i.LocalResponseNorm(3)),
            ("lpnorm with p = 3", () => X.LpNormalize(p: 3)),
            ("lpnorm on axis 2", () => X.LpNormalize(2)),
            ("lpnorm of int32", () => i.LpNormalize()),
            ("layernorm brick of another size", () => Twice(new LayerNorm(), X, Tensor.Ones([4, 5]))),
            ("layernorm brick with 3 axes", () => new LayerNorm(3).Forward(X)),
            ("layernorm brick with epsilon -1", () => Sequential.Parse("layernorm epsilon=-1")),
            ("batchnorm brick of another size", () => Twice(new BatchNorm(affine: false), X, Tensor.Ones([4, 5]))),
            ("batchnorm brick with momentum 2", () => Sequential.Parse("batchnorm momentum=2")),
            ("lpnorm brick with p = 3", () => Sequential.Parse("lpnorm p=3")),
        ];
        Approved.Equal("Nn/approved-normalization-errors.txt", cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ArgumentException or FormatException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));
    }

    private static void Twice(Module net, Tensor first, Tensor second)
    {
        net.Forward(first);
        net.Forward(second);
    }
}
