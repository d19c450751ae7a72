// What a network costs, holds and sees, and whether its gradients are right, as a user asks for it.

using System.Text.Json;

namespace Kubik.Cli.Tests;

public sealed class CountAndCheckTests : IDisposable
{
    private const string VggA = "conv 64 3x3 pad=1 | relu | maxpool 2 | conv 128 3x3 pad=1 | relu | maxpool 2 | conv 256 3x3 pad=1 | relu | conv 256 3x3 pad=1 | relu | maxpool 2"
        + " | conv 512 3x3 pad=1 | relu | conv 512 3x3 pad=1 | relu | maxpool 2 | conv 512 3x3 pad=1 | relu | conv 512 3x3 pad=1 | relu | maxpool 2";

    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData("linear 300 | linear 200 | linear 100 | linear 1", "12", 84_301)]
    [InlineData("linear 1000 | linear 10", "784", 795_010)]
    [InlineData(VggA, "3x224x224", 9_220_480)]
    [InlineData("lenet", "1x28x28", 61_706)]
    [InlineData("separable 64 3x3", "32x16x16", 3 * 3 * 32 + (32 + 1) * 64)]
    public void Parameters_are_counted(string net, string input, long parameters)
    {
        JsonElement json = Tool.Run(this.folder, "show", net, "--input", input, "--json").Fine().Json;
        Assert.Equal(parameters, json.GetProperty("parameters").GetInt64());
        Assert.Equal(parameters, Layers(json).Sum(l => l.GetProperty("parameters").GetInt64()));
    }

    [Fact]
    public void Show_says_what_lenet_costs()
    {
        Said said = Tool.Run(this.folder, "show", "lenet", "--json").Fine();
        Assert.All(said.Out.Split('\n')[..^2], line => Assert.InRange(line.Length, 0, 120));
        Assert.Contains("2 416 = (5·5·6 + 1)·16", said.Out, StringComparison.Ordinal);
        JsonElement[] layers = Layers(said.Json);
        JsonElement conv = layers[3];
        Assert.Equal(["path", "brick", "output", "parameters", "formula", "macs", "memory_forward", "memory_backward", "receptive_field"], conv.EnumerateObject().Select(p => p.Name));
        Assert.Equal("(5·5·6 + 1)·16", conv.GetProperty("formula").GetString());
        Assert.Equal(16 * 10 * 10 * 5 * 5 * 6, conv.GetProperty("macs").GetInt64());
        Assert.Equal(16 * 10 * 10 * 4, conv.GetProperty("memory_forward").GetInt64());
        Assert.Equal(16 * 10 * 10 * 4, conv.GetProperty("memory_backward").GetInt64());
        // 5 → pool 6 → 6 + 4·2 = 14, two pixels apart; the first sees −2 to 11
        Assert.Equal("""{"size":[14,14],"jump":[2,2],"centre":[4.5,4.5],"everything":false}""", conv.GetProperty("receptive_field").GetRawText());
        Assert.True(layers[7].GetProperty("receptive_field").GetProperty("everything").GetBoolean());
        long backward = said.Json.GetProperty("memory_backward").GetInt64();
        Assert.Equal(64 * backward, Tool.Run(this.folder, "show", "lenet", "--batch", "64", "--json").Fine().Json.GetProperty("memory_backward").GetInt64());
        Tool.Run(this.folder, "show", "lenet", "--batch", "0").Refused("--batch", "from 1 on");
    }

    [Fact]
    public void The_first_convolution_to_256_channels_of_vgg_a_sees_18_pixels()
    {
        JsonElement json = Tool.Run(this.folder, "show", VggA, "--input", "3x224x224", "--json").Fine().Json;
        JsonElement first = Layers(json).First(l => l.GetProperty("brick").GetString()!.StartsWith("conv 256", StringComparison.Ordinal));
        Assert.Equal([18, 18], first.GetProperty("receptive_field").GetProperty("size").EnumerateArray().Select(x => x.GetInt32()));
        Assert.InRange(json.GetProperty("macs").GetInt64(), 7.4e9, 7.6e9); // 7.6 G with the three linear layers
    }

    [Fact]
    public void A_separable_convolution_shows_both_formulas()
    {
        string text = Tool.Run(this.folder, "show", "separable 64 3x3", "--input", "32x16x16").Fine().Out;
        Assert.Contains("288 = 3·3·1·32", text, StringComparison.Ordinal);
        Assert.Contains("2 112 = (1·1·32 + 1)·64", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_finds_gradients_right()
    {
        Said said = Tool.Run(this.folder, "check", "linear 8 | batchnorm | relu | dropout 0.5 | linear 3", "--input", "4", "--loss", "cross-entropy", "--json").Fine();
        Assert.Contains("No gradient is wrong.", said.Out, StringComparison.Ordinal);
        JsonElement json = said.Json;
        Assert.Equal(["parameters", "ok"], json.EnumerateObject().Select(p => p.Name));
        Assert.True(json.GetProperty("ok").GetBoolean());
        JsonElement[] all = [.. json.GetProperty("parameters").EnumerateArray()];
        Assert.Equal(["0.weight", "0.bias", "1.gamma", "1.beta", "4.weight", "4.bias"], all.Select(p => p.GetProperty("path").GetString()));
        foreach (JsonElement p in all)
        {
            Assert.Equal(["path", "max_relative_error", "verdict"], p.EnumerateObject().Select(x => x.Name));
            Assert.InRange(p.GetProperty("max_relative_error").GetDouble(), 0, 1e-4);
        }
    }

    [Fact]
    public void Check_takes_data_models_and_seeds()
    {
        string[] asked = ["check", "mlp", "--data", "iris", "--seed", "5"];
        string text = Tool.Run(this.folder, asked).Fine().Out;
        Assert.Contains("cross-entropy on 4 samples of iris", text, StringComparison.Ordinal);
        Assert.Contains("20 of 1200", text, StringComparison.Ordinal);
        Assert.Equal(text, Tool.Run(this.folder, asked).Fine().Out);
        Tool.Run(this.folder, "train", "linear 5 | relu | linear 3", "--data", "iris", "--epochs", "1", "--out", "run", "--quiet").Fine();
        byte[] before = this.folder.Bytes("run/model.safetensors");
        Assert.Contains("cross-entropy on 3 samples of iris", Tool.Run(this.folder, "check", "run", "--data", "iris", "--batch", "3").Fine().Out, StringComparison.Ordinal);
        Assert.Contains("random numbers", Tool.Run(this.folder, "check", "run/model.safetensors", "--elements", "2").Fine().Out, StringComparison.Ordinal);
        Assert.Equal(before, this.folder.Bytes("run/model.safetensors"));
    }

    [Fact]
    public void Check_says_what_the_loss_does_not_depend_on()
    {
        Said said = Tool.Run(this.folder, "check", "linear 3 | step | linear 2", "--input", "2", "--json").Fine();
        Assert.Contains("0.weight: no gradient comes there: the loss does not depend on it, or changes with it by jumps alone", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_refuses_what_does_not_fit()
    {
        Tool.Run(this.folder, "check").Refused("NET or MODEL", "kubik check lenet");
        Tool.Run(this.folder, "check", "relu", "--input", "3").Refused("nothing to learn");
        Tool.Run(this.folder, "check", "linear 3", "--input", "3", "--loss", "crossentropie").Refused("cross-entropy");
        Tool.Run(this.folder, "check", "linear 3", "--input", "3", "--data", "iris").Refused("--input", "--data");
        Tool.Run(this.folder, "check", "conv 3 3x3", "--input", "3").Refused("conv 3 3x3");
        Tool.Run(this.folder, "check", "linear 3", "--input", "4", "--loss", "box-iou").Refused("box-iou");
    }

    private static JsonElement[] Layers(JsonElement json) => [.. json.GetProperty("layers").EnumerateArray()];
}
