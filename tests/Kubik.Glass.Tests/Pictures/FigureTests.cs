// The pictures of explanations: every number in them is one of the trace, windows and winners are where the ops have them, and
// nothing covers anything else.

using Kubik.Data;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using Normalization = Kubik.Data.Normalization;

namespace Kubik.Glass.Tests.Pictures;

public sealed class FigureTests
{
    public static TheoryData<string, int[]> Nets => new()
    {
        { "linear 2 | relu | linear 1", [1, 2] },
        { "linear 8 | relu | linear 3", [1, 5] },
        { "residual(linear 2 | tanh) | linear 2", [1, 2] },
        { "conv 1 3x3 pad=1 | maxpool 2 | flatten | linear 2", [1, 1, 6, 6] },
        { "conv 4 3x3 stride=2 pad=1 groups=2 | avgpool 2", [1, 4, 8, 8] },
        { "conv 2 3x3 dilation=2", [1, 1, 9, 12] },
        { "conv 2 3x3 pad=same stride=2 | maxpool 3 stride=1 pad=1", [2, 8, 30, 31] },
        { "conv 3 11x11 stride=4 | maxpool 3 stride=2", [1, 3, 63, 63] },
        { "conv 3 15x15", [1, 3, 40, 40] },
        { "conv1d 2 3 pad=1 | maxpool 2", [1, 3, 20] },
        { "conv3d 2 2x2x2 | avgpool 2", [1, 2, 5, 5, 5] },
        { "attention 2 causal=true", [2, 4, 4] },
        { "attention 1 causal=true", [1, 40, 4] },
        { "dropout 0.5 | softmax", [30, 40] },
        { "lstm 2 | linear 1", [1, 2, 2] },
        { "lenet", [1, 1, 28, 28] },
    };

    [Theory, MemberData(nameof(Nets))]
    public void Pictures_are_clean_and_bounded(string notation, int[] shape)
    {
        Explanation explanation = Explained(notation, shape);
        foreach (Figure figure in explanation.Steps.SelectMany(s => s.Figures).Append(explanation.Overview))
        {
            foreach (Language language in Enum.GetValues<Language>())
            {
                Drawn drawn = new Drawn(figure.ToSvg(language)).MustBeClean();
                Assert.InRange(drawn.Nodes.Count, 1, 600);
            }
            if (figure is not CellPicture) continue;
            Assert.DoesNotContain("NaN", figure.ToText(), StringComparison.Ordinal);
            Assert.True(figure.ToText().Split('\n').Max(l => l.Length) < 130, figure.ToText());
        }
    }

