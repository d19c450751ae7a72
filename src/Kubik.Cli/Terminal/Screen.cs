// What stdout is: a terminal that a person watches, or a pipe or file. Colours and moving lines only for the person.

namespace Kubik.Cli.Terminal;

internal static class Screen
{
    private const int UsualWidth = 100;

    /// <summary>Whether lines on stdout can be redrawn.</summary>
    public static bool IsLive { get; } = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");

    /// <summary>Whether colours are wanted (https://no-color.org).</summary>
    public static bool HasColour { get; } = IsLive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Columns of the terminal.</summary>
    public static int Width
    {
        get
        {
            if (Console.IsOutputRedirected) return UsualWidth;
            try
            {
                return Console.WindowWidth is > 0 and int width ? width : UsualWidth;
            }
            catch (IOException)
            {
                return UsualWidth;
            }
        }
    }

    public static string Bold(string text) => HasColour ? $"\e[1m{text}\e[0m" : text;

    public static string Dim(string text) => HasColour ? $"\e[2m{text}\e[0m" : text;

    /// <summary>Blue: readable on light and dark, and for people who mix up red and green.</summary>
    public static string Accent(string text) => HasColour ? $"\e[94m{text}\e[0m" : text;

    /// <summary>Shows what is being done in the line under what was written, in place of what it showed before; nothing where nobody watches.</summary>
    public static void Status(string text)
    {
        if (IsLive) Console.Out.Write($"\r\e[2K{Dim(text)}");
    }
}
