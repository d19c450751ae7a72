using System.CommandLine;
using Kubik.Book;
using Kubik.Cli.Terminal;
using Kubik.Glass;

namespace Kubik.Cli.Verbs;

/// <summary>The problem book: its contents, a task with its worked solution.</summary>
internal sealed class BookVerb : Verb
{
    private readonly Argument<string?> id = new("TASK") { Arity = ArgumentArity.ZeroOrOne, Description = "The task's number, such as 1.2. Default: list all." };
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "Draw other numbers for the task. Default: the numbers of its source.");
    private readonly Option<bool> statementOnly = new("--statement-only") { Description = "Leave the solution out." };
    private readonly PageOutput page = new("book");

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
        command.Add(this.id);
        command.Add(this.seed);
        command.Add(this.statementOnly);
        foreach (Option option in this.page.Options) command.Add(option);
    }

    protected override int Run(ParseResult given)
    {
        Language language = this.page.Language(given);
        if (given.GetValue(this.id) is not { } number)
        {
            List(language, given.GetValue(this.Json));
            return ExitCode.Fine;
        }
        BookTask asked = Book.Book.Tasks.FirstOrDefault(t => t.Id == number) ?? throw Unknown(number);
        long? drawn = given.GetValue(this.seed);
        Given parameters = drawn is { } s ? asked.Variant(s) : asked.Seed;
        Sheet sheet = given.GetValue(this.statementOnly) ? asked.State(parameters, language) : asked.Solve(parameters, language);
        string text = this.page.Format(given, given.GetValue(this.Json)) switch
        {
            "markdown" => sheet.ToMarkdown(),
            "latex" => sheet.ToLatex(),
            "html" => sheet.ToHtml(),
            "json" => sheet.ToJson(drawn),
            _ => sheet.ToText(),
        };
        this.page.Write(given, text, $"{asked.Id}. {asked.Title.In(language)}");
        return ExitCode.Fine;
    }

    private static MistakeException Unknown(string number)
    {
        string[] parts = [.. Book.Book.Tasks.Select(t => t.Id).Where(id => id.StartsWith(number, StringComparison.Ordinal) && id.Length == number.Length + 1 && char.IsAsciiLetter(id[^1]))];
        return new(parts.Length > 0 ? $"task {number} has parts; ask for {string.Join(", ", parts[..^1])} or {parts[^1]}." : $"there is no task '{number}'; '{Tool.Name} book' lists them.");
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
