// The rows of what is picked, set and put in order by index.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Selections() =>
    [
        Smallest(0, [7], Domain.Distinct, keep: false),
        Smallest(1, [4, 3], Domain.Few, keep: true),
        Smallest(1, [2, 5, 3], Domain.Few, keep: false),
        Smallest(1, [0, 3], Domain.Few, keep: false),
        Smallest(0, [3, 1], Domain.Few, keep: true),
        Largest(1, [2, 5, 3], Domain.Few) with { Op = new ArgMax(1, true), Reference = x => new([2, 1, 3], LineStarts(x[0], 1, line => Array.IndexOf(line, line.Max()))), Note = "kept" },
        .. from c in new (int Axis, Shape Shape, bool Descending, Domain Domain)[]
        {
            (0, [9], false, Domain.Distinct), (1, [3, 4], true, Domain.Distinct), (1, [2, 5, 3], false, Domain.Distinct), (0, [4, 1], true, Domain.Distinct), (0, [0, 2], false, Domain.Distinct),
            (1, [2, 0], true, Domain.Distinct), (0, [1], false, Domain.Distinct),
        }
        from row in new[] { Sorted(c.Axis, c.Shape, c.Descending, c.Domain), Ordered(c.Axis, c.Shape, c.Descending, c.Domain) }
        select row,
        Ordered(0, [40], false, Domain.Few) with { Note = "equal ones" },
        Ordered(1, [3, 30], true, Domain.Few) with { Note = "equal ones" },
        Foremost(0, [7], 3, true, Domain.Distinct),
        Foremost(1, [3, 5], 2, false, Domain.Few),
        Foremost(1, [2, 6, 3], 6, true, Domain.Few),
        Foremost(0, [4, 2], 1, true, Domain.Few),
        Foremost(1, [2, 3], 0, true, Domain.Few),
        Foremost(0, [200], 100, true, Domain.Few),
        Foremost(0, [200], 64, false, Domain.Few),
        Searched([5], [7], right: false),
        Searched([6], [2, 3], right: true),
        Searched([0], [2], right: false),
        Searched([4], [], right: true),
        Taken(0, [5], [4]),
        Taken(0, [5, 3], [2, 4]),
        Taken(1, [2, 4, 3], [3]),
        Taken(1, [3, 4], []),
        Taken(2, [2, 1, 3], [1, 2, 2]),
        Taken(0, [4, 2], [0]),
        Taken(0, [5, 3], [4]) with { Types = AnyType, Note = "other types" },
        TakenAdded(0, [4], [4], 5),
        TakenAdded(0, [2, 4, 3], [2, 4], 5),
        TakenAdded(1, [2, 3, 3], [3], 2),
        TakenAdded(1, [3, 2], [], 4),
        TakenAdded(0, [0, 3], [0], 2),
        TakenAdded(0, [6, 2], [6], 3) with { Types = OpRow.Signed, Note = "whole numbers" },
        Set(0, [5], [7]),
        Set(1, [3, 4], [3, 2]),
        Set(0, [3, 2], [6, 2]),
        Set(1, [2, 4, 3], [2, 3, 3]),
        Set(1, [2, 3], [2, 0]),
        Set(0, [5], [4]) with { Types = AnyType, Note = "other types" },
        Raveled([3], [4, 1]),
        Raveled([2, 3], [5, 2]),
        Raveled([2, 3, 4], [2, 2, 3]),
        Raveled([3, 3], [0, 2]),
        Raveled([], [2, 0]),
        PickedND([3, 4], [5, 2]),
        PickedND([3, 4], [2, 1]),
        PickedND([2, 3, 4], [2, 2, 2]),
        PickedND([3, 2], [2, 0]),
        PickedND([4, 2], [1]),
        SetND([3, 4], [5, 2]),
        SetND([3, 4], [2, 1]),
        SetND([2, 3, 2], [4, 2]),
        SetND([3, 2], [0, 1]),
        Filled([3, 4], [3, 4]),
        Filled([2, 3, 4], [3, 1]),
        Filled([3], []),
        Filled([0, 2], [2]),
        Filled([2, 3], [2, 3]) with { Types = AnyType, Note = "other types" },
        Ordered(1, [6, 3000], false, Domain.Few) with { Big = true },
        Taken(0, [100, 60], [30, 20]) with { Big = true },
        TakenAdded(0, [600, 70], [600], 50) with { Big = true },
        Smallest(0, [90, 300], Domain.Few, keep: false) with { Big = true },
    ];

    /// <summary>A number made of each line, in the order of the other axes.</summary>
    private static double[] LineStarts(Naive x, int axis, Func<double[], double> f) => x.Along(axis, 1, line => [f(line)]).Values;

    private static OpRow Smallest(int axis, Shape shape, Domain domain, bool keep) =>
        new(new ArgMin(axis, keep), [new(shape, domain)], x =>
            new Naive(keep ? [.. shape.With(axis, 1)] : [.. shape.Without(axis)], LineStarts(x[0], axis, line => Array.IndexOf(line, line.Min()))))
        { Types = OpRow.Numbers, Note = $"axis {axis}{(keep ? " kept" : "")}" };

    private static int[] Order(double[] line, bool descending) =>
        [.. descending ? Enumerable.Range(0, line.Length).OrderByDescending(i => line[i]) : Enumerable.Range(0, line.Length).OrderBy(i => line[i])]; // stable, as LINQ's is

    private static OpRow Sorted(int axis, Shape shape, bool descending, Domain domain) =>
        new(new Sort(axis, descending), [new(shape, domain)], x => x[0].Along(axis, shape[axis], line => [.. Order(line, descending).Select(i => line[i])]))
        { Types = OpRow.Numbers, Note = $"axis {axis}{(descending ? " descending" : "")}" };

    private static OpRow Ordered(int axis, Shape shape, bool descending, Domain domain) =>
        new(new ArgSort(axis, descending), [new(shape, domain)], x => x[0].Along(axis, shape[axis], line => [.. Order(line, descending).Select(i => (double)i)]))
        { Types = OpRow.Numbers, Note = $"axis {axis}{(descending ? " descending" : "")}" };

    private static OpRow Foremost(int axis, Shape shape, int count, bool largest, Domain domain) =>
        new(new TopK(axis, count, largest), [new(shape, domain)], x => x[0].Along(axis, count, line => [.. Order(line, largest).Take(count).Select(i => (double)i)]))
        { Types = OpRow.Numbers, Note = $"axis {axis}, {count} {(largest ? "largest" : "smallest")}" };

    private static OpRow Searched(Shape sorted, Shape values, bool right) =>
        new(new SearchSorted(right), [new(sorted, Rising), new(values, Domain.Few)], x => x[1].Map(v => x[0].Values.Count(s => s < v || (right && s == v))))
        { Types = OpRow.Signed, Note = right ? "right" : "left" };

    private static Domain Rising => new("rising", (r, count, _) => [.. Enumerable.Range(0, count).Select(_ => (double)r.Next(-3, 4)).Order()]);

    private static OpRow Taken(int axis, Shape shape, Shape index) =>
        new(new Take(axis), [new(shape, Domain.Away), new(index, Domain.Below(shape[axis]), DType.Int64)], x =>
            Naive.Build([.. shape.Sizes[..axis], .. index, .. shape.Sizes[(axis + 1)..]], i =>
                x[0][[.. i[..axis], (int)x[1][i[axis..(axis + index.Rank)]], .. i[(axis + index.Rank)..]]]))
        { Note = $"axis {axis}" };

    private static OpRow TakenAdded(int axis, Shape shape, Shape index, int size) =>
        new(new TakeAdd(axis, size), [new(shape, Domain.Away), new(index, Domain.Below(size), DType.Int64)], x =>
        {
            Naive y = Naive.Zeros([.. shape.Sizes[..axis], size, .. shape.Sizes[(axis + index.Rank)..]]);
            foreach (int[] i in Naive.Indices([.. shape])) y[[.. i[..axis], (int)x[1][i[axis..(axis + index.Rank)]], .. i[(axis + index.Rank)..]]] += x[0][i];
            return y;
        })
        { Tolerance32 = 1e-5, Note = $"axis {axis}" };

    private static OpRow Set(int axis, Shape shape, Shape index) =>
        new(new Scatter(axis), [new(shape, Domain.Away), new(index, Domain.Below(shape[axis]), DType.Int64), new(index, Domain.Away)], x =>
        {
            Naive y = x[0].Map(v => v);
            foreach (int[] i in Naive.Indices([.. index])) y[Naive.Set(i, axis, (int)x[1][i])] = x[2][i];
            return y;
        })
        { Note = $"axis {axis}" };

    // Indices of several axes at once: each is drawn below the smallest of the sizes.
    private static Arg IndexOf(Shape within, Shape index) => new(index, Domain.Below(Math.Max(1, within.Sizes[..index[^1]].ToArray().DefaultIfEmpty(1).Min())), DType.Int64);

    private static int[] Row(Naive index, int[] at) => [.. Enumerable.Range(0, index.Shape[^1]).Select(k => (int)index[[.. at, k]])];

    private static OpRow Raveled(Shape within, Shape index) =>
        new(new RavelIndex(within), [IndexOf(within, index)], x => Naive.Build([.. index.Sizes[..^1]], i => Row(x[0], i).Zip(within).Aggregate(0, (at, p) => at * p.Second + p.First))) { Types = [DType.Int64], Note = $"within {within}" };

    private static OpRow PickedND(Shape shape, Shape index) =>
        new(new GatherND(), [new(shape, Domain.Away), IndexOf(shape, index)], x =>
            Naive.Build([.. index.Sizes[..^1], .. shape.Sizes[index[^1]..]], i => x[0][[.. Row(x[1], i[..(index.Rank - 1)]), .. i[(index.Rank - 1)..]]]));

    private static OpRow SetND(Shape shape, Shape index) =>
        new(new ScatterND(), [new(shape, Domain.Away), IndexOf(shape, index), new([.. index.Sizes[..^1], .. shape.Sizes[index[^1]..]], Domain.Away)], x =>
        {
            Naive y = x[0].Map(v => v);
            foreach (int[] i in Naive.Indices(x[2].Shape)) y[[.. Row(x[1], i[..(index.Rank - 1)]), .. i[(index.Rank - 1)..]]] = x[2][i];
            return y;
        });

    private static OpRow Filled(Shape shape, Shape mask) =>
        new(new MaskedFill(1), [new(shape, Domain.Away), new(mask, Domain.Flags, DType.Bool)], x => Naive.Build([.. shape], i => x[1].Repeated(i) != 0 ? 1 : x[0][i]));
}
