// What the glass box writes is the same in programs of every culture: formulas, worked solutions, pictures, tables, in every format.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests;

public sealed class CultureTests
{
    [Fact]
    public void Formulas_are_the_same() => Cultures.AssertSame(() =>
    {
        Formula f = Formula.Parse("x^-2.5 + 0.25*sigmoid(-1.5x)*y1^-3 - 1e-7 + leakyrelu(x, 1e-5) + [x > 2.5e9] + 0.1x");
        (string, double)[] at = [("x", 0.5), ("y1", -2e-7)];
        Evaluation all = Evaluation.Of(f, at);
        return
        [
            ("text", f.ToString()),
            ("LaTeX", f.ToLatex()),
            ("MathML", f.ToMathMl()),
            ("read again", Formula.Parse(f.ToString()).ToString()),
            .. all.Steps.Select(s => ("step", $"{s.Formula} = {s.WithNumbers} = {Evaluation.Text(s.Value)}; {s.Chain}")),
            .. all.Partials.Select(p => ("derivative", $"{Evaluation.Text(p.Derivative)} = {Evaluation.Text(p.Value, 3)}; {p.Agrees}")),
            ("picture", f.ToSvg(at)),
            ("matrices", Differentiation.By(Formula.ParseMatrices("0.1x'*A*x - 1e-9*norm(x)^2", new Dictionary<string, Shape>(StringComparer.Ordinal)), "x").Result.ToLatex()),
            .. ((double[])[-1234.5, 1e9, -1e-9, 0.25, 1.0 / 3, -2.0 / 3, 1e300, double.NaN, double.NegativeInfinity, 123456.789]).SelectMany(x => ((string, string)[])[("digits", $"{Digits.Of(x).Text} {Digits.Of(x).Latex}"), ("significant", Digits.Significant(x, 4))]),
        ];
    });

    [Theory]
    [InlineData("linear 4 | tanh | linear 2", new[] { 3 })]
    [InlineData("conv 2 3x3 pad=1 | relu | maxpool 2 | flatten | linear 3", new[] { 1, 4, 4 })]
    [InlineData("linear 3 | leakyrelu 0.01 | layernorm epsilon=1e-6 | dropout 0.25", new[] { 3 })]
    public void Networks_are_the_same(string notation, int[] sample) => Cultures.AssertSame(() =>
    {
        Sequential Net() => Seeded.Net(notation);

        Shape shape = [.. sample];
        Sequential net = Net();
        Tensor x = new RandomStream(3, 0).Normal(shape.Insert(0, 2)), t = new RandomStream(4, 0).Normal(net.Forward(x).Shape);
        Explanation worked = Net().Explain(x, t, new() { Optimizer = new Adam(0.001), Steps = 2 });
        return
        [
            ("notation", net.Notation),
            ("summary", net.Summary(shape).ToString()),
            ("formula", net.ToFormula(shape).ToString()),
            ("formula in LaTeX", net.ToFormula(shape).ToLatex()),
            ("picture", net.ToSvg(shape)),
            ("forward graph", NetPicture.Draw(Net(), shape, PictureKind.Forward).Svg),
            ("backward graph", NetPicture.Draw(Net(), shape, PictureKind.Backward).Svg),
            .. ((Language[])[Language.English, Language.Russian]).SelectMany(l => ((string, string)[])
            [
                ("text", worked.ToText(l)), ("Markdown", worked.ToMarkdown(l)), ("LaTeX", worked.ToLatex(l)), ("HTML", worked.ToHtml(l)),
            ]),
            ("JSON", worked.ToJson()),
        ];
    });
}