    [Fact]
    public void Of_a_picture_the_middle_is_shown_where_nothing_else_is_asked_for()
    {
        // A square with a blank border.
        static bool IsInked(int i) => i is >= 10 and < 18;
        Tensor x = Tensor.From<float>([.. Enumerable.Range(0, 28 * 28).Select(i => IsInked(i / 28) && IsInked(i % 28) ? 1f : 0f)], [1, 1, 28, 28]);
        Sequential net = Seeded.Net("conv 2 3x3 pad=1 stride=2 | relu | flatten | linear 1");
        Explanation middle = net.Explain(x, Tensor.Ones([1, 1]));
        Assert.Contains("z₁[1,1,8,8]", middle.Steps[0].Figures[0].Says.English, StringComparison.Ordinal);
        Assert.StartsWith("z₁[1,1,8,8] = ", middle.Steps[0].Equations[^1].Entries[0].Text, StringComparison.Ordinal);
        Assert.Contains("[1,1,1,1]", net.Explain(x, null, new() { Focus = [0, 0, 0] }).Steps[0].Figures[0].Says.English, StringComparison.Ordinal);
        Explanation small = Seeded.Net("conv 2 3x3").Explain(Tensor.Ones([1, 1, 6, 6]), null);
        Assert.Contains("[1,1,1,1]", small.Steps[0].Figures[0].Says.English, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_of_a_kernel_is_written_where_it_is_not_0()
    {
        // The first channel's ReLU is closed.
        Sequential net = Seeded.Net("conv 2 3x3 pad=1 stride=2 | relu | flatten | linear 1");
        net.Build([1, 1, 4, 4]);
        net.Parameters().Single(p => p.Path == "0.bias").Parameter.Assign(Tensor.Of(-100f, 100f));
        Tensor x = Tensor.Range(1, 17, dtype: DType.Float32).Reshape(1, 1, 4, 4);
        Equation kernel = net.Explain(x, Tensor.Ones([1, 1])).Steps.Where(s => s.Phase == Phase.Backward).SelectMany(s => s.Equations)
            .Single(e => e.Result.Value.Shape is { Rank: 4, Size: 18 });
        Assert.NotEmpty(kernel.Entries);
        Assert.All(kernel.Entries, e => Assert.False(e.Text.EndsWith(" = 0", StringComparison.Ordinal), e.Text));
    }

    [Fact]
    public void A_grey_picture_is_shown_as_it_goes_in()
    {
        DataFormat format = new() { InputShape = [1, 2, 3], Kind = TargetKind.Numbers, Outputs = [], Normalization = Normalization.Identity(1), IsPicture = true };
        Explanation explanation = Seeded.Net("flatten | linear 1").Explain(Tensor.Of(0f, 0.5f, 1f, 0f, 0f, 1f).Reshape(1, 1, 2, 3), null,
            new() { Format = format, About = new("From seven.png.", "Из файла seven.png.") });
        PixelFigure figure = Assert.IsType<PixelFigure>(Assert.Single(explanation.Steps[0].Figures));
        Assert.Equal(["  ==@@", "    @@"], figure.ToText().Split('\n').Select(l => l.Replace("++", "==", StringComparison.Ordinal)));
        Assert.Equal(3, new Drawn(figure.ToSvg(Language.English)).Root.Descendants().Count(e => e.Attribute("class")?.Value == "pixel"));
    }

    [Fact]
    public void A_window_lies_where_the_entry_comes_from()
    {
        // Entry (1, 2) with stride 2, padding 1: rows 2 to 4, columns 4 to 6, counted from 1; the last column lies beyond.
        Tensor x = Tensor.Range(0, 25, dtype: DType.Float32).Reshape(1, 1, 5, 5);
        Sequential net = Seeded.Net("conv 1 3x3 stride=2 pad=1 bias=false");
        net.Build(x.Shape);
        net.Parameters().Single().Parameter.Assign(Tensor.Of(1f, 0f, -1f, 2f, 1f, 0.5f, 0f, 3f, 1f).Reshape(1, 1, 3, 3));
        CellPicture picture = Assert.IsType<CellPicture>(Assert.Single(net.Explain(x, null, new() { Focus = [1, 2] }).Steps[0].Figures));
        // 8·1 + 9·0 + 13·2 + 14·1 + 18·0 + 19·3
        Assert.Equal("""
            x                                            K₁
             0   0   0   0   0    0    0
             0   0   1   2   3    4    0
             0   5   6   7  [8]  [9]  [0]                 1   0   −1           8   0   0
             0  10  11  12 [13] [14]  [0]           ∘     2   1  0.5     =    26  14   0
             0  15  16  17 [18] [19]  [0]                 0   3    1           0  57   0
             0  20  21  22  23   24    0
             0   0   0   0   0    0    0
            """.Split('\n').Select(Squeezed), picture.ToText().Split('\n').Take(8).Select(Squeezed));
        Assert.Contains("Σ = 105", picture.ToText(), StringComparison.Ordinal);
        Assert.Contains("[105]", picture.ToText(), StringComparison.Ordinal);
        Assert.Contains("2 cells further", picture.Says.English, StringComparison.Ordinal);
        Assert.Contains("beyond the border", picture.Says.English, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_of_a_dilated_window_have_a_frame_each()
    {
        Explanation explanation = Explained("conv 1 2x2 dilation=2 bias=false", [1, 1, 4, 4]);
        string text = Assert.Single(explanation.Steps[0].Figures).ToText();
        Assert.Equal(4 + 1, text.Count(c => c == '[')); // the window's cells and the entry
        Assert.Contains("2 apart", explanation.Steps[0].Figures[0].Says.English, StringComparison.Ordinal);
    }

    [Fact]
    public void Channels_that_are_left_out_are_counted()
    {
        Figure figure = Assert.Single(Explained("conv 2 3x3", [1, 8, 12, 12]).Steps[0].Figures);
        Assert.Contains("3 of 8 input channels", figure.Says.English, StringComparison.Ordinal);
        Assert.Contains("входных каналов: 3 из 8", figure.Says.Russian, StringComparison.Ordinal);
        // In groups, those of the entry's group.
        Assert.Contains("x[5]", Explained("conv 2 3x3 groups=2", [1, 8, 12, 12], focus: [1, 0, 0]).Steps[0].Figures[0].ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Winners_of_a_pool_are_its_output()
    {
        Tensor x = Tensor.Of(1f, 5f, 2f, 2f, 3f, 4f, 2f, 2f, 9f, -1f, 0f, -3f, 8f, 7f, -2f, -4f).Reshape(1, 1, 4, 4);
        Figure figure = Assert.Single(Seeded.Net("maxpool 2").Explain(x).Steps[0].Figures);
        // Of equal ones the first wins, as in the engine.
        Assert.Equal(["[1] [5*] 2* 2", "[3] [4] 2 2 max → [5] 2", "9* −1 0* −3 9 0", "8 7 −2 −4"], figure.ToText().Split('\n').Skip(1).Select(Squeezed));
    }

    [Fact]
    public void Masked_places_of_an_attention_are_empty()
    {
        Explanation explanation = Explained("attention 1 causal=true", [1, 3, 2]);
        CellPicture picture = Assert.IsType<CellPicture>(Assert.Single(explanation.Steps[0].Figures));
        string[] lines = picture.ToText().Split('\n');
        Assert.Equal([4, 2, 0], lines.Skip(1).Select(l => l.Count(c => c == '·')));
        Assert.StartsWith("S", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("A", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("masked", picture.Says.English, StringComparison.Ordinal);
        // The first query looks at itself alone.
        Assert.EndsWith("1 · ·", Squeezed(lines[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_dropout_drops_is_0()
    {
        Explanation explanation = Seeded.Net("dropout 0.5").Explain(Tensor.Ones([1, 12]));
        CellPicture picture = Assert.IsType<CellPicture>(Assert.Single(explanation.Steps[0].Figures));
        double[] output = [.. explanation.Steps[0].Output!.Value.Values!];
        Assert.Contains(output, v => v == 0);
        string mask = picture.ToText().Split('\n')[1];
        Assert.Equal(output.Take(10).Count(v => v == 0), mask.Count(c => c == '·'));
    }

    [Fact]
    public void A_small_network_is_a_graph_with_numbers()
    {
        Sequential net = Seeded.Net("linear 2 bias=false | relu | linear 1 bias=false");
        net.Build([1, 2]);
        Parameter[] weights = [.. net.Parameters().Select(p => p.Parameter)];
        weights[0].Assign(Tensor.Of(1f, -1f, 0.5f, 0f).Reshape(2, 2));
        weights[1].Assign(Tensor.Of(0.5f, 1f).Reshape(2, 1));
        Drawn drawn = new Drawn(net.Explain(Tensor.Of(1f, 2f).Reshape(1, 2), Tensor.Of(0f).Reshape(1, 1)).Overview.ToSvg(Language.English)).MustBeClean();
        string[] words = [.. drawn.Words.Select(w => w.Text)];
        Assert.Superset(new HashSet<string>(["x", "W₁", "W₂", "t", "relu", "(1, 2)", "z₁ =", "(2, −1)", "h₁ =", "(2, 0)", "y = 1", "L = 1", "(1, 0)", "(1, 0.5)", "[1, 0]", "[2, 0]", "[4]", "[0]"]), new HashSet<string>(words));
    }

    [Theory]
    [InlineData("linear 8 | relu | linear 3", "ReLU", 5), InlineData("lenet", "conv 6 5x5 pad=2", 28)]
    public void Other_networks_are_neurons_or_bricks(string notation, string word, int size)
    {
        Explanation explanation = Explained(notation, notation == "lenet" ? [1, 1, size, size] : [1, size]);
        Assert.Contains(word, explanation.Overview.ToSvg(Language.Russian), StringComparison.OrdinalIgnoreCase);
        if (notation == "lenet") Assert.Contains(">вход<", explanation.Overview.ToSvg(Language.Russian), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_with_many_pictures_stays_small()
    {
        string notation = string.Join(" | ", Enumerable.Repeat("conv 8 3x3 pad=1", 40));
        Explanation explanation = Explained(notation, [1, 8, 16, 16]);
        Assert.Equal(24, explanation.Steps.Sum(s => s.Figures.Count));
        Assert.True(explanation.ToHtml().Length < 3_000_000, $"{explanation.ToHtml().Length}");
    }

    [Theory]
    [InlineData(0, "0"), InlineData(-0.0, "0"), InlineData(1.0 / 3, "0.333"), InlineData(-12.345, "−12.3"), InlineData(1234, "1234")]
    [InlineData(123456.7, "123457"), InlineData(1234567, "1.23·10⁶"), InlineData(-0.00012, "−0.00012"), InlineData(-0.0000123, "−1.2·10⁻⁵")]
    [InlineData(double.NegativeInfinity, "−∞"), InlineData(double.NaN, "NaN"), InlineData(0.0456, "0.046"), InlineData(0.00456, "0.0046")]
    [InlineData(1.0004, "1.0004"), InlineData(567.8, "567.8")] // nearly whole is not whole
    public void Numbers_in_cells_are_short(double x, string text) => Assert.Equal(text, new Cell(CellKind.Number, x).Text);

    private static string Squeezed(string line) => string.Join(' ', line.Replace("][", "] [", StringComparison.Ordinal).Split([' ', '\r'], StringSplitOptions.RemoveEmptyEntries));

    private static Explanation Explained(string notation, int[] shape, int[]? focus = null)
    {
        Kubik.Nn.Module net = Seeded.Known(notation, 10);
        int count = shape.Aggregate(1, (a, b) => a * b);
        Shape y = net.Build([.. shape]);
        return net.Explain(Tensor.From<float>([.. Enumerable.Range(0, count).Select(i => (i * 37 % 23 - 11) / 8f)], [.. shape]), Tensor.Zeros(y), new() { Focus = focus });
    }
}
