// What the engine computes, as a person would write it: 2(y − t) for −(1·(t − y) + 1·(t − y)), x² for x·x, a mean for a sum
// that is divided by how many there are. Only the writing changes; every rule holds element by element.

using Kubik.Glass.Formulas;
using Kubik.Kernels;

namespace Kubik.Glass.Explaining;

internal static class Tidying
{
    /// <summary>The expression, tidied from the inside out.</summary>
    public static Expression Of(Expression expression)
    {
        Dictionary<Expression, Expression> now = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(expression)) now[part] = part is Call c ? Tidied(c, [.. c.Inputs.Select(x => now[x])]) : part;
        return now[expression];
    }

    /// <summary>A tensor of equal numbers.</summary>
    public static Expression Uniform(Number number, Shape shape) => shape.Rank == 0 ? number : Call.Of(new BroadcastTo(shape), number);

    /// <summary>An op on inputs that are tidy, tidied.</summary>
    public static Expression Tidied(Op op, params Expression[] x) => Tidied(Call.Of(op, x), x);

    private static Expression Tidied(Call c, Expression[] x)
    {
        if (Views.Seen(c, x) is { } seen) return seen;
        if (c.Op is Detach or Copy || c.Op is Cast && x[0].Spec.DType.IsFloat) return x[0];
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
            (Binary<Mul>, [Number { Value: 1 }, var b]) when b.Shape == c.Shape => b,
            (Binary<Mul>, [var a, Number { Value: 1 }]) when a.Shape == c.Shape => a,
            (Binary<Mul>, [Number n, Number m]) => Constant(n.Value * m.Value),
            (Binary<Mul>, [var a, Number n]) when a is not Symbol => Tidied(c, [n, a]),
            (Binary<Mul>, [Number n, Call { Op: Binary<Mul>, Inputs: [Number m, var b] }]) => Tidied(c, [Constant(n.Value * m.Value), b]),
            (Binary<Mul>, [Number { Value: < 0 } n, Call { Op: Binary<Sub>, Inputs: [var a, var b] } difference]) => Tidied(c, [Constant(-n.Value), Call.Of(difference.Op, b, a)]),
            (Binary<Mul>, [var a, var b]) when a.Equals(b) => Call.Of(UnaryNumber<Ops.Square>.Instance, a),
            (Binary<Div>, [var a, Number { Value: 1 }]) => a,
            (Binary<Div>, [Call { Op: Reduce<Sum> sum, Inputs: [var a] }, Number n]) when n.Value == (double)a.Shape.Size / c.Shape.Size => Call.Of(new Mean(sum.Axes, sum.KeepDims), a),
            (Reduce<Sum>, [var a]) when a.Shape.Size == c.Shape.Size => a.Shape == c.Shape ? a : Call.Of(new Reshape(c.Shape), a),
            (ScatterAdd scatter, [Call { Op: BroadcastTo, Inputs: [Number n] }, var labels]) when labels.Shape.Size == labels.Shape[0] && c.Shape.Rank == 2 => Tidied(Call.Of(Binary<Mul>.Instance, n, OneHot(labels, scatter)), [n, OneHot(labels, scatter)]),
            (ScatterAdd scatter, [Number n, var labels]) when labels.Shape.Size == 1 && c.Shape.Rank == 2 => Tidied(Call.Of(Binary<Mul>.Instance, n, OneHot(labels, scatter)), [n, OneHot(labels, scatter)]),
            (Binary<Add>, [var a, var b]) when a.Equals(b) => Tidied(Call.Of(Binary<Mul>.Instance, new Number(2), a), [new Number(2), a]),
            (UnaryNumber<Neg>, [Call { Op: Binary<Mul>, Inputs: [Number n, var b] } product]) => Tidied(product, [Constant(-n.Value), b]),
            (UnaryNumber<Neg>, [Call { Op: Binary<Sub>, Inputs: [var a, var b] } difference]) => Call.Of(difference.Op, b, a),
            (UnaryNumber<Neg>, [Call { Op: UnaryNumber<Neg>, Inputs: [var a] }]) => a,
            (MatMul, [Call { Op: Binary<Div>, Inputs: [var a, { IsScalar: true } n] }, var b]) => Call.Of(Binary<Div>.Instance, Tidied(c.Op, a, b), n),
            (Binary<Mul>, [var a, Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, { IsScalar: true } n] }]) => Call.Of(Binary<Div>.Instance, a, n),
            (Binary<Add>, [var a, var b]) when IsZero(a) && b.Shape == c.Shape => b,
            (Binary<Add>, [var a, var b]) when IsZero(b) && a.Shape == c.Shape => a,
            _ => Applied(c, x),
        };
    }

    private static Call OneHot(Expression labels, ScatterAdd scatter) => Call.Of(new OneHot(scatter.Size, DType.Float64), Call.Of(new Reshape([labels.Shape[0]]), labels));

    /// <summary>Whether it is 0 everywhere.</summary>
    public static bool IsZero(Expression x) => x is Number { Value: 0 } or Call { Op: BroadcastTo, Inputs: [Number { Value: 0 }] };

    private static Call Applied(Call c, Expression[] x)
    {
        if (c.Inputs.SequenceEqual(x, ReferenceEqualityComparer.Instance)) return c;
        try
        {
            Call made = Call.Of(c.Op, x);
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
