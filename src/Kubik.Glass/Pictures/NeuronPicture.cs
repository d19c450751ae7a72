// A small network as circles and lines: a column for each layer, a line for each weight, with its number on it. The numbers of
// one neuron's outgoing lines stand above each other in a column of their own, as wide as the widest of them, so that none
// covers another.

using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;

namespace Kubik.Glass.Pictures;

/// <summary>Draws networks of neurons.</summary>
internal static class NeuronPicture
{
    private const double Radius = 21, Row = 76, Margin = 44, Small = 11, Usual = 13, WidestName = 180;
    private const int Many = 4; // neurons before a layer: from here on numbers are small and short

    /// <summary>The picture of a network as SVG.</summary>
    public static string Draw(NeuronNet net)
    {
        int[] counts = [net.Inputs.Count, .. net.Layers.Select(l => l.Neurons)];
        double[] x = new double[counts.Length];
        x[0] = Margin + Radius;
        // Wide enough for as many columns of numbers as there are neurons on the left.
        for (int l = 1; l < x.Length; l++)
            x[l] = x[l - 1] + Math.Max(190,
                counts[l - 1] * LabelColumn(net.Layers[l - 1]) / (LastLabel(counts[l - 1]) - FirstLabel(counts[l - 1])) + 2 * Radius);
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
                if (layer.Bias[j] != 0) svg.Label(x[l + 1], y + Radius + 11, Signed(layer, layer.Bias[j]), Kind(layer, layer.Bias[j]));
            }
            bool isSaid = layer.Function.IsIdentity || Short(layer.Activation) == layer.Activation; // in the neurons
            svg.Label(x[l + 1], 18, isSaid ? "" : TextWidth.Fitting(layer.Activation, WidestName, Usual), "soft");
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
            double t = n == 1 ? 0.5 : FirstLabel(n) + (LastLabel(n) - FirstLabel(n)) * i / (n - 1);
            for (int j = 0; j < layer.Neurons; j++)
            {
                double w = layer.Weights[i, j], y1 = Y(i, n, height), y2 = Y(j, layer.Neurons, height);
                if (w == 0) continue;
                svg.Line(from + Radius, y1, to - Radius, y2, w > 0 ? "plus" : "minus", 1 + 3.5 * Math.Abs(w) / largest);
                labels.Add((from + Radius + t * (to - from - 2 * Radius), y1 + t * (y2 - y1), w));
            }
        }
        // Of a thick line nothing is to be seen between digits: specks would look like points.
        double size = n > Many ? Small : Usual;
        foreach ((double x, double y, double w) in labels)
        {
            double wide = TextWidth.Of(Said(layer, w), size) + 4, high = 1.25 * size;
            svg.Box(x - wide / 2, y - high / 2, wide, high, 2, "paper");
        }
        foreach ((double x, double y, double w) in labels) svg.Label(x, y, Said(layer, w), Kind(layer, w));
    }

    private static double Y(int i, int count, double height) => height / 2 + (i - (count - 1) / 2.0) * Row;

    // Where on the way numbers stand: with few, not close to the neurons.
    private static double FirstLabel(int inputs) => inputs > Many ? 0.28 : 0.33;

    private static double LastLabel(int inputs) => inputs > Many ? 0.86 : 0.74;

    private static string Kind(NeuronLayer layer, double x) => (layer.Inputs > Many ? "small " : "") + (x > 0 ? "halo up" : "halo down");

    private static double LabelColumn(NeuronLayer layer) =>
        layer.Weights.Cast<double>().Max(w => TextWidth.Of(Said(layer, w), layer.Inputs > Many ? Small : Usual)) + 8;

    private static string Signed(NeuronLayer layer, double x) => x > 0 ? "+" + Said(layer, x) : Said(layer, x);

    private static string Said(NeuronLayer layer, double x) =>
        layer.Inputs > Many ? Digits.Short(x, digits: 3, decimals: 3) : Digits.Short(x, digits: 4, decimals: 4);

    // In a circle stands the name without its options.
    private static string Short(string activation) => activation.Split(' ')[0] switch
    {
        "identity" => "Σ",
        "sigmoid" => "σ",
        "[x" => activation[2..].Trim(' ', ']'), // ≥ 0
        { Length: <= 5 } name => name,
        var name => name[..4] + ".",
    };
}
