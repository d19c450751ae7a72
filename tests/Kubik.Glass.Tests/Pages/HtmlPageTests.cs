// Pages as browsers and readers get them: landmarks, contents that lead somewhere, pictures that share one style, formulas that
// can go on in the next line, and colours that stand out.

using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pages;
using Kubik.Glass.Pictures;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Pages;

public sealed partial class HtmlPageTests
{
    private static readonly Explanation Conv = Seeded.Net("conv 2 3x3 pad=1 | relu | maxpool 2 | flatten | linear 3 | softmax").Explain(Some([1, 2, 6, 6]), Some([1, 3]), new() { Optimizer = new Sgd(0.1), Steps = 2 });

    [Theory]
    [InlineData(Language.English, "Contents"), InlineData(Language.Russian, "Содержание")]
    public void Contents_lead_to_every_heading(Language language, string contents)
    {
        XElement page = Read(Conv.ToHtml(language));
        XElement nav = Assert.Single(All(page, "nav"));
        Assert.Equal(contents, nav.Attribute("aria-label")!.Value);
        string[] ids = [.. page.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>()];
        Assert.Equal(ids.Distinct(), ids);
        string[] headings = [.. All(page, "h2").Concat(All(page, "h3")).Select(h => h.Attribute("id")!.Value)], linked = [.. All(nav, "a").Select(a => a.Attribute("href")!.Value[1..])];
        Assert.All(linked, to => Assert.Contains(to, headings));
        // A part with one step is no list of steps.
        Assert.All(All(page, "section"), s => Assert.All(All(s, "h3").Count() > 1 ? All(s, "h3").Concat(All(s, "h2")) : All(s, "h2"), h => Assert.Contains(h.Attribute("id")!.Value, linked)));
        Assert.All(All(nav, "details"), d => Assert.Equal("summary", d.Elements().First().Name.LocalName));
    }

    [Fact]
    public void Landmarks_and_headings_are_in_order()
    {
        XElement body = Read(Conv.ToHtml()).Elements().Single(e => e.Name.LocalName == "body");
        Assert.Equal(["header", "nav", "main"], body.Elements().Select(e => e.Name.LocalName));
        Assert.Single(All(body, "h1"));
        Assert.All(All(body, "section"), s => Assert.Equal(s.Attribute("aria-labelledby")!.Value, s.Elements().First().Attribute("id")!.Value));
        int level = 1;
        foreach (XElement h in body.Descendants().Where(e => Level().IsMatch(e.Name.LocalName)))
        {
            int next = h.Name.LocalName[1] - '0';
            Assert.True(next <= level + 1, h.Value);
            level = next;
        }
        Assert.Equal(3, level); // the last one is that of a step
    }

    [Fact]
    public void Pictures_share_one_style_and_have_words()
    {
        XElement page = Read(Conv.ToHtml());
        Assert.Single(All(page, "style"));
        XElement[] figures = [.. All(page, "figure")];
        Assert.Equal(4, figures.Length); // the network, the convolution, the pool, softmax; in the second step no more
        foreach (XElement figure in figures)
        {
            XElement svg = Assert.Single(All(figure, "svg"));
            Assert.Equal("img", svg.Attribute("role")!.Value);
            Assert.NotEmpty(All(svg, "title").First().Value);
            Assert.NotEmpty(Assert.Single(All(figure, "figcaption")).Value);
            Assert.DoesNotContain(svg.Descendants(), e => e.Attribute("id") is not null);
        }
        string style = All(page, "style").Single().Value;
        string[] kinds = [.. All(page, "svg").Descendants().Select(e => e.Attribute("class")?.Value).OfType<string>().SelectMany(c => c.Split(' ')).Distinct()];
        Assert.All(kinds, kind => Assert.Contains("." + kind, style, StringComparison.Ordinal));
        // A picture's rules reach nothing else on the page.
        string[] own = [.. page.Descendants().Where(e => e.Name.NamespaceName.EndsWith("xhtml", StringComparison.Ordinal)).Select(e => e.Attribute("class")?.Value).OfType<string>().Distinct()];
        Assert.Empty(own.Intersect(kinds));
    }

    [Fact]
    public void Where_there_are_no_pictures_nothing_is_said_of_them()
    {
        foreach (Language language in Enum.GetValues<Language>())
        {
            string title = Conv.Overview.Title.In(language), words = Conv.Overview.Says.In(language);
            string window = language == Language.Russian ? "Окно элемента" : "The window of";
            Assert.Contains(words, Conv.ToHtml(language), StringComparison.Ordinal);
            foreach (string page in (string[])[Conv.ToText(language), Conv.ToMarkdown(language), Conv.ToLatex(language)])
            {
                Assert.DoesNotContain("HTML", page, StringComparison.Ordinal);
                Assert.DoesNotContain(title, page, StringComparison.Ordinal);
                Assert.DoesNotContain(words[..20], page, StringComparison.Ordinal);
                Assert.Contains(window, page, StringComparison.Ordinal); // what characters can draw stays
            }
        }
    }

