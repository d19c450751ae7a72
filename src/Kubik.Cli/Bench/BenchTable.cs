// A line for each workload as soon as it is measured, and JSON for all of them.

using System.Text.Json;
using Kubik.Cli.Terminal;

namespace Kubik.Cli.Bench;

internal sealed class BenchTable(double peak, int threads, Rival rival)
{
    private readonly (string Header, int Width, Func<Comparison, string> Cell)[] columns =
    [
        ("workload", -10, c => c.Workload.Name),
        ("ms", 9, c => Milliseconds(c.Median)),
        ("quarter to quarter", 19, c => $"{Milliseconds(c.Spread.Low)} – {Milliseconds(c.Spread.High)}"),
        ("least", 9, c => Milliseconds(c.Least)),
        ("GFLOP/s", 8, c => Say.Number(Math.Round(c.Gigaflops, 1))),
        ("of peak", 8, c => Say.Percent1(c.Gigaflops / peak)),
        ("memory", 8, c => Megabytes(c.Memory)),
        ("first step", 10, c => $"{c.FirstStep:0.00} s"),
        .. rival.IsSelf
            ? ((string, int, Func<Comparison, string>)[])
            [
                ("one thread", 10, c => Milliseconds(c.AloneMedian!.Value)),
                ($"{Say.Count(threads, "thread")} faster", 17, c => $"{c.Speedup:0.00}"),
                ("op by op", 9, c => Milliseconds(c.EagerMedian!.Value)),
                ("of compiled", 11, c => $"{c.EagerShare:0.00}"),
            ]
            : [],
        .. rival.Torch is not null
            ? ((string, int, Func<Comparison, string>)[])
            [
                ("PyTorch ms", 11, c => Milliseconds(c.TorchMedian!.Value)),
                ("its memory", 10, c => Megabytes(c.TorchMemory!.Value)),
                ("ratio", 7, c => $"{c.Ratio:0.00}"),
                ("its best setting", -18, c => $"{c.TorchSetting}"),
            ]
            : [],
    ];

    public string Header => Screen.Dim(this.Line(c => c.Header));

    public string Row(Comparison of) => this.Line(c => c.Cell(of));

    public static void Write(Utf8JsonWriter json, string machine, int threads, double peak, bool eager, Rival rival, IReadOnlyList<Comparison> results)
    {
        json.WriteStartObject();
        json.WriteString("date", DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"));
        json.WriteString("machine", machine);
        json.WriteNumber("threads", threads);
        json.WriteBoolean("eager", eager);
        json.WriteNumber("peak_gflops", peak);
        if (rival.Torch is not null) json.WriteString("torch", results.Select(r => r.TorchVersion).FirstOrDefault());
        json.WriteStartArray("results");
        foreach (Comparison result in results) Write(json, peak, rival, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, double peak, Rival rival, Comparison result)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Workload.Name);
        json.WriteNumber("parameters", result.Parameters);
        json.WriteNumber("steps", result.Steps);
        json.WriteNumber("ms_median", result.Median);
        json.WriteNumber("ms_min", result.Least);
        json.WriteNumber("ms_q1", result.Spread.Low);
        json.WriteNumber("ms_q3", result.Spread.High);
        json.WriteNumber("gflop", result.Gigaflop);
        json.WriteNumber("gflops", result.Gigaflops);
        json.WriteNumber("peak_share", result.Gigaflops / peak);
        json.WriteNumber("rss_mb", result.Memory);
        json.WriteNumber("s_first_step", result.FirstStep);
        json.Number("torch_ms_median", result.TorchMedian);
        json.Number("ratio", result.Ratio);
        if (rival.Torch is not null)
        {
            json.Number("torch_ms_min", result.TorchLeast);
            json.Number("torch_rss_mb", result.TorchMemory);
            json.WriteString("torch_setting", result.TorchSetting?.ToString());
        }
        if (rival.IsSelf)
        {
            json.Number("one_thread_ms_median", result.AloneMedian);
            json.Number("speedup", result.Speedup);
            json.Number("eager_ms_median", result.EagerMedian);
            json.Number("eager_ratio", result.EagerShare);
        }
        json.WriteEndObject();
    }

    private string Line(Func<(string Header, int Width, Func<Comparison, string> Cell), string> cell) =>
        string.Join("  ", this.columns.Select(c => c.Width < 0 ? cell(c).PadRight(-c.Width) : cell(c).PadLeft(c.Width))).TrimEnd();

    // Four digits whatever the size, from microseconds to seconds.
    private static string Milliseconds(double ms) => ms.ToString(ms switch { < 1 => "0.0000", < 10 => "0.000", < 100 => "0.00", _ => "0.0" });

    private static string Megabytes(double mb) => $"{mb:0} MB";
}
