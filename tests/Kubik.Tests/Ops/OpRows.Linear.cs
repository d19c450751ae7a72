// The rows of the ops on shapes, of products, windows and rows of probabilities.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Shapes() =>
    [
        Repeated([3], [3]),
        Repeated([3], [2, 3]),
        Repeated([2, 1, 3], [2, 4, 3]),
        Repeated([], [2, 2]),
        Repeated([1], [0]),
        Repeated([1, 1], [5, 1, 3, 2]),
        Joined(0, [2, 3], [1, 3], [4, 3]),
        Joined(1, [2, 3], [2, 1]),
        Joined(1, [2, 3, 2], [2, 0, 2], [2, 1, 2]),
        Joined(0, [4]),
        Joined(2, [1, 2, 1], [1, 2, 3]),
        new(new Copy(), [new([3, 4], Domain.Away)], x => x[0]) { Types = OpRow.Numbers },
        new(new Copy(), [new([], Domain.Away)], x => x[0]) { Types = [DType.Float16, DType.Float32] },
        new(new Detach(), [new([3, 4], Domain.Away)], x => x[0]) { Types = OpRow.Numbers },
        new(new Detach(), [new([0], Domain.Away)], x => x[0]),
        Permuted([1, 0], [3, 4]),
        Permuted([2, 0, 1], [2, 3, 4]),
        Permuted([0, 3, 1, 2], [2, 1, 3, 4]),
        Permuted([0], [5]),
        Permuted([], []),
        Permuted([1, 0], [0, 3]),
        Placed(0, 0, 1, 4, [2]),
        Placed(1, 1, 2, 6, [2, 3]),
        Placed(0, 4, -2, 5, [3, 2]),
        Placed(1, 0, 1, 3, [2, 0]),
        Placed(0, 0, 1, 3, [3, 2]),
        Reshaped([2, 6], [3, 4]),
        Reshaped([2, 3, 4], [24]),
        Reshaped([1], []),
        Reshaped([0, 3], [7, 0]),
        Reshaped([4], [1, 2, 1, 2]),
        Sliced(0, 1, 2, 1, [4]),
        Sliced(0, 0, 3, 2, [5, 2]),
        Sliced(1, 3, 4, -1, [2, 4]),
        Sliced(1, 4, 2, -3, [2, 5, 2]),
        Sliced(0, 2, 0, 1, [2, 3]),
        Sliced(0, 0, 4, 1, [4, 2]),
        Sliced(2, 1, 1, 1, [2, 3, 4]),
    ];

    private static IEnumerable<OpRow> Products() =>
    [
        Product([1, 1], [1, 1]) with { Types = OpRow.Signed },
        Product([3, 4], [4, 5]) with { Types = OpRow.Signed },
        Product([1, 7], [7, 1]),
        Product([17, 9], [9, 33]) with { Types = OpRow.Signed },
        Product([2, 3, 4], [4, 2]) with { Types = OpRow.Signed },
        Product([2, 3, 4], [2, 4, 2]),
        Product([2, 1, 3, 4], [5, 4, 2]),
        Product([3, 4], [2, 4, 3]),
        Product([3, 0], [0, 2]),
        Product([0, 3], [3, 2]),
        Product([0, 2, 3], [3, 2]),
        Product([2, 3], [3, 0]),
        .. from c in new (Window Window, Shape X, Shape W, string Note)[]
        {
            (new(), [1, 1, 4, 5], [1, 1, 3, 2], "plain"),
            (new(PadY: 1, PadX: 1), [2, 3, 5, 4], [4, 3, 3, 3], "same size"),
            (new(2, 3), [2, 2, 7, 8], [3, 2, 3, 2], "stride 2x3"),
            (new(2, 1, 2, 0), [1, 2, 5, 4], [2, 2, 3, 3], "stride 2x1, padding 2x0"),
            (new(DilationY: 2, DilationX: 3), [2, 1, 6, 8], [2, 1, 2, 3], "dilation 2x3"),
            (new(Groups: 2), [2, 4, 4, 3], [6, 2, 2, 2], "two groups"),
            (new(2, 2, 1, 1, 1, 1, 3), [2, 3, 5, 5], [3, 1, 3, 3], "depthwise, stride 2"),
            (new(), [2, 3, 3, 2], [4, 3, 1, 1], "pointwise"),
            (new(2, 2), [2, 3, 4, 4], [2, 3, 1, 1], "pointwise, stride 2"),
            (new(1, 1, 3, 3), [1, 1, 2, 2], [1, 1, 3, 3], "padding wider than the picture"),
            (new(), [0, 2, 4, 4], [3, 2, 3, 3], "no pictures"),
            (new(3, 3, 1, 2, 2, 2, 2), [1, 4, 9, 8], [2, 2, 3, 2], "everything at once"),
        }
        from row in new[] { Convolved(c.Window, c.X, c.W), ConvolvedInput(c.Window, c.X, c.W), ConvolvedWeights(c.Window, c.X, c.W) }
        select row with { Note = c.Note },
    ];

    private static IEnumerable<OpRow> Pools() =>
    [
        .. from c in new (int Y, int X, Window Window, Shape Shape, string Note)[]
        {
            (2, 2, new(2, 2), [1, 2, 4, 6], "halves"),
            (3, 2, new(), [2, 1, 5, 4], "overlapping"),
            (3, 3, new(2, 2, 1, 1), [2, 2, 5, 6], "padded"),
            (2, 2, new(3, 3), [1, 2, 7, 8], "with gaps"),
            (2, 3, new(1, 2, 1, 1, 2, 1), [1, 1, 5, 6], "dilated"),
            (1, 1, new(), [2, 2, 2, 3], "single cells"),
            (2, 2, new(2, 2), [0, 2, 4, 4], "no pictures"),
            (4, 5, new(), [2, 1, 4, 5], "whole picture"),
        }
        from row in new[]
        {
            Pooled(new MaxPool(c.Y, c.X, c.Window), c.Shape), PoolScattered(new MaxPool(c.Y, c.X, c.Window), c.Shape), PoolPicked(new MaxPool(c.Y, c.X, c.Window), c.Shape),
            Averaged(new AvgPool(c.Y, c.X, c.Window), c.Shape), Spread(new AvgPool(c.Y, c.X, c.Window), c.Shape),
        }
        select row with { Note = c.Note },
    ];

    private static IEnumerable<OpRow> Softmaxes() =>
    [
        .. from c in new (int Axis, Shape Shape)[] { (0, [5]), (1, [3, 4]), (0, [3, 4]), (1, [2, 3, 4]), (2, [2, 1, 17]), (0, [1]), (1, [0, 3]), (0, [3, 0]) }
        from row in new[] { Soft(new Softmax(c.Axis), c.Shape, log: false), Soft(new LogSoftmax(c.Axis), c.Shape, log: true) }
        select row,
    ];

    private static OpRow Repeated(Shape from, Shape to) =>
        new(new BroadcastTo(to), [new(from, Domain.Away)], x => Naive.Build([.. to], x[0].Repeated)) { Types = OpRow.Numbers, Note = $"to {to}" };

    private static OpRow Joined(int axis, params Shape[] parts) =>
        new(new Concat(axis), [.. parts.Select(p => new Arg(p, Domain.Away))], x =>
            Naive.Build([.. parts[0].With(axis, parts.Sum(p => p[axis]))], i =>
            {
                (int part, int at) = (0, i[axis]);
                while (at >= parts[part][axis]) at -= parts[part++][axis];
                return x[part][Naive.Set(i, axis, at)];
            }))
        { Types = [.. OpRow.Numbers, DType.Float16], Note = $"axis {axis}" };

    private static OpRow Permuted(Axes axes, Shape shape) =>
        new(new Permute(axes), [new(shape, Domain.Away)], x => Naive.Build([.. axes.Select(a => shape[a])], i =>
        {
            int[] from = new int[i.Length];
            for (int k = 0; k < i.Length; k++) from[axes[k]] = i[k];
            return x[0][from];
        }))
        { Types = OpRow.Numbers, Note = $"by {axes}" };

    private static OpRow Placed(int axis, int start, int step, int size, Shape shape) =>
        new(new Place(axis, start, step, size), [new(shape, Domain.Away)], x =>
        {
            Naive y = Naive.Zeros([.. shape.With(axis, size)]);
            foreach (int[] i in Naive.Indices([.. shape])) y[Naive.Set(i, axis, start + step * i[axis])] = x[0][i];
            return y;
        })
        { Types = OpRow.Numbers, Note = $"axis {axis} from {start} by {step} of {size}" };

    private static OpRow Reshaped(Shape from, Shape to) =>
        new(new Reshape(to), [new(from, Domain.Away)], x => new Naive([.. to], x[0].Values)) { Types = OpRow.Numbers, Note = $"to {to}" };

    private static OpRow Sliced(int axis, int start, int count, int step, Shape shape) =>
        new(new Slice(axis, start, count, step), [new(shape, Domain.Away)], x =>
            Naive.Build([.. shape.With(axis, count)], i => x[0][Naive.Set(i, axis, start + step * i[axis])]))
        { Types = OpRow.Numbers, Note = $"axis {axis}: {count} from {start} by {step}" };

    private static OpRow Product(Shape a, Shape b) =>
        new(new MatMul(), [new(a, Domain.Away), new(b, Domain.Away)], x =>
        {
            (int[] left, int[] right) = (x[0].Shape, x[1].Shape);
            int[] batch = Naive.Common(left[..^2], right[..^2]);
            Naive wideA = Naive.Build([.. batch, .. left[^2..]], x[0].Repeated), wideB = Naive.Build([.. batch, .. right[^2..]], x[1].Repeated);
            return Naive.Build([.. batch, left[^2], right[^1]], i =>
                Enumerable.Range(0, left[^1]).Sum(k => wideA[[.. i[..^1], k]] * wideB[[.. i[..^2], k, i[^1]]]));
        })
        { Tolerance32 = 1e-5 };

    // Every product in a convolution: the places in x, w and y that it takes from and adds to.
    private static IEnumerable<(int[] X, int[] W, int[] Y)> Terms(Window window, Shape x, Shape w)
    {
        (int outY, int outX) = (Positions(x[2], w[2], window.StrideY, window.PadY, window.DilationY), Positions(x[3], w[3], window.StrideX, window.PadX, window.DilationX));
        int outAGroup = w[0] / window.Groups;
        foreach (int[] i in Naive.Indices([x[0], w[0], outY, outX, w[1], w[2], w[3]]))
        {
            (int b, int o, int oy, int ox, int c, int ky, int kx) = (i[0], i[1], i[2], i[3], i[4], i[5], i[6]);
            int iy = oy * window.StrideY + ky * window.DilationY - window.PadY, ix = ox * window.StrideX + kx * window.DilationX - window.PadX;
            if (iy >= 0 && iy < x[2] && ix >= 0 && ix < x[3])
                yield return ([b, o / outAGroup * w[1] + c, iy, ix], [o, c, ky, kx], [b, o, oy, ox]);
        }
    }

    private static int Positions(int size, int kernel, int stride, int pad, int dilation)
    {
        int count = 0;
        for (int start = -pad; start + (kernel - 1) * dilation < size + pad; start += stride) count++;
        return count;
    }

    private static Shape ConvolvedShape(Window window, Shape x, Shape w) =>
        [x[0], w[0], Positions(x[2], w[2], window.StrideY, window.PadY, window.DilationY), Positions(x[3], w[3], window.StrideX, window.PadX, window.DilationX)];

    private static OpRow Convolved(Window window, Shape x, Shape w) =>
        new(new Conv(window), [new(x, Domain.Away), new(w, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. ConvolvedShape(window, x, w)]);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) y[iy] += v[0][ix] * v[1][iw];
            return y;
        })
        { Tolerance32 = 1e-5 };

    private static OpRow ConvolvedInput(Window window, Shape x, Shape w) =>
        new(new ConvInputGradient(window, x[2], x[3]), [new(ConvolvedShape(window, x, w), Domain.Away), new(w, Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) dx[ix] += v[0][iy] * v[1][iw];
            return dx;
        })
        { Tolerance32 = 1e-5 };

    private static OpRow ConvolvedWeights(Window window, Shape x, Shape w) =>
        new(new ConvWeightGradient(window, w[2], w[3]), [new(x, Domain.Away), new(ConvolvedShape(window, x, w), Domain.Away)], v =>
        {
            Naive dw = Naive.Zeros([.. w]);
            foreach ((int[] ix, int[] iw, int[] iy) in Terms(window, x, w)) dw[iw] += v[0][ix] * v[1][iy];
            return dw;
        })
        { Tolerance32 = 1e-5 };

    // The cells of x that each window sees, in reading order.
    private static IEnumerable<(int[] Window, List<int[]> Cells)> Cells(int kernelY, int kernelX, Window window, Shape x)
    {
        foreach (int[] at in Naive.Indices([.. PooledShape(kernelY, kernelX, window, x)]))
        {
            List<int[]> cells = [];
            foreach (int[] k in Naive.Indices([kernelY, kernelX]))
            {
                int iy = at[2] * window.StrideY + k[0] * window.DilationY - window.PadY, ix = at[3] * window.StrideX + k[1] * window.DilationX - window.PadX;
                if (iy >= 0 && iy < x[2] && ix >= 0 && ix < x[3]) cells.Add([at[0], at[1], iy, ix]);
            }
            yield return (at, cells);
        }
    }

    private static Shape PooledShape(int kernelY, int kernelX, Window window, Shape x) =>
        [x[0], x[1], Positions(x[2], kernelY, window.StrideY, window.PadY, window.DilationY), Positions(x[3], kernelX, window.StrideX, window.PadX, window.DilationX)];

    private static OpRow Pooled(MaxPool op, Shape x) =>
        new(op, [new(x, Domain.Distinct)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(op.KernelY, op.KernelX, op.Window, x)]);
            foreach ((int[] at, List<int[]> cells) in Cells(op.KernelY, op.KernelX, op.Window, x)) y[at] = cells.Max(c => v[0][c]);
            return y;
        });

    private static OpRow PoolScattered(MaxPool op, Shape x) =>
        new(new MaxPoolScatter(op), [new(x, Domain.Distinct), new(PooledShape(op.KernelY, op.KernelX, op.Window, x), Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach ((int[] at, List<int[]> cells) in Cells(op.KernelY, op.KernelX, op.Window, x)) dx[cells.MaxBy(c => v[0][c])!] += v[1][at];
            return dx;
        });

    private static OpRow PoolPicked(MaxPool op, Shape x) =>
        new(new MaxPoolGather(op), [new(x, Domain.Distinct), new(x, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(op.KernelY, op.KernelX, op.Window, x)]);
            foreach ((int[] at, List<int[]> cells) in Cells(op.KernelY, op.KernelX, op.Window, x)) y[at] = v[1][cells.MaxBy(c => v[0][c])!];
            return y;
        });

    private static OpRow Averaged(AvgPool op, Shape x) =>
        new(op, [new(x, Domain.Away)], v =>
        {
            Naive y = Naive.Zeros([.. PooledShape(op.KernelY, op.KernelX, op.Window, x)]);
            foreach ((int[] at, List<int[]> cells) in Cells(op.KernelY, op.KernelX, op.Window, x)) y[at] = cells.Sum(c => v[0][c]) / (op.KernelY * op.KernelX);
            return y;
        });

    private static OpRow Spread(AvgPool op, Shape x) =>
        new(new AvgPoolSpread(op, x[2], x[3]), [new(PooledShape(op.KernelY, op.KernelX, op.Window, x), Domain.Away)], v =>
        {
            Naive dx = Naive.Zeros([.. x]);
            foreach ((int[] at, List<int[]> cells) in Cells(op.KernelY, op.KernelX, op.Window, x))
                foreach (int[] cell in cells) dx[cell] += v[0][at] / (op.KernelY * op.KernelX);
            return dx;
        });

    private static OpRow Soft(Op op, Shape shape, bool log)
    {
        int axis = op is Softmax s ? s.Axis : ((LogSoftmax)op).Axis;
        return new(op, [new(shape, Domain.Away)], x =>
        {
            Naive sum = x[0].Map(Math.Exp).Fold([axis], true, 0, (a, b) => a + b);
            return Naive.Zip(x[0], sum, (v, total) => log ? v - Math.Log(total) : Math.Exp(v) / total);
        })
        { Note = $"axis {axis}" };
    }
}