    [Fact]
    public void Every_colour_is_of_the_palette()
    {
        // The contrast of the palette is measured in ColourTests.
        string[] allowed = [.. Colour().Matches(Palette.Light + Palette.Dark).Select(m => m.Value)];
        Assert.All(Colour().Matches(Read(Conv.ToHtml()).Descendants().Single(e => e.Name.LocalName == "style").Value), m => Assert.Contains(m.Value, allowed));
        Assert.All(TextColour().Matches(PageStyle.Text), m => Assert.Contains(m.Groups["name"].Value, (string[])["ink", "soft", "plus", "inherit"]));
    }

    [Fact]
    public void Paper_is_light_and_nothing_is_cut_on_it()
    {
        string style = PageStyle.Text;
        Assert.All(Scheme().Matches(style + Svg.SharedStyle), m => Assert.Equal("screen", m.Groups["media"].Value));
        string print = style[style.IndexOf("@media print", StringComparison.Ordinal)..];
        Assert.Contains("overflow: visible", print, StringComparison.Ordinal);
        Assert.Contains("figure, pre { break-inside: avoid; }", print, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"h_{1} = a + b", new[] { "h_{1}", "= a", "+ b" })]
    [InlineData(@"\left(a + b\right) \cdot c \approx 3", new[] { @"\left(a + b\right) \cdot c", @"\approx 3" })]
    [InlineData(@"W \leftarrow W - 0.1 \cdot G", new[] { @"W \leftarrow W - 0.1 \cdot G" })]
    [InlineData(@"A = \begin{pmatrix} 1 & 2 \\ a = b & + \end{pmatrix} + h[1, 2]", new[] { "A", @"= \begin{pmatrix} 1 & 2 \\ a = b & + \end{pmatrix}", "+ h[1, 2]" })]
    [InlineData(@"\frac{a + b}{2} + 1", new[] { @"\frac{a + b}{2}", "+ 1" })]
    public void Lines_may_end_between_the_terms(string latex, string[] pieces)
    {
        Assert.Equal(pieces, FormulaPieces.Of(latex));
        Assert.All(pieces, p => MathMl.FromLatex("{}" + p));
    }

    // As MathML that is laid out in a browser; here the rough width says the same.
    [Fact]
    public void A_row_of_numbers_goes_on_in_the_next_line()
    {
        string row = string.Join(" & ", Enumerable.Range(1, 16).Select(i => $@"-{i}.306 \cdot 10^{{-4}}"));
        string[] pieces = [.. FormulaPieces.Of($@"m = 0.1 \cdot \begin{{pmatrix}} {row} \end{{pmatrix}}^{{\circ 2}} \approx 3")];
        Assert.Equal(["m", @"= 0.1", @"\cdot ({-1.306 \cdot 10^{-4}}", @"\;\;\; {-2.306 \cdot 10^{-4}}"], pieces[..4]);
        Assert.Equal([@"\;\;\; {-16.306 \cdot 10^{-4}})^{\circ 2}", @"\approx 3"], pieces[^2..]);
        Assert.Equal(19, pieces.Length);
        Assert.Contains("<mo form=\"prefix\">−</mo><mn>2.306</mn>", MathMl.FromLatex("{}" + pieces[3]), StringComparison.Ordinal); // a sign, and no operator
    }

