// An explanation writes what the field defines, and not how the engine keeps broken numbers out: probabilities in a loss, a mask, the
// row of a table, the mixture of a gated unit. Entries are counted from 1 on the whole page, so a class k is entry k + 1. What the
// letters say is looked at here; that the numbers are right, others check.

using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class DefinitionTests
{
    private static readonly Tensor X = Tensor.From([1.0, 2], [1, 2]);

    private static Explanation Explained(string net, Tensor x, Tensor target, string loss) => Seeded.Net(net).Explain(x, target, new() { Loss = Nn.Loss.Parse(loss) });

    private static string[] Letters(Explanation explanation, Phase phase) => [.. explanation.Steps.Where(s => s.Phase == phase).SelectMany(s => s.Equations).Select(e => e.Text)];

    private static Equation Named(Explanation explanation, string name) => explanation.Steps.SelectMany(s => s.Equations).First(e => e.Result.Name == name);

    [Fact]
    public void Cross_entropy_of_one_sample_shows_its_softmax()
    {
        Explanation explanation = Explained("linear 3", X, Tensor.Of(1), "cross-entropy");
        Assert.Equal(["p = softmax(y)", "ℓ = −ln(p[t + 1])", "L = ℓ"], Letters(explanation, Phase.Loss));
        Equation p = Named(explanation, "p"), loss = Named(explanation, "ℓ"), back = Named(explanation, "∂L/∂y");
        Assert.Equal(3, p.Entries.Count);
        Assert.All(p.Entries, e => Assert.Equal(4, e.Text.Split("e^").Length - 1));
        string right = p.Entries[1].Text.Split(" ≈ ")[1];
        Assert.StartsWith($"ℓ = −ln({right}) ≈", loss.Numbers, StringComparison.Ordinal);
        Assert.Equal("∂L/∂y = p − onehot(t)", back.Text);
        Assert.Contains($"{right}, ", back.Numbers!, StringComparison.Ordinal);
        Assert.Contains(" − (0, 1, 0) ≈ ", back.Numbers!, StringComparison.Ordinal);
        Assert.Contains(explanation.Steps.Single(s => s.Phase == Phase.Loss).Remarks, r => r.English.Contains("class k is entry k + 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("attention 1 rotary=true")]
    [InlineData("attention 2 rotary=true keyheads=1")]
    [InlineData("attention 2 rotary=true causal=true")]
    public void Rotary_positions_are_one_turn_forth_and_one_back(string net)
    {
        Tensor x = Tensor.From([.. Enumerable.Range(0, 24).Select(i => Math.Sin(i + 1))], [1, 3, 8]);
        Explanation explanation = Explained(net, x, x.Flip(1), "mse");
        string[] forth = Letters(explanation, Phase.Forward), back = Letters(explanation, Phase.Backward);
        Assert.Contains("Q = rotary(x·W_q + b_q)", forth);
        Assert.Contains("K = rotary(x·W_k + b_k)", forth);
        Assert.Contains("∂L/∂W_q = xᵀ·rotaryᵀ(∂L/∂Q)", back);
        Assert.Contains("∂L/∂W_k = xᵀ·rotaryᵀ(∂L/∂K)", back);
        Assert.Contains("∂L/∂b_q = sum(rotaryᵀ(∂L/∂Q); axes 0, 3)", back);
        Assert.Contains("∂L/∂x = ∂L/∂V·W_vᵀ + rotaryᵀ(∂L/∂K)·W_kᵀ + rotaryᵀ(∂L/∂Q)·W_qᵀ", back);
        Assert.All(forth.Concat(back), l => Assert.DoesNotContain("[:, :", l, StringComparison.Ordinal));
    }

    // The first place is not turned, so the second is written out.
    [Fact]
    public void Entries_of_rotary_positions_are_turned_in_pairs()
    {
        Explanation explanation = Explained("attention 1 rotary=true bias=false", Tensor.From([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 3, 4]), Tensor.Zeros([1, 3, 4], DType.Float64), "mse");
        Entry[] q = [.. Named(explanation, "Q").Entries], bias = [.. Named(explanation, "∂L/∂W_q").Entries];
        Assert.Matches(@"^Q\[2,1\] = \(.+\)·cos\(1\) − \(.+\)·sin\(1\) ≈ ", q[0].Text);
        Assert.Matches(@"^Q\[2,2\] = \(.+\)·cos\(0\.01\) − \(.+\)·sin\(0\.01\) ≈ ", q[1].Text);
        Assert.Contains("·cos(2) + ", bias[0].Text.Replace(" − ", " + ", StringComparison.Ordinal), StringComparison.Ordinal);
        string[] said = [.. explanation.Steps.SelectMany(s => s.Remarks).Select(r => r.English)];
        Assert.Contains(said, s => s.StartsWith("rotary turns pairs of entries", StringComparison.Ordinal));
        Assert.Contains(said, s => s.StartsWith("A rotation hands its gradient back", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nll", "L = −y[t + 1]", "∂L/∂y = −onehot(t)")]
    [InlineData("focal", "L = −(1 − p[t + 1])²·ln(p[t + 1])", null)]
    [InlineData("cross-entropy weights=1,3", "L = ℓ·w / w", null)]
    public void Losses_of_classes_are_their_definitions(string loss, string letters, string? gradient)
    {
        Explanation explanation = Explained("linear 2", X, Tensor.Of(1), loss);
        Assert.Equal(letters, Letters(explanation, Phase.Loss)[^1]);
        if (gradient is not null) Assert.Equal(gradient, Letters(explanation, Phase.Backward)[0]);
        Assert.All(Letters(explanation, Phase.Backward), l => Assert.DoesNotContain(" ? ", l, StringComparison.Ordinal));
        Assert.All(Letters(explanation, Phase.Backward), l => Assert.DoesNotContain("…", l, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bce", "L = mean(−t ∘ ln(p) − (1 − t) ∘ ln(1 − p))", "∂L/∂y = 0.5(p − t)")]
    [InlineData("kl", "L = sum(t ∘ (ln(t) − y))", "∂L/∂y = −t")]
    public void Losses_of_numbers_are_their_definitions(string loss, string letters, string gradient)
    {
        Explanation explanation = Explained("linear 2", X, Tensor.From([1.0, 0], [1, 2]), loss);
        Assert.Equal(letters, Letters(explanation, Phase.Loss)[^1]);
        Assert.Equal(gradient, Letters(explanation, Phase.Backward)[0]);
    }

    // A loss of several parts names them, and the chain rule goes through them.
    [Theory]
    [InlineData("huber", "δ = t − y | c = clip(δ; −1, 1) | L = mean(c ∘ (δ − c / 2))", "∂L/∂c = 0.25(δ − c / 2) − 0.125c | ∂L/∂δ = 0.25c + ∂L/∂c ∘ [δ = c] | ∂L/∂y = −∂L/∂δ")]
    [InlineData("pinball quantile=0.9", "δ = t − y | L = mean(max(0.9δ, −0.1δ))", "∂L/∂y = −∂L/∂δ")]
    [InlineData("asymmetric-square", "δ = t − y | L = mean(δ∘²)", "∂L/∂y = −∂L/∂δ")]
    [InlineData("jaccard", "p = sigmoid(y) | I = sum(p ∘ t) | U = sum(p) + sum(t) − I | L = 1 − (I + 1) / (U + 1)", "∂L/∂U = (I + 1) / (U + 1) / (U + 1) | ∂L/∂I = −∂L/∂U − 1 / (U + 1) | ∂L/∂p = ∂L/∂U + ∂L/∂I ∘ t | ∂L/∂y = ∂L/∂p ∘ p ∘ (1 − p)")]
    [InlineData("box-giou", "L = 1 − I / U + (H − U) / H", "∂L/∂H = −(H − U) / H / H + 1 / H | ∂L/∂U = −1 / H + I / U / U | ∂L/∂I = −1 / U − ∂L/∂U")]
    public void Losses_of_parts_name_them(string loss, string letters, string gradients)
    {
        Explanation explanation = Explained("linear 4", X, Tensor.From([0.1, 0.2, 0.8, 0.9], [1, 4]), loss);
        string[] forward = Letters(explanation, Phase.Loss), back = Letters(explanation, Phase.Backward);
        Assert.All(letters.Split(" | "), l => Assert.Contains(l, forward));
        Assert.All(gradients.Split(" | "), g => Assert.Contains(g, back));
        Assert.All(forward.Concat(back), l => Assert.False(l.EndsWith('…') || l.Contains(" ? ", StringComparison.Ordinal), l));
    }

    // A class at every place: a row of probabilities for each.
    [Fact]
    public void A_loss_of_places_shows_their_probabilities()
    {
        Explanation explanation = Seeded.Net("embedding 5 4 | linear 5").Explain(Tensor.From([1L, 2, 3], [1, 3]), Tensor.From([2L, 3, 4], [1, 3])); // the usual loss
        Assert.Equal(["p = softmax(y)", "ℓ = −ln(p[t + 1])", "L = mean(ℓ)"], Letters(explanation, Phase.Loss));
        Assert.Equal("∂L/∂y = (p − onehot(t)) / 3", Letters(explanation, Phase.Backward)[0]);
        Assert.Equal([3, 5], Named(explanation, "p").Result.Value.Shape.Sizes.ToArray());
    }

    [Fact]
    public void Running_statistics_are_measured_and_not_learnt()
    {
        Sequential net = Seeded.Net("batchnorm momentum=0.25 | linear 1");
        Tensor x = Tensor.From([1f, 2, 3, 5], [2, 2]), t = Tensor.From([1f, 0], [2, 1]);
        net.Build(x.Shape);
        net.Parameters().First(p => p.Path == "0.runningMean").Parameter.Assign(Tensor.Of(0.5f, 1f));
        Explanation training = net.Explain(x, t, new() { Optimizer = new Optim.Sgd(0.1), Steps = 2 });
        Equation[] means = [.. training.Steps.SelectMany(s => s.Equations).Where(e => e.Text == "m₁ ← 0.75m₁ + 0.25μ")];
        Assert.Equal([0.875, 1.625], means[0].Result.Value.Values!); // of 0.5, 1 and 2, 3.5
        Assert.Equal([0.75 * 0.875 + 0.5, 0.75 * 1.625 + 0.875], means[1].Result.Value.Values!);
        Assert.Equal([1.25, 1.875], Named(training, "v₁").Result.Value.Values!); // of 1, 1 and 2, 4.5, with n − 1
        Explanation evaluation = net.Explain(x, t, new() { Training = false });
        Assert.DoesNotContain(Letters(evaluation, Phase.Forward), l => l.Contains('←', StringComparison.Ordinal));
        Assert.DoesNotContain(Letters(evaluation, Phase.Backward), l => l.StartsWith("∂L/∂m", StringComparison.Ordinal) || l.StartsWith("∂L/∂v", StringComparison.Ordinal));
        string text = evaluation.ToText();
        Assert.True(text.IndexOf("measured, not learnt", StringComparison.Ordinal) is > 0 and var at && text.IndexOf("m₁ (0.runningMean)", StringComparison.Ordinal) > at && text.IndexOf("W₂ (1.weight)", StringComparison.Ordinal) < at);
    }

    [Fact]
    public void A_variance_is_written_with_the_mean()
    {
        Equation variance = Named(Explained("batchnorm | linear 1", Tensor.From([1.0, 2, 3, 5], [2, 2]), Tensor.From([1.0, 0], [2, 1]), "mse"), "σ²");
        Assert.Equal("σ² = mean((x − μ)∘²; axis 0)", variance.Text);
        Assert.Equal("σ²[1] = ((1 − 2)² + (3 − 2)²) / 2 = 1", variance.Entries[0].Text);
    }

    [Fact]
    public void An_embedding_picks_rows()
    {
        Explanation explanation = Explained("embedding 4 2 | flatten | linear 2", X, X, "mse");
        Assert.Equal("h₁ = W₁[x + 1]", Letters(explanation, Phase.Forward)[0]);
        Assert.Equal("∂L/∂W₁ = scatter(∂L/∂h₁, x + 1)", Named(explanation, "∂L/∂W₁").Text);
    }

    [Fact]
    public void A_dropout_shows_its_mask()
    {
        Explanation explanation = Explained("dropout 0.25 | linear 1", X, Tensor.From([1.0], [1, 1]), "mse");
        Assert.Equal(["m ∼ Bernoulli(0.75)", "h₁ = x ∘ m / 0.75"], Letters(explanation, Phase.Forward)[..2]);
        Assert.Equal("∂L/∂x = ∂L/∂h₁ / 0.75 ∘ m", Named(explanation, "∂L/∂x").Text);
        Assert.Matches(@"^m = \([01], [01]\)$", Named(explanation, "m").Numbers!);
    }

    [Fact]
    public void A_gated_unit_mixes_and_nothing_is_left_out()
    {
        Explanation explanation = Explained("gru 2 last=true | linear 1", Tensor.From([1.0, 2, 3, 4], [1, 2, 2]), Tensor.From([1.0], [1, 1]), "mse");
        string[] letters = [.. Letters(explanation, Phase.Forward), .. Letters(explanation, Phase.Backward)];
        Assert.Contains("h₁ = (1 − z₁) ∘ n₁ + z₁ ∘ h₀", letters);
        Assert.Contains("h₂ = (1 − z₂) ∘ n₂ + z₂ ∘ h₁", letters);
        Assert.Contains("H₁ = h₂", letters);
        Assert.Contains("u₂ = h₁·U₁[:, 5…6] + d₁", letters);
        Assert.Contains(explanation.Steps[0].Remarks, r => r.English == "Before the first step h₀ = 0.");
        Assert.All(letters, l => Assert.False(l.Contains("][", StringComparison.Ordinal) || l.EndsWith(" = …", StringComparison.Ordinal) || l.Contains("0:", StringComparison.Ordinal), l));
    }

    // Layers and directions are told apart, as in the equations of a network; the backward one begins behind the end.
    [Fact]
    public void States_have_their_step_their_layer_and_their_direction()
    {
        Explanation explanation = Explained("lstm 1 | rnn 1 bidirectional=true | linear 1", Tensor.From([1.0, 2, 3], [1, 3, 1]), Tensor.From([1.0, 2, 3], [1, 3, 1]), "mse");
        string[] letters = Letters(explanation, Phase.Forward);
        Assert.Contains("c⁽¹⁾₁ = f⁽¹⁾₁·c⁽¹⁾₀ + i⁽¹⁾₁·g⁽¹⁾₁", letters);
        Assert.Contains("z⁽²→⁾₂ = H₁[2]·W₂ + b₂ + h⁽²→⁾₁·U₂", letters);
        Assert.Contains("z⁽²←⁾₃ = H₁[3]·W₃ + b₃ + h⁽²←⁾₄·U₃", letters);
        Assert.Contains(explanation.Steps[1].Remarks, r => r.English == "Before the first step h⁽²→⁾₀ = 0, h⁽²←⁾₄ = 0.");
        Assert.Contains("∂L/∂h⁽²→⁾₁", explanation.Steps.SelectMany(s => s.Equations).Select(e => e.Result.Name));
    }

    [Theory]
    [InlineData("conv 1 2x2 | flatten | linear 1", "∂L/∂K₁", 4)]
    [InlineData("conv 2 2x2 stride=2 pad=1 groups=2 bias=false | flatten | linear 1", "∂L/∂K₁", 8)]
    [InlineData("maxpool 2 stride=1 | flatten | linear 1", "∂L/∂x", 3)]
    [InlineData("avgpool 2 stride=1 | flatten | linear 1", "∂L/∂x", 1)]
    public void A_gradient_of_windows_is_a_sum_over_windows(string net, string gradient, int entries)
    {
        int channels = net.Contains("groups", StringComparison.Ordinal) ? 2 : 1;
        Explanation explanation = Explained(net, new RandomStream(3, 1).Normal([1, channels, 3, 3]), Tensor.From([1f], [1, 1]), "mse");
        Assert.True(Named(explanation, gradient).Entries.Count >= Math.Min(entries, 2), $"{Named(explanation, gradient).Entries.Count} entries");
    }

    [Fact]
    public void Closed_places_have_no_share_and_heads_are_said()
    {
        Explanation explanation = Explained("attention 2 causal=true", new RandomStream(3, 1).Normal([1, 2, 4]), new RandomStream(3, 2).Normal([1, 2, 4]), "mse");
        Entry[] shares = [.. Named(explanation, "A").Entries];
        Assert.Equal(4, shares.Count(e => e.Text.Split("e^").Length == 4)); // the second row of both heads, for two keys each
        Assert.Contains(explanation.Steps[0].Remarks, r => r.English.Contains("2 heads of 2 columns", StringComparison.Ordinal));
    }

    [Fact]
    public void Entries_of_heads_have_as_many_places_as_the_shape_has_axes()
    {
        Explanation explanation = Explained("attention 2", new RandomStream(3, 1).Normal([1, 3, 4]), new RandomStream(3, 2).Normal([1, 3, 4]), "mse");
        foreach (string name in (string[])["Q", "K", "V", "S", "A", "∂L/∂Q"])
        {
            Equation equation = Named(explanation, name);
            Assert.NotEmpty(equation.Entries);
            Assert.All(equation.Entries, e => Assert.Equal(equation.Result.Value.Shape.Rank, e.Text[..e.Text.IndexOf(" = ", StringComparison.Ordinal)].Split(',').Length));
        }
    }

    [Fact]
    public void What_an_attention_hands_to_its_dropout_keeps_its_name()
    {
        Explanation explanation = Explained("attention 2 dropout=0.5", new RandomStream(3, 1).Normal([1, 3, 4]), new RandomStream(3, 2).Normal([1, 3, 4]), "mse");
        string[] letters = Letters(explanation, Phase.Forward);
        Assert.Equal(["Q = x·W_q + b_q", "K = x·W_k + b_k", "V = x·W_v + b_v", "S = Q·Kᵀ / √2", "A = softmax(S)"], letters[..5]);
        Assert.Equal(["h₁ = A ∘ m / 0.5", "y = h₁·V·W_o + b_o"], letters[^2..]);
        Assert.Contains("∂L/∂A = ∂L/∂h₁ / 0.5 ∘ m", Letters(explanation, Phase.Backward));
    }

    private sealed class Gated : Module
    {
        private readonly Linear value = new(2), output = new(1);

        protected override Tensor Compute(Tensor x) => this.output.Forward(this.value.Forward(x).Tanh());
    }

    [Fact]
    public void A_field_called_value_is_no_attention()
    {
        Explanation explanation = new Gated().Explain(X, Tensor.From([1.0], [1, 1]));
        Assert.Equal(["W₁", "b₁", "W₂", "b₂"], explanation.Parameters.Select(p => p.Name.Split(' ')[0]));
    }

    [Fact]
    public void Equal_terms_of_a_normalization_are_taken_together()
    {
        Explanation explanation = Explained("layernorm | linear 1", Tensor.From([1.0, 3, 5], [1, 3]), Tensor.From([1.0], [1, 1]), "mse");
        Assert.Equal("∂L/∂x = ∂L/∂x̂ / √(σ² + 10⁻⁵) + 2(∂L/∂σ² / 3 ∘ (x − μ)) + ∂L/∂μ / 3", Named(explanation, "∂L/∂x").Text);
    }
}
