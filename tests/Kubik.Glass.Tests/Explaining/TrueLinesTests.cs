// A line is true as it stands: a sum says what it sums over, one number is no matrix, "=" is what the printed numbers give, and a sentence
// holds of the brick that it stands above.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Explaining;

public class TrueLinesTests
{
    [Theory]
    [InlineData("rnn 2 last=true", "1x3x2", "∂L/∂b₁ = sum([∂L/∂z₁; ∂L/∂z₂; ∂L/∂z₃]; axes 0, 1)")]
    [InlineData("rnn 2 last=true", "1x9x2", "∂L/∂b₁ = sum((∂L/∂zₜ, t = 1 … 9); axes 0, 1)")]
    [InlineData("attention 1", "1x3x4", "∂L/∂b_q = sum(∂L/∂Q; axes 0, 3)")]
    [InlineData("attention 2", "2x3x4", "∂L/∂b_v = sum(∂L/∂V; axes 0, 3)")]
    [InlineData("groupnorm 2", "1x4x2", "σ² = mean((reshape(x; 1×2×4) − μ)∘²; axis 2)", "∂L/∂γ₁ = sum(∂L/∂y ∘ reshape(x̂; 1×4×2); axes 0, 2)")]
    [InlineData("softmax axis=-1", "1x4", "∂L/∂x = y ∘ (∂L/∂y − sum(∂L/∂y ∘ y))")]
    public void A_sum_says_its_axes_as_they_are_counted_in_what_is_written(string net, string input, params string[] lines)
    {
        IReadOnlyList<string> written = Letters(Explained(net, input));
        Assert.All(lines, l => Assert.Contains(l, written));
    }

    // The numbers of one sample stand as a matrix, without the axis of the samples that the axes are counted with.
    [Theory]
    [InlineData("softmax axis=1", "1x2x2", "; axis 1 of 1×2×2)")]
    [InlineData("linear 2", "1x3x2", "; axes 0, 1 of 1×3×2)")]
    [InlineData("layernorm", "1x2x3", "; axis 2 of 1×2×3)")]
    public void Axes_of_numbers_are_said_of_their_shape(string net, string input, string said) =>
        Assert.Contains(Explained(net, input).Steps.SelectMany(s => s.Equations), e => e.Numbers?.Contains(said, StringComparison.Ordinal) == true);

    // Columns side by side, and rows one below the other.
    [Fact]
    public void What_is_joined_says_how()
    {
        IReadOnlyList<string> written = Letters(Explained("rnn 2 bidirectional=true", "1x2x2"));
        Assert.Contains("y = [[h⁽→⁾₁; h⁽→⁾₂], [h⁽←⁾₁; h⁽←⁾₂]]", written);
        Assert.Contains("∂L/∂W₁ = xᵀ·[∂L/∂z⁽→⁾₁; ∂L/∂z⁽→⁾₂]", written);
        Assert.Equal(["h₁ = x·W₁ + b₁", "h₂ = relu(x)", "y = [h₁, h₂]"], Seeded.Net("parallel(linear 2 ; relu)").ToFormula([3]).ToString().Split('\n'));
    }

    // Weights of classes are given: no gradient reaches them, and each multiplies a row of the scores.
    [Fact]
    public void A_number_for_each_sample_is_a_column()
    {
        Tensor x = Tensor.From([0.5f, -2, 3, 1, 2, 3], [2, 3]), t = Tensor.Of(2L, 0);
        Explanation explanation = Seeded.Net("identity").Explain(x, t, new() { Loss = Loss.Parse("cross-entropy weights=1,2,3") });
        Assert.DoesNotContain(explanation.Steps.SelectMany(s => s.Equations), e => e.Result.Name == "∂L/∂w");
        Equation back = explanation.Steps.SelectMany(s => s.Equations).Last();
        Assert.Equal("∂L/∂x = 1 / sum(w) ∘ w ∘ (p − onehot(t))", back.Text);
        Assert.Contains(" ∘ [[3], [1]] ∘ ([[", back.Numbers, StringComparison.Ordinal);
    }

