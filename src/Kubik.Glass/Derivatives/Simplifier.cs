// Shorter expressions with the same value. First by local rules (the identities, and of products of numbers equal factors to
// powers), then, when that is shorter still, as an expanded polynomial; sums and products of matrices by their normal form, which
// no local rule finds. Common factors that make an expression shorter are kept.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>Makes expressions shorter without changing their values.</summary>
public static class Simplifier
{
    /// <summary>The shortest form that is found.</summary>
    public static Expression Simplify(Expression expression)
    {
        if (Formula.Parts(expression).Exists(p => !p.IsScalar)) return Matrices(expression);
        Expression tidy = Tidy(Tidy(expression));
        Polynomial? sum = Polynomial.TryExpand(tidy);
        if (sum is null) return tidy;
        // Of two that are equally long a sum is better expanded, a product as it is.
        double least = tidy is Call { Op: Binary<Add> or Binary<Sub> } ? Length(tidy) + 1 : Length(tidy);
        Expression expanded = sum.ToExpression(), factored = sum.Factored();
        Expression shorter = Length(factored) < Length(expanded) ? factored : expanded;
        if (Length(shorter) >= least) shorter = tidy;
        return Joined(shorter) is { } joined && Length(joined) < Length(shorter) ? joined : shorter;
    }

    // Quotients by powers of one sum are one quotient: 1 / (x² + 1) − 2x² / (x² + 1)² is (1 − x²) / (x² + 1)².
    private static Expression? Joined(Expression sum)
    {
        List<(Expression Above, Expression? Below, double Power, bool IsMinus)> terms = [];
        Stack<(Expression Term, bool IsMinus)> open = new([(sum, false)]);
        while (open.TryPop(out (Expression Term, bool IsMinus) t))
        {
            switch (t.Term)
            {
                case Call { Op: Binary<Add> or Binary<Sub> } c:
                    open.Push((c.Inputs[1], t.IsMinus ^ c.Op is Binary<Sub>));
                    open.Push((c.Inputs[0], t.IsMinus));
                    break;
                case Call { Op: UnaryNumber<Neg>, Inputs: [var inner] }: open.Push((inner, !t.IsMinus)); break;
                case Call { Op: Binary<Div>, Inputs: [var above, Call { Op: UnaryNumber<Square>, Inputs: [var below] }] }: terms.Add((above, below, 2, t.IsMinus)); break;
                case Call { Op: Binary<Div>, Inputs: [var above, Call { Op: Binary<Pow>, Inputs: [var below, Number { IsConstant: false, Value: > 0 and < 10 } n] }] } when n.Value == Math.Floor(n.Value): terms.Add((above, below, n.Value, t.IsMinus)); break;
                case Call { Op: Binary<Div>, Inputs: [var above, Call below] }: terms.Add((above, below, 1, t.IsMinus)); break;
                default: terms.Add((t.Term, null, 0, t.IsMinus)); break;
            }
        }
        Expression[] bases = [.. terms.Select(t => t.Below).OfType<Expression>().Distinct()];
        if (bases is not [Call { Op: Binary<Add> or Binary<Sub> } divisor] || terms.Count < 2) return null;
        double most = terms.Max(t => t.Power);
        Expression Raised(double power) => power == 1 ? divisor : Arithmetic.Power(divisor, new Number(power));
        Expression whole = terms.Select(t => (Above: most == t.Power ? t.Above : Arithmetic.Multiply(t.Above, Raised(most - t.Power)), t.IsMinus))
            .Aggregate((Expression)new Number(0), (a, t) => t.IsMinus ? Arithmetic.Subtract(a, t.Above) : Arithmetic.Add(a, t.Above));
        if (Polynomial.TryExpand(whole) is not { } expanded) return null;
        Expression plain = expanded.ToExpression(), factored = expanded.Factored();
        return Arithmetic.Divide(Length(factored) < Length(plain) ? factored : plain, Raised(most));
    }

    // Once with sums kept together in products, so that equal factors meet; then multiplied out, so that equal terms do.
    private static Expression Matrices(Expression expression)
    {
        if (new MatrixReader(expands: false).Read(expression) is not { } kept) return expression;
        Expression best = MatrixReader.Short(expression, kept);
        foreach (Expression from in (Expression[])[best, expression])
        {
            if (new MatrixReader(expands: true).Read(from) is { } sum && MatrixReader.Short(expression, sum) is var other && Length(other) < Length(best)) best = other;
        }
        return best;
    }

