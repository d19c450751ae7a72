using System.CommandLine;
using Kubik.Book.Quizzes;
using Kubik.Cli.Quizzes;
using Kubik.Cli.Terminal;
using Kubik.Glass;
using Kubik.Glass.Explaining;

namespace Kubik.Cli.Verbs;

/// <summary>Questions of the problem book, with graded answers.</summary>
internal sealed class QuizVerb : Verb
{
    private readonly Argument<string?> scope = new("TASK|CHAPTER")
    { Arity = ArgumentArity.ZeroOrOne, Description = "A task (1.2) or a chapter (3). Default: the whole book." };
    private readonly Option<int?> count = Flags.Whole("--count", "N", "How many questions. Default: 5.", 1, Quiz.MostQuestions);
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "Which questions and numbers; the same for the same N. Default: other ones every time.");
    private readonly Option<bool> test = new("--test") { Description = "The final test: a question of each chapter." };
    private readonly Option<string?> answers =
        Flags.Text("--answers", "FILE",
            "Grade a file instead: JSON, a list of {\"name\": \"Anna\", \"id\": \"1.2\", \"seed\": 7, \"answers\": {\"y\": \"104.5\"}}; "
            + "without seed for the numbers of the source, without name where there is one pupil. --sheet writes such a file to be filled in.");
    private readonly Option<string?> sheet =
        Flags.Text("--sheet", "FILE.html",
            "Write a test to be printed instead: --count variants of the task, of all tasks of the chapter, or with --test of a task of each chapter. "
            + "The key goes into FILE-key.html, and FILE-answers.json is what --answers takes, to be filled in.");
    private readonly Option<string?> lang = Flags.Text("--lang", "en|ru", "The language of the words. Default: en.");

    public override string Name => "quiz";

    public override string About =>
        "Asks tasks of the problem book with new numbers and grades the answers: fractions, decimals, expressions such as 3*2 + ln 2. "
        + "An answer that cannot be read is asked again; Enter leaves one out, ? shows the solution, q ends and tells the score.";

    public override string Usage => "[TASK|CHAPTER] [--count N] [--seed N] [--test] [--answers FILE] [--sheet FILE.html]";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "five questions of the whole book"),
        ("1.2 --count 2", "the same task twice, with other numbers"),
        ("--test --lang ru", "the final test, in Russian"),
        ("4.4 --count 25 --seed 1 --sheet test.html", "25 different variants on paper, test-key.html and test-answers.json"),
        ("--answers test-answers.json", "grade that file, filled in: every pupil's slips and score"),
    ];

    protected override string JsonHolds =>
        "Print the result as JSON in the last line: right, asked, pupils (name, right, asked), questions (pupil, id, seed, verdicts with name, right, says). "
        + "Of --sheet: sheet, key, answers, variants, seed.";

    protected override void Declare(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[this.count, this.seed, this.test, this.answers, this.sheet, this.lang]) command.Add(option);
        command.Add(this.scope);
    }

    protected override int Run(ParseResult given)
    {
        Language language = PageOutput.LanguageOf(given.GetValue(this.lang));
        if (given.GetValue(this.sheet) is { } paper) return this.Print(given, paper, language);
        string? file = given.GetValue(this.answers);
        if (file is not null) this.Alone(given);
        List<Submission> graded = file is not null ? AnswersFile.Read(file)
            : new QuizTalk(Console.In, Console.Out, !Console.IsInputRedirected, language).Ask(this.Questions(given));
        if (file is not null) QuizReport.TellAll(Console.Out, graded, language);
        else Console.Out.WriteLine();
        QuizReport.Sum(Console.Out, graded, language);
        if (given.GetValue(this.Json)) JsonLine.Print(json => QuizReport.Write(json, graded, language));
        return QuizReport.IsAllRight(graded) ? ExitCode.Fine : ExitCode.No;
    }

    // A file names its tasks and numbers itself.
    private void Alone(ParseResult given)
    {
        string? other = given.GetValue(this.scope) is { } word ? word
            : given.GetValue(this.test) ? "--test"
            : given.GetValue(this.count) is not null ? "--count" : given.GetValue(this.seed) is not null ? "--seed" : null;
        if (other is not null) throw new MistakeException($"--answers grades the tasks that its file names, with their seeds; leave '{other}' out.");
    }

    private IReadOnlyList<Question> Questions(ParseResult given)
    {
        long drawn = this.Drawn(given);
        string? asked = given.GetValue(this.scope);
        if (!given.GetValue(this.test)) return Quiz.Draw(asked is null ? null : BookVerb.Scope(asked), given.GetValue(this.count) ?? 5, drawn);
        if (asked is not null || given.GetValue(this.count) is not null)
            throw new MistakeException("--test is a question of each chapter; leave the task and --count out.");
        return Quiz.Test(drawn);
    }

    private long Drawn(ParseResult given) => given.GetValue(this.seed) ?? Random.Shared.Next(1, 1_000_000);

    private int Print(ParseResult given, string file, Language language)
    {
        if (given.GetValue(this.answers) is not null) throw new MistakeException("--sheet writes a test and --answers grades one; leave one of them out.");
        if (Path.GetExtension(file).ToLowerInvariant() is not (".html" or ".htm"))
            throw new MistakeException($"a sheet is a page in HTML: '{file}' should end in .html.");
        string? asked = given.GetValue(this.scope);
        bool isTest = given.GetValue(this.test);
        if (asked is null == !isTest)
            throw new MistakeException($"a sheet is of a task, of a chapter, or with --test of the whole book: '{Tool.Name} quiz 4.4 --sheet test.html'.");
        string key = Path.ChangeExtension(file, null) + "-key" + Path.GetExtension(file), empty = Path.ChangeExtension(file, null) + "-answers.json";
        // A sheet that was handed out, its key and its answers belong together: none is ever written over.
        string[] there = [.. new[] { file, key, empty }.Where(File.Exists)];
        if (there.Length > 0)
            throw new MistakeException(
                $"{string.Join(", ", there)} {(there.Length == 1 ? "is" : "are")} there already; a sheet, its key and its answers belong together: "
                + $"choose another name, or delete {(there.Length == 1 ? "it" : "them")}.");
        long drawn = this.Drawn(given);
        TestSheet variants =
            TestSheet.Draw(isTest ? [.. Quiz.Test(drawn).Select(q => q.Task)] : Quiz.Scope(BookVerb.Scope(asked!)), given.GetValue(this.count) ?? 5, drawn);
        // What cannot be solved is known before the first of them is there.
        (string File, string Text)[] pages = [(file, variants.ToHtml(language)), (key, variants.KeyToHtml(language)), (empty, variants.ToAnswers())];
        foreach ((string name, string text) in pages) IO.AtomicFile.WriteText(name, text);
        if (!given.GetValue(this.Json))
        {
            Console.Out.WriteLine(Written(variants.Variants.Count, drawn, file, key, empty).In(language));
            return ExitCode.Fine;
        }
        JsonLine.Print(json =>
        {
            json.WriteStartObject();
            json.WriteString("sheet", file);
            json.WriteString("key", key);
            json.WriteString("answers", empty);
            json.WriteNumber("variants", variants.Variants.Count);
            json.WriteNumber("seed", drawn);
            json.WriteEndObject();
        });
        return ExitCode.Fine;
    }

    private static Remark Written(int count, long seed, string file, string key, string empty) => new(
        $"{file}: {count} variant{(count == 1 ? "" : "s")} (--seed {seed})\n{key}: the key\n{empty}: "
            + $"to be filled in and graded with '{Tool.Name} quiz --answers {Tool.Argument(empty)}'",
        $"{file}: вариантов: {count} (--seed {seed})\n{key}: ответы\n{empty}: "
            + $"заполнить и проверить командой '{Tool.Name} quiz --answers {Tool.Argument(empty)} --lang ru'");
}
