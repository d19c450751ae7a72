// The rows of the ops on shapes, of products and rows of probabilities.

using Kubik.Graphs;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    // tanh(a · b) · b, as one op.
    private static Graph Gate => Graph.Trace(x => (x[0] * x[1]).Tanh() * x[1], new TensorSpec(DType.Float64, [3, 4]), new TensorSpec(DType.Float64, [4]));

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
        new(new Recall(), [new([3, 4], Domain.Away)], x => x[0]) { Types = OpRow.Numbers },
        new(new Recall(), [new([0], Domain.Away)], x => x[0]),
        new(new Recomputed(Gate), [new([3, 4], Domain.Away), new([4], Domain.Away)], x => Naive.Build([3, 4], i => Math.Tanh(x[0][i] * x[1][i[1]]) * x[1][i[1]])) { Types = [DType.Float64] },
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
