// What the cases of tests/golden/cases/convolution.py are in Kubik.

using Kubik.Nn;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ConvolutionCases { get; } = new()
    {
        ["conv1d"] = Convolved,
        ["conv2d"] = Convolved,
        ["conv3d"] = Convolved,
        ["conv same"] = (c, x) => x[0].Conv(x[1], Window.Same(dilation: c.PerAxis(0), groups: c.Int(1))),
        ["convtranspose1d"] = Transposed,
        ["convtranspose2d"] = Transposed,
        ["convtranspose3d"] = Transposed,
        ["convmatrix"] = (c, x) => x[0].ConvMatrix(c.Ints(4), new Window(c.PerAxis(0), c.PerAxis(1), c.PerAxis(2), c.Int(3))),
        ["brick conv1d"] = Brick,
        ["brick conv"] = Brick,
        ["brick conv3d"] = Brick,
        ["brick convtranspose"] = Brick,
        ["brick depthwise"] = Brick,
        ["brick separable"] = Brick,
    };

    private static Tensor Convolved(GoldenCase c, Tensor[] x) => x[0].Conv(x[1], new Window(c.PerAxis(0), c.PerAxis(1), c.PerAxis(3), c.Int(4), c.PerAxis(2)));

    private static Tensor Transposed(GoldenCase c, Tensor[] x) =>
        x[0].ConvTranspose(x[1], new Window(c.PerAxis(0), c.PerAxis(1), c.PerAxis(3), c.Int(4)), c.PerAxis(2));

    // The brick of a notation with the weights given, in the order of its parameters.
    private static Tensor Brick(GoldenCase c, Tensor[] x)
    {
        Sequential net = Sequential.Parse(c.Text(0));
        net.Build(x[0].Shape, c.Type);
        Parameter[] parameters = [.. net.Parameters().Select(p => p.Parameter)];
        Assert.Equal(x.Length - 1, parameters.Length);
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i].Assign(x[i + 1].Detach());
            x[i + 1] = parameters[i].Value; // the gradients that are compared are those of the parameters
        }
        return net.Forward(x[0]);
    }
}
