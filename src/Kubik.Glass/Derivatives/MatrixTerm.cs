// One term of a sum of matrices: numbers as letters, times a product of matrices whose order matters: ‖x‖⁻¹·Aᵀ·A·x. A product
// is kept short as it is made: what is a number inside of it (xᵀ·A·x in x·xᵀ·A·x) goes in front, and A⁻¹·A is gone.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>A product of numbers and of matrices.</summary>
/// <param name="Scalars">The numbers.</param>
/// <param name="Factors">The matrices in their order; none of them for a number, and for the unit matrix.</param>
/// <param name="Rows">The rows of the product.</param>
/// <param name="Columns">Its columns; a number has one of each.</param>
internal sealed record MatrixTerm(Powers Scalars, IReadOnlyList<Expression> Factors, int Rows, int Columns)
{
    public static readonly MatrixTerm One = new(Powers.One, [], 1, 1);

    public bool IsScalar => this.Rows == 1 && this.Columns == 1;

    /// <summary>How many letters it has, for the order in which terms are written.</summary>
    public double Degree => this.Scalars.Degree + this.Factors.Sum(DegreeOf);

    private static double DegreeOf(Expression factor) => factor switch
    {
        _ when IsOnes(factor) => 0,
        Call { Op: Binary<Mul> or Binary<Div> or Binary<Pow> or UnaryNumber<Square> } => Elementwise(factor).Degree,
        _ => 1,
    };

    public static MatrixTerm Of(Expression letter) => letter.Shape.Size == 1
        ? new(Tidied([(Flat(letter), 1)]), [], 1, 1)
        : letter is Call { Op: MatMul or MatrixPower } ? Product(Powers.One, [.. FactorsOf(letter)], letter.Shape[0], letter.Shape[1])
        : new(Powers.One, [letter], letter.Shape[0], letter.Shape[1]);

    /// <summary>A matrix of ones.</summary>
    public static MatrixTerm Ones(int rows, int columns)
    {
        List<Expression> factors = [];
        if (rows > 1) factors.Add(Arithmetic.Ones(rows));
        if (columns > 1) factors.Add(Arithmetic.Transpose(Arithmetic.Ones(columns)));
        return new(Powers.One, factors, rows, columns);
    }

    public static bool IsOnes(Expression x) => x switch
    {
        Call { Op: BroadcastTo, Inputs: [Number { Value: 1 }] } => true,
        Call { Op: Permute, Inputs: [Call { Op: BroadcastTo, Inputs: [Number { Value: 1 }] }] } => true,
        _ => false,
    };

    public MatrixTerm Times(MatrixTerm other)
    {
        Powers scalars = Tidied(this.Scalars.Times(other.Scalars).Letters);
        if (this.IsScalar) return other with { Scalars = scalars };
        if (other.IsScalar) return this with { Scalars = scalars };
        return Product(scalars, [.. this.Factors, .. other.Factors], this.Rows, other.Columns);
    }

    public MatrixTerm Transposed() => new(this.Scalars, [.. this.Factors.Reverse().Select(Flipped)], this.Columns, this.Rows);

    /// <summary>The product element by element with a matrix of the same shape.</summary>
    public MatrixTerm Elementwise(MatrixTerm other)
    {
        // Rows as columns: aᵀ ∘ bᵀ is (a ∘ b)ᵀ.
        if (this.Rows == 1 && this.Columns > 1) return this.Transposed().Elementwise(other.Transposed()).Transposed();
        Powers scalars = Tidied(this.Scalars.Times(other.Scalars).Letters);
        // (v·𝟏ᵀ) ∘ B is diag(v)·B, and so on the right.
        if (this.Rows > 1 && this.Columns > 1)
        {
            foreach ((MatrixTerm a, MatrixTerm b) in ((MatrixTerm, MatrixTerm)[])[(this, other), (other, this)])
            {
                if (a.IsAllOnes || a.Factors.Count == 0) continue;
                if (IsOnes(a.Factors[^1]))
                {
                    Expression left = Arithmetic.Diagonal(Chain([.. a.Factors.SkipLast(1)]));
                    return Product(scalars, [left, .. b.Factors], this.Rows, this.Columns);
                }
                if (IsOnes(a.Factors[0]))
                {
                    Expression right = Arithmetic.Diagonal(Chain([.. a.Factors.Skip(1).Reverse().Select(Flipped)]));
                    return Product(scalars, [.. b.Factors, right], this.Rows, this.Columns);
                }
            }
        }
        Powers both = this.Letters.Times(other.Letters);
        return both.Letters.Length == 0
            ? Ones(this.Rows, this.Columns) with { Scalars = scalars }
            : new(scalars, [Elementwise(Logistic(both))], this.Rows, this.Columns);
    }

