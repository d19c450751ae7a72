// Every workload is measured in a process of its own, so that its memory is its own and what ran before it cannot help or
// hinder.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Kubik.Cli.Verbs;

namespace Kubik.Cli.Bench;

internal static class Runner
{
    /// <summary>Kubik's own steps, measured by the hidden <c>kubik bench --one</c>.</summary>
    public static Sample Kubik(Workload workload, int threads, bool eager, TimeSpan time) =>
        Sample.Read(Kubik(workload, threads, time, eager ? ["--eager"] : [])[^1]);

    /// <summary>Kubik's compiled steps on all threads, on one, and its steps op by op, in turns in one process.</summary>
    public static Sample[] KubikInTurns(Workload workload, int threads, TimeSpan time) =>
        [.. Kubik(workload, threads, time, ["--vs", "self"])[^3..].Select(Sample.Read)];

    private static string[] Kubik(Workload workload, int threads, TimeSpan time, string[] how)
    {
        string program = Environment.ProcessPath
            ?? throw new MistakeException("this system does not tell where the tool's program lies, so no second process of it can be started to measure in.");
        List<string> words = ["bench", "--one", workload.Name, "--seconds", Seconds(time), .. how];
        // Started as "dotnet Kubik.Cli.dll", the program is dotnet.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") words.Insert(0, Environment.GetCommandLineArgs()[0]);
        ProcessStartInfo start = new(program, words);
        start.Environment["KUBIK_THREADS"] = $"{threads}";
        return Run(start, $"the measuring of {workload.Name}");
    }

    /// <summary>Runs a program to its end and gives the lines that it wrote.</summary>
    /// <exception cref="MistakeException">It failed; the message holds what it said last.</exception>
    public static string[] Run(ProcessStartInfo start, string what, string input = "")
    {
        (start.UseShellExecute, start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true, true);
        (start.StandardOutputEncoding, start.StandardInputEncoding) = (Encoding.UTF8, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && Lines(output) is { Length: > 0 } lines
            ? lines
            : throw new MistakeException(
                $"{what} ended with exit code {process.ExitCode}: {Lines(error.GetAwaiter().GetResult()).LastOrDefault() ?? "it said nothing"}");
    }

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
