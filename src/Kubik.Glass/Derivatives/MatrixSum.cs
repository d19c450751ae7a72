// Sums of products of matrices, Σ c·s·A·B·…, and how they are written: expanded, or with what terms have in common taken out
// on the left, on the right, or element by element, whichever is shortest.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>A matrix, or a number, as a sum of terms.</summary>
internal sealed class MatrixSum
{
    private const int MostTerms = 24; // beyond that nobody wants the expanded form

    private readonly Dictionary<MatrixTerm, double> terms = [];
    private List<(MatrixTerm Term, double Factor)>? ordered;

    private MatrixSum(int rows, int columns) => (this.Rows, this.Columns) = (rows, columns);

    public int Rows { get; }

    public int Columns { get; }

    public bool IsScalar => this.Rows == 1 && this.Columns == 1;

    public IReadOnlyDictionary<MatrixTerm, double> Terms => this.terms;

    /// <summary>The number, when it is nothing else.</summary>
    public double? Number => this switch
    {
        { IsScalar: true, terms.Count: 0 } => 0,
        { terms.Count: 1 } when this.terms.TryGetValue(MatrixTerm.One, out double c) => c,
        _ => null,
    };

    public static MatrixSum Of(MatrixTerm term, double factor = 1)
    {
        MatrixSum sum = new(term.Rows, term.Columns);
        sum.Put(term, factor);
        return sum;
    }

    public static MatrixSum Of(IEnumerable<(MatrixTerm Term, double Factor)> terms, int rows, int columns)
    {
        MatrixSum sum = new(rows, columns);
        foreach ((MatrixTerm term, double factor) in terms) sum.Put(term, factor);
        return sum;
    }

    /// <summary>Numbers and columns in as many rows and columns as another has.</summary>
    public MatrixSum Spread(int rows, int columns)
    {
        if (rows == this.Rows && columns == this.Columns) return this;
        MatrixTerm left = this.Rows == rows ? MatrixTerm.One : MatrixTerm.Ones(rows, 1);
        MatrixTerm right = this.Columns == columns ? MatrixTerm.One : MatrixTerm.Ones(1, columns);
        // The ones of a number make the whole matrix; those of a column or a row are multiplied to it.
        return this.Each(t => this.IsScalar ? MatrixTerm.Ones(rows, columns).Times(t) : left.Times(t).Times(right), rows, columns);
    }

    public MatrixSum? Plus(MatrixSum other, double sign)
    {
        int rows = Math.Max(this.Rows, other.Rows), columns = Math.Max(this.Columns, other.Columns);
        MatrixSum sum = Of(this.Spread(rows, columns).terms.Select(t => (t.Key, t.Value)), rows, columns);
        foreach ((MatrixTerm term, double factor) in other.Spread(rows, columns).terms) sum.Put(term, sign * factor);
        return sum.terms.Count > MostTerms ? null : sum;
    }

    public MatrixSum? Times(MatrixSum other) =>
        this.WithEach(other, (a, b) => a.Times(b), this.IsScalar ? other.Rows : this.Rows, other.IsScalar ? this.Columns : other.Columns);

    /// <summary>The product element by element.</summary>
    public MatrixSum? Elementwise(MatrixSum other)
    {
        if (this.IsScalar || other.IsScalar) return this.Times(other);
        int rows = Math.Max(this.Rows, other.Rows), columns = Math.Max(this.Columns, other.Columns);
        return this.Spread(rows, columns).WithEach(other.Spread(rows, columns), (a, b) => a.Elementwise(b), rows, columns);
    }

    public MatrixSum Transposed() => this.Each(t => t.Transposed(), this.Columns, this.Rows);

    public MatrixSum Scaled(double by) => Of(this.terms.Select(t => (t.Key, Decimals.Product(t.Value, by))), this.Rows, this.Columns);

    /// <summary>As one term: what the terms share in front of the rest.</summary>
    public (MatrixTerm Term, double Factor) Whole() => this.Whole(new());

