// What equations say of axes holds of what the reader sees, and what the table says of a word holds of every equation that has it.

using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Nn;
using Kubik.Ops;

namespace Kubik.Glass.Tests.Networks;

public sealed class AxesAndWordsTests
{
    // Axes are those of what is written: of x where it had them, else the reshape is written.
    [Theory]
    [InlineData("unflatten 2x2 | softmax axis=1", new[] { 4 }, "y = softmax(reshape(x; 1×2×2); axis 1)")]
    [InlineData("unflatten 2x2 | glu axis=1", new[] { 4 }, "y = reshape(x; 1×2×2)[:, 1] ∘ sigmoid(reshape(x; 1×2×2)[:, 2])")]
    [InlineData("softmax axis=1", new[] { 2, 3 }, "y = softmax(x; axis 1)")]
    [InlineData("glu", new[] { 4 }, "y = x[:, 1…2] ∘ sigmoid(x[:, 3…4])")]
    public void Axes_are_named_where_they_are_seen(string net, int[] sample, string line) =>
        Assert.Equal(line, Seeded.Net(net).ToFormula([.. sample]).ToString().Split('\n')[0]);

    // The axis stands beside what is taken over it, and within its signs.
    [Fact]
    public void What_is_no_word_has_its_axes_within_its_signs()
    {
        Variable x = new("x", [2, 3]);
        Assert.All(((Op, string, string)[])
        [
            (new ReduceL1([1]), "‖x; axis 1‖₁", @"\left\lVert x;\text{ axis 1} \right\rVert_1"),
            (new ReduceL2([0]), "‖x; axis 0‖₂", @"\left\lVert x;\text{ axis 0} \right\rVert_2"),
            (new LogSumExp([1]), "ln sum(exp(x); axis 1)", @"\ln\sum\left(e^{x};\text{ axis 1}\right)"),
            (new SumSquare([1]), "sum(x²; axis 1)", @"\sum\left(x^2;\text{ axis 1}\right)"),
            (new Mean([1]), "mean(x; axis 1)", @"\operatorname{mean}\left(x;\text{ axis 1}\right)"),
        ], row =>
        {
            Formula written = Formula.Of(Call.Of(row.Item1, x));
            Assert.Equal((row.Item2, row.Item3), (written.ToString(), written.ToLatex()));
            System.Xml.Linq.XElement.Parse(written.ToMathMl());
        });
    }

    [Theory]
    [InlineData("maxout 2", new[] { 1, 4 }, "y = max(reshape(x; 1×2×2); axis 2)")]
    [InlineData("groupnorm 2", new[] { 1, 4, 2 }, "μ = mean(reshape(x; 1×2×4); axis 2)")]
    [InlineData("layernorm", new[] { 2, 4 }, "μ = mean(x; axis 1)")]
    public void So_it_is_in_explanations(string net, int[] input, string line) =>
        Assert.Contains(line, Seeded.Net(net).Explain(new RandomStream(3, 0).Normal([.. input])).ToText().Split('\n').Select(l => l.Trim()));

    // A picture is no row, a word has no shape, and rows of a table are counted from 1.
    [Fact]
    public void The_table_says_what_the_input_is()
    {
        Assert.Equal("the input, one sample", Input("conv 2 3x3", [1, 4, 4]));
        Assert.Equal("the input, a row for each sample", Input("linear 2", [3]));
        Assert.Equal("the input, a row for each sample: numbers from 0; the number k picks row k + 1 of a table", Input("embedding 5 2", [3]));
        Assert.Equal("y = W₁[x + 1]", Seeded.Net("embedding 5 2").ToFormula([3]).ToString());

        static string Input(string net, Shape sample) => Seeded.Net(net).ToFormula(sample).Symbols[0].Means;
    }

    [Theory]
    [InlineData("groupnorm 2 | conv 8 1x1 | groupnorm 4", new[] { 4, 2, 2 }, "groupnorm", "in h₁: ", "2 groups", "in y: ", "4 groups")]
    [InlineData("layernorm | tanh | layernorm epsilon=1e-3 affine=false", new[] { 4 }, "layernorm", "in h₁: ", "10⁻⁵", "in y: ", "0.001")]
    [InlineData("attention 2 rotary=true | attention 4 rotary=true", new[] { 3, 16 }, "rotary", "i and i+4", "i and i+2")]
    public void A_word_with_two_meanings_says_in_which_equation(string net, int[] sample, string word, params string[] said)
    {
        NetSymbol[] rows = [.. Seeded.Net(net).ToFormula([.. sample]).Symbols.Where(s => s.Name.Name == word)];
        Assert.Equal(2, rows.Length);
        string both = string.Join('\n', rows.Select(r => r.Means));
        Assert.All(said, s => Assert.Contains(s, both, StringComparison.Ordinal));
    }

    [Fact]
    public void A_word_with_one_meaning_has_one_row() =>
        Assert.Single(Seeded.Net("batchnorm | linear 3 | batchnorm").ToFormula([2]).Symbols, s => s.Name.Name == "batchnorm");

