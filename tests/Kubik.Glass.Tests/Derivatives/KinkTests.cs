// Where a formula has a derivative and where it has none: a kink is what stays however near one looks; what bends is none.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Derivatives;

public sealed class KinkTests
{
    // [x < y] and [x > y] that were typed are both 0 where x is y; those that a max has are the two sides of its kink.
    [Fact]
    public void Typed_brackets_are_no_two_sides()
    {
        Evaluation all = Evaluation.Of(Formula.Parse("z*[x < y] + z*[x > y]"), ("x", 2), ("y", 2), ("z", 3));
        Assert.Equal((0.0, 0.0), (all.Partials[2].Value, all.Partials[2].Written));
    }

    [Theory]
    [InlineData("x^2", 0), InlineData("x^4", 0), InlineData("x^2 + 1", 0), InlineData("(x - 3)^4", 3), InlineData("(x - 1000)^2", 1000)]
    [InlineData("1e10*(x - 1)^2", 1), InlineData("1e-10*x^2", 0), InlineData("x*(1 - x)", 0.5), InlineData("(2-x)^2/2 + (3-2x)^2/2", 1.6)]
    [InlineData("cos(x)", 0), InlineData("cosh(x)", 0), InlineData("sqrt(1 + x^2)", 0), InlineData("1/(1 + x^2)", 0), InlineData("e^(-x^2)", 0)]
    [InlineData("ln(1 + x^2)/3", 0), InlineData("sigmoid(x)*(1 - sigmoid(x))", 0), InlineData("sin(x)^2/7", 3.14159265358979)]
    [InlineData("relu(x)^2", 0), InlineData("x^2*[x > 0]", 0), InlineData("|x|^3", 0), InlineData("|x|^1.5", 0), InlineData("x*|x|", 0)]
    [InlineData("(x + 1)^3 - x^3 - 3x^2 - 3x", 0.37)] // 1, and its slope is what rounding leaves
    [InlineData("max(x^2, -1)", 0), InlineData("|x - 1|", 0)]
    [InlineData("sqrt(9x)/sqrt(x)", 4), InlineData("ln(x^3) - 3*ln(x)", 5), InlineData("tanh(x) - (e^x - e^-x)/(e^x + e^-x)", 1)] // constant
    [InlineData("sqrt(x^2 + 1) - x*x/sqrt(x^2 + 1) - 1/sqrt(x^2 + 1)", 2)]
    public void Where_a_formula_bends_there_is_a_derivative(string formula, double x) => Assert.False(At(formula, x).IsKink);

    [Theory]
    [InlineData("|x|", 0), InlineData("1e-12*|x|", 0), InlineData("1e9*|x - 1|", 1), InlineData("|x| + x^2", 0), InlineData("|x| + 1e6*x^2", 0)]
    [InlineData("relu(x)", 0), InlineData("max(x^2, 2x)", 2), InlineData("min(x, 0.5)", 0.5), InlineData("relu(x - 1000)", 1000)]
    [InlineData("|x| + (x + 1)^2 - x^2 - 2x", 0), InlineData("[x > 0]", 0)]
    public void Where_two_slopes_meet_there_is_none(string formula, double x) => Assert.True(At(formula, x).IsKink);

    // x^n is no number beside n = 3 where x is below 0; the slope of x^x goes to −∞ at 0; 0^y is 0 for all y > 0, and x·|x| has the slope 2|x|.
    [Theory]
    [InlineData("x^n", -0.7, 3, 1, "ln(x) is not defined there. There is no derivative by n at this point; the engine hands back 0.")]
    [InlineData("x^x", 0, 0, 0, "ln(x) is infinite there. There is no derivative by x at this point; the engine hands back 0.")]
    [InlineData("|x|^x", 0, 0, 0, "ln(|x|) is infinite there. There is no derivative by x at this point; the engine hands back 0.")]
    [InlineData("sqrt(x)", 0, 0, 0, "0.5 / √x is infinite there. There is no derivative by x at this point.")]
    [InlineData("x^n", 0, 2, 1, "ln(x) is infinite there. The derivative is 0, as the slopes beside the point and the difference quotient say.")]
    [InlineData("sqrt(x^2)*x", 0, 0, 0,
        "the engine's rules give not a number at this point. The derivative is 0, as the slopes beside the point and the difference quotient say.")]
    [InlineData("e^(700x)", 1.01, 0, 0, "700·e^(700x) is too large: numbers end at 1.8·10³⁰⁸.")]
    [InlineData("1/x", 1e-300, 0, 0, "1 / x² is too large: numbers end at 1.8·10³⁰⁸.")]
    [InlineData("1/x", 1e-160, 0, 0, "1 / x² is too large: numbers end at 1.8·10³⁰⁸.")]
    public void Where_the_formula_of_a_derivative_has_no_value_it_is_said(string formula, double x, double n, int by, string why)
    {
        Formula f = Formula.Parse(formula);
        (string, double)[] both = [("x", x), ("n", n)], point = both[..f.Variables.Count];
        Assert.Equal(why, Evaluation.Why(f, Evaluation.Of(f, point).Partials[by], point));
    }

