// What a compiled step consists of: the passes of the compiler, the steps of the plan in order, and which kinds of them
// take the time. The times are the least of many runs, one after another with a clock between them, so their sum is a
// little more than a step takes.

using System.Diagnostics;
using System.Text.Json;
using Kubik.Cli.Report;
using Kubik.Cli.Terminal;
using Kubik.Graphs;
using Kubik.Kernels;
using Kubik.Nn;
using Kubik.Training;

namespace Kubik.Cli.Bench;

internal static class Profile
{
    private const int LeastRuns = 5, MostRuns = 5000, LongestName = 70;

    public static void Show(Workload workload, TimeSpan time, bool isJson)
    {
        PlanReport plan = Of(workload, time);
        double total = plan.Steps.Sum(Time);
        Console.Out.WriteLine(Machine.Line());
        Console.Out.WriteLine($"{workload.Name}: {workload.About}; {Say.Count(Workers.Count, "thread")}\n");
        Console.Out.WriteLine("The compiler's passes, with the size of the graph before and after");
        int longest = plan.Passes.Max(p => p.Name.Length);
        foreach (PassReport pass in plan.Passes)
            Console.Out.WriteLine(
                $"  {pass.Name.PadRight(longest)}  {Say.Count(pass.Before),6} ops → {Say.Count(pass.After),6} "
                + $"{pass.Unit}{(pass.Note is null ? "" : $": {pass.Note}")}");
        Console.Out.WriteLine($"\nThe memory of all values between inputs and outputs: {Megabytes(plan.ArenaBytes)} MB");
        Console.Out.WriteLine("\nThe steps of the plan in their order: the least time of each, the memory that it reads and writes, the shape of its result");
        TextTable steps = new(("step", true), ("µs", true), ("of all", true), ("MB", true), ("GB/s", true), ("shape", false), ("op", false));
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            StepReport step = plan.Steps[i];
            steps.Add($"{i}", $"{Time(step):0.00}", Say.Percent1(Time(step) / total), Megabytes(step.Bytes), Speed(step.Bytes, Time(step)), $"{step.Shape}",
                Short(step.Name + (step.IsInPlace ? ", in place" : "")));
        }
        steps.Add("all", $"{total:0.00}", "", Megabytes(plan.Steps.Sum(s => s.Bytes)), Speed(plan.Steps.Sum(s => s.Bytes), total), "", "");
        steps.Write(Console.Out);
        Console.Out.WriteLine("\nThe same by kind of step, the longest first");
        TextTable kinds = new(("kind", false), ("steps", true), ("µs", true), ("of all", true), ("GB/s", true));
        foreach (var kind in plan.Steps.GroupBy(s => s.Name).Select(g => (Name: g.Key, Count: g.Count(), Time: g.Sum(Time), Bytes: g.Sum(s => s.Bytes)))
            .OrderByDescending(k => k.Time))
            kinds.Add(Short(kind.Name), $"{kind.Count}", $"{kind.Time:0.00}", Say.Percent1(kind.Time / total), Speed(kind.Bytes, kind.Time));
        kinds.Add("all", $"{plan.Steps.Count}", $"{total:0.00}", "", Speed(plan.Steps.Sum(s => s.Bytes), total));
        kinds.Write(Console.Out);
        if (isJson) JsonLine.Print(json => Write(json, workload, plan, total));
    }

    private static PlanReport Of(Workload workload, TimeSpan time)
    {
        (Tensor x, Tensor target) = workload.MakeBatch();
        Sequential net = workload.MakeNet();
        CompiledStep step = Compiled.Step(net, workload.Loss, workload.MakeOptimizer());
        Measurement.WarmUp(() => step.Run(x, target));
        long start = Stopwatch.GetTimestamp();
        step.Run(x, target);
        return step.Measure(x, target, (int)Math.Clamp(time / Stopwatch.GetElapsedTime(start), LeastRuns, MostRuns));
    }

    private static void Write(Utf8JsonWriter json, Workload workload, PlanReport plan, double total)
    {
        json.WriteStartObject();
        json.WriteString("date", DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"));
        json.WriteString("machine", Machine.Line());
        json.WriteNumber("threads", Workers.Count);
        json.WriteString("name", workload.Name);
        json.WriteStartArray("passes");
        foreach (PassReport pass in plan.Passes)
        {
            json.WriteStartObject();
            json.WriteString("name", pass.Name);
            json.WriteNumber("before", pass.Before);
            json.WriteNumber("after", pass.After);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("arena_bytes", plan.ArenaBytes);
        json.WriteNumber("us_total", total);
        json.WriteStartArray("steps");
        foreach (StepReport step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name", step.Name);
            json.Shape("shape", step.Shape);
            json.WriteNumber("bytes", step.Bytes);
            json.WriteNumber("us", Time(step));
            json.WriteBoolean("in_place", step.IsInPlace);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Time(StepReport step) => step.Microseconds ?? 0;

    private static string Megabytes(long bytes) => $"{bytes / (1024.0 * 1024):0.000}";

    private static string Speed(long bytes, double microseconds) => microseconds > 0 ? $"{bytes / microseconds / 1000:0.0}" : "";

    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";
}
