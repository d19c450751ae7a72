// What a cut, another shape or other axes show of something that is computed is computed from what they show of its inputs: the columns
// of x·W + b are x times the columns of W, plus those of b. So views end at names, or are gone.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Explaining;

/// <summary>Takes views into what is seen through them.</summary>
internal static class Views
{
    /// <summary>A view on tidy inputs, in another way; null when there is none.</summary>
    public static Expression? Seen(Call c, Expression[] x) => (c.Op, x) switch
    {
        (Slice or Reshape or Permute, [var a]) when Identities.IsZero(a) => Tidying.Uniform(new Number(0), c.Shape),
        (Permute permute, [var a]) => Permuted(permute, a, c.Shape),
        (Reshape, [var a]) when a.Shape == c.Shape => a,
        (Reshape, [Call { Op: Reshape, Inputs: [var a] }]) => Tidying.Tidied(c.Op, a),
        (Reshape, [Call { Op: Place place, Inputs: [var a] } placed]) when place.Axis > 0 && placed.Shape[0] == 1 && placed.Shape[1..] == c.Shape =>
            Call.Of(place with { Axis = place.Axis - 1 }, Call.Of(new Reshape(a.Shape[1..]), a)),
        // A number for each sample stands as a column beside rows: its numbers do too.
        (Reshape column, [Call { Op: IElementwise } a]) when IsColumn(c.Shape, a.Shape) && a.Inputs.All(i => i.IsScalar || i.Shape == a.Shape) =>
            Tidying.Tidied(a.Op, [.. a.Inputs.Select(i => i.IsScalar ? i : Tidying.Tidied(column, i))]),
        (Slice { Step: 1 } slice, [var a]) when slice.Count == a.Shape[slice.Axis] => a,
        (Slice slice, [Call inner]) => Cut(slice, inner),
        _ => null,
    };

    private static bool IsColumn(Shape a, Shape b) =>
        a.Size > 1 && a.Size == b.Size && (a.Rank, b.Rank) is (1, 2) or (2, 1) && a[0] == b[0];

    private static Expression? Permuted(Permute permute, Expression a, Shape shape) => a switch
    {
        Call { Op: Permute first, Inputs: [var inner] } when permute == first && permute.IsTranspose => inner,
        Call { Op: MatMul, Inputs: [var left, var right] } product when permute.IsTranspose && left.Shape.Rank == right.Shape.Rank =>
            Tidying.Tidied(product.Op, Tidying.Tidied(permute, right), Tidying.Tidied(permute, left)),
        _ when a.Shape.Rank > 2 && !permute.IsTranspose && IsReshape(permute, a.Shape) => Tidying.Tidied(new Reshape(shape), a),
        _ => null,
    };

    private static Expression? Cut(Slice slice, Call a)
    {
        switch (a.Op)
        {
            case Place { Step: 1 } place when slice.Step == 1 && place.Axis == slice.Axis: return Taken(slice, place, a.Inputs[0]);
            case Place place when place.Axis != slice.Axis: return Call.Of(place, Of(slice, a.Inputs[0]));
            case Slice { Step: 1 } first
                when slice.Step == 1 && first.Axis == slice.Axis:
                return Of(slice with { Start = first.Start + slice.Start }, a.Inputs[0]);
            case Concat concat when concat.Axis == slice.Axis: return Part(slice, a);
            case Concat: return Call.Of(a.Op, [.. a.Inputs.Select(x => Of(slice, x))]);
            case Reshape when Axis(a.Shape, a.Inputs[0].Shape,
                slice.Axis) is { } axis:
                return Tidying.Tidied(new Reshape(a.Shape.With(slice.Axis, slice.Count)), Of(slice with { Axis = axis }, a.Inputs[0]));
            case MatMul when a.Inputs[0].Shape.Rank == a.Shape.Rank
                && slice.Axis == a.Shape.Rank - 2:
                return Tidying.Tidied(a.Op, Of(slice, a.Inputs[0]), a.Inputs[1]);
            case MatMul when a.Inputs[1].Shape.Rank >= 2
                && slice.Axis == a.Shape.Rank - 1:
                return Tidying.Tidied(a.Op, a.Inputs[0], Of(slice with { Axis = a.Inputs[1].Shape.Rank - 1 }, a.Inputs[1]));
            case IElementwise: return Tidying.Tidied(a.Op, [.. a.Inputs.Select(x => Along(slice, x, a.Shape))]);
            default: return null;
        }
    }

    private static Expression Of(Slice slice, Expression x) => Tidying.Tidied(slice, x);

    // The same cut of one input, where that is not spread along the axis.
    private static Expression Along(Slice slice, Expression x, Shape whole)
    {
        int axis = slice.Axis - (whole.Rank - x.Shape.Rank);
        return axis < 0 || x.Shape[axis] != whole[slice.Axis] ? x : Of(slice with { Axis = axis }, x);
    }

    // Where an axis stands in another shape, when the shapes are the same but for axes of size 1.
    private static int? Axis(Shape of, Shape to, int axis)
    {
        if (!of.Sizes.ToArray().Where(n => n != 1).SequenceEqual(to.Sizes.ToArray().Where(n => n != 1)) || of[axis] == 1) return null;
        int left = of.Sizes[..axis].ToArray().Count(n => n != 1);
        for (int a = 0; a < to.Rank; a++)
        {
            if (to[a] != 1 && left-- == 0) return a;
        }
        return null;
    }

    // Whether only axes of size 1 change places.
    private static bool IsReshape(Permute permute, Shape shape)
    {
        int last = -1;
        foreach (int axis in permute.Axes)
        {
            if (shape[axis] == 1) continue;
            if (axis < last) return false;
            last = axis;
        }
        return true;
    }

    // What a cut shows of something that stands between zeros.
    private static Expression? Taken(Slice slice, Place place, Expression a)
    {
        int end = place.Start + a.Shape[place.Axis];
        if (slice.Start == place.Start && slice.Count == a.Shape[place.Axis]) return a;
        return slice.Start + slice.Count <= place.Start || slice.Start >= end ? Tidying.Uniform(new Number(0), a.Shape.With(slice.Axis, slice.Count)) : null;
    }

    // A cut of things side by side, when it lies in one of them.
    private static Expression? Part(Slice slice, Call parts)
    {
        int at = 0;
        foreach (Expression part in parts.Inputs)
        {
            int size = part.Shape[slice.Axis];
            if (slice.Step == 1 && slice.Start >= at && slice.Start + slice.Count <= at + size) return Of(slice with { Start = slice.Start - at }, part);
            at += size;
        }
        return null;
    }
}
