// Rows of the normalisations.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Normalizations() =>
    [
        .. from c in new (Shape Shape, int Axis, double Epsilon, int Inputs)[]
        {
            ([3, 5], -1, 1e-5, 1), ([3, 5], 1, 1e-5, 3), ([2, 3, 4], 1, 0.1, 3), ([2, 3, 4], 0, 1e-3, 2), ([7], 0, 0, 2), ([4, 1], -1, 1e-5, 3), ([2, 1, 3, 2], 2, 1e-5, 3), ([0, 3], -1, 1e-5, 3),
        }
        from row in new[] { Layered(c.Shape, c.Axis, c.Epsilon, c.Inputs), RootMeanSquared(c.Shape, c.Axis, c.Epsilon, Math.Min(c.Inputs, 2)) }
        select row,
        Grouped([2, 6, 3], 3, 1e-5, 3),
        Grouped([2, 4], 2, 0.01, 3),
        Grouped([3, 2, 2, 3], 1, 1e-5, 1),
        Grouped([1, 3, 1, 5], 3, 1e-5, 2),
        Grouped([2, 3, 1], 3, 1e-5, 3),
        Grouped([0, 4, 2], 2, 1e-5, 3),
        Instanced([2, 3, 5], 1e-5, 3),
        Instanced([2, 1, 3, 4], 0.1, 1),
        Instanced([1, 3, 2, 1, 3], 1e-5, 2),
        Instanced([0, 2, 3], 1e-5, 3),
        Batched([4, 3], 1e-5),
        Batched([2, 3, 4], 0.1),
        Batched([2, 1, 3, 2], 0),
        Batched([0, 2], 1e-5),
        Responding([2, 7], 3, 0.5, 0.75, 1),
        Responding([1, 5, 3], 5, 1e-4, 0.75, 2),
        Responding([2, 3, 2, 3], 4, 2, 0.5, 1),
        Responding([1, 4, 2], 2, 1, 1, 1),
        Responding([2, 2, 1], 9, 1, 0.75, 1),
        Responding([2, 1, 2], 1, 1, 0.75, 1),
        Responding([2, 0, 2], 3, 1, 0.75, 1),
        .. from c in new (Shape Shape, int Axis)[] { ([5], 0), ([3, 4], 1), ([3, 4], 0), ([2, 3, 4], -2), ([3, 1], 1), ([2, 0], 1), ([0, 2], 1) }
           from p in new[] { 1, 2 }
           select OfLengthOne(c.Shape, c.Axis, p),
    ];

    private static OpRow Layered(Shape shape, int axis, double epsilon, int inputs)
    {
        int from = shape.Axis(axis, "row");
        return new(new LayerNormalization(axis, epsilon), WithAffine(shape, shape[from..], inputs), x =>
            Naive.Build(x[0].Shape, i => Standard(x[0], i, (a, b) => SameStart(a, b, from), epsilon) * At(x, 1, i[from..], 1) + At(x, 2, i[from..], 0)))
        { Tolerance32 = 1e-5, Note = $"axis {axis}, {inputs} inputs" };
    }

    private static OpRow RootMeanSquared(Shape shape, int axis, double epsilon, int inputs)
    {
        int from = shape.Axis(axis, "row");
        return new(new RmsNormalization(axis, epsilon), WithAffine(shape, shape[from..], inputs), x => Naive.Build(x[0].Shape, i =>
        {
            double[] own = [.. Naive.Indices(x[0].Shape).Where(j => SameStart(j, i, from)).Select(j => x[0][j])];
            return x[0][i] / Math.Sqrt(own.Average(v => v * v) + epsilon) * At(x, 1, i[from..], 1);
        }))
        { Tolerance32 = 1e-5, Note = $"axis {axis}, {inputs} inputs" };
    }

    private static OpRow Grouped(Shape shape, int groups, double epsilon, int inputs) =>
        new(new GroupNormalization(groups, epsilon), WithAffine(shape, [shape[1]], inputs), x =>
        {
            int size = shape[1] / groups;
            return Naive.Build(x[0].Shape, i => Standard(x[0], i, (a, b) => a[0] == b[0] && a[1] / size == b[1] / size, epsilon) * At(x, 1, [i[1]], 1) + At(x, 2, [i[1]], 0));
        })
        { Tolerance32 = 1e-5, Note = $"{groups} groups" };

    private static OpRow Instanced(Shape shape, double epsilon, int inputs) =>
        new(new InstanceNormalization(epsilon), WithAffine(shape, [shape[1]], inputs), x =>
            Naive.Build(x[0].Shape, i => Standard(x[0], i, (a, b) => a[0] == b[0] && a[1] == b[1], epsilon) * At(x, 1, [i[1]], 1) + At(x, 2, [i[1]], 0)))
        { Tolerance32 = 1e-5 };

    private static OpRow Batched(Shape shape, double epsilon) =>
        new(new BatchNormalization(epsilon), [.. WithAffine(shape, [shape[1]], 4), new([shape[1]], Domain.Positive)], x =>
            Naive.Build(x[0].Shape, i => (x[0][i] - x[3][i[1]]) / Math.Sqrt(x[4][i[1]] + epsilon) * x[1][i[1]] + x[2][i[1]]))
        { Tolerance32 = 1e-5 };

    private static OpRow Responding(Shape shape, int size, double alpha, double beta, double bias) =>
        new(new LocalResponseNormalization(size, alpha, beta, bias), [new(shape, Domain.Away)], x => Naive.Build(x[0].Shape, i =>
        {
            double sum = 0;
            for (int c = Math.Max(0, i[1] - (size - 1) / 2); c <= Math.Min(shape[1] - 1, i[1] + size / 2); c++) sum += Math.Pow(x[0][Naive.Set(i, 1, c)], 2);
            return x[0][i] / Math.Pow(bias + alpha / size * sum, beta);
        }))
        { Tolerance32 = 1e-5, Note = $"{size} channels" };

    private static OpRow OfLengthOne(Shape shape, int axis, int p)
    {
        int along = shape.Axis(axis, "row");
        return new(new LpNormalization(axis, p), [new(shape, Domain.Away)], x => Naive.Build(x[0].Shape, i =>
        {
            double sum = Enumerable.Range(0, shape[along]).Sum(k => Math.Pow(Math.Abs(x[0][Naive.Set(i, along, k)]), p));
            return x[0][i] / Math.Pow(sum, 1.0 / p);
        }))
        { Note = $"axis {axis}, p = {p}" };
    }

    private static bool SameStart(int[] a, int[] b, int count) => a.AsSpan(0, count).SequenceEqual(b.AsSpan(0, count));

    private static Arg[] WithAffine(Shape shape, Shape affine, int inputs) =>
        [new(shape, Domain.Away), .. Enumerable.Repeat(new Arg(affine, Domain.Away), inputs - 1)];

    private static double At(Naive[] x, int input, int[] index, double otherwise) => input < x.Length ? x[input][index] : otherwise;

    // (x − μ) / √(σ² + ε) of an element among those that stand together with it.
    private static double Standard(Naive x, int[] at, Func<int[], int[], bool> together, double epsilon)
    {
        double[] own = [.. Naive.Indices(x.Shape).Where(i => together(i, at)).Select(i => x[i])];
        double mean = own.Average(), variance = own.Average(v => (v - mean) * (v - mean));
        return variance == 0 ? 0 : (x[at] - mean) / Math.Sqrt(variance + epsilon);
    }
}
