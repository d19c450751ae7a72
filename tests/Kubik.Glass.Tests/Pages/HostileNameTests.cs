// Modules may be called anything. Whatever the names are, a page and a picture are XML that can be opened, with nothing in it that a
// browser would run; Markdown and LaTeX stay what they are around them.

using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;
using Kubik.Glass.Pictures;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Glass.Tests.Pages;

public sealed partial class HostileNameTests
{
    private static readonly string[] Pieces =
    [
        "\0", "\u0001", "\u001f", "\u007f", "\u0085", "\ud800", "\udc00", "\udc00\ud800", "\ufffe", "\uffff", "𝟏", "é", "\u202e", "\u2028", "\t", "\r\n",
        "<script>alert(1)</script>", "</style><script>", "<!--", "-->", "]]>", "<![CDATA[", "&amp;", "&#0;", "\"", "'", "\" onload=\"alert(1)", "javascript:alert(1)",
        "{", "}", "\\", "$", "_", "^", "%", "|", "`", "```", "\n```\n<script>", @"\end{verbatim}", @"\input{x}", "#", "*", "x", " ", "relu",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory, MemberData(nameof(Seeds))]
    public void Every_format_holds_whatever_the_names_are(int seed)
    {
        Random random = new(seed);
        string Made() => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        Odd net = new(Made(), Made(), Made());
        Explanation explanation = net.Explain(Tensor.Of(1f, 2f).Reshape(1, 2), Tensor.Of(0f).Reshape(1, 1), new() { Optimizer = new Sgd(0.1) });
        foreach (Language language in (Language[])[Language.English, Language.Russian])
        {
            MustBeHarmless(XDocument.Parse(explanation.ToHtml(language).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!);
            MustBeMarkdown(explanation.ToMarkdown(language));
            MustBeLatex(explanation.ToLatex(language));
        }
        foreach (PictureKind kind in (PictureKind[])[PictureKind.Network, PictureKind.Forward, PictureKind.Backward]) MustBeHarmless(XElement.Parse(net.ToSvg([2], kind)));
    }

    [Fact]
    public void Rows_of_a_table_in_Markdown_have_as_many_columns_as_its_header()
    {
        string[] lines = new MarkdownPage().Write([new Table(["", "∂L/∂w", "|Δ|", "a_b"], [["|x|", "1", "2", "`3`"], ["", "", "", ""]])]).TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.Equal(5, Column().Count(line)));
        Assert.Equal(@"|  | ∂L/∂w | \|Δ\| | a\_b |", lines[0]);
    }

    [Fact]
    public void Signs_that_XML_has_no_place_for_are_replaced()
    {
        foreach ((string text, string clean) in ((string, string)[])[("plain", "plain"), ("a\0b", "a�b"), ("𝟏", "𝟏"), ("\ud835", "�"), ("\udfcf\ud835", "��"), ("x\ud835𝟏\ufffe\t\n", "x�𝟏�\t\n")])
            Assert.Equal(clean, XmlText.Clean(text));
    }

    private static void MustBeHarmless(XElement page)
    {
        Assert.DoesNotContain(page.DescendantsAndSelf(), e => e.Name.LocalName is "script" or "iframe" or "object" or "foreignObject");
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name.LocalName is "href" && a.Value[0] != '#');
    }

    private static void MustBeMarkdown(string page)
    {
        Assert.Equal(XmlText.Clean(page), page);
        // Text outside of fences, of which each is closed by one that is as long.
        string? fence = null;
        foreach (string line in page.Split('\n'))
        {
            if (fence is null && Fence().Match(line) is { Success: true } opened) fence = opened.Groups["fence"].Value;
            else if (line == fence) fence = null;
            else if (fence is null) Assert.DoesNotMatch(@"(?<!\\)<(script|!--)", line);
        }
        Assert.Null(fence);
    }

    private static void MustBeLatex(string page)
    {
        Assert.Equal(XmlText.Clean(page), page);
        string text = Verbatim().Replace(page, "");
        int depth = 0;
        foreach (Match brace in Brace().Matches(text)) Assert.True((depth += brace.Value[^1] == '{' ? 1 : -1) >= 0, page);
        Assert.Equal(0, depth);
        Assert.DoesNotContain(@"\input", text, StringComparison.Ordinal);
    }

    // A module with a name, and with bricks that have some.
    private sealed class Odd(string own, string first, string second) : Module
    {
        private readonly Dictionary<string, Module> parts = new(StringComparer.Ordinal) { [first] = new Linear(9), [second + "2"] = new Linear(1) };

        public override string Notation => own;

        protected override Tensor Compute(Tensor x) => this.parts[second + "2"].Forward(this.parts[first].Forward(x).Relu() + 1);
    }

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Column();

    [GeneratedRegex("^(?<fence>`{3,})(text)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\\begin\{verbatim\}.*?\\end\{verbatim\}", RegexOptions.Singleline, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Verbatim();

    [GeneratedRegex(@"(?<!\\)(\\\\)*[{}]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Brace();
}
