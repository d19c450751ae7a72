using System.CommandLine;
using Kubik.Book;
using Kubik.Cli.Terminal;
using Kubik.Glass;

namespace Kubik.Cli.Verbs;

/// <summary>The problem book: its contents, a task with its worked solution.</summary>
internal sealed class BookVerb : Verb
{
    private readonly Argument<string?> task = new("TASK") { Arity = ArgumentArity.ZeroOrOne, Description = "The task's number, such as 1.2. Default: list all." };
    private readonly Option<string?> lang = PageOutput.Lang();
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "Draw other numbers for the task. Default: the numbers of its source.");
    private readonly Option<string?> format = PageOutput.Format();
    private readonly Option<bool> statementOnly = new("--statement-only") { Description = "Leave the solution out." };
    private readonly Option<string?> output = new("--out", "-o") { HelpName = "FILE", Description = "Write it to a file." };

    public override string Name => "book";

    public override string About => "The problem book: exercises with solutions that are computed when they are shown.";

    public override string Usage => "[TASK] [--lang en|ru] [--seed N] [--format FORMAT] [--statement-only]";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "the contents"),
        ("1.2", "a task and its solution"),
        ("1.2 --seed 7 --statement-only", "the same with other numbers, to be solved"),
        ("5.4 --lang ru -o task.html", "as a page, in Russian"),
    ];

    protected override string JsonHolds => "Print the result as JSON in the last line: of a task its id, title, lang, seed, statement, parameters, answers, trace; without a task a list of id, title, source.";

    protected override void Declare(Command command)
    {
        command.Add(this.task);
        command.Add(this.lang);
        command.Add(this.seed);
        command.Add(this.format);
        command.Add(this.statementOnly);
        command.Add(this.output);
    }

    protected override int Run(ParseResult given)
    {
        Language language = PageOutput.Language(given.GetValue(this.lang));
        if (given.GetValue(this.task) is not { } id)
        {
            List(language, given.GetValue(this.Json));
            return ExitCode.Fine;
        }
        BookTask asked = Book.Book.Tasks.FirstOrDefault(t => t.Id == id) ?? throw new MistakeException($"there is no task '{id}'; '{Tool.Name} book' lists them.");
        long? drawn = given.GetValue(this.seed);
        Given parameters = drawn is { } s ? asked.Variant(s) : asked.Seed;
        Sheet sheet = given.GetValue(this.statementOnly) ? asked.State(parameters, language) : asked.Solve(parameters, language);
        PageOutput.Write(given.GetValue(this.Json) ? "json" : given.GetValue(this.format), given.GetValue(this.output),
            ("text", sheet.ToText), ("markdown", sheet.ToMarkdown), ("latex", sheet.ToLatex), ("html", sheet.ToHtml), ("json", () => sheet.ToJson(drawn) + Environment.NewLine));
        return ExitCode.Fine;
    }

    private static void List(Language language, bool isJson)
    {
        foreach (Chapter chapter in Book.Book.Chapters)
        {
            if (chapter.Tasks.Count == 0) continue;
            Console.Out.WriteLine($"{chapter.Number}. {chapter.Title.In(language)}");
            foreach (BookTask task in chapter.Tasks) Console.Out.WriteLine($"   {task.Id,-5} {task.Title.In(language)}");
        }
        if (!isJson) return;
        JsonLine.Print(json =>
        {
            json.WriteStartArray();
            foreach (BookTask task in Book.Book.Tasks)
            {
                json.WriteStartObject();
                json.WriteString("id", task.Id);
                json.WriteString("title", task.Title.In(language));
                json.WriteString("source", task.Source);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }
}
