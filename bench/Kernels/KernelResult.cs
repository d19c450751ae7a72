using System.Text.Json;
using Kubik.Cli.Bench;
using Kubik.Cli.Report;
using Kubik.Cli.Terminal;
using Kubik.Kernels;

namespace Kubik.KernelBench;

/// <summary>A kernel in PyTorch with the setting that has the least median.</summary>
internal sealed record TorchKernel(TorchSetting Setting, double Median, double Least)
{
    private static readonly string Script = new StreamReader(typeof(TorchKernel).Assembly.GetManifestResourceStream("kernels.py")!).ReadToEnd();

    /// <summary>Measures kernels with every setting, all of them in one process, and gives the best of each.</summary>
    public static TorchKernel[] Best(Torch torch, IReadOnlyList<KernelCase> cases)
    {
        TorchKernel[][] all = [.. TorchSetting.UpTo(Workers.Count).Select(s => Of(torch, cases, s))];
        return [.. cases.Select((_, i) => all.Select(kernels => kernels[i]).MinBy(k => k.Median)!)];
    }

    private static TorchKernel[] Of(Torch torch, IReadOnlyList<KernelCase> cases, TorchSetting setting)
    {
        return [.. torch.Run(Script, cases.Select(c => c.Name), setting, "PyTorch").Select(Read)];

        TorchKernel Read(string line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return new(setting, document.RootElement.GetProperty("ms_median").GetDouble(), document.RootElement.GetProperty("ms_min").GetDouble());
        }
    }
}

/// <summary>What was measured of a kernel, in milliseconds.</summary>
internal sealed record KernelResult(KernelCase Of, double Median, double Least, TorchKernel? Torch)
{
    private double? Gigaflops => this.Of.Gigaflop > 0 ? this.Of.Gigaflop / this.Median * 1000 : null;

    private double BytesPerSecond => this.Of.Gigabytes / this.Median * 1000;

    public string Row()
    {
        string own = $"{this.Of.Name,-46}  {this.Median,9:0.0000}  {this.Least,9:0.0000}  {this.Gigaflops,8:0.0}  {this.BytesPerSecond,7:0.0}";
        return this.Torch is null ? own : $"{own}  {this.Torch.Median,10:0.0000}  {this.Torch.Least,9:0.0000}  {this.Torch.Median / this.Median,6:0.00}  {this.Torch.Setting}";
    }

    public static void Write(Utf8JsonWriter json, double peak, double memory, IReadOnlyList<KernelResult> results)
    {
        json.WriteStartObject();
        json.WriteString("date", DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"));
        json.WriteString("machine", Machine.Line());
        json.WriteNumber("threads", Workers.Count);
        json.WriteNumber("peak_gflops", peak);
        json.WriteNumber("memory_gb_per_s", memory);
        json.WriteStartArray("results");
        foreach (KernelResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("name", result.Of.Name);
            json.WriteNumber("ms_median", result.Median);
            json.WriteNumber("ms_min", result.Least);
            json.Number("gflops", result.Gigaflops);
            json.Number("peak_share", result.Gigaflops / peak);
            json.WriteNumber("gb_per_s", result.BytesPerSecond);
            json.Number("torch_ms_median", result.Torch?.Median);
            json.Number("torch_ms_min", result.Torch?.Least);
            json.WriteString("torch_setting", result.Torch?.Setting.ToString());
            json.Number("ratio", result.Torch?.Median / result.Median);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
