// What holds for every task of the book, with the source's numbers and with fifty others.

using System.Globalization;
using System.Text.Json;
using Kubik.Book.Answers;
using Kubik.Glass;

namespace Kubik.Book.Tests;

public sealed class TaskTheories
{
    private const int Variants = 50;

    public static TheoryData<string> Ids => [.. Book.Tasks.Select(t => t.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void The_right_answers_are_graded_as_right_in_every_form(string id)
    {
        foreach ((BookTask task, Given given) in Every(id))
        {
            IReadOnlyList<Answer> asked = task.Solve(given).Answers;
            Assert.NotEmpty(asked);
            foreach (Func<double, string> form in (Func<double, string>[])[x => x.ToString("R", CultureInfo.InvariantCulture), x => x.ToString("R", CultureInfo.InvariantCulture).Replace('.', ','), x => $"{x.ToString("R", CultureInfo.InvariantCulture)}*3/3", x => $"0 + {x.ToString("R", CultureInfo.InvariantCulture)}".Replace("+ -", "- ")])
            {
                Grade grade = task.Grade(asked.ToDictionary(a => a.Name, a => Typed(a.Value, form)), given);
                Assert.True(grade.Right == asked.Count, $"{id}, {string.Join(", ", given.Names)}: {string.Join("; ", grade.Verdicts.Where(v => !v.IsRight).Select(v => $"{v.Name}: {v.Says?.English}, {Typed(asked.First(a => a.Name == v.Name).Value, form)}"))}");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Answers_are_those_of_another_way_to_compute_them(string id)
    {
        foreach ((BookTask task, Given given) in Every(id))
        {
            IReadOnlyDictionary<string, double[]> expected = Independent.Answers(id, given);
            IReadOnlyList<Answer> asked = task.Solve(given).Answers;
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), asked.Where(a => a.IsRight is null && a.Choices is null).Select(a => a.Name).Order(StringComparer.Ordinal));
            foreach (Answer answer in asked.Where(a => expected.ContainsKey(a.Name)))
            {
                double[] values = answer.Value.ToDoubles(), other = expected[answer.Name];
                Assert.Equal(other.Length, values.Length);
                for (int i = 0; i < values.Length; i++) Assert.True(Math.Abs(values[i] - other[i]) <= 1e-6 * Math.Max(1, Math.Abs(other[i])), $"{id}, {answer.Name}[{i}]: {values[i]}, by another way {other[i]}.");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_slip_is_found_and_is_no_right_answer(string id)
    {
        foreach ((BookTask task, Given given) in Every(id))
        {
            foreach (Answer answer in task.Solve(given).Answers)
            {
                foreach (Slip slip in answer.Slips.Where(s => !answer.Accepts(s.Value)))
                {
                    Verdict verdict = task.Grade(new Dictionary<string, string> { [answer.Name] = Typed(slip.Value, x => x.ToString("R", CultureInfo.InvariantCulture)) }, given).Verdicts.Single(v => v.Name == answer.Name);
                    Assert.False(verdict.IsRight);
                    Assert.NotNull(verdict.Says);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_slip_matters_in_some_variant(string id)
    {
        Dictionary<(string, string), bool> matters = [];
        foreach ((BookTask task, Given given) in Every(id))
        {
            foreach (Answer answer in task.Solve(given).Answers)
            {
                foreach (Slip slip in answer.Slips)
                {
                    (string, string) key = (answer.Name, slip.Says.English);
                    matters[key] = matters.GetValueOrDefault(key) || !answer.Accepts(slip.Value);
                }
            }
        }
        Assert.All(matters, m => Assert.True(m.Value, $"{id}, {m.Key}"));
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
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_seed_gives_the_same_numbers_and_others_give_others(string id)
    {
        BookTask task = Book.Find(id);
        string[] drawn = [.. Enumerable.Range(1, 10).Select(seed => task.State(task.Variant(seed)).ToText())];
        Assert.Equal(drawn[0], task.State(task.Variant(1)).ToText());
        Assert.True(drawn.Distinct(StringComparer.Ordinal).Count() > 3, $"{id}: ten seeds give {drawn.Distinct(StringComparer.Ordinal).Count()} tasks.");
    }

    private static IEnumerable<(BookTask Task, Given Given)> Every(string id)
    {
        BookTask task = Book.Find(id);
        yield return (task, task.Seed);
        for (long seed = 1; seed <= Variants; seed++) yield return (task, task.Variant(seed));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Typed(Tensor value, Func<double, string> form) => value.Rank switch
    {
        0 => form(value.Item()),
        1 => string.Join("; ", value.ToDoubles().Select(form)),
        _ => string.Join("; ", value.ToDoubles().Chunk(value.Shape[^1]).Select(row => string.Join(", ", row.Select(form)))),
    };
}
