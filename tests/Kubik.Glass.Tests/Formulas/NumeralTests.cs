// Numbers as they are typed, computed and written: powers of ten, decimals that stay short, options with all their digits, and
// what is said where there is no number.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Ops;
using TextWriter = Kubik.Glass.Formulas.TextWriter;

namespace Kubik.Glass.Tests.Formulas;

public sealed class NumeralTests
{
    private static readonly Variable X = new("x", Shape.Scalar), Y = new("y", Shape.Scalar);

    [Theory]
    [InlineData("2e0", "2", "2")]
    [InlineData("1e0", "1", "1")]
    [InlineData("3e-0", "3", "3")]
    [InlineData("0e99999999999", "0", "0")]
    [InlineData("2.5E+07", "2.5·10⁷", @"2.5 \cdot 10^{7}")]
    [InlineData("1e-3", "10⁻³", "10^{-3}")]
    [InlineData("x*4.5e2*y", "x·(4.5·10²)·y", null)]
    [InlineData("2.5(3*1e2)", "2.5(3·10²)", null)]
    [InlineData("x/(0*1e2)", "x / (0·10²)", null)]
    [InlineData("max(1*1e-3, x)", "max(1·10⁻³, x)", null)]
    [InlineData("max(0,1e0x1+1)", "max(0, 1x₁ + 1)", null)]
    [InlineData("[x>1e0]", "[x > 1]", null)]
    [InlineData("-3e-7", "−3·10⁻⁷", @"-3 \cdot 10^{-7}")]
    public void A_power_of_ten_is_written_and_read_as_the_same(string typed, string text, string? latex)
    {
        Formula f = Formula.Parse(typed), again = Formula.Parse(text);
        Assert.Equal(text, f.ToString());
        Assert.Equal(text, again.ToString());
        if (latex is null) return;
        Assert.Equal(latex, f.ToLatex());
        Assert.Equal(f.Value, again.Value);
    }

    [Theory]
    [InlineData("6/2·10³", 3000)]
    [InlineData("2^2·10³", 4000)]
    [InlineData("(2·10³)^2", 4e6)]
    [InlineData("2·10³^2", 2e9)]
    [InlineData("1 - 3·10⁻⁵", 1 - 3e-5)]
    public void A_product_with_a_power_of_ten_is_taken_apart_where_it_has_to_be(string typed, double value) => Assert.Equal(value, Formula.Parse(typed).Value);

