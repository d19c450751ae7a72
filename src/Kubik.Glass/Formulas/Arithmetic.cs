// What + − · / ^ mean for numbers, columns and matrices: which op of the engine stands for them.

using Kubik.Glass.Derivatives;

namespace Kubik.Glass.Formulas;

internal static class Arithmetic
{
    public static Expression Add(Expression a, Expression b) => Call.Of(Binary<Add>.Instance, Fitting("added", a, b));

    public static Expression Subtract(Expression a, Expression b) => Call.Of(Binary<Sub>.Instance, Fitting("subtracted", a, b));

    public static Expression Negative(Expression a) => a is Number { Value: not 0, IsConstant: false } n
        ? new Number(-n.Value, n.Value > 0 ? "-" + n.Text : n.Text[1..])
        : Call.Of(UnaryNumber<Neg>.Instance, a);

    /// <summary>The product: of matrices when both are, else element by element with a number.</summary>
    public static Expression Multiply(Expression a, Expression b)
    {
        if (a.IsScalar || b.IsScalar) return Call.Of(Binary<Mul>.Instance, a, b);
        if (a.Shape[^1] != b.Shape[0])
        {
            throw new SizeException($"{Named(a)} times {Named(b)}: the columns of the left, {a.Shape[^1]}, must be as many as the rows of the right, "
                + $"{b.Shape[0]}. Transpose one with ', or multiply element by element with ∘.", a.Shape[^1], b.Shape[0]);
        }
        Call product = Call.Of(new MatMul(), a, b);
        return product.Shape == [1, 1] ? Call.Of(new Reshape([]), product) : product;
    }

    /// <summary>A number times powers, in the order in which people write them: letters, functions, sums; powers below 0 under a line.</summary>
    public static Expression Product(double number, IReadOnlyList<(Expression Base, double Power)> factors)
    {
        (double above, double under) = Constants.Fraction(number) ?? (number, 1);
        number = above;
        if (Powers(factors.Where(f => f.Power < 0).Select(f => (f.Base, -f.Power)), under) is not { } below)
        {
            Expression whole = Powers(factors, number) ?? new Number(number);
            return under == 1 ? whole : Divide(whole, new Number(under));
        }
        Expression quotient = Divide(Powers(factors.Where(f => f.Power > 0), Math.Abs(number)) ?? new Number(Math.Abs(number)), below);
        return number < 0 ? Negative(quotient) : quotient;
    }

    private static Expression? Powers(IEnumerable<(Expression Base, double Power)> factors, double number)
    {
        Expression? product = Math.Abs(number) == 1 ? null : new Number(number);
        foreach ((Expression x, double power) in factors.OrderBy(f => Rank(f.Base)).ThenBy(f => (f.Base as Variable)?.Name, StringComparer.Ordinal))
        {
            Expression raised = power == 1 ? x : Power(x, new Number(power));
            product = product is null ? raised : Multiply(product, raised);
        }
        return number == -1 && product is not null ? Negative(product) : product; // −(x·y), and not (−x)·y
    }

    private static int Rank(Expression x) => x switch
    {
        Number => 0,
        Variable => 1,
        Call { Op: Binary<Add> or Binary<Sub> } => 3,
        _ => 2,
    };

    /// <summary>The product element by element.</summary>
    public static Expression Elementwise(Expression a, Expression b) => Call.Of(Binary<Mul>.Instance, Fitting("multiplied element by element", a, b));

    /// <summary>The quotient element by element.</summary>
    public static Expression ElementwiseQuotient(Expression a, Expression b) => Call.Of(Binary<Div>.Instance, Fitting("divided element by element", a, b));

    /// <summary>A power of every element.</summary>
    public static Expression ElementwisePower(Expression a, Expression b) => a.IsScalar ? Power(a, b)
        : b.IsScalar ? Call.Of(Binary<Pow>.Instance, a, b) : throw new ShapeException($"an exponent is a number; {Named(b)} is none.");

    /// <summary>A column of ones.</summary>
    public static Expression Ones(int rows) => Call.Of(new BroadcastTo([rows, 1]), new Number(1));

    /// <summary>The unit matrix.</summary>
    public static Expression Unit(int rows) => Call.Of(new PlaceDiagonal(0, rows, rows), Call.Of(new BroadcastTo([rows]), new Number(1)));

    /// <summary>The matrix with a column on its diagonal; of a number itself.</summary>
    public static Expression Diagonal(Expression column) => column.IsScalar ? column
        : column.Shape is { Rank: 2 } shape && shape[1] == 1 ? Call.Of(new PlaceDiagonal(0, shape[0], shape[0]), Call.Of(new Reshape([shape[0]]), column))
        : throw new SizeException($"{Named(column)} must be a column: diag makes a matrix of one.", column.Shape[1], 1);

