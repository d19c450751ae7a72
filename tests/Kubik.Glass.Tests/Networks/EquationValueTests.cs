// The equations of a network are computed by a reader of formulas, with the network's weights: a whole network, one step of a cell in
// general letters, head by head, and what code says in a word. They give what the network gives.

using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Nn;

namespace Kubik.Glass.Tests.Networks;

public sealed class EquationValueTests
{
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
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null)
            .ToDictionary(s => s.Name.Name, s => s.Parameter!.Value.Detach().Cast(DType.Float64));
        values["x"] = x.Cast(DType.Float64);
        foreach ((Variable name, Formula value) in formula.Equations) values[name.Name] = Formula.Compute(value.Root, values);
        double[] expected = net.Forward(x).ToDoubles(), got = values["y"].ToDoubles();
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 1e-5);
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
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null)
            .ToDictionary(s => s.Name.ToString(), s => s.Parameter!.Value.Detach().Cast(DType.Float64));
        foreach (NetSymbol block in formula.Symbols.Where(s => s.Parameter is null
            && (s.Means.StartsWith("columns", StringComparison.Ordinal) || s.Means.StartsWith("entries", StringComparison.Ordinal))))
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

    // Head by head, literally: the columns that the table says, then the heads side by side.
    [Theory]
    [InlineData("attention 1"), InlineData("attention 1 causal=true"), InlineData("attention 1 rotary=true"), InlineData("attention 2")]
    [InlineData("attention 2 causal=true"), InlineData("attention 2 keyheads=1")]
    public void The_equations_of_an_attention_give_what_the_network_gives(string notation)
    {
        Sequential net = Sequential.Parse(notation);
        NetFormula formula = net.ToFormula([5, 6]);
        net.Eval();
        net.Cast(DType.Float64);
        Tensor x = new RandomStream(7, 0).Normal([1, 5, 6]).Cast(DType.Float64);
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null)
            .ToDictionary(s => s.Name.ToString(), s => s.Parameter!.Value.Detach().Cast(DType.Float64));
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
        Sequential net = Sequential.Parse(notation);
        Shape sample = Shape.Parse(shape);
        NetFormula formula = net.ToFormula(sample);
        net.Eval();
        net.Cast(DType.Float64);
        Tensor x = new RandomStream(7, 0).Normal(sample.Insert(0, 1)).Cast(DType.Float64);
        Dictionary<string, Tensor> values = formula.Symbols.Where(s => s.Parameter is not null)
            .ToDictionary(s => s.Name.ToString(), s => s.Parameter!.Value.Detach().Cast(DType.Float64));
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
}