    /// <summary>A power of every element.</summary>
    public MatrixTerm Raised(double power)
    {
        if (this.Rows == 1 && this.Columns > 1) return this.Transposed().Raised(power).Transposed();
        Powers scalars = Tidied(this.Scalars.Raised(power).Letters);
        return this.IsScalar || this.IsAllOnes
            ? this with { Scalars = scalars }
            : new(scalars, [Elementwise(Logistic(this.Letters.Raised(power)))], this.Rows, this.Columns);
    }

    /// <summary>The inverse of a square matrix: of a product of square ones the product of their inverses, the last one first.</summary>
    public MatrixTerm Inverted()
    {
        Powers scalars = Tidied(this.Scalars.Raised(-1).Letters);
        if (this.IsScalar) return this with { Scalars = scalars };
        return this.Factors.All(f => f.Shape[0] == f.Shape[1]) ? Product(scalars, [.. this.Factors.Reverse().Select(OfFactor)], this.Rows, this.Columns)
            : new(scalars, [Call.Of(new Inverse(), Chain(this.Factors))], this.Rows, this.Columns);

        static Expression OfFactor(Expression factor) => factor switch
        {
            Call { Op: Permute, Inputs: [var x] } => Flipped(OfFactor(x)),
            Call { Op: Inverse, Inputs: [var x] } => x,
            _ when OnDiagonal(factor) is { } column => Arithmetic.Diagonal(Of(column).Raised(-1).Matrix()!),
            _ => Call.Of(new Inverse(), factor),
        };
    }

    /// <summary>The diagonal of a square matrix as a column: that of a·bᵀ is a ∘ b, and that of diag(v)·A is v ∘ that of A.</summary>
    public MatrixTerm OnDiagonal()
    {
        if (this.IsScalar) return this;
        if (this.Factors.Count == 0) return Ones(this.Rows, 1) with { Scalars = this.Scalars };
        int narrow = this.Factors.ToList().FindIndex(f => f.Shape[1] == 1);
        if (narrow >= 0)
        {
            MatrixTerm left = new(this.Scalars, [.. this.Factors.Take(narrow + 1)], this.Rows, 1);
            MatrixTerm right = new(Powers.One, [.. this.Factors.Skip(narrow + 1)], 1, this.Columns);
            return left.Elementwise(right.Transposed());
        }
        foreach (int at in (int[])[0, this.Factors.Count - 1])
        {
            if (OnDiagonal(this.Factors[at]) is not { } column) continue;
            MatrixTerm rest = this with { Factors = [.. this.Factors.Where((_, i) => i != at)] };
            return rest.Factors.Count == 0 ? Of(column) with { Scalars = this.Scalars } : rest.OnDiagonal().Elementwise(Of(column));
        }
        Expression matrix = this.Factors is [Call { Op: Permute, Inputs: [var turned] }] ? turned : Chain(this.Factors);
        return new(this.Scalars, [Arithmetic.DiagonalOf(matrix)], this.Rows, 1);
    }

    /// <summary>The column on the diagonal of a factor that is zero elsewhere; null when it is another.</summary>
    public static Expression? OnDiagonal(Expression factor) =>
        factor is Call { Op: PlaceDiagonal, Inputs: [Call { Op: Reshape, Inputs: [{ Shape.Rank: 2 } column] }] } ? column : null;