    // What is above 0 and too small for a number is no 0: one by it is too large, and not infinite.
    [Theory]
    [InlineData("1/x^2", 1e-200, true), InlineData("1/x", 1e-310, true), InlineData("x^-3", 1e-150, true), InlineData("1/e^(-x)", 1000, true)]
    [InlineData("1/(x*x*3)", 1e-200, true), InlineData("1/sigmoid(x)", -1000, true), InlineData("e^x", 709.7828, true), InlineData("1/x^2", 0, false)]
    [InlineData("1/(x - 1)", 1, false), InlineData("1/relu(x)", -1, false), InlineData("1/(x*e^(-1000))", 0, false), InlineData("atanh(x)", 1, false)]
    [InlineData("1/(x - x)", 1e-200, false), InlineData("ln(x)", 0, false), InlineData("1/(x^2 + x^4)", 1e-200, true)]
    public void What_is_too_large_is_told_from_a_pole(string formula, double x, bool isTooLarge)
    {
        string why = Evaluation.WhyNotFinite(Formula.Parse(formula), ("x", x));
        Assert.EndsWith(isTooLarge ? "is too large: numbers end at 1.8·10³⁰⁸" : "is infinite there", why, StringComparison.Ordinal);
    }

    // 0.1 + 0.2 is more than 0.3, by rounding: no equal arguments share anything.
    [Theory]
    [InlineData("max(x + y, 0.3)", 0.1, 0.2, false)]
    [InlineData("max(x + y, 3)", 1, 2, true)]
    public void What_shares_a_slope_is_equally_large(string formula, double x, double y, bool shares)
    {
        Formula f = Formula.Parse(formula);
        (string, double)[] at = [("x", x), ("y", y)];
        Assert.Equal(shares, Evaluation.Why(f, Evaluation.Of(f, at).Partials[0], at).Contains("share it", StringComparison.Ordinal));
    }

    // The step of a quotient stays where the formula has values.
    [Theory]
    [InlineData("ln(x)", 1e-9), InlineData("sqrt(x)", 1e-12), InlineData("sqrt(x)", 1e-20), InlineData("x^0.1", 1e-15), InlineData("ln(x - 1)", 1.0000001)]
    [InlineData("ln(x)", 1e-200), InlineData("asin(x)", 0.9999999999), InlineData("sqrt(3 - x)", 2.9999999)]
    public void Near_the_end_of_a_formula_its_quotient_agrees(string formula, double x)
    {
        Partial partial = At(formula, x);
        Assert.Equal(1, partial.Numeric / partial.Value, 1e-5);
        Assert.True(partial.Agrees && !partial.IsKink);
    }

    [Theory]
    [InlineData("x^1.5", 0, "The engine takes the slope 0 there.")]
    [InlineData("ln(x - 1)", 1.0000000000000002, "The engine takes the slope ≈ 4.5036·10¹⁵ there.")]
    public void Where_no_step_stays_there_it_is_said(string formula, double x, string slope)
    {
        Formula f = Formula.Parse(formula);
        Partial partial = At(formula, x);
        Assert.False(double.IsFinite(partial.Numeric));
        Assert.Equal("however small its step is, no finite number comes of it. " + slope, Evaluation.Why(f, partial, ("x", x)));
    }

    // A pole between two numbers.
    [Theory]
    [InlineData("tan(x)", 1.5707963267948966), InlineData("3 - tan(x)", 1.5707963267948966), InlineData("tan(2x)", 0.7853981633974483)]
    public void What_is_steep_is_no_kink(string formula, double x)
    {
        Formula f = Formula.Parse(formula);
        Partial partial = At(formula, x);
        Assert.False(partial.IsKink);
        Assert.StartsWith("near this point the formula changes too fast in x", Evaluation.Why(f, partial, ("x", x)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0^x", 2), InlineData("3*0^(2x) + x", 1)]
    public void A_power_of_nothing_has_no_kink(string formula, double x)
    {
        Partial partial = At(formula, x);
        Assert.False(partial.IsKink);
        Assert.True(partial.Agrees && partial.IsAsWritten);
    }

    private static Partial At(string formula, double x) => Evaluation.Of(Formula.Parse(formula), ("x", x)).Partials.Single();
}
