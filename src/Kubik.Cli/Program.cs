// The tool's front door. What needs no work (the welcome page, the version) is answered before anything is loaded;
// every mistake of a user ends here as one sentence on stderr and exit code 2, never as a stack trace.

using Kubik.Cli.Terminal;
using Kubik.Cli.Verbs;

namespace Kubik.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = System.Text.Encoding.UTF8;
        string place = Tool.Name;
        try
        {
            switch (args)
            {
                case [] or ["--help" or "-h" or "-?" or "help"]:
                    Console.Out.Write(Welcome.Page());
                    return ExitCode.Fine;
                case ["--version"]:
                    Console.Out.WriteLine($"kubik {Models.SavedModel.Version}");
                    return ExitCode.Fine;
                case ["help", string topic, ..]:
                    return Verb.Find(topic).Start(["--help"]);
                default:
                    Verb verb = Verb.Find(args[0]);
                    place = $"{Tool.Name} {verb.Name}";
                    return verb.Start(args[1..]);
            }
        }
        catch (Exception e) when (Mistake.Explain(e) is { } sentence)
        {
            Console.Error.WriteLine($"{place}: {sentence}");
            return ExitCode.WrongInput;
        }
    }
}

/// <summary>What the tool's exit codes mean. A training that was interrupted ends with 128 plus the signal's number, as shells expect.</summary>
internal static class ExitCode
{
    public const int Fine = 0, No = 1, WrongInput = 2;
}
