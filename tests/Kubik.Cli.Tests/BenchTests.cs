// What bench says, not how fast anything is: a test that looks at times fails on a busy day.

using System.Diagnostics;
using System.Text.Json;

namespace Kubik.Cli.Tests;

public sealed class BenchTests : IDisposable
{
    private static readonly string[] Keys = ["date", "machine", "threads", "eager", "peak_gflops", "results"];

    private static readonly string[] ResultKeys =
    [
        "name", "parameters", "steps", "ms_median", "ms_min", "ms_q1", "ms_q3", "gflop", "gflops", "peak_share", "rss_mb", "s_first_step", "torch_ms_median", "ratio",
    ];

    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void Workloads_are_measured_one_by_one()
    {
        Said said = Tool.Run(this.folder, "bench", "tiny", "mlp", "--seconds", "0.05", "--threads", "1", "--json").Fine();
        JsonElement json = said.Json;
        Assert.Equal(Keys, json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(1, json.GetProperty("threads").GetInt32());
        Assert.True(json.GetProperty("peak_gflops").GetDouble() > 0);
        JsonElement[] results = [.. json.GetProperty("results").EnumerateArray()];
        Assert.Equal(["tiny", "mlp"], results.Select(r => r.GetProperty("name").GetString()));
        foreach (JsonElement result in results)
        {
            Assert.Equal(ResultKeys, result.EnumerateObject().Select(p => p.Name));
            Assert.True(result.GetProperty("steps").GetInt32() >= 5);
            double[] ordered = [.. ((string[])["ms_min", "ms_q1", "ms_median", "ms_q3"]).Select(k => result.GetProperty(k).GetDouble())];
            Assert.Equal(ordered.Order(), ordered);
            Assert.True(ordered[0] > 0 && result.GetProperty("rss_mb").GetDouble() > 1);
            Assert.Equal(JsonValueKind.Null, result.GetProperty("ratio").ValueKind);
            double gflops = result.GetProperty("gflop").GetDouble() / result.GetProperty("ms_median").GetDouble() * 1000;
            Assert.Equal(gflops, result.GetProperty("gflops").GetDouble(), gflops * 1e-9);
            Assert.Equal(gflops / json.GetProperty("peak_gflops").GetDouble(), result.GetProperty("peak_share").GetDouble(), 1e-9);
        }
        // Forward and the gradients of the weights in every layer, those of the inputs in all but the first.
        long first = 784 * 300, rest = (300 * 200) + (200 * 100) + (100 * 10);
        Assert.Equal(2e-9 * 64 * ((2 * first) + (3 * rest)), results[1].GetProperty("gflop").GetDouble(), 1e-9);
        Assert.Equal([105, 316_810], results.Select(r => r.GetProperty("parameters").GetInt64()));
        Assert.Contains("\ntiny ", said.Out, StringComparison.Ordinal);
        Assert.Contains("GFLOP/s", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Against_itself_it_says_what_threads_and_compiling_bring()
    {
        Said said = Tool.Run(this.folder, "bench", "tiny", "--vs", "self", "--seconds", "0.03", "--threads", "2", "--json").Fine();
        JsonElement result = said.Json.GetProperty("results")[0];
        Assert.Equal([.. ResultKeys, "one_thread_ms_median", "speedup", "eager_ms_median", "eager_ratio"], result.EnumerateObject().Select(p => p.Name));
        double Number(string key) => result.GetProperty(key).GetDouble();
        Assert.Equal(Number("one_thread_ms_median") / Number("ms_median"), Number("speedup"), 1e-9);
        Assert.Equal(Number("eager_ms_median") / Number("ms_median"), Number("eager_ratio"), 1e-9);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("torch_ms_median").ValueKind);
        Assert.Contains("2 threads faster", said.Out, StringComparison.Ordinal);
        Tool.Run(this.folder, "bench", "tiny", "--vs", "self", "--eager").Refused("--vs self", "--eager");
        Tool.Run(this.folder, "bench", "tiny", "--vs", "jax").Refused("--vs takes torch", "self", "jax");
    }

    [Theory]
    [InlineData("tiny", 2e-9 * 10 * ((2 * 16) + (3 * (64 + 8))))]
    [InlineData("lenet", 2e-9 * 64 * ((2 * 28 * 28 * 6 * 25) + (3 * ((100 * 16 * 150) + 48_000 + 10_080 + 840))))]
    public void Operations_are_counted_as_by_hand(string name, double gflop)
    {
        JsonElement result = Tool.Run(this.folder, "bench", name, "--seconds", "0.01", "--eager", "--json").Fine().Json.GetProperty("results")[0];
        Assert.Equal(gflop, result.GetProperty("gflop").GetDouble(), gflop * 1e-9);
    }

    [Fact]
    public void A_profile_shows_passes_and_steps()
    {
        Said said = Tool.Run(this.folder, "bench", "--profile", "mlp", "--seconds", "0.05", "--json").Fine();
        JsonElement json = said.Json;
        Assert.Equal(["date", "machine", "threads", "name", "passes", "arena_bytes", "us_total", "steps"], json.EnumerateObject().Select(p => p.Name));
        Assert.All(json.GetProperty("passes").EnumerateArray(), p => Assert.True(p.GetProperty("before").GetInt32() > 0 && p.GetProperty("after").GetInt32() > 0));
        JsonElement[] steps = [.. json.GetProperty("steps").EnumerateArray()];
        Assert.Equal(json.GetProperty("us_total").GetDouble(), steps.Sum(s => s.GetProperty("us").GetDouble()), 1e-6);
        Assert.Contains(steps, s => s.GetProperty("bytes").GetInt64() > 0 && s.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()).SequenceEqual([64, 300]));
        Assert.Contains("MatMul", said.Out, StringComparison.Ordinal);
        foreach (string heading in (string[])["The compiler's passes", "The memory of all values", "The steps of the plan", "The same by kind of step"]) Assert.Contains(heading, said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_what_a_comparison_prints_and_the_readme_every_key()
    {
        string page = string.Join(' ', Tool.Run(this.folder, "bench", "--help").Fine().Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (string words in (string[])["its median in its best setting", "the ratio of its median to Kubik's", "peak_share", "torch_ms_median", "bench/README.md"]) Assert.Contains(words, page, StringComparison.Ordinal);
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Kubik.slnx"))) root = Path.GetDirectoryName(root)!;
        string readme = File.ReadAllText(Path.Combine(root, "bench", "README.md"));
        foreach (string key in (string[])[.. Keys, .. ResultKeys, "torch", "torch_ms_min", "torch_rss_mb", "torch_setting", "one_thread_ms_median", "speedup", "eager_ms_median", "eager_ratio", "arena_bytes", "us_total"])
            Assert.Contains($"`{key}`", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_PyTorch_it_says_what_to_install()
    {
        // A torch that cannot be imported, whatever is installed.
        this.folder.Write("torch.py", "raise ImportError('none here')\n");
        ProcessStartInfo start = new(Tool.Program, ["bench", "tiny", "--vs", "torch"]) { WorkingDirectory = this.folder.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = this.folder.Path;
        using Process process = Process.Start(start)!;
        Tool.End(process).Refused("--vs torch", "apt-get install python3-torch libopenblas0-openmp");
    }
}
