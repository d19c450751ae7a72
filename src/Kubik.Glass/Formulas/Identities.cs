// What shortens an expression whatever its shapes: 0 and 1, signs, numbers in front, equal terms. Derivatives and explanations are
// rewritten by these; each adds what is its own, the algebra of products there, views and means here.

namespace Kubik.Glass.Formulas;

/// <summary>Identities that hold element by element.</summary>
internal static class Identities
{
    /// <summary>An op on short inputs, shorter; null when no identity makes it so.</summary>
    /// <param name="op">The op.</param>
    /// <param name="x">What it is applied to.</param>
    /// <param name="number">How a number that comes out is written.</param>
    /// <param name="again">Applies an op by all rules of the caller.</param>
    public static Expression? Shorter(Op op, Expression[] x, Func<double, Number> number, Func<Op, Expression[], Expression> again)
    {
        TensorSpec spec = op.Infer([.. x.Select(i => i.Spec)]);
        Shape shape = spec.Shape;
        return (op, x) switch
        {
            (Detach or Copy or Concat, [var a]) => a,
            (Cast or Reshape or BroadcastTo, [var a]) when a.Spec == spec => a,
            (Cast, [var a]) when a.Spec.DType.IsFloat && spec.DType.IsFloat => a, // formulas do not tell float32 from float64
            (Reduce<Sum>, [var a]) when a.Shape.Size == shape.Size => a.Shape == shape ? a : again(new Reshape(shape), [a]),
            (Binary<Add>, [var a, var b]) when IsZero(a) && b.Shape == shape => b,
            (Binary<Add> or Binary<Sub>, [var a, var b]) when IsZero(b) && a.Shape == shape => a,
            (Binary<Sub>, [Number { Value: 0 }, var b]) => again(UnaryNumber<Neg>.Instance, [b]),
            (Binary<Add>, [var a, Call { Op: UnaryNumber<Neg>, Inputs: [var b] }]) => Call.Of(Binary<Sub>.Instance, a, b),
            (Binary<Sub>, [var a, Call { Op: UnaryNumber<Neg>, Inputs: [var b] }]) => Call.Of(Binary<Add>.Instance, a, b),
            (Binary<Add>, [var a, var b]) when a.Equals(b) => again(Binary<Mul>.Instance, [new Number(2), a]),
            (Binary<Mul> or MatMul, [var a, var b]) when IsZero(a) || IsZero(b) =>
                shape.Rank == 0 ? new Number(0) : Call.Of(new BroadcastTo(shape), new Number(0)),
            (Binary<Mul>, [Number { Value: 1 }, var b]) when b.Shape == shape => b,
            (Binary<Mul> or Binary<Div>, [var a, Number { Value: 1 }]) => a,
            (Binary<Mul>, [Number { IsConstant: false } n, Number { IsConstant: false } m]) => number(n.Value * m.Value),
            (Binary<Mul>, [var a, Number { IsConstant: false } n]) when a is not (Symbol or Number) => again(op, [n, a]),
            (Binary<Mul>, [Number { IsConstant: false } n, Call { Op: Binary<Mul>, Inputs: [Number { IsConstant: false } m, var b] }]) =>
                again(op, [number(n.Value * m.Value), b]),
            (Binary<Mul>, [Number { Value: < 0 } n, Call { Op: Binary<Sub>, Inputs: [var a, var b] } difference]) =>
                again(op, [number(-n.Value), Call.Of(difference.Op, b, a)]),
            (Binary<Mul>, [var a, var b]) when a.Equals(b) => Call.Of(UnaryNumber<Ops.Square>.Instance, a),
            (UnaryNumber<Neg>, [Number { IsConstant: false } n]) => number(0 - n.Value), // and not −0
            (UnaryNumber<Neg>, [Call { Op: UnaryNumber<Neg>, Inputs: [var a] }]) => a,
            (UnaryNumber<Neg>, [Call { Op: Binary<Mul>, Inputs: [Number { IsConstant: false } n, var b] } product]) => again(product.Op, [number(-n.Value), b]),
            (UnaryNumber<Neg>, [Call { Op: Binary<Sub>, Inputs: [var a, var b] } difference]) => Call.Of(difference.Op, b, a),
            _ => null,
        };
    }

    /// <summary>What a choice chooses from, where the choice decides more in it: [t > 0] ? ln([t > 0] ? t : 1) : min(t, 0) is [t > 0] ? ln(t) : t.</summary>
    public static (Expression Yes, Expression No) Decided(Expression condition, Expression yes, Expression no)
    {
        HashSet<Expression> holds = [condition];
        (Expression More, Expression Less)? order = condition is Call { Op: Compare<Greater> or Compare<GreaterOrEqual>, Inputs: [var more, var less] }
            ? (more, less) : null;
        if (condition is Call { Op: Compare<Greater>, Inputs: [Call { Op: Binary<Minimum>, Inputs: var both }, var least] })
            holds.UnionWith(both.Select(b => Call.Of(Compare<Greater>.Instance, b, least)));
        return (Within(yes, true), Within(no, false));

        Expression Within(Expression branch, bool isYes) => Formula.Rewritten(branch, (part, x) => part is not Call c ? part : (c.Op, x) switch
        {
            (Where, [var again, var a, _]) when isYes && holds.Contains(again) && a.Shape == part.Shape => a,
            (Where, [var again, _, var b]) when !isYes && again.Equals(condition) && b.Shape == part.Shape => b,
            (Binary<Maximum>, _) when Ordered(x) is var (more, less) && (isYes ? more : less) is var kept && kept.Shape == part.Shape => kept,
            (Binary<Minimum>, _) when Ordered(x) is var (more, less) && (isYes ? less : more) is var kept && kept.Shape == part.Shape => kept,
            _ => c.With(x),
        });

        (Expression More, Expression Less)? Ordered(Expression[] x) =>
            order is var (more, less) && (x[0].Equals(more) && x[1].Equals(less) || x[0].Equals(less) && x[1].Equals(more)) ? order : null;
    }

    /// <summary>Whether it is 0 everywhere.</summary>
    public static bool IsZero(Expression x) => x is Number { Value: 0 } or Call { Op: BroadcastTo, Inputs: [Number { Value: 0 }] };
}