    private (MatrixTerm Term, double Factor) Whole(Search search)
    {
        if (this.terms.Count == 1) return (this.terms.First().Key, this.terms.First().Value);
        if (this.terms.Count == 0) return (this.IsScalar ? MatrixTerm.One : MatrixTerm.Ones(this.Rows, this.Columns), 0);
        (double factor, Powers shared, MatrixSum rest) = this.Content();
        if (rest.IsScalar) return (MatrixTerm.One with { Scalars = MatrixTerm.Of(rest.Shortest(search)).Scalars.Times(shared) }, factor);
        MatrixTerm whole = MatrixTerm.Of(rest.Upright(search));
        return (whole with { Scalars = whole.Scalars.Times(shared) }, factor);
    }

    // (x − m)ᵀ and not xᵀ − mᵀ, so that a sum and its transpose are known for one.
    private Expression Upright(Search search)
    {
        Expression written = this.Shortest(search);
        int marks = Marks(written);
        if (marks == 0) return written;
        Expression other = this.Transposed().Shortest(search);
        int order = Marks(other).CompareTo(marks);
        return order < 0 || order == 0 && string.CompareOrdinal(other.ToString(), written.ToString()) < 0 ? MatrixTerm.Flipped(other) : written;
    }

    private static int Marks(Expression x) => Formula.Parts(x).Count(p => p is Call { Op: Permute });

    /// <summary>The sum of as many terms as there are, or as one that is short.</summary>
    public Expression Shortest() => this.Shortest(new());

    /// <summary>The same, with what is known already of sums that are a part of one.</summary>
    public Expression Shortest(Search search)
    {
        if (this.terms.Count <= 1) return this.Expanded();
        if (search.Known.TryGetValue(this, out Expression? known)) return known;
        Expression best = this.Expanded();
        if (!search.Begins()) return best;
        double length = Simplifier.Length(best);
        foreach (Expression other in this.Factored(search))
        {
            if (Simplifier.Length(other) is var its && its < length) (best, length) = (other, its);
        }
        return search.Known[this] = best;
    }

    private IEnumerable<Expression> Factored(Search search)
    {
        (double factor, Powers shared, MatrixSum rest) = this.Content();
        if (factor != 1 || shared.Letters.Length > 0) yield return Written(factor, shared, rest.Shortest(search));
        if (this.IsScalar) yield break;
        // What is nothing but the factor may stay outside: A·x + Aᵀ·x − c·x is (A + Aᵀ)·x − c·x.
        for (int least = 1; least <= 2; least++)
        {
            int many = least;
            yield return this.Grouped(search, t => t.Factors.Count >= many ? t.Factors[0] : null,
                (t, f) => t with { Factors = [.. t.Factors.Skip(1)], Rows = f.Shape[1] }, (f, inside) => MatrixTerm.Chain([f, inside]));
            yield return this.Grouped(search, t => t.Factors.Count >= many ? t.Factors[^1] : null,
                (t, f) => t with { Factors = [.. t.Factors.SkipLast(1)], Columns = f.Shape[0] }, (f, inside) => MatrixTerm.Chain([inside, f]));
        }
        if (this.ByNumbers(search) is { } parted) yield return parted;
        if (this.ByMatrices(search) is { } gathered) yield return gathered;
        if (this.OneDiagonal(search) is { } diagonal) yield return diagonal;
        IEnumerable<(Expression Letter, double Power)> letters =
            this.terms.Keys.Where(t => t.Factors.Count == 1).SelectMany(t => MatrixTerm.Elementwise(t.Factors[0]).Letters);
        foreach (Expression letter in letters.Where(l => l.Power >= 1).Select(l => l.Letter).Distinct())
        {
            yield return this.Grouped(search, t => t.Factors.Count == 1 && MatrixTerm.Elementwise(t.Factors[0]).PowerOf(letter) >= 1 ? letter : null,
                (t, f) => t.Elementwise(MatrixTerm.Of(f).Raised(-1)), (f, inside) => Call.Of(Binary<Mul>.Instance, f, inside));
        }
    }