    /// <summary>The matrices as an expression; null when there is none.</summary>
    public Expression? Matrix() => this.IsScalar ? null : this.Factors.Count == 0 ? Arithmetic.Unit(this.Rows) : Chain(this.Factors);

    /// <summary>A product of matrices, with equal ones beside each other as a power.</summary>
    public static Expression Chain(IReadOnlyList<Expression> factors)
    {
        factors = [.. factors.SelectMany(FactorsOf)];
        Expression? product = null;
        for (int i = 0; i < factors.Count;)
        {
            int run = 1;
            while (i + run < factors.Count && factors[i + run].Equals(factors[i])) run++;
            Expression factor = run > 1 ? Call.Of(new MatrixPower(run), factors[i]) : factors[i];
            product = product is null ? factor : Call.Of(new MatMul(), product, factor);
            i += run;
        }
        return product!;
    }

    // A·(B·C) is A·B·C.
    private static IEnumerable<Expression> FactorsOf(Expression x) => x switch
    {
        Call { Op: MatMul, Inputs: [{ Shape.Rank: 2 } a, { Shape.Rank: 2 } b] } => FactorsOf(a).Concat(FactorsOf(b)),
        Call { Op: MatrixPower { Power: > 0 and <= 4 } power, Inputs: [var a] } => Enumerable.Repeat(FactorsOf(a), power.Power).SelectMany(f => f),
        _ => [x],
    };

    /// <summary>The letters of a product element by element.</summary>
    public static Powers Elementwise(Expression x) => x switch
    {
        _ when IsOnes(x) => Powers.One,
        Call { Op: Binary<Mul>, Inputs: [{ IsScalar: false } a, { IsScalar: false } b] } when a.Shape == b.Shape => Elementwise(a).Times(Elementwise(b)),
        Call { Op: Binary<Div>, Inputs: [{ IsScalar: false } a, { IsScalar: false } b] } when a.Shape == b.Shape =>
            Elementwise(a).Times(Elementwise(b).Raised(-1)),
        Call { Op: UnaryNumber<Square>, Inputs: [{ IsScalar: false } a] } => Elementwise(a).Raised(2),
        Call { Op: Binary<Pow>, Inputs: [{ IsScalar: false } a, Number { IsConstant: false } n] } =>
            n.Value == Math.Floor(n.Value) ? Elementwise(a).Raised(n.Value) : new([(a, n.Value)]),
        Call { Op: Unary<Sqrt>, Inputs: [{ IsScalar: false } a] } => new([(a, 0.5)]),
        _ => new([(x, 1)]),
    };

    public bool Equals(MatrixTerm? other) => other is not null
        && other.Rows == this.Rows && other.Columns == this.Columns
        && other.Scalars.Equals(this.Scalars)
        && other.Factors.Count == this.Factors.Count && other.Factors.Zip(this.Factors).All(f => IsSame(f.First, f.Second));

