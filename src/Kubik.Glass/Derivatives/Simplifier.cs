// Shorter expressions with the same value. First by local rules (the identities, and of products of numbers equal factors to
// powers), then, when that is shorter still, as an expanded polynomial or over one denominator; sums and products of matrices by
// their normal form, which no local rule finds. Common factors that make an expression shorter are kept.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>Makes expressions shorter without changing their values.</summary>
public static class Simplifier
{
    /// <summary>The shortest form that is found.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="of">What it is a derivative of: its brackets are as they were typed.</param>
    public static Expression Simplify(Expression expression, Expression? of = null)
    {
        if (Formula.Parts(expression).Exists(p => !p.IsScalar)) return Matrices(expression);
        Expression tidy = Tidy(Tidy(expression)), best = Shortest(tidy);
        foreach (Expression other in Comparisons.Complemented(tidy, of is null ? [] : Formula.Parts(of)).Select(o => Shortest(Tidy(o))))
        {
            if (Length(other) < Length(best)) best = other;
        }
        return best;
    }

    // As it is, as an expanded sum, with what all its terms share in front, or over one denominator.
    private static Expression Shortest(Expression tidy)
    {
        if (Polynomial.TryExpand(tidy) is not { } sum) return tidy;
        // Of two that are equally long a sum is better expanded, a product as it is.
        double least = tidy is Call { Op: Binary<Add> or Binary<Sub> } ? Length(tidy) + 1 : Length(tidy);
        Expression best = Shorter(sum.Factored(), sum.ToExpression());
        if (Length(best) >= least) best = tidy;
        best = Shorter(OverOneDenominator(sum), Shorter(sum.Grouped(), best));
        if (Polynomial.TryExpand(tidy, keeps: true) is { } kept)
            best = Shorter(OverOneDenominator(kept), Shorter(kept.Grouped(), Shorter(kept.Factored(), Shorter(kept.ToExpression(), best))));
        return Shorter(Tidy(best), best); // what was multiplied out may join
    }

    // The first where it is shorter.
    private static Expression Shorter(Expression? one, Expression other) => one is not null && Length(one) < Length(other) ? one : other;

    // 1 / (x² + 1) − 2x² / (x² + 1)² is (1 − x²) / (x² + 1)².
    private static Expression? OverOneDenominator(Polynomial sum)
    {
        if (sum.OverOneDenominator() is not var (above, below)) return null;
        Expression numerator = Shorter(above.Factored(), above.ToExpression());
        if (Polynomial.TryExpand(numerator) is { } expanded)
        {
            Polynomial left = expanded;
            foreach ((Expression letter, double power) in below.Letters)
            {
                // (x² − 2x + 1) / (x − 1)² is 1: where the sum below is 0, at single points, there was no value.
                Polynomial? divisor = Polynomial.TryExpand(letter);
                for (double p = power; p >= 1 && divisor is not null && left.DividedBy(divisor) is { } quotient; p--)
                    (left, below) = (quotient, below.Times(new([(letter, -1)])));
            }
            Expression whole = Shorter(left.Factored(), left.ToExpression());
            numerator = ReferenceEquals(left, expanded) ? Shorter(whole, numerator) : whole;
        }
        if (below.Letters.Length == 0) return numerator;
        Expression denominator = Arithmetic.Product(1, below.Letters);
        return numerator switch
        {
            Number { Value: 0 } => numerator,
            Call { Op: UnaryNumber<Neg>, Inputs: [var positive] } => Arithmetic.Negative(Arithmetic.Divide(positive, denominator)),
            Number { Value: < 0 } n => Arithmetic.Negative(Arithmetic.Divide(Arithmetic.Negative(n), denominator)),
            _ => Arithmetic.Divide(numerator, denominator),
        };
    }

    // Once with sums kept together in products, so that equal factors meet; then multiplied out, so that equal terms do.
    private static Expression Matrices(Expression expression)
    {
        if (new MatrixReader(expands: false).Read(expression) is not { } kept) return expression;
        Expression best = MatrixReader.Short(expression, kept);
        foreach (Expression from in (Expression[])[best, expression])
        {
            if (new MatrixReader(expands: true).Read(from) is { } sum) best = Shorter(MatrixReader.Short(expression, sum), best);
        }
        return best;
    }

    private const int SignsOfSquare = 2; // of elements, s∘²: s ∘ (1 − s) is better than s − s∘²

