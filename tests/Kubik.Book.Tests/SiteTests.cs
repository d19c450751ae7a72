// The book as pages: what a reader with a keyboard, a screen reader, a printer and no net needs of every page, in both languages.

using System.Text.Json;
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

    [Theory, InlineData(Language.English, "lectures?"), InlineData(Language.Russian, "лекция")]
    public void The_contents_say_what_the_sources_are(Language language, string word)
    {
        string said = XElement.Parse(Inner(ContentsPage.Write(language))).Descendants(Html + "p").Select(p => p.Value).Single(p => p.Contains("000", StringComparison.Ordinal));
        Assert.All(Book.Tasks.SelectMany(t => SourceItems.Of(t.Source)).Select(i => i[..3]).Distinct(), source => Assert.Contains(source, said, StringComparison.Ordinal));
        Assert.Matches(word, said);
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
        Assert.Contains($"kubik book 1.10 --seed {last.Seed} --lang ru", key.Descendants(Html + "section").Last().Value, StringComparison.Ordinal);
        string right = last.Solve().Answers[0].Value.Item().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(right, key.Descendants(Html + "section").Last().Value, StringComparison.Ordinal);
        Assert.DoesNotContain(right, handed.Descendants(Html + "section").Last().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sheet_names_its_seeds_and_comes_with_a_file_for_the_answers()
    {
        TestSheet sheet = TestSheet.Draw([Book.Find("1.2"), Book.Find("1.10")], variants: 3, seed: 7);
        XElement page = XElement.Parse(Inner(sheet.ToHtml()));
        foreach ((XElement section, IReadOnlyList<Question> variant) in page.Descendants(Html + "section").Zip(sheet.Variants)) Assert.Contains($"seed {variant[0].Seed}", section.Value, StringComparison.Ordinal);
        Assert.Contains($"зерно {sheet.Variants[2][0].Seed}", sheet.ToHtml(Language.Russian), StringComparison.Ordinal);
        Assert.Equal(["Variant 1", "Variant 2", "Variant 3"], page.Descendants(Html + "nav").Single().Descendants(Html + "li").Select(li => li.Value.Trim()));
        Assert.Empty(PageColours.Of(page).Faint);
        using JsonDocument answers = JsonDocument.Parse(sheet.ToAnswers());
        JsonElement[] entries = [.. answers.RootElement.EnumerateArray()];
        Assert.Equal(6, entries.Length);
        Assert.Equal(["name", "variant", "id", "seed", "answers"], entries[3].EnumerateObject().Select(p => p.Name));
        Assert.Equal((2, "1.10", sheet.Variants[1][1].Seed), (entries[3].GetProperty("variant").GetInt32(), entries[3].GetProperty("id").GetString(), entries[3].GetProperty("seed").GetInt64()));
        Assert.Equal(["h1", "h2", "y"], entries[0].GetProperty("answers").EnumerateObject().Select(a => a.Name));
    }

    [Fact]
    public void Sources_of_all_tasks_have_Russian_names()
    {
        foreach (BookTask task in Book.Tasks)
        {
            string russian = SourceTag.In(task.Source, Language.Russian);
            Assert.Equal(task.Source, SourceTag.In(task.Source, Language.English));
            Assert.DoesNotContain(russian.Split([' ', ';', '(', ')']), w => w.Length > 1 && w.All(char.IsAsciiLetterLower) && w is not ("dropout" or "softmax"));
        }
        Assert.Equal("000 §1.1; 002 линейные слои; 004 линейность", SourceTag.In(Book.Find("1.1").Source, Language.Russian));
    }

    [Fact]
    public void Sentences_of_a_statement_in_JSON_stand_at_the_left()
    {
        using JsonDocument json = JsonDocument.Parse(Book.Find("1.8a").Solve().ToJson());
        string[] lines = json.RootElement.GetProperty("statement").GetString()!.Split('\n');
        Assert.StartsWith("Class 1", lines[0], StringComparison.Ordinal);
        Assert.Equal("  V = [−3  −2]", lines[1].TrimEnd('\r'));
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
        Assert.Matches("Of 1.6 ([0-9]+) different variants were found, not 1000; ask for \\1 or fewer", e.Message);
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
        (List<string> faint, int looked) = PageColours.Of(page);
        Assert.True(faint.Count == 0, $"{name}: {string.Join("; ", faint.Take(10))}");
        Assert.True(looked > 20, $"{name}: {looked} words.");
        // Names are typeset: no raw index in the words of a page.
        Assert.All(page.Element(Html + "body")!.Descendants().Where(e => e.Name.Namespace == Html && e.Name.LocalName is "p" or "a" or "h1" or "h2" or "h3" or "td" or "th" or "figcaption").Nodes().OfType<XText>().Where(t => !t.Value.Contains("__", StringComparison.Ordinal)), t => Assert.DoesNotMatch(RawIndex(), t.Value));
    }

    private XElement Page(string name) => XElement.Parse(Inner(File.ReadAllText(Path.Combine(this.folder, name))));

    private static string Inner(string html) => html[html.IndexOf("<html", StringComparison.Ordinal)..];

    [GeneratedRegex(@"\p{L}[_^][\p{L}\p{N}(]", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex RawIndex();

    [GeneratedRegex("^h[1-6]$", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Level();
}