    [Theory]
    [InlineData(new[] { 2, 3 }, "mean(x; axes 2, 3)")]
    [InlineData(new[] { 1 }, "mean(x; axis 1)")]
    [InlineData(new[] { 1, 2, 3 }, "mean(x)")] // of all that a sample has
    public void A_mean_says_its_axes(int[] axes, string written)
    {
        NetFormula formula = new Lambda(x => x.Mean(axes, keepDims: true), "means").ToFormula([2, 3, 4]);
        Assert.Equal($"y = {written}", formula.ToString());
        Assert.Contains(axes.Length == 3 ? @"\operatorname{mean}\left(x\right)" : @";\text{ ax", formula.ToLatex(), StringComparison.Ordinal);
        System.Xml.Linq.XElement.Parse(formula.ToMathMl());
    }

    [Theory]
    [InlineData("attention 2 rotary=true", "3x8", "rotary", "turns, in the row of place t, entries i and i+2 as a pair by the angle (t−1)·10000^(−2(i−1)/4)")]
    [InlineData("conv 2 3x3 | batchnorm epsilon=0.001", "1x4x4", "batchnorm", "(a − m) / √(v + 0.001) in each channel, a what goes in, times γ, plus β")]
    [InlineData("layernorm axes=2", "3x4", "layernorm", "(a − μ) / √(σ² + 10⁻⁵), a what goes in, μ the mean and σ² the variance over the last 2 axes, times γ, plus β")]
    [InlineData("weightnorm(linear 3)", "4", "‖V₁‖", "the length of each output's weights: of each column of V₁")]
    [InlineData("weightnorm(conv 3 3x3)", "2x4x4", "‖V₁‖", "the length of each output's weights: of each kernel of V₁")]
    [InlineData("spectralnorm(conv 2 3x3)", "1x8x8", "K₁ᵀ·u₁", "with K₁ flattened to a matrix, 2x9, a row for each output; in σ too")]
    [InlineData("rmsnorm affine=false", "4", "rmsnorm", "a / √(m + 10⁻⁵), a what goes in, m the mean of a² in each row")]
    [InlineData("linear 3 | lpnorm", "4", "‖h₁‖", "the length, √Σh₁², of each row")]
    [InlineData("lpnorm p=1", "2x4", "‖x‖₁", "the sum of all sizes, Σ|x|, of each row")]
    [InlineData("grucell 3", "5", "U1", "0.stateWeight, in no equation: what it is multiplied with is 0")]
    [InlineData("grucell 3", "5", "W1", "0.inputWeight")]
    [InlineData("attention 2", "5x6", "W_q", "0.query.weight")]
    public void The_table_says_what_a_word_means(string net, string sample, string word, string means) =>
        Assert.Equal(means, Seeded.Net(net).ToFormula(Shape.Parse(sample)).Symbols.Single(s => s.Name.Name == word).Means);

    [Theory]
    [InlineData("linear 4 | dropout 0.5 | linear 2", "3", "As it predicts: dropout passes on what it gets.")]
    [InlineData("linear 4 | dropout 0.5 | gaussiannoise 1 | batchnorm | alphadropout 0.1", "3",
        "As it predicts: dropout, gaussiannoise and alphadropout pass on what they get, batchnorm takes its running statistics.")]
    [InlineData("conv 2 3x3 | spatialdropout 0.2 | spectralnorm(conv 2 3x3)", "1x8x8",
        "As it predicts: spatialdropout passes on what it gets, spectralnorm keeps its u.")]
    [InlineData("transformer 2 8 dropout=0.1", "3x4", "As it predicts: dropout passes on what it gets.")]
    [InlineData("attention 2 dropout=0.1", "3x4", "As it predicts: dropout passes on what it gets.")]
    [InlineData("linear 4 | dropout 0 | layernorm | weightnorm(linear 2)", "3", null)]
    [InlineData("layernorm axes=2", "4", null)] // γ fits one sample alone
    public void What_bricks_do_otherwise_in_training_is_said(string net, string sample, string? said) =>
        Assert.Equal(said, Seeded.Net(net).ToFormula(Shape.Parse(sample)).InPrediction);

    // A module of one's own is found by its graph.
    [Fact]
    public void What_a_module_of_ones_own_does_otherwise_in_training_is_said()
    {
        string? said = new Sequential(new Linear(3), new Halved()).ToFormula([2]).InPrediction;
        Assert.Equal("As it predicts: Halved computes something else than in training.", said);
        Assert.Null(new Sequential(new Linear(3), new Shifted()).ToFormula([2]).InPrediction);
    }

    private sealed class Halved : Module
    {
        protected override Tensor Compute(Tensor x) => this.Training ? x : x * 0.5;
    }

    private sealed class Shifted : Module
    {
        protected override Tensor Compute(Tensor x) => x + 1;
    }

    [Fact]
    public void A_norm_of_weights_is_no_spectral_norm() =>
        Assert.DoesNotContain("_2", Seeded.Net("weightnorm(linear 5)").ToFormula([3]).ToLatex(), StringComparison.Ordinal);
}
