using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Networks;

public sealed class NetFormulaTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("linear 8 | relu | linear 1", "2", "h₁ = relu(x·W₁ + b₁)\ny = h₁·W₂ + b₂")]
    [InlineData("linear 8 bias=false | sigmoid", "2", "y = sigmoid(x·W₁)")]
    [InlineData("linear 4 | linear 3", "2", "y = x·(W₁·W₂) + b₁·W₂ + b₂")]
    [InlineData("linear 4 bias=false | linear 3 bias=false | tanh | linear 1", "2", "h₁ = tanh(x·(W₁·W₂))\ny = h₁·W₃ + b₃")]
    [InlineData("linear 4 bias=false | linear 3", "2", "y = x·(W₁·W₂) + b₂")]
    [InlineData("conv 6 5x5 pad=2 | relu | maxpool 2 | flatten | linear 10", "1x28x28",
        "h₁ = relu(x ∗[pad 2] K₁ + b₁)\n"
        + "h₂ = maxpool(h₁; 2)\n"
        + "h₃ = flatten(h₂)\n"
        + "y = h₃·W₂ + b₂")]
    [InlineData("conv 4 3x5 stride=2x1 dilation=2 groups=2 | avgpool 3 stride=2 pad=1 | upsample 2", "2x16x16",
        "h₁ = x ∗[stride 2x1, dilation 2, groups 2] K₁ + b₁\n"
        + "h₂ = avgpool(h₁; 3, stride 2, pad 1)\n"
        + "y = resize(h₂; by 2)")]
    [InlineData("residual(linear 4 | tanh) | linear 1", "4", "h₁ = tanh(x·W₁ + b₁)\nh₂ = x + h₁\ny = h₂·W₂ + b₂")]
    [InlineData("attention 2", "5x6",
        "Q⁽ʰ⁾ = x·W_q⁽ʰ⁾ + b_q⁽ʰ⁾\n"
        + "K⁽ʰ⁾ = x·W_k⁽ʰ⁾ + b_k⁽ʰ⁾\n"
        + "V⁽ʰ⁾ = x·W_v⁽ʰ⁾ + b_v⁽ʰ⁾\n"
        + "S⁽ʰ⁾ = Q⁽ʰ⁾·K⁽ʰ⁾ᵀ / √3\n"
        + "A⁽ʰ⁾ = softmax(S⁽ʰ⁾)\n"
        + "y = [A⁽¹⁾·V⁽¹⁾, A⁽²⁾·V⁽²⁾]·W_o + b_o")]
    [InlineData("attention 2 causal=true bias=false | linear 2", "5x8",
        "Q⁽ʰ⁾ = x·W_q⁽ʰ⁾\n"
        + "K⁽ʰ⁾ = x·W_k⁽ʰ⁾\n"
        + "V⁽ʰ⁾ = x·W_v⁽ʰ⁾\n"
        + "S⁽ʰ⁾ = 0.5Q⁽ʰ⁾·K⁽ʰ⁾ᵀ\n"
        + "A⁽ʰ⁾ = softmax(C₁ ? S⁽ʰ⁾ : −∞)\n"
        + "y = [A⁽¹⁾·V⁽¹⁾, A⁽²⁾·V⁽²⁾]·(W_o·W₁) + b₁")]
    [InlineData("rnn 3 | linear 2", "7x2", "hₜ = tanh(xₜ·W₁ + b₁ + hₜ₋₁·U₁)\nh₀ = 0\nH₁ = (hₜ, t = 1 … T)\ny = H₁·W₂ + b₂")]
    [InlineData("lstm 3 last=true | linear 2", "64x2",
        "iₜ = sigmoid(xₜ·W_i + b_i + hₜ₋₁·U_i)\n"
        + "fₜ = sigmoid(xₜ·W_f + b_f + hₜ₋₁·U_f)\n"
        + "gₜ = tanh(xₜ·W_g + b_g + hₜ₋₁·U_g)\n"
        + "oₜ = sigmoid(xₜ·W_o + b_o + hₜ₋₁·U_o)\n"
        + "cₜ = fₜ ∘ cₜ₋₁ + iₜ ∘ gₜ\n"
        + "hₜ = oₜ ∘ tanh(cₜ)\n"
        + "c₀ = 0\n"
        + "h₀ = 0\n"
        + "y = h_T·W₂ + b₂")]
    [InlineData("lstm 3", "1x2",
        "i = sigmoid(x·W_i + b_i)\n"
        + "f = sigmoid(x·W_f + b_f)\n"
        + "g = tanh(x·W_g + b_g)\n"
        + "o = sigmoid(x·W_o + b_o)\n"
        + "c = i ∘ g\n"
        + "h = o ∘ tanh(c)\n"
        + "y = h")]
    [InlineData("gru 3", "5x2",
        "rₜ = sigmoid(xₜ·W_r + b_r + hₜ₋₁·U_r)\n"
        + "zₜ = sigmoid(xₜ·W_z + b_z + hₜ₋₁·U_z)\n"
        + "uₜ = hₜ₋₁·U_u + d₁\n"
        + "nₜ = tanh(xₜ·W_n + b_n + rₜ ∘ uₜ)\n"
        + "hₜ = (1 − zₜ) ∘ nₜ + zₜ ∘ hₜ₋₁\n"
        + "h₀ = 0\n"
        + "y = (hₜ, t = 1 … T)")]
    [InlineData("rnn 2 bidirectional=true layers=2 last=true", "4x3",
        "h⁽¹→⁾ₜ = tanh(xₜ·W₁ + b₁ + h⁽¹→⁾ₜ₋₁·U₁)\n"
        + "h⁽¹→⁾₀ = 0\n"
        + "h⁽¹←⁾ₜ = tanh(xₜ·W₂ + b₂ + h⁽¹←⁾ₜ₊₁·U₂)\n"
        + "h⁽¹←⁾_(T+1) = 0\n"
        + "h⁽²→⁾ₜ = tanh([h⁽¹→⁾ₜ, h⁽¹←⁾ₜ]·W₃ + b₃ + h⁽²→⁾ₜ₋₁·U₃)\n"
        + "h⁽²→⁾₀ = 0\n"
        + "h⁽²←⁾ₜ = tanh([h⁽¹→⁾ₜ, h⁽¹←⁾ₜ]·W₄ + b₄ + h⁽²←⁾ₜ₊₁·U₄)\n"
        + "h⁽²←⁾_(T+1) = 0\n"
        + "y = [h⁽²→⁾_T, h⁽²←⁾₁]")]
    [InlineData("rnn 2 bidirectional=true", "4x3",
        "h⁽→⁾ₜ = tanh(xₜ·W₁ + b₁ + h⁽→⁾ₜ₋₁·U₁)\n"
        + "h⁽→⁾₀ = 0\n"
        + "h⁽←⁾ₜ = tanh(xₜ·W₂ + b₂ + h⁽←⁾ₜ₊₁·U₂)\n"
        + "h⁽←⁾_(T+1) = 0\n"
        + "y = ([h⁽→⁾ₜ, h⁽←⁾ₜ], t = 1 … T)")]
    [InlineData("linear 4 | dropout 0.5 | relu | dropout 0.5", "2", "y = relu(x·W₁ + b₁)")]
    [InlineData("linear 3 | softmax", "2", "y = softmax(x·W₁ + b₁)")]
    [InlineData("embedding 10 4 | linear 3", "5", "h₁ = W₁[x + 1]\ny = h₁·W₂ + b₂")]
    [InlineData("pad 1 mode=reflect | conv 2 3x3", "1x4x4", "h₁ = pad(x; 1, reflect)\ny = h₁ ∗ K₁ + b₁")]
    [InlineData("pad 0x1 padend=2x0 value=-1.5", "2x3x2", "y = pad(x; 0x1, after 2x0, value -1.5)")]
    [InlineData("linear 8 | maxout 2", "4", "h₁ = x·W₁ + b₁\ny = maxout(h₁; groups of 2)")]
    [InlineData("maxout 3 axis=-1", "2x9", "y = maxout(x; groups of 3 along axis 2)")]
    [InlineData("conv 2 3x3 | globalavgpool | flatten | linear 2", "1x5x5", "h₁ = x ∗ K₁ + b₁\nh₂ = globalavgpool(h₁)\nh₃ = flatten(h₂)\ny = h₃·W₂ + b₂")]
    [InlineData("pixelshuffle 2 | resize 6 mode=linear", "8x3x2", "h₁ = pixelshuffle(x; 2)\ny = resize(h₁; to 6, linear)")]
    [InlineData("lrn 4 alpha=0.5 beta=0.5 bias=2", "5x2x2", "y = lrn(x; size 4, alpha 0.5, beta 0.5, bias 2)")]
    [InlineData("linear 3 | lpnorm", "4", "h₁ = x·W₁ + b₁\ny = h₁ / ‖h₁‖")]
    [InlineData("softmax axis=1 temperature=0.5", "3x4", "y = softmax(x / 0.5; axis 1)")]
    [InlineData("glu", "6", "y = x[:, 1…3] ∘ sigmoid(x[:, 4…6])")]
    [InlineData("dropout 0.5", "3", "y = x")]
    [InlineData("embedding 5 3 padding=4", "3", "y = W₁[x + 1]")]
    [InlineData("unfold 3x2 stride=2x1 pad=1", "2x5x4", "y = unfold(x; 3x2, stride 2x1, pad 1)")]
    [InlineData("fold 4x5 2", "12x12", "y = fold(x; to 4x5, 2, stride 1)")]
    [InlineData("rnncell 4", "3", "y = tanh(x·W₁ + b₁)")]
    [InlineData("lstmcell 4 | linear 2", "3",
        "i = sigmoid(x·W_i + b_i)\n"
        + "f = sigmoid(x·W_f + b_f)\n"
        + "g = tanh(x·W_g + b_g)\n"
        + "o = sigmoid(x·W_o + b_o)\n"
        + "h₁ = o ∘ tanh(i ∘ g)\n"
        + "y = h₁·W₂ + b₂")]
    [InlineData("gru 3", "1x2", "r = sigmoid(x·W_r + b_r)\nz = sigmoid(x·W_z + b_z)\nu = d₁\nn = tanh(x·W_n + b_n + r ∘ u)\nh = (1 − z) ∘ n\ny = h")]
    [InlineData("grucell 3 bias=false", "2", "r = sigmoid(x·W_r)\nz = sigmoid(x·W_z)\nn = tanh(x·W_n)\ny = (1 − z) ∘ n")]
    [InlineData("lstm 3 | linear 2", "1x2",
        "i = sigmoid(x·W_i + b_i)\n"
        + "f = sigmoid(x·W_f + b_f)\n"
        + "g = tanh(x·W_g + b_g)\n"
        + "o = sigmoid(x·W_o + b_o)\n"
        + "c = i ∘ g\n"
        + "h = o ∘ tanh(c)\n"
        + "h₁ = h\n"
        + "y = h₁·W₂ + b₂")]
    [InlineData("weightnorm(linear 5)", "3", "W = V₁ / ‖V₁‖ ∘ g₁\ny = x·W + b₁")]
    [InlineData("weightnorm(conv 2 3x3 bias=false) | relu | flatten | weightnorm(linear 2)", "1x4x4", "W₁ = V₁ / ‖V₁‖ ∘ g₁\nh₁ = relu(x ∗ W₁)\nh₂ = flatten(h₁)\nW₂ = V₂ / ‖V₂‖ ∘ g₂\ny = h₂·W₂ + b₂")]
    [InlineData("weightnorm(linear 5) | relu | linear 2", "3", "W₁ = V₁ / ‖V₁‖ ∘ g₁\nh₁ = relu(x·W₁ + b₁)\ny = h₁·W₂ + b₂")]
    [InlineData("spectralnorm(linear 5) | relu | spectralnorm(linear 2)", "3", "v₁ = W₁·u₁ / ‖W₁·u₁‖\nσ₁ = u₁ᵀ·W₁ᵀ·v₁\nW̄₁ = W₁ / σ₁\nh₁ = relu(x·W̄₁ + b₁)\nv₂ = W₂·u₂ / ‖W₂·u₂‖\nσ₂ = u₂ᵀ·W₂ᵀ·v₂\nW̄₂ = W₂ / σ₂\ny = h₁·W̄₂ + b₂")]
    [InlineData("spectralnorm(linear 5)", "3", "v = W₁·u₁ / ‖W₁·u₁‖\nσ = u₁ᵀ·W₁ᵀ·v\nW̄ = W₁ / σ\ny = x·W̄ + b₁")]
    [InlineData("attention 2 rotary=true keyheads=1 bias=false", "5x8",
        "Q⁽ʰ⁾ = rotary(x·W_q⁽ʰ⁾)\n"
        + "K = rotary(x·W_k)\n"
        + "V = x·W_v\n"
        + "S⁽ʰ⁾ = 0.5Q⁽ʰ⁾·Kᵀ\n"
        + "A⁽ʰ⁾ = softmax(S⁽ʰ⁾)\n"
        + "y = [A⁽¹⁾·V, A⁽²⁾·V]·W_o")]
    public void A_network_is_written_brick_by_brick(string net, string sample, string text) =>
        Assert.Equal(text, Seeded.Net(net).ToFormula(Shape.Parse(sample)).ToString());

    // A piece of a brick between two others hands on several values: its parts have their names before the first of them is written.
    [Theory]
    [InlineData("lstm 3 layers=2 dropout=0.5 last=true"), InlineData("gru 3 layers=2 dropout=0.5 last=true"), InlineData("rnn 3 layers=2 dropout=0.5 last=true"), InlineData("rnn 2 layers=3 dropout=0.1")]
    [InlineData("lstm 3 layers=2 dropout=0.5 last=true bidirectional=true"), InlineData("gru 3 layers=2 dropout=0.5 bidirectional=true | linear 2")]
    public void Longer_sequences_have_no_longer_equations(string notation)
    {
        string[] written = [.. ((int[])[3, 6, 12]).Select(steps => Seeded.Net(notation).ToFormula([steps, 2]).ToString())];
        Assert.All(written, w => Assert.InRange(w.Length, 1, written[0].Length));
        NetFormula formula = Seeded.Net(notation).ToFormula([6, 2]);
        Assert.All(formula.Lines.Where(l => l.Name is Variable { Name: not "y" }), l => Assert.Contains(formula.Lines, r => Formula.Parts(r.Value.Root).Exists(p => p.Equals(l.Name) || p.ToString() == $"{l.Name}[t]")));
    }

    // What is read twice, again and again, is written once.
    [Theory]
    [InlineData(3, 0), InlineData(6, 5), InlineData(12, 11), InlineData(40, 39)]
    public void A_module_of_many_turns_has_equations_that_can_be_written(int turns, int named)
    {
        Lambda net = new(x =>
        {
            for (int k = 0; k < turns; k++) x = x * x.Tanh() + x;
            return x;
        }, "turns");
        NetFormula formula = net.ToFormula([2]);
        Assert.Equal(named, formula.Lines.Count - 1);
        Assert.InRange(formula.ToString().Length, 1, 200 + 40 * turns);
        Assert.InRange(formula.ToLatex().Length, 1, 600 + 100 * turns);
        Tensor x = Tensor.From([0.25, -0.5], [1, 2]);
        Dictionary<string, Tensor> values = new(StringComparer.Ordinal) { ["x"] = x };
        foreach ((Expression name, Formula value) in formula.Lines) values[((Variable)name).Name] = Formula.Compute(value.Root, values);
        Assert.Equal(net.Forward(x).ToDoubles(), values["y"].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    // Whoever reads the equations of a network finds their letters again where it is explained.
    [Theory]
    [InlineData("weightnorm(linear 4) | relu | weightnorm(linear 3)", "3", false)]
    [InlineData("lenet", "1x28x28", false)]
    [InlineData("lstm 3 last=true | linear 2", "2x4", true)]
    [InlineData("gru 3 | linear 2 | tanh", "2x4", true)]
    [InlineData("lstm 2 | rnn 2 bidirectional=true last=true | linear 1", "3x2", true)]
    [InlineData("attention 2 causal=true | layernorm | linear 3", "3x4", true)]
    [InlineData("residual(conv 4 3x3 pad=1 | batchnorm | relu | conv 4 3x3 pad=1 | batchnorm) | relu", "4x6x6", false)]
    [InlineData("linear 4 | linear 3 | tanh | linear 2 | softmax", "3", true)]
    [InlineData("gpt", "8", false)]
    public void Equations_and_explanations_have_the_same_letters(string name, string sample, bool withOwn)
    {
        Module net = Seeded.Known(name, 10);
        Shape shape = Shape.Parse(sample), batch = shape.Insert(0, 2);
        NetFormula formula = net.ToFormula(shape);
        Tensor x = name == "gpt" ? Tensor.Zeros(batch, DType.Int64) : new RandomStream(7, 0).Normal(batch);
        Explanation explanation = net.Explain(x);
        Dictionary<string, string> written = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Means, s => s.Name.ToString());
        Dictionary<string, string> explained = explanation.Parameters.ToDictionary(
            p => p.Name[(p.Name.IndexOf('(') + 1)..^1], p => p.Name[..p.Name.IndexOf(' ')]);
        Assert.Equal(written.OrderBy(p => p.Key), explained.OrderBy(p => p.Key));
        string[] values = [.. explanation.Steps.SelectMany(s => s.Equations).Select(e => e.Result.Name)];
        Assert.All(formula.Equations, e => Assert.Contains(e.Name.ToString(), values));
        foreach ((Variable brick, _) in formula.Equations) // the same value, seen by its shape
        {
            Equation equation = explanation.Steps.SelectMany(s => s.Equations).First(e => e.Result.Name == brick.ToString());
            Assert.Equal(brick.Shape[1..], equation.Result.Value.Shape[1..]);
        }
        Assert.True(!withOwn || values.Length > formula.Equations.Count);
        // One step in general letters, every step written out.
        Assert.All(formula.Lines.Where(l => l.Name is Symbol s && s.Text.Contains('ₜ', StringComparison.Ordinal)), l =>
        {
            for (int t = 1; t <= batch[1]; t++) Assert.Contains(((Symbol)l.Name).Text.Replace('ₜ', "₀₁₂₃"[t]), values);
        });
    }

    // A step in general letters, computed step by step with the network's weights.
    [Theory]
    [InlineData("lstm 3"), InlineData("gru 3"), InlineData("rnn 3 relu=true"), InlineData("gru 3 bias=false")]
    public void The_equations_of_a_step_give_what_the_network_gives(string notation)
    {
        Sequential net = Seeded.Net(notation);
        NetFormula formula = net.ToFormula([5, 2]);
        Tensor x = new RandomStream(7, 0).Normal([1, 5, 2]).Cast(DType.Float64);
        net.Cast(DType.Float64);
        Tensor expected = net.Forward(x);
        Dictionary<string, Tensor> values = Weights(formula, s => s.Name.ToString());
        bool IsBlock(NetSymbol s) => s.Parameter is null
            && (s.Means.StartsWith("columns", StringComparison.Ordinal) || s.Means.StartsWith("entries", StringComparison.Ordinal));
        foreach (NetSymbol block in formula.Symbols.Where(IsBlock))
        {
            string[] words = block.Means.Split(' '); // columns 4 to 6 of W₁
            Tensor whole = values[words[^1]];
            Range cut = (int.Parse(words[1]) - 1)..int.Parse(words[3]);
            values[block.Name.ToString()] = whole.Rank == 1 ? whole[cut] : whole[.., cut];
        }
        Tensor zero = Tensor.Zeros([1, 3], DType.Float64);
        (values["hₜ₋₁"], values["cₜ₋₁"]) = (zero, zero);
        for (int t = 0; t < 5; t++)
        {
            values["xₜ"] = x[.., t];
            foreach ((Expression name, Formula value) in formula.Lines.Where(l => l.Name.ToString().EndsWith('ₜ')))
            {
                Dictionary<Expression, Tensor> leaves = new(ReferenceEqualityComparer.Instance);
                foreach (Expression part in Formula.Parts(value.Root).Where(p => p is Variable or Symbol)) leaves[part] = values[part.ToString()];
                foreach (Number number in Formula.Parts(value.Root).OfType<Number>()) leaves[number] = Tensor.Scalar(number.Value, DType.Float64);
                values[name.ToString()] = Formula.Compute(value.Root, leaves);
            }
            values["hₜ₋₁"] = values["hₜ"];
            if (values.TryGetValue("cₜ", out Tensor? c)) values["cₜ₋₁"] = c;
            Assert.Equal(expected[0, t].ToDoubles(), values["hₜ"].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    // What stands on a right side is an input, a parameter, a part of one, or the left side of one equation.
    [Theory]
    [InlineData("lstm 2 | lstm 2 | linear 1", "4x3")]
    [InlineData("lstm 2 | linear 3 | gru 2 last=true | linear 4 | relu | linear 1", "4x3")]
    [InlineData("gru 3 layers=2 | linear 2", "5x2")]
    [InlineData("gru 3 bidirectional=true | tanh | linear 2", "2x2")]
    [InlineData("rnn 2 bidirectional=true layers=2 | rnn 2 last=true", "4x3")]
    [InlineData("lstm 3 layers=2", "1x2")]
    [InlineData("embedding 9 4 | lstm 3 | linear 2", "5")]
    [InlineData("attention 2 causal=true rotary=true | attention 4 keyheads=2", "5x8")]
    [InlineData("gpt", "8")]
    public void Every_symbol_is_defined_once(string name, string sample)
    {
        NetFormula formula = KnownNets.Parse(name, 10).ToFormula(Shape.Parse(sample));
        string[] defined = [.. formula.Symbols.Select(s => s.Name.ToString()), .. formula.Lines.Select(l => l.Name.ToString())];
        Assert.Equal(defined.Distinct(), defined);
        IEnumerable<Expression> leaves = formula.Lines.SelectMany(l => Formula.Parts(l.Value.Root)).Where(p => p is Variable or Symbol { Text: not "…" });
        foreach (string symbol in leaves.Select(p => p.ToString()))
        {
            string general = Regex.Replace(symbol, "⁽[¹²³⁴]⁾$", "⁽ʰ⁾", RegexOptions.None, Soon);
            if (symbol.StartsWith('('))
            {
                Assert.All(Regex.Matches(symbol, "[a-z](⁽[^⁾]*⁾)?ₜ", RegexOptions.ExplicitCapture, Soon), m => Assert.Contains(m.Value, defined));
                continue;
            }
            string read = general == "xₜ" ? "x" : defined.Contains(symbol) ? symbol : general;
            string now = Regex.Replace(read, @"(ₜ₋₁|ₜ₊₁|_T|(?<=⁾)₁)$", "ₜ", RegexOptions.ExplicitCapture, Soon);
            Assert.Contains(now.Replace("[t]", "", StringComparison.Ordinal), defined);
            if (symbol.EndsWith("ₜ₋₁", StringComparison.Ordinal)) Assert.Contains(symbol.Replace("ₜ₋₁", "₀", StringComparison.Ordinal), defined);
            if (symbol.EndsWith("ₜ₊₁", StringComparison.Ordinal)) Assert.Contains(symbol.Replace("ₜ₊₁", "_(T+1)", StringComparison.Ordinal), defined);
        }
    }

    // Head by head, literally: the columns that the table says, then the heads side by side.
    [Theory]
    [InlineData("attention 1"), InlineData("attention 1 causal=true"), InlineData("attention 1 rotary=true"), InlineData("attention 2")]
    [InlineData("attention 2 causal=true"), InlineData("attention 2 keyheads=1")]
    public void The_equations_of_an_attention_give_what_the_network_gives(string notation)
    {
        Sequential net = Seeded.Net(notation);
        NetFormula formula = net.ToFormula([5, 6]);
        net.Eval();
        net.Cast(DType.Float64);
        Tensor x = new RandomStream(7, 0).Normal([1, 5, 6]).Cast(DType.Float64);
        Dictionary<string, Tensor> values = Weights(formula, s => s.Name.ToString());
        values["x"] = x;
        values["C₁"] = Tensor.Range(0, 5).Unsqueeze(1) >= Tensor.Range(0, 5);
        for (int h = 1; h <= 2; h++)
        {
            foreach (NetSymbol block in formula.Symbols.Where(s => s.Means.Contains(" to ", StringComparison.Ordinal) && s.Parameter is null))
            {
                string[] words = block.Means.Split(' ', ','); // columns 3h−2 to 3h of W_q
                int At(string text) => (int)Formula.Parse(text).At((text.Contains('k') ? "k" : "h", text.Contains('k') ? 1 : h));
                Range cut = (At(words[1]) - 1)..At(words[3]);
                Tensor whole = values[words[5]];
                values[block.Name.ToString()] = whole.Rank == 1 ? whole[cut] : whole[.., cut];
            }
            foreach ((Expression name, Formula value) in formula.Lines)
            {
                if (name.ToString() == "y" && h == 1) continue;
                Dictionary<Expression, Tensor> leaves = new(ReferenceEqualityComparer.Instance);
                foreach (Expression part in Formula.Parts(value.Root).Where(p => p is not Call))
                    leaves[part] = part is Number n ? Tensor.Scalar(n.Value, DType.Float64) : values[part.ToString()];
                Tensor computed = Formula.Compute(value.Root, leaves);
                values[name.ToString()] = computed;
                values[name.ToString().Replace("ʰ", h == 1 ? "¹" : "²", StringComparison.Ordinal)] = computed;
            }
        }
        Assert.Equal(net.Forward(x).ToDoubles(), values["y"].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    // What code says in a word is written so, and is computed so.
    [Theory]
    [InlineData("weightnorm(linear 4) | relu | spectralnorm(linear 2)", "3")]
    [InlineData("spectralnorm(conv 2 3x3) | weightnorm(conv 3 1)", "2x4x4")]
    [InlineData("pad 1 mode=edge | pad 1x0 value=2 | lpnorm p=1", "2x3x4")]
    [InlineData("maxout 2 | upsample 1.5 mode=linear | globalmaxpool", "4x4x5")]
    [InlineData("pixelshuffle 2 | lppool 2 2 | pixelunshuffle 3 | lrn 3 | globalavgpool", "8x6x6")]
    public void Equations_in_words_give_what_the_network_gives(string notation, string shape)
    {
        Sequential net = Seeded.Net(notation);
        Shape sample = Shape.Parse(shape);
        NetFormula formula = net.ToFormula(sample);
        net.Eval();
        net.Cast(DType.Float64);
        Tensor x = new RandomStream(7, 0).Normal(sample.Insert(0, 1)).Cast(DType.Float64);
        Dictionary<string, Tensor> values = Weights(formula, s => s.Name.ToString());
        values["x"] = x;
        foreach ((Expression name, Formula value) in formula.Lines)
        {
            Dictionary<Expression, Tensor> leaves = new(ReferenceEqualityComparer.Instance);
            foreach (Expression part in Formula.Parts(value.Root).Where(p => p is not Call))
                leaves[part] = part is Number n ? Tensor.Scalar(n.Value, DType.Float64) : values[part.ToString()];
            values[name.ToString()] = Formula.Compute(value.Root, leaves);
        }
        Assert.All(formula.Lines, l => Assert.InRange(l.ToString().Length, 1, 120));
        Assert.Equal(net.Forward(x).ToDoubles(), values["y"].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    // Letters do not depend on whether an op is followed to what it is made of.
    [Theory]
    [InlineData("conv 2 3x3 | lppool 2 2 | relu | globalavgpool | tanh", "1x9x9")]
    [InlineData("pad 1 | relu | conv 2 3x3 | upsample 2 | sigmoid | linear 2", "1x4x4")]
    [InlineData("linear 8 | maxout 2 | tanh | softmin | linear 4 | lpnorm | relu", "4")]
    public void Ops_made_of_others_have_the_letters_of_explanations(string notation, string sample)
    {
        Sequential net = Seeded.Net(notation);
        NetFormula formula = net.ToFormula(Shape.Parse(sample));
        Explanation explanation = net.Explain(new RandomStream(7, 0).Normal(Shape.Parse(sample).Insert(0, 1)));
        string[] explained = [.. explanation.Steps.SelectMany(s => s.Equations).Select(e => $"{e.Result.Name} {e.Result.Value.Shape}")];
        Assert.All(formula.Equations, e => Assert.Contains($"{e.Name} {e.Name.Shape}", explained));
    }

    [Fact]
    public void A_state_begins_with_what_it_is_given() =>
        Assert.Equal("hₜ = tanh(xₜ·W₁ + b₁ + hₜ₋₁·U₁)\nh₀ = 𝟏\ny = (hₜ, t = 1 … T)", new FromOnes().ToFormula([2, 3]).ToString());

    private sealed class FromOnes : Module
    {
        private readonly Rnn rnn = new(4);

        protected override Tensor Compute(Tensor x) => this.rnn.Run(x, Tensor.Ones([1, x.Shape[0], 4], x.DType)).Output;
    }

    [Fact]
    public void Every_named_network_has_equations_and_MathML()
    {
        foreach (KnownNet known in KnownNets.All)
        {
            NetFormula formula = KnownNets.Parse(known.Name, known.Outputs).ToFormula(known.Sample);
            Assert.Equal("y", formula.Equations[^1].Name.Name);
            System.Xml.Linq.XElement.Parse(formula.ToMathMl());
            Assert.DoesNotContain("reshape", formula.ToString(), StringComparison.Ordinal);
        }
    }

    // The equations are computed one after another with the network's weights; the last one is what the network gives.
    [Theory]
    [InlineData("linear 8 | relu | linear 1", "2")]
    [InlineData("linear 4 | linear 3 | linear 2 | tanh | linear 2", "3")]
    [InlineData("conv 6 5x5 pad=2 | relu | maxpool 2 | flatten | linear 10 | softmax", "1x12x12")]
    [InlineData("residual(linear 4 | tanh) | batchnorm | linear 1", "4")]
    [InlineData("attention 2 causal=true | layernorm | linear 3", "5x6")]
    [InlineData("lstm 3 last=true | linear 2", "5x2")]
    [InlineData("gru 3 layers=2 | linear 2", "5x2")]
    public void The_equations_give_what_the_network_gives(string notation, string shape)
    {
        Sequential net = Seeded.Net(notation);
        Shape sample = Shape.Parse(shape);
        NetFormula formula = net.ToFormula(sample);
        net.Eval();
        Tensor x = new RandomStream(7, 0).Normal(sample.Insert(0, 1));
        Dictionary<string, Tensor> values = Weights(formula, s => s.Name.Name);
        values["x"] = x.Cast(DType.Float64);
        foreach ((Variable name, Formula value) in formula.Equations) values[name.Name] = Formula.Compute(value.Root, values);
        double[] expected = net.Forward(x).ToDoubles(), got = values["y"].ToDoubles();
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 1e-5);
    }

    private static Dictionary<string, Tensor> Weights(NetFormula formula, Func<NetSymbol, string> name) =>
        formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(name, s => s.Parameter!.Value.Detach().Cast(DType.Float64));
}
