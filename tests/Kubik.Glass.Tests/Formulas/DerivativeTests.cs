using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Formulas;

public sealed class DerivativeTests
{
    [Theory]
    [InlineData("x^2 + xy + (x+y)^2", "x", "4x + 3y")]
    [InlineData("x^2 + xy + (x+y)^2", "y", "3x + 2y")]
    [InlineData("3x + 4", "x", "3")]
    [InlineData("sigmoid(x)", "x", "sigmoid(x)·(1 − sigmoid(x))")]
    [InlineData("tanh(x)", "x", "1 − tanh(x)²")]
    [InlineData("relu(x)", "x", "[x > 0]")]
    [InlineData("1 + e^(w0 + w1 x)", "w1", "x·e^(w₀ + w₁·x)")]
    [InlineData("1 + e^(w0 + w1 x)", "w0", "e^(w₀ + w₁·x)")]
    [InlineData("ln(x)", "x", "1 / x")]
    [InlineData("x^5", "x", "5x⁴")]
    [InlineData("sin(x)*cos(x)", "x", "cos(x)² − sin(x)²")]
    [InlineData("(w*x - y)^2", "w", "2x·(w·x − y)")]
    [InlineData("-(y*ln(sigmoid(w x)) + (1-y)*ln(1-sigmoid(w x)))", "w", "x·(sigmoid(w·x) − y)")]
    [InlineData("max(0, 3x + 1)", "x", "3[3x + 1 > 0]")]
    [InlineData("max(x, y)", "y", "[y > x]")]
    [InlineData("x/y", "y", "−x / y²")]
    [InlineData("1/(1 + e^-x)", "x", "e^(−x) / (1 + e^(−x))²")]
    [InlineData("a^x", "a", "x·a^(x − 1)")]
    [InlineData("a^x", "x", "a^x·ln(a)")]
    [InlineData("e^(-x^2/2)/sqrt(2pi)", "x", "−x·e^(−0.5x²) / √(2π)")]
    [InlineData("ln(1 + e^x)", "x", "e^x / (1 + e^x)")]
    [InlineData("√(x² + 1)", "x", "x / √(x² + 1)")]
    [InlineData("gelu(x)", "x", "0.5·erfc(−x / √2) + x·e^(−0.5x²) / √(2π)")]
    [InlineData("silu(x)", "x", "sigmoid(x)·(1 + x·(1 − sigmoid(x)))")]
    [InlineData("softsign(x)", "x", "1 / (1 + |x|)²")]
    [InlineData("hardsigmoid(x)", "x", "[x / 6 + 0.5 > 0]·[x / 6 + 0.5 < 1] / 6")]
    [InlineData("erf(2x)", "x", "4·e^(−4x²) / √π")]
    [InlineData("-0*x", "x", "0")]
    // Losses: pinball, focal, the Gaussian's log-likelihood.
    [InlineData("max(q*(t-y), (q-1)*(t-y))", "y", "[t < y] − q")]
    [InlineData("max(q*(t-y), (q-1)*(t-y))", "t", "q − [t < y]")]
    [InlineData("max(0.9*(t-y), -0.1*(t-y))", "y", "0.1 − [t > y]")]
    [InlineData("-(1-p)^2*ln(p)", "p", "(1 − p)·(2·ln(p) − (1 − p) / p)")]
    [InlineData("-(1-p)^g*ln(p)", "g", "−ln(p)·(1 − p)^g·ln(1 − p)")]
    [InlineData("-(1-sigmoid(z))^2*ln(sigmoid(z))", "z", "(1 − sigmoid(z))²·(2·ln(sigmoid(z))·sigmoid(z) + sigmoid(z) − 1)")]
    [InlineData("0.5*(ln(v) + (y-t)^2/v)", "v", "0.5(v − (y − t)²) / v²")]
    [InlineData("0.5*(ln(max(v,1e-6)) + (y-t)^2/max(v,1e-6))", "v", "0.5[v > 10⁻⁶]·(max(v, 10⁻⁶) − (y − t)²) / max(v, 10⁻⁶)²")]
    [InlineData("ln(s) + (y-t)^2/(2s^2)", "s", "(s² − (y − t)²) / s³")]
    // Where two arguments of max have a variable in common.
    [InlineData("max(x, 2x)", "x", "[x > 0] + 1")]
    [InlineData("max(x, -x)", "x", "2[x > 0] − 1")]
    [InlineData("max(x, 3-x)", "x", "2[2x > 3] − 1")]
    [InlineData("min(2x, x + 1)", "x", "2 − [x > 1]")]
    [InlineData("max(x, x^2)", "x", "[x² > x]·(2x − 1) + 1")]
    [InlineData("max(x, 2x, 3x)", "x", "[max(x, 2x) > 3x]·([x > 0] − 2) + 3")]
    // A sum below that divides the sum above, signs, fractions in exponents, roots below a line.
    [InlineData("(x^2-1)/(x-1)", "x", "1")]
    [InlineData("(x^3-8)/(x-2)", "x", "2x + 2")]
    [InlineData("(x^2-y^2)/(x-y)", "y", "1")]
    [InlineData("(x^2+1)/(x-1)", "x", "(x² − 2x − 1) / (x − 1)²")]
    [InlineData("x^2/abs(x)", "x", "sign(x)")]
    [InlineData("sqrt(x^2)/x", "x", "0")]
    [InlineData("abs(x)^3", "x", "3x·|x|")]
    [InlineData("x^(1/3)^2", "x", "x^(−8 / 9) / 9")]
    [InlineData("x^(1/5)", "x", "x^(−4 / 5) / 5")]
    [InlineData("x*x^(1/3)", "x", "4x^(1 / 3) / 3")]
    [InlineData("asinh(x)*x", "x", "asinh(x) + x / √(1 + x²)")]
    [InlineData("0^x", "x", "0")]
    [InlineData("3*0^(2x) + x", "x", "1")]
    // Like terms over one denominator.
    [InlineData("-(1/(4-3x) + 4/(4-3x))", "x", "−15 / (4 − 3x)²")]
    [InlineData("1/(4-3x) - 4/(4-3x)", "x", "−9 / (4 − 3x)²")]
    [InlineData("a/x + b/x", "x", "−(a + b) / x²")]
    [InlineData("5", "", "")]
    public void A_derivative_is_short_and_right(string formula, string by, string expected)
    {
        Formula f = Formula.Parse(formula);
        IReadOnlyList<(Variable Variable, Formula Derivative)> all = Differentiation.Of(f);
        if (by.Length == 0)
        {
            Assert.Empty(all);
            return;
        }
        Formula d = all.Single(p => p.Variable.Name == by).Derivative;
        Assert.Equal(expected, d.ToString());
        Assert.Equal(expected, Formula.Parse(expected).ToString());
        (string, double)[] at = [.. f.Variables.Select((v, i) => (v.Name, 0.37 + 0.61 * i))], up = [.. at], down = [.. at];
        int k = f.Variables.Select(v => v.Name).ToList().IndexOf(by);
        const double h = 1e-6;
        up[k].Item2 += h;
        down[k].Item2 -= h;
        Assert.Equal((f.At(up) - f.At(down)) / (2 * h), d.At(at), 1e-7);
    }

