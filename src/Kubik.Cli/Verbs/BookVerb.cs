using System.CommandLine;
using Kubik.Book;
using Kubik.Book.Site;
using Kubik.Cli.Terminal;
using Kubik.Glass;

namespace Kubik.Cli.Verbs;

/// <summary>The problem book: its contents, a task with its worked solution.</summary>
internal sealed class BookVerb : Verb
{
    private readonly Argument<string?> id = new("TASK|CHAPTER")
    { Arity = ArgumentArity.ZeroOrOne, Description = "The task's number, such as 1.2, or a chapter's, such as 3, to list its tasks. Default: list all." };
    private readonly Option<long?> seed = Flags.Seed("--seed", "N", "Draw other numbers for the task. Default: the numbers of its source.");
    private readonly Option<bool> statementOnly = new("--statement-only") { Description = "Leave the solution out." };
    private readonly Option<bool> list = new("--list") { Description = "List all tasks; what happens without a task, too." };
    private readonly Option<bool> all = new("--all")
    { Description = "Write the whole book as pages into the folder of --out: contents with a search, a page a task, a final test." };
    private readonly PageOutput page = new("book");

    public override string Name => "book";

    public override string About => "The problem book: exercises with solutions that are computed when they are shown.";

    public override string Usage => "[TASK|CHAPTER] [--lang en|ru] [--seed N] [--format FORMAT] [--statement-only] [--all -o DIR]";

    public override (string Words, string Does)[] Examples =>
    [
        ("", "the contents"),
        ("3", "those of chapter 3"),
        ("1.2", "a task and its solution"),
        ("1.2 --seed 7 --statement-only", "the same with other numbers, to be solved"),
        ("5.4 --lang ru -o task.html", "as a page, in Russian"),
        ("--all --lang ru -o pages", "the whole book, in Russian"),
        ("--list --json", "all ids with titles and sources"),
    ];

    protected override string JsonHolds =>
        "Print the result as JSON in the last line: of a task its id, title, lang, seed, statement, parameters, answers, trace; "
        + "of --list, of a chapter, or without a task, a list of id, title, source; of --all folder, tasks, pages.";

    protected override void Declare(Command command)
    {
        command.Add(this.id);
        command.Add(this.seed);
        command.Add(this.statementOnly);
        command.Add(this.list);
        command.Add(this.all);
        foreach (Option option in this.page.Options) command.Add(option);
    }

    protected override int Run(ParseResult given)
    {
        Language language = this.page.Language(given);
        if (given.GetValue(this.all)) return this.WriteAll(given, language);
        if (given.GetValue(this.id) is not { } number || given.GetValue(this.list))
        {
            this.Alone(given, given.GetValue(this.list) ? "with --list" : "without a task", this.page.Asked(given));
            List(Book.Book.Chapters, language, given.GetValue(this.Json));
            return ExitCode.Fine;
        }
        number = Scope(number);
        if (Book.Book.Tasks.FirstOrDefault(t => t.Id == number) is not { } asked)
        {
            this.Alone(given, "with a chapter", this.page.Asked(given), number);
            List([.. Book.Book.Chapters.Where(c => $"{c.Number}" == number)], language, given.GetValue(this.Json));
            return ExitCode.Fine;
        }
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

    // Of no use where no single task is shown.
    private void Alone(ParseResult given, string where, string? page = null, string? chapter = null)
    {
        string? other = given.GetValue(this.id) is { } task && chapter is null ? task
            : given.GetValue(this.seed) is not null ? "--seed" : given.GetValue(this.statementOnly) ? "--statement-only" : page;
        if (other is not null)
            throw new MistakeException($"'{other}' means nothing {where}; '{Tool.Name} book 1.2' shows a task, '{Tool.Name} book' lists all of them.");
    }

    private int WriteAll(ParseResult given, Language language)
    {
        this.Alone(given, "with --all");
        string folder = this.page.Folder(given) ?? throw new MistakeException($"--all writes a folder of pages; name it: '{Tool.Name} book --all -o pages'.");
        int count = BookSite.Write(folder, language);
        string first = Path.Combine(folder, "index.html");
        if (!given.GetValue(this.Json))
        {
            Console.Out.WriteLine($"{first}: {Book.Book.Tasks.Count} tasks on {count} pages");
            return ExitCode.Fine;
        }
        JsonLine.Print(json =>
        {
            json.WriteStartObject();
            json.WriteString("folder", folder);
            json.WriteNumber("tasks", Book.Book.Tasks.Count);
            json.WriteNumber("pages", count);
            json.WriteEndObject();
        });
        return ExitCode.Fine;
    }

    /// <summary>The number of a task or of a chapter that has tasks, as it is asked for.</summary>
    /// <exception cref="MistakeException">There is none; the message says what there is.</exception>
    public static string Scope(string number)
    {
        string asked = Plain(number);
        if (Book.Book.Tasks.Any(t => t.Id == asked)) return asked;
        if (Book.Book.Chapters.FirstOrDefault(c => $"{c.Number}" == asked) is { } chapter)
            return chapter.Tasks.Count > 0 ? asked
                : throw new MistakeException($"chapter {asked} is the final test, a question of each chapter: '{Tool.Name} quiz --test'.");
        string whole = asked.TrimEnd([.. asked.Where(char.IsLetter)]);
        if (Parts(asked) is { } parts) throw new MistakeException($"task {whole} has parts; ask for {parts}{(whole == asked ? "" : $", not {number}")}.");
        if (Book.Book.Chapters.FirstOrDefault(c => asked.StartsWith($"{c.Number}.", StringComparison.Ordinal)) is { Tasks: [var first, .., var last] } of)
            throw new MistakeException(
                $"there is no task '{number}'; chapter {of.Number} has {first.Id} to {last.Id}: '{Tool.Name} book {of.Number}' lists them.");
        throw new MistakeException(
            $"there is no task and no chapter '{number}'; there are the chapters 1 to {Book.Book.Chapters[^1].Number} and tasks such as 1.2: "
            + $"'{Tool.Name} book' lists them.");
    }

    /// <summary>An id as the book has it: 1.8A and, with a Russian letter of the same look, 1.8а are 1.8a.</summary>
    public static string Plain(string id) => id.Trim().TrimEnd('.').ToLowerInvariant().Replace('а', 'a').Replace('с', 'c').Replace('е', 'e');

    /// <summary>The ids of the parts that a task has, as 1.8a, 1.8b or 1.8c; null: it has none.</summary>
    public static string? Parts(string id)
    {
        string whole = id.TrimEnd([.. id.Where(char.IsLetter)]);
        string[] parts = [.. Book.Book.Tasks.Select(t => t.Id)
            .Where(part => part.Length == whole.Length + 1 && part.StartsWith(whole, StringComparison.Ordinal) && char.IsAsciiLetter(part[^1]))];
        return parts.Length > 0 ? $"{string.Join(", ", parts[..^1])} or {parts[^1]}" : null;
    }

    private static void List(IReadOnlyList<Chapter> chapters, Language language, bool isJson)
    {
        foreach (Chapter chapter in chapters)
        {
            Console.Out.WriteLine($"{chapter.Number}. {chapter.Title.In(language)}{(chapter.Tasks.Count == 0 ? $": {Tool.Name} quiz --test" : "")}");
            foreach (BookTask task in chapter.Tasks) Console.Out.WriteLine($"   {task.Id,-5} {task.Title.In(language)}");
        }
        if (!isJson) return;
        JsonLine.Print(json =>
        {
            json.WriteStartArray();
            foreach (BookTask task in chapters.SelectMany(c => c.Tasks))
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
