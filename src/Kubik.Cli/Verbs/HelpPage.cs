using System.CommandLine;
using Kubik.Cli.Terminal;

namespace Kubik.Cli.Verbs;

/// <summary>A verb's page: what it does, how it is called, its options, examples that can be copied.</summary>
internal static class HelpPage
{
    public static void Write(TextWriter to, Verb verb, Command command)
    {
        to.WriteLine(verb.About);
        to.WriteLine();
        to.WriteLine($"Usage: {Tool.Name} {verb.Name} {verb.Usage}");
        List<(string Left, string Right)> rows = [.. command.Arguments.Select(a => (a.Name, a.Description ?? ""))];
        int arguments = rows.Count;
        foreach (Option option in command.Options.Where(o => !o.Hidden))
            rows.Add((option.ValueType == typeof(bool) ? option.Name : $"{option.Name} {option.HelpName}", option.Description ?? ""));
        int width = rows.Max(r => r.Left.Length) + 2, room = Math.Max(Math.Min(Screen.Width, 110) - width - 2, 30);
        for (int i = 0; i < rows.Count; i++)
        {
            if (i == 0 && arguments > 0) to.WriteLine("\nArguments:");
            if (i == arguments) to.WriteLine("\nOptions:");
            string left = rows[i].Left;
            foreach (string line in Wrap(rows[i].Right, room))
            {
                to.WriteLine($"  {left.PadRight(width)}{line}");
                left = "";
            }
        }
        to.WriteLine(verb.Examples.Length == 1 ? "\nExample:" : "\nExamples:");
        foreach ((string words, string does) in verb.Examples)
        {
            to.WriteLine($"  {Tool.Name} {verb.Name}{(words.Length > 0 ? " " : "")}{words}");
            to.WriteLine($"      {does}");
        }
    }

    private static IEnumerable<string> Wrap(string text, int room)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                yield return line;
                line = "";
            }
            line += line.Length == 0 ? word : $" {word}";
        }
        yield return line;
    }
}
