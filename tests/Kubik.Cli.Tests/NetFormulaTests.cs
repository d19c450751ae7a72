using System.Text.Json;
using System.Xml.Linq;

namespace Kubik.Cli.Tests;

public sealed class NetFormulaTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void A_network_is_written_as_equations()
    {
        Said said = Tool.Run(this.folder, "formula", "--net", "linear 2 | relu | linear 1", "--input", "2", "--numbers", "--svg", "net.svg", "--json").Fine();
        Assert.StartsWith("h₁ = relu(x·W₁ + b₁)\ny = h₁·W₂ + b₂\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("h₁ = relu(w₁₁·x₁ + w₂₁·x₂ + b₁)", said.Out, StringComparison.Ordinal);
        Assert.Contains("0.weight ≈ [[", said.Out, StringComparison.Ordinal);
        Assert.Equal("h₁ = relu(x·W₁ + b₁)\ny = h₁·W₂ + b₂", said.Json.GetProperty("text").GetString());
        Assert.Equal(["text", "latex", "mathml", "layers", "notes"], said.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["relu", "identity"], said.Json.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("activation").GetString()));
        XElement.Parse(said.Json.GetProperty("mathml").GetString()!);
        Assert.Equal("svg", XElement.Load(this.folder["net.svg"]).Name.LocalName);
    }

    [Fact]
    public void What_was_written_with_numbers_is_the_network_again()
    {
        Said said = Tool.Run(this.folder, "formula", "--net", "linear 3 | tanh | linear 1", "--input", "2", "--numbers", "--json").Fine();
        string line = said.Out.Split('\n').Single(l => l.StartsWith("  y = ", StringComparison.Ordinal) && l.Contains("tanh", StringComparison.Ordinal))[6..];
        Assert.Equal(said.Json.GetProperty("layers").GetRawText(), Tool.Run(this.folder, "formula", line, "--json").Fine().Json.GetProperty("layers").GetRawText());
    }

    [Fact]
    public void Two_linear_layers_without_an_activation_are_one()
    {
        Said said = Tool.Run(this.folder, "formula", "--net", "linear 3 | linear 1", "--input", "2", "--numbers", "--json").Fine();
        Assert.StartsWith("y = x·(W₁·W₂) + b₁·W₂ + b₂\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("without an activation between them are one linear layer", said.Out, StringComparison.Ordinal);
        Assert.Contains("  W₁·W₂ ≈ [[", said.Out, StringComparison.Ordinal);
        Assert.Single(said.Json.GetProperty("layers").EnumerateArray());
    }

    [Fact]
    public void A_dropout_that_is_not_written_is_said()
    {
        Said said = Tool.Run(this.folder, "formula", "--net", "linear 4 | dropout 0.5 | linear 2", "--input", "3", "--json").Fine();
        Assert.Equal("As it predicts: dropout passes on what it gets.", said.Json.GetProperty("notes").EnumerateArray().Single().GetString());
        Assert.StartsWith("y = x·(W₁·W₂) + b₁·W₂ + b₂\n\nAs it predicts: dropout passes on what it gets.\n\nLinear layers", said.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("As it predicts", Tool.Run(this.folder, "formula", "--net", "linear 4 | linear 2", "--input", "3").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_networks_too()
    {
        Said said = Tool.Run(this.folder, "formula", "--net", "lenet", "--numbers", "--json").Fine();
        Assert.StartsWith("h₁ = relu(x ∗[pad 2] K₁ + b₁)\nh₂ = maxpool(h₁; 2)\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("7.weight = 48000 numbers from ", said.Out, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, said.Json.GetProperty("layers").ValueKind);
        Tool.Run(this.folder, "formula", "--net", "gpt", "--json").Fine();
    }

    [Theory]
    [InlineData("[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]")]
    [InlineData("[x1 + x2 − 2x1*x2 − 0.5 > 0]")] // one neuron with the feature x₁·x₂
    public void Xor_has_a_truth_table(string formula) =>
        Assert.Contains("x₁  x₂  f\n 0   0  0\n 0   1  1\n 1   0  1\n 1   1  0\n", Tool.Run(this.folder, "formula", formula, "--table").Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_meant_is_refused()
    {
        Tool.Run(this.folder, "formula").Refused("formula is missing", "--net");
        Tool.Run(this.folder, "formula", "x", "--net", "lenet").Refused("not both");
        Tool.Run(this.folder, "formula", "x", "--numbers").Refused("--net");
        Tool.Run(this.folder, "formula", "--net", "lenett").Refused("no network 'lenett'");
        Tool.Run(this.folder, "formula", "--net", "conv 2 3x3", "--input", "4").Refused("(batch, channels, rows, columns)");
        Tool.Run(this.folder, "formula", "--net", "lenet", "--svg", "a.svg").Refused("no picture of neurons");
        Tool.Run(this.folder, "formula", "a+b+c+d+f+g+h", "--table").Refused("6 variables at most");
    }
}
