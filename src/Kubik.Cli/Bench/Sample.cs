// What one process measured of one workload, as it goes from there to the table: a line of JSON, written by the hidden
// `kubik bench --one NAME` and by bench/torch/steps.py alike.

using System.Text.Json;
using Kubik.Cli.Terminal;

namespace Kubik.Cli.Bench;

/// <summary>What one process measured.</summary>
/// <param name="Steps">How many steps were measured.</param>
/// <param name="Times">Their milliseconds in order; of very many, evenly spaced ones.</param>
/// <param name="Memory">The process's peak, in MB.</param>
internal sealed record Sample(int Steps, double[] Times, double Memory)
{
    private const int MostTimes = 1000;

    /// <summary>How many parameters the network has.</summary>
    public long Parameters { get; init; }

    /// <summary>Operations of a step in 10⁹, a multiply-add being two; 0 from a process that does not count them.</summary>
    public double Gigaflop { get; init; }

    /// <summary>Seconds from the start of the process to the end of its first step; 0 from a process that does not tell.</summary>
    public double FirstStep { get; init; }

    /// <summary>PyTorch's version, and the file of what it multiplies with; null from Kubik, and where it cannot be told.</summary>
    public string? Torch { get; init; }

    public string? Blas { get; init; }

    /// <summary>At most a thousand of so many sorted times, evenly spaced.</summary>
    public static double[] Quantiles(double[] sorted)
    {
        int count = Math.Min(MostTimes, sorted.Length);
        return [.. Enumerable.Range(0, count).Select(i => sorted[((2L * i) + 1) * sorted.Length / (2 * count)])];
    }

    public void Print() => JsonLine.Print(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("steps", this.Steps);
        json.WriteStartArray("ms");
        foreach (double time in this.Times) json.WriteNumberValue(time);
        json.WriteEndArray();
        json.WriteNumber("rss_mb", this.Memory);
        json.WriteNumber("parameters", this.Parameters);
        json.WriteNumber("gflop", this.Gigaflop);
        json.WriteNumber("s_first_step", this.FirstStep);
        json.WriteEndObject();
    });

    public static Sample Read(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement json = document.RootElement;
        double Number(string name) => json.TryGetProperty(name, out JsonElement number) ? number.GetDouble() : 0;
        string? Text(string name) => json.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
        return new(json.GetProperty("steps").GetInt32(), [.. json.GetProperty("ms").EnumerateArray().Select(t => t.GetDouble())],
            json.GetProperty("rss_mb").GetDouble())
        {
            Parameters = json.GetProperty("parameters").GetInt64(),
            Gigaflop = Number("gflop"),
            FirstStep = Number("s_first_step"),
            Torch = Text("torch"),
            Blas = Text("blas"),
        };
    }
}
