// Words of a page: names with indices, powers, tables whose words begin at the left and whose numbers end at the right.

using Kubik.Glass.Pages;

namespace Kubik.Glass.Tests.Pages;

public sealed class IndicesTests
{
    [Theory]
    [InlineData("w_gd is", "w<sub>gd</sub> is")]
    [InlineData("h_1, h_2", "h<sub>1</sub>, h<sub>2</sub>")]
    [InlineData("u·h_(t−1) + b", "u·h<sub>t−1</sub> + b")]
    [InlineData("∂L/∂z_t·x_t", "∂L/∂z<sub>t</sub>·x<sub>t</sub>")]
    [InlineData("r^k·e^(−r)/k!", "r<sup>k</sup>·e<sup>−r</sup>/k!")]
    [InlineData("ln(K·e^(s²/(2a)))", "ln(K·e<sup>s²/(2a)</sup>)")]
    [InlineData("e^(w_0 + w_1·x)", "e<sup>w<sub>0</sub> + w<sub>1</sub>·x</sup>")]
    [InlineData("10^-5, (a + b)^2", "10<sup>-5</sup>, (a + b)<sup>2</sup>")]
    [InlineData("sigmoid(z_o)·tanh(c)", "sigmoid(z<sub>o</sub>)·tanh(c)")]
    [InlineData("a < b_1", "a &lt; b<sub>1</sub>")]
    [InlineData("Name: ______", "Name: ______")]
    [InlineData("x\u00a0=\u00a0____", "x&#160;=&#160;____")]
    [InlineData("z1, W12 (L2)", "z<sub>1</sub>, W<sub>12</sub> (L<sub>2</sub>)")]
    [InlineData("word2vec, relu6, 3x3, §3.1 b", "word2vec, relu6, 3x3, §3.1 b")]
    [InlineData("z_(t", "z_(t")]
    [InlineData("plain", "plain")]
    public void Names_and_powers_are_typeset(string text, string html) => Assert.Equal(html, Indices.Html(text).Replace("&#183;", "·", StringComparison.Ordinal).Replace("&#178;", "²", StringComparison.Ordinal).Replace("&#167;", "§", StringComparison.Ordinal));

    [Fact]
    public void Row_names_are_headers_and_words_stand_at_the_left()
    {
        Table table = new(["", "w_1", "what"], [["GD", "1.0949", "falls"], ["Adam", "−0.9", "2x"]]);
        Assert.Equal(
            "<thead><tr><td></td><th scope=\"col\">w<sub>1</sub></th><th scope=\"col\" class=\"words\">what</th></tr></thead><tbody><tr><th scope=\"row\">GD</th><td>1.0949</td><td class=\"words\">falls</td></tr><tr><th scope=\"row\">Adam</th><td>−0.9</td><td class=\"words\">2x</td></tr></tbody>",
            new HtmlPage(Language.English).Write([new Heading(1, "T"), new Heading(2, "P"), table]).Split("<table>")[1].Split("</table>")[0]);
        Assert.Equal("              w_1  what\n     GD    1.0949  falls\n     Adam    −0.9  2x\n", new TextPage().Write([table]).ReplaceLineEndings("\n"));
        Assert.Contains("| :--- | ---: | :--- |", new MarkdownPage().Write([table]), StringComparison.Ordinal);
        Assert.Contains("{lrl}", new LatexPage(Language.English).Write([table]), StringComparison.Ordinal);
        Assert.False(new Table(["x", "t"], [["1", "2"]]).HasRowNames);
    }
}
