// What equations say of axes holds of what the reader sees, and what the table says of a word holds of every equation that has it.

using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Networks;

public sealed class AxesAndWordsTests
{
    // A reshape is not written: axes behind it are none of x.
    [Theory]
    [InlineData("unflatten 2x2 | softmax axis=1", new[] { 4 }, "y = softmax(x)")]
    [InlineData("unflatten 2x2 | glu axis=1", new[] { 4 }, "y = reshape(x; 1×2×2)[:, 1] ∘ sigmoid(reshape(x; 1×2×2)[:, 2])")]
    [InlineData("softmax axis=1", new[] { 2, 3 }, "y = softmax(x; axis 1)")]
    [InlineData("glu", new[] { 4 }, "y = x[:, 1…2] ∘ sigmoid(x[:, 3…4])")]
    public void Axes_are_named_where_they_are_seen(string net, int[] sample, string line) =>
        Assert.Equal(line, Sequential.Parse(net).ToFormula([.. sample]).ToString().Split('\n')[0]);

    // The axis stands beside what is taken over it, and within its signs.
    [Fact]
    public void What_is_no_word_has_its_axes_within_its_signs()
    {
        Variable x = new("x", [2, 3]);
        Assert.All(((Op, string, string)[])
        [
            (new ReduceL1([1]), "‖x; axis 1‖₁", @"\left\lVert x;\text{ axis 1} \right\rVert_1"),
            (new ReduceL2([0]), "‖x; axis 0‖₂", @"\left\lVert x;\text{ axis 0} \right\rVert_2"),
            (new LogSumExp([1]), "ln sum(exp(x); axis 1)", @"\ln\sum\left(e^{x};\text{ axis 1}\right)"),
            (new SumSquare([1]), "sum(x²; axis 1)", @"\sum\left(x^2;\text{ axis 1}\right)"),
            (new Mean([1]), "mean(x; axis 1)", @"\operatorname{mean}\left(x;\text{ axis 1}\right)"),
        ], row =>
        {
            Formula written = Formula.Of(Call.Of(row.Item1, x));
            Assert.Equal((row.Item2, row.Item3), (written.ToString(), written.ToLatex()));
            System.Xml.Linq.XElement.Parse(written.ToMathMl());
        });
    }

    [Theory]
    [InlineData("maxout 2", new[] { 1, 4 }, "y = max(x)")]
    [InlineData("groupnorm 2", new[] { 1, 4, 2 }, "μ = mean(x)")]
    [InlineData("layernorm", new[] { 2, 4 }, "μ = mean(x; axis 1)")]
    public void So_it_is_in_explanations(string net, int[] input, string line) =>
        Assert.Contains(line, Sequential.Parse(net).Explain(new RandomStream(3, 0).Normal([.. input])).ToText().Split('\n').Select(l => l.Trim()));

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
