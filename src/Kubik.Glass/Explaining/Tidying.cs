// What the engine computes, as a teacher would write it: 2(y − t) for −(1·(t − y) + 1·(t − y)), x² for x·x, a mean for a sum that
// is divided by how many there are. The identities are those of derivatives; what is here is about how tensors are shown: numbers
// without their shapes, views gone into what they show, a mean, a one-hot row. Sums are not multiplied out nor powers collected, so
// that what is written is what was computed.

using Kubik.Glass.Formulas;
using Kubik.Kernels;

namespace Kubik.Glass.Explaining;

internal static class Tidying
{
    /// <summary>The expression, tidied from the inside out.</summary>
    public static Expression Of(Expression expression) => Formula.Rewritten(expression, (part, x) => part is Call c ? Tidied(c, x) : part);

    /// <summary>A tensor of equal numbers.</summary>
    public static Expression Uniform(Number number, Shape shape) => shape.Rank == 0 ? number : Call.Of(new BroadcastTo(shape), number);

    /// <summary>An op on inputs that are tidy, tidied.</summary>
    public static Expression Tidied(Op op, params Expression[] x) => Tidied(Call.Of(op, x), x);

    private static Expression Tidied(Call c, Expression[] x)
    {
        if (Views.Seen(c, x) is { } seen) return seen;
        if (c.Op is IElementwise && x.Length == 2)
        {
            // A number beside a tensor needs no shape.
            for (int i = 0; i < 2; i++)
            {
                if (x[i] is Call { Op: BroadcastTo, Inputs: [Number { Value: not 0 } n] } && x[1 - i].Shape == c.Shape) x[i] = n;
            }
        }
        return (c.Op, x) switch
        {
            (Binary<Div>, [Call { Op: Reduce<Sum> sum, Inputs: [var a] }, Number n]) when n.Value == (double)a.Shape.Size / c.Shape.Size => Call.Of(new Mean(sum.Axes, sum.KeepDims), a),
            (MatMul, [Call { Op: Binary<Div>, Inputs: [var a, { IsScalar: true } n] }, var b]) => Call.Of(Binary<Div>.Instance, Tidied(c.Op, a, b), n),
            (Binary<Mul>, [var a, Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, { IsScalar: true } n] }]) => Call.Of(Binary<Div>.Instance, a, n),
            (ScatterAdd scatter, [Call { Op: BroadcastTo, Inputs: [Number n] }, var labels]) when labels.Shape.Size == labels.Shape[0] && c.Shape.Rank == 2 => Tidied(Binary<Mul>.Instance, n, OneHot(labels, scatter)),
            (ScatterAdd scatter, [Number n, var labels]) when labels.Shape.Size == 1 && c.Shape.Rank == 2 => Tidied(Binary<Mul>.Instance, n, OneHot(labels, scatter)),
            (Binary<Mul>, [Number { Value: 0 }, var a]) when a.Shape == c.Shape => Uniform(new Number(0), c.Shape),
            (Binary<Mul>, [var a, Number { Value: 0 }]) when a.Shape == c.Shape => Uniform(new Number(0), c.Shape),
            (Unary<Sqrt>, [Call { Op: Reduce<Sum> sum, Inputs: [Call { Op: UnaryNumber<Ops.Square>, Inputs: [var a] }] }]) when c.IsScalar && a.Shape.Rank > 0 => Call.Of(c.Op, Function.SumOfSquares(a)),
            (Unary<Sqrt>, [Call { Op: Reshape, Inputs: [Call { Op: UnaryNumber<Ops.Square>, Inputs: [var a] }] }]) when c.IsScalar => Call.Of(UnaryNumber<Abs>.Instance, Tidied(new Reshape([]), a)),
            (Where, [var condition, var yes, var no]) when Decided(condition, yes) is var decided && !ReferenceEquals(decided, yes) => Tidied(c.Op, condition, decided, no),
            _ => Shorter(c, x) ?? Applied(c, x),
        };
    }

    // Where a condition holds, what asks for it again is decided: [t > 0] ? ln([t > 0] ? t : 1) : 0 is [t > 0] ? ln(t) : 0.
    private static Expression Decided(Expression condition, Expression yes)
    {
        HashSet<Expression> holds = [condition];
        if (condition is Call { Op: Compare<Greater>, Inputs: [Call { Op: Binary<Minimum>, Inputs: var both }, var least] }) holds.UnionWith(both.Select(b => Call.Of(Compare<Greater>.Instance, b, least)));
        return Formula.Rewritten(yes, (part, x) => part is Call { Op: Where } && holds.Contains(x[0]) && x[1].Shape == part.Shape ? x[1] : part is Call c ? c.With(x) : part);
    }

    private static Expression? Shorter(Call c, Expression[] x)
    {
        try
        {
            return Identities.Shorter(c.Op, x, Constant, Tidied);
        }
        catch (ShapeException)
        {
            return null; // a number without its shape does not do here
        }
    }

    private static Call OneHot(Expression labels, ScatterAdd scatter) => Call.Of(new OneHot(scatter.Size, DType.Float64), Call.Of(new Reshape([labels.Shape[0]]), labels));

    private static Call Applied(Call c, Expression[] x)
    {
        try
        {
            Call made = c.With(x);
            return made.Shape == c.Shape ? made : c;
        }
        catch (ShapeException)
        {
            return c; // a number without its shape does not do here
        }
    }

    /// <summary>A number as a person writes it: 0.1, where arithmetic left 0.09999999999999998.</summary>
    public static Number Constant(double x)
    {
        Digits d = Digits.Of(x);
        string text = d.IsExact && d.Strength != Strength.Product && !d.Text.Contains('/', StringComparison.Ordinal) ? d.Text.Replace('−', '-') : Short(x);
        return new(x, text);
    }

    private static string Short(double x)
    {
        string shortest = x.ToString("R", System.Globalization.CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');
        string rounded = x.ToString("G6", System.Globalization.CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');
        return shortest.Length <= 12 ? shortest : rounded;
    }
}
