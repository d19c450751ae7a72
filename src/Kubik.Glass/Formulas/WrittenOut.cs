// A formula with columns and matrices that are written out, [x, y], is one of numbers: every element of every part by itself. What
// moves elements moves their places, by the engine's own ops; sums and products are written as they are defined, and then computed
// by the engine like every other formula.

namespace Kubik.Glass.Formulas;

/// <summary>Writes formulas of columns and matrices number by number.</summary>
internal static class WrittenOut
{
    private const int LargestDet = 4, LongestPower = 3, Longest = 3000; // rows, factors, parts in all
    private const int ShortBelow = 4096; // of a quotient that is written as a decimal

    /// <summary>A part of a formula, number by number.</summary>
    /// <exception cref="ArgumentException">A function in it has no such form.</exception>
    public static Expression Of(Expression root)
    {
        if (!root.IsScalar) throw new ArgumentException($"{root} is no number but {root.Shape}; reduce it, for example with sum(…).", nameof(root));
        Dictionary<Expression, Expression[]> elements = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(root)) elements[part] = part is Call c ? Of(c, [.. c.Inputs.Select(x => elements[x])]) : [part];
        return Derivatives.Simplifier.Length(elements[root][0]) <= Longest
            ? elements[root][0]
            : throw new ArgumentException($"{root} is too long number by number, as calc needs it; see its derivative with diff.", nameof(root));
    }

    private static Expression[] Of(Call c, Expression[][] x) => c.Op switch
    {
        _ when c.IsScalar && c.Inputs.All(i => i.IsScalar) => [Call.Of(c.Op, [.. x.Select(i => i[0])])],
        ViewOp or Stack or PlaceDiagonal => Moved(c, x),
        IElementwise => [.. Enumerable.Range(0, c.Shape.Size).Select(k => Call.Of(c.Op, [.. x.Select(i => i[i.Length == 1 ? 0 : k])]))],
        Reduce<Sum> when c.IsScalar => [Chain(Binary<Add>.Instance, x[0])],
        Reduce<Max> when c.IsScalar => [Chain(Binary<Maximum>.Instance, x[0])],
        Reduce<Min> when c.IsScalar => [Chain(Binary<Minimum>.Instance, x[0])],
        SumSquare when c.IsScalar => [Chain(Binary<Add>.Instance, [.. x[0].Select(e => Arithmetic.Power(e, new Number(2)))])],
        Trace => [Chain(Binary<Add>.Instance, [.. Enumerable.Range(0, c.Inputs[0].Shape[0]).Select(i => x[0][i * (c.Inputs[0].Shape[0] + 1)])])],
        MatMul => Product(x[0], x[1], c.Inputs[0].Shape[1], c.Inputs[1].Shape[1]),
        Softmax { Axis: 0 } when c.Shape[1] == 1 => [.. x[0].Select(e => Arithmetic.Divide(Exp(e), SumOfExp(x[0])))],
        LogSoftmax { Axis: 0 } when c.Shape[1] == 1 => [.. x[0].Select(e => Arithmetic.Subtract(e, Function.All["ln"].Make([SumOfExp(x[0])])))],
        MatrixPower power when c.Shape[0] <= LargestDet => Raised(x[0], c.Shape[0], power.Power),
        Inverse when c.Shape[0] <= LargestDet => Inverted(x[0], c.Shape[0]),
        Det when c.Inputs[0].Shape[0] <= LargestDet => [Determinant(x[0], c.Inputs[0].Shape[0])],
        _ => throw new ArgumentException(
            $"{c} cannot be written number by number, as calc needs it; write it out with numbers, or see its derivative with diff."),
    };

    private static Expression Exp(Expression x) => Function.All["exp"].Make([x]);

    private static Expression SumOfExp(Expression[] all) => Chain(Binary<Add>.Instance, [.. all.Select(Exp)]);

    // Where elements go: each has its number, and 0 is what the op itself puts there.
    private static Expression[] Moved(Call c, Expression[][] x)
    {
        Expression[] all = [new Number(0), .. x.SelectMany(i => i)];
        int next = 1;
        Tensor[] places = new Tensor[x.Length];
        for (int i = 0; i < x.Length; next += x[i++].Length)
            places[i] = Tensor.From<double>([.. Enumerable.Range(next, x[i].Length).Select(n => (double)n)], c.Inputs[i].Shape);
        return [.. c.Op.Apply(places).ToDoubles().Select(n => all[(int)n])];
    }

    private static Expression[] Product(Expression[] a, Expression[] b, int between, int columns) =>
    [
        .. Enumerable.Range(0, a.Length / between * columns).Select(k =>
            Chain(Binary<Add>.Instance,
                [.. Enumerable.Range(0, between).Select(i => Arithmetic.Multiply(a[k / columns * between + i], b[i * columns + k % columns]))])),
    ];

    // By the first row.
    private static Expression Determinant(Expression[] a, int n)
    {
        if (n == 1) return a[0];
        Expression? sum = null;
        for (int j = 0; j < n; j++)
        {
            Expression[] rest = [.. Enumerable.Range(n, n * (n - 1)).Where(k => k % n != j).Select(k => a[k])];
            Expression term = Arithmetic.Multiply(a[j], Determinant(rest, n - 1));
            sum = sum is null ? term : j % 2 == 0 ? Arithmetic.Add(sum, term) : Arithmetic.Subtract(sum, term);
        }
        return sum!;
    }

    // The transposed cofactors over the determinant; of numbers alone, what they are.
    private static Expression[] Inverted(Expression[] a, int n)
    {
        bool isKnown = IsKnown(a);
        Expression whole = Known(Determinant(a, n));
        if (whole is Number { Value: 0 })
        {
            string rows = string.Join(", ", a.Chunk(n).Select(row => $"[{string.Join(", ", row.Select(e => e.ToString()))}]"));
            throw new ArgumentException($"[{rows}] has no inverse: its determinant is 0.");
        }
        return
        [
            .. Enumerable.Range(0, n * n).Select(k =>
            {
                (int i, int j) = (k / n, k % n);
                IEnumerable<int> others = Enumerable.Range(0, n * n).Where(p => p / n != j && p % n != i);
                Expression minor = n == 1 ? new Number(1) : Determinant([.. others.Select(p => a[p])], n - 1);
                Expression above = Known((i + j) % 2 == 0 ? minor : Arithmetic.Negative(minor));
                return Quotient(above, whole);
            }),
        ];

        static Expression Quotient(Expression above, Expression below) =>
            (above, below) is (Number p, Number { Value: not 0 } q) && p.Value / q.Value * ShortBelow % 1 == 0
                ? new Number(p.Value / q.Value)
                : Arithmetic.Divide(above, below);

        Expression Known(Expression x) => isKnown ? new Number(Worth(x)) : x;
    }

    // Of sums and products of numbers, as people work them out: 0.1·0.4 − 0.2·0.2 is 0.
    private static double Worth(Expression x) => x switch
    {
        Number n => n.Value,
        Call { Op: Binary<Add> } c => Derivatives.Decimals.Sum(Worth(c.Inputs[0]), Worth(c.Inputs[1])),
        Call { Op: Binary<Sub> } c => Derivatives.Decimals.Sum(Worth(c.Inputs[0]), -Worth(c.Inputs[1])),
        Call { Op: Binary<Mul> } c => Derivatives.Decimals.Product(Worth(c.Inputs[0]), Worth(c.Inputs[1])),
        Call { Op: UnaryNumber<Neg> } c => -Worth(c.Inputs[0]),
        _ => Formula.Of(x).Value,
    };

    private static bool IsKnown(Expression[] a) => !Array.Exists(a, e => Formula.Parts(e).Exists(p => p is Variable or Number { IsConstant: true }));

    // Of numbers alone, a high power is computed: it would be long to write, and nothing is differentiated by it.
    private static Expression[] Raised(Expression[] a, int n, int power)
    {
        if (power == 0) return [.. Enumerable.Range(0, n * n).Select(k => new Number(k % (n + 1) == 0 ? 1 : 0))];
        if (power < 0) return Raised(Inverted(a, n), n, -power);
        bool isKnown = IsKnown(a);
        Expression[] product = a;
        for (int i = 1; i < power; i++)
        {
            product = Product(product, a, n, n);
            if (isKnown && power > LongestPower) product = [.. product.Select(e => new Number(Worth(e)))];
        }
        return product;
    }

    private static Expression Chain(Op op, Expression[] x) => x.Aggregate((a, b) => Call.Of(op, a, b));
}
