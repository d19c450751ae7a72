// The rows of convolutions, pools, and pictures of another size. The references know neither strides of memory nor
// three-axis kernels: they list every product, or every cell of every window, by its full index.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Convolutions() =>
    [
        .. from c in new (Window Window, Shape X, Shape W, string Note)[]
        {
            (new(), [1, 1, 4, 5], [1, 1, 3, 2], "plain"),
            (new(pad: 1), [2, 3, 5, 4], [4, 3, 3, 3], "same size"),
            (new([2, 3]), [2, 2, 7, 8], [3, 2, 3, 2], "stride 2x3"),
            (new([2, 1], [2, 0]), [1, 2, 5, 4], [2, 2, 3, 3], "stride 2x1, padding 2x0"),
            (new(dilation: [2, 3]), [2, 1, 6, 8], [2, 1, 2, 3], "dilation 2x3"),
            (new(groups: 2), [2, 4, 4, 3], [6, 2, 2, 2], "two groups"),
            (new(2, 1, groups: 3), [2, 3, 5, 5], [3, 1, 3, 3], "depthwise, stride 2"),
            (new(), [2, 3, 3, 2], [4, 3, 1, 1], "pointwise"),
            (new(2), [2, 3, 4, 4], [2, 3, 1, 1], "pointwise, stride 2"),
            (new(1, 3), [1, 1, 2, 2], [1, 1, 3, 3], "padding wider than the picture"),
            (new(), [0, 2, 4, 4], [3, 2, 3, 3], "no pictures"),
            (new(3, [1, 2], 2, 2), [1, 4, 9, 8], [2, 2, 3, 2], "everything at once"),
            (new(pad: [1, 0], padEnd: [0, 2]), [2, 2, 4, 3], [3, 2, 3, 2], "more padding at one end"),
            (new([2, 3], 2, 1, 1, [0, 1]), [1, 2, 5, 4], [2, 2, 2, 3], "stride, and padding at one end"),
            (Window.Same(), [2, 1, 4, 5], [2, 1, 2, 4], "same with an even kernel"),
            (Window.Same(2, [1, 2]), [1, 2, 5, 6], [2, 2, 3, 3], "same with stride and dilation"),
            (new(), [2, 0, 3, 3], [2, 0, 2, 2], "no channels"),
            (new(), [1, 1, 5], [1, 1, 3], "a line"),
            (new(2, 1, 2, 2, 2), [2, 4, 9], [6, 2, 3], "a line, everything at once"),
            (new(pad: 2), [1, 2, 1], [3, 2, 4], "a line shorter than the kernel"),
            (Window.Same(3), [2, 1, 7], [2, 1, 4], "a line, same with stride"),
            (new(), [1, 1, 3, 4, 3], [1, 1, 2, 3, 2], "a volume"),
            (new([2, 1, 2], [1, 0, 1], [1, 2, 1], 2, [0, 1, 1]), [2, 2, 4, 5, 3], [2, 1, 2, 2, 3], "a volume, everything at once"),
            (new(), [2, 3, 2, 1, 2], [2, 3, 1, 1, 1], "a volume, pointwise"),
            (new(pad: [2, 1, 0]), [1, 1, 1, 2, 3], [2, 1, 4, 3, 2], "a volume smaller than the kernel"),
        }
        from row in new[] { Convolved(c.Window, c.X, c.W), ConvolvedInput(c.Window, c.X, c.W), ConvolvedWeights(c.Window, c.X, c.W) }
        select row with { Note = c.Note },
        Convolved(new(pad: 1), [9, 2, 4, 9, 9], [3, 2, 3, 3, 3]) with { Big = true, Note = "volumes, big" },
        ConvolvedInput(new(2, 1), [40, 2, 90], [3, 2, 3]) with { Big = true, Note = "lines, big" },
        Transposed(new(), 0, [1, 2, 3, 4], [2, 3, 2, 2], [4, 5], "plain"),
        Transposed(new(2), 0, [2, 4, 3, 2], [4, 1, 2, 2], [6, 4], "twice as large"),
        Transposed(new([2, 3], 1), [1, 2], [1, 2, 3, 2], [2, 3, 3, 3], [6, 6], "output padding"),
        Transposed(new(2, 1, 2, 2), 1, [1, 4, 2, 3], [4, 2, 2, 3], [4, 8], "groups, dilation, padding"),
        Transposed(new(3, 0, padEnd: 1), 0, [2, 1, 4], [1, 2, 4], [12], "a line, cut at the end"),
        Transposed(Window.Same(2), 0, [1, 1, 3, 4], [1, 2, 3, 2], [6, 8], "same"),
        Transposed(new([1, 2, 2], 1), [0, 1, 0], [1, 2, 2, 2, 3], [2, 2, 3, 3, 2], [2, 4, 4], "a volume"),
        Transposed(new(), 0, [0, 2, 3, 3], [2, 1, 2, 2], [4, 4], "no pictures"),
        Toeplitz(new(), [1, 1, 3], [5], "a line"),
        Toeplitz(new(2, 1), [3, 2, 3], [6], "a line, stride, padding, channels"),
        Toeplitz(new(), [1, 1, 2, 2], [3, 4], "a picture"),
        Toeplitz(new([2, 1], 1, [1, 2], 2), [4, 1, 3, 2], [4, 3], "a picture, everything"),
        Toeplitz(Window.Same(), [2, 1, 2, 1, 3], [2, 2, 3], "a volume"),
    ];

    private static IEnumerable<OpRow> Pools() =>
    [
        .. from c in new (SlidingGrid Grid, Shape Shape, string Note)[]
        {
            (new(2, new(2)), [1, 2, 4, 6], "halves"),
            (new([3, 2], new()), [2, 1, 5, 4], "overlapping"),
            (new(3, new(2, 1)), [2, 2, 5, 6], "padded"),
            (new(2, new(3)), [1, 2, 7, 8], "with gaps"),
            (new([2, 3], new([1, 2], 1, [2, 1])), [1, 1, 5, 6], "dilated"),
            (new(1, new()), [2, 2, 2, 3], "single cells"),
            (new(2, new(2)), [0, 2, 4, 4], "no pictures"),
            (new([4, 5], new()), [2, 1, 4, 5], "whole picture"),
            (new(3, new(2), Ceil: true), [1, 2, 4, 6], "over the end"),
            (new([3, 2], new([2, 3], 1), Ceil: true), [2, 1, 5, 7], "over the end, padded"),
            (new(3, new(2), Ceil: true), [1, 1, 2, 3], "over the end, window too large"),
            (new([2, 3], new(1, [0, 1], padEnd: [1, 2])), [1, 2, 3, 4], "more padding at one end"),
            (new([2, 4], Window.Same(2)), [1, 1, 5, 7], "same"),
            (new(3, Window.Same(1, 2)), [1, 1, 4, 5], "same, dilated"),
            (new(2, new(2)), [2, 3, 7], "a line"),
            (new(3, new(2, 1, 2), Ceil: true), [1, 2, 8], "a line, everything"),
            (new(2, new(2)), [1, 2, 4, 3, 5], "a volume"),
            (new([3, 1, 2], new([2, 1, 2], [1, 0, 1]), Ceil: true), [1, 1, 4, 2, 4], "a volume, everything"),
        }
        from row in Pooled(c.Grid, c.Shape)
            .Append(Averaged(new AvgPool(c.Grid, Divisor.Inside), c.Shape) with { Note = "of the cells inside" })
            .Append(Spread(new AvgPool(c.Grid, Divisor.Inside), c.Shape) with { Note = "of the cells inside" })
        select row with { Note = $"{c.Note} {row.Note}" },
        Averaged(new AvgPool([2, 3], new(2, 1), divisor: Divisor.One), [2, 1, 5, 4]) with { Note = "sums" },
        Spread(new AvgPool([2, 3], new(2, 1), divisor: Divisor.One), [2, 1, 5, 4]) with { Note = "sums" },
        Spread(new AvgPool(3, new(2, 1)), [20, 5, 20, 20]) with { Big = true, Note = "big" },
        PoolScattered(new MaxPool(new AdaptiveGrid(7)), [20, 5, 20, 20]) with { Big = true, Note = "adaptive, big" },
        .. from c in new (PerAxis Size, Shape Shape)[] { (1, [2, 2, 3, 4]), ([2, 3], [1, 2, 5, 7]), (4, [1, 1, 3, 9]), (3, [2, 2, 7]), ([2, 1, 3], [1, 2, 3, 2, 4]), (2, [0, 1, 4, 4]) }
        from row in Pooled(new AdaptiveGrid(c.Size), c.Shape)
            .Append(Averaged(new AvgPool(new AdaptiveGrid(c.Size)), c.Shape) with { Op = new AdaptiveAvgPool(c.Size) })
            .Append(Largest(new MaxPool(new AdaptiveGrid(c.Size)), c.Shape) with { Op = new AdaptiveMaxPool(c.Size) })
        select row with { Note = $"to {c.Size}" },
        .. from shape in new Shape[] { [2, 3, 4, 5], [1, 2, 7], [2, 1, 1, 1, 1], [1, 2, 2, 3, 2], [0, 2, 3, 3] }
        let others = Enumerable.Range(2, shape.Rank - 2).ToArray()
        from row in new[]
        {
            new OpRow(new GlobalAvgPool(), [new(shape, Domain.Away)], x => x[0].Lines(others, true, line => line.Average())),
            new OpRow(new GlobalMaxPool(), [new(shape, Domain.Distinct)], x => x[0].Lines(others, true, line => line.Max())),
        }
        select row,
        .. from c in new (double P, SlidingGrid Grid, Shape Shape)[]
        {
            (2, new(2, new(2)), [1, 2, 4, 6]), (1, new([3, 2], new()), [2, 1, 5, 4]), (3.5, new(2, new(1, 1)), [1, 1, 3, 3]),
            (1.5, new(3, new(2)), [2, 2, 7]), (4, new(2, new(2), Ceil: true), [1, 1, 3, 4, 2]), (2, new(2, new(2)), [0, 1, 4, 4]),
        }
        select Normed(c.P, c.Grid, c.Shape),
    ];

    private static IEnumerable<OpRow> Resizes() =>
    [
        .. from c in new (PerAxis? Size, double? Scale, Shape Shape)[]
        {
            (6, null, [1, 2, 3, 3]), ([5, 2], null, [2, 1, 3, 7]), (null, 2, [1, 2, 3, 4]), (null, 1.7, [1, 1, 5, 4]), (null, 0.6, [2, 1, 5, 7]), ([1, 4], null, [1, 2, 3, 1]),
            (7, null, [2, 2, 5]), (null, 2.5, [1, 2, 3]), ([3, 1, 4], null, [1, 2, 2, 3, 3]), (null, 2, [1, 1, 2, 1, 2]), (4, null, [0, 1, 3, 3]),
        }
        from mode in Enum.GetValues<Interpolation>()
        select Resized(new Resize(c.Size, c.Scale, mode), c.Shape),
        Resized(new Resize(3, null, Interpolation.Nearest), [1, 1, 3, 5]) with { Types = OpRow.Numbers, Note = "other types" },
        .. from c in new (int Axis, int Size, double Ratio, Shape Shape)[] { (0, 5, 0, [3]), (1, 2, 0, [3, 5]), (1, 7, 0.4, [2, 3, 2]), (2, 1, 0, [2, 1, 4]), (0, 3, 0, [7, 2]), (1, 3, 0, [2, 3]) }
        from mode in Enum.GetValues<Interpolation>()
        let op = new Resample(c.Axis, c.Size, mode, c.Ratio)
        from row in new[] { Resampled(op, c.Shape), ResampledBack(op, c.Shape) }
        select row,
        Resampled(new Resample(1, 150, Interpolation.Linear), [70, 40, 3]) with { Big = true, Note = "big" },
        ResampledBack(new Resample(1, 90, Interpolation.Linear), [70, 40, 3]) with { Big = true, Note = "big", Tolerance32 = 1e-5 },
    ];

    private static IEnumerable<OpRow> Shuffles() =>
        from c in new (int Factor, Shape Small)[] { (2, [1, 4, 2, 3]), (3, [2, 18, 1, 2]), (1, [2, 3, 2, 2]), (2, [0, 8, 2, 1]), (2, [1, 12, 3, 1]) }
        let channels = c.Small[1] / (c.Factor * c.Factor)
        let large = c.Small.With(1, channels).With(2, c.Small[2] * c.Factor).With(3, c.Small[3] * c.Factor)
        from row in new[]
        {
            new OpRow(new PixelShuffle(c.Factor), [new(c.Small, Domain.Away)], x => Naive.Build([.. large], i =>
                x[0][i[0], (i[1] * c.Factor + i[2] % c.Factor) * c.Factor + i[3] % c.Factor, i[2] / c.Factor, i[3] / c.Factor])),
            new OpRow(new PixelUnshuffle(c.Factor), [new(large, Domain.Away)], x => Naive.Build([.. c.Small], i =>
                x[0][i[0], i[1] / c.Factor / c.Factor, i[2] * c.Factor + i[1] / c.Factor % c.Factor, i[3] * c.Factor + i[1] % c.Factor])),
        }
        select row with { Types = [.. OpRow.Numbers, DType.Float16], Note = $"by {c.Factor}" };

    // Zeros before and after an axis.
    private static (int Begin, int End) Border(Window window, int axis, int size, int kernel)
    {
        if (!window.IsSame) return (window.Pad[axis], window.PadEnd[axis]);
        int positions = (int)Math.Ceiling(size / (double)window.Stride[axis]);
        int missing = Math.Max(0, (positions - 1) * window.Stride[axis] + (kernel - 1) * window.Dilation[axis] + 1 - size);
        return (missing / 2, missing - missing / 2);
    }

    // Where the windows begin along an axis.
    private static List<int> Starts(Window window, int axis, int size, int kernel, bool ceil = false)
    {
        (int begin, int end) = Border(window, axis, size, kernel);
        List<int> starts = [];
        int reach = (kernel - 1) * window.Dilation[axis];
        for (int start = -begin; ceil ? start < size && (starts.Count == 0 || starts[^1] + reach < size + end - 1) : start + reach < size + end; start += window.Stride[axis]) starts.Add(start);
        return starts;
    }

    // Every product in a convolution: the places in x, w and y that it takes from and adds to.
    private static IEnumerable<(int[] X, int[] W, int[] Y)> Terms(Window window, Shape x, Shape w)
    {
        int axes = x.Rank - 2, outAGroup = w[0] / window.Groups;
        List<int>[] starts = [.. Enumerable.Range(0, axes).Select(a => Starts(window, a, x[a + 2], w[a + 2]))];
        foreach (int[] y in Naive.Indices([x[0], w[0], .. starts.Select(s => s.Count)]))
        {
            foreach (int[] k in Naive.Indices([.. w.Sizes[1..]]))
            {
                int[] at = [.. Enumerable.Range(0, axes).Select(a => starts[a][y[a + 2]] + k[a + 1] * window.Dilation[a])];
                if (Enumerable.Range(0, axes).All(a => at[a] >= 0 && at[a] < x[a + 2]))
                    yield return ([y[0], y[1] / outAGroup * w[1] + k[0], .. at], [y[1], .. k], y);
            }
        }
    }

    private static Shape ConvolvedShape(Window window, Shape x, Shape w) =>
        [x[0], w[0], .. Enumerable.Range(0, x.Rank - 2).Select(a => Starts(window, a, x[a + 2], w[a + 2]).Count)];

    private static OpRow Convolved(Window window, Shape x, Shape w) =>
        new(new Conv(window), [new(x, Domain.Away), new(w, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. ConvolvedShape(window, x, w)]);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) y[iy] += v[0][ix] * v[1][iw];
            return y;
        })
        { Tolerance32 = 1e-5 };

    private static OpRow ConvolvedInput(Window window, Shape x, Shape w) =>
        new(new ConvInputGradient(window, x[2..]), [new(ConvolvedShape(window, x, w), Domain.Away), new(w, Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) dx[ix] += v[0][iy] * v[1][iw];
            return dx;
        })
        { Tolerance32 = 1e-5 };

    private static OpRow ConvolvedWeights(Window window, Shape x, Shape w) =>
        new(new ConvWeightGradient(window, w[2..]), [new(x, Domain.Away), new(ConvolvedShape(window, x, w), Domain.Away)], v =>
        {
            Naive dw = Naive.Zeros([.. w]);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) dw[iw] += v[0][ix] * v[1][iy];
            return dw;
        })
        { Tolerance32 = 1e-5 };

    // Every element of x puts the kernel times itself into y; what falls outside is cut off.
    private static OpRow Transposed(Window window, PerAxis outputPad, Shape x, Shape w, Shape size, string note) =>
        new(new ConvTranspose(window, outputPad), [new(x, Domain.Away), new(w, Domain.Away)], v =>
        {
            int inAGroup = w[0] / window.Groups;
            Naive y = Naive.Zeros([x[0], w[1] * window.Groups, .. size]);
            foreach (int[] i in Naive.Indices([.. x]))
            {
                foreach (int[] k in Naive.Indices([.. w.Sizes[1..]]))
                {
                    int[] at = [.. Enumerable.Range(0, size.Rank).Select(a => i[a + 2] * window.Stride[a] + k[a + 1] * window.Dilation[a] - Border(window, a, size[a], w[a + 2]).Begin)];
                    if (Enumerable.Range(0, size.Rank).All(a => at[a] >= 0 && at[a] < size[a]))
                        y[[i[0], i[1] / inAGroup * w[1] + k[0], .. at]] += v[0][i] * v[1][[i[1], .. k]];
                }
            }
            return y;
        })
        { Tolerance32 = 1e-5, Note = note };

    private static OpRow Toeplitz(Window window, Shape w, Shape size, string note) =>
        new(new ConvMatrix(window, size), [new(w, Domain.Away)], v =>
        {
            Shape x = [1, w[1] * window.Groups, .. size], y = ConvolvedShape(window, x, w);
            Naive matrix = Naive.Zeros(x.Size, y.Size);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) matrix[Place(x, ix), Place(y, iy)] += v[0][iw];
            return matrix;
        })
        { Note = note };

    private static int Place(Shape shape, int[] index) => index.Select((i, axis) => i * shape[(axis + 1)..].Size).Sum();

    // Along one axis: the cells inside of each window, and how many it has with those of the padding.
    private static List<(int[] Cells, int Count)> Runs(PoolGrid grid, int axis, int size)
    {
        if (grid is AdaptiveGrid adaptive)
        {
            int n = adaptive.Size[axis];
            return [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, size).Where(c => c >= Math.Floor(i * size / (double)n) && c < Math.Ceiling((i + 1) * size / (double)n)).ToArray()).Select(c => (c, c.Length))];
        }
        SlidingGrid sliding = (SlidingGrid)grid;
        int kernel = sliding.Kernel[axis], end = Border(sliding.Window, axis, size, kernel).End;
        return [.. Starts(sliding.Window, axis, size, kernel, sliding.Ceil).Select(start =>
        {
            int[] all = [.. Enumerable.Range(0, kernel).Select(k => start + k * sliding.Window.Dilation[axis])];
            return (all.Where(c => c >= 0 && c < size).ToArray(), all.Count(c => c < size + end));
        })];
    }

    // The cells of x that each window sees, in reading order, and how many the window has with those of the padding.
    private static IEnumerable<(int[] Window, List<int[]> Cells, int Count)> Cells(PoolGrid grid, Shape x)
    {
        List<(int[] Cells, int Count)>[] runs = [.. Enumerable.Range(0, x.Rank - 2).Select(a => Runs(grid, a, x[a + 2]))];
        foreach (int[] at in Naive.Indices([x[0], x[1], .. runs.Select(r => r.Count)]))
        {
            (int[] Cells, int Count)[] mine = [.. runs.Select((r, a) => r[at[a + 2]])];
            List<int[]> cells = [.. Naive.Indices([.. mine.Select(m => m.Cells.Length)]).Select(k => (int[])[at[0], at[1], .. k.Select((j, a) => mine[a].Cells[j])])];
            yield return (at, cells, mine.Aggregate(1, (product, m) => product * m.Count));
        }
    }

    private static Shape PooledShape(PoolGrid grid, Shape x) => [x[0], x[1], .. Enumerable.Range(0, x.Rank - 2).Select(a => Runs(grid, a, x[a + 2]).Count)];

    private static IEnumerable<OpRow> Pooled(PoolGrid grid, Shape x) =>
        [Largest(new MaxPool(grid), x), PoolScattered(new MaxPool(grid), x), PoolPicked(new MaxPool(grid), x), Averaged(new AvgPool(grid), x), Spread(new AvgPool(grid), x)];

    private static OpRow Largest(MaxPool op, Shape x) =>
        new(op, [new(x, Domain.Distinct)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(op.Grid, x)]);
            foreach ((int[] at, List<int[]> cells, _) in Cells(op.Grid, x)) y[at] = cells.Max(c => v[0][c]);
            return y;
        });

    private static OpRow PoolScattered(MaxPool op, Shape x) =>
        new(new MaxPoolScatter(op), [new(x, Domain.Distinct), new(PooledShape(op.Grid, x), Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach ((int[] at, List<int[]> cells, _) in Cells(op.Grid, x)) dx[cells.MaxBy(c => v[0][c])!] += v[1][at];
            return dx;
        });

    private static OpRow PoolPicked(MaxPool op, Shape x) =>
        new(new MaxPoolGather(op), [new(x, Domain.Distinct), new(x, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(op.Grid, x)]);
            foreach ((int[] at, List<int[]> cells, _) in Cells(op.Grid, x)) y[at] = v[1][cells.MaxBy(c => v[0][c])!];
            return y;
        });

    private static double Divided(AvgPool op, double sum, List<int[]> cells, int count) =>
        sum / (op.Divisor == Divisor.Inside ? cells.Count : op.Divisor == Divisor.One ? 1 : count);

    private static OpRow Averaged(AvgPool op, Shape x) =>
        new(op, [new(x, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(op.Grid, x)]);
            foreach ((int[] at, List<int[]> cells, int count) in Cells(op.Grid, x)) y[at] = Divided(op, cells.Sum(c => v[0][c]), cells, count);
            return y;
        });

    private static OpRow Spread(AvgPool op, Shape x) =>
        new(new AvgPoolSpread(op, x[2..]), [new(PooledShape(op.Grid, x), Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach ((int[] at, List<int[]> cells, int count) in Cells(op.Grid, x))
                foreach (int[] cell in cells) dx[cell] += Divided(op, v[0][at], cells, count);
            return dx;
        });

    private static OpRow Normed(double p, SlidingGrid grid, Shape x) =>
        new(new LpPool(p, grid), [new(x, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(grid, x)]);
            foreach ((int[] at, List<int[]> cells, _) in Cells(grid, x)) y[at] = Math.Pow(cells.Sum(c => Math.Pow(Math.Abs(v[0][c]), p)), 1 / p);
            return y;
        })
        { Tolerance32 = 1e-5, Note = $"p = {p}" };

    // The elements that element i of an axis is mixed of.
    private static IEnumerable<(int From, double Share)> Mix(Interpolation mode, int i, int from, int to, double ratio)
    {
        if (mode == Interpolation.Nearest)
        {
            yield return (Math.Min(from - 1, ratio == 0 ? i * from / to : (int)Math.Floor(i * ratio)), 1);
            yield break;
        }
        double at = mode == Interpolation.Linear ? (i + 0.5) * (ratio == 0 ? (double)from / to : ratio) - 0.5 : to == 1 ? 0 : i * (from - 1.0) / (to - 1);
        at = Math.Clamp(at, 0, from - 1);
        for (int k = 0; k < from; k++)
        {
            if (Math.Abs(at - k) < 1) yield return (k, 1 - Math.Abs(at - k));
        }
    }

    private static OpRow Resized(Resize op, Shape x)
    {
        int[] to = [x[0], x[1], .. Enumerable.Range(0, x.Rank - 2).Select(a => op.Size is { } size ? size[a] : (int)Math.Floor(x[a + 2] * op.Scale!.Value))];
        return new(op, [new(x, Domain.Away)], v => Naive.Build(to, i =>
        {
            (int From, double Share)[][] mixes = [.. Enumerable.Range(2, x.Rank - 2).Select(a => Mix(op.Mode, i[a], x[a], to[a], 1 / (op.Scale ?? double.PositiveInfinity)).ToArray())];
            return Naive.Indices([.. mixes.Select(m => m.Length)]).Sum(k =>
                v[0][[i[0], i[1], .. mixes.Select((m, a) => m[k[a]].From)]] * mixes.Select((m, a) => m[k[a]].Share).Aggregate((p, q) => p * q));
        }))
        { Note = $"{op.Mode} {(op.Size is { } s ? $"to {s}" : $"by {op.Scale}")}" };
    }

    private static OpRow Resampled(Resample op, Shape x) =>
        new(op, [new(x, Domain.Away)], v => Naive.Build([.. x.With(op.Axis, op.Size)], i =>
            Mix(op.Mode, i[op.Axis], x[op.Axis], op.Size, op.Ratio).Sum(m => m.Share * v[0][Naive.Set(i, op.Axis, m.From)])))
        { Note = $"{op.Mode}, axis {op.Axis} to {op.Size}" };

    private static OpRow ResampledBack(Resample op, Shape x) =>
        new(new ResampleSpread(op, x[op.Axis]), [new(x.With(op.Axis, op.Size), Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach (int[] i in Naive.Indices(v[0].Shape))
                foreach ((int from, double share) in Mix(op.Mode, i[op.Axis], x[op.Axis], op.Size, op.Ratio)) dx[Naive.Set(i, op.Axis, from)] += share * v[0][i];
            return dx;
        })
        { Note = $"{op.Mode}, axis {op.Axis} of {x[op.Axis]}" };
}