    // Terms with the same factor as its product with the sum of what is left of them.
    private Expression Grouped(
        Search search, Func<MatrixTerm, Expression?> factor, Func<MatrixTerm, Expression, MatrixTerm> without, Func<Expression, Expression, Expression> with)
    {
        List<(MatrixTerm Term, double Factor)> left = [.. this.Ordered()], all = [], alone = [];
        while (left.Count > 0)
        {
            (MatrixTerm term, double c) = left[0];
            List<(MatrixTerm Term, double Factor)> group = factor(term) is { } f ? left.FindAll(t => factor(t.Term)?.Equals(f) == true) : [];
            if (group.Count < 2)
            {
                alone.Add(left[0]);
                left.RemoveAt(0);
                continue;
            }
            left.RemoveAll(group.Contains);
            f = factor(term)!;
            List<(MatrixTerm Term, double Factor)> stripped = [.. group.Select(t => (without(t.Term, f), t.Factor))];
            MatrixSum sum = Of(stripped, stripped[0].Term.Rows, stripped[0].Term.Columns);
            if (sum.terms.Count == 0) continue; // without the factor they cancel
            (double number, Powers shared, MatrixSum rest) = sum.Content();
            // A factor that is left alone with a number, x·(aᵀ·b): the inside is a number.
            Expression inside = rest.Shortest(search);
            Expression whole = rest.IsScalar ? Arithmetic.Multiply(inside, f) : with(f, inside);
            all.Add((new MatrixTerm(shared, [whole], this.Rows, this.Columns), number));
        }
        // What is left over may have something else in common: (A + Aᵀ)·W − W·(L + Lᵀ).
        if (all.Count > 0 && alone.Count > 1)
        {
            MatrixSum others = Of(alone, this.Rows, this.Columns);
            if (Simplifier.Length(others.Shortest(search)) < Simplifier.Length(others.Expanded())) alone = [others.Whole(search)];
        }
        return new Writer([.. all.Concat(alone).OrderByDescending(t => t.Factor > 0)]).Write(this.Rows, this.Columns);
    }

    // Terms with the same number in front: c·A + c·Aᵀ + d·B is c·(A + Aᵀ) + d·B.
    private Expression? ByNumbers(Search search)
    {
        IGrouping<Powers, KeyValuePair<MatrixTerm, double>>[] groups = [.. this.terms.GroupBy(t => t.Key.Scalars)];
        if (groups.Length == 1 || groups.Length == this.terms.Count) return null;
        IEnumerable<(MatrixTerm Term, double Factor)> whole = groups.Select(g => Of(g.Select(t => (t.Key, t.Value)), this.Rows, this.Columns).Whole(search));
        return new Writer([.. whole.OrderByDescending(t => t.Factor > 0)]).Write(this.Rows, this.Columns);
    }

    // Terms with the same matrix: A − c·A + d·B is (1 − c)·A + d·B.
    private Expression? ByMatrices(Search search)
    {
        IGrouping<MatrixTerm, (MatrixTerm Term, double Factor)>[] groups = [.. this.Ordered().GroupBy(t => t.Term with { Scalars = Powers.One })];
        if (groups.Length == this.terms.Count) return null;
        IEnumerable<(MatrixTerm Term, double Factor)> whole = groups.Select(g =>
        {
            (MatrixTerm number, double factor) = Of(g.Select(t => (MatrixTerm.One with { Scalars = t.Term.Scalars }, t.Factor)), 1, 1).Whole(search);
            return (g.Key with { Scalars = number.Scalars }, factor);
        });
        return new Writer([.. whole.OrderByDescending(t => t.Factor > 0)]).Write(this.Rows, this.Columns);
    }

    // I − diag(v) is diag(1 − v).
    private Expression? OneDiagonal(Search search)
    {
        if (this.Rows != this.Columns) return null;
        List<(MatrixTerm Term, double Factor)> rest = [], columns = [];
        foreach ((MatrixTerm term, double factor) in this.Ordered())
        {
            if (term.Factors.Count == 0) columns.Add((MatrixTerm.Ones(this.Rows, 1) with { Scalars = term.Scalars }, factor));
            else if (term.Factors is [var only] && MatrixTerm.OnDiagonal(only) is { } column)
                columns.Add((MatrixTerm.Of(column) with { Scalars = term.Scalars }, factor));
            else rest.Add((term, factor));
        }
        if (columns.Count < 2 || columns.TrueForAll(c => c.Term.Factors.All(MatrixTerm.IsOnes))) return null;
        Expression sum = Of(columns, this.Rows, 1).Shortest(search);
        if (sum.Shape.Size != this.Rows) return null;
        return new Writer([(new(Powers.One, [Arithmetic.Diagonal(sum)], this.Rows, this.Columns), 1), .. rest]).Write(this.Rows, this.Columns);
    }