    private const int SignsOfSquare = 2; // of elements, s∘²: s ∘ (1 − s) is better than s − s∘²

    /// <summary>How much there is to write, a part that repeats as often as it does.</summary>
    internal static double Length(Expression expression)
    {
        Dictionary<Expression, double> lengths = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(expression)) lengths[part] = part is Call c ? c.Inputs.Count + c.Inputs.Sum(i => lengths[i]) + (c is { IsScalar: false, Op: UnaryNumber<Square> } ? SignsOfSquare : 0) : 0;
        return lengths[expression];
    }

    private static Expression Tidy(Expression expression) => Formula.Rewritten(expression, (part, x) => part is Call c ? Rule(c.Op, x) ?? c.With(x) : part);

    /// <summary>The engine's guards at the one point where a power has no derivative, taken off: it is written as it holds elsewhere.</summary>
    internal static Expression? WithoutGuard(Op op, IReadOnlyList<Expression> x) => (op, x) switch
    {
        (Where, [Call { Op: Compare<Equal>, Inputs: [Call { Op: Binary<Add>, Inputs: [Call { Op: UnaryNumber<Abs> } or Number, Call { Op: UnaryNumber<Abs> } or Number] }, Number { Value: 0 }] }, Number { Value: 1 }, var a]) => a,
        (Where, [Call { Op: Compare<Equal>, Inputs: [Call { Op: Binary<Mul>, Inputs: [Number, Call { Op: UnaryNumber<Abs> }] }, Number { Value: 0 }] }, Number { Value: 1 }, var a]) => a,
        (Unary<Log>, [Call { Op: Where, Inputs: [Call { Op: Compare<Greater>, Inputs: [var c, Number { Value: 0 }] }, var a, Number { Value: 1 }] }]) when c.Equals(a) => Call.Of(op, a),
        _ => null,
    };

    internal static Expression? Rule(Op op, Expression[] x)
    {
        if (WithoutGuard(op, x) is { } plain) return plain;
        if (x.Length > 0 && Array.TrueForAll(x, i => i is Number { IsConstant: false }) && op is Binary<Add> or Binary<Sub> or Binary<Mul> or UnaryNumber<Neg> or UnaryNumber<Abs> or UnaryNumber<Sign> or UnaryNumber<Step> or UnaryNumber<Square>)
            return Folded(op, [.. x.Cast<Number>().Select(n => n.Value)]);
        return (op, x) switch
        {
            (Cast { To: DType.Float64 }, [Call { Op: Logic<And>, Inputs: [var a, var b] }]) => a.IsScalar ? Product(Truth(a), Truth(b)) : Arithmetic.Elementwise(Truth(a), Truth(b)),
            (Binary<Maximum> or Binary<Minimum>, [var a, var b]) when a.Equals(b) => a,
            (Cast { To: DType.Float64 }, [Call { Op: Compare<Greater> or Compare<Less>, Inputs: [{ IsScalar: true } a, var b] }]) when a.Equals(b) => new Number(0),
            (Cast { To: DType.Float64 }, [Call { Op: Compare<GreaterOrEqual> or Compare<LessOrEqual>, Inputs: [{ IsScalar: true } a, var b] }]) when a.Equals(b) => new Number(1),
            (Where, [var condition, var yes, var no]) when Identities.Decided(condition, yes, no) is var (then, other) && !(ReferenceEquals(then, yes) && ReferenceEquals(other, no)) => Rule(op, [condition, then, other]) ?? Call.Of(op, condition, then, other),
            // So does the engine share a gradient where two are equally large. Where they have no variable in common, that is a kink or both are level.
            (Binary<Add>, [Call { Op: Cast, Inputs: [Call { Op: Compare<Greater> } more] } a, Call { Op: Cast, Inputs: [Call { Op: Compare<GreaterOrEqual> } least] }]) when more.Inputs.SequenceEqual(least.Inputs) && !Variables(more.Inputs[0]).Overlaps(Variables(more.Inputs[1])) =>
                Product(new Number(2), more.Inputs[1] is Number { Value: 0 } ? Arithmetic.Compare(">", more.Inputs[0], more.Inputs[1]) : a),
            (Binary<Mul> or Binary<Div> or Unary<Reciprocal> or UnaryNumber<Neg>, _) when Array.TrueForAll(x, i => i.IsScalar) => Product(Call.Of(op, x)),
            (Binary<Pow>, [_, Number { Value: 0 }]) => new Number(1),
            (Binary<Pow>, [var a, Number { Value: 1 }]) => a,
            (Binary<Pow>, [{ IsScalar: true } a, Number { Value: 2 }]) => Arithmetic.Power(a, new Number(2)),
            _ => Identities.Shorter(op, x, n => new Number(n), (other, inputs) => Rule(other, inputs) ?? Call.Of(other, inputs)),
        };
    }

    // What is computed from numbers alone.
    private static Number Folded(Op op, double[] x) => new(op switch
    {
        Binary<Add> => Decimals.Sum(x[0], x[1]),
        Binary<Sub> => Decimals.Sum(x[0], -x[1]),
        Binary<Mul> => Decimals.Product(x[0], x[1]),
        UnaryNumber<Square> => Decimals.Product(x[0], x[0]),
        _ => op.Apply([.. x.Select(n => Tensor.Scalar(n, DType.Float64))]).Item(),
    });

    private static Call Truth(Expression a) => Call.Of(new Cast(DType.Float64), a);

    private static HashSet<Variable> Variables(Expression x) => [.. Formula.Parts(x).OfType<Variable>()];

    // A number in front, then the factors, each once with its power.
    private static Expression Product(params ReadOnlySpan<Expression> product)
    {
        double number = 1;
        List<(Expression Base, double Power)> factors = [];
        List<(Expression Written, double Power, Expression Base, double Whole)> roots = [];
        Stack<(Expression Factor, double Power)> open = new();
        for (int i = product.Length - 1; i >= 0; i--) open.Push((product[i], 1));
        while (open.TryPop(out (Expression Factor, double Power) f))
        {
            switch (f.Factor)
            {
                case Number n when !n.IsConstant && double.IsFinite(f.Power == 1 ? number * n.Value : number / n.Value) && (f.Power == 1 || f.Power == -1 && n.Value != 0 && IsShort(number / n.Value)):
                    number = f.Power == 1 ? Decimals.Product(number, n.Value) : number / n.Value;
                    break;
                case Call { Op: UnaryNumber<Neg>, Inputs: [var inner] }:
                    number = f.Power % 2 == 0 ? number : -number;
                    open.Push((inner, f.Power));
                    break;
                case Call { Op: Binary<Mul>, Inputs: [{ IsScalar: true } p, { IsScalar: true } q] }:
                    open.Push((q, f.Power));
                    open.Push((p, f.Power));
                    break;
                case Call { Op: Binary<Div>, Inputs: [{ IsScalar: true } p, { IsScalar: true } q] }:
                    open.Push((q, -f.Power));
                    open.Push((p, f.Power));
                    break;
                case Call { Op: Unary<Reciprocal>, Inputs: [{ IsScalar: true } inner] }: open.Push((inner, -f.Power)); break;
                case Call { Op: UnaryNumber<Square>, Inputs: [var inner] }: open.Push((inner, 2 * f.Power)); break;
                case Call { Op: Binary<Pow>, Inputs: [var inner, Number { IsConstant: false } n] } when n.Value == Math.Floor(n.Value): open.Push((inner, n.Value * f.Power)); break;
                case Call { Op: Binary<Pow>, Inputs: [var inner, Number { IsConstant: false } n] }: roots.Add((f.Factor, f.Power, inner, n.Value * f.Power)); break;
                default: Put(f.Factor, f.Power); break;
            }
        }
        // x^0.5·x^(−0.5) is 1, and x·x^0.5 is x^1.5; a broken power alone stays as it is written.
        foreach ((Expression written, double power, Expression inner, double whole) in roots)
        {
            bool meets = factors.Exists(f => f.Base.Equals(inner)) || roots.Exists(r => !ReferenceEquals(r.Written, written) && r.Base.Equals(inner));
            Put(meets ? inner : written, meets ? whole : power);
        }
        if (number == 0) return new Number(0);
        factors.RemoveAll(f => f.Power == 0);
        return Arithmetic.Product(number, factors);

        void Put(Expression x, double power)
        {
            int at = factors.FindIndex(f => f.Base.Equals(x));
            if (at < 0) factors.Add((x, power));
            else factors[at] = (x, factors[at].Power + power);
        }
    }

    // 3/4 may become 0.75, but 1/3 stays.
    private static bool IsShort(double x) => x * 4096 % 1 == 0;
}
