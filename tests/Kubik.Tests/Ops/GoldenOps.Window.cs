// What the cases of tests/golden/cases/window.py are in Kubik.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> WindowCases { get; } = new()
    {
        ["matmul"] = (_, x) => x[0].MatMul(x[1]),
        ["conv"] = (c, x) => x[0].Conv(x[1], ConvWindow(c)),
        ["convinputgradient"] = (c, x) => new ConvInputGradient(ConvWindow(c), [c.Int(7), c.Int(8)]).Apply(x),
        ["convweightgradient"] = (c, x) => new ConvWeightGradient(ConvWindow(c), [c.Int(7), c.Int(8)]).Apply(x),
        ["maxpool"] = (c, x) => x[0].MaxPool([c.Int(0), c.Int(1)], PoolWindow(c)),
        ["avgpool"] = (c, x) => x[0].AvgPool([c.Int(0), c.Int(1)], PoolWindow(c)),
        ["maxpoolscatter"] = (c, x) => new MaxPoolScatter(new MaxPool([c.Int(0), c.Int(1)], PoolWindow(c))).Apply(c.Decides, x[0]),
        ["maxpoolgather"] = (c, x) => new MaxPoolGather(new MaxPool([c.Int(0), c.Int(1)], PoolWindow(c))).Apply(c.Decides, x[0]),
        ["avgpoolspread"] = (c, x) => new AvgPoolSpread(new AvgPool([c.Int(0), c.Int(1)], PoolWindow(c)), [c.Int(6), c.Int(7)]).Apply(x[0]),
    };

    private static Window ConvWindow(GoldenCase c) => new([c.Int(0), c.Int(1)], [c.Int(2), c.Int(3)], [c.Int(4), c.Int(5)], c.Int(6));

    private static Window PoolWindow(GoldenCase c) => new([c.Int(2), c.Int(3)], [c.Int(4), c.Int(5)]);
}
