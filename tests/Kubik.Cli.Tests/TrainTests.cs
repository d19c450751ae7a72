using System.Text.Json;
using System.Xml.Linq;
using Kubik.Models;

namespace Kubik.Cli.Tests;

public sealed class TrainTests : IDisposable
{
    private static readonly string[] Keys = ["net", "data", "epochs", "steps", "parameters", "train_loss", "test_loss", "test_accuracy", "seconds", "images_per_second", "model"];
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void A_run_leaves_model_measures_and_report_and_says_what_next()
    {
        Said said = Tool.Run(this.folder, "train", "mlp", "--data", "digits", "--epochs", "4", "--val", "0.1", "--json").Fine();
        JsonElement json = said.Json;
        foreach (string key in Keys) Assert.True(json.TryGetProperty(key, out _), key);
        Assert.True(json.GetProperty("test_accuracy").GetDouble() > 0.9);
        Assert.Equal(4, json.GetProperty("epochs").GetInt32());
        string model = json.GetProperty("model").GetString()!, run = Path.GetDirectoryName(model)!;
        Assert.Matches(@"runs[\\/]\d{8}-\d{6}-mlp$", run);
        Assert.Equal(["checkpoint.safetensors", "metrics.jsonl", "model.safetensors", "report.html", "sample.png"], Directory.EnumerateFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3, 4], File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("epoch").GetInt32()));

        // The commands under "Next" work as they stand.
        string[] next = [.. said.Out.Split('\n').SkipWhile(l => l != "Next:").Skip(1).TakeWhile(l => l.StartsWith("  kubik ", StringComparison.Ordinal))];
        Assert.Equal(3, next.Length);
        foreach (string line in next) Tool.Run(this.folder, line.Trim().Split(' ')[1..]).Fine();

        Said eval = Tool.Run(this.folder, "eval", run, "--data", "digits", "--json").Fine();
        Assert.Equal(json.GetProperty("test_accuracy").GetDouble(), eval.Json.GetProperty("accuracy").GetDouble());
        Assert.Equal(json.GetProperty("test_loss").GetDouble(), eval.Json.GetProperty("loss").GetDouble());
        Assert.Equal(359, eval.Json.GetProperty("count").GetInt32());
        Assert.Equal(json.GetProperty("parameters").GetInt64(), Tool.Run(this.folder, "show", model, "--json").Fine().Json.GetProperty("parameters").GetInt64());
        Assert.Equal("flatten | linear 300 | relu | linear 100 | relu | linear 10", SavedModel.Load(model).Net.Notation);
        Report(File.ReadAllText(Path.Combine(run, "report.html")));
    }

    [Fact]
    public void Quiet_says_the_result_alone()
    {
        string[] lines = Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "2", "--out", "a", "--quiet").Fine().Out.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("Test: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("a/model.safetensors", lines[1].Replace('\\', '/'), StringComparison.Ordinal);
        Assert.StartsWith("{", Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "2", "--out", "b", "--quiet", "--json").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_the_optimizer_clipping_and_patience_go_on_with_the_run()
    {
        string[] words = ["train", "mlp", "--data", "iris", "--optimizer", "momentum  momentum=0.5 decay=0.001", "--clip", "0.5", "--val", "0.2", "--patience", "1", "--seed", "3", "--quiet"];
        Tool.Run(this.folder, [.. words, "--epochs", "4", "--out", "plain"]).Fine();
        string report = File.ReadAllText(this.folder["plain/report.html"]);
        Assert.Contains("momentum momentum=0.5 decay=0.001", report, StringComparison.Ordinal);
        foreach (string flag in (string[])["--clip 0.5", "--patience 1"]) Assert.Contains($"<span>{flag}</span>", report, StringComparison.Ordinal);
        Tool.Run(this.folder, "train", "mlp", "--data", "iris", "--optimizer", "momentum", "--val", "0.2", "--seed", "3", "--quiet", "--epochs", "4", "--out", "usual").Fine();
        Assert.NotEqual(this.folder.Bytes("usual/model.safetensors"), this.folder.Bytes("plain/model.safetensors"));

        // A rate so small that no weight changes: patience ends the run long before its epochs.
        Said early = Tool.Run(this.folder, "train", "mlp", "--data", "iris", "--lr", "1e-30", "--schedule", "constant", "--optimizer", "sgd", "--val", "0.2", "--patience", "2", "--epochs", "60", "--out", "early", "--quiet", "--json").Fine();
        Assert.Equal(3, early.Json.GetProperty("epochs").GetInt32());

        foreach (string flag in (string[])["--clip", "--patience"]) Tool.Run(this.folder, "train", "--resume", "plain", flag, "2").Refused($"'{flag}'", "new run");
        Tool.Run(this.folder, "train", "--resume", "plain", "--epochs", "6", "--quiet").Fine();
        Assert.Contains("momentum momentum=0.5 decay=0.001", File.ReadAllText(this.folder["plain/report.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv 4 3x3 pad=1 | batchnorm | relu | maxpool 2 | flatten | dropout 0.2 | linear 10")]
    [InlineData("mlp")]
    public void One_seed_gives_one_file_whatever_the_number_of_threads(string net)
    {
        foreach (int threads in (int[])[1, 2, 3])
            Tool.Run(this.folder, threads, "train", net, "--data", "digits", "--epochs", "2", "--seed", "5", "--out", $"{threads}", "--quiet").Fine();
        Assert.Equal(this.folder.Bytes("1/model.safetensors"), this.folder.Bytes("2/model.safetensors"));
        Assert.Equal(this.folder.Bytes("1/model.safetensors"), this.folder.Bytes("3/model.safetensors"));
        Tool.Run(this.folder, "train", net, "--data", "digits", "--epochs", "2", "--seed", "6", "--out", "other", "--quiet").Fine();
        Assert.NotEqual(this.folder.Bytes("1/model.safetensors"), this.folder.Bytes("other/model.safetensors"));
    }

    [Fact]
    public void The_optimizer_and_the_schedule_are_ones_own_choice_and_kept_in_the_run()
    {
        string said = Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "3", "--optimizer", "adamw", "--schedule", "warmup 5|cosine", "--out", "a").Fine().Out;
        Assert.Contains("adamw, learning rate 0.002 times 'warmup 5 | cosine'", said, StringComparison.Ordinal);
        Assert.Contains("--schedule", File.ReadAllText(this.folder["a/report.html"]), StringComparison.Ordinal);
        Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "3", "--optimizer", "adamw", "--out", "b", "--quiet").Fine();
        Assert.NotEqual(this.folder.Bytes("a/model.safetensors"), this.folder.Bytes("b/model.safetensors"));
        Tool.Run(this.folder, "train", "--resume", "a", "--schedule", "cosine").Refused("'--schedule'", "new run");
        Tool.Run(this.folder, "train", "--resume", "a", "--epochs", "4", "--quiet").Fine();
    }

    [Fact]
    public void Lbfgs_takes_all_data_at_once()
    {
        Said said = Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "4", "--optimizer", "lbfgs", "--out", "a", "--json").Fine();
        Assert.Contains("(all the data at once)", said.Out, StringComparison.Ordinal);
        Assert.Contains("learning rate 1 constant", said.Out, StringComparison.Ordinal);
        Assert.Equal(4, said.Json.GetProperty("steps").GetInt32());
        Assert.True(said.Json.GetProperty("test_accuracy").GetDouble() > 0.9);
    }

    [Fact]
    public void A_run_is_not_overwritten()
    {
        Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "1", "--out", "a", "--quiet").Fine();
        byte[] before = this.folder.Bytes("a/model.safetensors");
        Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--epochs", "2", "--out", "a", "--quiet").Refused("'a'", "another --out", "kubik train --resume a");
        Assert.Equal(before, this.folder.Bytes("a/model.safetensors"));
        Directory.CreateDirectory(this.folder["other"]);
        this.folder.Write("other/mine.txt", "");
        Tool.Run(this.folder, "train", "softmax", "--data", "iris", "--out", "other").Refused("'other'", "name a new folder");
        Assert.Single(Directory.EnumerateFileSystemEntries(this.folder["other"]));
    }

    [Theory]
    [InlineData("flatten | linear 5", "(5,)", "10 classes", "linear 10")]
    [InlineData("linear 10", "(1, 8, 10)", "flatten", "linear 10")]
    [InlineData("lenet", "layer", "conv 16 5x5", "(2, 6, 4, 4)")]
    public void A_network_that_does_not_fit_the_data_says_what_to_change(string net, params string[] words)
    {
        Tool.Run(this.folder, "train", net, "--data", "digits", "--out", "a").Refused(words);
        Assert.False(Directory.Exists(this.folder["a"]));
    }

    [Fact]
    public void A_learning_rate_that_is_too_large_names_step_and_layer_and_leaves_nothing()
    {
        Tool.Run(this.folder, "train", "mlp", "--data", "digits", "--optimizer", "sgd", "--lr", "1e6", "--out", "a").Refused("at step", "layer", "learning rate");
        Assert.False(Directory.Exists(this.folder["a"]));
        Directory.CreateDirectory(this.folder["b"]);
        Tool.Run(this.folder, "train", "mlp", "--data", "digits", "--optimizer", "sgd", "--lr", "1e6", "--out", "b").Refused("at step");
        Assert.Empty(Directory.EnumerateFileSystemEntries(this.folder["b"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_before_training()
    {
        this.folder.Write("file", "");
        Tool.Run(this.folder, "train", "--data", "iris", "--out", "file").Refused("'file' is a file");
        Tool.Run(this.folder, "train", "--data", "iris", "--out", "file/below").Refused("file/below", "--out DIR");
        if (OperatingSystem.IsLinux()) Tool.Run(this.folder, "train", "--data", "iris", "--out", "/proc/kubik").Refused("/proc/kubik", "--out DIR");
    }

    [Fact]
    public void A_full_disk_is_told_and_leaves_nothing()
    {
        // A file system of 300 KB in a name space of its own; where that is not allowed there is nothing to test.
        if (!OperatingSystem.IsLinux()) return;
        Directory.CreateDirectory(this.folder["small"]);
        string script = $"mount -t tmpfs -o size=300k tmpfs small || exit 77; '{Tool.Program}' train mlp --data digits --epochs 2 --out small/run; code=$?; ls -A small; exit $code";
        using System.Diagnostics.Process process = Tool.Start("unshare", this.folder, null, "-rm", "sh", "-c", script);
        Said said = Tool.End(process);
        if (said.Exit is 77 or 1 or 127) return;
        said.Refused("checkpoint.safetensors", "the disk is full");
        Assert.DoesNotContain("run", said.Out.Split('\n')[^2..], StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--quiet")]
    public void Softmax_before_cross_entropy_is_doubted(string option) =>
        Assert.Contains("Note: the network ends in softmax", Tool.Run(this.folder, "train", "linear 3 | softmax", "--data", "iris", "--epochs", "1", option).Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void Learning_nothing_is_told_with_a_likely_cause() =>
        Assert.Contains("far above the usual", Tool.Run(this.folder, "train", "mlp", "--data", "digits", "--epochs", "2", "--lr", "1e6").Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void Loss_and_target_must_go_together()
    {
        this.folder.Write("rooms.csv", "x,rooms\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i / 10}\n")));
        Assert.Equal(System.Text.Json.JsonValueKind.Number, Tool.Run(this.folder, "train", "--data", "rooms.csv", "--epochs", "2", "--json").Fine().Json.GetProperty("test_accuracy").ValueKind);
        Tool.Run(this.folder, "train", "--data", "rooms.csv", "--epochs", "2", "--loss", "mse", "--out", "numbers").Fine();
        Assert.True(Tool.Run(this.folder, "train", "--resume", "numbers", "--epochs", "3", "--json").Fine().Json.TryGetProperty("test_rmse", out _));
        this.folder.Write("n.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i * 1.5}\n")));
        Tool.Run(this.folder, "train", "--data", "n.csv", "--loss", "cross-entropy").Refused("cross-entropy", "'y'", "--loss mse");
        Tool.Run(this.folder, "train", "--data", "iris", "--loss", "mse", "--epochs", "2").Fine();
        Tool.Run(this.folder, "train", "--data", "iris", "--loss", "bce", "--epochs", "2").Fine();
        Tool.Run(this.folder, "train", "--data", "iris", "--loss", "box-iou", "--epochs", "2").Refused("the loss does not fit", "box-iou");
        Tool.Run(this.folder, "train", "--data", "n.csv", "--loss", "huber delta=0").Refused("'huber delta=0'", "above 0", "huber [delta=1]");
    }

    [Fact]
    public void A_loss_may_have_options_and_a_resumed_run_keeps_them()
    {
        Tool.Run(this.folder, "train", "--data", "iris", "--loss", "Cross-Entropy  smoothing=0.1", "--epochs", "2", "--out", "soft").Fine();
        Assert.Contains("--loss 'cross-entropy smoothing=0.1'", File.ReadAllText(System.IO.Path.Combine(this.folder.Path, "soft", "report.html")).Replace("&#39;", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Tool.Run(this.folder, "train", "--resume", "soft", "--epochs", "3").Fine();
        Tool.Run(this.folder, "eval", "soft/model.safetensors", "--data", "iris").Fine();
    }

    // One page, well formed, that asks nothing of any server and says how to get the same again.
    private static void Report(string page)
    {
        XElement html = XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..].TrimEnd(), LoadOptions.PreserveWhitespace);
        Assert.NotEmpty(html.Descendants("svg"));
        Assert.Empty(html.Descendants("script"));
        Assert.Empty(html.Descendants("link"));
        Assert.All(html.Descendants("img"), img =>
        {
            Assert.StartsWith("data:image/png;base64,", img.Attribute("src")!.Value, StringComparison.Ordinal);
            Assert.NotEmpty(img.Attribute("alt")!.Value);
        });
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        string text = html.Value;
        foreach (string word in (string[])["The worst mistakes", "The first layer's filters", "kubik train mlp --data digits --epochs 4 --batch 16 --lr 0.002 --optimizer adam --loss cross-entropy --seed 1 --val 0.1", ".NET 10", "Processor", "Threads"])
            Assert.Contains(word, text, StringComparison.Ordinal);
    }
}
