// Whoever reads an explanation is told in words what each brick and each loss is for, in both languages.

using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Explaining;

public class MeaningTests
{
    [Fact]
    public void Every_brick_of_the_notation_has_a_sentence() =>
        Assert.All(NetNotation.Bricks, brick => AssertSaid(Meanings.OfBrick(brick.Usage), brick.Name));

    [Fact]
    public void Every_loss_has_a_sentence() => Assert.All(Loss.All, loss => AssertSaid(Meanings.OfLoss(Loss.Parse(loss.Usage.Split('[')[0].Replace("CLASSES", "2", StringComparison.Ordinal))), loss.Name));

    [Theory]
    [InlineData("linear 2"), InlineData("gelu"), InlineData("sigmoid"), InlineData("layernorm"), InlineData("lstm 2"), InlineData("gru 2"), InlineData("batchnorm")]
    public void It_stands_where_the_brick_is_explained(string brick)
    {
        Tensor x = brick.Contains(' ', StringComparison.Ordinal) && brick[0] != 'l' || brick[0] == 'g' && brick.Length > 4 || brick.StartsWith("lstm", StringComparison.Ordinal) ? Tensor.Ones([1, 2, 3]) : Tensor.From([1, 2, 3.5, -1], [2, 2]).Cast(DType.Float32);
        Explanation explanation = Seeded.Net(brick).Explain(x);
        Assert.Contains(Meanings.OfBrick(brick)!, explanation.Steps.SelectMany(s => s.Remarks));
    }

