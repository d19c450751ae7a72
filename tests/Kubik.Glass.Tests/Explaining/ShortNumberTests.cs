// Numbers that stand in formulas for fractions and roots are written as those, in explanations and in derivatives; what rounding
// leaves of 0 is 0; a choice that is decided is made.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class ShortNumberTests
{
    [Theory]
    [InlineData("linear 3", new[] { 1, 2 }, "∂L/∂y = 2(y − t) / 3")]
    [InlineData("linear 15", new[] { 1, 2 }, "∂L/∂y = 2(y − t) / 15")]
    [InlineData("attention 1", new[] { 1, 2, 3 }, "S = Q·Kᵀ / √3")]
    [InlineData("linear 1 | gelu", new[] { 1, 2 }, "∂L/∂z₁ = ∂L/∂y·(erfc(−z₁ / √2) / 2 + z₁·(exp(−z₁² / 2) / √(2π)))")]
    public void An_explanation_has_fractions_and_roots(string notation, int[] shape, string line)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = Tensor.Ones(shape);
        Tensor t = Tensor.Zeros(net.Forward(x).Shape);
        Assert.Contains(line, net.Explain(x, t).Steps.SelectMany(s => s.Equations).Select(e => e.Text));
    }

    [Fact]
    public void Numbers_that_are_compared_have_the_digits_that_tell_them_apart()
    {
        Evaluation sum = Evaluation.Of(Formula.Parse("[x + y > 0.3] + x"), ("x", 0.1), ("y", 0.2));
        Assert.Equal(["0.1 + 0.2", "[0.30000000000000004 > 0.3]", "1 + 0.1"], sum.Steps.Select(s => s.WithNumbers));
    }

    [Fact]
    public void A_number_below_0_that_begins_a_quotient_has_no_brackets()
    {
        Explanation explanation = Seeded.Net("linear 1 bias=false | gelu").Explain(Tensor.Ones([1, 1]), Tensor.Zeros([1, 1]));
        Assert.DoesNotContain(explanation.Steps.SelectMany(s => s.Equations), e => e.Numbers?.Contains("^((", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("x/3", "1 / 3")]
    [InlineData("2x^2/3", "4x / 3")]
    [InlineData("0.3333x", "0.3333")]
    [InlineData("max(x, x)", "1")]
    [InlineData("elu(x)", "[x > 0] ? 1 : e^x")]
    public void A_derivative_has_fractions_and_no_choice_that_is_made(string formula, string derivative) =>
        Assert.Equal(derivative, Assert.Single(Differentiation.Of(Formula.Parse(formula))).Derivative.ToString());

    [Theory]
    [InlineData("norm(x)^2/3", "2x / 3")]
    [InlineData("sum(max(x, 0))", "[x > 0]")]
    public void So_has_one_by_a_column(string formula, string derivative) =>
        Assert.Equal(derivative, Differentiation.By(Formula.Parse(formula, new Dictionary<string, Shape>(StringComparer.Ordinal) { ["x"] = [3, 1] }), "x").Result.ToString());

    [Fact]
    public void What_rounding_leaves_of_0_is_0_and_what_is_small_stays()
    {
        Evaluation sine = Evaluation.Of(Formula.Parse("sin(π*x)"), ("x", 1)), back = Evaluation.Of(Formula.Parse("sin(π*x)*y"), ("x", 1), ("y", 2));
        Assert.Equal((Math.Sin(Math.PI), true, " ≈ 0"), (sine.Value, sine.IsRest, Evaluation.Equal(sine.Value, sine.IsRest, sine.IsRounded)));
        Assert.Equal([-2 * Math.PI, Math.Sin(Math.PI)], back.Partials.Select(p => p.Value));
        Assert.Equal([false, true], back.Partials.Select(p => p.IsRest));
        Assert.Equal(1e-12, Evaluation.Of(Formula.Parse("sin(x)*y"), ("x", 1e-12), ("y", 1)).Partials[1].Value, 1e-20);
        Assert.Equal(1e-12, Evaluation.Of(Formula.Parse("sin(x)"), ("x", 1e-12)).Value, 1e-20);
    }

    [Theory]
    [InlineData("x/(x^2+1)", "(1 − x²) / (x² + 1)²")]
    [InlineData("(e^x-e^-x)/(e^x+e^-x)", "4 / (e^x + e^(−x))²")]
    [InlineData("x^x", "x^x·(ln(x) + 1)")]
    [InlineData("1/x^x", "−(ln(x) + 1) / x^x")]
    [InlineData("x/(1+abs(x))", "1 / (1 + |x|)²")]
    [InlineData("x^2^3", "8x⁷")]
    [InlineData("x^2*cos(π*x)", "x·(2·cos(πx) − πx·sin(πx))")]
    public void Quotients_of_one_divisor_and_negative_constants_are_written_shortly(string formula, string derivative) =>
        Assert.Equal(derivative, Assert.Single(Differentiation.Of(Formula.Parse(formula))).Derivative.ToString());

    [Fact]
    public void A_formula_with_long_numbers_has_six_digits_and_says_so()
    {
        Formula derivative = Assert.Single(Differentiation.Of(Formula.Parse("selu(x)"))).Derivative;
        Assert.Equal("≈ [x > 0] ? 1.0507 : 1.7581·e^x", Evaluation.Text(derivative));
        Assert.Equal("2x + 0.00125", Evaluation.Text(Formula.Parse("2x + 0.00125")));
    }

    [Fact]
    public void The_mean_of_two_squares_says_where_its_two_is()
    {
        Explanation two = Seeded.Net("linear 2").Explain(Tensor.Ones([1, 3]), Tensor.Zeros([1, 2])), three = Seeded.Net("linear 3").Explain(Tensor.Ones([1, 3]), Tensor.Zeros([1, 3]));
        bool Says(Explanation e) => e.Steps.First(s => s.Phase == Phase.Backward).Remarks.Any(r => r.English.Contains("of 2/2 nothing is left", StringComparison.Ordinal));
        Assert.True(Says(two));
        Assert.False(Says(three));
    }

    [Fact]
    public void A_norm_and_its_square_cancel()
    {
        Formula cosine = Formula.Parse("x'*y/(norm(x)*norm(y))", new Dictionary<string, Shape>(StringComparer.Ordinal) { ["x"] = [3, 1], ["y"] = [3, 1] });
        Assert.Equal("(y − xᵀ·y·x / ‖x‖²) / (‖y‖·‖x‖)", Differentiation.By(cosine, "x").Result.ToString());
    }

    // The mean of numbers that cancel each other is no more than what they may be off.
    [Fact]
    public void A_mean_that_rounding_left_is_shown_as_0()
    {
        Explanation explanation = Seeded.Net("batchnorm").Explain(new RandomStream(3, 1).Normal([64, 40]));
        Assert.Matches(@"x̂ is \(64, 40\), from −[\d.]+ to [\d.]+, ≈ 0 on average\.", explanation.ToText());
        Assert.Matches(@"x is \(64, 40\), from −[\d.]+ to [\d.]+, −?0\.[\d]+ on average\.", explanation.ToText());
    }

    [Fact]
    public void The_way_back_says_how_it_comes_about()
    {
        Evaluation all = Evaluation.Of(Formula.Parse("(x^2 + 3y)^2/3 + x"), ("x", 1), ("y", 2));
        Assert.Equal(["∂f/∂v₃", "∂f/∂v₃", "2v₃·∂f/∂v₄", "∂f/∂v₅ / 3"], all.Steps.Take(4).Select(s => s.Chain));
        Assert.Equal(["2x·∂f/∂v₁ + ∂f/∂v₆", "3·∂f/∂v₂"], all.Partials.Select(p => p.Chain));
    }
}
