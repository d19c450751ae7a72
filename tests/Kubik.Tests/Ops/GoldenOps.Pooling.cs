// What the cases of tests/golden/cases/pooling.py are in Kubik.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> PoolingCases { get; } = new()
    {
        ["maxpool1d"] = Largest,
        ["maxpool2d"] = Largest,
        ["maxpool3d"] = Largest,
        ["avgpool1d"] = Averaged,
        ["avgpool2d"] = Averaged,
        ["avgpool3d"] = Averaged,
        ["adaptiveavgpool1d"] = (c, x) => x[0].AdaptiveAvgPool(c.PerAxis(0)),
        ["adaptiveavgpool2d"] = (c, x) => x[0].AdaptiveAvgPool(c.PerAxis(0)),
        ["adaptiveavgpool3d"] = (c, x) => x[0].AdaptiveAvgPool(c.PerAxis(0)),
        ["adaptivemaxpool1d"] = (c, x) => x[0].AdaptiveMaxPool(c.PerAxis(0)),
        ["adaptivemaxpool2d"] = (c, x) => x[0].AdaptiveMaxPool(c.PerAxis(0)),
        ["adaptivemaxpool3d"] = (c, x) => x[0].AdaptiveMaxPool(c.PerAxis(0)),
        ["globalavgpool"] = (_, x) => x[0].GlobalAvgPool(),
        ["globalmaxpool"] = (_, x) => x[0].GlobalMaxPool(),
        ["lppool1d"] = (c, x) => x[0].LpPool(c.Real(0), c.PerAxis(1), new Window(c.PerAxis(2))),
        ["lppool2d"] = (c, x) => x[0].LpPool(c.Real(0), c.PerAxis(1), new Window(c.PerAxis(2))),
        ["resize nearest"] = (c, x) => x[0].Resize(c.PerAxis(0)),
        ["resize linear"] = (c, x) => x[0].Resize(c.PerAxis(0), Interpolation.Linear),
        ["resize aligned"] = (c, x) => x[0].Resize(c.PerAxis(0), Interpolation.LinearAligned),
        ["resizeby nearest"] = (c, x) => x[0].ResizeBy(c.Real(0)),
        ["resizeby linear"] = (c, x) => x[0].ResizeBy(c.Real(0), Interpolation.Linear),
        ["resizeby aligned"] = (c, x) => x[0].ResizeBy(c.Real(0), Interpolation.LinearAligned),
        ["pixelshuffle"] = (c, x) => x[0].PixelShuffle(c.Int(0)),
        ["pixelunshuffle"] = (c, x) => x[0].PixelUnshuffle(c.Int(0)),
    };

    private static Tensor Largest(GoldenCase c, Tensor[] x) => x[0].MaxPool(c.PerAxis(0), new Window(c.PerAxis(1), c.PerAxis(2), c.PerAxis(3)), c.Flag(4));

    private static Tensor Averaged(GoldenCase c, Tensor[] x) =>
        x[0].AvgPool(c.PerAxis(0), new Window(c.PerAxis(1), c.PerAxis(2)), c.Flag(3), c.Flag(4) ? Divisor.Window : Divisor.Inside);
}
