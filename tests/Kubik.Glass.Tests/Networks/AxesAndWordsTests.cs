// What equations say of axes holds of what the reader sees, and what the table says of a word holds of every equation that has it.

using Kubik.Glass.Networks;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Networks;

public sealed class AxesAndWordsTests
{
    // Axes are those of what is written: of x where it had them, else the reshape is written.
    [Theory]
    [InlineData("unflatten 2x2 | softmax axis=1", new[] { 4 }, "y = softmax(reshape(x; 1×2×2); axis 1)")]
    [InlineData("unflatten 2x2 | glu axis=1", new[] { 4 }, "y = reshape(x; 1×2×2)[:, 1] ∘ sigmoid(reshape(x; 1×2×2)[:, 2])")]
    [InlineData("softmax axis=1", new[] { 2, 3 }, "y = softmax(x; axis 1)")]
    [InlineData("glu", new[] { 4 }, "y = x[:, 1…2] ∘ sigmoid(x[:, 3…4])")]
    public void Axes_are_named_where_they_are_seen(string net, int[] sample, string line) =>
        Assert.Equal(line, Sequential.Parse(net).ToFormula([.. sample]).ToString().Split('\n')[0]);

    [Theory]
    [InlineData("maxout 2", new[] { 1, 4 }, "y = max(reshape(x; 1×2×2); axis 2)")]
    [InlineData("groupnorm 2", new[] { 1, 4, 2 }, "μ = mean(reshape(x; 1×2×4); axis 2)")]
    [InlineData("layernorm", new[] { 2, 4 }, "μ = mean(x; axis 1)")]
    public void So_it_is_in_explanations(string net, int[] input, string line) =>
        Assert.Contains(line, Sequential.Parse(net).Explain(new RandomStream(3, 0).Normal([.. input])).ToText().Split('\n').Select(l => l.Trim()));

    // A picture is no row, a word has no shape, and rows of a table are counted from 1.
    [Fact]
    public void The_table_says_what_the_input_is()
    {
        Assert.Equal("the input, one sample", Input("conv 2 3x3", [1, 4, 4]));
        Assert.Equal("the input, a row for each sample", Input("linear 2", [3]));
        Assert.Equal("the input, a row for each sample: numbers from 0; the number k picks row k + 1 of a table", Input("embedding 5 2", [3]));
        Assert.Equal("y = W₁[x + 1]", Sequential.Parse("embedding 5 2").ToFormula([3]).ToString());

        static string Input(string net, Shape sample) => Sequential.Parse(net).ToFormula(sample).Symbols[0].Means;
    }

    [Theory]
    [InlineData("groupnorm 2 | conv 8 1x1 | groupnorm 4", new[] { 4, 2, 2 }, "groupnorm", "in h₁: ", "2 groups", "in y: ", "4 groups")]
    [InlineData("layernorm | tanh | layernorm epsilon=1e-3 affine=false", new[] { 4 }, "layernorm", "in h₁: ", "10⁻⁵", "in y: ", "0.001")]
    [InlineData("attention 2 rotary=true | attention 4 rotary=true", new[] { 3, 16 }, "rotary", "i and i+4", "i and i+2")]
    public void A_word_with_two_meanings_says_in_which_equation(string net, int[] sample, string word, params string[] said)
    {
        NetSymbol[] rows = [.. Sequential.Parse(net).ToFormula([.. sample]).Symbols.Where(s => s.Name.Name == word)];
        Assert.Equal(2, rows.Length);
        string both = string.Join('\n', rows.Select(r => r.Means));
        Assert.All(said, s => Assert.Contains(s, both, StringComparison.Ordinal));
    }

    [Fact]
    public void A_word_with_one_meaning_has_one_row() =>
        Assert.Single(Sequential.Parse("batchnorm | linear 3 | batchnorm").ToFormula([2]).Symbols, s => s.Name.Name == "batchnorm");
}
