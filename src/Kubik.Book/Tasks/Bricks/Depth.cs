// What becomes of values on the way forward and of gradients on the way back through many layers that were only initialised:
// several networks at once, so that the mean over them has a small spread.

using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>Layers h ← f(h·W) of one width, measured layer by layer.</summary>
/// <param name="Sums">The mean square of h·W after each layer.</param>
/// <param name="Spreads">The variance of h·W over the samples of one network, in the mean.</param>
/// <param name="Outputs">The mean square of h, before the first layer and after each.</param>
/// <param name="Gradients">The mean square of the gradient by h, before the first layer and after each; 1 at the end.</param>
internal sealed record Depth(double[] Sums, double[] Spreads, double[] Outputs, double[] Gradients)
{
    public const int Width = 64, Networks = 24, Samples = 4;

    /// <summary>The weights of so many layers (networks, width, width), each network's with its own draw.</summary>
    public static Tensor[] Draw(Initializer initializer, int layers)
    {
        RandomStream random = new(5, stream: 0);
        return [.. Enumerable.Range(0, layers).Select(_ => Tensor.Stack(0, [.. Enumerable.Range(0, Networks).Select(_ => initializer(new(DType.Float32, [Width, Width]), random))]))];
    }

    /// <summary>Sends normal numbers through new networks, and normal numbers back as gradients.</summary>
    public static Depth Of(Func<Tensor, Tensor> activation, IReadOnlyList<Tensor> weights)
    {
        RandomStream random = new(5, stream: 1);
        Tensor x = random.Normal([Networks, Samples, Width]).Track(), h = x;
        List<Tensor> sums = [], outputs = [x];
        foreach (Tensor w in weights)
        {
            sums.Add(h.MatMul(w));
            outputs.Add(h = activation(sums[^1]));
        }
        Tensor?[] gradients = Gradient.Pull(h, random.Normal(h.Shape), [.. outputs]);
        double last = Square(gradients[^1]!);
        return new([.. sums.Select(Square)], [.. sums.Select(z => z.Detach().Cast(DType.Float64).Variance(1, correction: 1).Mean().Item())], [.. outputs.Select(Square)], [.. gradients.Select(g => Square(g!) / last)]);
    }

    /// <inheritdoc cref="Of(Func{Tensor, Tensor}, IReadOnlyList{Tensor})"/>
    public static Depth Of(Func<Tensor, Tensor> activation, Initializer initializer, int layers) => Of(activation, Draw(initializer, layers));

    private static double Square(Tensor t) => t.Detach().Cast(DType.Float64).Square().Mean().Item();
}