    [Theory]
    [InlineData("bce positive=2,3", "−softplus(−z), that of 1 minus the sigmoid as −softplus(z)", "логарифм единицы минус сигмоида — как −softplus(z)")]
    [InlineData("poisson-nll", "the output is the logarithm of their rate", "выход — логарифм интенсивности")]
    [InlineData("poisson-nll full=true", "the output is the logarithm of their rate", "выход — логарифм интенсивности")]
    [InlineData("poisson-nll log=false", "the output is their rate", "выход — их интенсивность")]
    [InlineData("gaussian-nll", "the mean and the logarithm of the variance", "среднее и логарифм дисперсии")]
    [InlineData("cross-entropy", "gives the right class", "правильному классу")]
    [InlineData("cross-entropy smoothing=0.1", "0.1/n to each of the n classes", "по 0.1/n каждому из n классов")]
    [InlineData("asymmetric-square", "cost the same", "одинаково")]
    [InlineData("asymmetric-square a=3 b=3", "cost the same", "одинаково")]
    [InlineData("asymmetric-square a=3", "count otherwise", "иначе")]
    [InlineData("pinball", "the median", "медиана")]
    [InlineData("pinball quantile=0.9", "cost differently", "по-разному")]
    public void A_loss_is_said_with_its_options(string loss, string english, string russian)
    {
        Remark said = Assert.Single(Sentences.Loss(Loss.Parse(loss)), r => r.English.Contains(english, StringComparison.Ordinal));
        Assert.Contains(russian, said.Russian, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lpnorm", "by its length, which becomes 1")]
    [InlineData("lpnorm p=1", "by the sum of its absolute values, which becomes 1")]
    public void A_brick_is_said_with_its_options(string brick, string english) =>
        Assert.Contains(Said(brick, [1, 3]), s => s.Contains(english, StringComparison.Ordinal));

    // The formulas write these functions by their names alone; what they are is said.
    [Theory]
    [InlineData("elu", "elu(x) = x where x > 0, else α·(eˣ − 1). Here α = 1.", "elu(x) = x при x > 0, иначе α·(eˣ − 1). Здесь α = 1.")]
    [InlineData("elu alpha=0.5", "Here α = 0.5.", "Здесь α = 0.5.")]
    [InlineData("celu alpha=2", "else α·(e^(x/α) − 1). Here α = 2.", "иначе α·(e^(x/α) − 1). Здесь α = 2.")]
    [InlineData("selu", "λ·x where x > 0, else λ·α·(eˣ − 1)", "λ·x при x > 0, иначе λ·α·(eˣ − 1)")]
    [InlineData("mish", "x·tanh(ln(1 + eˣ))", "x·tanh(ln(1 + eˣ))")]
    [InlineData("gelu", "gelu(x) = x·Φ(x)", "вероятность Φ(x) того")]
    [InlineData("gelu tanh=true", "gelutanh(x) = x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2", "приближение для gelu")]
    [InlineData("softsign", "x/(1 + |x|)", "x/(1 + |x|)")]
    [InlineData("hardswish", "x·(x + 3)/6 from −3 to 3, 0 below, x above.", "x·(x + 3)/6 при x от −3 до 3, 0 при меньших x, x при больших.")]
    [InlineData("hardsigmoid", "above 1. Here α = 1/6, β = 0.5.", "больше 1. Здесь α = 1/6, β = 0.5.")]
    [InlineData("silu", "x/(1 + e⁻ˣ)", "x/(1 + e⁻ˣ)")]
    [InlineData("softplus", "ln(1 + eˣ)", "ln(1 + eˣ)")]
    [InlineData("hardshrink 2", "x where |x| > λ, else 0. Here λ = 2.", "x при |x| > λ, иначе 0. Здесь λ = 2.")]
    [InlineData("softshrink", "x − λ where x > λ, x + λ where x < −λ, else 0. Here λ = 0.5.", "x − λ при x > λ, x + λ при x < −λ, иначе 0. Здесь λ = 0.5.")]
    [InlineData("threshold 1 value=-2", "x where x > θ, else c. Here θ = 1, c = −2.", "x при x > θ, иначе c. Здесь θ = 1, c = −2.")]
    [InlineData("logsigmoid", "ln(1/(1 + e⁻ˣ))", "ln(1/(1 + e⁻ˣ))")]
    [InlineData("leakyrelu 0.25", "x where x > 0, else α·x. Here α = 0.25.", "x при x > 0, иначе α·x. Здесь α = 0.25.")]
    public void A_function_that_is_written_by_its_name_has_its_definition(string brick, string english, string russian)
    {
        Remark said = Assert.Single(Seeded.Net(brick).Explain(Tensor.Ones([1, 3])).Steps.SelectMany(s => s.Remarks));
        Assert.Contains(english, said.English, StringComparison.Ordinal);
        Assert.Contains(russian, said.Russian, StringComparison.Ordinal);
    }

    // Of the mask of a dropout the probability is written, and no state.
    [Theory]
    [InlineData("dropout 0.3", ""), InlineData("spatialdropout 0.3", ""), InlineData("alphadropout 0.3", "s"), InlineData("linear 2", "")]
    [InlineData("gaussiannoise 1", "s"), InlineData("gaussiannoise 1 | gaussiannoise 2", "s s₂"), InlineData("dropout 0.3 | gaussiannoise 1", "s₂")]
    public void The_state_of_the_random_numbers_is_said_where_it_is_written(string net, string states) =>
        Assert.Equal(states, string.Join(' ', Said(net, [1, 3]).Where(s => s.Contains(" is the state of", StringComparison.Ordinal)).Select(s => s.Split(' ')[0])));

    [Theory]
    [InlineData("parallel sum=true(linear 3 bias=false ; identity)"), InlineData("parallel sum=true(relu ; identity)"), InlineData("residual(linear 3) | linear 3")]
    public void Weights_that_one_brick_has_are_no_shared_ones(string net) => Assert.DoesNotContain(Sentences.Shared.English, Said(net, [1, 3]));

    [Fact]
    public void Weights_that_two_bricks_have_are_shared_ones()
    {
        Linear twice = new(3);
        Assert.Contains(Sentences.Shared, new Sequential(twice, new Tanh(), twice).Explain(Tensor.Ones([1, 3]), Tensor.Zeros([1, 3])).Steps.SelectMany(s => s.Remarks));
    }

    // The first in the order of the rows gets it: the sentence is measured.
    [Fact]
    public void Of_equal_entries_a_max_pool_takes_the_first_and_a_maximum_all()
    {
        Tensor x = Tensor.From([1, 3, 3, 3], [1, 1, 2, 2]).Cast(DType.Float32), t = Tensor.From([1.0], [1, 1, 1, 1]).Cast(DType.Float32);
        (string[] pool, double[] toFirst) = Backward("maxpool 2");
        Assert.Contains(pool, s => s.Contains("of several that are equally great the first one, row by row", StringComparison.Ordinal));
        Assert.Equal([0, 4, 0, 0], toFirst);
        (string[] maximum, double[] toAll) = Backward("globalmaxpool");
        Assert.Contains(maximum, s => s.Contains("several that are equally great share it evenly", StringComparison.Ordinal));
        Assert.Equal([0, 4.0 / 3, 4.0 / 3, 4.0 / 3], toAll, (a, b) => Math.Abs(a - b) < 1e-6);

        (string[] Said, double[] Gradient) Backward(string net)
        {
            ExplainStep last = Seeded.Net(net).Explain(x, t, new() { Loss = new MeanSquaredError() }).Steps.Last(s => s.Phase == Phase.Backward);
            return ([.. last.Remarks.Select(r => r.English)], [.. last.Equations[^1].Result.Value.Values!]);
        }
    }

    private static IReadOnlyList<string> Said(string net, Shape input)
    {
        Sequential read = Seeded.Net(net);
        return [.. read.Explain(new RandomStream(3, 0).Normal(input), Tensor.Zeros(read.Build(input))).Steps.SelectMany(s => s.Remarks).Select(r => r.English)];
    }

    private static void AssertSaid(Remark? remark, string name)
    {
        Assert.True(remark is not null, $"{name} has no sentence");
        Assert.EndsWith(".", remark.English, StringComparison.Ordinal);
        Assert.True(remark.Russian.Any(c => c is >= 'а' and <= 'я') && remark.Russian.EndsWith('.'), remark.Russian);
    }
}
