// Penalties, the limit of norms, averages of weights.

using Kubik.Autograd;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Optim;

public sealed class RegularizerTests
{
    public static TheoryData<string, double> Penalties => new()
    {
        { "l1", 0.5 * (1 + 2 + 3 + 0) },
        { "l2", 0.25 * (1 + 4 + 9 + 0) },
        { "elastic", 0.5 * 6 + 0.1 * 14 },
    };

    private static Penalty Make(string name, Func<string, Parameter, bool>? of = null) => name switch
    {
        "l1" => new L1(0.5) { Of = of },
        "l2" => new L2(0.5) { Of = of },
        _ => new ElasticNet(0.5, 0.2) { Of = of },
    };

    private static Linear Layer()
    {
        Linear model = new(2, 2);
        model.Cast(DType.Float64);
        model.Weight.Assign(Tensor.From<double>([1, -2, 3, 0], [2, 2]));
        model.Bias!.Assign(Tensor.Of(10.0, -20));
        return model;
    }

    [Theory, MemberData(nameof(Penalties))]
    public void APenaltyIsItsFormulaOnWeightsWithoutBiases(string name, double expected)
    {
        Linear model = Layer();
        Tensor penalty = Make(name).On(model);
        Assert.Equal(expected, penalty.Item(), 12);
        Assert.Null(Gradient.TryOf(penalty, model.Bias!.Value)[0]);
    }

    [Fact]
    public void APenaltyOnBiasesToo()
    {
        Assert.Equal(0.5 * 36, Make("l1", (_, _) => true).On(Layer()).Item(), 12);
        Assert.Equal(0.5 * 30, Make("l1", (path, _) => path == "bias").On(Layer()).Item(), 12);
        Tensor none = Make("l1", (_, _) => false).On(Layer());
        Assert.Equal((0, DType.Float64), (none.Item(), none.DType));
    }

    [Fact]
    public void TheGradientOfTheLassoIsZeroAtZero() =>
        Assert.Equal([0.5, -0.5, 0.5, 0], GradientOf(new L1(0.5)).ToDoubles());

    [Fact]
    public void TheL2PenaltyIsCoupledDecay()
    {
        Linear a = Layer(), b = Layer();
        Tensor x = new RandomStream(4, 4).Normal([5, 2], DType.Float64), y = x;
        MeanSquaredError loss = new();
        Adam plain = new(0.1), decaying = new(0.1) { WeightDecay = 0.3, Groups = [new((_, p) => p.Spec.Shape.Rank < 2) { WeightDecay = 0 }] };
        for (int i = 0; i < 5; i++)
        {
            plain.Step(loss.Of(a.Forward(x), y) + new L2(0.3).On(a), a);
            decaying.Step(loss.Of(b.Forward(x), y), b);
        }
        Assert.All(a.Weight.Value.ToDoubles().Zip(b.Weight.Value.ToDoubles()), p => Assert.Equal(p.First, p.Second, 1e-12));
        Assert.All(a.Bias!.Value.ToDoubles().Zip(b.Bias!.Value.ToDoubles()), p => Assert.Equal(p.First, p.Second, 1e-12));
    }

    [Fact]
    public void APenaltyIsNotNegative() => Assert.Throws<ArgumentOutOfRangeException>(() => new L1(-1));

    [Fact]
    public void TheNormOfAUnitsIncomingWeightsIsLimited()
    {
        Parameter matrix = new(Tensor.From<double>([3, 0.3, 4, 0.4], [2, 2])), kernel = new(Tensor.From<double>([6, 8, 0, 0.5], [2, 1, 2])),
            bias = new(Tensor.Of(9.0));
        Tensor zeros = Tensor.Zeros([2, 2], DType.Float64);
        new Sgd(1) { MaxNorm = 1 }.Apply([matrix, kernel, bias], [zeros, Tensor.Zeros([2, 1, 2], DType.Float64), Tensor.Of(0.0)]);
        Assert.Equal([0.6, 0.3, 0.8, 0.4], matrix.Value.ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-15); // the columns (3, 4) and (0.3, 0.4)
        Assert.Equal([0.6, 0.8, 0, 0.5], kernel.Value.ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-15);
        Assert.Equal(9, bias.Value.Item());
    }

    [Fact]
    public void WeightsThatAreZeroHaveNoNormToLimit()
    {
        Parameter w = new(Tensor.Zeros([2, 2]));
        new Sgd(1) { MaxNorm = 1 }.Apply([w], [Tensor.Zeros([2, 2])]);
        Assert.Equal([0f, 0, 0, 0], w.Value.ToArray<float>());
    }

