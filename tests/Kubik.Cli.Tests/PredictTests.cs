// Pictures as people have them: any size, either colour of paper, off the middle. A perceptron that has seen MNIST
// once must read most of them as it reads the originals.

using System.Text.Json;
using Kubik.Data;
using Kubik.IO;

namespace Kubik.Cli.Tests;

public sealed class PredictTests(PredictTests.Trained trained) : IClassFixture<PredictTests.Trained>, IDisposable
{
    private const int Pictures = 30;
    private readonly Folder folder = new();

    /// <summary>A model that the tests of this class share.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly Folder folder = new();

        public Trained() => Tool.Run(this.folder, "train", "mlp", "--data", "mnist", "--epochs", "1", "--batch", "100", "--out", "run", "--quiet").Fine();

        public string Model => this.folder["run/model.safetensors"];

        public ImageDataset Test { get; } = (ImageDataset)Datasets.Load("mnist").Test;

        public void Dispose() => this.folder.Dispose();
    }

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    [InlineData(true, 4)]
    [InlineData(false, 2)]
    public void Pictures_of_any_size_and_colour_are_read(bool whitePaper, int channels)
    {
        string[] files = [.. Enumerable.Range(0, Pictures).Select(i => $"{i}.png")];
        for (int i = 0; i < Pictures; i++) Png.Save(this.folder[files[i]], Redrawn(trained.Test.Picture(i), whitePaper, channels, 4 + (i % 3), i));
        Said said = Tool.Run(this.folder, ["predict", trained.Model, .. files, "--json"]).Fine();
        JsonElement[] answers = [.. said.Json.EnumerateArray()];
        Assert.Equal(files, answers.Select(a => a.GetProperty("file").GetString()));
        int right = answers.Index().Count(a => a.Item.GetProperty("class").GetString() == $"{trained.Test.Label(a.Index)}");
        Assert.True(right >= Pictures * 0.85, $"{right} of {Pictures}\n{said.Out}");
        string done = answers[0].GetProperty("done").GetString()!;
        Assert.Contains("resized", done, StringComparison.Ordinal);
        Assert.Contains("centred", done, StringComparison.Ordinal);
        Assert.Equal(whitePaper, done.Contains("inverted", StringComparison.Ordinal));
        foreach (JsonElement a in answers)
        {
            Dictionary<string, double> p = a.GetProperty("probabilities").EnumerateObject().ToDictionary(x => x.Name, x => x.Value.GetDouble(), StringComparer.Ordinal);
            Assert.Equal(10, p.Count);
            Assert.Equal(1, p.Values.Sum(), 5);
            Assert.Equal(p.Values.Max(), a.GetProperty("probability").GetDouble());
        }
    }

    [Fact]
    public void A_picture_as_the_network_knows_them_is_left_alone()
    {
        Png.Save(this.folder["own.png"], trained.Test.Picture(0));
        Said said = Tool.Run(this.folder, "predict", trained.Model, "own.png", "--json").Fine();
        Assert.False(said.Json[0].TryGetProperty("done", out _), said.Out);
        Assert.Matches(@"own\.png: 7 \d+\.\d %, \d \d+\.\d %, \d \d+\.\d %", said.Out);
    }

    [Fact]
    public void Arrays_are_read_alone_and_in_batches()
    {
        byte[] two = [.. trained.Test.Picture(0).Pixels, .. trained.Test.Picture(1).Pixels];
        Npy.Save(this.folder["two.npy"], Tensor.From(two, [2, 28, 28]));
        Npy.Save(this.folder["one.npy"], Tensor.From(two[..784], [28, 28]).Cast(DType.Float32) / 255);
        JsonElement[] answers = [.. Tool.Run(this.folder, "predict", trained.Model, "two.npy", "one.npy", "--json").Fine().Json.EnumerateArray()];
        Assert.Equal(["7", "2", "7"], answers.Select(a => a.GetProperty("class").GetString()));
        Assert.Equal([1, 2], answers[..2].Select(a => a.GetProperty("row").GetInt32()));
        Npy.Save(this.folder["wrong.npy"], Tensor.Zeros([2, 10]));
        Tool.Run(this.folder, "predict", trained.Model, "wrong.npy").Refused("wrong.npy", "(2, 10)", "(1, 28, 28)");
        Npy.Save(this.folder["nan.npy"], Tensor.From([.. Enumerable.Range(0, 784).Select(i => i == 99 ? float.NaN : 0)], [28, 28]));
        Tool.Run(this.folder, "predict", trained.Model, "nan.npy").Refused("nan.npy", "value 100 of 784 is NaN");
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_the_rest_is_answered()
    {
        Png.Save(this.folder["good.png"], trained.Test.Picture(0));
        Png.Save(this.folder["blank.png"], new Image(50, 40, 1, [.. Enumerable.Repeat((byte)255, 2000)]));
        byte[] png = this.folder.Bytes("good.png");
        File.WriteAllBytes(this.folder["cut.png"], png[..(png.Length / 2)]);
        this.folder.Write("text.txt", "seven");
        Png.Save(this.folder["black.png"], new Image(28, 28, 1, new byte[784]));
        Said said = Tool.Run(this.folder, "predict", trained.Model, "missing.png", "blank.png", "cut.png", "text.txt", "black.png", "good.png", "--json");
        said.Refused("missing.png: there is no such file", "blank.png: the picture is empty", "cut.png", "text.txt: predict reads", "black.png: the picture is empty");
        JsonElement[] answers = [.. said.Json.EnumerateArray()];
        Assert.Equal(["missing.png", "blank.png", "cut.png", "text.txt", "black.png", "good.png"], answers.Select(a => a.GetProperty("file").GetString()));
        Assert.All(answers[..^1], a => Assert.StartsWith(a.GetProperty("file").GetString()!, a.GetProperty("error").GetString(), StringComparison.Ordinal));
        Assert.Equal("7", answers[^1].GetProperty("class").GetString());
        this.folder.Write("rows.csv", "a,b\n1,2\n");
        Tool.Run(this.folder, "predict", trained.Model, "rows.csv").Refused("rows.csv", "pictures");
    }

    [Fact]
    public void A_damaged_model_is_refused()
    {
        byte[] model = File.ReadAllBytes(trained.Model);
        File.WriteAllBytes(this.folder["cut.safetensors"], model[..(model.Length / 2)]);
        this.folder.Write("text.safetensors", "this is not a model, but long enough to be one");
        Safetensors.Save(this.folder["bare.safetensors"], new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["w"] = Tensor.Zeros([2]) });
        Tool.Run(this.folder, "show", "cut.safetensors").Refused("cut.safetensors", "truncated");
        Tool.Run(this.folder, "eval", "text.safetensors", "--data", "mnist").Refused("text.safetensors", "not a safetensors file");
        this.folder.Write("empty.safetensors", "");
        Tool.Run(this.folder, "show", "empty.safetensors").Refused("this is not a safetensors file: it is empty");
        Tool.Run(this.folder, "predict", "bare.safetensors", "x.png").Refused("bare.safetensors", "which network");
        Tool.Run(this.folder, "eval", "missing.safetensors", "--data", "mnist").Refused("missing.safetensors", "no such file");
    }

    [Fact]
    public void Data_of_another_kind_is_refused()
    {
        Tool.Run(this.folder, "eval", trained.Model, "--data", "digits").Refused("digits", "(1, 8, 8)", "(1, 28, 28)");
        Tool.Run(this.folder, "eval", trained.Model, "--data", "iris").Refused("iris");
    }

    // The digit enlarged, on a sheet that is wider than high, off the middle.
    private static Image Redrawn(Image digit, bool whitePaper, int channels, int scale, int seed)
    {
        Random random = new(seed);
        int width = (28 * scale) + 90, height = (28 * scale) + 40, left = random.Next(90), top = random.Next(40);
        byte[] pixels = new byte[width * height * channels];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int dx, int dy) = ((x - left) / scale, (y - top) / scale);
                byte ink = x >= left && y >= top && dx < 28 && dy < 28 ? digit[dx, dy, 0] : (byte)0, shade = whitePaper ? (byte)(255 - ink) : ink;
                for (int c = 0; c < channels; c++) pixels[(((y * width) + x) * channels) + c] = channels is 2 or 4 && c == channels - 1 ? (byte)255 : shade;
            }
        }
        return new Image(width, height, channels, pixels);
    }
}
