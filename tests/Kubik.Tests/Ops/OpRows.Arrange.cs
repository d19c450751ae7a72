// The rows of the ops that arrange elements anew: padding, turning, repeating, triangles, diagonals, windows, and Einstein's sum.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Arrangements() =>
    [
        Plain(new Unsqueeze(0), [3], [1, 3]),
        Plain(new Unsqueeze(1), [2, 3], [2, 1, 3]),
        Plain(new Unsqueeze(0), [], [1]),
        Plain(new Unsqueeze(2), [2, 0], [2, 0, 1]),
        Plain(new Squeeze(0), [1, 3], [3]),
        Plain(new Squeeze(1), [2, 1, 3], [2, 3]),
        Plain(new Squeeze(0), [1], []),
        Plain(new Squeeze(2), [0, 3, 1], [0, 3]),
        Plain(new Flatten(1), [2, 3, 4], [2, 12]),
        Plain(new Flatten(0), [], [1]),
        Plain(new Flatten(2), [2, 3], [2, 3, 1]),
        Plain(new Flatten(1), [0, 3, 2], [0, 6]),
        Stacked(0, [2, 3], 2),
        Stacked(1, [2, 3], 3),
        Stacked(2, [1, 3], 1),
        Stacked(0, [], 3),
        Stacked(1, [0, 2], 2),
        Padded(new Pad(0, 1, 2), [3]),
        Padded(new Pad(1, 2, 0, Value: 1), [2, 3]) with { Types = AnyType },
        Padded(new Pad(1, 0, 2), [2, 0, 3]),
        Padded(new Pad(0, 0, 0), [4]),
        Padded(new Pad(0, 2, 3, PadMode.Reflect), [4]) with { Types = AnyType },
        Padded(new Pad(1, 1, 1, PadMode.Reflect), [3, 2, 2]),
        Padded(new Pad(0, 0, 0, PadMode.Reflect), [1, 2]),
        Padded(new Pad(0, 5, 1, PadMode.Edge), [3]),
        Padded(new Pad(2, 1, 2, PadMode.Edge), [2, 3, 1]),
        Padded(new Pad(0, 1, 0, PadMode.Edge), [2, 0]),
        Padded(new Pad(0, 3, 2, PadMode.Wrap), [3]),
        Padded(new Pad(1, 1, 0, PadMode.Wrap), [2, 4, 2]),
        Flipped([0], [5]),
        Flipped([1], [2, 3]) with { Types = AnyType },
        Flipped([0, 2], [2, 1, 4]),
        Flipped([], [3]),
        Flipped([0], [0, 2]),
        Rolled(0, 2, [5]),
        Rolled(1, -1, [2, 3]) with { Types = AnyType },
        Rolled(1, 7, [2, 3, 2]),
        Rolled(0, int.MinValue, [3]),
        Rolled(0, 1, [0, 2]),
        Tiled([3], [2]),
        Tiled([2, 1], [2, 3]) with { Types = AnyType },
        Tiled([2, 3], [4]),
        Tiled([2], [2, 1, 3]),
        Tiled([1, 2, 2], [2, 3]),
        Tiled([0], [3]),
        Tiled([2], []),
        Each(0, 2, [3]),
        Each(1, 3, [2, 2]) with { Types = AnyType },
        Each(1, 1, [2, 2]),
        Each(0, 0, [2, 2]),
        Each(0, 2, [0, 3]),
        .. from c in new (Shape Shape, int Offset)[] { ([3, 3], 0), ([2, 4], 1), ([4, 2], -1), ([2, 3, 3], 0), ([1, 5], -2), ([0, 3], 0), ([2, 2], 9) }
        from row in new[] { Triangle(new Tril(c.Offset), c.Shape, (i, j) => j - i <= c.Offset), Triangle(new Triu(c.Offset), c.Shape, (i, j) => j - i >= c.Offset) }
        select row with { Note = $"offset {c.Offset}" },
        .. from c in new (Shape Shape, int Offset, int Length)[] { ([3, 3], 0, 3), ([2, 4], 1, 2), ([4, 2], -1, 2), ([2, 3, 3], 2, 1), ([1, 5], -2, 0), ([0, 3], 0, 0), ([2, 5, 1], -3, 1) }
        from row in new[] { Diagonals(c.Offset, c.Shape, c.Length), DiagonalPlaced(c.Offset, c.Shape, c.Length) }
        select row,
        .. from c in new (int Y, int X, Window Window, Shape Shape, string Note)[]
        {
            (2, 2, new(), [1, 2, 3, 4], "plain"),
            (3, 2, new([2, 1], [1, 0]), [2, 1, 5, 4], "stride 2x1, padding 1x0"),
            (2, 3, new([1, 2], [1, 2], [2, 1]), [1, 2, 4, 5], "everything at once"),
            (1, 1, new(), [2, 3, 1, 5], "single cells"),
            (2, 2, new(2), [0, 1, 4, 4], "no pictures"),
            (2, 2, new(1, 1), [1, 1, 1, 1], "wider than the picture"),
        }
        from row in new[] { Unfolded(c.Y, c.X, c.Window, c.Shape), Folded(c.Y, c.X, c.Window, c.Shape) }
        select row with { Note = c.Note },
        Unfolded(3, 3, new(1, 1), [3, 4, 20, 21]) with { Big = true },
        Folded(3, 3, new(1, 1), [3, 4, 20, 21]) with { Big = true },
    ];

    private static IEnumerable<OpRow> EinsteinSums() =>
    [
        Summed("ij,jk->ik", [2, 3], [3, 4]),
        Summed("ij,jk", "ij,jk->ik", [1, 3], [3, 5]),
        Summed("ij->ji", [2, 3]),
        Summed("ba", "ba->ab", [2, 3]),
        Summed("ij->", [2, 3]),
        Summed("ij->i", [2, 3]),
        Summed("ii->", [3, 3]),
        Summed("ii", "ii->", [3, 3]),
        Summed("ii->i", [3, 3]),
        Summed("iij->ij", [2, 2, 3]),
        Summed("iii->i", [2, 2, 2]),
        Summed("ijji->ij", [2, 3, 3, 2]),
        Summed("i,i->", [4], [4]),
        Summed("i,j->ij", [2], [3]),
        Summed("i,j->ji", [2], [3]),
        Summed("ij,ij->ij", [2, 3], [2, 3]),
        Summed("ij,ji->", [2, 3], [3, 2]),
        Summed("bij,bjk->bik", [2, 2, 3], [2, 3, 2]),
        Summed("bhqd,bhkd->bhqk", [2, 1, 3, 2], [2, 1, 2, 2]),
        Summed("bn,anm,bm->ba", [2, 3], [4, 3, 2], [2, 2]),
        Summed("ab,cd,bc->ad", [2, 3], [2, 2], [3, 2]),
        Summed("ij,k->ki", [2, 3], [2]),
        Summed(",ij->ij", [], [2, 2]),
        Summed("->", "->", Shape.Scalar),
        Summed("i j , j -> i", "ij,j->i", [2, 3], [3]),
        Summed("...ij,...jk->...ik", "zij,zjk->zik", [2, 2, 3], [2, 3, 2]),
        Summed("...ij,jk->...ik", "zij,jk->zik", [2, 2, 3], [3, 2]),
        Summed("...i,...i->...", "yzi,yzi->yz", [2, 1, 3], [1, 2, 3]),
        Summed("...i,j...->...ij", "zi,jz->zij", [1, 3], [2, 4]),
        Summed("i...->...", "iyz->yz", [2, 3, 1]),
        Summed("...ii->...i", "zii->zi", [2, 3, 3]),
        Summed("...", "yz->yz", [2, 3]),
        Summed("ij,jk->ik", [2, 0], [0, 3]),
        Summed("ij,jk->ik", [0, 2], [2, 3]),
        Summed("aB,Bc->ac", [2, 3], [3, 2]) with { Types = OpRow.Signed },
        Summed("ij->j", [2, 3]) with { Types = OpRow.Numbers, Note = "ij->j whole numbers" },
    ];

    private static OpRow Plain(Op op, Shape from, Shape to) => new(op, [new(from, Domain.Away)], x => new Naive([.. to], x[0].Values)) { Types = AnyType };

    private static OpRow Stacked(int axis, Shape shape, int count) =>
        new(new Stack(axis), [.. Enumerable.Repeat(new Arg(shape, Domain.Away), count)], x =>
            Naive.Build([.. shape.Insert(axis, count)], i => x[i[axis]][[.. i[..axis], .. i[(axis + 1)..]]]))
        { Types = AnyType, Note = $"axis {axis}" };

    private static OpRow Padded(Pad op, Shape shape)
    {
        int size = shape[op.Axis], whole = size + op.Before + op.After;
        return new(op, [new(shape, Domain.Away)], x => x[0].Along(op.Axis, whole, line => [.. Enumerable.Range(-op.Before, whole).Select(i => op.Mode switch
        {
            PadMode.Constant => i < 0 || i >= size ? op.Value : line[i],
            PadMode.Edge => line[Math.Clamp(i, 0, size - 1)],
            PadMode.Reflect => line[i < 0 ? -i : i >= size ? 2 * size - 2 - i : i],
            _ => line[(i + size) % size],
        })]))
        { Note = $"axis {op.Axis}, {op.Before} and {op.After} {op.Mode} {op.Value}" };
    }

    private static OpRow Flipped(Axes axes, Shape shape) =>
        new(new Flip(axes), [new(shape, Domain.Away)], x => Naive.Build([.. shape], i => x[0][[.. i.Select((at, axis) => axes.Contains(axis) ? shape[axis] - 1 - at : at)]])) { Note = $"axes {axes}" };

    private static OpRow Rolled(int axis, int shift, Shape shape) =>
        new(new Roll(axis, shift), [new(shape, Domain.Away)], x =>
        {
            Naive y = Naive.Zeros([.. shape]);
            foreach (int[] i in Naive.Indices([.. shape])) y[Naive.Set(i, axis, (int)((((long)i[axis] + shift) % shape[axis] + shape[axis]) % shape[axis]))] = x[0][i];
            return y;
        })
        { Note = $"axis {axis} by {shift}" };

    private static OpRow Tiled(Shape repeats, Shape shape)
    {
        int rank = Math.Max(repeats.Rank, shape.Rank);
        int[] own = [.. Enumerable.Repeat(1, rank - shape.Rank), .. shape], times = [.. Enumerable.Repeat(1, rank - repeats.Rank), .. repeats];
        return new(new Tile(repeats), [new(shape, Domain.Away)], x =>
            Naive.Build([.. own.Zip(times, (a, b) => a * b)], i => x[0][[.. i.Select((at, axis) => at % own[axis]).Skip(rank - shape.Rank)]]))
        { Note = $"times {repeats}" };
    }

    private static OpRow Each(int axis, int count, Shape shape) =>
        new(new RepeatInterleave(axis, count), [new(shape, Domain.Away)], x =>
            x[0].Along(axis, shape[axis] * count, line => [.. line.SelectMany(v => Enumerable.Repeat(v, count))]))
        { Note = $"axis {axis}, {count} times" };

    private static OpRow Triangle(Op op, Shape shape, Func<int, int, bool> stays) =>
        new(op, [new(shape, Domain.Away)], x => Naive.Build([.. shape], i => stays(i[^2], i[^1]) ? x[0][i] : 0)) { Types = AnyType };

    private static OpRow Diagonals(int offset, Shape shape, int length) =>
        new(new Diagonal(offset), [new(shape, Domain.Away)], x =>
            Naive.Build([.. shape.Sizes[..^2], length], i => x[0][[.. i[..^1], i[^1] + Math.Max(-offset, 0), i[^1] + Math.Max(offset, 0)]]))
        { Types = AnyType, Note = $"offset {offset}" };

    private static OpRow DiagonalPlaced(int offset, Shape shape, int length) =>
        new(new PlaceDiagonal(offset, shape[^2], shape[^1]), [new([.. shape.Sizes[..^2], length], Domain.Away)], x =>
            Naive.Build([.. shape], i => i[^1] - i[^2] == offset ? x[0][[.. i[..^2], Math.Min(i[^2], i[^1])]] : 0))
        { Types = AnyType, Note = $"offset {offset} of {shape}" };

    private static OpRow Unfolded(int kernelY, int kernelX, Window w, Shape shape)
    {
        int height = w.Positions(0, shape[2], kernelY), width = w.Positions(1, shape[3], kernelX), cells = kernelY * kernelX;
        return new(new Unfold([kernelY, kernelX], w), [new(shape, Domain.Away)], x => Naive.Build([shape[0], shape[1] * cells, height * width], i =>
        {
            int y = i[2] / width * w.Stride[0] + i[1] % cells / kernelX * w.Dilation[0] - w.Pad[0], column = i[2] % width * w.Stride[1] + i[1] % kernelX * w.Dilation[1] - w.Pad[1];
            return y < 0 || y >= shape[2] || column < 0 || column >= shape[3] ? 0 : x[0][i[0], i[1] / cells, y, column];
        }))
        { Types = OpRow.Numbers };
    }

    private static OpRow Folded(int kernelY, int kernelX, Window w, Shape shape)
    {
        int height = w.Positions(0, shape[2], kernelY), width = w.Positions(1, shape[3], kernelX), cells = kernelY * kernelX;
        Shape columns = [shape[0], shape[1] * cells, height * width];
        return new(new Fold(new Unfold([kernelY, kernelX], w), shape[2..]), [new(columns, Domain.Away)], x =>
        {
            Naive picture = Naive.Zeros([.. shape]);
            foreach (int[] i in Naive.Indices([.. columns]))
            {
                int y = i[2] / width * w.Stride[0] + i[1] % cells / kernelX * w.Dilation[0] - w.Pad[0], column = i[2] % width * w.Stride[1] + i[1] % kernelX * w.Dilation[1] - w.Pad[1];
                if (y >= 0 && y < shape[2] && column >= 0 && column < shape[3]) picture[i[0], i[1] / cells, y, column] += x[0][i];
            }
            return picture;
        })
        { Types = OpRow.Signed, Tolerance32 = 1e-5 };
    }

    private static OpRow Summed(string equation, params Shape[] shapes) => Summed(equation, equation, shapes);

    /// <summary>What the op is given, the same with a letter for every axis and the output, and the inputs' shapes.</summary>
    private static OpRow Summed(string equation, string letters, params Shape[] shapes)
    {
        string[] sides = letters.Split("->"), terms = sides[0].Split(',');
        return new(new Einsum(equation), [.. shapes.Select(s => new Arg(s, Domain.Away))], x =>
        {
            char[] all = [.. string.Concat(terms).Distinct()];
            int[] sizes = [.. all.Select(c => Enumerable.Range(0, terms.Length).SelectMany(t => terms[t].Select((d, axis) => d == c ? shapes[t][axis] : -1)).Where(s => s >= 0).Aggregate((a, b) => a == 1 ? b : a))];
            Naive y = Naive.Zeros([.. sides[1].Select(c => sizes[Array.IndexOf(all, c)])]);
            foreach (int[] at in Naive.Indices(sizes))
            {
                double product = 1;
                for (int t = 0; t < terms.Length; t++)
                    product *= x[t][[.. terms[t].Select((c, axis) => shapes[t][axis] == 1 ? 0 : at[Array.IndexOf(all, c)])]];
                y[[.. sides[1].Select(c => at[Array.IndexOf(all, c)])]] += product;
            }
            return y;
        })
        { Tolerance32 = 1e-5, Note = equation };
    }
}
