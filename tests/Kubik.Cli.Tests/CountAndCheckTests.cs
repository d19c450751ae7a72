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

    // Neighbours in a flattened picture are neighbours in a row, or the end of one and the beginning of the next.
    [Theory]
    [InlineData("conv 2 3x3 | flatten | linear 2", "1x6x6", 1, "3×3")]
    [InlineData("flatten | relu | linear 2", "1x4x4", 0, "1×1")]
    public void A_flattened_picture_has_no_jump(string net, string input, int layer, string sees)
    {
        Said said = Tool.Run(this.folder, "show", net, "--input", input, "--json").Fine();
        JsonElement flat = Layers(said.Json)[layer];
        Assert.Equal("[null,null]", flat.GetProperty("receptive_field").GetProperty("jump").GetRawText());
        Assert.Contains(said.Out.Split('\n'), l => l.Contains(" flatten ", StringComparison.Ordinal) && l.TrimEnd().EndsWith($"  {sees}", StringComparison.Ordinal));
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

    // Each loss draws targets that it takes.
    [Theory]
    [InlineData("detection 3", "linear 7")]
    [InlineData("detection 2 presence=true", "linear 7")]
    [InlineData("hinge", "linear 1")]
    [InlineData("nll", "linear 1")]
    [InlineData("box-giou", "linear 4")]
    [InlineData("kl", "linear 4 | logsoftmax")]
    public void Check_makes_targets_for_every_loss(string loss, string net)
    {
        string text = Tool.Run(this.folder, "check", net, "--input", "3", "--loss", loss).Fine().Out;
        Assert.Contains("No gradient is wrong.", text, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", net, "--input", "1,2,3", "--target", "random", "--loss", loss).Fine();
    }

    [Fact]
    public void Check_takes_boxes_that_are_typed() =>
        Tool.Run(this.folder, "check", "linear 7", "--data", "1 2 3:0 0 1 1 2, 3 2 1:0 0 1 2 1", "--loss", "detection 3").Fine();

    [Fact]
    public void Check_says_what_the_loss_does_not_depend_on()
    {
        Said said = Tool.Run(this.folder, "check", "linear 3 | step | linear 2", "--input", "2", "--json").Fine();
        Assert.Contains("0.weight, 0.bias: no gradient comes there: the loss does not depend on them, or changes with them by jumps alone", said.Out, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("conv 2 3x3 init=zeros | relu | maxpool 2 | flatten | linear 1", "--input", "1x6x6")]
    [InlineData("linear 2 bias=false init=zeros | relu | linear 1", "--data", "1 2:1, 3 -1:0")]
    public void Gradients_at_the_corners_of_all_units_are_not_called_wrong(params string[] words)
    {
        string text = Tool.Run(this.folder, ["check", .. words]).Fine().Out;
        Assert.Contains("kink", text, StringComparison.Ordinal);
        Assert.Contains("No gradient is wrong.", text, StringComparison.Ordinal);
    }

    // Two samples of one pixel: each channel of a batch norm is ±1 as soon as its two numbers differ.
    [Fact]
    public void A_loss_that_is_too_steep_for_a_quotient_is_not_called_wrong()
    {
        string brick = "conv 4 1x1 | batchnorm | relu", net = string.Join(" | ", Enumerable.Repeat(brick, 8)) + " | flatten | linear 3";
        Said said = Tool.Run(this.folder, "check", net, "--input", "3x1x1", "--batch", "2", "--loss", "cross-entropy").Fine();
        Assert.DoesNotContain("WRONG", said.Out, StringComparison.Ordinal);
    }

    // Four samples of one number may all be dropped, and batch norm makes ±1 of two numbers, whatever they are.
    [Theory]
    [InlineData("dropout 0.5 | linear 1", "1", "32 samples")]
    [InlineData("conv 4 3x3 | batchnorm | relu | conv 4 3x3 | batchnorm | relu | flatten | linear 2", "1x5x5", "8 samples")]
    public void Random_samples_are_as_many_as_the_network_needs_to_show_its_gradients(string net, string input, string samples)
    {
        string text = Tool.Run(this.folder, "check", net, "--input", input).Fine().Out;
        Assert.Contains(samples, text, StringComparison.Ordinal);
        Assert.DoesNotContain(".weight: its gradient is 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be told", text, StringComparison.Ordinal);
    }

    // HEADS is an argument by its place.
    [Fact]
    public void An_argument_that_is_written_as_an_option_too_is_a_mistake() =>
        Tool.Run(this.folder, "show", "attention 4 heads=2", "--input", "3x4").Refused("there is no option 'heads'");

    [Fact]
    public void A_list_of_one_is_not_in_the_plural()
    {
        Assert.StartsWith("1 brick; ", Tool.Run(this.folder, "show", "--bricks", "groupnorm").Fine().Out, StringComparison.Ordinal);
        Assert.StartsWith("1 loss; ", Tool.Run(this.folder, "show", "huber", "--list", "losses").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_of_0_has_no_cause_that_is_not_there()
    {
        string text = Tool.Run(this.folder, "check", "linear 2 | relu | linear 1", "--data", "0 0:1, 0 0:0").Fine().Out;
        Assert.Contains("0.weight: its gradient is 0: a small change of it changes nothing, as where what it multiplies is 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("softmax", text, StringComparison.Ordinal);
        text = Tool.Run(this.folder, "check", "linear 1 init=constant:1e30 | linear 1", "--input", "2").Fine().Out;
        Assert.DoesNotContain("≈ 0", text, StringComparison.Ordinal);
        Assert.Contains("cannot be told", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_typed_is_prepared_as_the_model_learnt_it()
    {
        Tool.Run(this.folder, "train", "linear 3", "--data", "iris", "--epochs", "2", "--out", "run", "--quiet").Fine();
        string[] lines = Tool.Run(this.folder, "check", "run", "--data", "5.1 3.5 1.4 0.2:0").Fine().Out.Split('\n');
        JsonElement backward = Tool.Run(this.folder, "explain", "run", "--input", "5.1,3.5,1.4,0.2", "--target", "0", "--part", "backward", "--json").Fine().Json;
        JsonElement bias = backward.GetProperty("steps").EnumerateArray().SelectMany(s => s.GetProperty("equations").EnumerateArray()).Select(e => e.GetProperty("result")).Single(r => r.GetProperty("name").GetString()!.StartsWith("∂L/∂b", StringComparison.Ordinal));
        string row = lines.First(l => l.StartsWith("0.bias ", StringComparison.Ordinal));
        Assert.Contains("right", row, StringComparison.Ordinal);
        Assert.Contains(bias.GetProperty("values").EnumerateArray(), v => row.Contains(Math.Abs(v.GetDouble()).ToString("G5", System.Globalization.CultureInfo.InvariantCulture)[..^1], StringComparison.Ordinal));
    }

    private static JsonElement[] Layers(JsonElement json) => [.. json.GetProperty("layers").EnumerateArray()];
}
