// What a result depends on besides the command: versions and the kind of processor. One seed gives the same bits on
// one kind of processor, whatever the number of threads.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Kubik.Kernels;

namespace Kubik.Cli.Report;

internal static class Machine
{
    public static IEnumerable<(string Name, string Value)> Facts() =>
    [
        ("Kubik", Models.SavedModel.Version),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("System", $"{System()}, {RuntimeInformation.ProcessArchitecture}"),
        ("Processor", Processor()),
        ("Threads", $"{Workers.Count}"),
    ];

    /// <summary>The same in a line, for what is measured.</summary>
    public static string Line() =>
        $"{Processor()}, {Environment.ProcessorCount} processors; {System()}, {RuntimeInformation.ProcessArchitecture}; "
        + $"{RuntimeInformation.FrameworkDescription}; Kubik {Models.SavedModel.Version}";

    private static string Processor()
    {
        string vectors = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : Vector128.IsHardwareAccelerated ? "128" : "no";
        return $"{ValueIn("/proc/cpuinfo", "model name", ':') ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown"}, "
            + $"vectors of {vectors} bits";
    }

    private static string System() => ValueIn("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription;

    private static string? ValueIn(string file, string key, char separator)
    {
        try
        {
            return File.Exists(file)
                ? File.ReadLines(file).Where(line => line.StartsWith(key, StringComparison.Ordinal))
                    .Select(line => line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim()).FirstOrDefault()
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
