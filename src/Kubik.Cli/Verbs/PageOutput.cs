// What verbs that write pages have in common: a language, a format by its name or by the ending of the file, a file or the screen.

using System.CommandLine;
using Kubik.Glass;

namespace Kubik.Cli.Verbs;

internal static class PageOutput
{
    public static Option<string?> Format() => Flags.Text("--format", "FORMAT", "text, markdown, latex, html or json. Default: text, or what the ending of --out says.");

    public static Option<string?> Lang() => Flags.Text("--lang", "en|ru", "The language of the words. Default: en.");

    /// <summary>The language of --lang.</summary>
    public static Language Language(string? lang) => lang switch
    {
        null or "en" => Glass.Language.English,
        "ru" => Glass.Language.Russian,
        _ => throw new MistakeException($"--lang takes en or ru, not '{lang}'."),
    };

    /// <summary>Writes a page to a file or to the screen.</summary>
    /// <param name="format">Its format; null: what the ending of the file says.</param>
    /// <param name="file">The file; null: the screen.</param>
    /// <param name="page">The page in each format.</param>
    public static void Write(string? format, string? file, params (string Format, Func<string> Text)[] page)
    {
        string asked = format ?? Path.GetExtension(file)?.ToLowerInvariant() switch { ".html" or ".htm" => "html", ".md" => "markdown", ".tex" => "latex", ".json" => "json", _ => "text" };
        if (Array.Find(page, p => p.Format == asked).Text is not { } text)
            throw new MistakeException($"there is no format '{asked}'; the formats are {string.Join(", ", page[..^1].Select(p => p.Format))} and {page[^1].Format}.");
        if (file is null) Console.Out.Write(text());
        else IO.AtomicFile.WriteText(file, text());
    }
}
