// Norms are written as the field defines them, √Σx², where their numbers let them be computed so; a vector of zeros, or one whose squares
// would overflow or vanish, keeps what the engine does about it. Values and gradients are the same either way.

using Kubik.Autograd;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class NormTests
{
    private static readonly string[] Guards = ["max(", "?"];

    private static Equation[] All(Explanation explanation) => [.. explanation.Steps.SelectMany(s => s.Equations)];

    [Theory]
    [InlineData("lpnorm", "n = √sum(x∘²) | y = x / n")]
    [InlineData("lpnorm p=1", "n = sum(|x|) | y = x / n")]
    [InlineData("weightnorm(linear 3)", "n = √sum(V₁ᵀ∘²; axis 1) | W = (V₁ᵀ ⊘ n ∘ g₁)ᵀ | y = x·W + b₁")]
    [InlineData("spectralnorm(linear 2)", "n = √sum((W₁·u₁)∘²) | v = W₁·u₁ / n | n₂ = √sum((W₁ᵀ·v)∘²) | σ = (W₁ᵀ·v / n₂)ᵀ·W₁ᵀ·v | W̄ = (W₁ᵀ / σ)ᵀ | y = x·W̄ + b₁ | u₁ ← W₁ᵀ·v / n₂")]
    public void A_norm_is_its_definition(string notation, string letters)
    {
        Sequential net = Seeded.Net(notation);
        Tensor x = Tensor.From([1.0, 2], [1, 2]), t = Tensor.Zeros(net.Build([1, 2], DType.Float64), DType.Float64);
        Explanation explanation = net.Explain(x, t, new() { Loss = new MeanSquaredError(), Optimizer = notation.StartsWith("lp", StringComparison.Ordinal) ? null : new Optim.Sgd(0.1) });
        Assert.Equal(letters, string.Join(" | ", explanation.Steps.Where(s => s.Phase == Phase.Forward).SelectMany(s => s.Equations).Select(e => e.Text)));
        Assert.All(All(explanation), e => Assert.DoesNotContain(Guards, g => e.Text.Contains(g, StringComparison.Ordinal)));
        string[] rights = [.. All(explanation).Where(e => e.Text.StartsWith('a')).Select(e => e.Text[e.Text.IndexOf('=', StringComparison.Ordinal)..])];
        Assert.Equal(rights.Distinct(), rights); // no letter says what another one says
        Assert.True(PrintedNumbers.Entries(explanation) > 0);
        Assert.True(PrintedNumbers.Lines(explanation) >= 3);
    }

    [Fact]
    public void A_pool_of_powers_is_its_definition()
    {
        Explanation explanation = Seeded.Net("lppool 2 2").Explain(Tensor.From([1.0, 2, 3, 4], [1, 1, 2, 2]), Tensor.Zeros([1, 1, 1, 1]));
        Assert.All(All(explanation), e => Assert.DoesNotContain(Guards, g => e.Text.Contains(g, StringComparison.Ordinal)));
        Assert.Equal(Math.Sqrt(30), explanation.Steps[0].Output!.Value.Values![0], 1e-14);
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(3e-200, 4e-200)]
    [InlineData(3e200, 4e200)]
    [InlineData(3.0, 4.0)]
    public void Numbers_and_gradients_are_those_of_the_engine(double a, double b)
    {
        Tensor x = Tensor.From([a, b], [1, 2]), t = Tensor.From([1.0, 2], [1, 2]), tracked = x.Track();
        Tensor y = tracked.LpNormalize();
        double[] wanted = Gradient.Of((y - t).Square().Mean(), tracked).ToDoubles();
        Explanation explanation = Seeded.Net("lpnorm").Explain(x, t);
        Assert.Equal(y.Detach().ToDoubles(), explanation.Steps[0].Output!.Value.Values!, (p, q) => Math.Abs(p - q) <= 1e-15);
        Assert.Equal(a == 3, explanation.Steps[0].Equations[0].Text == "n = √sum(x∘²)");
        IReadOnlyList<double> got = explanation.Steps[^1].Output!.Value.Values!;
        for (int i = 0; i < 2; i++) Assert.Equal(wanted[i], got[i], 1e-14 * Math.Max(1, Math.Abs(wanted[i])));
    }

    [Theory]
    [InlineData(2, "y = √avgpool(|x|∘²; 2, summed)", "√(|1|^2 + |2|^2 + |3|^2 + |4|^2)")]
    [InlineData(3, "y = avgpool(|x|∘³; 2, summed)^∘0.333333", "(|1|^3 + |2|^3 + |3|^3 + |4|^3)^(1/3)")]
    public void A_pool_of_powers_shows_its_windows(int power, string letters, string window)
    {
        Sequential net = Seeded.Net($"lppool {power} 2");
        Tensor x = Tensor.From([1.0, 2, 0, 5, 3, 4, 0, 0], [1, 1, 2, 4]), tracked = x.Track();
        Explanation explanation = net.Explain(x, Tensor.Zeros([1, 1, 1, 2]), new() { Loss = new MeanSquaredError() });
        Equation pool = Assert.Single(explanation.Steps[0].Equations);
        Assert.Equal(letters, pool.Text);
        Assert.Contains(window, pool.Entries[0].Text, StringComparison.Ordinal);
        Assert.Equal(5, pool.Result.Value.Values![1], 1e-12);
        double[] wanted = Gradient.Of(net.Forward(tracked).Square().Mean(), tracked).ToDoubles();
        Assert.All(wanted.Zip(explanation.Steps[^1].Output!.Value.Values!), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    // The weights of the first output are 0: they have no direction, and the second step goes on from the first.
    [Fact]
    public void Steps_go_on_where_a_norm_is_computed_again()
    {
        Sequential net = Seeded.Net("weightnorm(linear 2 bias=false)"), same = Seeded.Net("weightnorm(linear 2 bias=false)");
        Tensor x = Tensor.Of(1f, 2f).Reshape(1, 2), t = Tensor.Of(1f, 0f).Reshape(1, 2);
        foreach (Sequential each in (Sequential[])[net, same])
        {
            each.Build(x.Shape, x.DType);
            foreach ((string path, Parameter p) in each.Parameters()) p.Assign(path.EndsWith("gain", StringComparison.Ordinal) ? Tensor.Of(1f, 2f) : Tensor.From([0f, 1f, 0f, 1f], [2, 2]));
        }
        Explanation explanation = net.Explain(x, t, new() { Optimizer = new Optim.Sgd(0.1), Steps = 2 });
        Optim.Sgd rule = new(0.1);
        for (int k = 0; k < 2; k++) rule.Step(() => new MeanSquaredError().Of(same.Forward(x), t), same);
        Assert.NotEmpty(same.Parameters());
        foreach ((string path, Parameter p) in same.Parameters())
        {
            IReadOnlyList<double> got = explanation.Steps.Last(s => s.Phase == Phase.Update && s.Path == path).Output!.Value.Values!;
            Assert.Equal(p.Value.Detach().ToDoubles(), got, (a, b) => Math.Abs(a - b) <= 1e-5);
        }
    }
}
