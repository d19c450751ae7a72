// The picture of a network that tells the most about it: neurons with their weights when it is small, else bricks; or, when
// asked for, its computation graph, forward or with the gradients.

using Kubik.Glass.Networks;
using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Pictures;

/// <summary>What a network's picture shows.</summary>
public enum PictureKind
{
    /// <summary>Neurons and weights where there are at most eight in a layer; else bricks.</summary>
    Network,
    /// <summary>The ops that compute the output, by brick.</summary>
    Forward,
    /// <summary>The same, then the ops that compute the gradients of a loss.</summary>
    Backward,
}

/// <summary>A network's picture.</summary>
/// <example><code>
/// NetPicture picture = Sequential.Parse("linear 8 | relu | linear 1").ToPicture([4]);
/// File.WriteAllText("net.svg", picture.Svg);
/// Console.WriteLine(picture.Kind);   // neurons
/// </code></example>
public sealed class NetPicture
{
    private const int WidestLayer = 8, MostLayers = 6;
    private const int Batch = 2; // batch norm has no variance of one sample

    private NetPicture(string svg, string kind, int nodes, int edges) => (this.Svg, this.Kind, this.Nodes, this.Edges) = (svg, kind, nodes, edges);

    /// <summary>The picture, an SVG document that follows the reader's light or dark theme.</summary>
    public string Svg { get; }

    /// <summary>What was drawn: neurons, bricks, forward or backward.</summary>
    public string Kind { get; }

    /// <summary>How many nodes are drawn; what repeats is drawn once.</summary>
    public int Nodes { get; }

    /// <summary>How many links are drawn between them.</summary>
    public int Edges { get; }

    /// <summary>Draws a network. Layers that waited for their input size know it afterwards; nothing is computed.</summary>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <param name="kind">What to show.</param>
    /// <param name="dtype">The element type of samples.</param>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    internal static NetPicture Draw(Module net, Shape sample, PictureKind kind = PictureKind.Network, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(net);
        Shape input = [Batch, .. sample.Sizes];
        if (kind == PictureKind.Backward) return Backward(net, input, dtype);
        NetTrace trace = NetTrace.Of(net, input, dtype);
        if (kind == PictureKind.Network && DenseReader.TryRead(trace, WidestLayer, MostLayers) is { } neurons)
            return new(NeuronPicture.Draw(neurons), "neurons", neurons.Inputs.Count + neurons.Layers.Sum(l => l.Neurons),
                neurons.Layers.Sum(l => l.Weights.Cast<double>().Count(w => w != 0)));
        bool showsOps = kind == PictureKind.Forward;
        return Of(FlowReader.Read(trace, showsOps, out _), showsOps ? "forward" : "bricks", net, input);
    }

    private static NetPicture Backward(Module net, Shape input, DType dtype)
    {
        StepTrace trace = GradientReader.Trace(net, input, dtype);
        List<FlowPart> forward = FlowReader.Read(trace.Net, showsOps: true, out FlowReader reader);
        return Of([.. forward, .. GradientReader.Read(trace, reader)], "backward", net, input);
    }

    private static NetPicture Of(List<FlowPart> parts, string kind, Module net, Shape input)
    {
        string what = kind switch
        {
            "bricks" => "The bricks of a network in the order of data flow, with the shape of what comes out of each and its parameters.",
            "forward" => $"The computation graph of a network for an input {input}: an op in each node, shapes on the links.",
            _ => $"The computation graph of a network for an input {input}, of the mean square of its error, and of the gradients by its parameters.",
        };
        (string svg, int nodes, int edges) =
            FlowPicture.Draw(parts, TextWidth.Fitting(net.Notation, 900, 13), what + " What repeats is drawn once, with its number.",
                hasLabels: kind != "bricks");
        return new(svg, kind, nodes, edges);
    }
}
