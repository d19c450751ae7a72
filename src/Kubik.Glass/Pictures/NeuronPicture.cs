// A small network as circles and lines: a column for each layer, a line for each weight, with its number on it. The numbers of
// one neuron's outgoing lines stand above each other in a column of their own, so that none covers another.

using System.Globalization;
using Kubik.Glass.Networks;

namespace Kubik.Glass.Pictures;

/// <summary>Draws networks of neurons.</summary>
public static class NeuronPicture
{
    private const double Radius = 21, Row = 76, Margin = 44, LabelColumn = 54, FirstLabel = 0.33, LastLabel = 0.8;

    /// <summary>The picture of a network as SVG.</summary>
    public static string Draw(NeuronNet net)
    {
        int[] counts = [net.Inputs.Count, .. net.Layers.Select(l => l.Neurons)];
        double[] x = new double[counts.Length];
        x[0] = Margin + Radius;
        // Wide enough for as many columns of numbers as there are neurons on the left.
        for (int l = 1; l < x.Length; l++) x[l] = x[l - 1] + Math.Max(190, counts[l - 1] * LabelColumn / (LastLabel - FirstLabel) + 2 * Radius);
        double height = counts.Max() * Row + 2 * Margin, width = x[^1] + Radius + Margin + 30;
        Svg svg = new(width, height, $"A network of neurons, {string.Join("-", counts)}");
        for (int l = 0; l < net.Layers.Count; l++) Edges(svg, net.Layers[l], x[l], x[l + 1], height);
        for (int i = 0; i < counts[0]; i++)
        {
            svg.Circle(x[0], Y(i, counts[0], height), Radius, "node");
            svg.Label(x[0], Y(i, counts[0], height), net.Inputs[i].ToString());
        }
        for (int l = 0; l < net.Layers.Count; l++)
        {
            NeuronLayer layer = net.Layers[l];
            for (int j = 0; j < layer.Neurons; j++)
            {
                double y = Y(j, layer.Neurons, height);
                svg.Circle(x[l + 1], y, Radius, "node");
                svg.Label(x[l + 1], y, Short(layer.Activation));
                if (layer.Bias[j] != 0) svg.Label(x[l + 1], y + Radius + 11, Signed(layer.Bias[j]), layer.Bias[j] > 0 ? "halo up" : "halo down");
            }
            svg.Label(x[l + 1], 18, layer.Activation == "identity" ? "" : layer.Activation, "soft");
        }
        return svg.ToString();
    }

    private static void Edges(Svg svg, NeuronLayer layer, double from, double to, double height)
    {
        double largest = layer.Weights.Cast<double>().Select(Math.Abs).DefaultIfEmpty(0).Max();
        int n = layer.Inputs;
        List<(double X, double Y, double Weight)> labels = [];
        for (int i = 0; i < n; i++)
        {
            double t = n == 1 ? 0.5 : FirstLabel + (LastLabel - FirstLabel) * i / (n - 1);
            for (int j = 0; j < layer.Neurons; j++)
            {
                double w = layer.Weights[i, j], y1 = Y(i, n, height), y2 = Y(j, layer.Neurons, height);
                if (w == 0) continue;
                svg.Line(from + Radius, y1, to - Radius, y2, w > 0 ? "plus" : "minus", 1 + 3.5 * Math.Abs(w) / largest);
                labels.Add((from + Radius + t * (to - from - 2 * Radius), y1 + t * (y2 - y1), w));
            }
        }
        foreach ((double x, double y, double w) in labels) svg.Label(x, y, Digits(w), w > 0 ? "halo up" : "halo down");
    }

    private static double Y(int i, int count, double height) => height / 2 + (i - (count - 1) / 2.0) * Row;

    private static string Signed(double x) => x > 0 ? "+" + Digits(x) : Digits(x);

    private static string Digits(double x) => x.ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Short(string activation) => activation switch
    {
        "identity" => "Σ",
        "sigmoid" => "σ",
        { Length: <= 5 } => activation,
        _ => activation[..4] + ".",
    };
}
