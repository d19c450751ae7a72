using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Kubik.KernelBench;

/// <summary>Runs one kernel for BenchmarkDotNet. It is measured in this process: the projects that BenchmarkDotNet would generate and build have no place among this repository's rules.</summary>
public class KernelBenchmark
{
    private static KernelCase? current;
    private Func<Tensor> kernel = () => throw new InvalidOperationException("not prepared");

    /// <summary>Milliseconds of one run: the median and the least of the iterations.</summary>
    internal static (double Median, double Least) Measure(KernelCase of, bool verbose)
    {
        current = of;
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationTime(TimeInterval.FromMilliseconds(60)).WithWarmupCount(4).WithIterationCount(15))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(verbose ? ConsoleLogger.Unicode : NullLogger.Instance)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "kubik-benchmarks"));
        Summary summary = BenchmarkRunner.Run<KernelBenchmark>(config);
        Statistics times = summary.Reports is [{ ResultStatistics: { } found }] ? found : throw new InvalidOperationException($"'{of}' could not be measured; --verbose shows why.");
        return (times.Median / 1e6, times.Min / 1e6);
    }

    [GlobalSetup]
    public void Prepare()
    {
        this.kernel = current!.Prepare();
        Cli.Bench.Measurement.WarmUp(() => this.kernel()); // the harness does not wait for the just-in-time compiler
    }

    [Benchmark]
    public Tensor Run() => this.kernel();
}
