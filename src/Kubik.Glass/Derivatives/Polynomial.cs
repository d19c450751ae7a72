// Sums of products: Σ c·x²·sin(y)·…, where whatever is no sum and no product counts as a letter. Two expressions that expand
// to the same polynomial are equal, and what cancels is gone.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>An expression as a sum of terms, each a number times powers of parts that are taken as letters.</summary>
internal sealed class Polynomial
{
    private const int MostTerms = 40; // beyond that nobody wants the expanded form
    private const int MostPower = 99;
    private const int MostGrouped = 6; // of more, too many ways would be tried

    private readonly Dictionary<Powers, double> terms = [];

    private Polynomial()
    {
    }

    /// <summary>The expanded form of a number's expression; null when it has too many terms.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="keeps">Whether sums in products and powers are letters, as they were written: 2(x − y)², and not 2x² − 4x·y + 2y².</param>
    public static Polynomial? TryExpand(Expression expression, bool keeps = false)
    {
        Dictionary<Expression, Polynomial> done = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(expression))
        {
            if (!part.IsScalar) continue;
            Polynomial? expanded = part switch
            {
                Number { IsConstant: false } n => Constant(n.Value),
                Call { Op: Binary<Add>, Inputs: [var a, var b] } => done[a].Plus(done[b], 1),
                Call { Op: Binary<Sub>, Inputs: [var a, var b] } => done[a].Plus(done[b], -1),
                Call { Op: UnaryNumber<Neg>, Inputs: [var a] } => new Polynomial().Plus(done[a], -1),
                Call { Op: Binary<Mul>, Inputs: [var a, var b] } => Factor(a, 1)?.Times(Factor(b, 1)),
                Call { Op: Binary<Div>, Inputs: [var a, Number { Value: not 0, IsConstant: false } n] } => done[a].Times(Constant(1 / n.Value)),
                Call { Op: Binary<Div>, Inputs: [var a, var b] } => Factor(b, -1) is { } below ? Factor(a, 1)?.Times(below) : Letter(part),
                Call { Op: Unary<Reciprocal>, Inputs: [var a] } => Factor(a, -1) ?? Letter(part),
                Call { Op: UnaryNumber<Square>, Inputs: [var a] } => Factor(a, 2),
                Call { Op: Binary<Pow>, Inputs: [var a, Number { IsConstant: false, Value: > 0 and <= MostPower } n] } when n.Value == Math.Floor(n.Value) =>
                    Factor(a, (int)n.Value),
                _ => Letter(part),
            };
            if (expanded is null) return null;
            done[part] = expanded;
        }
        return done[expression];

        // A power of a part: of one term, or of a sum that is multiplied out, or as a letter.
        Polynomial? Factor(Expression x, int power) => done[x] switch
        {
            { terms.Count: 1 } one when power > 0 || one.IsInvertible => one.Raised(power),
            { terms.Count: 0 } nothing when power > 0 => nothing,
            { terms.Count: 0 or 1 } => null,
            { } sum when power == 1 && !keeps => sum,
            { } sum when power is 2 or 3 && !keeps => power == 2 ? sum.Times(sum) : sum.Times(sum)?.Times(sum),
            _ => Powered(x, power),
        };

