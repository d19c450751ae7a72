using Kubik.Cli.Terminal;
using Kubik.Glass.Counts;

namespace Kubik.Cli.Verbs;

/// <summary>A network whose layers do not fit together.</summary>
internal static class Misfit
{
    /// <summary>Why the next layer does not fit, without the chain that a table shows already when one is shown.</summary>
    public static string Explain(ShapeException problem, bool withChain = true, int batch = NetSummary.TracedBatch, string hint = "")
    {
        string[] lines = problem.Message.Split('\n');
        string text = withChain ? problem.Message : lines[0].TrimEnd('\r');
        return $"{Mistake.Continued(text)}\n(Shapes begin with the batch, here {Say.Count(batch, "sample")}.){hint}";
    }

    /// <summary>What is traced of a network, or why a layer does not fit.</summary>
    /// <exception cref="MistakeException">A layer does not fit.</exception>
    public static T Explained<T>(Func<T> trace, int batch = NetSummary.TracedBatch)
    {
        try
        {
            return trace();
        }
        catch (ShapeException problem)
        {
            throw new MistakeException(Explain(problem, batch: batch), problem);
        }
    }
}
