// Sums of products: Σ c·x²·sin(y)·…, where whatever is no sum and no product counts as a letter. Two expressions that expand
// to the same polynomial are equal, and what cancels is gone.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>An expression as a sum of terms, each a number times powers of parts that are taken as letters.</summary>
internal sealed class Polynomial
{
    private const int MostTerms = 40; // beyond that nobody wants the expanded form

    private readonly Dictionary<Powers, double> terms = [];

    private Polynomial()
    {
    }

    /// <summary>The expanded form of a number's expression; null when it has too many terms.</summary>
    public static Polynomial? TryExpand(Expression expression)
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
                Call { Op: Binary<Mul>, Inputs: [var a, var b] } => done[a].Times(done[b]),
                Call { Op: Binary<Div>, Inputs: [var a, Number { Value: not 0, IsConstant: false } n] } => done[a].Times(Constant(1 / n.Value)),
                Call { Op: UnaryNumber<Square>, Inputs: [var a] } => done[a].Times(done[a]),
                Call { Op: Binary<Pow>, Inputs: [var a, Number { Value: 3 }] } => done[a].Times(done[a])?.Times(done[a]),
                Call { Op: Binary<Pow>, Inputs: [var a, Number { Value: > 3 and <= 99 } n] } when n.Value == Math.Floor(n.Value) && done[a].terms.Count == 1 => done[a].Raised((int)n.Value),
                _ => Letter(part),
            };
            if (expanded is null) return null;
            done[part] = expanded;
        }
        return done[expression];
    }

    /// <summary>The sum as an expression: higher powers first, numbers in front of their letters.</summary>
    public Expression ToExpression()
    {
        Expression? sum = null;
        foreach ((Powers term, double factor) in this.terms.OrderByDescending(t => t.Key.Degree).ThenBy(t => t.Key.FirstVariable, StringComparer.Ordinal).ThenByDescending(t => t.Value > 0))
        {
            Expression written = Arithmetic.Product(sum is null ? factor : Math.Abs(factor), term.Letters);
            sum = sum is null ? written : factor < 0 ? Arithmetic.Subtract(sum, written) : Arithmetic.Add(sum, written);
        }
        return sum ?? new Number(0);
    }

    /// <summary>The sum with what all its terms share in front: x·(a + b).</summary>
    public Expression Factored()
    {
        if (this.terms.Count < 2) return this.ToExpression();
        (Expression Letter, double Power)[] shared =
        [
            .. this.terms.Keys.First().Letters.Select(l => (l.Letter, Power: this.terms.Keys.Min(t => t.PowerOf(l.Letter)))).Where(l => l.Power > 0),
        ];
        if (shared.Length == 0) return this.ToExpression();
        Polynomial rest = new();
        foreach ((Powers term, double factor) in this.terms) rest.terms[term.Times(new([.. shared.Select(s => (s.Letter, -s.Power))]))] = factor;
        return Arithmetic.Product(1, [.. shared, (rest.ToExpression(), 1)]);
    }

    private static Polynomial Constant(double value)
    {
        Polynomial p = new();
        if (value != 0) p.terms[Powers.One] = value;
        return p;
    }

    private static Polynomial Letter(Expression letter)
    {
        Polynomial p = new();
        p.terms[new([(letter, 1)])] = 1;
        return p;
    }

    private Polynomial? Plus(Polynomial other, double sign)
    {
        Polynomial sum = new();
        foreach ((Powers term, double factor) in this.terms) sum.terms[term] = factor;
        foreach ((Powers term, double factor) in other.terms) sum.Put(term, sign * factor);
        return sum.terms.Count > MostTerms ? null : sum;
    }

    private Polynomial? Times(Polynomial other)
    {
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
        raised.terms[term.Raised(power)] = Decimals.Raised(factor, power);
        return raised;
    }

    private void Put(Powers term, double factor)
    {
        double sum = Decimals.Sum(this.terms.GetValueOrDefault(term), factor);
        if (sum == 0) this.terms.Remove(term);
        else this.terms[term] = sum;
    }
}