        // Powers of one sum are one letter: (4 − 3x)² beside 4 − 3x, and a product's factors each of their own.
        Polynomial? Powered(Expression x, int power) => x switch
        {
            Call { Op: UnaryNumber<Square>, Inputs: [var a] } => Factor(a, 2 * power),
            Call { Op: Binary<Pow>, Inputs: [var a, Number { IsConstant: false, Value: > 0 and <= MostPower } n] } when n.Value == Math.Floor(n.Value) =>
                Factor(a, (int)n.Value * power),
            Call { Op: Binary<Mul>, Inputs: [var a, var b] } when power < 0 => Factor(a, power) is { } p && Factor(b, power) is { } q ? p.Times(q) : null,
            _ => Letter(x, power),
        };
    }

    /// <summary>The sum as an expression: higher powers first, numbers in front of their letters.</summary>
    public Expression ToExpression()
    {
        Expression? sum = null;
        foreach ((Powers term, double factor) in this.Ordered())
        {
            Expression written = Arithmetic.Product(sum is null ? factor : Math.Abs(factor), term.Letters);
            sum = sum is null ? written : factor < 0 ? Arithmetic.Subtract(sum, written) : Arithmetic.Add(sum, written);
        }
        return sum ?? new Number(0);
    }

    /// <summary>The sum with what all its terms share in front: x·(a + b), 2(a − b) / c².</summary>
    public Expression Factored()
    {
        if (this.terms.Count < 2) return this.ToExpression();
        Powers shared = new([.. this.terms.Keys.First().Letters.Select(l => (l.Letter, Power: this.LeastPower(l.Letter))).Where(l => l.Power != 0)]);
        double number = this.terms.Values.All(c => c < 0) ? -this.Content : this.Content;
        if (shared.Letters.Length == 0 && number == 1) return this.ToExpression();
        return Arithmetic.Product(number, [.. shared.Letters, (this.Over(shared, number).ToExpression(), 1)]);
    }

    /// <summary>Terms that share one factor beside others that share another: t·(a − b) + s·(c + d); null when there are no such terms.</summary>
    public Expression? Grouped()
    {
        Expression? best = null;
        if (this.terms.Count > MostGrouped) return null;
        foreach (Expression letter in this.terms.Keys.SelectMany(t => t.Letters).Where(l => l.Power > 0).Select(l => l.Letter).Distinct())
        {
            Polynomial with = this.Of(t => t.PowerOf(letter) > 0), without = this.Of(t => t.PowerOf(letter) <= 0);
            if (with.terms.Count < 2 || without.IsZero) continue;
            Expression group = with.Factored(), rest = without.Factored();
            if (without.Grouped() is { } other && Simplifier.Length(other) < Simplifier.Length(rest)) rest = other;
            bool isLast = with.terms.Values.All(c => c < 0) && !without.terms.Values.All(c => c < 0);
            Expression sum = isLast ? Sum(rest, group) : Sum(group, rest);
            if (best is null || Simplifier.Length(sum) < Simplifier.Length(best)) best = sum;
        }
        return best;
    }

    private static Expression Sum(Expression a, Expression b) =>
        b is Call { Op: UnaryNumber<Neg>, Inputs: [var positive] } ? Arithmetic.Subtract(a, positive) : Arithmetic.Add(a, b);

    private Polynomial Of(Func<Powers, bool> which)
    {
        Polynomial some = new();
        foreach ((Powers term, double factor) in this.terms.Where(t => which(t.Key))) some.terms[term] = factor;
        return some;
    }

    /// <summary>The sum over one denominator, 1 / a − b / a² as (a − b) / a²; null when it has none.</summary>
    public (Polynomial Above, Powers Below)? OverOneDenominator()
    {
        Expression[] below = [.. this.terms.Keys.SelectMany(t => t.Letters).Where(l => l.Power < 0).Select(l => l.Letter).Distinct()];
        if (below.Length == 0 || this.terms.Count < 2) return null;
        Powers denominator = new([.. below.Select(l => (l, -this.terms.Keys.Min(t => t.PowerOf(l))))]);
        return (this.Over(denominator.Raised(-1), 1), denominator);
    }

    /// <summary>The quotient by a sum of powers of variables, of which nothing is left; null where something is.</summary>
    public Polynomial? DividedBy(Polynomial divisor)
    {
        if (divisor.terms.Count < 2 || !divisor.IsOfVariables || this.terms.Keys.Any(t => Array.Exists(t.Letters, l => l.Power < 0))) return null;
        Expression[] letters = [.. divisor.terms.Keys.Concat(this.terms.Keys).SelectMany(t => t.Letters).Select(l => l.Letter).Distinct()];
        (Powers first, double number) = Leading(divisor);
        Polynomial quotient = new();
        for (Polynomial rest = this; !rest.IsZero;)
        {
            (Powers next, double factor) = Leading(rest);
            Powers term = next.Times(first.Raised(-1));
            if (Array.Exists(term.Letters, l => l.Power < 0) || quotient.terms.Count == MostTerms) return null;
            Polynomial step = new();
            step.terms[term] = quotient.terms[term] = factor / number;
            if (step.Times(divisor) is not { } part || rest.Plus(part, -1) is not { } less || less.terms.ContainsKey(next)) return null; // rounded
            rest = less;
        }
        return quotient;

        // By the power of one letter, then of the next: of a product it is the product of the leading terms.
        KeyValuePair<Powers, double> Leading(Polynomial p) => letters
            .Aggregate(p.terms.OrderBy(_ => 0), (ordered, letter) => ordered.ThenByDescending(t => t.Key.PowerOf(letter))).First();
    }

    /// <summary>Whether it is 0.</summary>
    public bool IsZero => this.terms.Count == 0;

    /// <summary>Whether every letter is a variable: it is 0 everywhere, or nowhere but for single points, lines, …</summary>
    public bool IsOfVariables => this.terms.Keys.All(t => t.Letters.All(l => l is { Letter: Variable, Power: > 0 }));

    /// <summary>The terms above 0 and those below, as two sums: x and 3 of x − 3.</summary>
    public (Expression Positive, Expression Negative) Sides()
    {
        Polynomial positive = new(), negative = new();
        foreach ((Powers term, double factor) in this.terms) (factor > 0 ? positive : negative).terms[term] = Math.Abs(factor) / this.Content;
        return (positive.ToExpression(), negative.ToExpression());
    }

    /// <summary>Whether the term of the highest power is below 0.</summary>
    public bool BeginsBelow => this.terms.Count > 0 && this.ByDegree().First().Value < 0;

    // The power that all terms have of a letter: the least; under a line all or none, for quotients of quotients are no shorter to read.
    private double LeastPower(Expression letter)
    {
        double[] powers = [.. this.terms.Keys.Select(t => t.PowerOf(letter))];
        return Array.TrueForAll(powers, p => p > 0) || Array.TrueForAll(powers, p => p == powers[0]) ? powers.Min() : 0;
    }

    // The number that all terms have: 2 in 2x − 4y.
    private double Content
    {
        get
        {
            double least = this.terms.Values.Select(Math.Abs).Min();
            return this.terms.Values.All(c => Math.Abs(c) / least is var times && times == Math.Floor(times) && times * least == Math.Abs(c)) ? least : 1;
        }
    }

    private Polynomial Over(Powers shared, double number)
    {
        Polynomial rest = new();
        Powers inverse = shared.Raised(-1);
        foreach ((Powers term, double factor) in this.terms)
        {
            Powers left = term.Times(inverse);
            // A sum that is left alone needs no brackets: a − (1 − x) is a + x − 1.
            bool isSum = left.Letters is [(Call { Op: Binary<Add> or Binary<Sub> }, 1)];
            if (isSum && TryExpand(left.Letters[0].Letter, keeps: true) is { } sum)
            {
                foreach ((Powers inner, double times) in sum.terms) rest.Put(inner, Decimals.Product(times, factor / number));
            }
            else
            {
                rest.Put(left, factor / number);
            }
        }
        return rest;
    }

    // Of two terms the one above 0 comes first: 1 − x², and not −x² + 1.
    private IEnumerable<KeyValuePair<Powers, double>> Ordered()
    {
        KeyValuePair<Powers, double>[] ordered = [.. this.ByDegree()];
        return ordered is [{ Value: < 0 }, { Value: > 0 }] ? ordered.Reverse() : ordered;
    }

    private IEnumerable<KeyValuePair<Powers, double>> ByDegree() => this.terms
        .OrderByDescending(t => Array.Exists(t.Key.Letters, l => l.Power < 0) ? 1 : t.Key.Degree) // a quotient is one letter
        .ThenBy(t => t.Key.FirstVariable, StringComparer.Ordinal)
        .ThenByDescending(t => t.Value > 0);

    // Whether 1 by the number in front is one that can be written: 1 / (3x) and 1 / (0.25x), but not 1 / (1.0507…x).
    private bool IsInvertible => this.terms.Values.Single() is var factor && (1 / factor * 4096 % 1 == 0 || Constants.Fraction(1 / factor) is not null);

    private static Polynomial Constant(double value)
    {
        Polynomial p = new();
        if (value != 0) p.terms[Powers.One] = value;
        return p;
    }

    private static Polynomial Letter(Expression letter, double power = 1)
    {
        Polynomial p = new();
        p.terms[new([(letter, power)])] = 1;
        return p;
    }

    private Polynomial? Plus(Polynomial other, double sign)
    {
        Polynomial sum = new();
        foreach ((Powers term, double factor) in this.terms) sum.terms[term] = factor;
        foreach ((Powers term, double factor) in other.terms) sum.Put(term, sign * factor);
        return sum.terms.Count > MostTerms ? null : sum;
    }

    private Polynomial? Times(Polynomial? other)
    {
        if (other is null) return null;
        if (this.terms.Count * other.terms.Count > MostTerms * MostTerms) return null;
        Polynomial product = new();
        foreach ((Powers a, double p) in this.terms)
        {
            foreach ((Powers b, double q) in other.terms) product.Put(a.Times(b), Decimals.Product(p, q));
        }
        return product.terms.Count > MostTerms ? null : product;
    }

    private Polynomial Raised(int power)
    {
        (Powers term, double factor) = this.terms.Single();
        Polynomial raised = new();
        raised.terms[term.Raised(power)] = power > 0 ? Decimals.Raised(factor, power) : 1 / Decimals.Raised(factor, -power);
        return raised;
    }

    private void Put(Powers term, double factor)
    {
        double sum = Decimals.Sum(this.terms.GetValueOrDefault(term), factor);
        if (sum == 0) this.terms.Remove(term);
        else this.terms[term] = sum;
    }
}
