// The heads of an attention. What has an axis of heads is written once, for head h, after it was seen that every head is computed
// alike, each from its own columns of the weights. Where the heads are joined, head 1 stands beside head 2 and so on. What
// cannot be taken apart by heads (something that is computed across them) is not written so.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Networks;

/// <summary>Writes values with an axis of heads, or two: (batch, heads…, T, d).</summary>
/// <param name="lead">How many heads along each of the axes.</param>
internal sealed class Heads(Shape lead)
{
    private const int MostJoined = 3; // written side by side, without …

    private readonly HashSet<Variable> names = [];

    /// <summary>How many there are.</summary>
    public int Count { get; } = (int)lead.Size;

    /// <summary>The heads that parts of a brick have; null when they have none or one.</summary>
    public static Heads? Of(IReadOnlyList<Shape> parts)
    {
        Shape[] headed = [.. parts.Where(p => p.Rank >= 4 && p[1..^2].Size > 1)];
        if (headed.Length == 0 || Array.Exists(headed, p => p.Rank != headed[0].Rank)) return null;
        return new([.. Enumerable.Range(1, headed[0].Rank - 3).Select(axis => headed.Max(p => p[axis]))]);
    }

    /// <summary>The name of one head's part: Q⁽ʰ⁾.</summary>
    public Variable Name(Variable part)
    {
        this.names.Add(part);
        return Marked(part, "ʰ", new TensorSpec(part.Spec.DType, One(part.Shape)));
    }

    /// <summary>A name with a mark above: Q⁽ʰ⁾, A⁽²⁾.</summary>
    public static Variable Marked(Variable name, string mark, TensorSpec spec) => new($"{name.Name}⁽{mark}⁾", spec);

    /// <summary>What a head computes; null when it is not to be told from the others.</summary>
    /// <param name="value">The computation with all heads, as it was read.</param>
    /// <param name="head">Which, from 0.</param>
    /// <param name="own">Names the columns that the head has.</param>
    public Expression? Of(Expression value, int head, Func<Expression, Expression> own) => this.Cut(value, head, "ʰ", own);

    /// <summary>The place of a head's columns among those of weights with so many heads: heads that share keys have the same.</summary>
    public int Place(int head, int heads) => head * heads / this.Count;

    /// <summary>An expression with the heads side by side where it joins them.</summary>
    public Expression Joined(Expression value) => Formula.Rewritten(value, (part, x) =>
        part is Call { Shape.Rank: 3, Op: Reshape, Inputs: [Call { Op: Permute p, Inputs: [var all] }] } && this.IsJoin(p, all)
            ? this.SideBySide(all) ?? part
            : part is Call c ? c.With(x) : part);

    private bool IsJoin(Permute permute, Expression heads) => this.IsHeaded(heads.Shape) && permute.Axes.SequenceEqual(Joining(heads.Shape.Rank));

    // Whether it makes a row for each place of heads side by side.
    private static bool IsSplit(Permute permute, Shape heads, Shape joined) =>
        permute.Axes.SequenceEqual(Splitting(heads.Rank)) && joined[0] == heads[0] && joined[1] == heads[^2];

    private Call? SideBySide(Expression all)
    {
        Expression?[] heads = [.. Enumerable.Range(0, this.Count).Select(i => this.Cut(all, i, Numeral.Raised(i + 1), null))];
        if (Array.Exists(heads, h => h is null)) return null;
        Shape one = [all.Shape[0], all.Shape[^2], all.Shape[^1]];
        Expression[] side = [.. heads.Select(h => Call.Of(new Reshape(one), h!))];
        if (side.Length > MostJoined) side = [side[0], new Symbol(new(all.Spec.DType, one.With(2, one[2] * (this.Count - 2))), "…", @"\ldots"), side[^1]];
        return Call.Of(new Concat(2), side);
    }

    private Expression? Cut(Expression e, int head, string mark, Func<Expression, Expression>? named)
    {
        if (!this.IsHeaded(e.Shape)) return e;
        if (e is Variable v) return this.names.Contains(v) ? Marked(v, mark, new(v.Spec.DType, One(v.Shape))) : null;
        if (e is not Call c) return null;
        if (c is { Op: Permute p, Inputs: [Call { Op: Reshape, Inputs: [{ Shape.Rank: 3 } joined] }] } && IsSplit(p, e.Shape, joined.Shape))
        {
            int size = e.Shape[^1], place = this.Place(head, (int)e.Shape[1..^2].Size);
            Expression own = Call.Of(new Slice(2, place * size, size, 1), joined);
            if (named is not null) own = named(own);
            return Call.Of(p, Call.Of(new Reshape([e.Shape[0], e.Shape[^2], .. Enumerable.Repeat(1, e.Shape.Rank - 3), size]), own));
        }
        if (c.Op is Permute moved && !moved.Axes.Take(c.Shape.Rank - 2).SequenceEqual(Enumerable.Range(0, c.Shape.Rank - 2))) return null;
        for (int axis = 1; axis < c.Shape.Rank - 2; axis++) // nothing is added up over the heads, or cut
        {
            int widest = c.Inputs.Where(x => x.Shape.Rank == c.Shape.Rank).Select(x => x.Shape[axis]).DefaultIfEmpty(1).Max();
            if (widest != c.Shape[axis] && c.Op is not BroadcastTo) return null;
        }
        Expression?[] inputs = [.. c.Inputs.Select(x => this.Cut(x, head, mark, named))];
        if (Array.Exists(inputs, x => x is null)) return null;
        try
        {
            Call made = Call.Of(c.Op is BroadcastTo ? new BroadcastTo(One(c.Shape)) : c.Op, inputs!);
            return made.Shape == One(c.Shape) ? made : null;
        }
        catch (ShapeException)
        {
            return null;
        }
    }

    private bool IsHeaded(Shape shape) => shape.Rank == lead.Rank + 3 && shape[1..^2].Size > 1;

    private static Shape One(Shape shape) => [shape[0], .. Enumerable.Repeat(1, shape.Rank - 3), shape[^2], shape[^1]];

    // (B, T, heads…, d) → (B, heads…, T, d), and back.
    private static int[] Splitting(int rank) => [0, .. Enumerable.Range(2, rank - 3), 1, rank - 1];

    private static int[] Joining(int rank) => [0, rank - 2, .. Enumerable.Range(1, rank - 3), rank - 1];
}
