// The rows of products, norms and deviations over axes, of what is true of some or of all, and of what runs along an axis.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static DType[] AnyType => [.. OpRow.Numbers, DType.Float16, DType.Bool];

    private static IEnumerable<OpRow> Scans() =>
    [
        .. from c in new (Shape Shape, Axes Axes, bool Keep)[]
        {
            ([7], [0], false), ([3, 5], [0], false), ([3, 5], [1], true), ([3, 4], [0, 1], false), ([2, 3, 2, 2], [1, 3], false), ([4, 1, 3], [1], false),
            ([], [], false), ([3, 2], [], true), ([0, 3], [1], false), ([2, 3, 2], [0, 2], true), ([1, 1], [0, 1], false),
        }
        from row in new[]
        {
            Fold(new Reduce<Prod>(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, 1, (a, b) => a * b) with { Inputs = [new(c.Shape, Domain.Few)], Types = OpRow.Signed },
            Whole(new ReduceL1(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => line.Sum(Math.Abs)) with { Inputs = [new(c.Shape, Domain.Away)], Types = OpRow.Signed },
            Whole(new ReduceL2(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => Math.Sqrt(line.Sum(v => v * v))) with { Inputs = [new(c.Shape, Domain.Away)] },
            Whole(new SumSquare(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => line.Sum(v => v * v)) with { Inputs = [new(c.Shape, Domain.Away)], Types = OpRow.Signed },
            Whole(new LogSumExp(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => Math.Log(line.Sum(Math.Exp))) with { Inputs = [new(c.Shape, Domain.Away)] },
            Truth(new Any(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => line.Any(v => v != 0)),
            Truth(new All(c.Axes, c.Keep), c.Shape, c.Axes, c.Keep, line => line.All(v => v != 0)),
        }
        select row,
        Whole(new Mean([]), [3, 2], [], false, line => line[0]),
        Whole(new Variance([], true), [3, 2], [], true, _ => 0),
        Fold(new Reduce<Prod>([0]), [0, 3], [0], false, 1, (a, b) => a * b) with { Types = OpRow.Numbers, Note = "over nothing" },
        Fold(new Reduce<Prod>([1], true), [2, 0, 3], [1], true, 1, (a, b) => a * b) with { Note = "over nothing, kept" },
        Fold(new Reduce<Prod>([0]), [5], [0], false, 1, (a, b) => a * b) with { Inputs = [new([5], Domain.Exactly(2, 0, 3, 0, 5))], Note = "two zeros" },
        Fold(new Reduce<Prod>([0]), [4], [0], false, 1, (a, b) => a * b) with { Inputs = [new([4], Domain.Exactly(2, 0, -3, 0.5))], Note = "one zero" },
        Whole(new ReduceL1([1]), [3, 0], [1], false, _ => 0) with { Note = "over nothing" },
        Whole(new ReduceL2([1]), [3, 0], [1], false, _ => 0) with { Note = "over nothing" },
        Whole(new SumSquare([1], true), [3, 0], [1], true, _ => 0) with { Note = "over nothing" },
        Whole(new LogSumExp([1]), [3, 0], [1], false, _ => double.NegativeInfinity) with { Types = [DType.Float32], Note = "over nothing" },
        Truth(new Any([0]), [0, 2], [0], false, _ => false) with { Note = "of nothing" },
        Truth(new All([0]), [0, 2], [0], false, _ => true) with { Note = "of nothing" },
        .. from c in new (Shape Shape, Axes Axes, bool Keep)[] { ([7], [0], false), ([3, 5], [1], true), ([2, 3, 4, 5], [1, 3], false), ([4, 2, 1], [1], false), ([0, 3], [1], false) }
        from correction in new[] { 0, 1 }
        from row in new[]
        {
            Whole(new Std(c.Axes, c.Keep, correction), c.Shape, c.Axes, c.Keep, line => Math.Sqrt(Spread(line, correction))),
            Whole(new Variance(c.Axes, c.Keep, correction), c.Shape, c.Axes, c.Keep, line => Spread(line, correction)),
        }
        where row.Op is Std || correction > 0
        select row with { Note = $"{row.Note} correction {correction}" },
        .. from c in new (Shape Shape, int Axis, bool Exclusive, bool Reverse)[]
        {
            ([7], 0, false, false), ([3, 4], 0, true, false), ([3, 4], 1, false, true), ([2, 3, 2], 1, true, true), ([2, 1, 3], 1, false, false), ([0, 3], 1, false, false), ([3, 0], 1, true, false),
            ([1], 0, true, true), ([3, 2, 40], 1, false, false),
        }
        from row in new[]
        {
            Running(new CumSum(c.Axis, c.Exclusive, c.Reverse), c.Shape, c.Axis, c.Exclusive, c.Reverse, 0, (a, b) => a + b) with { Types = OpRow.Numbers },
            Running(new CumProd(c.Axis, c.Exclusive, c.Reverse), c.Shape, c.Axis, c.Exclusive, c.Reverse, 1, (a, b) => a * b) with { Inputs = [new(c.Shape, Domain.Few)], Types = OpRow.Signed },
        }
        select row,
        Running(new CumProd(0), [6], 0, false, false, 1, (a, b) => a * b) with { Inputs = [new([6], Domain.Exactly(2, 3, 0, 4, 0, 5))], Note = "two zeros" },
        .. from c in new (Shape Shape, int Axis, bool Reverse)[] { ([7], 0, false), ([3, 4], 0, true), ([2, 3, 2], 1, false), ([2, 1, 3], 1, true), ([3, 0], 1, false), ([4, 0], 0, true) }
        select Recurring(c.Shape, c.Axis, c.Reverse),
        Running(new CumSum(0), [70, 90, 3], 0, false, false, 0, (a, b) => a + b) with { Big = true },
        Running(new CumSum(1, true, true), [5, 10_001], 1, true, true, 0, (a, b) => a + b) with { Big = true, Tolerance32 = 1e-5, Tolerance64 = 1e-12 },
        Fold(new Reduce<Prod>([0]), [40_001], [0], false, 1, (a, b) => a * b) with { Inputs = [new([40_001], Domain.Each("signs", r => r.Next(2) * 2 - 1, r => r.Next(2) * 2 - 1))], Big = true },
    ];

    private static double Spread(double[] line, int correction) => line.Sum(v => (v - line.Average()) * (v - line.Average())) / (line.Length - correction);

    private static OpRow Truth(Op op, Shape shape, Axes axes, bool keep, Func<double[], bool> f) =>
        new(op, [new(shape, Domain.Flags)], x => x[0].Lines([.. axes], keep, line => f(line) ? 1 : 0)) { Types = [DType.Bool], Note = $"axes {axes}{(keep ? " kept" : "")}" };

    private static OpRow Running(Op op, Shape shape, int axis, bool exclusive, bool reverse, double start, Func<double, double, double> f) =>
        new(op, [new(shape, Domain.Away)], x => x[0].Along(axis, shape[axis], line =>
        {
            double[] y = new double[line.Length];
            double sum = start;
            for (int k = 0; k < line.Length; k++)
            {
                int at = reverse ? line.Length - 1 - k : k;
                double next = f(sum, line[at]);
                (y[at], sum) = (exclusive ? sum : next, next);
            }
            return y;
        }))
        { Note = $"axis {axis}{(exclusive ? " exclusive" : "")}{(reverse ? " reverse" : "")}" };

    private static OpRow Recurring(Shape shape, int axis, bool reverse) =>
        new(new Recurrence(axis, reverse), [new(shape, Domain.Away), new(shape, Domain.Away)], x =>
        {
            Naive h = Naive.Zeros([.. shape]);
            for (int k = 0; k < shape[axis]; k++)
            {
                int at = reverse ? shape[axis] - 1 - k : k, before = reverse ? at + 1 : at - 1;
                foreach (int[] i in Naive.Indices([.. shape.With(axis, 1)]))
                {
                    int[] to = Naive.Set(i, axis, at);
                    h[to] = x[1][to] + (k == 0 ? 0 : x[0][to] * h[Naive.Set(i, axis, before)]);
                }
            }
            return h;
        })
        { Tolerance32 = 1e-5, Note = $"axis {axis}{(reverse ? " reverse" : "")}" };
}
