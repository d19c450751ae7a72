// Brackets that a derivative of max or min has: 1 where the one argument is the larger. Of max(x, 2x) they are [x < 0] and [x > 0], which
// are 1 together but for the kink, so that the slope [x < 0] + 2[x > 0] is [x > 0] + 1.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>Iverson's brackets of comparisons.</summary>
internal static class Comparisons
{
    /// <summary>The strict one of [a > b] + [a ≥ b], by which the engine shares a gradient where two are equally large; null for other sums.</summary>
    public static (Call Bracket, Call Comparison)? Shared(Expression one, Expression other) =>
        one is Call { Op: Cast, Inputs: [Call { Op: Compare<Greater> } more] } bracket
        && other is Call { Op: Cast, Inputs: [Call { Op: Compare<GreaterOrEqual> } least] }
        && more.Inputs.SequenceEqual(least.Inputs) ? (bracket, more) : null;

    /// <summary>[a > b] for polynomials that are equal nowhere but at single points, lines, …, as short as it can be; null for others, as x and |x|.</summary>
    public static Expression? Strict(Expression a, Expression b)
    {
        if (!a.IsScalar || !b.IsScalar) return null;
        // max(x, 2x) is 3x where x or 2x is.
        if (b is Call { Op: Binary<Maximum> or Binary<Minimum> } && a is not Call { Op: Binary<Maximum> or Binary<Minimum> })
            return Strict(b, a) is null ? null : Arithmetic.Compare("<", b, a);
        if (a is Call { Op: Binary<Maximum> or Binary<Minimum>, Inputs: var either })
            return either.All(x => Strict(x, b) is not null) ? Arithmetic.Compare(">", a, b) : null;
        if (Polynomial.TryExpand(Arithmetic.Subtract(a, b)) is not { IsZero: false, IsOfVariables: true } difference) return null;
        // One way round, so that [a > b] and [b > a] are known for the two sides of one comparison.
        bool turns = difference.BeginsBelow;
        (Expression above, Expression below) = difference.Sides();
        if (Simplifier.Length(above) + Simplifier.Length(below) > Simplifier.Length(a) + Simplifier.Length(b)) (above, below) = (a, b);
        return turns ? Arithmetic.Compare("<", below, above) : Arithmetic.Compare(">", above, below);
    }

    /// <summary>An expression with one of [a > b] and [a &lt; b] as 1 − the other, where it has both, but for brackets that are both 0 where a is b.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="typed">Parts of what it is a derivative of.</param>
    public static IEnumerable<Expression> Complemented(Expression expression, IEnumerable<Expression> typed)
    {
        HashSet<Expression> own = [.. typed];
        Dictionary<Expression, Expression> less = [], greater = [];
        HashSet<Expression> parts = [.. Formula.Parts(expression)];
        foreach (Expression part in parts)
        {
            if (part is not Call { Op: Cast, Inputs: [Call { Op: Compare<Less>, Inputs: [{ IsScalar: true } a, { IsScalar: true } b] }] }) continue;
            Expression other = Arithmetic.Compare(">", a, b);
            if (!parts.Contains(other) || own.Contains(part) || own.Contains(other)) continue;
            (less[part], greater[other]) = (other, part);
        }
        if (less.Count == 0) yield break;
        foreach (Dictionary<Expression, Expression> opposite in (Dictionary<Expression, Expression>[])[less, greater])
        {
            yield return Formula.Rewritten(expression, (part, x) => opposite.TryGetValue(part, out Expression? other)
                ? Arithmetic.Subtract(new Number(1), other)
                : part is Call c ? c.With(x) : part);
        }
    }
}