    public Expression Expanded() => new Writer([.. this.Ordered()]).Write(this.Rows, this.Columns);

    // Longer products first, A before Aᵀ, and no minus in front when it can stand between.
    private List<(MatrixTerm Term, double Factor)> Ordered()
    {
        if (this.ordered is not null) return this.ordered;
        List<(MatrixTerm Term, double Factor)> all =
        [
            .. this.terms.Select(t => (Term: t.Key, Factor: t.Value))
                .OrderByDescending(t => t.Term.Degree)
                .ThenByDescending(t => t.Factor > 0)
                .ThenBy(t => (t.Term.Matrix() ?? new Number(0)).ToString(), StringComparer.Ordinal),
        ];
        int positive = all.FindIndex(t => t.Factor > 0);
        if (positive > 0)
        {
            (MatrixTerm Term, double Factor) first = all[positive];
            all.RemoveAt(positive);
            all.Insert(0, first);
        }
        return this.ordered = all;
    }

    // The number and the letters that all terms share.
    private (double Factor, Powers Shared, MatrixSum Inside) Content()
    {
        double least = this.terms.Values.Select(Math.Abs).Min();
        double factor = this.terms.Values.All(c => c / least == Math.Floor(c / least)) ? least : 1;
        if (this.terms.Values.All(c => c < 0)) factor = -factor;
        MatrixTerm first = this.terms.Keys.First();
        double[] PowersOf(Expression letter) => [.. this.terms.Keys.Select(t => t.Scalars.PowerOf(letter))];
        double Least(double[] powers) => Array.TrueForAll(powers, p => p * powers[0] > 0) ? powers.MinBy(Math.Abs) : 0;
        Powers shared = new([.. first.Scalars.Letters.Select(l => (l.Letter, Power: Least(PowersOf(l.Letter)))).Where(l => l.Power != 0)]);
        Powers inverse = shared.Raised(-1);
        return (factor, shared, Of(this.terms.Select(t => (t.Key with { Scalars = t.Key.Scalars.Times(inverse) }, t.Value / factor)), this.Rows, this.Columns));
    }

    private static Expression Written(double factor, Powers scalars, Expression rest)
    {
        MatrixTerm term = rest.Shape.Size == 1
            ? new(scalars.Times(new([(rest, 1)])), [], 1, 1)
            : new(scalars, [rest], rest.Shape[0], rest.Shape[1]);
        return new Writer([(term, factor)]).Write(term.Rows, term.Columns);
    }

    private MatrixSum? WithEach(MatrixSum other, Func<MatrixTerm, MatrixTerm, MatrixTerm> product, int rows, int columns)
    {
        if (this.terms.Count * other.terms.Count > MostTerms * MostTerms) return null;
        MatrixSum all = new(rows, columns);
        foreach ((MatrixTerm a, double p) in this.terms)
        {
            foreach ((MatrixTerm b, double q) in other.terms) all.Put(product(a, b), Decimals.Product(p, q));
        }
        return all.terms.Count > MostTerms ? null : all;
    }

    private MatrixSum Each(Func<MatrixTerm, MatrixTerm> change, int rows, int columns) => Of(this.terms.Select(t => (change(t.Key), t.Value)), rows, columns);

    private void Put(MatrixTerm term, double factor)
    {
        double sum = Decimals.Sum(this.terms.GetValueOrDefault(term), factor);
        if (sum == 0) this.terms.Remove(term);
        else this.terms[term] = sum;
    }

    /// <summary>What is tried to make one sum short: a part that comes up again is known, and there is an end to it.</summary>
    public sealed class Search : IEqualityComparer<MatrixSum>
    {
        /// <summary>How many sums are taken apart; those that come after them are written expanded.</summary>
        public const int Most = 150;

        public Search() => this.Known = new(this);

        /// <summary>The shortest forms that were found.</summary>
        public Dictionary<MatrixSum, Expression> Known { get; }

        /// <summary>How many sums were taken apart.</summary>
        public int Count { get; private set; }

        /// <summary>Whether one more may be.</summary>
        public bool Begins()
        {
            if (this.Count == Most) return false;
            this.Count++;
            return true;
        }

