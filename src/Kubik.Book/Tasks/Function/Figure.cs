using Kubik.Book.Drawing;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;

namespace Kubik.Book.Tasks.Function;

/// <summary>Figures in the plane that networks of step neurons tell from what is around them.</summary>
internal static class Figure
{
    public const double Half = 6;

    /// <summary>The plane in the two colours of a network, with its lines and points by class.</summary>
    public static void Draw(Board board, NeuronNet net, Tensor points, Remark caption)
    {
        Plane plane = new("x₁", "x₂", (-Half, Half), (-Half, Half));
        plane.Field(p => net.At(p).Reshape(-1));
        NeuronLayer lines = net.Layers[0];
        for (int j = 0; j < lines.Neurons; j++) plane.Straight(lines.Weights[0, j], lines.Weights[1, j], lines.Bias[j], lines.Neurons <= 4 ? $"h{"₁₂₃₄"[j]}" : "");
        double[] classes = net.At(points).ToDoubles();
        foreach (bool one in (bool[])[true, false]) plane.Points(points.ToDoubles().Chunk(2).Where((_, i) => classes[i] != 0 == one).Select(p => (p[0], p[1])), one);
        board.Draw(plane, caption);
    }

    /// <summary>Every point with the outputs of the first layer, h₁, h₂, … if they have no other names, and its class.</summary>
    public static void Classify(Board board, NeuronNet net, Tensor points, params IReadOnlyList<string> names)
    {
        Tensor hidden = Neurons.Net(net.Layers[0]).At(points), y = net.At(points);
        board.Table(["x₁", "x₂", .. names.Count > 0 ? names : Enumerable.Range(1, hidden.Shape[1]).Select(j => $"h{"₀₁₂₃₄"[j]}"), "y"],
            Enumerable.Range(0, points.Shape[0]).Select(i => (object[])[points[i, 0], points[i, 1], .. hidden[i].ToDoubles().Cast<object>(), y[i, 0]]));
    }

    /// <summary>Whether two networks agree at the points of a grid that are not near a line of the first.</summary>
    public static bool Agree(NeuronNet right, NeuronNet other, double margin)
    {
        Tensor grid = Neurons.Grid(-Half, Half, 49);
        NeuronLayer lines = right.Layers[0];
        Tensor w = Tensor.From(lines.Weights), near = ((grid.MatMul(w) + Tensor.From(lines.Bias)).Abs() / w.NormL2(0)).Min(1);
        Tensor wrong = (right.At(grid) - other.At(grid)).Abs().Max(1) * (near > margin).Cast(DType.Float64);
        return wrong.Max().Item() == 0;
    }

    /// <summary>Points of which none is nearer than this to a line of the network's first layer.</summary>
    public static bool AreClear(NeuronNet net, Tensor points)
    {
        NeuronLayer lines = net.Layers[0];
        return (points.MatMul(Tensor.From(lines.Weights)) + Tensor.From(lines.Bias)).Abs().Min().Item() > 1e-6;
    }
}
