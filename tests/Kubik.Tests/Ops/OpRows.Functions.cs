// Rows of the elementwise functions beyond arithmetic, of remainders and truth values.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static DType[] Truths => [DType.Bool]; // not a field: All is made before the fields of this file are

    private static IEnumerable<OpRow> Functions() =>
    [
        .. Unary(UnaryNumber<Square>.Instance, x => x * x, Domain.Away, OpRow.Numbers),
        .. Unary(Unary<Reciprocal>.Instance, x => 1 / x, Domain.Away).Select(r => r with { Tolerance64 = 1e-12 }),
        .. Unary(Unary<Rsqrt>.Instance, x => Math.Pow(x, -0.5), Domain.Positive),
        .. Unary(Unary<Tan>.Instance, Math.Tan, Domain.Inside),
        .. Unary(Unary<Asin>.Instance, Math.Asin, Domain.Inside),
        .. Unary(Unary<Acos>.Instance, Math.Acos, Domain.Inside),
        .. Unary(Unary<Atan>.Instance, Math.Atan, Domain.Away),
        .. Unary(Unary<Sinh>.Instance, x => (Math.Exp(x) - Math.Exp(-x)) / 2, Domain.Away),
        .. Unary(Unary<Cosh>.Instance, x => (Math.Exp(x) + Math.Exp(-x)) / 2, Domain.Away),
        .. Unary(Unary<Asinh>.Instance, x => Math.Log(x + Math.Sqrt(x * x + 1)), Domain.Away),
        .. Unary(Unary<Acosh>.Instance, x => Math.Log(x + Math.Sqrt(x * x - 1)), Domain.AboveOne),
        .. Unary(Unary<Atanh>.Instance, x => Math.Log((1 + x) / (1 - x)) / 2, Domain.Inside),
        .. Unary(Unary<Floor>.Instance, Math.Floor, Domain.HalfGrid),
        .. Unary(Unary<Ceil>.Instance, x => -Math.Floor(-x), Domain.HalfGrid),
        .. Unary(Unary<Round>.Instance, x => Math.Floor(x + 0.5), Domain.HalfGrid.Moved(0.02)),
        One(Unary<Round>.Instance, x => x % 2 == 0.5 || x % 2 == -1.5 ? x - 0.5 : x + 0.5, [9], Domain.Exactly(-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 1e6 + 0.5)) with { Note = "halves", Types = [DType.Float32] },
        .. Unary(new Function<Expm1>(default), x => Math.Exp(x) - 1, Domain.Away),
        .. Unary(new Function<Log1p>(default), x => Math.Log(1 + x), Domain.Positive),
        .. Unary(new Function<Erf>(default), SlowErf, Domain.Away),
        .. Unary(new Function<Erfc>(default), x => 1 - SlowErf(x), Domain.Away),
        .. Questions(Classify<IsNaN>.Instance, double.IsNaN),
        .. Questions(Classify<IsInf>.Instance, double.IsInfinity),
        .. Questions(Classify<IsFinite>.Instance, double.IsFinite),
        .. Binary(Binary<Mod>.Instance, (a, b) => a - b * Math.Floor(a / b), Domain.Wide, Domain.Away, OpRow.Signed),
        Pair(Binary<Mod>.Instance, (a, b) => a - b * Math.Floor(a / b), [4, 3], [3], Domain.Away, Domain.Away) with { Types = [DType.UInt8], Note = "bytes" },
        .. Binary(Binary<Atan2>.Instance, SlowAngle, Domain.Away, Domain.Away),
        .. Logical(Logic<And>.Instance, (a, b) => a != 0 && b != 0),
        .. Logical(Logic<Or>.Instance, (a, b) => a != 0 || b != 0),
        .. Logical(Logic<Xor>.Instance, (a, b) => a != b),
        .. Unary(new Not(), x => x == 0 ? 1 : 0, Domain.Flags, Truths),
        .. from to in new[] { DType.Float32, DType.Int32 } select Conversion(to, [3, 1, 5]),
        Conversion(DType.BFloat16, [4, 3]),
        Conversion(DType.BFloat16, []),
        Choice([5], [5], [5]) with { Types = [DType.BFloat16], Note = "bfloat16" },
        Pick(0, [5], [3]) with { Types = [DType.BFloat16], Note = "bfloat16" },
    ];

    private static IEnumerable<OpRow> BigFunctions() => new[]
    {
        One(new Function<Gelu>(default), SlowGelu, [40_003], Domain.Away),
        One(new Function<Expm1>(default), x => Math.Exp(x) - 1, [3, 20_001], Domain.Away),
        One(new Clip(-1, 1.5), x => Math.Clamp(x, -1, 1.5), [40_003], Domain.Away),
        Pair(Logic<Xor>.Instance, (a, b) => a != b ? 1 : 0, [300, 200], [200], Domain.Flags, Domain.Flags) with { Types = Truths },
    }.Select(r => r with { Big = true, Note = $"{r.Note} big" });

    private static IEnumerable<OpRow> Questions(Op op, Func<double, bool> holds) =>
    [
        One(op, x => holds(x) ? 1 : 0, [7], Domain.Exactly(double.NaN, 0, double.PositiveInfinity, -1, double.NegativeInfinity, double.NaN, 1e30)),
        One(op, x => holds(x) ? 1 : 0, [3, 1, 5], Domain.Away) with { Types = OpRow.Numbers },
        One(op, x => holds(x) ? 1 : 0, [], Domain.Exactly(double.PositiveInfinity)),
        One(op, x => holds(x) ? 1 : 0, [0, 2], Domain.Away) with { Types = OpRow.Numbers },
    ];

    private static IEnumerable<OpRow> Logical(Op op, Func<double, double, bool> holds) =>
        Binary(op, (a, b) => holds(a, b) ? 1 : 0, Domain.Flags, Domain.Flags, Truths);

    // All terms are positive: nothing cancels.
    private static double SlowErf(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 200; n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double SlowGelu(double x) => x * (1 + SlowErf(x / Math.Sqrt(2))) / 2;

    private static double SlowAngle(double y, double x) =>
        x > 0 ? Math.Atan(y / x) : y >= 0 ? Math.PI + Math.Atan(y / x) : Math.Atan(y / x) - Math.PI;
}