    // x ∘ y is y ∘ x.
    private static bool IsSame(Expression a, Expression b) =>
        a.Equals(b) || a.Shape == b.Shape && Elementwise(a) is { Letters.Length: > 1 } letters && letters.Equals(Elementwise(b));

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(this.Scalars);
        foreach (Expression f in this.Factors) hash.Add(Elementwise(f));
        return hash.ToHashCode();
    }

    private bool IsAllOnes => this.Factors.Count > 0 && this.Factors.All(IsOnes);

    private Powers Letters => this switch
    {
        { IsAllOnes: true } => Powers.One,
        { Factors: [var only] } => Elementwise(only),
        { Factors: [] } => new([(Arithmetic.Unit(this.Rows), 1)]),
        _ => new([(Chain(this.Factors), 1)]),
    };

    private static Expression Elementwise(Powers letters)
    {
        if (letters.Letters is [(var alone, < 0 and not -0.5 and var root)] && root % 0.5 == 0 && root != Math.Floor(root))
            return Call.Of(Binary<Pow>.Instance, alone, new Number(root)); // x^∘(−1.5)
        Expression? above = Side(letters.Letters.Where(l => l.Power > 0));
        Expression? below = Side(letters.Letters.Where(l => l.Power < 0).Select(l => (l.Letter, -l.Power)));
        return below is null ? above! : Call.Of(Binary<Div>.Instance, above ?? Call.Of(new BroadcastTo(below.Shape), new Number(1)), below);
    }

    private static Expression? Side(IEnumerable<(Expression Letter, double Power)> letters)
    {
        Expression? product = null;
        IEnumerable<(Expression Letter, double Power)> ordered = letters
            .OrderBy(l => l.Letter is Variable ? 0 : 1)
            .ThenBy(l => (l.Letter as Variable)?.Name, StringComparer.Ordinal);
        foreach ((Expression x, double power) in ordered)
        {
            Expression raised = power switch
            {
                1 => x,
                2 => Call.Of(UnaryNumber<Square>.Instance, x),
                0.5 => Call.Of(Unary<Sqrt>.Instance, x),
                _ => Call.Of(Binary<Pow>.Instance, x, new Number(power)),
            };
            product = product is null ? raised : Call.Of(Binary<Mul>.Instance, product, raised);
        }
        return product;
    }

    // e^u / (1 + e^u) is sigmoid(u).
    private static Powers Logistic(Powers letters)
    {
        foreach ((Expression letter, double power) in letters.Letters)
        {
            if (letter is not Call { Op: Function<Exp>, Inputs: [var u] } || power < 1) continue;
            foreach ((Expression sum, double below) in letters.Letters)
            {
                if (below > -1 || sum is not Call { Op: Binary<Add>, Inputs: [var a, var b] }) continue;
                Expression rest = b.Equals(letter) ? a : b;
                if (rest is not Number { Value: 1 } || !a.Equals(letter) && !b.Equals(letter)) continue;
                return Logistic(letters.Times(new([(letter, -1), (sum, 1)])).Times(new([(Call.Of(new Function<Sigmoid>(default), u), 1)])));
            }
        }
        return letters;
    }

    private static MatrixTerm Product(Powers scalars, List<Expression> factors, int rows, int columns)
    {
        for (int i = 0; i + 1 < factors.Count;)
        {
            bool cancels = Cancel(factors[i], factors[i + 1]);
            if (cancels) factors.RemoveRange(i, 2);
            else i++;
            if (cancels) i = Math.Max(0, i - 1);
        }
        // Where a product is one wide twice, what is between is a number.
        List<int> narrow = [.. Enumerable.Range(0, factors.Count + 1).Where(i => (i == 0 ? rows : factors[i - 1].Shape[1]) == 1)];
        for (int k = narrow.Count - 2; k >= 0; k--)
        {
            scalars = scalars.Times(Number([.. factors[narrow[k]..narrow[k + 1]]]));
            factors.RemoveRange(narrow[k], narrow[k + 1] - narrow[k]);
        }
        return new(Tidied(scalars.Letters), factors, rows, columns);
    }

    // A⁻¹·A and A·A⁻¹, also transposed.
    private static bool Cancel(Expression first, Expression second) => (first, second) switch
    {
        (Call { Op: Inverse, Inputs: [var a] }, _) when a.Equals(second) => true,
        (_, Call { Op: Inverse, Inputs: [var a] }) when a.Equals(first) => true,
        (Call { Op: Permute, Inputs: [Call { Op: Inverse, Inputs: [var a] }] }, _) when second.Equals(Flipped(a)) => true,
        (_, Call { Op: Permute, Inputs: [Call { Op: Inverse, Inputs: [var a] }] }) when first.Equals(Flipped(a)) => true,
        _ => false,
    };

    // A row times … times a column, the same letter however it was come by: aᵀ·b is bᵀ·a, aᵀ·a is ‖a‖², 𝟏ᵀ·a is sum(a).
    private static Powers Number(List<Expression> chain)
    {
        if (chain.Count == 0) return Powers.One;
        if (IsOnes(chain[^1]) && !IsOnes(chain[0])) chain = [.. Enumerable.Reverse(chain).Select(Flipped)];
        if (IsOnes(chain[0]))
        {
            bool both = IsOnes(chain[^1]) && chain.Count > 2;
            List<Expression> rest = chain[1..(both ? ^1 : ^0)];
            Powers letters = rest.Count == 1 ? Elementwise(rest[0]) : Powers.One;
            return letters.Letters switch
            {
                [(Call { Op: Softmax } soft, 1)] when soft.Shape[1] == 1 => Powers.One,
                [(var a, 2)] => new([(Function.SumOfSquares(a), 1)]),
                [(var a, 1), (var b, 1)] when a.Shape[1] == 1 => Number([Arithmetic.Transpose(a), b]),
                _ => new([(Function.All["sum"].Make([Chain(rest)]), 1)]),
            };
        }
        if (chain is [var first, var second] && Flipped(first).Equals(second)) return new([(Function.SumOfSquares(second), 1)]);
        List<Expression> other = [.. Enumerable.Reverse(chain).Select(Flipped)];
        int Marks(List<Expression> c) => c.Count(f => f is Call { Op: Permute });
        (string mine, string its) = (Chain(chain).ToString(), Chain(other).ToString());
        bool turns = Marks(other) != Marks(chain) ? Marks(other) < Marks(chain) : string.CompareOrdinal(its, mine) < 0;
        return new([(Call.Of(new Reshape([]), Chain(turns ? other : chain)), 1)]);
    }

    /// <summary>The transpose of a factor.</summary>
    public static Expression Flipped(Expression factor) => factor switch
    {
        Call { Op: Permute, Inputs: [var x] } => x,
        _ when IsSymmetric(factor) => factor,
        _ => Arithmetic.Transpose(factor),
    };

    // Xᵀ·X, its inverse, A + Aᵀ: what is written the same after it was transposed.
    private static bool IsSymmetric(Expression x) => x is Call { Shape: { Rank: 2 } shape } c && shape[0] == shape[1] && c.Op switch
    {
        PlaceDiagonal => true,
        Inverse => IsSymmetric(c.Inputs[0]),
        MatMul or MatrixPower or Binary<Add> or Binary<Sub> => IsSymmetricSum(x),
        IElementwise => c.Inputs.All(i => i.IsScalar || IsSymmetric(i)),
        _ => false,
    };

    private static bool IsSymmetricSum(Expression x)
    {
        if (new MatrixReader(expands: true).Read(x) is not { } sum || sum.Terms.Keys.Any(t => t.Factors.Contains(x))) return false;
        IReadOnlyDictionary<MatrixTerm, double> turned = sum.Transposed().Terms;
        return turned.Count == sum.Terms.Count && sum.Terms.All(t => turned.TryGetValue(t.Key, out double factor) && factor == t.Value);
    }

    private static Expression Flat(Expression number) => number.IsScalar ? number : Call.Of(new Reshape([]), number);

    // As factors of numbers; √u·√u is u, and of √u beside 1/u one is left; e^u / (1 + e^u) is sigmoid(u).
    private static Powers Tidied((Expression Letter, double Power)[] letters)
    {
        bool IsJoined(Op op) => op is Unary<Sqrt> or Function<Exp> or Binary<Pow> or UnaryNumber<Abs> or UnaryNumber<Sign>;
        if (!Array.Exists(letters, l => l.Letter is Call c && IsJoined(c.Op))) return new(letters);
        List<(Expression Letter, double Power)> joined = [.. letters];
        Simplifier.Join(joined);
        Powers tidy = Powers.One;
        foreach ((Expression letter, double power) in joined)
        {
            double pairs = letter is Call { Op: Unary<Sqrt> } ? Math.Truncate(power / 2) : 0;
            if (pairs != 0) tidy = tidy.Times(new([(((Call)letter).Inputs[0], pairs)]));
            if (power != 2 * pairs) tidy = tidy.Times(new([(letter, power - 2 * pairs)]));
        }
        // √u / u is 1/√u.
        foreach ((Expression letter, double power) in tidy.Letters)
        {
            if (letter is Call { Op: Unary<Sqrt>, Inputs: [var u] } && tidy.PowerOf(u) * power < 0) tidy = tidy.Times(new([(letter, -2 * power), (u, power)]));
        }
        return Logistic(tidy);
    }
}
