// Rows of what batch normalisation measures and of the gradients of the normalisations, and rows of all of them that are
// large enough for several jobs, long and short segments, and ends that fill no vector.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> NormalizationGradients() =>
    [
        .. from shape in new Shape[] { [4, 3], [2, 3, 4], [2, 1, 3, 2], [3, 2, 8, 9], [1, 2, 65], [2, 17], [5, 0] }
           from row in new[] { Moments(shape), ChannelSums(shape), ChannelGradient(shape) }
           select row,
        ChannelSums([0, 3]),
        ChannelGradient([0, 3, 2]),
        .. from c in new (Shape Shape, int Size, int Groups, int Inner, bool Centered)[]
        {
            ([3, 5], 5, 1, 1, true), ([2, 3, 4], 12, 1, 1, true), ([4, 18], 18, 1, 1, true), ([3, 6], 6, 1, 1, false), ([2, 33], 33, 1, 1, false),
            ([2, 6, 3], 6, 3, 3, true), ([2, 4, 5, 7], 70, 2, 35, true), ([3, 2, 5], 5, 2, 5, true), ([0, 4], 4, 1, 1, true),
        }
        from row in new[] { RowGradient(c.Shape, c.Size, c.Groups, c.Inner, c.Centered, scaled: true), RowGradient(c.Shape, c.Size, c.Groups, c.Inner, c.Centered, scaled: false), RowSums(c.Shape, c.Size, c.Groups, c.Inner, c.Centered) }
        select row,
    ];

    private static IEnumerable<OpRow> BigNormalizations() => new[]
    {
        Moments([40, 5, 30, 31]), Moments([700, 33]), Moments([19, 300, 3, 3]), Moments([2, 1, 9000]),
        ChannelSums([40, 5, 30, 31]), ChannelSums([700, 33]), ChannelSums([19, 300, 3, 3]), ChannelSums([2, 1, 9000]),
        ChannelGradient([40, 5, 30, 31]), ChannelGradient([700, 33]), ChannelGradient([19, 300, 3, 3]),
        Batched([40, 5, 30, 31], 1e-5), Batched([70, 700], 1e-5),
        Rowed(new LayerNormalization(1, 0.01), [300, 131], [131], 131, 1, 1, centered: true), Rowed(new LayerNormalization(1, 0.01), [3, 9001], [9001], 9001, 1, 1, centered: true),
        Rowed(new RmsNormalization(1, 0.01), [300, 131], [131], 131, 1, 1, centered: false),
        Rowed(new GroupNormalization(2, 0.01), [30, 4, 17, 19], [4], 646, 2, 323, centered: true), Rowed(new InstanceNormalization(0.01), [30, 4, 17, 19], [4], 323, 4, 323, centered: true),
        RowGradient([300, 131], 131, 1, 1, centered: true, scaled: true), RowGradient([30, 4, 17, 19], 646, 2, 323, centered: true, scaled: true),
        RowSums([300, 131], 131, 1, 1, centered: true), RowSums([30, 4, 17, 19], 646, 2, 323, centered: true), RowSums([3000, 7], 7, 1, 1, centered: false),
    }.Select(r => r with { Big = true, Note = $"{r.Note} big", Tolerance32 = 5e-5, Tolerance64 = 1e-12 });

    private static OpRow Moments(Shape shape) => new(new ChannelMoments(), [new(shape, Domain.Away)], x =>
    {
        Naive y = Naive.Zeros(2, shape[1]);
        double n = (double)shape.Size / Math.Max(shape[1], 1);
        foreach (int[] i in Naive.Indices(x[0].Shape)) y[0, i[1]] += x[0][i] / n;
        foreach (int[] i in Naive.Indices(x[0].Shape)) y[1, i[1]] += Math.Pow(x[0][i] - y[0, i[1]], 2) / n;
        return y;
    })
    { Tolerance32 = 1e-5 };

    private static OpRow ChannelSums(Shape shape) =>
        new(new BatchNormalizationSums(0.01), [new(shape, Domain.Away), new(shape, Domain.Away), new([shape[1]], Domain.Away), new([shape[1]], Domain.Positive)], x =>
        {
            Naive y = Naive.Zeros(2, shape[1]);
            foreach (int[] i in Naive.Indices(x[0].Shape))
            {
                y[0, i[1]] += x[0][i];
                y[1, i[1]] += x[0][i] * (x[1][i] - x[2][i[1]]) / Math.Sqrt(x[3][i[1]] + 0.01);
            }
            return y;
        })
        { Tolerance32 = 1e-5, Tolerance64 = 1e-12 };

    private static OpRow ChannelGradient(Shape shape) =>
        new(new BatchNormalizationGradient(0.01), [new(shape, Domain.Away), .. WithAffine(shape, [shape[1]], 3), new([shape[1]], Domain.Positive), new([2, shape[1]], Domain.Away)], x =>
        {
            double n = (double)shape.Size / Math.Max(shape[1], 1);
            return Naive.Build(x[0].Shape, i =>
            {
                double rate = 1 / Math.Sqrt(x[4][i[1]] + 0.01);
                return x[2][i[1]] * rate * (x[0][i] - x[5][0, i[1]] / n - (x[1][i] - x[3][i[1]]) * rate * x[5][1, i[1]] / n);
            });
        })
        { Tolerance32 = 1e-5 };

    // What normalises rows, with a scale and, if centred, a shift.
    private static OpRow Rowed(Op op, Shape shape, Shape scales, int size, int groups, int inner, bool centered) =>
        new(op, [new(shape, Domain.Away), .. Enumerable.Repeat(new Arg(scales, Domain.Away), centered ? 2 : 1)], x =>
        {
            Naive y = Naive.Zeros([.. shape]);
            for (int r = 0; r < y.Values.Length / size; r++)
            {
                double[] normal = NormalRow(x[0].Values, r * size, size, centered, 0.01).Normal;
                for (int j = 0; j < size; j++)
                {
                    int channel = r % groups * (size / inner) + j / inner;
                    y.Values[r * size + j] = normal[j] * x[1].Values[channel] + (centered ? x[2].Values[channel] : 0);
                }
            }
            return y;
        });

    private static OpRow RowGradient(Shape shape, int size, int groups, int inner, bool centered, bool scaled)
    {
        Shape scales = [groups * (size / inner)];
        Arg[] inputs = [new(shape, Domain.Away), new(shape, Domain.Away), new(scales, Domain.Away)];
        return new(new RowNormalizationGradient(size, groups, inner, centered, 0.01), scaled ? inputs : inputs[..2], x =>
        {
            Naive y = Naive.Zeros([.. shape]);
            for (int r = 0; r < y.Values.Length / size; r++)
            {
                (double[] normal, double rate) = NormalRow(x[1].Values, r * size, size, centered, 0.01);
                double[] g = [.. Enumerable.Range(0, size).Select(j => x[0].Values[r * size + j] * (scaled ? x[2].Values[r % groups * (size / inner) + j / inner] : 1))];
                double product = g.Zip(normal, (a, b) => a * b).Average(), mean = centered ? g.Average() : 0;
                for (int j = 0; j < size; j++) y.Values[r * size + j] = rate * (g[j] - mean - normal[j] * product);
            }
            return y;
        })
        { Tolerance32 = 1e-5, Note = $"{size}, {groups} groups, {inner} together{(centered ? "" : ", not centred")}{(scaled ? "" : ", not scaled")}" };
    }

    private static OpRow RowSums(Shape shape, int size, int groups, int inner, bool centered) =>
        new(new RowNormalizationSums(size, groups, inner, centered, 0.01), [new(shape, Domain.Away), new(shape, Domain.Away)], x =>
        {
            int channels = size / inner;
            Naive y = Naive.Zeros(2, groups * channels);
            for (int r = 0; r < x[0].Values.Length / size; r++)
            {
                double[] normal = NormalRow(x[1].Values, r * size, size, centered, 0.01).Normal;
                for (int j = 0; j < size; j++)
                {
                    y[0, r % groups * channels + j / inner] += x[0].Values[r * size + j] * normal[j];
                    y[1, r % groups * channels + j / inner] += x[0].Values[r * size + j];
                }
            }
            return y;
        })
        { Tolerance32 = 1e-5, Note = $"{size}, {groups} groups, {inner} together{(centered ? "" : ", not centred")}" };

    private static (double[] Normal, double Rate) NormalRow(double[] x, int at, int size, bool centered, double epsilon)
    {
        double[] row = x[at..(at + size)];
        double mean = centered ? row.Average() : 0, rate = 1 / Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + epsilon);
        return ([.. row.Select(v => (v - mean) * rate)], rate);
    }

    private static IEnumerable<OpRow> CrossEntropies() =>
    [
        .. from c in new (int Axis, Shape Shape, double Temperature)[] { (0, [5], 1), (1, [3, 4], 2), (0, [3, 4], 1), (1, [2, 3, 4], 0.5), (2, [2, 1, 37], 1), (1, [2, 20, 3], 1), (1, [0, 3], 1) }
           from row in new[] { SoftGradient(new SoftmaxGradient(c.Axis, c.Temperature), c.Shape, c.Axis, c.Temperature, log: false), SoftGradient(new LogSoftmaxGradient(c.Axis, c.Temperature), c.Shape, c.Axis, c.Temperature, log: true) }
           select row,
        .. from shape in new Shape[] { [4, 3], [1, 1], [2, 37], [2, 3, 4], [2, 18, 3, 5], [0, 3], [3, 4, 0] }
           from row in new[] { CrossEntropy(shape), CrossEntropyGradient(shape) }
           select row,
        .. new[] { CrossEntropy([130, 131]), CrossEntropyGradient([130, 131]), CrossEntropy([3, 17, 70, 9]), CrossEntropyGradient([3, 17, 70, 9]), CrossEntropy([2, 9001]), SoftGradient(new SoftmaxGradient(1), [200, 151], 1, 1, log: false), SoftGradient(new LogSoftmaxGradient(0), [151, 200], 0, 1, log: true), Soft(new Softmax(1), [3, 9001], log: false), Soft(new LogSoftmax(1), [3, 9001], log: true) }
            .Select(r => r with { Big = true, Note = $"{r.Note} big", Tolerance32 = 5e-5 }),
    ];

    private static OpRow SoftGradient(Op op, Shape shape, int axis, double temperature, bool log) =>
        new(op, [new(shape, Domain.Away), new(shape, Domain.Away)], x =>
        {
            Naive sum = (log ? x[1] : Naive.Zip(x[0], x[1], (y, dy) => y * dy)).Fold([axis], true, 0, (a, b) => a + b);
            return Naive.Build(x[0].Shape, i => (log ? x[1][i] - Math.Exp(x[0][i]) * sum.Repeated(i) : x[0][i] * (x[1][i] - sum.Repeated(i))) / temperature);
        })
        { Tolerance32 = 1e-5, Note = $"axis {axis}, temperature {temperature}" };

    private static OpRow CrossEntropy(Shape shape) =>
        new(new SoftmaxCrossEntropy(), [new(shape, Domain.Wide), new(shape.Without(1), Domain.Below(shape[1]), DType.Int64)], x =>
        {
            Naive sum = x[0].Map(Math.Exp).Fold([1], false, 0, (a, b) => a + b);
            return Naive.Build(sum.Shape, i => Math.Log(sum[i]) - x[0][[i[0], (int)x[1][i], .. i[1..]]]);
        });

    private static OpRow CrossEntropyGradient(Shape shape) =>
        new(new SoftmaxCrossEntropyGradient(), [new(shape, Domain.Wide), new(shape.Without(1), Domain.Below(shape[1]), DType.Int64), new(shape.Without(1), Domain.Away)], x =>
        {
            Naive sum = x[0].Map(Math.Exp).Fold([1], false, 0, (a, b) => a + b);
            return Naive.Build(x[0].Shape, i =>
            {
                int[] sample = [i[0], .. i[2..]];
                return (Math.Exp(x[0][i]) / sum[sample] - (i[1] == (int)x[1][sample] ? 1 : 0)) * x[2][sample];
            });
        });
}