    [Fact]
    public void MaxNormLimitsWhatFlowsIntoOneOutputWhereverItsAxisIs()
    {
        ConvTranspose up = new(3, 1, bias: false);
        up.Build([1, 2, 1, 1], DType.Float64);
        up.Weight.Assign(Tensor.Full([2, 3, 1, 1], 3, DType.Float64)); // two inputs of 3 for each output
        Embedding table = new(2, 2);
        table.Cast(DType.Float64);
        table.Build([1, 1]);
        table.Weight.Assign(Tensor.From<double>([3, 4, 0.3, 0.4], [2, 2]));
        new Sgd(1) { MaxNorm = 1 }.Apply([up.Weight, table.Weight], [Tensor.Zeros([2, 3, 1, 1], DType.Float64), Tensor.Zeros([2, 2], DType.Float64)]);
        Assert.All(up.Weight.Value.ToDoubles(), w => Assert.Equal(Math.Sqrt(0.5), w, 12));
        Assert.Equal([0.6, 0.8, 0.3, 0.4], table.Weight.Value.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void AnExponentialAverageByHand()
    {
        Linear model = Layer();
        WeightAverage average = WeightAverage.Exponential(0.75);
        foreach (double bias in (double[])[4, 8, 0])
        {
            model.Bias!.Assign(Tensor.Of(bias, 1.0));
            average.Update(model);
        }
        average.Swap(model);
        Assert.Equal([0.75 * (0.75 * 4 + 0.25 * 8), 1], model.Bias!.Value.ToDoubles());
        Assert.Equal([1.0, -2, 3, 0], model.Weight.Value.ToDoubles());
        average.Swap(model);
        Assert.Equal([0.0, 1], model.Bias.Value.ToDoubles());
    }

    [Fact]
    public void AnEqualAverageIsTheMean()
    {
        Linear model = Layer();
        WeightAverage average = WeightAverage.Equal();
        foreach (double bias in (double[])[4, 8, 0, 12])
        {
            model.Bias!.Assign(Tensor.Of(bias, 1.0));
            average.Update(model);
        }
        average.Apply(model);
        Assert.Equal(6, model.Bias!.Value[0].Item(), 12);
        Assert.Equal(4, average.Count);
    }

    [Fact]
    public void AnAverageGoesOnWithTheSameBits()
    {
        Trio model = new(DType.Float32);
        Adam optimizer = new(0.05);
        WeightAverage whole = WeightAverage.Exponential(0.9), broken = WeightAverage.Exponential(0.9);
        for (int i = 0; i < 6; i++)
        {
            optimizer.Step(model.Loss, model);
            whole.Update(model);
            broken.Update(model);
            WeightAverage next = WeightAverage.Exponential(0.9);
            next.Restore(model, broken.State(model));
            broken = next;
        }
        Assert.Equal(6, broken.Count);
        Assert.All(whole.State(model), s => Assert.Equal(s.Value.ToDoubles(), broken.State(model)[s.Key].ToDoubles()));
        Assert.Throws<ShapeException>(() => broken.Restore(model, new Dictionary<string, Tensor>()));
        Assert.Throws<ShapeException>(() => broken.Restore(Layer(), whole.State(model)));
        Assert.Equal(6, broken.Count);
    }

    [Fact]
    public void AnAverageOfNothingChangesNothing()
    {
        Linear model = Layer();
        WeightAverage.Equal().Swap(model);
        WeightAverage.Equal().Apply(model);
        Assert.Equal([10.0, -20], model.Bias!.Value.ToDoubles());
    }

    [Fact]
    public void ThePerceptronLearnsAndAndNeverXor()
    {
        Tensor x = Tensor.From<float>([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
        Linear and = Zero(), xor = Zero();
        Tensor t = Tensor.From<float>([0, 0, 0, 1], [4, 1]);
        Assert.InRange(new PerceptronRule().Fit(and, x, t) ?? 0, 1, 20);
        Assert.Equal(t.ToDoubles(), and.Forward(x).Step().ToDoubles());
        Assert.Null(new PerceptronRule().Fit(xor, x, Tensor.From<float>([0, 1, 1, 0], [4, 1])));
        Assert.Throws<ShapeException>(() => new PerceptronRule().Step(and, x, Tensor.Of(0f, 0, 0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerceptronRule(0));
    }

    [Fact]
    public void ThePerceptronIsDescentOnItsCriterion()
    {
        Tensor x = new RandomStream(6, 6).Normal([8, 3]), t = (new RandomStream(7, 7).Normal([8, 2]) > 0).Cast(DType.Float32);
        Linear a = new(3, 2), b = new(3, 2);
        b.Assign(a.Values());
        Sgd descent = new(0.5);
        for (int i = 0; i < 5; i++)
        {
            new PerceptronRule(0.5).Step(a, x, t);
            Tensor z = b.Forward(x);
            descent.Step(((z.Step() - t) * z).Sum(), b);
        }
        Assert.All(a.Weight.Value.ToDoubles().Zip(b.Weight.Value.ToDoubles()), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    private static Linear Zero()
    {
        Linear layer = new(2, 1);
        layer.Weight.Assign(Tensor.Zeros([2, 1]));
        layer.Bias!.Assign(Tensor.Zeros([1]));
        return layer;
    }

    private static Tensor GradientOf(Penalty penalty)
    {
        Linear model = Layer();
        return Gradient.Of(penalty.On(model), model.Weight.Value);
    }
}
