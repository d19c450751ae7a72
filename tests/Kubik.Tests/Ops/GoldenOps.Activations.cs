// What the cases of tests/golden/cases/activations.py are in Kubik.

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> ActivationCases { get; } = new()
    {
        ["logsigmoid"] = (_, x) => x[0].LogSigmoid(),
        ["silu"] = (_, x) => x[0].Silu(),
        ["mish"] = (_, x) => x[0].Mish(),
        ["softsign"] = (_, x) => x[0].Softsign(),
        ["gelu"] = (_, x) => x[0].Gelu(),
        ["gelutanh"] = (_, x) => x[0].GeluTanh(),
        ["selu"] = (_, x) => x[0].Selu(),
        ["relu6"] = (_, x) => x[0].Relu6(),
        ["hardswish"] = (_, x) => x[0].HardSwish(),
        ["tanhshrink"] = (_, x) => x[0].Tanhshrink(),
        ["elu"] = (c, x) => x[0].Elu(c.Real(0)),
        ["celu"] = (c, x) => x[0].Celu(c.Real(0)),
        ["leakyrelu"] = (c, x) => x[0].LeakyRelu(c.Real(0)),
        ["hardsigmoid"] = (_, x) => x[0].HardSigmoid(),
        ["hardtanh"] = (c, x) => x[0].HardTanh(c.Real(0), c.Real(1)),
        ["threshold"] = (c, x) => x[0].Threshold(c.Real(0), c.Real(1)),
        ["softshrink"] = (c, x) => x[0].Softshrink(c.Real(0)),
        ["hardshrink"] = (c, x) => x[0].Hardshrink(c.Real(0)),
        ["softmaxtemperature"] = (c, x) => x[0].Softmax(c.Int(1), c.Real(0)),
        ["logsoftmaxtemperature"] = (c, x) => x[0].LogSoftmax(c.Int(1), c.Real(0)),
        ["softmin"] = (c, x) => x[0].Softmin(c.Int(0)),
        ["glu"] = (c, x) => x[0].Glu(c.Int(0)),
        ["prelu"] = (_, x) => x[0].PRelu(x[0].Rank < 2 ? x[1] : x[1].Reshape([x[1].Count, .. Enumerable.Repeat(1, x[0].Rank - 2)])),
        ["maxout"] = (c, x) => x[0].Maxout(c.Int(0), c.Int(1)),
    };
}