    // The engine adds up two halves of a square's derivative; what is read is one formula, once in letters and once in numbers.
    [Theory]
    [InlineData("linear 20", "1x2", @"^∂L/∂y\[1\] = 0\.1\(\S+ − \S+\) ≈ \S+$")]
    [InlineData("rmsnorm | linear 20", "1x4x5", @"^x̂\[1,1\] = \S+ / \S+ ≈ \S+$")]
    [InlineData("globalavgpool", "1x4x5x2", @"^∂L/∂x\[1,1,1,1\] = \S+ / 10 ≈ \S+$")]
    [InlineData("globalmaxpool", "1x1x2x2", @"^y\[1\] = max\(\S+, \S+, \S+, \S+\) ≈ \S+$")]
    [InlineData("lrn 3", "1x4x2x2", @"^∂L/∂x\[1,1,1,1\] = \S+ / \S.* [+−] 2\(.+\) ≈ \S+$")]
    public void An_entry_reads_as_the_letters_above_it(string net, string input, string pattern) =>
        Assert.Contains(Explained(net, input).Steps.SelectMany(s => s.Equations).SelectMany(e => e.Entries),
            e => Regex.IsMatch(e.Text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(30)));

    [Theory]
    [InlineData("rmsnorm", "1x2", "r = √(mean(x∘²) + 10⁻⁵)", "x̂ = x / r", "∂L/∂r = sum(−∂L/∂x̂ ∘ x̂ / r)")]
    [InlineData("lrn 3", "1x4x2", "m = avgpool(place(x∘²); 3x1, stride 1)", "y = x ⊘ (1 + 0.0001m)^∘0.75")]
    [InlineData("attention 2", "1x2x2", "S = Q·Kᵀ", "∂L/∂K = (∂L/∂S)ᵀ·Q")] // heads of one column are matrices too
    public void Parts_have_the_names_of_the_field(string net, string input, params string[] lines)
    {
        IReadOnlyList<string> written = Letters(Explained(net, input));
        Assert.All(lines, l => Assert.Contains(l, written));
    }

    [Theory]
    [InlineData("pixelshuffle 2", "1x4x2x2", "y = reshape(permute(reshape(x; 1×1×2×2×2×2), (0, 1, 4, 2, 5, 3)); 1×1×4×4)")]
    [InlineData("permute 0,2,3,1", "1x2x3x4", "y = permute(x, (0, 2, 3, 1))")]
    public void What_is_put_in_another_order_is_not_what_it_was(string net, string input, string line) => Assert.Contains(line, Letters(Explained(net, input)));

    [Theory]
    [InlineData("attention 4 keyheads=2", "x·W_q + b_q are split into 4 heads of 2 columns, those of x·W_k + b_k and x·W_v + b_v into 2, each for 2 heads of queries")]
    [InlineData("attention 4", "x·W_q + b_q, x·W_k + b_k and x·W_v + b_v are split into 4 heads of 2 columns")]
    public void Heads_of_keys_are_as_many_as_there_are(string net, string said) =>
        Assert.Contains(Explained(net, "1x3x8").Steps.SelectMany(s => s.Remarks), r => r.English.Contains(said, StringComparison.Ordinal));

