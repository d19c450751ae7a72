// Axes as the reader counts them: of what stands in the formula. A reshape, or an order of axes, is not written as a rule; what is said of axes
// behind it is said of the value before it, by the axes that it had there. Where it had none such, as of channels that were taken in groups,
// the reshape is written.

namespace Kubik.Glass.Formulas;

internal static class SeenAxes
{
    /// <summary>What stands in the formula for a value, and which of its axes are those of the value.</summary>
    /// <param name="x">The value.</param>
    /// <param name="axes">Its axes.</param>
    /// <param name="told">Reshapes that are written.</param>
    public static (Expression Seen, int[] Axes) Of(Expression x, IEnumerable<int> axes, IReadOnlySet<Expression> told)
    {
        int[] at = [.. axes];
        while (x is Call { Inputs: [var inner] } c && !told.Contains(c) && Behind(c, at) is { } before) (x, at) = (inner, before);
        return (x, at);
    }

    /// <summary>The reshapes that have to be written, or what is said of axes would be false.</summary>
    public static IEnumerable<Expression> Hidden(Call over)
    {
        if (over.Inputs is not [var x]) yield break;
        int[] axes = over.Op switch
        {
            IOverAxes reduced => [.. reduced.Axes],
            Ops.Softmax soft => [x.Shape.Axis(soft.Axis, soft.Name)],
            Ops.LogSoftmax soft => [x.Shape.Axis(soft.Axis, soft.Name)],
            _ => [],
        };
        if (Enumerable.Range(0, x.Shape.Rank).All(a => x.Shape[a] == 1 || axes.Contains(a))) yield break; // nothing else is left
        HashSet<Expression> none = [];
        (Expression seen, int[] at) = Of(x, axes, none);
        if (IsHidden(seen)) yield return seen;
        Stack<Expression> open = new([seen]);
        while (open.TryPop(out Expression? next))
        {
            if (next is not Call { Op: IElementwise or Where } c) continue;
            foreach (Expression input in c.Inputs.Where(i => i.Shape == c.Shape))
            {
                if (input is not Call { Inputs: [var inner] } view || !IsHidden(view)) open.Push(input);
                else if (Behind(view, at) is not { } before || !Large(before, inner.Shape).SequenceEqual(Large(at, c.Shape))) yield return view;
            }
        }
    }

    private static bool IsHidden(Expression x) => x is Call { Op: Reshape, Inputs: [var inner] } && inner.Shape != x.Shape && inner is not Call { Op: Stack };

    // An axis of size 1 is no matter.
    private static IEnumerable<int> Large(IEnumerable<int> axes, Shape shape) => axes.Where(a => shape[a] != 1);

    // The axes before what is not written; null where it is written, or they were none.
    private static int[]? Behind(Call c, int[] axes) => (c.Op, c.Inputs[0]) switch
    {
        (Cast, _) => axes,
        (Permute { Axes.Count: > 2, IsTranspose: false } order, _) => [.. axes.Select(a => order.Axes[a]).Order()],
        (Reshape, Call { Op: Stack }) => null,
        (Reshape, var inner) => Behind(inner.Shape, c.Shape, axes),
        _ => null,
    };

    // Sizes before and after are taken together as far as they have the same product: 2, 3 → 6 and 4 → 2, 2.
    private static int[]? Behind(Shape before, Shape after, int[] axes)
    {
        List<int> found = [];
        if (before.Rank > 0 && before[0] == 1 && axes.Contains(0)) found.Add(0); // one sample
        for (int i = 0, j = 0; i < before.Rank && j < after.Rank;)
        {
            (int firstBefore, int firstAfter) = (i, j);
            (long left, long right) = (before[i++], after[j++]);
            while (left != right)
            {
                if (left < right && i < before.Rank) left *= before[i++];
                else if (right < left && j < after.Rank) right *= after[j++];
                else return null;
            }
            if (left == 1) continue;
            bool[] taken = [.. Enumerable.Range(firstAfter, j - firstAfter).Where(a => after[a] != 1).Select(a => axes.Contains(a)).Distinct()];
            if (taken.Length != 1) return null;
            if (taken[0]) found.AddRange(Enumerable.Range(firstBefore, i - firstBefore).Where(a => before[a] != 1));
        }
        return [.. found];
    }
}