    [Theory]
    [InlineData("1e-99999999999", "4.9·10⁻³²⁴")]
    [InlineData("1e400", "1.8·10³⁰⁸")]
    public void A_number_that_does_not_fit_is_refused(string typed, string says) =>
        Assert.Contains(says, Assert.Throws<FormulaException>(() => Formula.Parse(typed)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("hardsigmoid(x)", "hardsigmoid(x; 1/6, 0.5)")]
    [InlineData("leakyrelu(x, 0.01234567)", "leakyrelu(x; 0.01234567)")]
    [InlineData("elu(x, 1e-7)", "elu(x; 10⁻⁷)")]
    [InlineData("elu(x, 3e-7)", "elu(x; 3·10⁻⁷)")]
    [InlineData("threshold(x, 0.1, -2)", "threshold(x; 0.1, −2)")]
    public void Options_keep_their_digits(string typed, string written)
    {
        Formula f = Formula.Parse(typed), again = Formula.Parse(written);
        Assert.Equal(written, f.ToString());
        Assert.Equal(f.Root, again.Root);
        Assert.Contains("</math>", f.ToMathMl(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[([x>0] ? 1 : 2) > y]", "[([x > 0] ? 1 : 2) > y]")]
    [InlineData("[y = ([x>0] ? 1 : 2)]", "[y = ([x > 0] ? 1 : 2)]")]
    [InlineData("|([x>0] ? 1 : 2)|", "|([x > 0] ? 1 : 2)|")]
    [InlineData("[([x>0] ? y : 2) > 0]", "[([x > 0] ? y : 2) > 0]")]
    [InlineData("sum([([x>0]?1:2), y])", "sum([([x > 0] ? 1 : 2), y])")]
    [InlineData("norm([([x>0]?1:2), y])", "‖[([x > 0] ? 1 : 2), y]‖")]
    public void A_choice_inside_of_brackets_has_parentheses(string typed, string written)
    {
        Assert.Equal(written, Formula.Parse(typed).ToString());
        Assert.Equal(written, Formula.Parse(written).ToString());
    }

    [Theory]
    [InlineData("0.1x + 0.7x", "0.8")]
    [InlineData("0.1x + 0.2x - 0.3x", "0")]
    [InlineData("(0.1x + 0.2)^2", "0.02x + 0.04")]
    [InlineData("(0.1x)*(0.2y)", "0.02y")]
    [InlineData("x/3 + x/3 + x/3", "1")]
    [InlineData("x*1e-8*1e-9", "10⁻¹⁷")]
    public void Decimals_in_front_stay_short(string formula, string derivative)
    {
        Formula d = Differentiation.Of(Formula.Parse(formula)).First(p => p.Variable.Name == "x").Derivative;
        Assert.Equal(derivative, Evaluation.Text(d));
    }

    [Fact]
    public void So_they_do_before_matrices()
    {
        Formula column = Formula.Parse("0.1x + 0.7x", new Dictionary<string, Shape>(StringComparer.Ordinal) { ["x"] = [3, 1] });
        Assert.Equal("0.8·I", Differentiation.By(column, "x").Result.ToString());
    }

    [Theory]
    [InlineData("x^0.5*x^(-0.5)", "1")]
    [InlineData("x*x^0.5*y", "y·x^1.5")]
    [InlineData("x^0.5*y", "y·x^0.5")]
    public void Broken_powers_of_one_letter_meet(string formula, string simple)
    {
        Expression simplified = Simplifier.Simplify(Formula.Parse(formula).Root);
        Assert.Equal(Formula.Parse(simple).At(("x", 1.7), ("y", 0.3)), Formula.Of(simplified).At(("x", 1.7), ("y", 0.3)), 1e-14);
        Assert.True(Formula.Parts(simplified).Count <= Formula.Parts(Formula.Parse(simple).Root).Count, $"{simplified}");
    }

    [Fact]
    public void Limits_of_the_formula_are_kept_and_those_of_the_engine_are_not_shown()
    {
        Expression clip = Call.Of(new Clip(-40, 40), X);
        Assert.Equal(clip, Simplifier.Simplify(clip));
        Formula f = Formula.Of(Call.Of(Binary<Mul>.Instance, Y, clip));
        IReadOnlyList<(Variable Variable, Formula Derivative)> all = Differentiation.Of(f);
        Assert.Equal(40, all.Single(d => d.Variable.Name == "y").Derivative.At(("x", 100)));
        Assert.Equal(0, all.Single(d => d.Variable.Name == "x").Derivative.At(("x", 100), ("y", 2)));
        Assert.Equal(2, all.Single(d => d.Variable.Name == "x").Derivative.At(("x", 39), ("y", 2)));
        foreach (string guarded in (string[])["silu(x)", "gelu(x)", "mish(x)"])
            Assert.DoesNotContain("clip", Differentiation.Of(Formula.Parse(guarded)).Single().Derivative.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ln(x)+1", -1, "ln(x) is not defined there")]
    [InlineData("e^1000*x+1", 0, "e^1000 is too large")]
    [InlineData("[x > 0] ? ln(x) : 1/(x+1)", -1, "1 / (x + 1) is infinite there")]
    [InlineData("2x + 1", double.NaN, "x is not a number")]
    public void The_part_without_a_value_is_named(string formula, double x, string says)
    {
        Formula f = Formula.Parse(formula);
        Assert.False(double.IsFinite(Evaluation.Of(f, ("x", x)).Value));
        Assert.StartsWith(says, Evaluation.WhyNotFinite(f, ("x", x)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_guarded_formula_has_its_value_and_its_steps()
    {
        Evaluation all = Evaluation.Of(Formula.Parse("[x > 0] ? ln(x) + 1 : 3x"), ("x", -1));
        Assert.Equal(-3, all.Value);
        Assert.Contains(all.Steps, s => s.WithNumbers == "NaN + 1");
    }

    [Fact]
    public void What_rounding_does_to_a_quotient_is_not_the_formulas_fault()
    {
        Formula f = Formula.Parse("x + 1e9");
        Partial p = Evaluation.Of(f, ("x", 0)).Partials.Single();
        Assert.True(p.Agrees && p.IsBlurred && p.Noise is > 1e-3 and < 0.1, $"{p}");
        Assert.Contains("rounding alone", Evaluation.Why(f, p, ("x", 0)), StringComparison.Ordinal);
        Assert.False(Evaluation.Of(Formula.Parse("x + 1"), ("x", 0)).Partials.Single().IsBlurred);
        Assert.False(Evaluation.Of(Formula.Parse("sin(1e7x)"), ("x", 1)).Partials.Single().Agrees);
    }

    [Fact]
    public void Faults_are_the_documented_ones()
    {
        Formula f = Formula.Parse("x*y");
        Partial p = Evaluation.Of(f, ("x", 1), ("y", 2)).Partials[0];
        Assert.Contains("y has no value", Assert.Throws<ArgumentException>(() => Evaluation.Of(f, ("x", 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Evaluation.Why(f, p, ("y", 1)));
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => Evaluation.WhyNotFinite(f, ("x", 1), ("y", 2))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Formula.Parse(null!));
        Assert.Throws<ArgumentNullException>(() => Formula.ParseMatrices(null!, new Dictionary<string, Shape>(StringComparer.Ordinal)));
        Assert.Throws<InvalidOperationException>(() => f.Value);
        Assert.Equal(1.5, Formula.Parse("3/2").Value);
    }

    [Fact]
    public void The_name_of_the_whole_is_no_variables()
    {
        (Variable name, _) = Formula.Parse("f + f_all + tanh(f)*tanh(f)").Share()[^1];
        Assert.Equal("f_all1", name.Name);
    }

    [Theory]
    [InlineData(1e9, "10⁹", true)]
    [InlineData(5e15, "5·10¹⁵", true)]
    [InlineData(1234567890, "1234567890", true)]
    [InlineData(1.25e-7, "1.25·10⁻⁷", true)]
    [InlineData(1e-5, "10⁻⁵", true)]
    [InlineData(1.23456789e-7, "1.235·10⁻⁷", false)]
    [InlineData(12.3456789, "12.3457", false)]
    [InlineData(double.NegativeInfinity, "−∞", true)]
    public void What_is_exact_is_not_called_rounded(double x, string text, bool isExact)
    {
        Digits d = Digits.Of(x);
        Assert.Equal((text, isExact), (d.Text, d.IsExact));
    }

    [Fact]
    public void One_writer_may_be_used_by_many_at_once()
    {
        TextWriter writer = new();
        Expression[] all = [.. Enumerable.Range(0, 200).Select(k => Formula.Parse($"tanh({k}x) + e^(x + {k})·max(x, {k})").Root)];
        string[] expected = [.. all.Select(writer.Write)], got = new string[all.Length];
        Parallel.For(0, all.Length, k => got[k] = writer.Write(all[k]));
        Assert.Equal(expected, got);
    }

    [Fact]
    public void Shapes_of_very_many_matrices_are_found()
    {
        string many = string.Join('*', Enumerable.Range(0, 60).Select(k => $"A{k}"));
        Formula f = Formula.ParseMatrices($"tr({many}*a*b*c*d)", new Dictionary<string, Shape>(StringComparer.Ordinal));
        Assert.True(f.Root.IsScalar && f.Variables.Where(v => v.Name.Length == 1).All(v => v.IsScalar));
    }
}
