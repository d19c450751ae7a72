// What holds for every task of the book, with the source's numbers and with fifty others. Each of them is solved once; what a
// reader types is then graded against its answers.

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;

namespace Kubik.Book.Tests;

public sealed partial class TaskTheories
{
    private const int Variants = 50;

    private static readonly ConcurrentDictionary<string, (Given Given, IReadOnlyList<Answer> Asked)[]> Solved = new(StringComparer.Ordinal);

    public static TheoryData<string> Ids => [.. Book.Tasks.Select(t => t.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void The_right_answers_are_graded_as_right_in_every_form(string id)
    {
        Func<double, string>[] forms = [Digits, x => Digits(x).Replace('.', ','), x => $"{Digits(x)}*3/3", x => $"0 + {Digits(x)}".Replace("+ -", "- ", StringComparison.Ordinal), x => $"{Digits(x * 100)}%", Short];
        foreach ((Given given, IReadOnlyList<Answer> asked) in Every(id))
        {
            Assert.NotEmpty(asked);
            foreach (Func<double, string> form in forms)
            {
                Grade grade = Grade.Of(asked, asked.ToDictionary(a => a.Name, a => Typed(a.Value, form), StringComparer.Ordinal));
                Assert.True(grade.Right == asked.Count, $"{id}, {string.Join(", ", given.Names)}: {string.Join("; ", grade.Verdicts.Where(v => !v.IsRight).Select(v => $"{v.Name}: {v.Says?.English}, {Typed(asked.First(a => a.Name == v.Name).Value, form)}"))}");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_task_grades_against_its_own_answers(string id)
    {
        BookTask task = Book.Find(id);
        Given given = task.Variant(1);
        IReadOnlyList<Answer> asked = Every(id)[1].Asked;
        Assert.Equal(asked.Count, task.Grade(asked.ToDictionary(a => a.Name, a => $"{a.Name} = {Typed(a.Value, Digits)}", StringComparer.Ordinal), given).Right);
        Assert.Equal(0, task.Grade(new Dictionary<string, string>(StringComparer.Ordinal), given).Right);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Answers_are_those_of_another_way_to_compute_them(string id)
    {
        foreach ((Given given, IReadOnlyList<Answer> asked) in Every(id))
        {
            IReadOnlyDictionary<string, double[]> expected = Independent.Answers(id, given);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), asked.Where(a => a.IsRight is null && a.Choices is null).Select(a => a.Name).Order(StringComparer.Ordinal));
            foreach (Answer answer in asked.Where(a => expected.ContainsKey(a.Name)))
            {
                double[] values = answer.Value.ToDoubles(), other = expected[answer.Name];
                Assert.Equal(other.Length, values.Length);
                // Rounding leaves a little where numbers near 1 cancel; quotients of differences more where the answer is an exact 0.
                double within = values.All(x => x == 0) ? 1e-9 : Math.Max(1e-6 * other.Max(Math.Abs), 1e-14);
                for (int i = 0; i < values.Length; i++) Assert.True(Math.Abs(values[i] - other[i]) <= within, $"{id}, {answer.Name}[{i}]: {values[i]}, by another way {other[i]}, with {given.ToJson()}.");
            }
            Assert.Equal(Independent.Chosen(id, given), asked.Where(a => a.Choices is not null).Select(a => (a.Name, a.Choices![(int)a.Value.Item() - 1].English)));
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_slip_is_found_and_is_no_right_answer(string id)
    {
        foreach ((Given given, IReadOnlyList<Answer> asked) in Every(id))
        {
            foreach (Answer answer in asked)
            {
                foreach (Slip slip in answer.Slips.Where(s => !answer.Accepts(s.Value)))
                {
                    Verdict verdict = Grade.Of([answer], new Dictionary<string, string>(StringComparer.Ordinal) { [answer.Name] = Typed(slip.Value, Digits) }).Verdicts.Single();
                    Assert.False(verdict.IsRight);
                    Assert.True(verdict.Says?.English.Contains(slip.Says.English, StringComparison.Ordinal), $"{id}, {answer.Name}: '{slip.Says.English}' is answered '{verdict.Says?.English}', with {given.ToJson()}.");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Nothing_is_no_answer_to_something(string id)
    {
        foreach ((Given given, IReadOnlyList<Answer> asked) in Every(id))
        {
            foreach (Answer answer in asked.Where(a => a.IsRight is null && a.Choices is null))
            {
                double most = answer.Value.ToDoubles().Max(Math.Abs);
                Assert.True(most == 0 || answer.Tolerance > 0 && answer.Tolerance <= 0.02 * most * (1 + 1e-9), $"{id}, {answer.Name} = {answer.Value} within {answer.Tolerance}, with {given.ToJson()}.");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_right_sentence_does_not_always_stand_at_one_place(string id)
    {
        foreach (IGrouping<string, Answer> places in Every(id).SelectMany(v => v.Asked).Where(a => a.Choices is not null).GroupBy(a => a.Name, StringComparer.Ordinal))
            Assert.True(places.Select(a => a.Value.Item()).Distinct().Count() > 1, $"{id}, {places.Key}: always {places.First().Value.Item()}.");
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_slip_matters_in_some_variant(string id)
    {
        Dictionary<(string, string), bool> matters = [];
        foreach (Answer answer in Every(id).SelectMany(v => v.Asked))
        {
            foreach (Slip slip in answer.Slips)
            {
                (string, string) key = (answer.Name, slip.Says.English);
                matters[key] = matters.GetValueOrDefault(key) || !answer.Accepts(slip.Value);
            }
        }
        Assert.All(matters, m => Assert.True(m.Value, $"{id}, {m.Key}"));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_sentence_is_there_in_both_languages_and_differs(string id)
    {
        BookTask task = Book.Find(id);
        Sheet english = task.Solve(language: Language.English), russian = task.Solve(language: Language.Russian);
        (Block English, Block Russian)[] blocks = [.. english.Statement.Concat(english.Solution).Zip(russian.Statement.Concat(russian.Solution))];
        Assert.Equal(english.Statement.Count + english.Solution.Count, blocks.Length);
        Assert.Equal(russian.Statement.Count + russian.Solution.Count, blocks.Length);
        foreach ((Block e, Block r) in blocks)
        {
            Assert.Equal(e.GetType(), r.GetType());
            (string First, string Second) = (Words(e), Words(r));
            if (HasWords(First)) Assert.True(First != Second, $"{id}: '{First}' stands in both languages.");
        }
        foreach (Answer answer in english.Answers)
        {
            foreach (Remark words in (IEnumerable<Remark>)[.. answer.Slips.Select(s => s.Says), .. answer.Choices ?? [], .. answer.Unit is { } unit ? (Remark[])[unit] : []])
            {
                Assert.NotEqual("", words.Russian.Trim());
                Assert.True(!HasWords(words.English) || words.English != words.Russian, $"{id}: '{words.English}' stands in both languages.");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Both_languages_are_there_and_differ(string id)
    {
        BookTask task = Book.Find(id);
        Assert.NotEqual(task.Title.English, task.Title.Russian);
        string[] english = Lines(task.Solve(language: Language.English).ToText()), russian = Lines(task.Solve(language: Language.Russian).ToText());
        Assert.DoesNotContain(russian, line => line.Split(' ').Count(w => w.Length > 3 && w.All(char.IsAsciiLetterLower)) > 3);
        Assert.DoesNotContain(english, line => line.Any(c => c is >= 'а' and <= 'я' or >= 'А' and <= 'Я'));
        Assert.Contains(russian, line => line.Any(c => c is >= 'а' and <= 'я'));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_format_is_written(string id)
    {
        Sheet sheet = Book.Find(id).Solve(language: Language.Russian);
        Assert.StartsWith("# ", sheet.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains(@"\begin{document}", sheet.ToLatex(), StringComparison.Ordinal);
        string html = sheet.ToHtml();
        System.Xml.Linq.XDocument.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
        using JsonDocument json = JsonDocument.Parse(sheet.ToJson(7));
        Assert.Equal(["id", "title", "lang", "seed", "statement", "parameters", "answers", "trace"], json.RootElement.EnumerateObject().Select(p => p.Name));
        // The whole solution in order: every part has a kind, an explained step its steps.
        Assert.All(json.RootElement.GetProperty("trace").EnumerateArray(), part => Assert.Equal(part.TryGetProperty("steps", out _), part.GetProperty("kind").GetString() == "step"));
        Assert.NotEmpty(json.RootElement.GetProperty("trace").EnumerateArray());
        using JsonDocument asked = JsonDocument.Parse(Book.Find(id).State().ToJson());
        Assert.Empty(asked.RootElement.GetProperty("trace").EnumerateArray());
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_seed_gives_the_same_numbers_and_others_give_others(string id)
    {
        BookTask task = Book.Find(id);
        string[] drawn = [.. Enumerable.Range(1, 10).Select(seed => task.State(task.Variant(seed)).ToText())];
        Assert.Equal(drawn[0], task.State(task.Variant(1)).ToText());
        Assert.True(drawn.Distinct(StringComparer.Ordinal).Count() > 3, $"{id}: ten seeds give {drawn.Distinct(StringComparer.Ordinal).Count()} tasks.");
    }

    private static (Given Given, IReadOnlyList<Answer> Asked)[] Every(string id) => Solved.GetOrAdd(id, static id =>
    {
        BookTask task = Book.Find(id);
        return [.. Enumerable.Range(0, Variants + 1).Select(seed => seed == 0 ? task.Seed : task.Variant(seed)).Select(given => (given, task.Solve(given).Answers))];
    });

    // What a block says in words.
    private static string Words(Block block) => block switch
    {
        Paragraph p => p.Text,
        Heading h => Brick().IsMatch(h.Text) ? "" : h.Text,
        Picture p => p.Words,
        _ => "",
    };

    // Whether it is more than formulas and names.
    private static bool HasWords(string text) => text.Split(' ').Any(w => w.Length > 3 && w.All(char.IsAsciiLetter) && !IsName(w));

    // Words that are the same in both languages.
    private static bool IsName(string word) => word.All(char.IsAsciiLetterUpper) || word is "Softmax" or "softmax" or "ReLU" or "tanh" or "sigmoid" or "RMSprop" or "Adam" or "LSTM" or "word2vec";

    // A brick in its notation, with its path: 1. linear 2 (0).
    [GeneratedRegex(@"^\d+\. .* \(\S*\)$", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Brick();

    // Three digits after the point, or three significant ones.
    private static string Short(double x) => Math.Abs(x) >= 1 ? Digits(Math.Round(x, 3)) : x.ToString("G3", CultureInfo.InvariantCulture);

    private static string Digits(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Typed(Tensor value, Func<double, string> form) => value.Rank switch
    {
        0 => form(value.Item()),
        1 => string.Join("; ", value.ToDoubles().Select(form)),
        _ => string.Join("; ", value.ToDoubles().Chunk(value.Shape[^1]).Select(row => string.Join(", ", row.Select(form)))),
    };
}
