// What becomes of values on the way forward and of gradients on the way back through many layers that were only initialised:
// several networks at once, so that the mean over them has a small spread.

using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Book.Tasks.Bricks;

/// <summary>Layers h ← f(h·W) of one width, measured layer by layer.</summary>
/// <param name="Sums">The mean square of h·W after each layer.</param>
/// <param name="Outputs">The mean square of h, before the first layer and after each.</param>
/// <param name="Gradients">The mean square of the gradient by h, before the first layer and after each; 1 at the end.</param>
internal sealed record Depth(double[] Sums, double[] Outputs, double[] Gradients)
{
    public const int Width = 64, Networks = 24, Samples = 4;

    /// <summary>Sends normal numbers through new networks, and normal numbers back as gradients.</summary>
    public static Depth Of(Func<Tensor, Tensor> activation, Initializer initializer, int layers, long seed = 5)
    {
        RandomStream random = new(seed, stream: 0);
        Tensor x = random.Normal([Networks, Samples, Width]).Track(), h = x;
        List<Tensor> sums = [], outputs = [x];
        for (int k = 0; k < layers; k++)
        {
            Tensor w = Tensor.Stack(0, [.. Enumerable.Range(0, Networks).Select(_ => initializer(new(DType.Float32, [Width, Width]), random))]);
            sums.Add(h.MatMul(w));
            outputs.Add(h = activation(sums[^1]));
        }
        Tensor?[] gradients = Gradient.Pull(h, random.Normal(h.Shape), [.. outputs]);
        double last = Square(gradients[^1]!);
        return new([.. sums.Select(Square)], [.. outputs.Select(Square)], [.. gradients.Select(g => Square(g!) / last)]);
    }

    private static double Square(Tensor t) => t.Detach().Cast(DType.Float64).Square().Mean().Item();
}
