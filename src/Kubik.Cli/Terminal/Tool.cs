// How the tool speaks of itself and of files: commands that it suggests have to work when they are copied.

namespace Kubik.Cli.Terminal;

/// <summary>The tool as the user calls it.</summary>
internal static class Tool
{
    /// <summary>The command that started it: the launcher of a clone says so (./kubik), else it is installed as kubik.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("KUBIK_COMMAND") is { Length: > 0 } name ? name : "kubik";

    /// <summary>A path the short way, from the current folder where that is shorter, and not escaped.</summary>
    public static string Short(string path)
    {
        string full = Path.GetFullPath(path), near = Path.GetRelativePath(Environment.CurrentDirectory, full);
        return near.StartsWith("..", StringComparison.Ordinal) || near.Length >= full.Length ? full : near;
    }

    /// <summary>A word as a shell takes it for one word.</summary>
    public static string Quoted(string word)
    {
        bool plain = word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:+=@%".Contains(c, StringComparison.Ordinal));
        return plain ? word : OperatingSystem.IsWindows() ? $"\"{word}\"" : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>A path in a command.</summary>
    public static string Argument(string path) => Quoted(Short(path));
}
