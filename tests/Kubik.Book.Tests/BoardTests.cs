// What a board says of its own accord: that numbers are rounded, what σ is; and names in its drawings.

using System.Text.Json;
using Kubik.Book.Drawing;
using Kubik.Glass;
using Kubik.Glass.Pages;

namespace Kubik.Book.Tests;

public sealed class BoardTests
{
    [Theory]
    [InlineData(1 / 3.0, 8, "0.33333333", true)]
    [InlineData(0.25, 8, "0.25", false)]
    [InlineData(0.25, 1, "0.2", true)]
    public void A_number_of_few_digits_is_said_to_be_rounded(double x, int digits, string text, bool isRounded)
    {
        Board board = new(Language.English);
        board.Say($"p ≈ {new Significant(x, digits)}", $"p ≈ {new Significant(x, digits)}");
        board.SayRounded();
        Assert.Equal($"p ≈ {text}", ((Paragraph)board.Blocks[0]).Text);
        Assert.Equal(isRounded ? 2 : 1, board.Blocks.Count);
    }

    [Theory]
    [InlineData("7.8", true)]
    [InlineData("4.3", true)] // formulas of explained steps
    [InlineData("1.2", false)]
    [InlineData("5.2", false)] // formulas without the name
    public void A_page_with_both_says_that_the_letter_is_the_sigmoid(string id, bool isSaid)
    {
        Sheet sheet = Book.Find(id).Solve();
        Paragraph? first = sheet.Solution[1] as Paragraph;
        Assert.Equal(isSaid, first?.Text.StartsWith("σ and sigmoid are one function", StringComparison.Ordinal) ?? false);
        Assert.Equal(isSaid, sheet.ToText().Contains("one function: σ(z)", StringComparison.Ordinal));
        using JsonDocument json = JsonDocument.Parse(sheet.ToJson());
        Assert.Equal(isSaid, json.RootElement.GetProperty("trace")[0].TryGetProperty("text", out JsonElement text) && text.GetString()!.StartsWith("σ and sigmoid", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_in_a_legend_has_no_underscore()
    {
        Plane plane = new("w", "L", (0, 1), (0, 1));
        plane.Curve(x => x, "w_gd and b_f = 5");
        string svg = plane.ToSvg("");
        Assert.Contains(">w<tspan dy=\"3\" font-size=\"80%\">gd</tspan><tspan dy=\"-3\"> and b</tspan><tspan dy=\"3\" font-size=\"80%\">f</tspan><tspan dy=\"-3\"> = 5</tspan></text>", svg, StringComparison.Ordinal);
    }
}
