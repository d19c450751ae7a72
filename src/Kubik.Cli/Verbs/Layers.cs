using Kubik.Cli.Terminal;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>Layers as text.</summary>
internal static class Layers
{
    /// <summary>The table of layers that fit, with the totals.</summary>
    public static void Write(TextWriter to, ModuleSummary summary)
    {
        TextTable table = new(("layer", false), ("brick", false), ("output", false), ("parameters", true));
        table.Add("", "input", $"{summary.Input}", "");
        foreach (LayerSummary layer in summary.Layers) table.Add(layer.Path, layer.Brick, $"{layer.Output}", Say.Count(layer.Parameters));
        table.Write(to);
    }

    /// <summary>Why the next layer does not fit, without the chain that a table shows already when one is shown.</summary>
    public static string Explain(ShapeException problem, bool withChain = true)
    {
        string[] lines = problem.Message.Split('\n');
        string text = withChain ? problem.Message : lines[0].TrimEnd('\r');
        return $"{Mistake.Continued(text)}\n(Shapes begin with the batch, here {ModuleSummary.TracedBatch} samples.)";
    }
}
