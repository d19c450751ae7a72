using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class OptimizerTests
{
    // y = w·x on (1, 2) and (2, 3) from w = 0, mean of squares: ∂L/∂w = 5w − 8. By hand, two steps each.
    [Fact]
    public void GradientDescentByHand() => AssertPath(new Sgd(0.1), 0.8, 0.8 + 0.1 * 4);

    [Fact]
    public void MomentumByHand() => AssertPath(new Momentum(0.1, 0.9), 0.8, 0.8 - 0.1 * (0.9 * -8 - 4));

    [Fact]
    public void AdamByHand()
    {
        // The first step is η·sign g; in the second m̂ = (0.9·0.1·g1 + 0.1·g2)/0.19, v̂ = (0.999·0.001·g1² + 0.001·g2²)/0.001999.
        double w1 = 0.5, g1 = -8, g2 = 5 * w1 - 8;
        double m = (0.09 * g1 + 0.1 * g2) / 0.19, v = (0.000999 * g1 * g1 + 0.001 * g2 * g2) / 0.001999;
        AssertPath(new Adam(0.5), w1, w1 - 0.5 * m / Math.Sqrt(v));
    }

    [Fact]
    public void ALongGradientIsShortenedToTheClipNorm()
    {
        Parameter a = new(Tensor.Of(0.0, 0.0)), b = new(Tensor.Of(0.0));
        new Sgd(1) { ClipNorm = 1 }.Apply([a, b], [Tensor.Of(2.0, 3.0), Tensor.Of(6.0)]); // norm 7
        Assert.Equal([-2 / 7.0, -3 / 7.0], a.Value.ToArray<double>(), (p, q) => Math.Abs(p - q) < 1e-12);
        Assert.Equal(-6 / 7.0, b.Value.Item(), 12);
    }

    [Fact]
    public void AWeightWithoutAGradientIsLeftAlone()
    {
        Parameter w = new(Tensor.Of(1f));
        new Adam().Apply([w], [null]);
        Assert.Equal(1, w.Value.Item());
    }

    [Fact]
    public void NesterovByHand() => AssertPath(new Nesterov(0.1, 0.5), 1.2, 1.2 - 0.1 * (-2 + 0.5 * (0.5 * -8 - 2)));

    [Fact]
    public void AdagradByHand() => AssertPath(new Adagrad(0.5), 0.5, 0.5 + 0.5 * 5.5 / Math.Sqrt(64 + 5.5 * 5.5));

    [Fact]
    public void RmsPropByHand() => AssertPath(new RmsProp(0.1, 0.75), 0.2, 0.2 + 0.1 * 7 / Math.Sqrt(0.75 * 16 + 0.25 * 49));

    [Fact]
    public void LionByHand() => AssertPath(new Lion(0.25), 0.25, 0.5);

    [Fact]
    public void RpropByHand() => AssertPath(new Rprop(0.25), 0.25, 0.25 + 0.25 * 1.2);

    [Fact]
    public void CoupledDecayIsAddedToTheGradient() => AssertPath(new Sgd(0.1) { WeightDecay = 0.5 }, 0.8, 0.8 - 0.1 * (-4 + 0.5 * 0.8));

    [Fact]
    public void DecoupledDecayShrinksTheWeight() => AssertPath(new Sgd(0.1) { DecoupledDecay = 0.5 }, 0.8, 0.8 * 0.95 + 0.4);

    [Fact]
    public void CoupledAndDecoupledDecayAreOneForPlainDescentAndDifferForAdam()
    {
        Assert.Equal(After(new Sgd(0.1) { WeightDecay = 0.3 }), After(new Sgd(0.1) { DecoupledDecay = 0.3 }), 1e-12);
        Assert.NotEqual(After(new Adam(0.1) { WeightDecay = 0.3 }), After(new Adam(0.1) { DecoupledDecay = 0.3 }), 1e-3);
        Assert.Equal(After(new AdamW(0.1, decay: 0.3)), After(new Adam(0.1) { DecoupledDecay = 0.3 }));

        static double After(Optimizer optimizer)
        {
            Trio model = new();
            for (int i = 0; i < 3; i++) optimizer.Step(model.Loss(), model);
            return model.Flat.Sum().Item();
        }
    }

    [Fact]
    public void AGradientIsCutToTheClipValueElementByElement()
    {
        Parameter a = new(Tensor.Of(0.0, 0.0, 0.0));
        new Sgd(1) { ClipValue = 0.5 }.Apply([a], [Tensor.Of(2.0, -0.25, -7.0)]);
        Assert.Equal([-0.5, 0.25, 0.5], a.Value.ToArray<double>());
    }

    [Fact]
    public void AGroupHasItsOwnRateAndDecays()
    {
        Linear model = new(1, 1);
        model.Cast(DType.Float64);
        model.Weight.Assign(Tensor.From<double>([2], [1, 1]));
        model.Bias!.Assign(Tensor.Of(4.0));
        Sgd optimizer = new(0.1)
        {
            WeightDecay = 0.5,
            Groups = [new((path, _) => path == "bias") { Rate = 0.5, WeightDecay = 0, DecoupledDecay = 1 }, new((_, _) => true)],
        };
        optimizer.Step(model.Weight.Value.Sum() + model.Bias.Value.Sum(), model); // both gradients are 1
        Assert.Equal(2 - 0.1 * (1 + 0.5 * 2), model.Weight.Value.Item(), 12);
        Assert.Equal(4 * (1 - 0.05) - 0.05, model.Bias.Value.Item(), 12);
    }

    [Theory]
    [InlineData("rprop")]
    [InlineData("adamw")]
    public void AGroupWithRateZeroStaysAsItIs(string name)
    {
        Trio model = new();
        UpdateRule rule = name == "rprop" ? new Rprop() { Groups = [new((path, _) => path == "a") { Rate = 0 }] } : new AdamW() { Groups = [new((path, _) => path == "a") { Rate = 0 }] };
        double[] a = model.Weights[0].Value.ToDoubles(), c = model.Weights[2].Value.ToDoubles();
        rule.Step(model.Loss(), model);
        Assert.Equal(a, model.Weights[0].Value.ToDoubles());
        Assert.NotEqual(c, model.Weights[2].Value.ToDoubles());
    }

    [Fact]
    public void GroupsNeedPaths() =>
        Assert.Contains("path", Assert.Throws<InvalidOperationException>(() => new Sgd { Groups = [new((_, _) => true)] }.Apply([new(Tensor.Of(1.0))], [Tensor.Of(1.0)])).Message, StringComparison.Ordinal);

    [Fact]
    public void AccumulatedGradientsAreThoseOfOneLargerBatch()
    {
        Tensor x = new RandomStream(2, 2).Normal([12, 3], DType.Float64), y = new RandomStream(3, 3).Normal([12, 1], DType.Float64);
        Linear whole = new(3, 1), parts = new(3, 1);
        whole.Cast(DType.Float64);
        parts.Cast(DType.Float64);
        parts.Assign(whole.Values());
        MeanSquaredError loss = new();
        Adam a = new(0.1) { ClipNorm = 1, WeightDecay = 0.1 }, b = new(0.1) { ClipNorm = 1, WeightDecay = 0.1, Accumulate = 3 };
        for (int i = 0; i < 4; i++)
        {
            a.Step(loss.Of(whole.Forward(x), y), whole);
            for (int k = 0; k < 3; k++)
            {
                Assert.Equal(i, b.Steps);
                b.Step(loss.Of(parts.Forward(x[(4 * k)..(4 * k + 4)]), y[(4 * k)..(4 * k + 4)]), parts);
            }
        }
        Assert.Equal(4, b.Steps);
        Assert.All(whole.Weight.Value.ToDoubles().Zip(parts.Weight.Value.ToDoubles()), p => Assert.Equal(p.First, p.Second, 1e-12));
    }

    [Fact]
    public void AccumulationGoesOnInTheMiddle()
    {
        Trio a = new(), b = new();
        Momentum first = new(0.01) { Accumulate = 3 }, second = new(0.01) { Accumulate = 3 };
        for (int i = 0; i < 5; i++) first.Step(a.Loss(), a);
        b.Assign(a.Values());
        second.Restore(b, first.State(a), first.Steps);
        first.Step(a.Loss(), a);
        second.Step(b.Loss(), b);
        Assert.Equal(2, second.Steps);
        first.Step(a.Loss(), a);
        Assert.Contains("Accumulate", Assert.Throws<ShapeException>(() => new Momentum().Restore(a, first.State(a), 1)).Message, StringComparison.Ordinal);
        second.Step(b.Loss(), b);
        Assert.Equal(a.Flat.ToDoubles(), b.Flat.ToDoubles());
    }

    [Fact]
    public void LbfgsNeedsAFunction()
    {
        Trio model = new();
        Assert.Contains("give Step a function", Assert.Throws<InvalidOperationException>(() => new Lbfgs().Step(model.Loss(), model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LbfgsSolvesRosenbrock()
    {
        // (1 − x)² + 100·(y − x²)² from (−1.2, 1); the minimum is at (1, 1).
        Plane model = new(-1.2, 1);
        Lbfgs optimizer = new() { ChangeTolerance = 1e-16 };
        for (int i = 0; i < 4; i++)
        {
            optimizer.Step(() =>
            {
                Tensor x = model.Point.Value[0], y = model.Point.Value[1];
                return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
            }, model);
        }
        Assert.All(model.Point.Value.ToDoubles(), v => Assert.Equal(1, v, 1e-6));
    }

    [Fact]
    public void LbfgsSurvivesALossThatIsNotANumberFurtherOn()
    {
        Plane model = new(0.5, 0.5);
        Lbfgs optimizer = new(100);
        for (int i = 0; i < 5; i++) optimizer.Step(() => (model.Point.Value - model.Point.Value.Log()).Sum(), model); // NaN below 0, minimum at 1
        Assert.Equal(5, optimizer.Steps);
    }

    [Theory]
    [InlineData(typeof(Momentum), "momentum")]
    [InlineData(typeof(Adam), "beta")]
    [InlineData(typeof(RmsProp), "alpha")]
    [InlineData(typeof(Lion), "beta")]
    [InlineData(typeof(Adadelta), "rho")]
    public void AShareIsBelowOne(Type type, string name)
    {
        foreach (double wrong in (double[])[1, -0.1, double.NaN])
        {
            Exception e = Assert.ThrowsAny<Exception>(() => type.GetConstructors()[0].Invoke([.. type.GetConstructors()[0].GetParameters().Select((p, i) => i == 1 ? wrong : p.DefaultValue)])).InnerException!;
            Assert.Contains($"{name}", Assert.IsType<ArgumentOutOfRangeException>(e).Message, StringComparison.Ordinal);
            Assert.Contains("at least 0 and below 1", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { ClipNorm = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { ClipValue = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { WeightDecay = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { MaxNorm = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { Accumulate = 0 });
        Assert.Throws<ArgumentException>(() => new Sgd().Apply([new(Tensor.Of(1f))], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lbfgs(iterations: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void ALearningRateIsAPositiveNumber(double rate) =>
        Assert.Contains("positive number", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(rate)).Message, StringComparison.Ordinal);

    [Fact]
    public void AnUnknownOptimizerNamesTheNearest() =>
        Assert.Contains("Did you mean 'adam'?", Assert.Throws<FormatException>(() => OptimizerTable.Find("adma")).Message, StringComparison.Ordinal);

    private static void AssertPath(Optimizer optimizer, double first, double second)
    {
        Linear model = new(1, 1, bias: false);
        model.Cast(DType.Float64);
        model.Weight.Assign(Tensor.From<double>([0], [1, 1]));
        Tensor x = Tensor.From<double>([1, 2], [2, 1]), y = Tensor.From<double>([2, 3], [2, 1]);
        foreach (double expected in (double[])[first, second])
        {
            optimizer.Step(new MeanSquaredError().Of(model.Forward(x), y), model);
            Assert.Equal(expected, model.Weight.Value.Item(), 6);
        }
    }

    private sealed class Plane(double x, double y) : Module
    {
        public Parameter Point { get; } = new(Tensor.Of(x, y));

        protected override Tensor Compute(Tensor x) => x;
    }
}
