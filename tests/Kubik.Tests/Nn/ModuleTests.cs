using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class ModuleTests
{
    private sealed class Net : Module
    {
        private readonly Linear _hidden = new(4);
        public Linear Output { get; } = new(2);

        protected override Tensor Compute(Tensor x) => this.Output.Forward(this._hidden.Forward(x).Relu());
    }

    private class Base : Module
    {
        private readonly Linear secret = new(3, 3);

        protected override Tensor Compute(Tensor x) => this.secret.Forward(x);
    }

    private sealed class Derived : Base
    {
        public readonly List<Module> Stack = [new Linear(3, 3), new Relu(), new Linear(3, 1, bias: false)];
        public readonly Dictionary<string, Linear> Heads = new() { ["left"] = new Linear(3, 1), ["right"] = new Linear(3, 1) };
        public readonly Parameter[] Scales = [new(Tensor.Of(1f)), new(Tensor.Of(2f))];
        public Linear? Missing { get; set; }
    }

    private sealed class Captured(Linear inner) : Module
    {
        protected override Tensor Compute(Tensor x) => inner.Forward(x);
    }

    private sealed class Tied : Module
    {
        private readonly Linear first = new(3, 3, bias: false);
        private readonly Linear second;

        public Tied() => this.second = this.first;

        protected override Tensor Compute(Tensor x) => this.second.Forward(this.first.Forward(x));
    }

    [Fact]
    public void ParametersAreNamedByTheirFields()
    {
        Net net = new();
        net.Build([1, 3]);
        Assert.Equal(["hidden.weight", "hidden.bias", "output.weight", "output.bias"], net.Parameters().Select(p => p.Path));
        Assert.Equal("(3, 4) (4,) (4, 2) (2,)", string.Join(' ', net.Parameters().Select(p => p.Parameter.Spec.Shape)));
    }

    [Fact]
    public void PrivateFieldsOfBasesListsArraysAndDictionariesAreSeen() =>
        Assert.Equal(
            ["secret.weight", "secret.bias", "stack.0.weight", "stack.0.bias", "stack.2.weight", "heads.left.weight", "heads.left.bias", "heads.right.weight",
                "heads.right.bias", "scales.0", "scales.1"],
            new Derived().Parameters().Select(p => p.Path));

    [Fact]
    public void CapturedConstructorParametersAreSeen() =>
        Assert.Equal(["inner.weight", "inner.bias"], new Captured(new Linear(2, 2)).Parameters().Select(p => p.Path));

    [Fact]
    public void ASharedLayerIsOneParameterAndItsGradientIsTheSumOfBothUses()
    {
        Tied net = new();
        (string path, Parameter w) = Assert.Single(net.Parameters());
        Assert.Equal("first.weight", path);
        w.Assign(Tensor.Eye(3) * 2);
        Tensor x = Tensor.Of(1f, 10f, 100f).Unsqueeze(0);
        Tensor g = Gradient.Of(net.Forward(x).Sum(), w.Value);
        // y = x·W·W with W = 2I: ∂Σy/∂W = xᵀ·(1·Wᵀ) + (x·W)ᵀ·1, both 2·xᵀ·1.
        Assert.Equal([4f, 4, 4, 40, 40, 40, 400, 400, 400], g.ToArray<float>());
    }

    [Fact]
    public void AShapeErrorNamesTheLayerBothShapesAndTheChainBeforeIt()
    {
        Sequential net = Sequential.Parse("linear 8 | relu | linear 4");
        net.Build([1, 3]);
        ((Linear)net.Items[2]).Weight.Assign(Tensor.Zeros([8, 4]));
        Sequential broken = new(net.Items[0], net.Items[1], new Linear(7, 4));
        ShapeException e = Assert.Throws<ShapeException>(() => broken.Build([5, 3]));
        Assert.Equal("2", e.Path);
        Assert.Equal(
            "In layer 2 (linear 4): W is (7, 4), so the last axis of the input must be 7; "
                + "got (5, 8).\n  input (5, 3)\n  0 linear 8 → (5, 8)\n  1 relu → (5, 8)",
            e.Message.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void AShapeErrorInsideNestedModulesHasTheWholePath()
    {
        Sequential net = new(new Relu(), new Sequential(new Relu(), new Linear(7, 4)));
        Assert.Equal("1.1", Assert.Throws<ShapeException>(() => net.Forward(Tensor.Zeros([5, 8]))).Path);
    }

    [Fact]
    public void AModuleIsUsableAfterAnError()
    {
        Sequential net = new(new Linear(3, 2));
        Assert.Throws<ShapeException>(() => net.Forward(Tensor.Zeros([1, 4])));
        Assert.Equal([1, 2], net.Forward(Tensor.Zeros([1, 3])).Shape);
    }

    [Fact]
    public void TrainAndEvalReachAllModules()
    {
        Sequential net = new(new Dropout(), new Sequential(new BatchNorm()));
        net.Eval();
        Assert.All(net.Modules(), m => Assert.False(m.Module.Training));
        net.Train();
        Assert.All(net.Modules(), m => Assert.True(m.Module.Training));
    }

    [Fact]
    public void BuildComputesNothingAndChangesNothing()
    {
        Sequential net = Sequential.Parse("dropout 0.5 | linear 4 | batchnorm");
        Assert.Equal([6, 4], net.Build([6, 3]));
        Assert.All(net.Parameters().Where(p => p.Path.Contains("running", StringComparison.Ordinal)),
            p => Assert.True(p.Parameter.Value.ToDoubles().All(v => v is 0 or 1)));
        Assert.Equal(0, net.Parameters().Single(p => p.Parameter.Role == ParameterRole.State).Parameter.Value.ToArray<long>()[2]);
    }

    [Fact]
    public void SaveAndLoadGiveBackEveryBit()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "net.safetensors");
        Sequential net = Sequential.Parse("conv 3 3x3 | batchnorm | flatten | linear 2 | dropout 0.1"), other = Sequential.Parse(net.Notation);
        Tensor x = new RandomStream(1, 1).Normal([4, 1, 5, 5]);
        net.Forward(x);
        net.Save(file);
        other.Build(x.Shape);
        other.Load(file);
        net.Eval();
        Assert.Equal(net.Forward(x).ToArray<float>(), other.Forward(x).ToArray<float>());
        Assert.False(other.Training);
    }

    [Fact]
    public void AssignTakesAllOrNothing()
    {
        Linear layer = new(2, 2);
        float[] before = layer.Weight.Value.ToArray<float>();
        Dictionary<string, Tensor> values = new() { ["weight"] = Tensor.Zeros([2, 2]) };
        Assert.Contains("'bias'", Assert.Throws<ShapeException>(() => layer.Assign(values)).Message, StringComparison.Ordinal);
        values["bias"] = Tensor.Zeros([3]);
        Assert.Contains("(2,)", Assert.Throws<ShapeException>(() => layer.Assign(values)).Message, StringComparison.Ordinal);
        values["bias"] = Tensor.Zeros([2]);
        values["stranger"] = Tensor.Zeros([2]);
        Assert.Contains("'stranger'", Assert.Throws<ShapeException>(() => layer.Assign(values)).Message, StringComparison.Ordinal);
        Assert.Equal(before, layer.Weight.Value.ToArray<float>());
    }

    [Fact]
    public void TheSameSeedGivesTheSameWeightsWhateverIsLookedAtFirst()
    {
        Sequential Make() => RandomSource.Seeded(7, () => new Sequential(new Linear(3, 4), new Linear(4, 2)));
        (Sequential a, Sequential b) = (Make(), Make());
        _ = b.Parameters().Last().Parameter.Value; // touched first
        Assert.Equal(a.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles()), b.Parameters().SelectMany(p => p.Parameter.Value.ToDoubles()));
    }

    [Fact]
    public void AParameterKeepsItsShape()
    {
        Parameter p = new(Tensor.Zeros([2]));
        Assert.Contains("cannot become float32 (3,)", Assert.Throws<ShapeException>(() => p.Assign(Tensor.Zeros([3]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOldValueStaysWhatItWas()
    {
        Parameter p = new(Tensor.Of(1f, 2f));
        Tensor old = p.Value;
        p.Assign(Tensor.Of(5f, 6f));
        Assert.Equal([1f, 2f], old.ToArray<float>());
    }

    [Theory]
    [InlineData("linear 3")]
    [InlineData("conv1d 3 1")]
    [InlineData("batchnorm")]
    [InlineData("rnn 3")]
    [InlineData("prelu")]
    public void ALayerWhoseFirstInputIsWholeNumbersSaysSoAndTakesTheNext(string notation)
    {
        Sequential net = Sequential.Parse(notation);
        Assert.Contains("its first input's type, which must be float32 or float64, not int64",
            Assert.Throws<ShapeException>(() => net.Forward(Tensor.Zeros([2, 3, 4], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Equal(DType.Float32, net.Forward(Tensor.Zeros([2, 3, 4])).DType);
    }

    [Fact]
    public void LookingAtANetLeavesEachLayerInItsMode()
    {
        BatchNorm frozen = new();
        Sequential net = new(new Linear(3), frozen, new Dropout());
        net.Build([2, 4]);
        frozen.Eval();
        Kubik.Training.Evaluation.Of(net, new CrossEntropy(), Kubik.Data.Datasets.Load("iris").Test);
        Lsuv.Initialize(net, new RandomStream(1, 1).Normal([8, 4]));
        Assert.False(frozen.Training);
        Assert.True(net.Training);
        Assert.True(net.Items[2].Training);
    }

    [Fact]
    public void ACastBeforeTheFirstInputIsRemembered()
    {
        Sequential net = Sequential.Parse("embedding 5 3 | linear 2");
        net.Cast(DType.Float64);
        Assert.Equal(DType.Float64, net.Forward(Tensor.Of(0L, 4).Unsqueeze(0)).DType);
    }
}
