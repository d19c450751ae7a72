// The test plan: one row or more for every op. The theories in OpTheories run over all of them. To add an op, add its
// rows to the list of its family; OpCompleteness says so when they are missing.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

/// <summary>All rows.</summary>
public static partial class OpRows
{
    private static readonly Shape[] UnaryShapes = [[], [7], [3, 1, 5], [4, 3], [5, 2], [0, 4]];

    private static readonly (Shape A, Shape B)[] BinaryShapes =
    [
        ([3, 5], [3, 5]), ([4, 1, 3], [2, 1]), ([], [2, 3]), ([6], []), ([0, 3], [3]), ([1, 1], [5]),
    ];

    public static IReadOnlyList<OpRow> All { get; } =
    [
        .. Functions(), .. Activations(), .. BigFunctions(),
        .. Elementwise(), .. Reductions(), .. Indices(), .. Shapes(), .. Products(), .. Pools(), .. Softmaxes(), .. CrossEntropies(), .. RandomNumbers(), .. BigOnes(),
        .. Normalizations(), .. NormalizationGradients(), .. BigNormalizations(),
        .. Scans(),
        .. Arrangements(),
        .. EinsteinSums(),
        .. Selections(),
        .. Convolutions(),
        .. Resizes(),
        .. Shuffles(),
        .. Attentions(),
        .. Recurrents(),
        .. Algebra(),
        .. Distributions(),
    ];

    private static readonly Dictionary<string, OpRow> ById = All.ToDictionary(r => r.Id);

    public static OpRow Get(string id) => ById[id];

    private static IEnumerable<OpRow> Elementwise() =>
    [
        .. Unary(UnaryNumber<Abs>.Instance, Math.Abs, Domain.Away, OpRow.Numbers),
        .. Unary(UnaryNumber<Neg>.Instance, x => -x, Domain.Away, OpRow.Signed),
        .. Unary(UnaryNumber<Sign>.Instance, x => Math.Sign(x), Domain.Away, OpRow.Numbers),
        .. Unary(UnaryNumber<Step>.Instance, x => x > 0 ? 1 : 0, Domain.Away, OpRow.Numbers),
        .. Unary(Unary<Cos>.Instance, Math.Cos, Domain.Away),
        .. Unary(new Function<Exp>(default), Math.Exp, Domain.Away),
        .. Unary(Unary<Log>.Instance, Math.Log, Domain.Positive),
        .. Unary(new Function<LogCosh>(default), x => Math.Log(Math.Cosh(x)), Domain.Away),
        .. Unary(Unary<Relu>.Instance, x => Math.Max(x, 0), Domain.Away),
        .. Unary(new Function<Sigmoid>(default), x => 1 / (1 + Math.Exp(-x)), Domain.Away),
        .. Unary(Unary<Sin>.Instance, Math.Sin, Domain.Away),
        .. Unary(Unary<Sqrt>.Instance, Math.Sqrt, Domain.Positive),
        .. Unary(new Function<Tanh>(default), Math.Tanh, Domain.Away),
        .. Binary(Binary<Add>.Instance, (a, b) => a + b, Domain.Away, Domain.Away, OpRow.Numbers),
        .. Binary(Binary<Sub>.Instance, (a, b) => a - b, Domain.Away, Domain.Away, OpRow.Signed),
        .. Binary(Binary<Mul>.Instance, (a, b) => a * b, Domain.Away, Domain.Away, OpRow.Numbers),
        .. Binary(Binary<Div>.Instance, (a, b) => a / b, Domain.Away, Domain.Away),
        .. Binary(Binary<Maximum>.Instance, Math.Max, Domain.Grid, Domain.HalfGrid, OpRow.Numbers),
        .. Binary(Binary<Minimum>.Instance, Math.Min, Domain.Grid, Domain.HalfGrid, OpRow.Numbers),
        .. Binary(Binary<Pow>.Instance, Math.Pow, Domain.Positive, Domain.Away).Select(r => r with { Tolerance32 = 1e-5 }),
        Pair(Binary<Div>.Instance, (a, b) => Math.Truncate(a / b), [4, 3], [3], Domain.Away, Domain.Away) with { Types = [DType.Int32, DType.Int64, DType.UInt8], Note = "whole numbers" },
        Pair(Binary<Pow>.Instance, Math.Pow, [4, 3], [3], Domain.Few, Domain.Exactly(0, 1, 4)) with { Types = [DType.Int32, DType.Int64, DType.UInt8], Note = "whole numbers" },
        Pair(Binary<Pow>.Instance, Math.Pow, [9], [], Domain.Away, Domain.Exactly(3)) with { Note = "odd power of both signs", Inputs = [new([9], Domain.Away), new([], Domain.Exactly(3), DType.Float64)], Types = [DType.Float64] },
        Pair(Binary<Pow>.Instance, Math.Pow, [9], [1], Domain.Away, Domain.Exactly(2)) with { Note = "square of both signs", Inputs = [new([9], Domain.Away), new([1], Domain.Exactly(2), DType.Float32)], Types = [DType.Float32] },
        .. Comparison(Compare<Equal>.Instance, (a, b) => a == b),
        .. Comparison(Compare<NotEqual>.Instance, (a, b) => a != b),
        .. Comparison(Compare<Greater>.Instance, (a, b) => a > b),
        .. Comparison(Compare<GreaterOrEqual>.Instance, (a, b) => a >= b),
        .. Comparison(Compare<Less>.Instance, (a, b) => a < b),
        .. Comparison(Compare<LessOrEqual>.Instance, (a, b) => a <= b),
        Choice([3, 4], [3, 4], [3, 4]),
        Choice([3, 1], [4], []),
        Choice([], [2, 1], [1, 3]),
        Choice([5], [5], [5]) with { Types = [DType.Float16, DType.Int32, DType.Int64, DType.UInt8], Note = "other types" },
        Choice([0], [1], []),
        .. from to in Enum.GetValues<DType>() select Conversion(to, [2, 5]),
        Conversion(DType.Float32, []),
        Conversion(DType.Float64, [0, 2]),
    ];

