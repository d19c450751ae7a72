// The bias before a batch norm has no effect, so its gradient is 0, and what is computed of it is what rounding leaves. It is shown as
// ≈ 0 in everything that an optimizer makes of it: memories, their roots, the step itself.

using System.Text.RegularExpressions;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public sealed partial class RestTests
{
    private static Explanation Explained(string optimizer)
    {
        Sequential net = Seeded.Net("linear 3 | batchnorm | tanh | linear 1");
        net.Build([3, 2]);
        net.Parameters().First(p => p.Path == "0.weight").Parameter.Assign(Tensor.From([1f, -1, 0.5f, 0, 1, 2], [2, 3]));
        net.Parameters().First(p => p.Path == "0.bias").Parameter.Assign(Tensor.Of(0f, 0, 0));
        net.Parameters().First(p => p.Path == "3.weight").Parameter.Assign(Tensor.From([1f, 2, 3], [3, 1]));
        net.Parameters().First(p => p.Path == "3.bias").Parameter.Assign(Tensor.Of(0f));
        return net.Explain(Tensor.From([1f, 2, 0, 1, 2, -1], [3, 2]), Tensor.From([1f, 0, 1], [3, 1]), new() { Optimizer = OptimizerTable.Parse(optimizer, new(0.002, Schedule.Constant)) });
    }

    [Theory]
    [InlineData("adam"), InlineData("adamw"), InlineData("sgd"), InlineData("momentum"), InlineData("nesterov"), InlineData("rmsprop"), InlineData("adagrad")]
    public void What_an_optimizer_makes_of_a_rest_is_a_rest(string optimizer)
    {
        Explanation explanation = Explained(optimizer);
        Equation[] bias = [.. explanation.Steps.Where(s => s is { Phase: Phase.Update, Path: "0.bias" }).SelectMany(s => s.Equations)];
        Assert.NotEmpty(bias);
        Assert.All(bias, e => Assert.EndsWith("≈ (0, 0, 0)", e.Numbers!, StringComparison.Ordinal));
        Assert.All(bias, e => Assert.DoesNotMatch(Tiny(), e.Numbers!));
        // What is no rest stays, however small.
        Assert.All(explanation.Steps.Where(s => s is { Phase: Phase.Update, Path: "0.weight" or "3.weight" }), s => Assert.All(s.Equations[^1].Result.Value.Values!, x => Assert.NotEqual(0, x)));
        Assert.All(explanation.Steps.Where(s => s is { Phase: Phase.Update, Path: "3.weight" }).SelectMany(s => s.Equations), e => Assert.DoesNotContain("≈ [[0]", e.Numbers!, StringComparison.Ordinal));
    }

    // Rounding happens to leave nothing of one of three: it is no more exact than the others.
    [Fact]
    public void A_0_beside_rests_is_rounded_too()
    {
        Equation back = Explained("sgd").Steps.Where(s => s.Phase == Phase.Backward).SelectMany(s => s.Equations).First(e => e.Result.Name == "∂L/∂b₁");
        Assert.EndsWith("≈ (0, 0, 0)", back.Numbers!, StringComparison.Ordinal);
        Assert.All(back.Entries, e => Assert.EndsWith("≈ 0", e.Text, StringComparison.Ordinal));
    }

    // The gradients of a long sequence are small, and their digits are right all the same. Cast to float64, weights are what they are in
    // binary and no longer the decimals that were written; networks of millions of weights are computed in float32 before. So there is no
    // digit in common where there is only rounding.
    [Theory]
    [InlineData("linear 1500 | relu | linear 1500 | linear 20 | tanh | linear 20 | layernorm | linear 3")]
    [InlineData("lstm 24 layers=2 | linear 5"), InlineData("lstm 40 layers=2 last=true | linear 3"), InlineData("gru 40 layers=2 last=true | linear 3")]
    public void A_number_with_a_right_digit_is_no_rest(string notation)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = new RandomStream(3, 0).Normal([1, 60, 10]), t = new RandomStream(3, 1).Normal(net.Build(x.Shape));
        ExplainStep[] Steps(DType type)
        {
            net.Cast(type);
            return [.. net.Explain(x.Cast(type), t.Cast(type), new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(0.1) }).Steps];
        }

        int compared = 0;
        foreach ((ExplainStep one, ExplainStep exact) in Steps(DType.Float32).Zip(Steps(DType.Float64)))
        {
            foreach ((Equation a, Equation b) in one.Equations.Zip(exact.Equations))
            {
                if (a.Result.Value is not { Values: { } values, Shown: { } shown }) continue;
                for (int i = 0; i < values.Count; i++, compared++)
                {
                    if (shown[i] != Rounding.Rest) continue;
                    double right = b.Result.Value.Values![i];
                    Assert.True(Math.Abs(values[i] - right) > 0.01 * Math.Abs(right), $"{a.Result.Name} {i}: {values[i]}, {right}");
                }
            }
        }
        Assert.True(compared > 500);
    }

    // A bias before a norm, and a sum of what a mean was taken off: all terms have the error of that mean, so their errors add up.
    [Theory]
    [InlineData("conv 8 3x3 | batchnorm | avgpool 30 | flatten | linear 3", "1x1x32x32", "∂L/∂b₁")]
    [InlineData("conv 4 3x3 | instancenorm | globalavgpool | flatten | linear 2", "1x1x30x30", "∂L/∂b₁")]
    [InlineData("conv 4 3x3 | batchnorm | globalavgpool | flatten | linear 2", "1x1x30x30", "∂L/∂b₁")]
    [InlineData("layernorm | linear 1 bias=false", "1x200", "y"), InlineData("layernorm | linear 1 bias=false", "1x1024", "y")]
    [InlineData("layernorm | linear 1 bias=false", "1x4096", "y")]
    public void What_a_mean_was_taken_off_adds_up_to_0(string notation, string shape, string name)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Sequential net = Seeded.Net(notation, seed);
            Tensor x = new RandomStream(seed, 0).Uniform(Shape.Parse(shape));
            Shape output = net.Build(x.Shape);
            if (name == "y")
            {
                x = x * 2 + 515;
                Parameter ones = net.Parameters().Single(p => p.Path == "1.weight").Parameter;
                ones.Assign(Tensor.Ones(ones.Spec.Shape));
            }
            Explanation explanation = net.Explain(x, name == "y" ? Tensor.Zeros(output) : Tensor.Of(1L));
            Snapshot shown = explanation.Steps.SelectMany(s => s.Equations).Last(e => e.Result.Name == name).Result.Value;
            Assert.All(shown.Shown!, v => Assert.True(v == Rounding.Rest, $"seed {seed}: {v}"));
        }
    }

    // 5.6·10⁻¹⁷ is what rounding leaves of 0.1 + 0.2 − 0.3; but here it decides the result, so it is no 0.
    [Theory]
    [InlineData("linear 2 bias=false | layernorm epsilon=0", "y = (1, −1) ∘ (1, 1) + (0, 0) = (1, −1)")]
    [InlineData("linear 2 bias=false | lpnorm", "y = (5.551·10⁻¹⁷, −5.551·10⁻¹⁷) / (7.85·10⁻¹⁷) ≈ (0.7071, −0.7071)")]
    [InlineData("linear 2 bias=false | step | linear 2 bias=false", "h₁ = [(5.551·10⁻¹⁷, −5.551·10⁻¹⁷) > 0] = (1, 0)")]
    public void A_rest_that_decides_is_shown(string notation, string line)
    {
        string text = OfRests(notation);
        Assert.Contains(line, text, StringComparison.Ordinal);
        Assert.Contains(" = (0.1, 0.2, 0.3)·[[1, −1], [1, −1], [−1, 1]] ≈ (5.551·10⁻¹⁷, −5.551·10⁻¹⁷)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear 2 bias=false | tanh", "y = tanh((0, 0)) ≈ (0, 0)")]
    [InlineData("linear 2 bias=false | layernorm", "y = (0, 0) ∘ (1, 1) + (0, 0) ≈ (0, 0)")]
    public void One_that_does_not_is_about_0(string notation, string line)
    {
        string text = OfRests(notation);
        Assert.Contains(line, text, StringComparison.Ordinal);
        Assert.Contains("≈ (0, 0)", text, StringComparison.Ordinal);
    }

    private static string OfRests(string notation)
    {
        Sequential net = Seeded.Net(notation);
        net.Build([1, 3]);
        net.Parameters().First(p => p.Path == "0.weight").Parameter.Assign(Tensor.From([1f, -1, 1, -1, -1, 1], [3, 2]));
        return net.Explain(Tensor.From([0.1f, 0.2f, 0.3f], [1, 3]), options: new()).ToText();
    }

    // 10¹⁶ + 1 − 10¹⁶ is 0 in floating point: no digit of it is certain.
    [Theory]
    [InlineData("1e16", "−10¹⁶", "≈ 0"), InlineData("1e9", "−10⁹", "= 1")]
    public void A_0_of_large_numbers_is_rounded(string large, string minus, string result)
    {
        Sequential net = Seeded.Net("linear 1 bias=false");
        net.Build([1, 3]);
        float w = float.Parse(large, System.Globalization.CultureInfo.InvariantCulture);
        net.Parameters().Single().Parameter.Assign(Tensor.From([w, 1, -w], [3, 1]));
        string text = net.Explain(Tensor.From([1f, 1, 1], [1, 3]), options: new()).ToText();
        Assert.Contains($"[{minus}]] {result}", text, StringComparison.Ordinal);
    }

    // A formula's value, gradient and difference quotient; null: what rounding has left of 0.
    [Theory]
    [InlineData("((x+h)^2-x^2)/h", "x=1,h=1e-15", 2.220446049250313)]
    [InlineData("1/(x-y)", "x=0.30000000000000004,y=0.3", 18014398509481984.0)]
    [InlineData("e^(1e17*(x-y))", "x=0.30000000000000004,y=0.3", 257.52)]
    [InlineData("(x-y)/(2*(x-y))", "x=0.30000000000000004,y=0.3", 0.5)]
    [InlineData("1e16 + x - 1e16", "x=1.5", 2.0)]
    [InlineData("sin(pi) + x", "x=0", null)]
    [InlineData("x + y - 0.3", "x=0.1,y=0.2", null)]
    [InlineData("[x + y > 0.3]", "x=0.1,y=0.2", 1.0)]
    public void A_formula_has_the_value_of_the_engine(string formula, string at, double? value)
    {
        (string Name, double Value)[] point = [.. at.Split(',').Select(p => p.Split('=')).Select(p => (p[0], double.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture)))];
        Formula parsed = Formula.Parse(formula);
        Evaluation all = Evaluation.Of(parsed, point);
        Assert.Equal(parsed.At(point), all.Value);
        Assert.Equal(value is null, all.IsRest);
        if (value is { } x) Assert.Equal(x, all.Value, Math.Abs(x) * 1e-4);
        // No step shows 0 for what the next one makes more of.
        Assert.All(all.Steps, s => Assert.True(s.IsRest || s.Value == 0 || Math.Abs(s.Value) > 1e-300));
        Assert.All(all.Steps.Where(s => s.IsRest), s => Assert.InRange(Math.Abs(s.Value), 0, 1e-8));
    }

    // 2·10⁻¹⁰ and less, but not the ε of an optimizer, 10⁻¹⁰.
    [GeneratedRegex("·10⁻[⁰¹²³⁴-⁹]{2}", RegexOptions.None, 30_000)]
    private static partial Regex Tiny();
}
