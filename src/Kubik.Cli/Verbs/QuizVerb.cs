using System.CommandLine;
using System.Text.Json;
using Kubik.Book;
using Kubik.Book.Answers;
using Kubik.Book.Quizzes;
using Kubik.Cli.Terminal;
using Kubik.Glass;

namespace Kubik.Cli.Verbs;

/// <summary>Questions of the problem book, with graded answers.</summary>
internal sealed class QuizVerb : Verb
{
    private readonly Argument<string?> scope = new("TASK|CHAPTER") { Arity = ArgumentArity.ZeroOrOne, Description = "A task (1.2) or a chapter (3). Default: the whole book." };
    private readonly Option<int?> count = Flags.Whole("--count", "N", "How many questions. Default: 5.", 1, Quiz.MostQuestions);
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "Which questions and numbers; the same for the same N. Default: other ones every time.");
    private readonly Option<bool> test = new("--test") { Description = "The final test: a question of each chapter." };
    private readonly Option<string?> answers = Flags.Text("--answers", "FILE", "Grade a file instead: JSON, a list of {\"id\": \"1.2\", \"seed\": 7, \"answers\": {\"y\": \"104.5\"}}, without seed for the numbers of the source.");
    private readonly Option<string?> sheet = Flags.Text("--sheet", "FILE.html", "Write a test to be printed instead: --count variants of the task, of all tasks of the chapter, or with --test of a task of each chapter; the key goes into FILE-key.html.");
    private readonly Option<string?> lang = Flags.Text("--lang", "en|ru", "The language of the words. Default: en.");

    public override string Name => "quiz";

    public override string About => "Asks tasks of the problem book with new numbers and grades the answers: fractions, decimals, expressions such as 3*2 + ln 2.";

    public override string Usage => "[TASK|CHAPTER] [--count N] [--seed N] [--test] [--answers FILE] [--sheet FILE.html]";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "five questions of the whole book"),
        ("1.2 --count 2", "the same task twice, with other numbers"),
        ("--test --lang ru", "the final test, in Russian"),
        ("--answers class.json --json", "grade a file"),
        ("4.4 --count 25 --seed 1 --sheet test.html", "25 different variants on paper, and test-key.html"),
    ];

    protected override string JsonHolds => "Print the result as JSON in the last line: right, asked, and of every question id, seed, verdicts (name, right, says). Of --sheet: sheet, key, variants, seed.";

    protected override void Declare(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[this.count, this.seed, this.test, this.answers, this.sheet, this.lang]) command.Add(option);
        command.Add(this.scope);
    }

    protected override int Run(ParseResult given)
    {
        Language language = PageOutput.LanguageOf(given.GetValue(this.lang));
        if (given.GetValue(this.sheet) is { } paper) return this.Print(given, paper, language);
        if (given.GetValue(this.answers) is not null) this.Alone(given);
        List<(Question Question, Grade Grade)> graded = given.GetValue(this.answers) is { } file
            ? [.. Answered(file).Select(a => (a.Question, a.Question.Grade(a.Answers)))]
            : Ask(this.Questions(given), language);
        if (given.GetValue(this.answers) is not null) foreach ((Question question, Grade grade) in graded) Tell(question, grade, language);
        int right = graded.Sum(g => g.Grade.Right), asked = graded.Sum(g => g.Grade.Verdicts.Count);
        Console.Out.WriteLine(language == Language.Russian ? $"\nВерно: {right} из {asked}." : $"\n{right} of {asked} right.");
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, graded, right, asked, language));
        return right == asked ? ExitCode.Fine : ExitCode.No;
    }

    // A file names its tasks and numbers itself.
    private void Alone(ParseResult given)
    {
        string? other = given.GetValue(this.scope) is { } word ? word : given.GetValue(this.test) ? "--test" : given.GetValue(this.count) is not null ? "--count" : given.GetValue(this.seed) is not null ? "--seed" : null;
        if (other is not null) throw new MistakeException($"--answers grades the tasks that its file names, with their seeds; leave '{other}' out.");
    }

    private IReadOnlyList<Question> Questions(ParseResult given)
    {
        long drawn = this.Drawn(given);
        string? asked = given.GetValue(this.scope);
        if (!given.GetValue(this.test)) return Quiz.Draw(asked, given.GetValue(this.count) ?? 5, drawn);
        if (asked is not null || given.GetValue(this.count) is not null) throw new MistakeException("--test is a question of each chapter; leave the task and --count out.");
        return Quiz.Test(drawn);
    }

    private long Drawn(ParseResult given) => given.GetValue(this.seed) ?? Random.Shared.Next(1, 1_000_000);

    private int Print(ParseResult given, string file, Language language)
    {
        if (given.GetValue(this.answers) is not null) throw new MistakeException("--sheet writes a test and --answers grades one; leave one of them out.");
        if (Path.GetExtension(file).ToLowerInvariant() is not (".html" or ".htm")) throw new MistakeException($"a sheet is a page in HTML: '{file}' should end in .html.");
        string? asked = given.GetValue(this.scope);
        bool isTest = given.GetValue(this.test);
        if (asked is null == !isTest) throw new MistakeException($"a sheet is of a task, of a chapter, or with --test of the whole book: '{Tool.Name} quiz 4.4 --sheet test.html'.");
        long drawn = this.Drawn(given);
        TestSheet variants = TestSheet.Draw(isTest ? [.. Quiz.Test(drawn).Select(q => q.Task)] : Quiz.Scope(asked), given.GetValue(this.count) ?? 5, drawn);
        string key = Path.ChangeExtension(file, null) + "-key" + Path.GetExtension(file);
        IO.AtomicFile.WriteText(file, variants.ToHtml(language));
        IO.AtomicFile.WriteText(key, variants.KeyToHtml(language));
        if (given.GetValue(this.Json)) JsonLine.Print(json => { json.WriteStartObject(); json.WriteString("sheet", file); json.WriteString("key", key); json.WriteNumber("variants", variants.Variants.Count); json.WriteNumber("seed", drawn); json.WriteEndObject(); });
        else Console.Out.WriteLine($"{file}: {variants.Variants.Count} variants (--seed {drawn})\n{key}: the key");
        return ExitCode.Fine;
    }

    private static List<(Question, Grade)> Ask(IReadOnlyList<Question> questions, Language language)
    {
        string T(string english, string russian) => language == Language.Russian ? russian : english;
        List<(Question, Grade)> graded = [];
        Console.Out.WriteLine(T("Three digits after the point, or three significant ones of a small number, are enough. An empty line leaves an answer out, ? shows the solution, q ends.", "Хватит трёх знаков после запятой или, у малых чисел, трёх значащих. Пустая строка — без ответа, ? — показать решение, q — закончить."));
        foreach (Question question in questions)
        {
            Console.Out.WriteLine();
            Console.Out.Write(question.State(language).ToText());
            Dictionary<string, string> typed = new(StringComparer.Ordinal);
            bool isShown = false;
            foreach (Answer answer in question.Solve(language).Answers)
            {
                Console.Out.Write($"{answer.Name} = ");
                if (Console.In.ReadLine()?.Trim() is not { } line || line is "q" or "й") return graded;
                if (isShown = line == "?") break;
                typed[answer.Name] = line;
            }
            Grade grade = question.Grade(typed);
            graded.Add((question, grade));
            if (isShown) Console.Out.Write(question.Solve(language).ToText());
            else Tell(question, grade, language);
        }
        return graded;
    }

    private static void Tell(Question question, Grade grade, Language language)
    {
        Console.Out.WriteLine($"{question.Task.Id}. {question.Task.Title.In(language)}");
        foreach (Verdict verdict in grade.Verdicts)
        {
            string says = verdict.IsRight ? (language == Language.Russian ? "верно" : "right") : language == Language.Russian ? "неверно" : "wrong";
            Console.Out.WriteLine($"   {verdict.Name}: {says}{(verdict.Says is { } why ? $". {why.In(language)}" : "")}");
        }
    }

    private static List<(Question Question, Dictionary<string, string> Answers)> Answered(string file)
    {
        using JsonDocument document = Read(file);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw Wrong("a list is expected");
        List<(Question, Dictionary<string, string>)> all = [];
        foreach (JsonElement item in document.RootElement.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.String) throw Wrong("an entry has no \"id\"");
            BookTask task = Book.Book.Tasks.FirstOrDefault(t => t.Id == id.GetString()) ?? throw new MistakeException($"{file}: there is no task '{id.GetString()}'; '{Tool.Name} book' lists them.");
            long? drawn = item.TryGetProperty("seed", out JsonElement s) && s.ValueKind != JsonValueKind.Null ? SeedOf(task, s) : null;
            if (!item.TryGetProperty("answers", out JsonElement answers) || answers.ValueKind != JsonValueKind.Object) throw Wrong($"the entry of {task.Id} has no \"answers\"");
            if (answers.EnumerateObject().GroupBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Wrong($"the entry of {task.Id} answers {twice.Key} twice");
            all.Add((new(task, drawn), answers.EnumerateObject().ToDictionary(a => a.Name, a => a.Value.ValueKind == JsonValueKind.String ? a.Value.GetString()! : a.Value.GetRawText(), StringComparer.Ordinal)));
        }
        return all;

        long SeedOf(BookTask task, JsonElement seed) => seed.ValueKind == JsonValueKind.Number && seed.TryGetInt64(out long n) ? n : throw Wrong($"the seed of {task.Id} is {seed.GetRawText()}, and a seed is a whole number without quotes; leave it out for the numbers of the source");

        MistakeException Wrong(string what) => new($"{file}: {what}; it should look like [{{\"id\": \"1.2\", \"seed\": 7, \"answers\": {{\"y\": \"104.5\"}}}}].");
    }

    private static JsonDocument Read(string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllText(file));
        }
        catch (JsonException e)
        {
            throw new MistakeException($"{file} is no JSON: {e.Message}");
        }
    }

    private static void Write(Utf8JsonWriter json, List<(Question Question, Grade Grade)> graded, int right, int asked, Language language)
    {
        json.WriteStartObject();
        json.WriteNumber("right", right);
        json.WriteNumber("asked", asked);
        json.WriteStartArray("questions");
        foreach ((Question question, Grade grade) in graded)
        {
            json.WriteStartObject();
            json.WriteString("id", question.Task.Id);
            if (question.Seed is { } s) json.WriteNumber("seed", s);
            else json.WriteNull("seed");
            json.WriteStartArray("verdicts");
            foreach (Verdict verdict in grade.Verdicts)
            {
                json.WriteStartObject();
                json.WriteString("name", verdict.Name);
                json.WriteBoolean("right", verdict.IsRight);
                if (verdict.Says is { } says) json.WriteString("says", says.In(language));
                else json.WriteNull("says");
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
