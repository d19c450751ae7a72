// Times the steps of a workload in this process. Before the first that counts, the just-in-time compiler must be done: it
// compiles anew, in the background, what runs often. After it the clock decides: as many steps as fit into the time.

using System.Diagnostics;
using System.Runtime;
using Kubik.Kernels;
using Kubik.Nn;

namespace Kubik.Cli.Bench;

internal static class Measurement
{
    private const int LeastWarmUp = 3, LeastSteps = 5, MostSteps = 100_000;

    // The compiler waits 100 ms without news before it compiles better code.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400), LongestWarmUp = TimeSpan.FromSeconds(10);

    // The machine's speed changes from second to second: slices this short meet the same speed, and still hold many small steps.
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    public static Sample Of(Workload workload, bool eager, TimeSpan time) => Of(workload, eager, step =>
    {
        List<double> times = [];
        Time(step, time, LeastSteps, times);
        return (times, PeakMemory());
    });

    /// <summary>The compiled step on all threads, on one, and the step op by op, taking turns in slices of 50 ms.</summary>
    public static Sample[] InTurns(Workload workload, TimeSpan time)
    {
        int threads = Workers.Count;
        List<double> alone = [], eager = [];
        Sample all = Of(workload, eager: false, step =>
        {
            double memory = PeakMemory(); // the compiled step's own: it needs no more after its first runs
            Action eagerStep = TrainingStep.Of(workload, workload.MakeNet(), eager: true);
            WarmUp(eagerStep);
            List<double> times = [];
            long start = Stopwatch.GetTimestamp();
            while (times.Count < LeastSteps || Stopwatch.GetElapsedTime(start) < time)
            {
                Time(step, Slice, 1, times);
                Time(eagerStep, Slice, 1, eager);
                Workers.Count = 1;
                Time(step, Slice, 1, alone);
                Workers.Count = threads;
            }
            return (times, memory);
        });
        return [all, With(alone), With(eager)];

        Sample With(List<double> times) => all with { Steps = times.Count, Times = Sample.Quantiles([.. times.Order()]) };
    }

    private static Sample Of(Workload workload, bool eager, Func<Action, (List<double> Times, double Memory)> measure)
    {
        Sequential net = workload.MakeNet();
        Action step = TrainingStep.Of(workload, net, eager);
        step();
        double first = SecondsSinceStart();
        WarmUp(step);
        (List<double> times, double memory) = measure(step);
        return new(times.Count, Sample.Quantiles([.. times.Order()]), memory)
        {
            Parameters = net.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight).Sum(p => (long)p.Parameter.Spec.Shape.Size),
            FirstStep = first,
            Gigaflop = 2e-9 * Arithmetic.OfStep(workload, net), // after the peak of memory was read
        };
    }

    private static double SecondsSinceStart()
    {
        using Process process = Process.GetCurrentProcess();
        return (DateTime.Now - process.StartTime).TotalSeconds;
    }

    private static double PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / (1024.0 * 1024);
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

    private static void Time(Action step, TimeSpan time, int least, List<double> times)
    {
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < least || (Stopwatch.GetElapsedTime(start) < time && done < MostSteps); done++)
        {
            long before = Stopwatch.GetTimestamp();
            step();
            times.Add((Stopwatch.GetTimestamp() - before) * 1000.0 / Stopwatch.Frequency); // a TimeSpan would round to 100 ns
        }
    }
}