    private static IEnumerable<OpRow> Reductions() =>
    [
        .. from c in new (Shape Shape, Axes Axes, bool Keep)[]
        {
            ([7], [0], false), ([3, 5], [0], false), ([3, 5], [1], true), ([3, 5], [0, 1], false), ([2, 3, 4, 5], [1, 3], false),
            ([2, 3, 4, 5], [0, 2], true), ([2, 3, 4], [1], false), ([4, 1, 3], [1], false), ([], [], false), ([3, 2], [], true), ([0, 3], [1], false),
        }
        from row in new[]
        {
            Fold(new Reduce<Sum>(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, 0, (a, b) => a + b) with { Types = OpRow.Numbers },
            Fold(new Reduce<Max>(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, double.NegativeInfinity, Math.Max) with { Types = OpRow.Numbers },
            Fold(new Reduce<Min>(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, double.PositiveInfinity, Math.Min) with { Types = OpRow.Numbers },
        }
        select row,
        .. from c in new (Shape Shape, Axes Axes, bool Keep)[] { ([7], [0], false), ([3, 5], [1], true), ([2, 3, 4, 5], [1, 3], false), ([4, 1, 3], [1], false), ([], [], false), ([0, 3], [1], false) }
        from row in new[]
        {
            Whole(new Mean(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => line.Average()),
            Whole(new Variance(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => line.Average(v => (v - line.Average()) * (v - line.Average()))),
        }
        select row,
        Fold(new Reduce<Sum>([0]), [0, 3], [0], false, 0, (a, b) => a + b) with { Note = "over nothing" },
        Fold(new Reduce<Sum>([1], true), [2, 0, 3], [1], true, 0, (a, b) => a + b) with { Note = "over nothing, kept" },
        Fold(new Reduce<Sum>([0, 1]), [2, 0], [0, 1], false, 0, (a, b) => a + b) with { Note = "over nothing, whole" },
    ];

    private static IEnumerable<OpRow> Indices() =>
    [
        Largest(0, [7], Domain.Distinct),
        Largest(0, [4, 3], Domain.Distinct),
        Largest(1, [4, 3], Domain.Few),
        Largest(1, [2, 5, 3], Domain.Few),
        Largest(1, [0, 3], Domain.Few),
        Pick(0, [4], [6]),
        Pick(1, [3, 4], [3, 1]),
        Pick(0, [3, 4], [5, 4]),
        Pick(1, [2, 3, 4], [2, 5, 4]),
        Pick(1, [2, 3], [2, 0]),
        Pick(0, [5], [4]) with { Types = [DType.Float16, DType.Int32, DType.Int64, DType.UInt8], Note = "other types" },
        Scatter(0, [6], 4),
        Scatter(1, [3, 5], 2),
        Scatter(0, [5, 2], 3),
        Scatter(1, [2, 6, 3], 4),
        Scatter(1, [2, 0], 3),
        Hot([5], 3, DType.Float32),
        Hot([2, 3], 4, DType.Float64),
        Hot([], 2, DType.Float32),
        Hot([0], 3, DType.Float32),
    ];

    private static IEnumerable<OpRow> RandomNumbers() =>
    [
        Drawn(new RandomUniform(new(DType.Float32, [7])), 1, 2, 3),
        Drawn(new RandomUniform(new(DType.Float64, [2, 5])), -1, 1L << 40, 1L << 33),
        Drawn(new RandomUniform(new(DType.Float32, [0])), 0, 0, 0),
        Drawn(new RandomUniform(new(DType.Float64, [])), 0, 0, 0),
        Drawn(new RandomNormal(new(DType.Float32, [7])), 1, 2, 3),
        Drawn(new RandomNormal(new(DType.Float64, [3, 3])), 5, 0, 123456789),
        Drawn(new RandomNormal(new(DType.Float64, [])), 0, 0, 0),
        Drawn(new RandomUniform(new(DType.Float32, [40_000])), 7, 7, 0) with { Big = true },
        Drawn(new RandomNormal(new(DType.Float32, [40_001])), 7, 7, 0) with { Big = true },
    ];

    private static IEnumerable<OpRow> BigOnes() => new[]
    {
        One(new Function<Exp>(default), Math.Exp, [3, 20_001], Domain.Away),
        One(new Function<Softplus>(default), x => Math.Log(1 + Math.Exp(x)), [40_000], Domain.Away),
        Pair(Binary<Mul>.Instance, (a, b) => a * b, [70, 1, 9], [80, 9], Domain.Away, Domain.Away),
        Pair(Compare<Greater>.Instance, (a, b) => a > b ? 1 : 0, [300, 200], [200], Domain.Few, Domain.Few),
        Fold(new Reduce<Sum>([0]), [100_003], [0], false, 0, (a, b) => a + b) with { Tolerance32 = 1e-4, Tolerance64 = 1e-11 },
        Fold(new Reduce<Sum>([0]), [300, 401], [0], false, 0, (a, b) => a + b) with { Tolerance32 = 1e-4, Tolerance64 = 1e-12 },
        Fold(new Reduce<Sum>([1]), [300, 401], [1], false, 0, (a, b) => a + b) with { Tolerance32 = 1e-4, Tolerance64 = 1e-12 },
        Fold(new Reduce<Max>([0, 2]), [50, 20, 60], [0, 2], false, double.NegativeInfinity, Math.Max),
        Product([70, 330], [330, 65]) with { Tolerance32 = 1e-4, Tolerance64 = 1e-12 },
        Product([3, 40, 37], [3, 37, 41]) with { Tolerance32 = 1e-5, Tolerance64 = 1e-12 },
        Convolved(new Window(pad: 1), [18, 3, 7, 7], [4, 3, 3, 3]),
        ConvolvedWeights(new Window(pad: 1), [18, 3, 7, 7], [4, 3, 3, 3]) with { Tolerance32 = 1e-4 },
        Largest(new MaxPool(2, new Window(2)), [20, 5, 20, 20]),
        Soft(new Softmax(1), [200, 150], log: false),
        Soft(new LogSoftmax(0), [150, 200], log: true),
    }.Select(r => r with { Big = true, Note = $"{r.Note} big" });

    private static IEnumerable<OpRow> Unary(Op op, Func<double, double> f, Domain domain, DType[]? types = null) =>
        UnaryShapes.Select(shape => One(op, f, shape, domain) with { Types = types ?? OpRow.Floats });

    private static IEnumerable<OpRow> Binary(Op op, Func<double, double, double> f, Domain a, Domain b, DType[]? types = null) =>
        BinaryShapes.Select(s => Pair(op, f, s.A, s.B, a, b) with { Types = types ?? OpRow.Floats });

    private static IEnumerable<OpRow> Comparison(Op op, Func<double, double, bool> holds) =>
        BinaryShapes.Select(s => Pair(op, (a, b) => holds(a, b) ? 1 : 0, s.A, s.B, Domain.Few, Domain.Few) with { Types = OpRow.Numbers });

    private static OpRow One(Op op, Func<double, double> f, Shape shape, Domain domain) =>
        new(op, [new(shape, domain)], x => x[0].Map(f));

    private static OpRow Pair(Op op, Func<double, double, double> f, Shape a, Shape b, Domain da, Domain db) =>
        new(op, [new(a, da), new(b, db)], x => Naive.Zip(x[0], x[1], f));

    private static OpRow Choice(Shape condition, Shape a, Shape b) =>
        new(new Where(), [new(condition, Domain.Flags, DType.Bool), new(a, Domain.Away), new(b, Domain.Away)], x =>
            Naive.Build(Naive.Common(Naive.Common(x[0].Shape, x[1].Shape), x[2].Shape), i => x[0].Repeated(i) != 0 ? x[1].Repeated(i) : x[2].Repeated(i)));

    private static OpRow Conversion(DType to, Shape shape) =>
        new(new Cast(to), [new(shape, Domain.Away)], x => x[0].Map(to switch
        {
            DType.Bool => v => v != 0 ? 1 : 0,
            DType.UInt8 => v => Math.Clamp(Math.Truncate(v), 0, 255),
            DType.Int32 or DType.Int64 => Math.Truncate,
            DType.Float16 => v => (double)(Half)v,
            DType.BFloat16 => v => v == 0 ? v : Math.Round(v / Math.ScaleB(1, Math.ILogB(v) - 7), MidpointRounding.ToEven) * Math.ScaleB(1, Math.ILogB(v) - 7),
            DType.Float32 => v => (float)v,
            _ => v => v,
        }))
        { Types = [.. OpRow.Numbers, DType.Float16, DType.BFloat16, DType.Bool], Note = $"to {to.Name}" };

    private static OpRow Fold(Op op, Shape shape, Axes axes, bool keep, double start, Func<double, double, double> f) =>
        new(op, [new(shape, start == 0 ? Domain.Away : Domain.Distinct)], x => x[0].Fold([.. axes], keep, start, f)) { Note = $"axes {axes}{(keep ? " kept" : "")}" };

    /// <summary>A reduction that needs all elements of a line at once.</summary>
    private static OpRow Whole(Op op, Shape shape, Axes axes, bool keep, Func<double[], double> f) =>
        new(op, [new(shape, Domain.Distinct)], x => x[0].Lines([.. axes], keep, f)) { Note = $"axes {axes}{(keep ? " kept" : "")}" };

    private static OpRow Largest(int axis, Shape shape, Domain domain) =>
        new(new ArgMax(axis), [new(shape, domain)], x => Naive.Build([.. shape.Without(axis)], i =>
        {
            double[] line = [.. Enumerable.Range(0, shape[axis]).Select(k => x[0][[.. i[..axis], k, .. i[axis..]]])];
            return Array.IndexOf(line, line.Max());
        }))
        { Types = OpRow.Numbers, Note = $"axis {axis}" };

    private static OpRow Pick(int axis, Shape shape, Shape index) =>
        new(new Gather(axis), [new(shape, Domain.Away), new(index, Domain.Below(shape[axis]), DType.Int64)], x =>
            Naive.Build([.. index], i => x[0][Naive.Set(i, axis, (int)x[1][i])]))
        { Note = $"axis {axis}" };

    private static OpRow Scatter(int axis, Shape shape, int size) =>
        new(new ScatterAdd(axis, size), [new(shape, Domain.Away), new(shape, Domain.Below(size), DType.Int64)], x =>
        {
            Naive y = Naive.Zeros([.. shape.With(axis, size)]);
            foreach (int[] i in Naive.Indices([.. shape])) y[Naive.Set(i, axis, (int)x[1][i])] += x[0][i];
            return y;
        })
        { Note = $"axis {axis}" };

    private static OpRow Hot(Shape shape, int classes, DType to) =>
        new(new OneHot(classes, to), [new(shape, Domain.Below(classes), DType.Int64)], x =>
            Naive.Build([.. shape, classes], i => x[0][i[..^1]] == i[^1] ? 1 : 0))
        { Types = [DType.Int64] };

    private static OpRow Drawn(Op op, long seed, long stream, long position)
    {
        TensorSpec spec = op is RandomUniform u ? u.Spec : ((RandomNormal)op).Spec;
        return new(op, [new([3], Domain.Exactly(seed, stream, position), DType.Int64)], _ =>
        {
            double[] values = new double[(spec.Shape.Size + 3) / 4 * 4];
            for (int i = 0; i < values.Length; i += 4)
            {
                uint[] w = SlowPhilox.Block((ulong)seed, (ulong)stream, (ulong)(position + i / 4));
                for (int k = 0; k < 4; k++)
                {
                    double radius = Math.Sqrt(-2 * Math.Log((w[k & 2] + 0.5) / Math.Pow(2, 32))), angle = 2 * Math.PI * w[k | 1] / Math.Pow(2, 32);
                    values[i + k] = op is RandomUniform ? Math.Floor(w[k] / 256.0) / Math.Pow(2, 24) : radius * (k % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
                }
            }
            return new Naive([.. spec.Shape], values[..spec.Shape.Size]);
        })
        { Types = [DType.Int64], Note = $"{spec} from {seed}, {stream}, {position}" };
    }
}