    public static Expression Divide(Expression a, Expression b) => b.IsScalar
        ? Call.Of(Binary<Div>.Instance, a, b)
        : throw new ShapeException($"{Named(b)} is no number: division by a matrix is multiplication by its inverse, inv(…).");

    public static Expression Power(Expression a, Expression b)
    {
        if (a is Variable { Name: "e", IsScalar: true } or Number { Text: "e" } && b.IsScalar) return Function.All["e^"].Make([b]);
        if (!b.IsScalar) throw new ShapeException($"an exponent is a number; {Named(b)} is none.");
        if (a.IsScalar) return b is Number { Value: 2 } ? Call.Of(UnaryNumber<Square>.Instance, a) : Call.Of(Binary<Pow>.Instance, a, b);
        // A column has no other power: x^2 is x∘x.
        if (IsVector(a)) return b is Number { Value: 2 } ? Call.Of(UnaryNumber<Square>.Instance, a) : ElementwisePower(a, b);
        if (b is Number { Value: -1 }) return Call.Of(new Inverse(), Square(a));
        return b is Number { Value: var n } && n == Math.Floor(n) && Math.Abs(n) <= 64
            ? Call.Of(new MatrixPower((int)n), Square(a))
            : throw new ShapeException($"a matrix can be raised to whole numbers up to 64 only.");
    }

    private static bool IsVector(Expression a) => a.Shape.Rank == 2 && a.Shape.Size > 1 && (a.Shape[0] == 1 || a.Shape[1] == 1);

    /// <summary>The transpose; a number's is itself.</summary>
    public static Expression Transpose(Expression a) => a.IsScalar ? a : Call.Of(new Permute([1, 0]), a);

    /// <summary>Iverson's bracket: 1 where the comparison holds, else 0.</summary>
    public static Expression Compare(string sign, Expression a, Expression b)
    {
        if (sign == ">" && b is Number { Value: 0 }) return Call.Of(UnaryNumber<Step>.Instance, a);
        Op op = sign switch
        {
            ">" => Compare<Greater>.Instance,
            ">=" => Compare<GreaterOrEqual>.Instance,
            "<" => Compare<Less>.Instance,
            "<=" => Compare<LessOrEqual>.Instance,
            "!=" => Compare<NotEqual>.Instance,
            _ => Compare<Equal>.Instance,
        };
        return Call.Of(new Cast(DType.Float64), Call.Of(op, Fitting("compared", a, b)));
    }

    /// <summary>One where a comparison holds and another elsewhere.</summary>
    public static Expression Choice(Expression condition, Expression yes, Expression no) => condition switch
    {
        Call { Op: Cast, Inputs: [{ Spec.DType: var truth } holds] } when truth == DType.Bool =>
            Call.Of(new Where(), [holds, .. Fitting("chosen from", yes, no)]),
        Call { Op: UnaryNumber<Step>, Inputs: [var x] } =>
            Call.Of(new Where(), [Call.Of(Compare<Greater>.Instance, x, new Number(0)), .. Fitting("chosen from", yes, no)]),
        _ => throw new ShapeException($"before '?' stands a comparison in brackets, as in [x > 0] ? 1 : x; {condition} is none."),
    };

    /// <summary>The diagonal of a matrix as a column.</summary>
    public static Expression DiagonalOf(Expression matrix) => Square(matrix) is { IsScalar: false } square
        ? Call.Of(new Reshape([square.Shape[0], 1]), Call.Of(new Diagonal(), square)) : matrix;

    /// <summary>A matrix that has to be square.</summary>
    public static Expression Square(Expression a) => a.Shape.Rank != 2 || a.Shape[0] == a.Shape[1]
        ? a
        : throw new SizeException($"{Named(a)} must be square, with as many rows as columns.", a.Shape[0], a.Shape[1]);

    private static Expression[] Fitting(string what, Expression a, Expression b)
    {
        if (a.IsScalar || b.IsScalar || a.Shape == b.Shape) return [a, b];
        string wrong = $"{Named(a)} and {Named(b)} cannot be {what}: both must have one shape, or one be a number.";
        int axis = a.Shape.Rank == b.Shape.Rank ? Enumerable.Range(0, a.Shape.Rank).First(i => a.Shape[i] != b.Shape[i]) : -1;
        throw axis < 0 ? new ShapeException(wrong) : new SizeException(wrong, a.Shape[axis], b.Shape[axis]);
    }

    private static string Named(Expression x) => $"{x} {x.Shape}";
}
