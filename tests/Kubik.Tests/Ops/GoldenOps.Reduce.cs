// What the cases of tests/golden/cases/reduce.py are in Kubik.

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ReduceCases { get; } = new()
    {
        ["sum"] = (c, x) => x[0].Sum(c.Ints(0), c.Flag(1)),
        ["max"] = (c, x) => x[0].Max(c.Ints(0), c.Flag(1)),
        ["min"] = (c, x) => x[0].Min(c.Ints(0), c.Flag(1)),
        ["mean"] = (c, x) => x[0].Mean(c.Ints(0), c.Flag(1)),
        ["variance"] = (c, x) => x[0].Variance(c.Ints(0), c.Flag(1)),
        ["argmax"] = (c, x) => x[0].ArgMax(c.Int(0)),
    };
}
