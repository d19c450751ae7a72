// What the cases of tests/golden/cases/elementwise.py are in Kubik.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ElementwiseCases { get; } = new()
    {
        ["abs"] = (_, x) => x[0].Abs(),
        ["neg"] = (_, x) => -x[0],
        ["sign"] = (_, x) => x[0].Sign(),
        ["cos"] = (_, x) => x[0].Cos(),
        ["exp"] = (_, x) => x[0].Exp(),
        ["log"] = (_, x) => x[0].Log(),
        ["relu"] = (_, x) => x[0].Relu(),
        ["sigmoid"] = (_, x) => x[0].Sigmoid(),
        ["sin"] = (_, x) => x[0].Sin(),
        ["softplus"] = (_, x) => x[0].Softplus(),
        ["sqrt"] = (_, x) => x[0].Sqrt(),
        ["tanh"] = (_, x) => x[0].Tanh(),
        ["step"] = (_, x) => x[0].Step(),
        ["copy"] = (_, x) => new Copy().Apply(x[0]),
        ["add"] = (_, x) => x[0] + x[1],
        ["sub"] = (_, x) => x[0] - x[1],
        ["mul"] = (_, x) => x[0] * x[1],
        ["div"] = (_, x) => x[0] / x[1],
        ["maximum"] = (_, x) => x[0].Maximum(x[1]),
        ["minimum"] = (_, x) => x[0].Minimum(x[1]),
        ["pow"] = (c, x) => x[0].Pow(x[1].Cast(c.Type)),
        ["equal"] = (_, x) => x[0].Equal(x[1]),
        ["greater"] = (_, x) => x[0] > x[1],
        ["greaterorequal"] = (_, x) => x[0] >= x[1],
        ["less"] = (_, x) => x[0] < x[1],
        ["lessorequal"] = (_, x) => x[0] <= x[1],
        ["notequal"] = (_, x) => x[0].NotEqual(x[1]),
        ["where"] = (_, x) => Tensor.Where(x[0], x[1], x[2]),
        ["tofloat32"] = (c, x) => x[0].Cast(DType.Float32).Cast(c.Type),
    };
}