    /// <summary>How much there is to write, a part that repeats as often as it does.</summary>
    internal static double Length(Expression expression)
    {
        Dictionary<Expression, double> lengths = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(expression))
        {
            double extra = part switch
            {
                Call { IsScalar: false, Op: UnaryNumber<Square> } => SignsOfSquare,
                Call { Op: UnaryNumber<Square>, Inputs: [Call] } => 1, // as of a power: s·(1 − s) is no longer than s − s²
                _ => 0,
            };
            lengths[part] = part is Call c ? extra + c.Inputs.Count + c.Inputs.Sum(i => lengths[i]) : 0;
        }
        return lengths[expression];
    }

    private static Expression Tidy(Expression expression) => Formula.Rewritten(expression, (part, x) => part is Call c ? Rule(c.Op, x) ?? c.With(x) : part);

    /// <summary>The engine's guards at the one point where a power has no derivative, taken off: it is written as it holds elsewhere.</summary>
    internal static Expression? WithoutGuard(Op op, IReadOnlyList<Expression> x) => (op, x) switch
    {
        (Where, [Call { Op: Compare<Equal>, Inputs: [var size, Number { Value: 0 }] }, Number { Value: 1 }, var a]) when IsSize(size) => a,
        (Unary<Log>, [Call { Op: Where, Inputs: [Call { Op: Compare<Greater>, Inputs: [var c, Number { Value: 0 }] }, var a, Number { Value: 1 }] }])
            when c.Equals(a) => Call.Of(op, a),
        _ => null,
    };

    // What the guards compare with 0: |a| + |b| and n·|a|.
    private static bool IsSize(Expression x) => x switch
    {
        Call { Op: Binary<Add>, Inputs: [Call { Op: UnaryNumber<Abs> } or Number, Call { Op: UnaryNumber<Abs> } or Number] } => true,
        Call { Op: Binary<Mul>, Inputs: [Number, Call { Op: UnaryNumber<Abs> }] } => true,
        _ => false,
    };

    internal static Expression? Rule(Op op, Expression[] x)
    {
        if (WithoutGuard(op, x) is { } plain) return plain;
        if (x.Length > 0 && IsFolded(op) && Array.TrueForAll(x, i => i is Number { IsConstant: false }))
            return Folded(op, [.. x.Cast<Number>().Select(n => n.Value)]);
        return (op, x) switch
        {
            (Cast { To: DType.Float64 }, [Call { Op: Logic<And>, Inputs: [var a, var b] }]) =>
                a.IsScalar ? Product(Truth(a), Truth(b)) : Arithmetic.Elementwise(Truth(a), Truth(b)),
            (Binary<Maximum> or Binary<Minimum>, [var a, var b]) when a.Equals(b) => a,
            (Cast { To: DType.Float64 }, [Call { Inputs: [{ IsScalar: true } a, var b] } comparison]) when a.Equals(b) && OfEqual(comparison.Op) is { } holds =>
                new Number(holds ? 1 : 0),
            (Where, [var condition, var yes, var no])
                when Identities.Decided(condition, yes, no) is var (then, other) && !(ReferenceEquals(then, yes) && ReferenceEquals(other, no)) =>
                Rule(op, [condition, then, other]) ?? Call.Of(op, condition, then, other),
            (Binary<Add>, [Call { Op: UnaryNumber<Neg>, Inputs: [{ IsScalar: true } a] }, { IsScalar: true } b]) when b is not Call { Op: UnaryNumber<Neg> } =>
                Call.Of(Binary<Sub>.Instance, b, a),
            (Binary<Add>, [var a, var b]) when Comparisons.Shared(a, b) is var (strict, more) && Larger(strict, more) is { } bracket =>
                Product(new Number(2), bracket),
            (Binary<Mul> or Binary<Div> or Unary<Reciprocal> or UnaryNumber<Neg>, _) when Array.TrueForAll(x, i => i.IsScalar) => Product(Call.Of(op, x)),
            (Binary<Pow>, [var a, Call exponent]) when Exponent(exponent) is { } number => Rule(op, [a, number]) ?? Call.Of(op, a, number),
            (Binary<Pow>, [_, Number { Value: 0 }]) => new Number(1),
            (Binary<Pow>, [var a, Number { Value: 1 }]) => a,
            (Binary<Pow>, [{ IsScalar: true } a, Number { Value: 2 }]) => Arithmetic.Power(a, new Number(2)),
            (Unary<Sqrt>, [Call { Op: UnaryNumber<Square>, IsScalar: true, Inputs: [var a] }]) => Call.Of(UnaryNumber<Abs>.Instance, a),
            _ => Identities.Shorter(op, x, n => new Number(n), (other, inputs) => Rule(other, inputs) ?? Call.Of(other, inputs)),
        };
    }

    // [a > b] + [a ≥ b], by which the engine shares a gradient where two are equally large, is 2[a > b] where they are so at a kink alone, or
    // where both are level: where they have no variable in common, and of polynomials that are not the same.
    private static Expression? Larger(Expression bracket, Call comparison)
    {
        (Expression a, Expression b) = (comparison.Inputs[0], comparison.Inputs[1]);
        if (Variables(a).Overlaps(Variables(b))) return Comparisons.Strict(a, b);
        return b is Number { Value: 0 } ? Arithmetic.Compare(">", a, b) : bracket;
    }

    // Whether a comparison of equal numbers holds; null for what is no such comparison.
    private static bool? OfEqual(Op comparison) => comparison switch
    {
        Compare<Greater> or Compare<Less> => false,
        Compare<GreaterOrEqual> or Compare<LessOrEqual> => true,
        _ => null,
    };

    private static bool IsFolded(Op op) => op is Binary<Add> or Binary<Sub> or Binary<Mul>
        or UnaryNumber<Neg> or UnaryNumber<Abs> or UnaryNumber<Sign> or UnaryNumber<Step> or UnaryNumber<Square>;

    // What is computed from numbers alone.
    private static Number Folded(Op op, double[] x) => new(op switch
    {
        Binary<Add> => Decimals.Sum(x[0], x[1]),
        Binary<Sub> => Decimals.Sum(x[0], -x[1]),
        Binary<Mul> => Decimals.Product(x[0], x[1]),
        UnaryNumber<Square> => Decimals.Product(x[0], x[0]),
        _ => op.Apply([.. x.Select(n => Tensor.Scalar(n, DType.Float64))]).Item(),
    });

    // 2³ − 1 as 7, (1/3)² − 1 as −8/9; null where there are letters, or it is neither a whole number nor made of such by + − · /.
    private static Expression? Exponent(Call exponent)
    {
        List<Expression> parts = Formula.Parts(exponent);
        if (!parts.TrueForAll(p => p is Number { IsConstant: false } or Call { IsScalar: true, Spec.DType: DType.Float64 })) return null;
        double value = Formula.Compute(exponent, new Dictionary<string, Tensor>(StringComparer.Ordinal)).Item();
        if (value == Math.Floor(value)) return Math.Abs(value) <= 99 ? new Number(value) : null;
        bool isTyped = exponent is { Op: Binary<Div>, Inputs: [Number, Number] } or { Op: UnaryNumber<Neg>, Inputs: [Call { Op: Binary<Div> }] };
        bool isOfWholes = parts.TrueForAll(p => p is Number n ? n.Value == Math.Floor(n.Value)
            : ((Call)p).Op is Binary<Div> or UnaryNumber<Neg> or Binary<Add> or Binary<Sub> or Binary<Mul> or UnaryNumber<Square>);
        if (isTyped || !isOfWholes) return null;
        if (IsShort(value)) return new Number(value);
        if (Constants.Fraction(Math.Abs(value), isOfWholes) is not var (above, below)) return null;
        Expression fraction = Arithmetic.Divide(new Number(above), new Number(below));
        return value < 0 ? Arithmetic.Negative(fraction) : fraction;
    }

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
                case Number { IsConstant: false } n when f.Power == 1 && double.IsFinite(number * n.Value):
                    number = Decimals.Product(number, n.Value);
                    break;
                case Number { IsConstant: false, Value: not 0 } n when f.Power == -1 && double.IsFinite(number / n.Value) && IsShort(number / n.Value):
                    number /= n.Value;
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
                case Call { Op: Unary<Rsqrt>, Inputs: [{ IsScalar: true } inner] }: Put(Call.Of(Unary<Sqrt>.Instance, inner), -f.Power); break;
                case Call { Op: UnaryNumber<Square>, Inputs: [var inner] }: open.Push((inner, 2 * f.Power)); break;
                case Call { Op: Binary<Pow>, Inputs: [var inner, Number { IsConstant: false } n] }:
                    if (n.Value == Math.Floor(n.Value)) open.Push((inner, n.Value * f.Power));
                    else roots.Add((f.Factor, f.Power, inner, n.Value * f.Power));
                    break;
                default: Put(f.Factor, f.Power); break;
            }
        }
        // x^0.5·x^(−0.5) is 1, and x·x^0.5 is x^1.5; a broken power alone stays as it is written.
        foreach ((Expression written, double power, Expression inner, double whole) in roots)
        {
            bool meets = factors.Exists(f => f.Base.Equals(inner)) || roots.Exists(r => !ReferenceEquals(r.Written, written) && r.Base.Equals(inner));
            Put(meets ? inner : written, meets ? whole : power);
        }
        if (number == 0 || IsSlopeOfNothing(factors)) return new Number(0);
        factors.RemoveAll(f => f.Power == 0);
        Join(factors);
        return Arithmetic.Product(number, factors);

        void Put(Expression x, double power)
        {
            int at = factors.FindIndex(f => f.Base.Equals(x));
            if (at < 0) factors.Add((x, power));
            else factors[at] = (x, factors[at].Power + power);
        }
    }

    // 0^x is 0 for all x > 0, and so is its slope 0^x·ln(0).
    private static bool IsSlopeOfNothing(List<(Expression Base, double Power)> factors) =>
        factors.Exists(f => f is { Base: Call { Op: Unary<Log>, Inputs: [Number { Value: 0 }] }, Power: 1 })
        && factors.Exists(f => f is { Base: Call { Op: Binary<Pow>, Inputs: [Number { Value: 0 }, _] }, Power: > 0 });

    /// <summary>Two factors as one where that is shorter: e^x·e^(−x) is 1, x·x^(x − 1) is x^x, and x·sign(x) is |x|.</summary>
    /// <param name="factors">The factors, each once.</param>
    internal static void Join(List<(Expression Base, double Power)> factors)
    {
        Sign(factors);
        for (int i = 0; i < factors.Count; i++)
        {
            for (int j = factors.Count - 1; j > i; j--)
            {
                if (Joined(factors[i], factors[j]) is not { } both) continue;
                factors[i] = both;
                factors.RemoveAt(j);
            }
        }
        factors.RemoveAll(f => f.Base is Number { Value: 1 });
    }

    private static (Expression Base, double Power)? Joined((Expression Base, double Power) one, (Expression Base, double Power) other)
    {
        (Expression? root, Expression power) = Power(one);
        (Expression? same, Expression more) = Power(other);
        if (power is Number && more is Number || !Equals(root, same)) return null;
        Expression sum = Simplify(Arithmetic.Add(power, more));
        if (Length(sum) > Length(power) + Length(more)) return null;
        if (sum is Number { Value: 0 }) return (new Number(1), 1);
        if (sum is Number n) return (root ?? new Number(Math.E, "e"), n.Value);
        bool isBelow = (one.Power < 0 || other.Power < 0) && sum is Call { Op: UnaryNumber<Neg> }; // 1 / x^x, as it was
        if (isBelow) sum = ((Call)sum).Inputs[0];
        Expression joined = root is null ? Call.Of(new Function<Exp>(default), sum) : Arithmetic.Power(root, sum);
        return (joined, isBelow ? -1 : 1);
    }

    // x²/|x| is |x|, |x|·sign(x) is x, and |x|²·sign(x) is x·|x|: a power of x or of |x| where there is one, but for 0 below a line.
    private static void Sign(List<(Expression Base, double Power)> factors)
    {
        IEnumerable<Call> signed = factors.Select(f => f.Base).OfType<Call>().Where(c => c.Op is UnaryNumber<Abs> or UnaryNumber<Sign>);
        foreach (Expression x in signed.Select(c => c.Inputs[0]).Distinct().ToArray())
        {
            Expression[] letters = [x, Call.Of(UnaryNumber<Abs>.Instance, x), Call.Of(UnaryNumber<Sign>.Instance, x)];
            double[] powers = [.. letters.Select(l => factors.Find(f => l.Equals(f.Base)).Power)];
            if (powers is not [var plain, var size, 0 or 1] || plain % 1 != 0 || size % 1 != 0) continue;
            double all = plain + size;
            double[] least = ((plain + powers[2]) % 2 != 0, all % 2 != 0) switch
            {
                (false, true) => [0, all, 0],
                (true, false) when all == 0 => [0, 0, 1],
                (true, false) => [all - Math.Sign(all), Math.Sign(all), 0],
                _ => [all, 0, 0],
            };
            if (least.SequenceEqual(powers)) continue;
            factors.RemoveAll(f => letters.Contains(f.Base));
            factors.AddRange(letters.Zip(least).Where(f => f.Second != 0));
        }
    }

    // The base, none for e, and the exponent.
    private static (Expression? Base, Expression Exponent) Power((Expression Base, double Power) factor)
    {
        Expression Times(Expression exponent) => factor.Power == 1 ? exponent : Arithmetic.Multiply(new Number(factor.Power), exponent);
        return factor.Base switch
        {
            Call { Op: Function<Exp>, Inputs: [var exponent] } => (null, Times(exponent)),
            Call { Op: Binary<Pow>, Inputs: [var root, var exponent and not Number] } => (root, Times(exponent)),
            var root => (root, new Number(factor.Power)),
        };
    }

    // 3/4 may become 0.75, but 1/3 stays.
    private static bool IsShort(double x) => x * 4096 % 1 == 0;
}
