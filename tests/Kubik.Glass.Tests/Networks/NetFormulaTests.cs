using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Networks;

public sealed class NetFormulaTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("linear 8 | relu | linear 1", "2", "h₁ = relu(x·W₁ + b₁)\ny = h₁·W₂ + b₂")]
    [InlineData("linear 8 bias=false | sigmoid", "2", "y = sigmoid(x·W₁)")]
    [InlineData("linear 4 | linear 3", "2", "y = x·(W₁·W₂) + b₁·W₂ + b₂")]
    [InlineData("linear 4 bias=false | linear 3 bias=false | tanh | linear 1", "2", "h₁ = tanh(x·(W₁·W₂))\ny = h₁·W₃ + b₃")]
    [InlineData("linear 4 bias=false | linear 3", "2", "y = x·(W₁·W₂) + b₂")]
    [InlineData("conv 6 5x5 pad=2 | relu | maxpool 2 | flatten | linear 10", "1x28x28", "h₁ = relu(x ∗[pad 2] K₁ + b₁)\nh₂ = maxpool(h₁; 2)\nh₃ = flatten(h₂)\ny = h₃·W₂ + b₂")]
    [InlineData("conv 4 3x5 stride=2x1 dilation=2 groups=2 | avgpool 3 stride=2 pad=1 | upsample 2", "2x16x16", "h₁ = x ∗[stride 2x1, dilation 2, groups 2] K₁ + b₁\nh₂ = avgpool(h₁; 3, stride 2, pad 1)\ny = resize(h₂; by 2)")]
    [InlineData("residual(linear 4 | tanh) | linear 1", "4", "h₁ = tanh(x·W₁ + b₁)\nh₂ = x + h₁\ny = h₂·W₂ + b₂")]
    [InlineData("attention 2", "5x6", "Q⁽ʰ⁾ = x·W_q⁽ʰ⁾ + b_q⁽ʰ⁾\nK⁽ʰ⁾ = x·W_k⁽ʰ⁾ + b_k⁽ʰ⁾\nV⁽ʰ⁾ = x·W_v⁽ʰ⁾ + b_v⁽ʰ⁾\nS⁽ʰ⁾ = Q⁽ʰ⁾·K⁽ʰ⁾ᵀ / √3\nA⁽ʰ⁾ = softmax(S⁽ʰ⁾)\ny = [A⁽¹⁾·V⁽¹⁾, A⁽²⁾·V⁽²⁾]·W_o + b_o")]
    [InlineData("attention 2 causal=true bias=false | linear 2", "5x8", "Q⁽ʰ⁾ = x·W_q⁽ʰ⁾\nK⁽ʰ⁾ = x·W_k⁽ʰ⁾\nV⁽ʰ⁾ = x·W_v⁽ʰ⁾\nS⁽ʰ⁾ = 0.5Q⁽ʰ⁾·K⁽ʰ⁾ᵀ\nA⁽ʰ⁾ = softmax(C₁ ? S⁽ʰ⁾ : −∞)\ny = [A⁽¹⁾·V⁽¹⁾, A⁽²⁾·V⁽²⁾]·(W_o·W₁) + b₁")]
    [InlineData("rnn 3 | linear 2", "7x2", "hₜ = tanh(xₜ·W₁ + b₁ + hₜ₋₁·U₁)\nh₀ = 0\nH₁ = (hₜ, t = 1 … T)\ny = H₁·W₂ + b₂")]
    [InlineData("lstm 3 last=true | linear 2", "64x2", "iₜ = sigmoid(xₜ·W_i + b_i + hₜ₋₁·U_i)\nfₜ = sigmoid(xₜ·W_f + b_f + hₜ₋₁·U_f)\ngₜ = tanh(xₜ·W_g + b_g + hₜ₋₁·U_g)\noₜ = sigmoid(xₜ·W_o + b_o + hₜ₋₁·U_o)\ncₜ = fₜ ∘ cₜ₋₁ + iₜ ∘ gₜ\nhₜ = oₜ ∘ tanh(cₜ)\nc₀ = 0\nh₀ = 0\ny = h_T·W₂ + b₂")]
    [InlineData("lstm 3", "1x2", "i = sigmoid(x·W_i + b_i)\nf = sigmoid(x·W_f + b_f)\ng = tanh(x·W_g + b_g)\no = sigmoid(x·W_o + b_o)\nc = i ∘ g\nh = o ∘ tanh(c)\ny = h")]
    [InlineData("gru 3", "5x2", "rₜ = sigmoid(xₜ·W_r + b_r + hₜ₋₁·U_r)\nzₜ = sigmoid(xₜ·W_z + b_z + hₜ₋₁·U_z)\nuₜ = hₜ₋₁·U_u + d₁\nnₜ = tanh(xₜ·W_n + b_n + rₜ ∘ uₜ)\nhₜ = (1 − zₜ) ∘ nₜ + zₜ ∘ hₜ₋₁\nh₀ = 0\ny = (hₜ, t = 1 … T)")]
    [InlineData("rnn 2 bidirectional=true layers=2 last=true", "4x3", "h⁽¹→⁾ₜ = tanh(xₜ·W₁ + b₁ + h⁽¹→⁾ₜ₋₁·U₁)\nh⁽¹→⁾₀ = 0\nh⁽¹←⁾ₜ = tanh(xₜ·W₂ + b₂ + h⁽¹←⁾ₜ₊₁·U₂)\nh⁽¹←⁾_(T+1) = 0\nh⁽²→⁾ₜ = tanh([h⁽¹→⁾ₜ, h⁽¹←⁾ₜ]·W₃ + b₃ + h⁽²→⁾ₜ₋₁·U₃)\nh⁽²→⁾₀ = 0\nh⁽²←⁾ₜ = tanh([h⁽¹→⁾ₜ, h⁽¹←⁾ₜ]·W₄ + b₄ + h⁽²←⁾ₜ₊₁·U₄)\nh⁽²←⁾_(T+1) = 0\ny = [h⁽²→⁾_T, h⁽²←⁾₁]")]
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
    [InlineData("lstmcell 4 | linear 2", "3", "i = sigmoid(x·W_i + b_i)\nf = sigmoid(x·W_f + b_f)\ng = tanh(x·W_g + b_g)\no = sigmoid(x·W_o + b_o)\nh₁ = o ∘ tanh(i ∘ g)\ny = h₁·W₂ + b₂")]
    [InlineData("gru 3", "1x2", "r = sigmoid(x·W_r + b_r)\nz = sigmoid(x·W_z + b_z)\nu = d₁\nn = tanh(x·W_n + b_n + r ∘ u)\nh = (1 − z) ∘ n\ny = h")]
    [InlineData("grucell 3 bias=false", "2", "r = sigmoid(x·W_r)\nz = sigmoid(x·W_z)\nn = tanh(x·W_n)\ny = (1 − z) ∘ n")]
    [InlineData("lstm 3 | linear 2", "1x2", "i = sigmoid(x·W_i + b_i)\nf = sigmoid(x·W_f + b_f)\ng = tanh(x·W_g + b_g)\no = sigmoid(x·W_o + b_o)\nc = i ∘ g\nh = o ∘ tanh(c)\nh₁ = h\ny = h₁·W₂ + b₂")]
    [InlineData("weightnorm(linear 5)", "3", "W = V₁ / ‖V₁‖ ∘ g₁\ny = x·W + b₁")]
    [InlineData("weightnorm(conv 2 3x3 bias=false) | relu | flatten | weightnorm(linear 2)", "1x4x4", "W = V₁ / ‖V₁‖ ∘ g₁\nh₁ = relu(x ∗ W)\nh₂ = flatten(h₁)\nW₂ = V₂ / ‖V₂‖ ∘ g₂\ny = h₂·W₂ + b₂")]
    [InlineData("spectralnorm(linear 5)", "3", "v = W₁·u₁ / ‖W₁·u₁‖\nσ = u₁ᵀ·W₁ᵀ·v\nW̄ = W₁ / σ\ny = x·W̄ + b₁")]
    [InlineData("attention 2 rotary=true keyheads=1 bias=false", "5x8", "Q⁽ʰ⁾ = rotary(x·W_q⁽ʰ⁾)\nK = rotary(x·W_k)\nV = x·W_v\nS⁽ʰ⁾ = 0.5Q⁽ʰ⁾·Kᵀ\nA⁽ʰ⁾ = softmax(S⁽ʰ⁾)\ny = [A⁽¹⁾·V, A⁽²⁾·V]·W_o")]
    public void A_network_is_written_brick_by_brick(string net, string sample, string text) => Assert.Equal(text, Sequential.Parse(net).ToFormula(Shape.Parse(sample)).ToString());

    // Whoever reads the equations of a network finds their letters again where it is explained.
    [Theory]
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
        RandomSource.Default = new RandomSource(5);
        Module net = KnownNets.Parse(name, 10);
        Shape shape = Shape.Parse(sample), batch = shape.Insert(0, 2);
        NetFormula formula = net.ToFormula(shape);
        Tensor x = name == "gpt" ? Tensor.Zeros(batch, DType.Int64) : new RandomStream(7, 0).Normal(batch);
        Explanation explanation = net.Explain(x);
        Dictionary<string, string> written = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Means, s => s.Name.ToString()), explained = explanation.Parameters.ToDictionary(p => p.Name[(p.Name.IndexOf('(') + 1)..^1], p => p.Name[..p.Name.IndexOf(' ')]);
        Assert.Equal(written.OrderBy(p => p.Key), explained.OrderBy(p => p.Key));
        string[] values = [.. explanation.Steps.SelectMany(s => s.Equations).Select(e => e.Result.Name)];
        Assert.All(formula.Equations, e => Assert.Contains(e.Name.ToString(), values));
        foreach ((Variable brick, _) in formula.Equations) // the same value, seen by its shape
            Assert.Equal(brick.Shape[1..], explanation.Steps.SelectMany(s => s.Equations).First(e => e.Result.Name == brick.ToString()).Result.Value.Shape[1..]);
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
        Sequential net = Sequential.Parse(notation);
        NetFormula formula = net.ToFormula([5, 2]);
        Tensor x = new RandomStream(7, 0).Normal([1, 5, 2]).Cast(DType.Float64);
        net.Cast(DType.Float64);
        Tensor expected = net.Forward(x);
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Name.ToString(), s => s.Parameter!.Value.Detach().Cast(DType.Float64));
        foreach (NetSymbol block in formula.Symbols.Where(s => s.Parameter is null && (s.Means.StartsWith("columns", StringComparison.Ordinal) || s.Means.StartsWith("entries", StringComparison.Ordinal))))
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
        foreach (string symbol in formula.Lines.SelectMany(l => Formula.Parts(l.Value.Root)).Where(p => p is Variable or Symbol { Text: not "…" }).Select(p => p.ToString()))
        {
            string general = Regex.Replace(symbol, "⁽[¹²³⁴]⁾$", "⁽ʰ⁾", RegexOptions.None, Soon);
            if (symbol.StartsWith('(')) Assert.All(Regex.Matches(symbol, "[a-z](⁽[^⁾]*⁾)?ₜ", RegexOptions.ExplicitCapture, Soon), m => Assert.Contains(m.Value, defined));
            else Assert.Contains(Regex.Replace(general == "xₜ" ? "x" : defined.Contains(symbol) ? symbol : general, @"(ₜ₋₁|ₜ₊₁|_T|(?<=⁾)₁)$", "ₜ", RegexOptions.ExplicitCapture, Soon).Replace("[t]", "", StringComparison.Ordinal), defined);
            if (symbol.EndsWith("ₜ₋₁", StringComparison.Ordinal)) Assert.Contains(symbol.Replace("ₜ₋₁", "₀", StringComparison.Ordinal), defined);
            if (symbol.EndsWith("ₜ₊₁", StringComparison.Ordinal)) Assert.Contains(symbol.Replace("ₜ₊₁", "_(T+1)", StringComparison.Ordinal), defined);
        }
    }

    // Head by head, literally: the columns that the table says, then the heads side by side.
    [Theory]
    [InlineData("attention 1"), InlineData("attention 1 causal=true"), InlineData("attention 1 rotary=true"), InlineData("attention 2"), InlineData("attention 2 causal=true"), InlineData("attention 2 keyheads=1")]
    public void The_equations_of_an_attention_give_what_the_network_gives(string notation)
    {
        Sequential net = Sequential.Parse(notation);
        NetFormula formula = net.ToFormula([5, 6]);
        net.Eval();
        net.Cast(DType.Float64);
        Tensor x = new RandomStream(7, 0).Normal([1, 5, 6]).Cast(DType.Float64);
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Name.ToString(), s => s.Parameter!.Value.Detach().Cast(DType.Float64));
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
                foreach (Expression part in Formula.Parts(value.Root).Where(p => p is not Call)) leaves[part] = part is Number n ? Tensor.Scalar(n.Value, DType.Float64) : values[part.ToString()];
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
        Sequential net = Sequential.Parse(notation);
        Shape sample = Shape.Parse(shape);
        NetFormula formula = net.ToFormula(sample);
        net.Eval();
        net.Cast(DType.Float64);
        Tensor x = new RandomStream(7, 0).Normal(sample.Insert(0, 1)).Cast(DType.Float64);
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Name.ToString(), s => s.Parameter!.Value.Detach().Cast(DType.Float64));
        values["x"] = x;
        foreach ((Expression name, Formula value) in formula.Lines)
        {
            Dictionary<Expression, Tensor> leaves = new(ReferenceEqualityComparer.Instance);
            foreach (Expression part in Formula.Parts(value.Root).Where(p => p is not Call)) leaves[part] = part is Number n ? Tensor.Scalar(n.Value, DType.Float64) : values[part.ToString()];
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
        Sequential net = Sequential.Parse(notation);
        NetFormula formula = net.ToFormula(Shape.Parse(sample));
        string[] explained = [.. net.Explain(new RandomStream(7, 0).Normal(Shape.Parse(sample).Insert(0, 1))).Steps.SelectMany(s => s.Equations).Select(e => $"{e.Result.Name} {e.Result.Value.Shape}")];
        Assert.All(formula.Equations, e => Assert.Contains($"{e.Name} {e.Name.Shape}", explained));
    }

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
    [InlineData("rmsnorm affine=false", "4", "rmsnorm", "a / √(μ + 10⁻⁵), a what goes in, μ the mean of a² in each row")]
    public void The_table_says_what_a_word_means(string net, string sample, string word, string means) =>
        Assert.Equal(means, Sequential.Parse(net).ToFormula(Shape.Parse(sample)).Symbols.Single(s => s.Name.Name == word).Means);

    [Theory]
    [InlineData("linear 4 | dropout 0.5 | linear 2", "3", "As it predicts: dropout passes on what it gets.")]
    [InlineData("linear 4 | dropout 0.5 | gaussiannoise 1 | batchnorm | alphadropout 0.1", "3", "As it predicts: dropout, gaussiannoise and alphadropout pass on what they get, batchnorm takes its running statistics.")]
    [InlineData("conv 2 3x3 | spatialdropout 0.2 | spectralnorm(conv 2 3x3)", "1x8x8", "As it predicts: spatialdropout passes on what it gets, spectralnorm keeps its u.")]
    [InlineData("transformer 2 8 dropout=0.1", "3x4", "As it predicts: dropout passes on what it gets.")]
    [InlineData("attention 2 dropout=0.1", "3x4", "As it predicts: dropout passes on what it gets.")]
    [InlineData("linear 4 | dropout 0 | layernorm | weightnorm(linear 2)", "3", null)]
    public void What_bricks_do_otherwise_in_training_is_said(string net, string sample, string? said) =>
        Assert.Equal(said, Sequential.Parse(net).ToFormula(Shape.Parse(sample)).InPrediction);

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
        Sequential net = Sequential.Parse(notation);
        Shape sample = Shape.Parse(shape);
        NetFormula formula = net.ToFormula(sample);
        net.Eval();
        Tensor x = new RandomStream(7, 0).Normal(sample.Insert(0, 1));
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null).ToDictionary(s => s.Name.Name, s => s.Parameter!.Value.Detach().Cast(DType.Float64));
        values["x"] = x.Cast(DType.Float64);
        foreach ((Variable name, Formula value) in formula.Equations) values[name.Name] = Formula.Compute(value.Root, values);
        double[] expected = net.Forward(x).ToDoubles(), got = values["y"].ToDoubles();
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 1e-5);
    }

    [Theory]
    [InlineData("max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)", "relu(4·relu(3x₁ + 4x₂ + 1) + 2·relu(3x₁ + 2x₂ + 7) + 6)")]
    [InlineData("relu(relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)", "relu(relu(5x₁ − 60x₂ + 0.5x₃) + 0.2·relu(−2x₁ − 80x₂ + 2x₃) + 4)")]
    [InlineData("[(x1 ∪ x2) − (x1 ∩ x2) − 0.5 > 0]", "[[x₁ + x₂ − 0.5 > 0] − [x₁ + x₂ − 1.5 > 0] − 0.5 > 0]")]
    [InlineData("sigmoid(0.1tanh(0.3x1) − 1e-7)", "sigmoid(0.1·tanh(0.3x₁) − 10⁻⁷)")]
    public void A_formula_is_a_net_and_the_net_the_formula(string typed, string written)
    {
        Sequential net = NeuronNet.TryRead(Formula.Parse(typed))!.ToModule();
        Assert.Equal(written, NeuronNet.TryRead(net)!.ToFormula().ToString());
        Assert.Equal(written, net.ToFormula([NeuronNet.TryRead(net)!.Inputs.Count]).Neurons!.ToFormula().ToString());
    }

    [Fact]
    public void A_net_of_a_formula_computes_it()
    {
        Formula formula = Formula.Parse("max(0, 4*max(0, 3x1+4x2+1) − 2*max(0, 3x1+2x2+7) + 6)");
        Sequential net = NeuronNet.TryRead(formula)!.ToModule();
        Assert.Equal(formula.At(("x1", 2), ("x2", -0.5)), net.Forward(Tensor.From(new float[,] { { 2, -0.5f } })).Item());
    }

    // A float32 needs up to nine digits; the shortest that give it again are written.
    [Fact]
    public void Weights_come_back_from_the_text_bit_for_bit()
    {
        Random random = new(8);
        for (int i = 0; i < 200; i++)
        {
            Sequential net = Sequential.Parse(random.Next(2) == 0 ? "linear 4 | tanh | linear 1" : "linear 3 | relu | linear 2 | relu | linear 1 | sigmoid");
            net.Forward(Tensor.Zeros([1, 2]));
            foreach (Parameter p in net.Parameters().Select(p => p.Parameter))
            {
                float[] numbers = [.. Enumerable.Range(0, p.Spec.Shape.Size).Select(_ => Any())];
                p.Assign(Tensor.From(numbers, p.Spec.Shape));
            }
            string written = net.ToFormula([2]).Neurons!.ToFormula().ToString();
            Sequential again = NeuronNet.TryRead(Formula.Parse(written))!.ToModule();
            int[][] before = Bits(net), after = Bits(again);
            Assert.Equal(before, after);
        }

        static int[][] Bits(Sequential net) => [.. net.Parameters().Select(p => p.Parameter.Value.Detach().Contiguous().ToArray<float>().Select(BitConverter.SingleToInt32Bits).ToArray())];

        // Of any bits, but far from where sums overflow.
        float Any()
        {
            while (true)
            {
                float x = BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, (long)int.MaxValue + 1));
                if (float.IsNormal(x) && Math.Abs(x) is > 1e-30f and < 1e30f) return x;
            }
        }
    }

    [Fact]
    public void Random_networks_come_back_from_their_formulas()
    {
        Random random = new(5);
        string[] activations = ["relu", "tanh", "sigmoid", "softplus", "step", "gelu"];
        for (int i = 0; i < 100; i++)
        {
            List<string> bricks = [];
            for (int l = random.Next(1, 4); l >= 0; l--)
            {
                bricks.Add($"linear {(l == 0 ? 1 : random.Next(1, 5))}");
                if (l > 0) bricks.Add(activations[random.Next(activations.Length)]);
            }
            Sequential net = Sequential.Parse(string.Join(" | ", bricks));
            NeuronNet read = NeuronNet.TryRead(net, [3])!;
            Sequential again = NeuronNet.TryRead(Formula.Parse(read.ToFormula().ToString()))!.ToModule();
            Tensor x = new RandomStream(i, 0).Normal([4, 3]);
            Assert.Equal(net.Forward(x).ToDoubles(), again.Forward(x).ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-5);
        }
    }

    [Theory]
    [InlineData("conv 2 3x3 | flatten | linear 1", "1x5x5")]
    [InlineData("layernorm | linear 1", "4")]
    [InlineData("residual(linear 4 | relu)", "4")]
    [InlineData("linear 3", "5x6")] // a row for each of five places, not for each sample
    [InlineData("linear 3 | flatten", "5x6")]
    public void What_is_more_than_layers_in_a_row_is_no_net_of_neurons(string net, string sample) => Assert.Null(NeuronNet.TryRead(Sequential.Parse(net), Shape.Parse(sample)));

    [Fact]
    public void Only_another_shape_is_flattened()
    {
        Assert.Null(NeuronNet.TryRead(new Before(x => x.Permute(0, 2, 1).Reshape([1, 6])), [2, 3]));
        Assert.Null(NeuronNet.TryRead(new Before(x => x[.., AxisIndex.Every(-1)]), [6]));
        Assert.Null(NeuronNet.TryRead(new Before(x => x.Reshape([2, 6])), [12]));
        Assert.Equal(6, NeuronNet.TryRead(new Before(x => x.Reshape([1, 6])), [2, 3])!.Inputs.Count);
    }

    [Fact]
    public void Two_biases_are_added()
    {
        TwoBiases net = new();
        NeuronNet read = NeuronNet.TryRead(net, [2])!;
        Assert.Equal([1.25, -2], read.Layers[0].Bias);
        Tensor x = new RandomStream(3, 0).Normal([4, 2]);
        Assert.Equal(net.Forward(x).ToDoubles(), read.ToModule().Forward(x).ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-6);
    }

    // A later layer that knows its size says nothing of the input of one that does not.
    [Fact]
    public void A_module_that_waits_for_its_input_is_none_until_a_shape_is_given()
    {
        Sequential net = new(new Linear(4), new Nn.Relu(), new Linear(4, 1));
        Assert.Null(NeuronNet.TryRead(net));
        Assert.Equal(3, NeuronNet.TryRead(net, [3])!.Inputs.Count);
        Assert.Equal(3, NeuronNet.TryRead(net)!.Inputs.Count);
    }

    [Theory]
    [InlineData("conv 2 3x3 | flatten | linear 1", "1x5x5")]
    [InlineData("embedding 9 4 | linear 1", "5")]
    public void A_module_that_takes_no_row_of_numbers_is_none(string notation, string sample)
    {
        Sequential net = Sequential.Parse(notation);
        net.ToFormula(Shape.Parse(sample));
        Assert.Null(NeuronNet.TryRead(net));
    }

    [Fact]
    public void Words_are_read_as_words_whatever_module_looks_them_up()
    {
        Assert.Equal(string.Join('\n', "h₁ = W₁[x + 1]", "y = h₁·W₂ + b₂"), Sequential.Parse("embedding 9 4 | linear 2").ToFormula([5]).ToString());
        Assert.Equal(string.Join('\n', "h₁ = table₁[x + 1]", "y = h₁·W₂ + b₂"), new OwnTable().ToFormula([5]).ToString());
        Assert.Equal(string.Join('\n', "h₁ = W₁[x + 1]", "h₂ = h₁ + x", "y = h₂·W₂ + b₂"), new WordsAndNumbers().ToFormula([3]).ToString());
    }

    private sealed class OwnTable : Module
    {
        private readonly Parameter table = new(Tensor.Ones([9, 4]));
        private readonly Linear output = new(2);

        protected override Tensor Compute(Tensor x) => this.output.Forward(this.table.Value.Take(x.Cast(DType.Int64), 0));
    }

    // What is looked up is computed with too.
    private sealed class WordsAndNumbers : Module
    {
        private readonly Embedding words = new(9, 4);
        private readonly Linear output = new(2);

        protected override Tensor Compute(Tensor x) => this.output.Forward(this.words.Forward(x) + x.Unsqueeze(2));
    }

    private sealed class Before(Func<Tensor, Tensor> change) : Module
    {
        private readonly Linear layer = new(6, 1);

        protected override Tensor Compute(Tensor x) => this.layer.Forward(change(x));
    }

    private sealed class TwoBiases : Module
    {
        private readonly Linear layer = new(2, 2, bias: false);
        private readonly Parameter first = new(Tensor.Of(1f, -4f)), second = new(Tensor.Of(0.25f, 2f));

        protected override Tensor Compute(Tensor x) => this.layer.Forward(x) + this.first + this.second;
    }

    [Fact]
    public void Layers_without_an_activation_between_them_are_one()
    {
        Sequential net = new(new Linear(2, 2), new Linear(2, 1));
        ((Linear)net.Items[0]).Weight.Assign(Tensor.From(new float[,] { { 1, 1 }, { 1, -1 } }));
        ((Linear)net.Items[0]).Bias!.Assign(Tensor.From([1f, 2f]));
        ((Linear)net.Items[1]).Weight.Assign(Tensor.From(new float[,] { { 2 }, { 3 } }));
        ((Linear)net.Items[1]).Bias!.Assign(Tensor.From([0.5f]));
        NetFormula formula = net.ToFormula([2]); // (x₁ + x₂ + 1, x₁ − x₂ + 2)·(2, 3) + 0.5
        Assert.Equal(["W₁·W₂ = [[5], [−1]]", "b₁·W₂ + b₂ = [[8.5]]"], formula.Collapsed.Select(c => $"{c} = {formula.Numbers(c)}"));
        Assert.Equal("5x₁ − x₂ + 8.5", formula.Neurons!.ToFormula().ToString());
        Assert.Equal("y = w₁·x₁ + w₂·x₂ + b", string.Join('\n', formula.ByNeuron().Select(n => $"{n.Name} = {n.Value}")));
    }
}
