// What the engine computes, as a teacher would write it: 2(y − t) for −(1·(t − y) + 1·(t − y)), x² for x·x, a mean for a sum that
// is divided by how many there are. The identities are those of derivatives; what is here is about how tensors are shown: numbers
// without their shapes, views gone into what they show, a mean, a one-hot row. Sums are not multiplied out nor powers collected, so
// that what is written is what was computed.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

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
            (Binary<Div>, [Call { Op: Reduce<Sum> sum, Inputs: [var a] }, Number n]) when n.Value == (double)a.Shape.Size / c.Shape.Size =>
                Call.Of(new Mean(sum.Axes, sum.KeepDims), a),
            (MatMul, [Call { Op: Binary<Div>, Inputs: [var a, { IsScalar: true } n] }, var b]) => Call.Of(Binary<Div>.Instance, Tidied(c.Op, a, b), n),
            (Binary<Mul>, [var a, Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, { IsScalar: true } n] }]) => Call.Of(Binary<Div>.Instance, a, n),
            (ScatterAdd scatter, [Call { Op: BroadcastTo, Inputs: [Number n] }, var labels]) when labels.Shape.Size == labels.Shape[0] && c.Shape.Rank == 2 =>
                Tidied(Binary<Mul>.Instance, n, OneHot(labels, scatter)),
            (ScatterAdd scatter, [var each, var labels]) when labels.Shape.Size == labels.Shape[0] && c.Shape.Rank == 2 && each.Shape == labels.Shape =>
                Call.Of(Binary<Mul>.Instance, each, OneHot(labels, scatter)),
            (ScatterAdd scatter, [Number n, var labels]) when labels.Shape.Size == 1 && c.Shape.Rank == 2 =>
                Tidied(Binary<Mul>.Instance, n, OneHot(labels, scatter)),
            (Binary<Mul>, [Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, var below] }, var above]) when above.Shape == c.Shape =>
                Tidied(Binary<Div>.Instance, above, below),
            (Binary<Add>, [Call { Op: Binary<Add>, Inputs: [var a, var b] } sum, var again]) when b.Equals(again) && b.Shape == c.Shape =>
                Call.Of(sum.Op, a, Tidied(Binary<Mul>.Instance, new Number(2), b)),
            (Binary<Mul>, [Number { Value: -1 }, var b and not (Number or Call { Op: Binary<Sub> })]) when b.Shape == c.Shape =>
                Tidied(UnaryNumber<Neg>.Instance, b),
            (Binary<Pow>, [var a, Call { Op: BroadcastTo, Inputs: [Number { Value: 1 }] } or Number { Value: 1 }]) when a.Shape == c.Shape => a,
            (Binary<Pow>, [var a, Number { IsConstant: false, Value: 0.5 }]) when a.Shape == c.Shape => Tidied(Unary<Sqrt>.Instance, a),
            (Gather pick, [Call { Op: IElementwise } each, var labels]) when each.Inputs.All(i => i is Number || i.Shape == each.Shape) =>
                Tidied(each.Op, [.. each.Inputs.Select(i => i is Number ? i : Tidied(pick, i, labels))]),
            // n + z(h − n) is the mixture (1 − z)n + zh.
            (Binary<Add>, [var a, Call { Op: Binary<Mul>, Inputs: [var share and not Number, Call { Op: Binary<Sub>, Inputs: [var b, var again] }] }])
                when again.Equals(a) => Mixture(share, a, b),
            (Binary<Add>, [var a, Call { Op: Binary<Mul>, Inputs: [var share and not Number, Call { Op: UnaryNumber<Neg>, Inputs: [var again] }] }])
                when again.Equals(a) => Mixture(share, a, new Number(0)),
            (Binary<Div>, [Call { Op: Binary<Add> } both, Number { Value: 2 }]) when Halved(both) is { } half => half,
            // a·v − v·b
            (Binary<Sub>, [Call { Op: Binary<Mul>, Inputs: [var a, var v] }, Call { Op: Binary<Mul>, Inputs: [var same, var b] }])
                when v.Equals(same) && !v.IsScalar && a.Shape == c.Shape && b.Shape == c.Shape => Call.Of(Binary<Mul>.Instance, v, Tidied(c.Op, a, b)),
            // a/n − b/n
            (Binary<Sub>, [Call { Op: Binary<Div>, Inputs: [var a, Number n] }, Call { Op: Binary<Div>, Inputs: [var b, Number m] }])
                when n.Value == m.Value && a.Shape == c.Shape && b.Shape == c.Shape => Call.Of(Binary<Div>.Instance, Tidied(c.Op, a, b), n),
            (Binary<Sub>, [Call { Op: Binary<Mul>, Inputs: [Number { Value: > 0 } n, var a] },
                Call { Op: Binary<Mul>, Inputs: [Number m, Call { Op: Ops.OneHot } b] }])
                when n.Value == m.Value && a.Shape == c.Shape && b.Shape == c.Shape => Shared(n.Value, Tidied(c.Op, a, b)),
            (Binary<Mul>, [Number { IsConstant: false } n, Call { Op: Binary<Mul>, Inputs: [var a and not Number, Number { IsConstant: false } m] }])
                when a.Shape == c.Shape => Scaled(n.Value * m.Value, a),
            (Binary<Mul>, [Number { IsConstant: false, Value: not 1 } n, Call a]) when a.Shape == c.Shape && Cancelled(n.Value, a) is { } rest => rest,
            // A minus stands in front.
            (UnaryNumber<Neg>, [Number { IsConstant: false } n]) => Constant(-n.Value),
            (Binary<Div>, [Number { IsConstant: false, Value: < 0 } n, var b]) => Tidied(UnaryNumber<Neg>.Instance, Tidied(c.Op, Constant(-n.Value), b)),
            (Binary<Mul>, [Call { Op: BroadcastTo, Inputs: [Number { IsConstant: false, Value: -1 }] }, var b]) when b.Shape == c.Shape =>
                Tidied(UnaryNumber<Neg>.Instance, b),
            (Binary<Mul> or Binary<Div>, [Call { Op: UnaryNumber<Neg>, Inputs: [var a] }, var b]) when a.Shape == c.Shape =>
                Tidied(UnaryNumber<Neg>.Instance, Tidied(c.Op, a, b)),
            // A state that begins with 0 adds nothing, though it has a row for each sample.
            (Binary<Add>, [var zero, var b]) when Identities.IsZero(zero) && Identities.IsZero(b) => Uniform(new Number(0), c.Shape),
            (Binary<Add>, [var zero, var b]) when Identities.IsZero(zero) && b.Shape != c.Shape =>
                b.Shape.Size == c.Shape.Size ? Call.Of(new Reshape(c.Shape), b) : Call.Of(new BroadcastTo(c.Shape), b),
            (Binary<Sub>, [Call zero, var b]) when Identities.IsZero(zero) && b.Shape == c.Shape => Tidied(UnaryNumber<Neg>.Instance, b),
            (Where, [_, var yes, var no]) when yes.Equals(no) && yes.Shape == c.Shape => yes,
            (Where, [_, Number yes, Number no]) when yes.Value == no.Value => yes,
            (Binary<Mul>, [Number { Value: 0 }, var a]) when a.Shape == c.Shape => Uniform(new Number(0), c.Shape),
            (Binary<Mul>, [var a, Number { Value: 0 }]) when a.Shape == c.Shape => Uniform(new Number(0), c.Shape),
            (Unary<Sqrt>, [Call { Op: Reduce<Sum> sum, Inputs: [Call { Op: UnaryNumber<Ops.Square>, Inputs: [var a] }] }])
                when c.IsScalar && a.Shape.Rank > 0 => Call.Of(c.Op, Function.SumOfSquares(a)),
            (Unary<Sqrt>, [Call { Op: Reshape, Inputs: [Call { Op: UnaryNumber<Ops.Square>, Inputs: [var a] }] }]) when c.IsScalar =>
                Call.Of(UnaryNumber<Abs>.Instance, Tidied(new Reshape([]), a)),
            (Where, [var condition, var yes, var no])
                when Identities.Decided(condition, yes, no) is var (then, other) && !(ReferenceEquals(then, yes) && ReferenceEquals(other, no)) =>
                Tidied(c.Op, condition, then, other),
            (Binary<Mul>, [Number { IsConstant: false } n, Call { Op: Binary<Div>, Inputs: [var a, Number { IsConstant: false, Value: not 0 } m] }]) =>
                Scaled(n.Value / m.Value, a),
            (Binary<Mul>, [Call { Op: Binary<Div>, Inputs: [var a, Number { IsConstant: false, Value: not 0 } m] }, Number { IsConstant: false } n]) =>
                Scaled(n.Value / m.Value, a),
            (Binary<Div>, [Call { Op: Binary<Mul>, Inputs: [Number { IsConstant: false } n, var a] }, Number { IsConstant: false, Value: not 0 } m]) =>
                Scaled(n.Value / m.Value, a),
            (Binary<Mul>, [Number { IsConstant: false } n, Call { Op: Binary<Mul>, Inputs: [Number { IsConstant: false } m, var a] }])
                when a.Shape == c.Shape => Scaled(n.Value * m.Value, a),
            (Binary<Mul>, [Number { IsConstant: false } n, var a]) when a is not Number && a.Shape == c.Shape && Constants.Written(n.Value) is not Number =>
                Scaled(n.Value, a),
            (Binary<Mul>, [var a, Number { IsConstant: false } n]) when a is not Number && a.Shape == c.Shape && Constants.Written(n.Value) is not Number =>
                Scaled(n.Value, a),
            (Binary<Div>, [var a, Number { IsConstant: false } n]) when Constants.Written(n.Value) is Call { Op: not Binary<Div> } root =>
                Call.Of(c.Op, a, root),
            (Binary<Div>, [var a, Number { IsConstant: false } n])
                when Constants.Written(n.Value) is Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, var under] } => Tidied(Binary<Mul>.Instance, under, a),
            (Binary<Div>, [var a, Number { IsConstant: false, Value: < 0 } n]) => Tidied(UnaryNumber<Neg>.Instance, Tidied(c.Op, a, Constant(-n.Value))),
            (UnaryNumber<Neg>, [Call
            {
                Op: Binary<Div>,
                Inputs: [Call { Op: Binary<Mul>, Inputs: [Number above, Call { Op: Binary<Sub>, Inputs: [var a, var b] } difference] } product,
                Number { Value: > 0 } m]
            }]) => Call.Of(Binary<Div>.Instance, Call.Of(product.Op, above, Call.Of(difference.Op, b, a)), m),
            (UnaryNumber<Neg>, [Call { Op: Binary<Div>, Inputs: [Call { Op: Binary<Sub>, Inputs: [var a, var b] } difference, Number { Value: > 0 } m] }]) =>
                Call.Of(Binary<Div>.Instance, Call.Of(difference.Op, b, a), m),
            (Binary<Mul>, [var a and not Number, Number { IsConstant: false } n]) when a.Shape == c.Shape && n.Value is not (0 or 1) =>
                Tidied(c.Op, n, a),
            _ => Shorter(c, x) ?? Applied(c, x),
        };
    }

    /// <summary>1 where a > b, 0 where a &lt; b, and ½ where they are equal, as the engine shares the gradient of a maximum: (1 + sign(a − b)) /
    /// 2 for ([a > b] + [a ≥ b]) / 2. Null for every other sum.</summary>
    public static Call? Halved(Call sum) =>
        sum.Inputs is [Call { Op: Cast, Inputs: [Call { Op: Compare<Greater>, Inputs: [var a, var b] } more] },
        Call { Op: Cast, Inputs: [Call { Op: Compare<GreaterOrEqual> } least] }] && more.Inputs.SequenceEqual(least.Inputs)
        ? Call.Of(Binary<Div>.Instance, Call.Of(Binary<Add>.Instance, new Number(1),
            Call.Of(UnaryNumber<Sign>.Instance, Identities.IsZero(b) ? a : Call.Of(Binary<Sub>.Instance, a, b))), new Number(2))
        : null;

    // A mean's part of a difference: (p − onehot(t)) / 5.
    private static Call Shared(double n, Expression difference) => Math.Round(1 / n) is var whole && Math.Abs(1 / whole - n) <= 1e-15
        ? Call.Of(Binary<Div>.Instance, difference, new Number(whole))
        : Call.Of(Binary<Mul>.Instance, Constant(n), difference);

    private static Expression Mixture(Expression share, Expression a, Expression b)
    {
        Expression first = Tidied(Binary<Mul>.Instance, Call.Of(Binary<Sub>.Instance, new Number(1), share), a);
        return Identities.IsZero(b) ? first : Call.Of(Binary<Add>.Instance, first, Tidied(Binary<Mul>.Instance, share, b));
    }

    // A number times something: (y − t) / 3 for 0.333333(y − t), h / √2 for 0.707107h.
    private static Expression Scaled(double n, Expression a)
    {
        if (n < 0) return Tidied(UnaryNumber<Neg>.Instance, Scaled(-n, a));
        return Constants.Written(n) switch
        {
            Number => Shorter(Call.Of(Binary<Mul>.Instance, Constant(n), a), [Constant(n), a]) ?? Call.Of(Binary<Mul>.Instance, Constant(n), a),
            Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, var under] } => Call.Of(Binary<Div>.Instance, a, under),
            Call { Op: Binary<Div>, Inputs: [Number above, var under] } => Call.Of(Binary<Div>.Instance, Tidied(Binary<Mul>.Instance, above, a), under),
            var written => Call.Of(Binary<Mul>.Instance, written, a),
        };
    }

    // 2(a / (2b) ∘ x) is a / b ∘ x; null where nothing cancels.
    private static Expression? Cancelled(double n, Expression x)
    {
        bool IsSame(Expression number) => number is Number { IsConstant: false } m ? m.Value == n
            : number is Call { Op: BroadcastTo, Inputs: [Number { IsConstant: false } each] } && each.Value == n;
        return x switch
        {
            Call { Op: Binary<Div>, Inputs: [var a, var m] } when IsSame(m) && a.Shape == x.Shape => a,
            Call { Op: Binary<Div>, Inputs: [var a, Call { Op: Binary<Mul>, Inputs: [var m, var b] } below] } when IsSame(m) && b.Shape == below.Shape =>
                Tidied(Binary<Div>.Instance, a, b),
            Call { Op: Binary<Mul> or Binary<Div>, Inputs: [Call a, var b] } product when Cancelled(n, a) is { } rest => Tidied(product.Op, rest, b),
            Call { Op: BroadcastTo or Reshape, Inputs: [Call a] } view when Cancelled(n, a) is { } rest => Tidied(view.Op, rest),
            _ => null,
        };
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

    private static Call OneHot(Expression labels, ScatterAdd scatter) =>
        Call.Of(new OneHot(scatter.Size, DType.Float64), Call.Of(new Reshape([labels.Shape[0]]), labels));

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
        bool isShort = d.IsExact && d.Strength != Strength.Product && !d.Text.Any(Numeral.IsRaised) && !d.Text.Contains('/', StringComparison.Ordinal);
        return new(x, isShort ? d.Text.Replace('−', '-') : Short(x));
    }

    private static string Short(double x)
    {
        string shortest = x.ToString("R", System.Globalization.CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');
        string rounded = x.ToString("G6", System.Globalization.CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');
        return shortest.Length <= 12 ? shortest : rounded;
    }
}
