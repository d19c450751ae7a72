using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>Functions of two numbers that are 0 or 1, as columns of a truth table with the rows (1, 1), (1, 0), (0, 1), (0, 0).</summary>
internal static class TwoBits
{
    public static double[,] Corners { get; } = { { 1, 1 }, { 1, 0 }, { 0, 1 }, { 0, 0 } };

    /// <summary>The four values of a network.</summary>
    public static double[] Values(NeuronNet net) => net.At(Tensor.From(Corners)).ToDoubles();

    /// <summary>The neuron of the smallest whole weights and a bias between them that has these values, (w₁, w₂, b); null: there is none.</summary>
    public static double[,]? Neuron(double[] truth)
    {
        double[][] all = [.. from w1 in Sizes(0, 1, 2) from w2 in Sizes(0, 1, 2) from b in Sizes(0.5, 1.5, 2.5, 3.5) orderby Math.Abs(w1) + Math.Abs(w2) + Math.Abs(b) select new[] { w1, w2, b }];
        // All of them are one layer; the column whose values are the wanted ones is found.
        double[,] layer = new double[3, all.Length];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < all.Length; j++) layer[i, j] = all[j][i];
        }
        double[] values = Values(Neurons.Net(Neurons.Steps(layer)));
        int found = Array.FindIndex(all, w => Array.IndexOf(all, w) is var j && Enumerable.Range(0, 4).All(row => values[row * all.Length + j] == truth[row]));
        return found < 0 ? null : Neurons.Column(all[found]);
    }

    /// <summary>The corners in two colours and the line of every neuron.</summary>
    public static Plane Picture(double[] truth, params IEnumerable<(double[,] Neuron, string Label)> lines)
    {
        Plane plane = new("x₁", "x₂", (-0.6, 1.6), (-0.6, 1.6));
        foreach ((double[,] w, string label) in lines) plane.Straight(w[0, 0], w[1, 0], w[2, 0], label);
        Points(plane, truth);
        return plane;
    }

    /// <summary>The corners in two colours.</summary>
    public static void Points(Plane plane, double[] truth)
    {
        foreach (bool one in (bool[])[true, false]) plane.Points(Enumerable.Range(0, 4).Where(i => truth[i] != 0 == one).Select(i => (Corners[i, 0], Corners[i, 1])), one);
    }

    public static Remark Caption { get; } = new("Filled points are to be 1, rings 0", "Закрашенные точки должны дать 1, кольца — 0");

    private static IEnumerable<double> Sizes(params double[] sizes) => sizes.SelectMany(s => s == 0 ? [s] : new[] { s, -s });
}
