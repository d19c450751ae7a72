// Modules that hold modules: what they compute, where their weights are, how they are written and read back.

using Kubik.Autograd;
using Kubik.Data;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class ContainerTests
{
    private static readonly Tensor X = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);

    private static Lambda Times(double factor) => new(x => x * factor);

    [Fact]
    public void AResidualAddsItsInputOrItsShortcut()
    {
        Assert.Equal((X * 3).ToArray<float>(), new Residual(Times(2)).Forward(X).ToArray<float>());
        Assert.Equal((X * 7).ToArray<float>(), new Residual(Times(2), Times(5)).Forward(X).ToArray<float>());
    }

    [Fact]
    public void BranchesAreJoinedOrAdded()
    {
        Assert.Equal([1f, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60], new ParallelBranches(new Identity(), Times(10)).Forward(X).ToArray<float>());
        Assert.Equal([1f, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], new ParallelBranches(0, new Identity(), Times(10)).Forward(X).ToArray<float>());
        Assert.Equal((X * 11).ToArray<float>(), ParallelBranches.Added(new Identity(), Times(10)).Forward(X).ToArray<float>());
    }

    [Fact]
    public void ARepeatHasWeightsOfItsOwnEachTime()
    {
        Repeat net = new(3, () => new Linear(3));
        net.Build([1, 3]);
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias"], net.Parameters().Select(p => p.Path));
        Assert.Equal(6, net.Parameters().Select(p => p.Parameter).Distinct().Count());
        Assert.NotEqual(net.Parameters().First().Parameter.Value.ToDoubles(), net.Parameters().ElementAt(2).Parameter.Value.ToDoubles());
    }

    [Fact]
    public void ARepeatOfModulesThatDifferIsWrittenAsTheirChain()
    {
        int size = 2;
        Repeat net = new(3, () => new Linear(++size));
        Assert.Equal("(linear 3 | linear 4 | linear 5)", net.Notation);
        Sequential outer = new(net, new Relu()), again = Sequential.Parse(outer.Notation);
        Assert.Equal(outer.Parameters().Select(p => p.Path), again.Parameters().Select(p => p.Path));
    }

    [Fact]
    public void WeightsInsideAreNamedByTheirPlace()
    {
        Sequential net = Sequential.Parse(
            "relu | residual(linear 3) | parallel(linear 2 ; linear 3 | relu | linear 2 bias=false) | repeat 2 (residual(tanh | linear 5 bias=false)) | "
            + "(linear 4 bias=false)");
        Assert.Equal(
            [
                "1.body.weight", "1.body.bias", "2.branches.0.weight", "2.branches.0.bias", "2.branches.1.0.weight", "2.branches.1.0.bias",
                "2.branches.1.2.weight",
                "3.0.body.1.weight", "3.1.body.1.weight", "4.0.weight",
            ],
            net.Parameters().Select(p => p.Path));
    }

    [Theory]
    [InlineData("relu | residual(linear 3 | reshape 5)", "1.body.1")]
    [InlineData("relu | residual(linear 5)", "1")]
    [InlineData("relu | residual(linear 5 ; linear 4)", "1")]
    [InlineData("relu | tanh | parallel(relu ; residual(tanh ; reshape 7) ; relu)", "2.branches.1.shortcut")]
    [InlineData("repeat 3 (linear 3 | (unflatten 2x2))", "0.0.1.0")]
    [InlineData("parallel axis=0 (linear 3 ; linear 4)", "0")]
    [InlineData("parallel sum=true (linear 3 ; linear 4)", "0")]
    [InlineData("residual(repeat 2 (residual(reshape 4)))", "0.body.0.body")]
    [InlineData("permute 0,2,1", "0")]
    [InlineData("embedding 6 2", "0")]
    [InlineData("attention 2", "0")]
    [InlineData("reshape 1x3 | residual(attention 2)", "1.body")]
    [InlineData("reshape 1x3 | repeat 2 (transformer 2 4)", "1.0.attention")]
    [InlineData("reshape 3x1 | positions 2", "1")]
    public void AnErrorInsideNamesThePlace(string notation, string path)
    {
        Sequential net = Sequential.Parse(notation);
        ShapeException e = Assert.Throws<ShapeException>(() => net.Forward(X));
        Assert.Equal(path, e.Path);
        Assert.Contains($"In layer {path} (", e.Message, StringComparison.Ordinal);
        Assert.Equal(path, net.Modules().Single(m => m.Path == path).Path);
    }

    [Fact]
    public void AnErrorInsideTellsTheLayersBeforeByTheirWholePaths() =>
        Assert.Equal(
            "In layer 1.body.2 (reshape 7): each sample must have 7 elements to become (7,); got (2, 4).\n"
            + "  input (2, 3)\n  0 relu → (2, 3)\n  1.body.0 linear 4 → (2, 4)\n  1.body.1 tanh → (2, 4)",
            Assert.Throws<ShapeException>(() => Sequential.Parse("relu | residual(linear 4 | tanh | reshape 7)").Forward(X)).Message.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("relu | residual(linear 5)", "Keep the shape in the body or give a shortcut")]
    [InlineData("embedding 6 2", "a table of 6 rows takes whole numbers from 0 to 5; got 6.")]
    [InlineData("reshape 3x1 | positions 2", "there are rows for 2 positions, but the sequence (2, 3, 1) has 3")]
    [InlineData("parallel sum=true (linear 3 ; linear 4)", "must give one shape; of (2, 3) they made (2, 3), (2, 4)")]
    public void AnErrorSaysTheRule(string notation, string says) =>
        Assert.Contains(says, Assert.Throws<ShapeException>(() => Sequential.Parse(notation).Forward(X)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, "a table of 4 rows takes whole numbers from 0 to 3; got -1.")]
    [InlineData(1.5, "a table of 4 rows takes whole numbers from 0 to 3; got 1.5.")]
    [InlineData(double.NaN, "takes whole numbers from 0 to 3; got NaN.")]
    public void AnIndexIsAWholeNumberInTheVocabulary(double index, string says) =>
        Assert.Contains(says, Assert.Throws<ShapeException>(() => new Embedding(4, 2).Forward(Tensor.Of(0, index))).Message, StringComparison.Ordinal);

    [Fact]
    public void IndicesMayHaveAnyTypeOfNumber()
    {
        Embedding embedding = new(4, 2);
        Tensor y = embedding.Forward(Tensor.Of(3, 0));
        foreach (DType type in new[] { DType.Int64, DType.UInt8, DType.Float32 })
            Assert.Equal(y.ToArray<float>(), embedding.Forward(Tensor.Of(3, 0).Cast(type)).ToArray<float>());
        Assert.Equal([2], embedding.Forward(Tensor.Scalar(3, DType.Int64)).Shape);
        Assert.Equal([0, 5, 2], embedding.Forward(Tensor.Zeros([0, 5], DType.Int64)).Shape);
        Assert.Throws<ShapeException>(() => embedding.Forward(Tensor.Of(true)));
    }

    [Fact]
    public void ThePaddingRowIsZeroAndStaysZero()
    {
        Embedding embedding = new(4, 2, padding: 1);
        Assert.Equal([0f, 0], embedding.Forward(Tensor.Of(1)).ToArray<float>());
        Assert.DoesNotContain(0f, embedding.Forward(Tensor.Of(0, 2, 3)).ToArray<float>());
        double[] gradient = Gradient.Of(embedding.Forward(Tensor.Of(1, 2, 2)).Sum(), embedding.Weight.Value).ToDoubles();
        Assert.Equal([0, 0, 0, 0, 2, 2, 0, 0], gradient);
    }

    // ── tying ──

    [Fact]
    public void AnEmbeddingAndItsOutputAreOneParameterWithTheSumOfBothGradients()
    {
        Embedding tokens = new(3, 2, name: "tokens");
        Sequential net = new(tokens, new Tanh(), new TiedLinear(tokens));
        (string path, Parameter w) = Assert.Single(net.Parameters());
        Assert.Equal("0.weight", path);
        Tensor y = net.Forward(Tensor.Of(0, 2));
        Tensor both = Gradient.Of((y * y).Sum(), w.Value);

        Parameter a = new(w.Value.Detach()), b = new(w.Value.Detach()); // the same weights, not tied
        Tensor z = a.Value.Gather(Tensor.From<long>([0, 0, 2, 2], [2, 2]), 0).Tanh().MatMul(b.Value.T);
        Tensor[] apart = Gradient.Of((z * z).Sum(), a.Value, b.Value);
        Assert.Equal((apart[0] + apart[1]).ToDoubles(), both.ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-5);
    }

    [Fact]
    public void TiedWeightsAreTiedAfterReadingThemBack()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "net.safetensors");
        Sequential net = Sequential.Parse("embedding 5 4 name=tokens | positions 6 | transformer 2 8 causal=true | tiedlinear tokens");
        net.Build([1, 6], DType.Int64);
        net.Eval();
        net.Save(file);
        Sequential again = Sequential.Parse(net.Notation);
        again.Build([1, 6], DType.Int64);
        again.Load(file);
        Tensor x = Tensor.From<long>([0, 1, 4, 2], [1, 4]);
        Assert.Equal(net.Forward(x).ToArray<float>(), again.Forward(x).ToArray<float>());
        Assert.Same(((Embedding)again.Items[0]).Weight, again.Parameters().First().Parameter);
        Assert.Single(again.Parameters(), p => p.Parameter.Spec.Shape == [5, 4]);
    }

    [Fact]
    public void AModelThatCannotBeReadBackIsNotSaved()
    {
        Embedding nameless = new(3, 3);
        Linear shared = new(3, 3);
        (Sequential Net, string Says)[] cases =
        [
            (new(new Linear(3), new Residual(new Sequential(new Relu(), new Lambda(x => x, "my function")))), "layer 1.body.1 (<my function>) has no notation"),
            (new(nameless, new TiedLinear(nameless)), "layer 1 (tiedlinear (an embedding without a name)) has no notation"),
            (new(shared, shared), "a layer that stands in two places has no notation"),
            (new(new Sequential(shared, new Relu()), new Residual(shared)), "a layer that stands in two places has no notation"),
        ];
        DataFormat format = Datasets.Load("iris").Test.Format;
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "model.safetensors");
        foreach ((Sequential net, string says) in cases)
        {
            InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => new SavedModel(net, format, new CrossEntropy()).Save(file));
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
            Assert.Contains("Save its weights alone with net.Save(file)", e.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(file));
        }
    }

    // ── any net ──

    [Fact]
    public void AnyNetIsReadBackFromItsNotation()
    {
        Random random = new(5);
        for (int i = 0; i < 200; i++)
        {
            Sequential net = new([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any(random, 3))]), again = Sequential.Parse(net.Notation);
            Assert.Equal(net.Notation, again.Notation);
            Assert.Null(NetNotation.Problem(net));
            Assert.Equal(net.Parameters().Select(p => p.Path), again.Parameters().Select(p => p.Path));
            Tensor x = new RandomStream(i, 1).Normal([3, 4]);
            net.Build(x.Shape);
            again.Build(x.Shape);
            again.Assign(net.Values());
            Assert.Equal(net.Forward(x).ToArray<float>(), again.Forward(x).ToArray<float>());
        }
    }

    // A module that keeps (B, 4).
    private static Module Any(Random random, int depth) => random.Next(depth == 0 ? 4 : 10) switch
    {
        0 => new Linear(4),
        1 => new Linear(4, bias: random.Next(2) == 0),
        2 => new Tanh(),
        3 => new Identity(),
        4 => new Residual(Any(random, depth - 1)),
        5 => new Residual(Any(random, depth - 1), Any(random, depth - 1)),
        6 => ParallelBranches.Added([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any(random, depth - 1))]),
        7 => new Sequential(new ParallelBranches(-1, Any(random, depth - 1), Any(random, depth - 1)), new Linear(4)),
        8 => new Repeat(random.Next(1, 4), () => Any(random, depth - 1)),
        _ => new Sequential([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth - 1))]),
    };
}