    // The sign of a rest decides an update, so the rest is shown where it comes from.
    [Fact]
    public void A_rest_whose_sign_is_taken_is_shown()
    {
        Sequential net = Seeded.Net("linear 1 bias=false");
        net.Build([1, 2]);
        net.Parameters().Single().Parameter.Assign(Tensor.From([0.1f, 0.2f], [2, 1]));
        Optimizer lion = OptimizerTable.Parse("lion", new(0.1, Schedule.Constant));
        Explanation explanation = net.Explain(Tensor.Ones([1, 2]), Tensor.From([0.3f], [1, 1]), new() { Optimizer = lion });
        Assert.DoesNotContain("∂L/∂W₁ ≈ [[0], [0]]", explanation.ToText(), StringComparison.Ordinal);
        Assert.Contains("·10⁻¹⁶", explanation.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_for_all_entries_is_times_ones()
    {
        Explanation one = Explained("globalavgpool | flatten", "1x1x2x2"), two = Explained("globalavgpool | flatten", "1x2x2x2");
        Assert.Contains("∂L/∂x = (∂L/∂h₁ / 4)·𝟏", Letters(one));
        Assert.Contains("∂L/∂x = (∂L/∂h₁ / 4) ∘ 𝟏", Letters(two));
        Assert.Contains(one.Steps.SelectMany(s => s.Equations), e => e.Numbers?.Contains(" / 4)·𝟏 ≈ [[", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("0.5 - 0.1*0.6719*0.7441", "0.45", false)]
    [InlineData("0.5 - 0.1*0.5*1", "0.45", true)]
    [InlineData("0.7311*0", "0", true)]
    [InlineData("2/3 - 1/3", "1/3", true)]
    [InlineData("2.5e-4 + 1", "1.0003", false)]
    [InlineData("1 - 0.01*2e-20", "1", false), InlineData("1e-20*1 + 1", "1", false), InlineData("1 - 1e20", "-1e20", false)] // lost by floating point
    [InlineData("1e-200*1e-200", "0", false), InlineData("(1e-200)^2", "0", false), InlineData("1e-200*0", "0", true)]
    [InlineData("1e8 + 0.5", "100000000.5", true), InlineData("0 + 1e-20", "1e-20", true)]
    [InlineData("-ln(0)", "800", null), InlineData("1/0", "5", null)] // nothing to be read
    [InlineData("exp(5000)/(exp(5000) + exp(2000))", "1", false)] // too large for floating point, and a number
    public void Equals_is_what_the_printed_numbers_give(string printed, string result, bool? isTrue) =>
        Assert.Equal(isTrue, PrintedArithmetic.Gives(Formula.Parse(printed).Root, new Symbol(new(DType.Float64, []), result, result)));

    [Fact]
    public void A_rounded_factor_makes_a_line_rounded_unless_what_is_printed_is_true()
    {
        Sequential net = Seeded.Net("linear 1 bias=false");
        net.Build([1, 1]);
        net.Parameters().Single().Parameter.Assign(Tensor.From([0.65432f], [1, 1]));
        Assert.Contains("y = 100·0.6543 ≈ 65.432", Numbers(net, 100));
        Assert.Contains("y = 0·0.6543 = 0", Numbers(net, 0));

        static IEnumerable<string?> Numbers(Sequential net, float x) => net.Explain(Tensor.From([x], [1, 1])).Steps.SelectMany(s => s.Equations).Select(e => e.Numbers);
    }

    [Fact]
    public void What_floating_point_loses_makes_a_line_rounded()
    {
        Sequential net = Seeded.Net("linear 1");
        net.Build([1, 2]);
        net.Parameters().Single(p => p.Path == "0.weight").Parameter.Assign(Tensor.Ones([2, 1]));
        net.Parameters().Single(p => p.Path == "0.bias").Parameter.Assign(Tensor.Of(1f));
        Explanation explanation = net.Explain(Tensor.From([1e-20f, 1], [1, 2]), Tensor.Zeros([1, 1]), new() { Optimizer = new Sgd(1e-20) });
        string text = explanation.ToText();
        Assert.Contains("y = (10⁻²⁰, 1)·[[1], [1]] + 1 ≈ 2", text, StringComparison.Ordinal);
        Assert.Contains("b₁ = 1 − 10⁻²⁰·4 ≈ 1", text, StringComparison.Ordinal);
    }

    // Its probability is less than the least number that there is.
    [Fact]
    public void No_line_says_minus_ln_0()
    {
        string text = Seeded.Net("identity").Explain(Tensor.From([0f, 800], [1, 2]), Tensor.Of(0L)).ToText();
        Assert.DoesNotContain("ln(0)", text, StringComparison.Ordinal);
        Assert.Contains("ℓ = −ln(p[t + 1])", text, StringComparison.Ordinal);
        Assert.Contains("ℓ ≈ 800", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layernorm", "2x3", "Each sample gets mean 0 and variance 1 by itself, then a scale γ and a shift β that are learnt.")]
    [InlineData("layernorm", "2x4x3", "Each row of each sample gets mean 0 and variance 1 by itself, then a scale γ and a shift β that are learnt.")]
    [InlineData("layernorm axes=2 affine=false", "2x4x3", "Each sample gets mean 0 and variance 1 by itself.")]
    [InlineData("rmsnorm", "2x4x3", "Each row of each sample is divided by its root mean square, then multiplied by a scale γ that is learnt.")]
    [InlineData("rmsnorm affine=false", "2x3", "Each sample is divided by its root mean square.")]
    [InlineData("groupnorm 2", "2x4x3", "Each group of channels of a sample gets mean 0 and variance 1 by itself, then a scale γ and a shift β that are learnt.")]
    [InlineData("instancenorm", "2x4x3", "Each channel of each sample gets mean 0 and variance 1 by itself, then a scale γ and a shift β that are learnt.")]
    [InlineData("batchnorm affine=false", "2x3", "Each channel gets mean 0 and variance 1 over the batch.")]
    public void A_norm_is_told_by_its_axes_and_by_what_it_learns(string net, string input, string sentence) =>
        Assert.Contains(sentence, Explained(net, input).Steps.SelectMany(s => s.Remarks).Select(r => r.English));

    [Fact]
    public void A_batch_norm_in_evaluation_takes_what_was_measured()
    {
        Sequential net = Seeded.Net("batchnorm");
        net.Build([2, 3]);
        net.Eval();
        Remark said = Assert.Single(net.Explain(Tensor.Ones([1, 3]), null, new() { Training = false }).Steps[0].Remarks);
        Assert.StartsWith("From each channel its running mean m is taken off", said.English, StringComparison.Ordinal);
        Assert.StartsWith("Из каждого канала вычитается его скользящее среднее m", said.Russian, StringComparison.Ordinal);
    }

    [Fact]
    public void The_columns_that_are_split_into_heads_are_those_of_the_equation()
    {
        Explanation explanation = Explained("transformer 2 4", "1x3x4");
        Assert.Contains("Q = h₁·W_q + b_q", Letters(explanation));
        Assert.Contains(explanation.Steps.SelectMany(s => s.Remarks), r => r.English.StartsWith("The columns of h₁·W_q + b_q, h₁·W_k", StringComparison.Ordinal));
        Assert.Contains(Explained("attention 2 bias=false", "1x3x4").Steps.SelectMany(s => s.Remarks), r => r.English.StartsWith("The columns of x·W_q, x·W_k and x·W_v are", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_definition_names_keeps_its_name_where_another_brick_reads_it()
    {
        IReadOnlyList<string> lines = Letters(Explained("attention 1 dropout=0.5", "1x3x4"));
        Assert.Contains("V = x·W_v + b_v", lines);
        Assert.Contains("A = softmax(S)", lines);
    }

    private static Explanation Explained(string net, string input)
    {
        Sequential read = Seeded.Net(net);
        Tensor x = new RandomStream(3, 0).Normal(Shape.Parse(input)), t = new RandomStream(4, 0).Normal(read.Build(x.Shape));
        return read.Explain(x, t, new() { Loss = new MeanSquaredError() });
    }

    private static IReadOnlyList<string> Letters(Explanation explanation) => [.. explanation.Steps.SelectMany(s => s.Equations).Select(e => e.Text)];
}
