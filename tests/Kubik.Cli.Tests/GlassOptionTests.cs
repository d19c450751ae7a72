// Every option of the verbs that explain and check, every key of their JSON, and the networks with a name: all can be explained,
// checked and drawn with what they naturally take.

using System.Text.Json;

namespace Kubik.Cli.Tests;

public sealed class GlassOptionTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData("--loss", "mae", "L = |t − y|")]
    [InlineData("--optimizer", "adagrad", "1. adagrad  (0.weight)")]
    [InlineData("--weights", "0.weight=3,4; 0.bias=5", "y = (1, 2)·[[3], [4]] + 5 = 16")]
    [InlineData("--part", "forward", "Forward: from the input to the output", "Backward")]
    [InlineData("--part", "backward", "Backward: from the loss to the weights", "Forward")]
    [InlineData("--format", "markdown", "# A training step, explained")]
    [InlineData("--format", "latex", @"\documentclass")]
    [InlineData("--format", "html", "<!DOCTYPE html>")]
    [InlineData("--format", "json", "\"phase\":\"backward\"")]
    [InlineData("--lang", "ru", "Обратный проход: от потерь к весам")]
    [InlineData("--seed", "9", "A training step, explained")]
    public void Every_option_of_explain_does_what_it_says(string option, string value, string holds, string? leavesOut = null)
    {
        string[] words = ["explain", "linear 1", "--input", "1,2", "--target", "0"];
        string usual = Tool.Run(this.folder, words).Fine().Out, said = Tool.Run(this.folder, [.. words, option, value]).Fine().Out;
        Assert.NotEqual(usual, said);
        Assert.Contains(holds, said, StringComparison.Ordinal);
        if (leavesOut is not null) Assert.DoesNotContain(leavesOut, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learning_rate_steps_batches_and_a_focus()
    {
        string[] words = ["explain", "linear 1 bias=false", "--data", "1:2, 2:3", "--weights", "0.weight=0", "--optimizer", "sgd"];
        string said = Tool.Run(this.folder, [.. words, "--lr", "0.5", "--steps", "3", "--batch", "1"]).Fine().Out;
        Assert.Contains("W₁ = 0 − 0.5·(−4) = 2", said, StringComparison.Ordinal);
        Assert.Contains("Step 3.", said, StringComparison.Ordinal);
        Assert.Contains("z₁[1,2,2,3] = ", Tool.Run(this.folder, "explain", "conv 2 3x3 | relu", "--input", "1x8x8", "--focus", "1,1,2").Fine().Out, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", "conv 2 3x3", "--input", "1x8x8", "--focus", "1,b").Refused("--focus takes whole numbers");
    }

    [Fact]
    public void Weights_come_from_a_trained_model_too()
    {
        Tool.Run(this.folder, "train", "linear 3 | relu | linear 3", "--data", "iris", "--epochs", "1", "--out", "run", "--quiet").Fine();
        string trained = Parameters("run"), copied = Parameters("linear 3 | relu | linear 3", "--weights", "run/model.safetensors"), own = Parameters("linear 3 | relu | linear 3");
        Assert.Equal(trained, copied);
        Assert.NotEqual(trained, own);

        string Parameters(params string[] words) => string.Join(' ', Tool.Run(this.folder, ["explain", .. words, "--input", "1,2,3,4", "--json"]).Fine().Json.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("values").GetRawText()));
    }

    [Fact]
    public void The_trace_has_the_keys_that_are_promised()
    {
        JsonElement json = Tool.Run(this.folder, "explain", "linear 2 | relu | linear 1", "--input", "1,2", "--target", "0", "--optimizer", "sgd", "--json").Fine().Json;
        JsonElement[] steps = [.. json.GetProperty("steps").EnumerateArray()];
        Assert.Equal(["forward", "loss", "backward", "update"], steps.Select(s => s.GetProperty("phase").GetString()).Distinct());
        foreach (JsonElement step in steps)
        {
            foreach (string key in (string[])["phase", "path", "op", "formula", "numbers", "inputs", "output", "gradient"]) Assert.True(step.TryGetProperty(key, out _), $"{key} of {step}");
        }
        JsonElement calc = Tool.Run(this.folder, "calc", "-x^2", "--at", "x=0", "--json").Fine().Json;
        Assert.Equal(["value", "gradient", "derivative", "numeric", "steps", "notes"], calc.EnumerateObject().Select(p => p.Name));
        Assert.DoesNotContain("-0,", calc.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("-0}", calc.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_there_is_not_is_refused()
    {
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--part", "backward").Refused("add --target");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "0,1", "--part", "update").Refused("add --optimizer");
    }

    // lenet on a digit, words with the next word at every place, …; in both directions.
    [Theory]
    [InlineData("lenet", null, "3")]
    [InlineData("mlp", "1x28x28", "3")]
    [InlineData("softmax", "1x28x28", "3")]
    [InlineData("vgg_a", null, "3")]
    [InlineData("resnet18", null, "3")]
    [InlineData("mobilenet", null, "3")]
    [InlineData("gpt", "1,2,3,4,5", "2,3,4,5,6")]
    [InlineData("char-lstm", "1,2,3,4,5,6,7,8,9,10,11,12", "2,3,4,5,6,7,8,9,10,11,12,13")]
    public void Every_network_with_a_name_is_explained_and_checked(string net, string? input, string target)
    {
        string[] sample = input is null ? [] : ["--input", input];
        JsonElement[] steps = [.. Tool.Run(this.folder, ["explain", net, .. sample, "--target", target, "--json"]).Fine().Json.GetProperty("steps").EnumerateArray()];
        Assert.Equal("cross-entropy", steps.Single(s => s.GetProperty("phase").GetString() == "loss").GetProperty("op").GetString());
        JsonElement backward = steps.First(s => s.GetProperty("phase").GetString() == "backward");
        Assert.Contains(net is "gpt" or "char-lstm" ? $"∂L/∂y = (p − onehot(t)) / {target.Split(',').Length}" : "p − onehot(t)", backward.GetProperty("formula").GetString(), StringComparison.Ordinal);
        string[] small = net is "resnet18" or "mobilenet" ? ["--input", "3x16x16"] : net is "gpt" or "char-lstm" ? ["--data", $"{input!.Replace(',', ' ')}:{target.Replace(',', ' ')}"] : [];
        Said said = Tool.Run(this.folder, ["check", net, .. small, "--elements", "1", "--json"]).Fine();
        Assert.True(said.Json.GetProperty("ok").GetBoolean());
        if (net is "gpt" or "char-lstm") Assert.StartsWith("cross-entropy on 1 sample, in float64", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_reads_words_takes_a_class_for_each_place()
    {
        string said = Tool.Run(this.folder, "explain", "embedding 5 3 | linear 5", "--data", "1 2 3:2 3 4", "--optimizer", "sgd").Fine().Out;
        Assert.Contains("t = [2  3  4]", said, StringComparison.Ordinal);
        Assert.Contains("cross-entropy", Tool.Run(this.folder, "check", "embedding 5 3 | lstm 4 | linear 5", "--input", "6").Fine().Out, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", "lstm 4 | linear 3", "--input", "1,2;3,4", "--target", "0,2", "--loss", "cross-entropy").Fine();
        Tool.Run(this.folder, "explain", "embedding 5 3 | linear 5", "--input", "1,2,3", "--target", "2,3").Refused("(1, 3, 5)", "give 15", "3 whole numbers from 0 to 4");
        Tool.Run(this.folder, "explain", "lstm 4 | linear 3", "--input", "1,2;3,4", "--target", "1", "--loss", "cross-entropy").Refused("(1, 2, 3)", "2 whole numbers from 0 to 2");
    }

    // What the second layer of an LSTM computes at the 64th letter was written out from the first letter on.
    [Fact]
    public void Long_sequences_are_explained_in_short()
    {
        string said = Tool.Run(this.folder, "explain", "lstm 3 layers=2 last=true", "--input", "64x2", "--target", "1,2,3").Fine().Out;
        Assert.Contains("more parts are computed in the same way", said, StringComparison.Ordinal);
        Assert.InRange(said.Length, 1000, 200_000);
    }

    // No gradient of Kubik's is wrong, but one that is no number is not right: here the network overflows.
    [Fact]
    public void Check_exits_with_1_when_the_answer_is_no()
    {
        Said said = Tool.Run(this.folder, "check", "linear 3 | prelu initial=1e200 | linear 1", "--input", "4", "--json");
        Assert.Equal(1, said.Exit);
        Assert.False(said.Json.GetProperty("ok").GetBoolean());
        Assert.Contains("wrong", said.Json.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("verdict").GetString()));
        foreach (string word in (string[])["WRONG", "worst element is [0, 0] of 0.weight"]) Assert.Contains(word, said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_says_where_a_kink_makes_the_comparison_meaningless()
    {
        Said said = Tool.Run(this.folder, "check", "linear 2 bias=false init=zeros | relu", "--data", "1 1:1 1", "--json").Fine();
        Assert.Contains("at [0, 0] the slope is 0 to the left and −1 to the right", said.Out, StringComparison.Ordinal);
        Assert.Equal("kink", said.Json.GetProperty("parameters")[0].GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData("draw", "-o", "net.svg")]
    [InlineData("draw", "-o", "net.svg", "--graph", "backward")]
    [InlineData("check")]
    [InlineData("show")]
    public void A_shape_that_does_not_fit_is_explained_with_the_batch(string verb, params string[] more) =>
        Tool.Run(this.folder, [verb, "conv 2 3x3", "--input", "4", .. more]).Refused("got (2, 4)", "(Shapes begin with the batch, here 2 samples.)");

    [Fact]
    public void A_shape_that_does_not_fit_one_sample_is_explained_too()
    {
        Tool.Run(this.folder, "explain", "conv 2 3x3", "--input", "4,5").Refused("got (1, 2)", "(Shapes begin with the batch, here 1 sample.)");
        Tool.Run(this.folder, "explain", "conv 2 3x3", "--input", "4x5").Refused("got (1, 4, 5)", "(Shapes begin with the batch, here 1 sample.)");
        Tool.Run(this.folder, "formula", "--net", "conv 2 3x3", "--input", "4").Refused("got (1, 4)", "(Shapes begin with the batch, here 1 sample.)");
    }
}
