using Kubik.Glass.Counts;

namespace Kubik.Cli.Verbs;

/// <summary>A network whose layers do not fit together.</summary>
internal static class Misfit
{
    /// <summary>Why the next layer does not fit, without the chain that a table shows already when one is shown.</summary>
    public static string Explain(ShapeException problem, bool withChain = true)
    {
        string[] lines = problem.Message.Split('\n');
        string text = withChain ? problem.Message : lines[0].TrimEnd('\r');
        return $"{Mistake.Continued(text)}\n(Shapes begin with the batch, here {NetSummary.TracedBatch} samples.)";
    }
}
