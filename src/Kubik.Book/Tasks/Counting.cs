using Kubik.Glass;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Book.Tasks;

/// <summary>Parameters and fields of networks in the one-line notation, as the summary of the glass box has them.</summary>
internal static class Counting
{
    public static NetSummary Summary(string net, Shape sample) => Sequential.Parse(net).Summary(sample);

    /// <summary>A dense network: its inputs, then the neurons of each layer.</summary>
    public static NetSummary Dense(IReadOnlyList<double> sizes, bool bias = true) =>
        Summary(string.Join(" | ", sizes.Skip(1).Select(n => $"linear {(int)n}{(bias ? "" : " bias=false")}")), [(int)sizes[0]]);

    public static long Parameters(string net, Shape sample) => Summary(net, sample).Parameters;

    /// <summary>The layers that learn something.</summary>
    public static IReadOnlyList<LayerSummary> Learning(this NetSummary summary) => [.. summary.Layers.Where(l => l.Parameters > 0)];

    /// <summary>The side of what one element of a layer sees.</summary>
    public static long Field(this LayerSummary layer) => layer.ReceptiveField!.Along[0].Size;

    /// <summary>How far apart the fields of neighbours are.</summary>
    public static double Jump(this LayerSummary layer) => layer.ReceptiveField!.Along[0].Jump;

    /// <summary>A table of the layers that learn: what comes out, where the number of parameters comes from.</summary>
    public static void Table(this Board board, NetSummary summary) => board.Table(
        [new Remark("layer", "слой"), new Remark("output", "выход"), new Remark("parameters", "параметры"), ""],
        summary.Learning().Select(l => (object[])[l.Brick, l.Output.ToX(), l.Formula, l.Parameters]));
}
