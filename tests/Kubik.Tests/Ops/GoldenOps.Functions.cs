// What the cases of tests/golden/cases/functions.py are in Kubik.

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> FunctionCases { get; } = new()
    {
        ["square"] = (_, x) => x[0].Square(),
        ["reciprocal"] = (_, x) => x[0].Reciprocal(),
        ["rsqrt"] = (_, x) => x[0].Rsqrt(),
        ["expm1"] = (_, x) => x[0].Expm1(),
        ["log1p"] = (_, x) => x[0].Log1p(),
        ["tan"] = (_, x) => x[0].Tan(),
        ["asin"] = (_, x) => x[0].Asin(),
        ["acos"] = (_, x) => x[0].Acos(),
        ["atan"] = (_, x) => x[0].Atan(),
        ["sinh"] = (_, x) => x[0].Sinh(),
        ["cosh"] = (_, x) => x[0].Cosh(),
        ["asinh"] = (_, x) => x[0].Asinh(),
        ["acosh"] = (_, x) => x[0].Acosh(),
        ["atanh"] = (_, x) => x[0].Atanh(),
        ["erf"] = (_, x) => x[0].Erf(),
        ["erfc"] = (_, x) => x[0].Erfc(),
        ["floor"] = (_, x) => x[0].Floor(),
        ["ceil"] = (_, x) => x[0].Ceil(),
        ["round"] = (_, x) => x[0].Round(),
        ["mod"] = (_, x) => x[0] % x[1],
        ["atan2"] = (_, x) => x[0].Atan2(x[1]),
        ["and"] = (_, x) => x[0] & x[1],
        ["or"] = (_, x) => x[0] | x[1],
        ["xor"] = (_, x) => x[0] ^ x[1],
        ["not"] = (_, x) => !x[0],
        ["isnan"] = (_, x) => x[0].IsNaN(),
        ["isinf"] = (_, x) => x[0].IsInf(),
        ["isfinite"] = (_, x) => x[0].IsFinite(),
        ["clip"] = (c, x) => x[0].Clip(c.Real(0), c.Real(1)),
        ["tobfloat16"] = (c, x) => x[0].Cast(DType.BFloat16).Cast(c.Type),
    };
}