        public bool Equals(MatrixSum? x, MatrixSum? y)
        {
            if (x is null || y is null || (x.Rows, x.Columns, x.terms.Count) != (y.Rows, y.Columns, y.terms.Count)) return ReferenceEquals(x, y);
            return x.terms.All(t => y.terms.TryGetValue(t.Key, out double factor) && factor.Equals(t.Value));
        }

        public int GetHashCode(MatrixSum sum)
        {
            int hash = HashCode.Combine(sum.Rows, sum.Columns);
            foreach ((MatrixTerm term, double factor) in sum.terms) hash += HashCode.Combine(term, factor); // in any order
            return hash;
        }
    }

    // Terms as people write them beside each other.
    private sealed class Writer(List<(MatrixTerm Term, double Factor)> terms)
    {
        public Expression Write(int rows, int columns)
        {
            bool scalar = rows == 1 && columns == 1;
            if (terms.Count == 0) return scalar ? new Number(0) : Call.Of(new BroadcastTo([rows, columns]), new Number(0));
            Expression? sum = null;
            foreach ((MatrixTerm term, double factor) in terms)
            {
                // 1 − y, where the 1 stands for a column of ones; alone it is written as one.
                bool beside = terms.Count > 1 && terms.Exists(t => !IsNumber(t.Term));
                Expression written = Term(term, sum is null ? factor : Math.Abs(factor), beside && IsNumber(term));
                sum = sum is null ? written : factor < 0 ? Call.Of(Binary<Sub>.Instance, sum, written) : Call.Of(Binary<Add>.Instance, sum, written);
            }
            return sum!;
        }

        private static bool IsNumber(MatrixTerm term) => term.IsScalar || term.Factors.Count > 0 && term.Factors.All(MatrixTerm.IsOnes);

        private static Expression Term(MatrixTerm term, double factor, bool asNumber)
        {
            if (asNumber || term.IsScalar) return Arithmetic.Product(factor, Norms(term.Scalars));
            if (Constants.Fraction(factor) is var (top, under)) return Arithmetic.Divide(Term(term, top, asNumber), new Number(under));
            Expression matrix = term.Matrix()!;
            (Expression Letter, double Power)[] letters = Norms(term.Scalars);
            (Expression, double)[] above = [.. letters.Where(l => l.Power > 0)], below = [.. letters.Where(l => l.Power < 0).Select(l => (l.Letter, -l.Power))];
            if (factor < 0 && below.Length > 0) return Arithmetic.Negative(Term(term, -factor, asNumber)); // −(x / y), and not (−x) / y
            // 0.5 ⊘ x, and not 0.5(1 ⊘ x)
            if (letters.Length == 0 && factor != 1 && matrix is Call { Op: Binary<Div>, Inputs: [var ones, var divisor] } && MatrixTerm.IsOnes(ones))
            {
                Expression number = Call.Of(new BroadcastTo(ones.Shape), new Number(Math.Abs(factor)));
                Expression quotient = Call.Of(Binary<Div>.Instance, number, divisor);
                return factor < 0 ? Arithmetic.Negative(quotient) : quotient;
            }
            Expression product = (above, factor) switch
            {
                ([], 1) => matrix,
                (_, -1) => Arithmetic.Negative(above.Length == 0 ? matrix : Arithmetic.Multiply(Arithmetic.Product(1, above), matrix)),
                _ => Arithmetic.Multiply(Arithmetic.Product(factor, above), matrix),
            };
            return below.Length == 0 ? product : Arithmetic.Divide(product, Arithmetic.Product(1, below));
        }

        // ‖x‖³ and not ‖x‖²·‖x‖.
        private static (Expression Letter, double Power)[] Norms(Powers scalars)
        {
            List<(Expression Letter, double Power)> all = [];
            foreach ((Expression letter, double power) in scalars.Letters)
            {
                if (letter is Call { Op: Unary<Sqrt>, Inputs: [Call { Op: SumSquare } square] } && scalars.PowerOf(square) != 0) continue;
                double whole = letter is Call { Op: SumSquare } ? 2 * power + scalars.PowerOf(Call.Of(Unary<Sqrt>.Instance, letter)) : 0;
                all.Add(whole is 0 or 2 or -2 ? (letter, power) : (Call.Of(Unary<Sqrt>.Instance, letter), whole));
            }
            return [.. all];
        }
    }
}
