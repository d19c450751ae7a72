// LaTeX that is not finished, not known or too deep: a FormatException says where, and nothing ends the process.

using System.Xml.Linq;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Formulas;

public sealed class MathMlTests
{
    private const int SmallStack = 1024 * 1024; // less than a thread of Windows has

    [Theory]
    [InlineData(@"\", "a command is missing")]
    [InlineData(@"x + \", "a command is missing")]
    [InlineData(@"\left", "a bracket is missing")]
    [InlineData(@"\left(a\right", "a bracket is missing")]
    [InlineData(@"\left(a", "ends inside")]
    [InlineData(@"\frac{a}", "something is missing")]
    [InlineData(@"\sqrt", "something is missing")]
    [InlineData("x^", "something is missing")]
    [InlineData("{a", "ends inside")]
    [InlineData(@"\begin{pmatrix} a & b", "ends inside")]
    [InlineData(@"\begin", "a name in braces is missing")]
    [InlineData(@"\text{a", "a name in braces is missing")]
    [InlineData(@"\unknown", @"'\unknown' is not known")]
    [InlineData(@"a \\ b", @"'\\' is not known")]
    public void What_is_no_formula_is_a_format_exception(string latex, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => MathMl.FromLatex(latex)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_beginning_of_a_formula_is_read_or_refused()
    {
        string latex = @"\frac{\partial L}{\partial W_{1}} = \left[\sqrt{x_1^2} \cdot \hat{y}\right] + "
            + @"\begin{pmatrix} 1 & \text{a b} \\ \mathcal{L} & \lVert z \rVert \end{pmatrix}^{\top}";
        XElement.Parse(MathMl.FromLatex(latex));
        for (int i = 0; i < latex.Length; i++)
        {
            try
            {
                XElement.Parse(MathMl.FromLatex(latex[..i]));
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void Null_is_no_formula() => Assert.Throws<ArgumentNullException>(() => MathMl.FromLatex(null!));

    [Theory]
    [InlineData("{"), InlineData(@"\sqrt"), InlineData(@"\frac{"), InlineData(@"\left("), InlineData("x^"), InlineData(@"\begin{pmatrix}")]
    public void What_is_nested_without_end_is_refused(string opening)
    {
        string latex = string.Concat(Enumerable.Repeat(opening, 100_000));
        FormatException refused = Assert.IsType<FormatException>(InSmallStack(() => MathMl.FromLatex(latex)));
        Assert.Contains("nested too deeply", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Message.Length < 500);
    }

    [Theory]
    [InlineData("sqrt(", "x", ")", 190)]
    [InlineData("1/(1+", "x", ")", 190)]
    [InlineData("x^(1+", "x", ")", 95)]
    [InlineData("[", "x", " > 0]", 190)]
    [InlineData("|", "x", "|", 1)]
    [InlineData("", "x", "/x", 2400)]
    [InlineData("", "x", "/(x+1)", 800)]
    [InlineData("-", "x", "", 190)]
    [InlineData("max(0, ", "x", ")", 190)]
    public void What_the_parser_takes_can_be_written(string before, string inside, string after, int depth)
    {
        string formula = string.Concat(Enumerable.Repeat(before, depth)) + inside + string.Concat(Enumerable.Repeat(after, depth));
        string? written = null;
        Assert.Null(InSmallStack(() => written = Formula.Parse(formula).ToMathMl()));
        XElement.Parse(written!);
    }

    [Fact]
    public void Quotients_of_quotients_are_written_in_a_row_after_the_third()
    {
        Formula formula = Formula.Parse("a/b/c/d/f/(g+h)");
        Assert.Equal(@"\frac{\frac{\frac{a}{b}}{c}}{d} / f / \left(g + h\right)", formula.ToLatex());
        Assert.Equal("a / b / c / d / f / (g + h)", formula.ToString());
    }

    [Fact]
    public void Signs_that_XML_has_no_place_for_are_replaced_and_letters_of_two_chars_whole()
    {
        XElement math = XElement.Parse(MathMl.FromLatex("a\u0001\ud800b\ufffe + \\text{\u0002<} + 𝟏"));
        Assert.Equal("a��b�+�<+𝟏", math.Value);
    }

    private static Exception? InSmallStack(Action work)
    {
        Exception? thrown = null;
        Thread thread = new(() => thrown = Record.Exception(work), SmallStack);
        thread.Start();
        thread.Join();
        return thrown;
    }
}
