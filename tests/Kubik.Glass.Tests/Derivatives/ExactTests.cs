// Which sign stands before a number of an evaluation: = before one with all its digits, ≈ before one that was rounded, seen or not.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Derivatives;

public sealed class ExactTests
{
    [Theory]
    [InlineData("x^2", 1e-200, "≈ 0"), InlineData("x^100", 1e-5, "≈ 0"), InlineData("1e-300*x", 1e-300, "≈ 0"), InlineData("ln(1 + x)", 1e-17, "≈ 0")]
    [InlineData("1 + x", 1e-20, "≈ 1"), InlineData("tanh(x)", 50, "≈ 1"), InlineData("sigmoid(x)", 1000, "≈ 1"), InlineData("1/3 + x", 0, "≈ 0.333333")]
    [InlineData("softplus(x)", 1, "≈ 1.31326"), InlineData("sqrt(x)", 2, "≈ 1.41421"), InlineData("x/(1 + |x|)", 1e20, "≈ 1")]
    [InlineData("cos(x)", 1e-10, "≈ 1"), InlineData("softsign(x)", 1e20, "≈ 1"), InlineData("x + 1000000", 0.25, "≈ 10⁶"), InlineData("e^(-x)", 1000, "≈ 0")]
    [InlineData("[1 + x > 1]", 1e-20, "≈ 0"), InlineData("x", 0.1234567, "≈ 0.123457"), InlineData("e*x", 1, "≈ 2.71828")]
    [InlineData("x^0.5", 2, "≈ 1.41421"), InlineData("max(1 + x, 1)", 1e-20, "≈ 1"), InlineData("x^2 + x*2 + (x + 2)^2", 1, "= 12")]
    [InlineData("0.1 + 0.2 + x", 0, "= 0.3"), InlineData("x^2", 1e-100, "= 10⁻²⁰⁰"), InlineData("x/4", 1, "= 0.25"), InlineData("3*(x/3)", 1, "= 1")]
    [InlineData("x", 0.123456, "= 0.123456"), InlineData("sqrt(x)", 0.25, "= 0.5"), InlineData("x^(1/3)", 8, "= 2"), InlineData("x^-2", 4, "= 0.0625")]
    [InlineData("sigmoid(x)", 0, "= 0.5"), InlineData("e^x", 0, "= 1"), InlineData("ln(x)", 1, "= 0"), InlineData("relu(-tanh(x))", 1, "= 0")]
    [InlineData("[tanh(x) > 0]", 2, "= 1"), InlineData("leakyrelu(x, 0.1)", -2, "= −0.2"), InlineData("relu(x)", 1e20, "= 10²⁰")]
    [InlineData("|x|", -1e-20, "= 10⁻²⁰"), InlineData("[x > 0] ? x : tanh(x)", 2, "= 2"), InlineData("1/x", 0, "= ∞")]
    [InlineData("x^2", 1e-160, "≈ 9.99989·10⁻³²¹"), InlineData("-x", 0, "= 0")]
    [InlineData("(x + 1e16) - 1e16", 1.3, "≈ 2"), InlineData("relu(1 - (1 + x))", 1e-20, "= 0"), InlineData("x*1e16/1e16", 0.1, "= 0.1")]
    public void What_is_rounded_has_another_sign(string formula, double x, string written)
    {
        Evaluation all = Evaluation.Of(Formula.Parse(formula), ("x", x));
        Assert.Equal(" " + written, Evaluation.Equal(all.Value, all.IsRest, all.IsRounded));
    }

    [Theory]
    [InlineData("x^2", 3, "= 6"), InlineData("x^3/3", 0.5, "= 0.25"), InlineData("x/3", 1, "≈ 0.333333"), InlineData("tanh(x)", 0, "= 1")]
    [InlineData("tanh(x)", 30, "≈ 0"), InlineData("sqrt(x)", 4, "= 0.25"), InlineData("ln(x)", 4, "= 0.25"), InlineData("ln(x)", 3, "≈ 0.333333")]
    [InlineData("|x|", 0, "= 0"), InlineData("max(x, 2x)", 0, "= 1.5"), InlineData("relu(x)", -1, "= 0"), InlineData("sqrt(x)^2", 2, "= 1")]
    [InlineData("x^3", 1e-200, "≈ 0"), InlineData("(x + 1)^2", 1e-20, "≈ 2"), InlineData("5", 1, "")]
    public void So_has_a_derivative(string formula, double x, string written)
    {
        Formula f = Formula.Parse(formula);
        Partial? d = (f.Variables.Count == 0 ? Evaluation.Of(f) : Evaluation.Of(f, ("x", x))).Partials.SingleOrDefault();
        Assert.Equal(written, d is null ? "" : Evaluation.Equal(d.Value, d.IsRest, d.IsRounded).TrimStart());
    }

    // The third of 1 is written with six digits: three of them are not 1.
    [Fact]
    public void Steps_say_where_numbers_are_rounded()
    {
        Evaluation all = Evaluation.Of(Formula.Parse("3*(x/3)*y"), ("x", 1), ("y", 2));
        Assert.Equal([true, true, false], all.Steps.Select(s => s.IsRounded));
        Assert.Equal([false, false, false], all.Steps.Select(s => s.IsGradientRounded)); // 6, 2 and 1
        Assert.Equal([false, false], all.Partials.Select(p => p.IsRounded));
    }
}
