// Pictures as methods of what they are of.

using Kubik.Glass.Networks;
using Kubik.Glass.Pictures;
using Kubik.Nn;

namespace Kubik.Glass;

/// <summary>Draws networks.</summary>
public static class ModuleDrawing
{
    /// <summary>A network's picture as SVG: neurons with their weights when it is small, else bricks; or a computation graph.</summary>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <param name="kind">What to show.</param>
    /// <param name="dtype">The element type of samples.</param>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    /// <example><code>
    /// File.WriteAllText("lenet.svg", KnownNets.Parse("lenet", 10).ToSvg([1, 28, 28]));
    /// File.WriteAllText("graph.svg", Sequential.Parse("linear 3 | tanh | linear 1").ToSvg([2], PictureKind.Backward));
    /// </code></example>
    public static string ToSvg(this Module net, Shape sample, PictureKind kind = PictureKind.Network, DType dtype = DType.Float32) => NetPicture.Draw(net, sample, kind, dtype).Svg;

    /// <summary>The same for a network that was built, loaded or has computed: for samples of the shape that it had first.</summary>
    /// <param name="net">The network.</param>
    /// <exception cref="InvalidOperationException">It has not seen an input yet.</exception>
    public static string ToSvg(this Module net) => net.ToSvg(Inspection.SampleOf(net, nameof(ToSvg)));

    /// <summary>The picture of a network of neurons as SVG.</summary>
    /// <example><code>File.WriteAllText("net.svg", NeuronNet.TryRead(Formula.Parse("relu(2x1 - x2)"))!.ToSvg());</code></example>
    public static string ToSvg(this NeuronNet net) => NeuronPicture.Draw(net);
}
