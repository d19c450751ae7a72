// A run that is interrupted loses nothing: stopped politely or killed at any moment, it goes on to exactly the weights
// of the run that was left alone.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kubik.Cli.Tests;

public sealed class InterruptTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData("INT", 130, "Ctrl+C")]
    [InlineData("TERM", 143, "from outside")]
    public async Task A_signal_ends_the_run_cleanly_and_resume_ends_it_exactly(string signal, int exit, string word)
    {
        if (OperatingSystem.IsWindows()) return;
        // Long enough that the signal comes in time on a busy machine too.
        string[] words = ["train", "mlp", "--data", "digits", "--epochs", "96", "--val", "0.1", "--seed", "4"];
        Tool.Run(this.folder, [.. words, "--out", "whole", "--quiet"]).Fine();

        using Process process = Tool.Start(this.folder, null, [.. words, "--out", "part", "--json"]);
        string before = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            before = line;
            if (line.TrimStart().StartsWith("5/96", StringComparison.Ordinal)) break;
        }
        Assert.Contains("5/96", before, StringComparison.Ordinal);
        Signal(process, signal);
        Said said = Tool.End(process);
        Assert.True(said.Exit == exit, $"{said.Exit}\n{said.Out}\n{said.Error}");
        Assert.Contains(word, said.Out, StringComparison.Ordinal);
        Assert.Contains("kept are the best weights so far", said.Out, StringComparison.Ordinal);
        Assert.Contains("kubik train --resume part", said.Out, StringComparison.Ordinal);
        Assert.True(said.Json.GetProperty("interrupted").GetBoolean());
        Tool.Run(this.folder, "eval", "part", "--data", "digits").Fine();
        Assert.Contains("interrupted", await File.ReadAllTextAsync(this.folder["part/report.html"]), StringComparison.Ordinal);

        Tool.Run(this.folder, "train", "--resume", "part", "--quiet").Fine();
        Assert.Equal(this.folder.Bytes("whole/model.safetensors"), this.folder.Bytes("part/model.safetensors"));
        Assert.Equal(96, (await File.ReadAllLinesAsync(this.folder["part/metrics.jsonl"])).Length);
    }

    // That are written down, whoever is writing.
    private int Epochs()
    {
        if (!File.Exists(this.folder["part/metrics.jsonl"])) return 0;
        using StreamReader metrics = new(new FileStream(this.folder["part/metrics.jsonl"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return metrics.ReadToEnd().Count(c => c == '\n');
    }

    [Fact]
    public void Killed_ten_times_at_random_moments_it_still_gives_the_same_file()
    {
        string[] words = ["train", "mlp", "--data", "digits", "--epochs", "96", "--batch", "32", "--seed", "3", "--quiet"];
        Tool.Run(this.folder, [.. words, "--out", "whole"]).Fine();

        Random random = new(12345);
        for (int i = 0; i < 10; i++)
        {
            int until = this.Epochs() + random.Next(1, 4);
            bool begun = File.Exists(this.folder["part/checkpoint.safetensors"]);
            using Process process = Tool.Start(this.folder, null, begun ? ["train", "--resume", "part", "--quiet"] : [.. words, "--out", "part"]);
            // Each is killed at its work, however fast the machine is: some epochs later, and somewhere in the next one.
            while (!process.HasExited && this.Epochs() < until) Thread.Sleep(1);
            Thread.Sleep(random.Next(10));
            Assert.False(process.HasExited, $"the run was over before kill {i + 1}");
            process.Kill();
            process.WaitForExit();
        }
        Assert.True(File.Exists(this.folder["part/checkpoint.safetensors"]));
        Tool.Run(this.folder, "train", "--resume", "part", "--quiet").Fine();
        Assert.Equal(Directory.EnumerateFiles(this.folder["whole"]).Select(Path.GetFileName).Order(StringComparer.Ordinal), Directory.EnumerateFiles(this.folder["part"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(this.folder.Bytes("whole/model.safetensors"), this.folder.Bytes("part/model.safetensors"));
    }

    [Fact]
    public void A_finished_run_can_be_trained_further()
    {
        Tool.Run(this.folder, "train", "mlp", "--data", "iris", "--epochs", "2", "--out", "a", "--quiet").Fine();
        byte[] before = this.folder.Bytes("a/model.safetensors");
        Assert.StartsWith("This run is finished (2 epochs); give --epochs MORE", Tool.Run(this.folder, "train", "--resume", "a").Fine().Out, StringComparison.Ordinal);
        Assert.Equal(before, this.folder.Bytes("a/model.safetensors"));
        Assert.Equal(5, Tool.Run(this.folder, "train", "--resume", "a", "--epochs", "5", "--quiet", "--json").Fine().Json.GetProperty("epochs").GetInt32());
        Assert.NotEqual(before, this.folder.Bytes("a/model.safetensors"));
    }

    [Fact]
    public void Resume_says_what_is_in_its_way()
    {
        string rows = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},{i % 7},{(i % 2 == 0 ? "even" : "odd")}\n"));
        this.folder.Write("own.csv", "a,b,kind\n" + rows);
        Tool.Run(this.folder, "train", "mlp", "--data", "own.csv", "--epochs", "2", "--out", "a", "--quiet").Fine();
        Tool.Run(this.folder, "train", "--resume", "a", "--lr", "1").Refused("'--lr'", "new run");
        Tool.Run(this.folder, "train", "mlp", "--resume", "a").Refused("'mlp'");
        Tool.Run(this.folder, "train", "--resume", "a", "--epochs", "1").Refused("2 epochs already");
        Tool.Run(this.folder, "train", "--resume", "b").Refused("'b'");
        Tool.Run(this.folder, "train", "--resume", "own.csv").Refused("'own.csv' is a file");
        Directory.CreateDirectory(this.folder["empty"]);
        Tool.Run(this.folder, "train", "--resume", "empty").Refused("checkpoint.safetensors", "nothing to go on from");
        this.folder.Write("own.csv", "a,b,kind\n" + rows + "1,2,odd\n");
        Tool.Run(this.folder, "train", "--resume", "a", "--epochs", "4").Refused("own.csv", "has changed");
        byte[] checkpoint = this.folder.Bytes("a/checkpoint.safetensors");
        File.WriteAllBytes(this.folder["a/checkpoint.safetensors"], checkpoint[..(checkpoint.Length / 2)]);
        Tool.Run(this.folder, "train", "--resume", "a").Refused("checkpoint.safetensors", "truncated");
        File.Copy(this.folder["a/model.safetensors"], this.folder["a/checkpoint.safetensors"], overwrite: true);
        Tool.Run(this.folder, "train", "--resume", "a").Refused("not a checkpoint");
    }

    // Not by a process of its own, which a busy machine starts when the run is over.
    private static void Signal(Process process, string name) => Assert.Equal(0, Kill(process.Id, name == "INT" ? 2 : 15));

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
