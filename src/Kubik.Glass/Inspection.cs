// What the glass box says of a network, as methods of the network.

using Kubik.Autograd;
using Kubik.Glass.Checks;
using Kubik.Glass.Counts;
using Kubik.Nn;

namespace Kubik.Glass;

/// <summary>Looks at networks.</summary>
public static class Inspection
{
    /// <summary>The network layer by layer: parameters and their formula, multiply–adds, memory, receptive fields. Nothing is computed.</summary>
    /// <param name="net">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <param name="batch">For how many samples the memory is counted.</param>
    /// <example><code>Console.WriteLine(net.Summary([1, 28, 28]));</code></example>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty.</exception>
    public static NetSummary Summary(this Module net, Shape sample, int batch = 1) => NetSummary.Of(net, sample, batch);

    /// <summary>The same for a network that was built, loaded or has computed: of samples of the shape that it had first.</summary>
    /// <param name="net">The network.</param>
    /// <exception cref="InvalidOperationException">It has not seen an input yet.</exception>
    public static NetSummary Summary(this Module net) => net.Summary(SampleOf(net, nameof(Summary)));

    /// <summary>The shape of one sample of a network that has seen an input.</summary>
    /// <exception cref="InvalidOperationException">It has not.</exception>
    internal static Shape SampleOf(Module net, string method)
    {
        ArgumentNullException.ThrowIfNull(net);
        return net.BuiltFor is { Rank: > 0 } input
            ? input[1..]
            : throw new InvalidOperationException($"The network was neither built nor has it computed anything, so the shape of its input is not known; give that of a sample, as in net.{method}([1, 28, 28]).");
    }

    /// <summary>Compares the gradient of every parameter with difference quotients, in double precision; the network is not changed.</summary>
    /// <remarks>The network computes as it is set: in training with dropout, whose draw is the same at every step, and with the statistics of the batch.</remarks>
    /// <param name="net">The network.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="x">A batch.</param>
    /// <param name="target">Its targets.</param>
    /// <param name="elements">How many elements of a parameter are looked at, at most.</param>
    /// <param name="seed">Decides which.</param>
    /// <example><code>
    /// GradientReport report = net.CheckGradients(new CrossEntropy(), x, labels);
    /// Console.WriteLine(report);   // a line for each parameter, and the worst element
    /// </code></example>
    /// <exception cref="ShapeException">Network, loss and batch do not fit.</exception>
    public static GradientReport CheckGradients(this Module net, Loss loss, Tensor x, Tensor target, int elements = 20, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(loss);
        return new([.. GradientCheck.Of(net, v => loss.Of(net.Forward(v[0]), v[1]), [x, target], new RandomStream(seed, stream: 2), elements)]);
    }
}
