// The Jacobian of a column by a column. The engine pulls back what reaches the outputs, g, to Jᵀ·g; with g a letter, the
// matrix in front of it can be read off, term by term.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

internal static class Jacobian
{
    /// <summary>J (outputs, inputs) from Jᵀ·g.</summary>
    /// <exception cref="ArgumentException">The letter is not the last factor of every term.</exception>
    public static Expression Of(Expression gradient, Variable reached, int inputs)
    {
        // Sums in products are kept together when g is in none of them.
        Expression[] found = [.. ((bool[])[false, true]).Select(expands => TryOf(gradient, reached, inputs, expands)).OfType<Expression>()];
        return found.MinBy(Simplifier.Length)
            ?? throw new ArgumentException("The Jacobian has no short form in matrix notation. Differentiate one output at a time, as in sum([1, 0, 0]∘(…)).");
    }

    private static Expression? TryOf(Expression gradient, Variable reached, int inputs, bool expands)
    {
        if (new MatrixReader(expands).Read(gradient) is not { } sum) return null;
        int outputs = reached.Shape[0];
        List<(MatrixTerm, double)> terms = [];
        foreach ((MatrixTerm term, double factor) in sum.Terms)
        {
            if (Before(term, reached, inputs, outputs) is not { } before) return null;
            terms.Add((before.Transposed(), factor));
        }
        return Simplifier.Simplify(MatrixReader.Short(new Variable("J", [outputs, inputs]), MatrixSum.Of(terms, outputs, inputs)));
    }

    // What stands before the letter g, which is in the last factor or in one of the numbers.
    private static MatrixTerm? Before(MatrixTerm term, Variable g, int inputs, int outputs)
    {
        if (term.Factors.Count > 0 && Holds(term.Factors[^1], g))
        {
            if (Peeled(term.Factors[^1], g) is not { } peeled) return null;
            MatrixTerm around = term with { Factors = [.. term.Factors.SkipLast(1)], Columns = term.Factors[^1].Shape[0] };
            return around.Times(peeled) with { Rows = inputs, Columns = outputs };
        }
        foreach ((Expression letter, double power) in term.Scalars.Letters)
        {
            if (power != 1 || !Holds(letter, g)) continue;
            MatrixTerm without = new(term.Scalars.Times(new([(letter, -1)])), term.Factors, inputs, 1);
            return Row(letter, g) is { } row ? without.Times(row) : null;
        }
        return null;
    }

    // The matrix P with P·g for a column that is linear in g: a ∘ (B·g) is diag(a)·B·g.
    private static MatrixTerm? Peeled(Expression column, Variable g)
    {
        if (column.Equals(g)) return new(Powers.One, [], g.Shape[0], g.Shape[0]);
        if (column is Call { Op: MatMul, Inputs: [var left, var right] } && Holds(right, g) && !Holds(left, g))
            return Peeled(right, g) is { } rest ? MatrixTerm.Of(left).Times(rest) : null;
        Powers letters = MatrixTerm.Elementwise(column);
        if (letters.Letters.Length < 2 || letters.Letters.Where(l => Holds(l.Letter, g)).ToArray() is not [(var inside, 1)]) return null;
        if (Peeled(inside, g) is not { } peeled) return null;
        MatrixTerm around = MatrixTerm.Of(column).Elementwise(MatrixTerm.Of(inside).Raised(-1));
        return new MatrixTerm(around.Scalars, [Arithmetic.Diagonal(around.Matrix()!)], column.Shape[0], column.Shape[0]).Times(peeled);
    }

    // A number bᵀ·P·g as the row bᵀ·P.
    private static MatrixTerm? Row(Expression number, Variable g)
    {
        if (number is Call { Op: Reduce<Sum>, Inputs: [{ Shape.Rank: 2 } x] } && x.Shape[1] == 1)
            return Peeled(x, g) is { } summed ? MatrixTerm.Ones(1, x.Shape[0]).Times(summed) : null;
        if (number is not Call { Op: Reshape, Inputs: [Call { Op: MatMul } product] }) return null;
        List<Expression> factors = [];
        Expression first = product;
        for (; first is Call { Op: MatMul } inner; first = inner.Inputs[0]) factors.Insert(0, inner.Inputs[1]);
        factors.Insert(0, first);
        if (!Holds(factors[^1], g)) factors = [.. Enumerable.Reverse(factors).Select(MatrixTerm.Flipped)];
        if (factors.Count(f => Holds(f, g)) != 1 || !Holds(factors[^1], g) || Peeled(factors[^1], g) is not { } last) return null;
        return MatrixTerm.Of(MatrixTerm.Chain([.. factors.SkipLast(1)])).Times(last);
    }

    private static bool Holds(Expression x, Variable g) => Formula.Parts(x).Exists(p => p.Equals(g));
}
