// Starts the real program, as a user does, and keeps what it said.

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Kubik.Cli.Tests;

/// <summary>What a run of the tool gave.</summary>
internal sealed record Said(int Exit, string Out, string Error)
{
    /// <summary>The last line of stdout, read as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(this.Out.TrimEnd().Split('\n')[^1]);
            return document.RootElement.Clone();
        }
    }

    public Said Fine()
    {
        Assert.True(this.Exit == 0, $"exit {this.Exit}\n{this.Out}\n{this.Error}");
        return this;
    }

    /// <summary>A mistake of the user's: exit code 2, one sentence that holds all the words, and no stack trace.</summary>
    public Said Refused(params ReadOnlySpan<string> words)
    {
        Assert.True(this.Exit == 2, $"exit {this.Exit}\n{this.Out}\n{this.Error}");
        foreach (string word in words) Assert.Contains(word, this.Error, StringComparison.Ordinal);
        Assert.StartsWith("kubik", this.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", this.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", this.Error, StringComparison.Ordinal);
        return this;
    }
}

internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Kubik.Cli.exe" : "Kubik.Cli");

    /// <summary>Runs it to its end in a folder.</summary>
    public static Said Run(Folder folder, params string[] words) => Run(folder, null, words);

    public static Said Run(Folder folder, int? threads, params string[] words)
    {
        using Process process = Start(folder, threads, words);
        return End(process, words);
    }

    /// <summary>Runs it with lines from a pipe.</summary>
    public static Said Typed(Folder folder, string lines, params string[] words)
    {
        using Process process = Start(folder, null, words);
        using (StreamWriter input = new(process.StandardInput.BaseStream, new UTF8Encoding(false))) input.Write(lines);
        return End(process, words);
    }

    public static Process Start(Folder folder, int? threads, params string[] words) => Start(Program, folder, threads, words);

    public static Process Start(string program, Folder folder, int? threads, params string[] words)
    {
        ProcessStartInfo start = new(program, words) { WorkingDirectory = folder.Path, UseShellExecute = false, RedirectStandardInput = words is ["quiz", ..], RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8 };
        start.Environment["KUBIK_DATA"] = Data;
        start.Environment.Remove("KUBIK_COMMAND");
        start.Environment.Remove("KUBIK_THREADS");
        if (threads is { } n) start.Environment["KUBIK_THREADS"] = $"{n}";
        return Process.Start(start)!;
    }

    public static Said End(Process process, params string[] words)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"kubik {string.Join(' ', words)} did not end");
        }
        return new(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>The data folder of the clone.</summary>
    public static string Data { get; } = FindData();

    private static string FindData()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "data", "digits.csv.gz"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside a clone"), "data");
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kubik-cli-").FullName;

    public string this[string name] => System.IO.Path.Combine(this.Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return name;
    }

    public byte[] Bytes(string name) => File.ReadAllBytes(this[name]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(this.Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was killed may still hold a file on Windows; the system's cleaner takes the folder.
        }
    }
}
