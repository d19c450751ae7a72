using Kubik.Data;
using Kubik.IO;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Tests.Models;

public sealed class SavedModelTests
{
    private readonly string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "model.safetensors");

    [Fact]
    public void TheFileAloneIsEnoughToPredict()
    {
        Dataset iris = Datasets.Load("iris").Test;
        Sequential net = Sequential.Parse("linear 8 | batchnorm | tanh | linear 3");
        Batch batch = iris.Read(0, 1, 2);
        net.Forward(batch.Input); // measures, so that the statistics are not those of the beginning
        net.Eval();
        new SavedModel(net, iris.Format, new CrossEntropy()).Save(this.file);

        SavedModel loaded = SavedModel.Load(this.file);
        Assert.Equal(net.Notation, loaded.Net.Notation);
        Assert.Equal(iris.Classes, loaded.Format.Outputs);
        Assert.Equal(net.Forward(batch.Input).Softmax().ToArray<float>(), loaded.Predict(batch.Input).ToArray<float>());
    }

    [Fact]
    public void NumbersComeBackInTheirOwnUnits()
    {
        TensorDataset data = new(new float[,] { { 1 }, { 2 }, { 3 } }, new float[,] { { 100 }, { 200 }, { 300 } });
        Dataset standard = data.Standardized();
        Sequential net = new(new Linear(1, 1));
        net.Assign(new Dictionary<string, Tensor> { ["0.weight"] = Tensor.Zeros([1, 1]), ["0.bias"] = Tensor.Zeros([1]) });
        // An output of 0 is the mean.
        Assert.Equal(200, new SavedModel(net, standard.Format, new MeanSquaredError()).Predict(Tensor.Zeros([1, 1])).Item(), 3);
    }

    [Fact]
    public void NumbersOfALossOfProbabilitiesAreProbabilities()
    {
        Tensor x = Tensor.From(new float[,] { { 1, -1 }, { -2, 3 } });
        TensorDataset several = new(x, Tensor.From(new float[,] { { 1, 1 }, { 0, 1 } }));
        Assert.Equal(x.Sigmoid().ToDoubles(), new SavedModel(new(new Identity()), several.Format, new BinaryCrossEntropy()).Predict(x).ToDoubles());
    }

    [Fact]
    public void AFileOfTensorsAloneIsRefused()
    {
        Safetensors.Save(this.file, new Dictionary<string, Tensor> { ["w"] = Tensor.Of(1f) });
        Assert.Contains("not which network they belong to", Assert.Throws<DataFileException>(() => SavedModel.Load(this.file)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AModelWithALossThatCannotBeReadBackIsNotSaved()
    {
        Sequential net = Sequential.Parse("linear 3");
        net.Build([1, 4]);
        Exception e = Assert.Throws<InvalidOperationException>(() => new SavedModel(net, Datasets.Load("iris").Test.Format, new Quartic()).Save(this.file));
        Assert.Contains("its loss 'quartic' is none of Kubik's", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(this.file));
    }

    [Fact]
    public void AModelOfFloat64IsNotSavedBeforeItIsConverted()
    {
        Sequential net = Sequential.Parse("linear 3");
        net.Build([1, 4], DType.Float64);
        SavedModel model = new(net, Datasets.Load("iris").Test.Format, new CrossEntropy());
        Assert.Contains("'0.weight' is float64", Assert.Throws<InvalidOperationException>(() => model.Save(this.file)).Message, StringComparison.Ordinal);
        net.Cast(DType.Float32);
        model.Save(this.file);
        Assert.Equal("linear 3", SavedModel.Load(this.file).Net.Notation);
    }

    private sealed class Quartic : RegressionLoss
    {
        public override string Name => "quartic";

        public override string Formula => "(t − y)⁴";

        protected override Tensor OfError(Tensor delta) => delta.Square().Square();
    }

    [Theory]
    [InlineData("kubik.net", "linear 8 | linaer 3", "Did you mean 'linear'?")]
    [InlineData("kubik.net", "linear 8 | linear 4", "'1.weight'")]
    [InlineData("kubik.data", "{}", "damaged")]
    [InlineData("kubik.loss", "msee", "Did you mean 'mse'?")]
    public void DamagedMetadataIsRefused(string key, string value, string says)
    {
        Dataset iris = Datasets.Load("iris").Test;
        Sequential net = Sequential.Parse("linear 8 | linear 3");
        net.Build([1, 4]);
        new SavedModel(net, iris.Format, new CrossEntropy()).Save(this.file);
        SafetensorsFile saved = Safetensors.Load(this.file);
        Safetensors.Save(this.file, saved.Tensors, new Dictionary<string, string>(saved.Metadata) { [key] = value });
        Assert.Contains(says, Assert.Throws<DataFileException>(() => SavedModel.Load(this.file)).Message, StringComparison.Ordinal);
    }
}
