// The bias before a batch norm has no effect, so its gradient is 0, and what is computed of it is what rounding leaves. It is shown as
// ≈ 0 in everything that an optimizer makes of it: memories, their roots, the step itself.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public sealed partial class RestTests
{
    private static Explanation Explained(string optimizer)
    {
        Sequential net = Sequential.Parse("linear 3 | batchnorm | tanh | linear 1");
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

    // 2·10⁻¹⁰ and less, but not the ε of an optimizer, 10⁻¹⁰.
    [GeneratedRegex("·10⁻[⁰¹²³⁴-⁹]{2}", RegexOptions.None, 1000)]
    private static partial Regex Tiny();
}