    // Computed by hand: short forms hold where x is below 0 too.
    [Theory]
    [InlineData("x^2/abs(x)", -2, -1), InlineData("x^2/abs(x)", 2, 1), InlineData("sqrt(x^2)/x", -2, 0), InlineData("abs(x)^3", -2, -12)]
    [InlineData("abs(x)^5/x", -2, 32), InlineData("x^3/abs(x)^5", -2, -0.25), InlineData("abs(x)/x^2", -2, 0.25), InlineData("sqrt(x^2)*x", -3, 6)]
    [InlineData("(x^2-1)/(x-1)", -3, 1), InlineData("(x^3-8)/(x-2)", -1.5, -1), InlineData("(x^3-8)/(x-2)^2", 4, -2)]
    [InlineData("x^(1/3)^2", 512, 1 / 2304.0), InlineData("x^(1/3)", 8, 1 / 12.0), InlineData("x^(1/5)", 32, 0.0125), InlineData("x*x^(1/3)", 8, 8 / 3.0)]
    [InlineData("max(x, 2x, 3x)", -1, 1), InlineData("max(x, 2x, 3x)", 2, 3), InlineData("min(x, 2x, x^2)", -3, 2), InlineData("min(x, 2x, x^2)", 0.25, 0.5)]
    [InlineData("min(x, 2x, x^2)", 4, 1), InlineData("0^x", 2, 0), InlineData("asinh(x)*x", 0, 0), InlineData("relu(x)/abs(x)", 2, 0)]
    public void A_short_derivative_has_the_exact_value(string formula, double x, double slope) =>
        Assert.Equal(slope, Differentiation.Of(Formula.Parse(formula)).Single().Derivative.At(("x", x)), 1e-14);

    // Names that only the engine's rules use: no formula can be typed with them.
    [Fact]
    public void A_derivative_is_written_without_the_engines_own_ops()
    {
        bool TakesNumbers(Function f) => f.Name is not ("softmax" or "logsoftmax" or "tr" or "det" or "inv");
        foreach (Function function in Function.All.Values.Where(TakesNumbers))
        {
            Formula f = Formula.Of(function.Make([new Variable("x", []), .. Enumerable.Repeat<Expression>(new Number(0.5), function.Least - 1)]));
            string written = Assert.Single(Differentiation.Of(f)).Derivative.ToString();
            string[] engines = ["gradient", "clip", "detach", "cof", "∧", "-0", "1²"];
            Assert.All(engines, own => Assert.DoesNotContain(own, written, StringComparison.Ordinal));
        }
    }
}
