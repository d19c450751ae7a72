using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;

namespace Kubik.Glass.Tests.Pictures;

public sealed class EvaluationPictureTests
{
    [Fact]
    public void Every_link_has_its_value_and_its_gradient()
    {
        // x² + xy + (x + y)² at (1, 2): what comes back to x by its three links is 2, 2 and 6; the sum 4x + 3y is 10.
        Drawn drawn = new Drawn(Formula.Parse("x^2 + xy + (x+y)^2").ToSvg(("x", 1), ("y", 2))).MustBeClean();
        string[] Of(string kind) => [.. drawn.Words.Where(w => w.Area.Kind == "small halo " + kind).Select(w => w.Text)];
        Assert.Equal(new[] { "1", "1", "2", "1", "2", "1", "2", "3", "3", "9", "12" }.Order(), Of("up").Order());
        Assert.Equal(new[] { "∂ = 10", "∂ = 7", "2", "2", "1", "6", "6", "1", "1", "6", "1", "1", "1" }.Order(), Of("down").Order());
        Assert.Equal(new[] { "x", "y", "□²", "·", "+", "+", "□²", "+" }.Order(), drawn.Words.Where(w => w.Area.Kind.Length == 0).Select(w => w.Text).Order());
    }

    [Theory]
    [InlineData("1/(1+e^(-(w0*x0+w1*x1+w2)))", "e^□")]
    [InlineData("max(0, 4*max(0, 3x0+4x1+1) + 2*max(0, 3x0+2x1+7) + 6) + w0 + w1 + w2", "max(0, □)")]
    [InlineData("[x0 + x1 − 1.5 > 0] + tanh(w0)^2/w1 − w2", "[□ > 0]")]
    [InlineData("x0*x1*w0*w1*w2 + x0^3 − abs(x1)", "|□|")]
    [InlineData("max(x0, x1) + min(w0, w1)*sigmoid(w2)", "max")]
    public void Formulas_are_drawn_cleanly(string formula, string sign) =>
        Assert.Contains(new Drawn(Formula.Parse(formula).ToSvg(("w0", 2), ("x0", -1), ("w1", -3), ("x1", -2), ("w2", -3))).MustBeClean().Words, w => w.Text == sign);

    [Theory]
    [InlineData(84301, "84301")]
    [InlineData(12345.678, "12345.7")]
    [InlineData(1e7, "10⁷")]
    [InlineData(-0.0000025, "−2.5·10⁻⁶")]
    [InlineData(1 / 3.0, "0.3333")]
    [InlineData(2048 / 2047.0, "1.0005")]
    public void Numbers_are_written_as_everywhere(double x, string written) =>
        Assert.Contains(new Drawn(Formula.Parse("tanh(x)").ToSvg(("x", x))).MustBeClean().Words, w => w.Text == written);

    [Fact]
    public void An_index_stands_below_the_line()
    {
        Drawn drawn = new Drawn(Formula.Parse("w_out*x + w_out").ToSvg(("w_out", 2), ("x", 3))).MustBeClean();
        Assert.Contains(drawn.Words, w => w.Text == "wout");
        Assert.DoesNotContain(drawn.Words, w => w.Text.Contains('_', StringComparison.Ordinal));
        Assert.Contains(drawn.Root.Descendants(), e => e.Name.LocalName == "tspan" && e.Value == "out" && (string?)e.Attribute("dy") == "3");
    }

    [Fact]
    public void What_has_no_derivative_gets_none()
    {
        Drawn drawn = new(Formula.Parse("[x > 0]").ToSvg(("x", 2)));
        Assert.DoesNotContain(drawn.Words, w => w.Text.StartsWith('∂'));
        Assert.Contains(drawn.Words, w => w.Text == "[□ > 0]");
    }

    [Fact]
    public void What_is_missing_or_too_much_is_said()
    {
        Assert.Contains("y has no value", Assert.Throws<ArgumentException>(() => Formula.Parse("x + y").ToSvg(("x", 1))).Message, StringComparison.Ordinal);
        Formula sum = Formula.Parse(string.Join("+", Enumerable.Range(1, 150).Select(i => $"x{i}^2")));
        Assert.Contains("up to 200 are drawn", Assert.Throws<ArgumentException>(() => sum.ToSvg([.. sum.Variables.Select(v => (v.Name, 1.0))])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relu(84301x1 + 20000000x2 + 0.0005x3)", 4)]
    [InlineData("max(0, 4*max(0, 3x1+4x2+1) + 2*max(0, 3x1+2x2+7) + 6)", 5)]
    [InlineData("relu(relu(5x1 − 60x2 + 0.5x3) + 0.2*relu(−2x1 − 80x2 + 2x3) + 4)", 6)]
    public void Networks_of_neurons_are_drawn_cleanly(string formula, int neurons) =>
        Assert.Equal(neurons, new Drawn(NeuronNet.TryRead(Formula.Parse(formula))!.ToSvg()).MustBeClean().Nodes.Count);
}
