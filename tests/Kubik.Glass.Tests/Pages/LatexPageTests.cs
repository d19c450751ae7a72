// LaTeX documents: what their preamble has to say, formulas in pieces, and signs that fonts for text do not have. That XeLaTeX takes the
// pages of the usual examples without an error and without lines that are too long was looked at with TeX Live 2022.

using System.Text;
using Kubik.Glass.Pages;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Pages;

public sealed class LatexPageTests
{
    // With some weights a row of numbers is wider than with others.
    [Theory]
    [InlineData(1), InlineData(100), InlineData(143), InlineData(188)]
    public void Wide_formulas_go_on_in_the_next_line(long seed)
    {
        Tensor t = Tensor.From<float>([.. Enumerable.Range(0, 12).Select(i => i / 4f)], [1, 12]);
        string page = Seeded.Net("linear 12", seed).Explain(Tensor.From<float>([1, 2], [1, 2]), t, new() { Optimizer = new Adam(0.1) }).ToLatex();
        Assert.Contains(@"\setcounter{MaxMatrixCols}{50}", page, StringComparison.Ordinal); // amsmath takes ten columns
        Assert.Contains(@"\pieces{$\displaystyle", page, StringComparison.Ordinal);
        string[] lines = [.. page.Split('\n').Where(l => l.StartsWith(@"\[", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(FormulaWidth.Of(line.AsSpan(2, line.Length - 4)) <= 80, line));
        foreach (string piece in page.Split('\n').Where(l => l.StartsWith(@"\pieces{", StringComparison.Ordinal)).SelectMany(l => l["\\pieces{".Length..].TrimEnd('}').Split("$ $")))
        {
            bool isSmallMatrix = piece.Contains(@"\setlength\arraycolsep", StringComparison.Ordinal) && piece.Contains(@" \\ ", StringComparison.Ordinal);
            Assert.True(isSmallMatrix || FormulaWidth.Of(piece.Replace(@"\displaystyle", "", StringComparison.Ordinal)) <= 80, piece);
        }
    }

    [Theory]
    [InlineData(Language.English), InlineData(Language.Russian)]
    public void Every_sign_that_is_no_letter_is_defined(Language language)
    {
        string page = Seeded.Net("conv 2 3x3 | sigmoid | maxpool 2 | flatten | linear 2").Explain(Tensor.Ones([1, 1, 6, 6]), Tensor.From<float>([0, 1], [1, 2]), new() { Optimizer = new Adam(0.1) }).ToLatex(language);
        string[] unknown = [.. page.EnumerateRunes().Where(r => r.Value > 127 && !IsText(r) && !page.Contains($@"\protected\def{r}", StringComparison.Ordinal)).Select(r => $"{r} U+{r.Value:X4}").Distinct()];
        Assert.Empty(unknown);
    }

    // What text fonts have: Cyrillic letters, accents, dashes, quotation marks.
    private static bool IsText(Rune r) => r.Value is >= 0x300 and <= 0x36F or >= 0x400 and <= 0x4FF or >= 0x2013 and <= 0x201E or 0xA0 or 0xAB or 0xBB or 0x2116;
}
