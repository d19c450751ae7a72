using Kubik.Cli.Terminal;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Cli.Verbs;

/// <summary>What can be written in a notation, for people to look up.</summary>
/// <param name="Name">What is listed.</param>
/// <param name="One">One of it.</param>
/// <param name="About">Where it is written.</param>
/// <param name="Words">Each word with how it is written and what it is.</param>
internal sealed record NotationList(string Name, string One, string About, Func<IEnumerable<(string Name, string Usage, string About)>> Words)
{
    public static IReadOnlyList<NotationList> All { get; } =
    [
        new("bricks", "brick", "a network in notation is bricks with bars between them: \"conv 8 3x3 pad=1 | relu | flatten | linear 10\"",
            () => NetNotation.Bricks.Select(b => (b.Name, b.Usage, ""))),
        new("nets", "net", "the networks with a name", () => KnownNets.All.Select(n => (n.Name, n.Name, n.About))),
        new("losses", "loss", "train --loss \"huber delta=2\"", () => Loss.All.Select(l => (l.Name, l.Usage, ""))),
        new("optimizers", "optimizer", "train --optimizer \"adamw decay=0.05\"", () => OptimizerTable.All.Select(o => (o.Name, o.Usage, ""))),
        new("schedules", "schedule", "train --schedule \"warmup 500 | cosine\"", () => ScheduleTable.All.Select(s => (s.Name, s.Usage, s.About))),
        new("initializers", "initializer", "an option of bricks with weights: \"linear 300 init=he\"",
            () => InitializerTable.All.Select(i => (i.Name, i.Parameter is null ? i.Name : $"{i.Name}[:{i.Parameter}]", i.About))),
    ];

    /// <summary>Lists the words whose name holds the filter.</summary>
    /// <exception cref="MistakeException">There is no such list, or nothing in it fits.</exception>
    public static int Write(string what, string? filter, bool isJson)
    {
        string[] names = [.. All.Select(l => l.Name)];
        NotationList list = All.FirstOrDefault(l => string.Equals(l.Name, what, StringComparison.OrdinalIgnoreCase))
            ?? throw new MistakeException($"there is no list '{what}'.{Suggestion.DidYouMean(what, names)} The lists are {string.Join(", ", names)}.");
        (string Name, string Usage, string About)[] found =
            [.. list.Words().Where(w => filter is null || w.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0)
            throw new MistakeException(
                $"none of the {list.Name} is called '{filter}'.{Meant(list, filter!)} '{Tool.Name} show --list {list.Name}' lists them all.");
        Console.Out.WriteLine($"{Say.Count(found.Length, list.One)}; {list.About}\n");
        int width = found.Where(w => w.About.Length > 0).Select(w => w.Usage.Length).DefaultIfEmpty().Max();
        foreach ((_, string usage, string about) in found) Console.Out.WriteLine($"  {usage.PadRight(width)}{(about.Length > 0 ? "  " : "")}{about}".TrimEnd());
        if (list.Words().Any(w => w.Usage.Contains('[', StringComparison.Ordinal))) Console.Out.WriteLine("\nWhat is in brackets can be left out.");
        if (isJson) JsonLine.Print(json => Write(json, list, found));
        return ExitCode.Fine;
    }

    // The message of the notation itself knows the names of other toolkits.
    private static string Meant(NotationList list, string filter)
    {
        try
        {
            _ = list.Name == "losses" ? (object)Loss.Parse(filter) : Sequential.Parse(filter);
        }
        catch (FormatException e) when (list.Name is "bricks" or "losses" && e.Message.IndexOf(" Did you mean", StringComparison.Ordinal) is >= 0 and int at)
        {
            return e.Message[at..(e.Message.IndexOf('?', at) + 1)];
        }
        catch (FormatException)
        {
            // Another list: the nearest name is all that is known.
        }
        return Suggestion.DidYouMean(filter, list.Words().Select(w => w.Name));
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, NotationList list, IEnumerable<(string Name, string Usage, string About)> words)
    {
        json.WriteStartObject();
        json.WriteStartArray(list.Name);
        foreach ((string name, string usage, string about) in words)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("usage", usage);
            if (about.Length > 0) json.WriteString("about", about);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