    [Theory]
    [InlineData(@"= \operatorname{mean}\left(R^{\circ 2}\right)", @"=\operatorname{mean}(R^{\circ2})")]
    [InlineData(@"R - 0.002 \cdot \left(R \oslash \left(\sqrt{R} + 8\right)\right)", @"R-0.002\cdot(R\oslash(\surd(R)+8))")]
    [InlineData(@"\left[\left[R, R\right] \circ \left(1 - R\right), R\right]", @"[[R,R]\circ(1-R),R]")]
    [InlineData(@"\hat{m} = \frac{R}{1 - 0.9^{1}}", @"\hat{m}=R/(1-0.9^{1})")]
    [InlineData(@"x \cdot \frac{R}{2}^{2}", @"x\cdot(R/2)^{2}")]
    [InlineData(@"\left\lVert R - R \right\rVert^2", @"\lVertR-R\rVert^2")]
    [InlineData(@"\sqrt{R}^{2}", @"(\surd(R))^{2}")]
    public void What_is_wider_than_a_line_is_opened_and_keeps_its_meaning(string latex, string meant)
    {
        string cells = string.Join(" & ", Enumerable.Range(1, 30).Select(i => $"0.{i}"));
        string[] pieces = [.. FormulaPieces.Of(latex.Replace("R", $@"\begin{{pmatrix}} {cells} \end{{pmatrix}}", StringComparison.Ordinal))];
        Assert.All(pieces, p => Assert.True(FormulaWidth.Of(p) <= FormulaPieces.Line, p));
        Assert.All(pieces, p => MathMl.FromLatex("{}" + p));
        string row = string.Concat(Enumerable.Range(1, 30).Select(i => $"0.{i}"));
        Assert.Equal(meant.Replace("R", $"({row})", StringComparison.Ordinal), string.Concat(pieces).Replace(" ", "", StringComparison.Ordinal).Replace(@"\;", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-a - b", "3", "(-a-b)/3")]
    [InlineData("-a", "b + c", "(-a)/(b+c)")]
    [InlineData("a", @"n \cdot m", @"a/(n\cdotm)")]
    [InlineData(@"\left(a - b\right)", @"\left(c\right)", "(a-b)/(c)")]
    [InlineData("a", "n_{1}", "a/n_{1}")]
    public void A_quotient_that_is_written_with_a_slash_keeps_its_meaning(string over, string under, string meant)
    {
        string Long(string latex, string open, string close) => latex.Replace("a", $@"\ln{open}{new string('x', 120)}{close}", StringComparison.Ordinal);
        IEnumerable<string> pieces = FormulaPieces.Of($@"\frac{{{Long(over, @"\left(", @"\right)")}}}{{{under}}}");
        Assert.Equal(Long(meant, "(", ")"), string.Concat(pieces).Replace(" ", "", StringComparison.Ordinal).Replace(@"\left", "", StringComparison.Ordinal).Replace(@"\right", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1234567890", 10), InlineData(@"\frac{123}{4567}", 4), InlineData(@"x^{12} + \tanh\left(3\right)", 11), InlineData(@"\begin{pmatrix} 1 & 2 \\ 345 & 6 \end{pmatrix}", 8)]
    public void The_width_of_a_formula_is_known_roughly(string latex, double digits) => Assert.InRange(FormulaWidth.Of(latex), digits - 1.5, digits + 1.5);

    [Fact]
    public void A_long_quotient_is_written_with_a_slash()
    {
        string terms = string.Join(" + ", Enumerable.Range(1, 40).Select(i => $"e^{{{i}}}"));
        string[] pieces = [.. FormulaPieces.Of($@"p[1] = \frac{{e^{{1}}}}{{{terms}}} \approx 0")];
        Assert.Equal(["p[1]", "= e^{1}", "/ ( e^{1}", "+ e^{2}"], pieces[..4]);
        Assert.Equal(["+ e^{40} )", @"\approx 0"], pieces[^2..]);
        Assert.Equal(43, pieces.Length);
    }

    [Theory]
    [InlineData("-1", "<mo form=\"prefix\">−</mo>"), InlineData(@"x \approx -1", "<mo form=\"prefix\">−</mo>"), InlineData("(a) - 1", "<mo>)</mo><mo>−</mo>"), InlineData("a - 1", "</mi><mo>−</mo>")]
    public void A_minus_is_a_sign_or_an_operator(string latex, string written) => Assert.Contains(written, MathMl.FromLatex(latex), StringComparison.Ordinal);

    [Fact]
    public void Formats_without_pictures_have_characters()
    {
        Assert.Contains("max  →", Conv.ToText(), StringComparison.Ordinal);
        Assert.Contains("```text\n", Conv.ToMarkdown(), StringComparison.Ordinal);
        string latex = Conv.ToLatex();
        Assert.Equal(latex.Split(@"\begin{verbatim}").Length, latex.Split(@"\end{verbatim}").Length);
    }

    private static XElement Read(string html) => XDocument.Parse(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;

    private static IEnumerable<XElement> All(XElement e, string name) => e.Descendants().Where(d => d.Name.LocalName == name);

    private static IEnumerable<XElement> All(IEnumerable<XElement> e, string name) => e.SelectMany(d => All(d, name));

    private static Tensor Some(int[] shape) => Tensor.From<float>([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => (i * 37 % 23 - 11) / 8f)], [.. shape]);

    [GeneratedRegex("^h[1-6]$", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Level();

    [GeneratedRegex("#[0-9a-f]{3,8}", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Colour();

    [GeneratedRegex(@"[ {;]color: (var\(--)?(?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex TextColour();

    [GeneratedRegex(@"@media (?<media>\w+) and \(prefers-color-scheme: dark\)|@media \(prefers", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Scheme();
}
