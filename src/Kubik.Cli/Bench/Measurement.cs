// Times the steps of a workload in this process. Before the first that counts, the just-in-time compiler must be done: it
// compiles anew, in the background, what runs often. After it the clock decides: as many steps as fit into the time.

using System.Diagnostics;
using System.Runtime;
using Kubik.Nn;

namespace Kubik.Cli.Bench;

internal static class Measurement
{
    private const int LeastWarmUp = 3, LeastSteps = 5, MostSteps = 100_000;

    // The compiler waits 100 ms without news before it compiles better code.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400), LongestWarmUp = TimeSpan.FromSeconds(10);

    public static Sample Of(Workload workload, bool eager, TimeSpan time)
    {
        Sequential net = workload.MakeNet();
        Action step = TrainingStep.Of(workload, net, eager);
        step();
        using Process process = Process.GetCurrentProcess();
        double first = (DateTime.Now - process.StartTime).TotalSeconds;
        WarmUp(step);
        double[] times = Time(step, time);
        Array.Sort(times);
        process.Refresh();
        return new(times.Length, Sample.Quantiles(times), process.PeakWorkingSet64 / (1024.0 * 1024))
        {
            Parameters = net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Sum(p => (long)p.Parameter.Spec.Shape.Size),
            FirstStep = first,
            Gigaflop = 2e-9 * Arithmetic.OfStep(workload, net), // after the peak of memory was read
        };
    }

    /// <summary>Makes steps until the just-in-time compiler has been quiet for a while.</summary>
    public static void WarmUp(Action step)
    {
        long start = Stopwatch.GetTimestamp(), lastNews = start, compiled = 0;
        for (int done = 0; done < LeastWarmUp || (Stopwatch.GetElapsedTime(lastNews) < Quiet && Stopwatch.GetElapsedTime(start) < LongestWarmUp); done++)
        {
            step();
            long now = JitInfo.GetCompiledMethodCount();
            if (now == compiled) continue;
            (compiled, lastNews) = (now, Stopwatch.GetTimestamp());
        }
    }

    private static double[] Time(Action step, TimeSpan time)
    {
        List<double> times = [];
        long start = Stopwatch.GetTimestamp();
        while (times.Count < LeastSteps || (Stopwatch.GetElapsedTime(start) < time && times.Count < MostSteps))
        {
            long before = Stopwatch.GetTimestamp();
            step();
            times.Add((Stopwatch.GetTimestamp() - before) * 1000.0 / Stopwatch.Frequency); // a TimeSpan would round to 100 ns
        }
        return [.. times];
    }
}
