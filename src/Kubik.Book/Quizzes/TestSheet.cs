// A test on paper: variants of the same tasks with other numbers, each on a page of its own, a key on separate pages, and a file
// into which a teacher writes what the pupils answered. All name the seeds, so that any task can be shown and graded.

using System.Text.Encodings.Web;
using System.Text.Json;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;

namespace Kubik.Book.Quizzes;

/// <summary>Variants of a test, to be printed.</summary>
/// <example><code>
/// TestSheet sheet = TestSheet.Draw([Book.Find("1.2"), Book.Find("1.10")], variants: 25, seed: 7);
/// File.WriteAllText("sheet.html", sheet.ToHtml());
/// File.WriteAllText("sheet-key.html", sheet.KeyToHtml());
/// </code></example>
public sealed class TestSheet
{
    private const int MostTries = 200; // in a row that give nothing new

    private TestSheet(IReadOnlyList<IReadOnlyList<Question>> variants) => this.Variants = variants;

    /// <summary>The variants: the same tasks in each, with numbers of their own.</summary>
    public IReadOnlyList<IReadOnlyList<Question>> Variants { get; }

    /// <summary>Draws variants, of which no two are the same.</summary>
    /// <param name="tasks">What is asked, in order.</param>
    /// <param name="variants">How many, at most <see cref="Quiz.MostQuestions"/>.</param>
    /// <param name="seed">Which; the same for the same seed.</param>
    /// <exception cref="ArgumentException">There is no task, or there are not so many different variants.</exception>
    public static TestSheet Draw(IReadOnlyList<BookTask> tasks, int variants, long seed)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfLessThan(variants, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(variants, Quiz.MostQuestions);
        if (tasks.Count == 0) throw new ArgumentException("A test needs a task.", nameof(tasks));
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<IReadOnlyList<Question>> drawn = [];
        int tries = 0;
        foreach (long next in Quiz.Seeds(seed))
        {
            if (drawn.Count == variants) break;
            if (tries++ == MostTries) throw new ArgumentException($"Of {string.Join(", ", tasks.Select(t => t.Id))} {drawn.Count} different variants were found, not {variants}; ask for {drawn.Count} or fewer.", nameof(variants));
            Question[] variant = [.. tasks.Select(t => new Question(t, next))];
            if (!seen.Add(string.Concat(variant.Select(q => new TextPage().Write(q.Task.Told(q.Given, Language.English)))))) continue;
            drawn.Add(variant);
            tries = 0;
        }
        return new(drawn);
    }

    /// <summary>What is handed out, as one HTML page; on paper each variant begins a new sheet.</summary>
    public string ToHtml(Language language = Language.English)
    {
        List<Block> page = [new Heading(1, new Remark("Test", "Контрольная работа").In(language))];
        foreach ((int i, IReadOnlyList<Question> variant) in this.Variants.Index())
        {
            page.Add(new Heading(2, Title(i, language)));
            page.Add(new Paragraph(new Remark($"Name: {new string('_', 30)}   seed {variant[0].Seed}", $"Имя: {new string('_', 30)}   зерно {variant[0].Seed}").In(language)));
            foreach (Question question in variant)
            {
                Sheet sheet = question.State(language);
                page.Add(new Heading(3, TitleOf(question, language)));
                page.AddRange(sheet.Statement);
                page.Add(new Paragraph(string.Join("   ", sheet.Answers.Select(a => $"{a.Name}\u00a0=\u00a0{new string('_', 12)}"))));
            }
        }
        return Printed(page, language);
    }

    /// <summary>The right answers of each variant, as one HTML page.</summary>
    public string KeyToHtml(Language language = Language.English)
    {
        List<Block> page = [new Heading(1, new Remark("Test: the key", "Контрольная работа: ответы").In(language))];
        foreach ((int i, IReadOnlyList<Question> variant) in this.Variants.Index())
        {
            page.Add(new Heading(2, Title(i, language)));
            foreach (Question question in variant)
            {
                page.Add(new Heading(3, TitleOf(question, language)));
                page.AddRange(question.Solve(language).Right);
                page.Add(new Code($"kubik book {question.Task.Id} --seed {question.Seed}{(language == Language.Russian ? " --lang ru" : "")}"));
            }
        }
        return Printed(page, language);
    }

    /// <summary>What kubik quiz --answers grades, with an empty place for each answer: JSON, a list with an entry for each task of each variant.</summary>
    public string ToAnswers()
    {
        static string Line(Question question, int variant)
        {
            string answers = string.Join(", ", question.Solve().Answers.Select(a => $"\"{JsonEncodedText.Encode(a.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\": \"\""));
            return $"  {{\"name\": \"\", \"variant\": {variant}, \"id\": \"{question.Task.Id}\", \"seed\": {question.Seed}, \"answers\": {{{answers}}}}}";
        }
        return $"[\n{string.Join(",\n", this.Variants.SelectMany((variant, i) => variant.Select(q => Line(q, i + 1))))}\n]\n";
    }

    private static string Title(int index, Language language) => new Remark($"Variant {index + 1}", $"Вариант {index + 1}").In(language);

    private static string TitleOf(Question question, Language language) => $"{question.Task.Id}. {question.Task.Title.In(language)}";

    private static string Printed(IReadOnlyList<Block> page, Language language) =>
        new HtmlPage(language, new Frame(Style: "\n@media print { main > section + section { break-before: page; } main h2 { border: 0; margin-top: 0; } }", ListsSteps: false)).Write(page);
}
