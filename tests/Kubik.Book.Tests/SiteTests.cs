// The book as pages: what a reader with a keyboard, a screen reader, a printer and no net needs of every page, in both languages.

using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kubik.Book.Quizzes;
using Kubik.Book.Site;
using Kubik.Glass;

namespace Kubik.Book.Tests;

public sealed partial class SiteTests : IDisposable
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    private readonly string folder = Directory.CreateTempSubdirectory("kubik-site-").FullName;

    public void Dispose() => Directory.Delete(this.folder, recursive: true);

    [Theory, InlineData(Language.English, "en"), InlineData(Language.Russian, "ru")]
    public void Every_page_is_there_and_can_be_read_by_everybody(Language language, string code)
    {
        List<string> told = [];
        int count = BookSite.Write(this.folder, language, told.Add);
        Assert.Equal(Book.Tasks.Count + 2, count);
        Assert.Equal([.. Book.Tasks.Select(t => $"{t.Id}.html"), "test.html", "index.html"], told);
        Assert.Equal(told.Order(StringComparer.Ordinal), Directory.GetFiles(this.folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        foreach (string name in told) this.Check(name, code);
    }

    [Fact]
    public void A_tasks_page_leads_to_its_neighbours_and_hides_its_solution()
    {
        BookSite.Write(this.folder, Language.English);
        XElement page = this.Page("1.2.html");
        Assert.Equal([("prev", "1.1.html"), ("next", "1.3.html")], page.Descendants(Html + "nav").First().Descendants(Html + "a").Where(a => a.Attribute("rel") is not null).Select(a => (a.Attribute("rel")!.Value, a.Attribute("href")!.Value)));
        Assert.Equal(["Solution", "Answers"], page.Descendants(Html + "details").Where(d => d.Attribute("open") is null).Select(d => d.Element(Html + "summary")!.Value.Trim()));
        Assert.DoesNotContain("104.5", string.Concat(page.Descendants(Html + "main").Single().Descendants().Where(e => !e.Ancestors(Html + "details").Any()).Nodes().OfType<XText>()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_contents_hold_what_is_searched_for()
    {
        BookSite.Write(this.folder, Language.Russian);
        XElement item = this.Page("index.html").Descendants(Html + "li").Single(li => li.Element(Html + "a")!.Attribute("href")!.Value == "1.5.html");
        string words = item.Attribute("data-words")!.Value;
        Assert.Contains("xor", words, StringComparison.Ordinal);
        Assert.Equal(words.ToLowerInvariant(), words);
        Assert.Equal(Book.Tasks.Count + 1, this.Page("index.html").Descendants(Html + "li").Count());
    }

    [Fact]
    public void Variants_of_a_test_differ_and_the_key_is_their_own()
    {
        TestSheet sheet = TestSheet.Draw([Book.Find("1.2"), Book.Find("1.10")], variants: 25, seed: 7);
        string[] statements = [.. sheet.Variants.Select(v => string.Concat(v.Select(q => q.State().ToText())))];
        Assert.Equal(25, statements.Distinct(StringComparer.Ordinal).Count());
        XElement handed = XElement.Parse(Inner(sheet.ToHtml())), key = XElement.Parse(Inner(sheet.KeyToHtml(Language.Russian)));
        Assert.Equal(25, handed.Descendants(Html + "section").Count());
        Assert.Equal(25, key.Descendants(Html + "section").Count());
        Question last = sheet.Variants[24][1];
        Assert.Contains($"kubik book 1.10 --seed {last.Seed}", key.Descendants(Html + "section").Last().Value, StringComparison.Ordinal);
        string right = last.Solve().Answers[0].Value.Item().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(right, key.Descendants(Html + "section").Last().Value, StringComparison.Ordinal);
        Assert.DoesNotContain(right, handed.Descendants(Html + "section").Last().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_is_solved_once_in_a_language()
    {
        Question question = new(Book.Find("1.2"), 7);
        Assert.Same(question.Solve(), question.Solve());
        Assert.Same(question.Solve().Answers, question.State().Answers);
        Assert.DoesNotContain("Solution", question.State().ToText(), StringComparison.Ordinal);
        Assert.NotSame(question.Solve(), question.Solve(Language.Russian));
        Assert.Equal(new Question(Book.Find("1.2"), 7), question);
    }

    [Fact]
    public void More_variants_than_there_are_is_an_error()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => TestSheet.Draw([Book.Find("1.6")], 1000, 1));
        Assert.Contains("1.6", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TestSheet.Draw([], 1, 1));
    }

    private void Check(string name, string language)
    {
        XElement page = this.Page(name);
        Assert.Equal(language, page.Attribute("lang")?.Value);
        Assert.NotEqual("", page.Element(Html + "head")!.Element(Html + "title")!.Value);
        int[] levels = [.. page.Descendants().Where(e => Level().IsMatch(e.Name.LocalName)).Select(e => e.Name.LocalName[1] - '0')];
        Assert.Equal(1, levels.Count(l => l == 1));
        Assert.Equal(1, levels[0]);
        for (int i = 1; i < levels.Length; i++) Assert.True(levels[i] <= levels[i - 1] + 1, $"{name}: a heading of level {levels[i]} follows one of level {levels[i - 1]}.");
        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        foreach (XElement link in page.Descendants(Html + "a"))
        {
            string target = link.Attribute("href")!.Value;
            Assert.NotEqual("", link.Value.Trim());
            Assert.True(target.StartsWith('#') ? ids.Contains(target[1..], StringComparer.Ordinal) : File.Exists(Path.Combine(this.folder, target)), $"{name}: the link to {target} leads nowhere.");
        }
        foreach (XElement drawing in page.Descendants().Where(e => e.Name.LocalName == "svg")) Assert.True(drawing.Attribute("role")?.Value == "img" && drawing.Elements().Any(e => e.Name.LocalName == "title" && e.Value.Length > 0), $"{name}: a picture without a name.");
        foreach (XElement field in page.Descendants(Html + "input")) Assert.Equal("label", field.Parent!.Name.LocalName);
        foreach (XElement head in page.Descendants(Html + "th")) Assert.NotNull(head.Attribute("scope"));
        Assert.All(page.Descendants().Attributes("tabindex"), a => Assert.Equal("0", a.Value));
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), a => a.Name.LocalName is "src" or "srcset" || a.Name.LocalName is "href" && a.Value.Contains(':', StringComparison.Ordinal));
        Assert.Empty(page.Descendants(Html + "link"));
    }

    private XElement Page(string name) => XElement.Parse(Inner(File.ReadAllText(Path.Combine(this.folder, name))));

    private static string Inner(string html) => html[html.IndexOf("<html", StringComparison.Ordinal)..];

    [GeneratedRegex("^h[1-6]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Level();
}
