// What verbs that write pages have in common: the options --format, --out and --lang, what they mean together, and a file or the
// screen.

using System.CommandLine;
using Kubik.Glass;

namespace Kubik.Cli.Verbs;

/// <summary>The options of a verb that writes a page.</summary>
internal sealed class PageOutput(string verb)
{
    private readonly Option<string?> format =
        Flags.Text("--format", "FORMAT", "text, markdown, latex, html or json. Default: text, or what the ending of --out says.");
    private readonly Option<string?> output = Flags.Text("--out", "FILE", "Write it to a file: .txt, .md, .tex, .html or .json.", "-o");
    private readonly Option<string?> lang =
        Flags.Text("--lang", "en|ru", "The language of the page. Default: en. What the tool says itself, errors too, is English.");

    public IEnumerable<Option> Options => [this.format, this.output, this.lang];

    /// <summary>The language that is asked for.</summary>
    public Language Language(ParseResult given) => LanguageOf(given.GetValue(this.lang));

    /// <summary>Whether a language was named.</summary>
    public bool HasLanguage(ParseResult given) => given.GetValue(this.lang) is not null;

    /// <summary>The option that asks for a page or a file, as it was typed; null: none does.</summary>
    public string? Asked(ParseResult given) => given.GetValue(this.output) is not null ? "--out" : given.GetValue(this.format) is not null ? "--format" : null;

    /// <summary>The language of a word.</summary>
    public static Language LanguageOf(string? lang) => lang switch
    {
        null or "en" => Glass.Language.English,
        "ru" => Glass.Language.Russian,
        _ => throw new MistakeException($"--lang takes en or ru, not '{lang}'."),
    };

    /// <summary>The format: as it is named, as the ending of the file says, else text.</summary>
    public string Format(ParseResult given, bool isJson)
    {
        string? file = given.GetValue(this.output), word = given.GetValue(this.format)?.ToLowerInvariant();
        string ending = (file is null ? "" : Path.GetExtension(file)).ToLowerInvariant();
        string? byEnding = ending switch
        {
            ".html" or ".htm" => "html",
            ".md" or ".markdown" => "markdown",
            ".tex" => "latex",
            ".json" => "json",
            ".svg" or ".png" or ".pdf" => ending[1..],
            _ => null
        };
        string? asked = word switch
        {
            null => isJson ? "json" : null,
            "md" => "markdown",
            "tex" => "latex",
            "text" or "markdown" or "latex" or "html" or "json" => word,
            _ => throw new MistakeException($"there is no format '{word}'; the formats are text, markdown, latex, html and json."),
        };
        if (isJson && asked != "json") throw new MistakeException($"--json and --format {word} are two formats; leave one of them out.");
        if (asked is not null && byEnding is not null && asked != byEnding)
            throw new MistakeException($"'{file}' ends like {byEnding}, but {asked} is asked for; change one of the two.");
        if (asked is null && byEnding is null && ending is not ("" or ".txt" or ".text") || byEnding is "svg" or "png" or "pdf")
            throw new MistakeException(
                $"what '{file}' should be cannot be told from its ending; {verb} writes .txt, .md, .tex, "
                + $".html and .json{(byEnding is null ? "; or add --format" : "")}.");
        return asked ?? byEnding ?? "text";
    }

    /// <summary>What is named as a folder for many pages; null: nothing.</summary>
    public string? Folder(ParseResult given)
    {
        if (given.GetValue(this.format) is { } word && word != "html") throw new MistakeException($"a folder of pages is HTML; leave --format {word} out.");
        return given.GetValue(this.output);
    }

    /// <summary>Writes a page to the file that is named, and says what it wrote, or to the screen.</summary>
    public void Write(ParseResult given, string text, string said)
    {
        if (given.GetValue(this.output) is { } file)
        {
            IO.AtomicFile.WriteText(file, text);
            Console.Out.WriteLine($"{file}: {said}");
        }
        else
        {
            Console.Out.WriteLine(text.TrimEnd());
        }
    }
}
