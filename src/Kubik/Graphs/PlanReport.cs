using System.Globalization;
using System.Text;

namespace Kubik.Graphs;

/// <summary>What a pass of the compiler did.</summary>
/// <param name="Name">The pass.</param>
/// <param name="Before">The ops of the graph before it.</param>
/// <param name="After">And after: ops, or steps when it was the last pass.</param>
/// <param name="Unit">What is counted after it.</param>
public sealed record PassReport(string Name, int Before, int After, string Unit = "ops")
{
    /// <summary>What it did, such as "into 0.weight"; null when the numbers say it.</summary>
    public string? Note { get; init; }
}

/// <summary>A step of a plan.</summary>
/// <param name="Name">The op, or the ops that run as one loop.</param>
/// <param name="Shape">The shape of what is computed.</param>
/// <param name="Bytes">What is read and written.</param>
/// <param name="Microseconds">The least time that it took; null when it was not measured.</param>
/// <param name="IsInPlace">Whether a result is written over an input that nothing reads later.</param>
public sealed record StepReport(string Name, Shape Shape, long Bytes, double? Microseconds, bool IsInPlace = false);

/// <summary>What the compiler made of a graph.</summary>
/// <param name="Passes">The passes over the graph, in order.</param>
/// <param name="Steps">The steps of the plan, in order.</param>
/// <param name="ArenaBytes">The memory of all values between inputs and outputs.</param>
public sealed record PlanReport(IReadOnlyList<PassReport> Passes, IReadOnlyList<StepReport> Steps, long ArenaBytes)
{
    /// <summary>The report as lines of text: passes, memory, and a line for each step, with its time when it was measured.</summary>
    public override string ToString()
    {
        StringBuilder text = new("passes, with the size of the graph before and after\n");
        int longest = this.Passes.Count == 0 ? 0 : this.Passes.Max(p => p.Name.Length);
        foreach (PassReport pass in this.Passes)
            text.Append(CultureInfo.InvariantCulture,
                $"  {pass.Name.PadRight(longest)}  {pass.Before,5} ops → {pass.After,4} {pass.Unit}{(pass.Note is null ? "" : $": {pass.Note}")}\n");
        text.Append(CultureInfo.InvariantCulture, $"memory of the values between inputs and outputs: {this.ArenaBytes} bytes\n");
        bool isMeasured = this.Steps.Any(s => s.Microseconds is not null);
        text.Append(CultureInfo.InvariantCulture,
            $"steps in order: {(isMeasured ? "least time, speed, " : "")}bytes read and written, shape of the result, ops\n");
        foreach (StepReport step in this.Steps)
            text.Append(CultureInfo.InvariantCulture,
                $"{Line(step.Microseconds, step.Bytes)}  {step.Shape} {step.Name}{(step.IsInPlace ? ", in place" : "")}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"{Line(isMeasured ? this.Steps.Sum(s => s.Microseconds ?? 0) : null, this.Steps.Sum(s => s.Bytes))}  in all {this.Steps.Count} "
            + $"{(this.Steps.Count == 1 ? "step" : "steps")}\n");
        return text.ToString();
    }

    private static string Line(double? microseconds, long bytes) => microseconds is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"{time,10:F2} µs  {bytes / Math.Max(time, 1e-3) / 1e3,7:F1} GB/s  {bytes,12} bytes")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes,12} bytes");
}
