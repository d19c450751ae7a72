// Reads an expression of the engine's ops as a sum of products of matrices. Gradients are full of broadcasting, reshaping and
// sums over axes; here they become products with columns of ones, which products then take up. Each rule is an identity that
// the tests compare with the engine on random matrices.

using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;
using Kubik.Graphs;

namespace Kubik.Glass.Derivatives;

/// <summary>Reads expressions as sums of products of matrices.</summary>
/// <param name="expands">Whether products of sums are multiplied out; else a sum in a product is one letter.</param>
internal sealed class MatrixReader(bool expands)
{
    private readonly Dictionary<Expression, MatrixSum?> read = new(ReferenceEqualityComparer.Instance);

    /// <summary>The sum; null when the expression holds what is no matrix, or too much.</summary>
    public MatrixSum? Read(Expression expression)
    {
        foreach (Expression part in Formula.Parts(expression))
        {
            if (this.read.ContainsKey(part)) continue;
            this.read[part] = part switch
            {
                Number { IsConstant: false } n => MatrixSum.Of(MatrixTerm.One, n.Value),
                _ when part.Shape.Rank is 1 or 2 or 0 => part is Call c ? this.Of(c) : part.Shape.Rank == 1 ? null : MatrixSum.Of(MatrixTerm.Of(part)),
                _ => null,
            };
        }
        return this.read[expression];
    }

    private MatrixSum? Of(Call c)
    {
        MatrixSum?[] x = [.. c.Inputs.Select(i => this.read.GetValueOrDefault(i))];
        if (c is { Op: Reshape, Inputs: [Call { Op: Stack }] }) return MatrixSum.Of(MatrixTerm.Of(c)); // a matrix written out
        if (Simplifier.WithoutGuard(c.Op, c.Inputs) is { } plain) return this.Read(plain);
        if (Array.Exists(x, s => s is null)) return null;
        (int rows, int columns) = Size(c.Shape);
        if (MatrixTerm.IsOnes(c)) return MatrixSum.Of(MatrixTerm.Ones(rows, columns));
        switch (c.Op, x)
        {
            case (Binary<Add>, _) when Comparisons.Shared(c.Inputs[0], c.Inputs[1]) is var (step, more) && Identities.IsZero(more.Inputs[1]):
                return MatrixSum.Of(MatrixTerm.Of(step), 2); // but for the kink
            case (Binary<Add>, [var a, var b]): return a!.Plus(b!, 1);
            case (Binary<Sub>, [var a, var b]): return a!.Plus(b!, -1);
            case (UnaryNumber<Neg>, [var a]): return a!.Scaled(-1);
            case (Binary<Mul>, [var a, var b]): return this.Fit(a!).Elementwise(this.Fit(b!));
            case (Binary<Div>, [var a, var b]): return Inverted(b!) is { } below ? this.Fit(a!).Elementwise(below) : null;
            case (Unary<Reciprocal>, [var a]): return Inverted(a!);
            case (UnaryNumber<Square>, [var a]): return this.Raised(a!, 2);
            case (Binary<Pow>, [var a, { Number: { } n }]) when n == Math.Floor(n) && Math.Abs(n) <= 99: return this.Raised(a!, n);
            // Of a letter alone: x·y may be above 0 where neither is.
            case (Binary<Pow>, [{ IsScalar: true } a, { Number: { } n }]) when a.Whole() is ({ Scalars.Letters: [(_, 1)] } letter, 1):
                return MatrixSum.Of(letter.Raised(n));
            case (MatMul, [var a, var b]) when c.Shape.Rank == 2: return this.Fit(a!).Times(this.Fit(b!));
            case (Permute { Axes: [1, 0] }, [var a]): return a!.Transposed();
            case (Copy or Detach, [var a]): return a;
            case (Cast, [var a]) when c.Inputs[0].Spec.DType == c.Spec.DType: return a;
            case (BroadcastTo, [var a]) when c.Inputs[0].Shape.Rank is 0 or 2 || c.Inputs[0].Shape.Size == 1: return a!.Spread(rows, columns);
            case (Reshape, [var a]) when a!.IsScalar || a.Rows == rows && a.Columns == columns: return a;
            case (Reshape, [var a]) when a!.Columns == rows && a.Rows == columns && Math.Min(rows, columns) == 1: return a.Transposed();
            case (Reduce<Sum> sum, [var a]): return this.Summed(sum, c.Inputs[0].Shape, a!);
            case (PlaceDiagonal { Offset: 0 } place, [var a]) when place.Rows == place.Columns: return Diagonal(a!);
            case (Ops.Diagonal { Offset: 0 }, [var a]) when c.Inputs[0].Shape.Rank == 2 && a!.Rows == a.Columns:
                return MatrixSum.Of(a.Terms.Select(t => (t.Key.OnDiagonal(), t.Value)), a.Rows, 1);
            case (Inverse, [var a]) when a!.Whole() is (var whole, not 0 and var factor): return MatrixSum.Of(whole.Inverted(), 1 / factor);
            case (Cofactor, [var a]) when Short(c.Inputs[0], a!) is var matrix:
                return MatrixSum.Of(MatrixTerm.Of(Call.Of(new Det(), matrix)).Times(MatrixTerm.Of(Call.Of(new Inverse(), matrix)).Transposed()));
            case (Unary<Sqrt>, [{ Number: { } n }]) when Math.Sqrt(n) is var root && root == Math.Floor(root): return MatrixSum.Of(MatrixTerm.One, root);
            case (MatrixPower { Power: > 0 and <= 4 } power, [var a]):
                MatrixSum? product = this.Fit(a!);
                for (int i = 1; i < power.Power && product is not null; i++) product = product.Times(this.Fit(a!));
                return product;
            case (FusedOp definition, [_, _, ..]): return this.Defined(definition, c);
        }
        return Letter(c, x);
    }

    // An op that is written as it is, on short inputs.
    private static MatrixSum? Letter(Call c, MatrixSum?[] x)
    {
        if (c.Shape.Rank == 1) return null;
        bool IsRead(Expression input) => input.Spec.DType == DType.Float64 || input.Spec.DType == DType.Bool;
        Expression[] inputs = [.. c.Inputs.Select((input, i) => IsRead(input) ? Short(input, x[i]!) : input)];
        // What is computed of equal numbers, element by element, is one number everywhere.
        bool isOfNumbers = inputs.All(i => i is Number or Call { Op: BroadcastTo, Inputs: [Number] });
        if (c.Op is IElementwise && c.Shape.Rank == 2 && c.Spec.DType == DType.Float64 && isOfNumbers)
        {
            Expression[] numbers = [.. inputs.Select(i => i is Call spread ? spread.Inputs[0] : i)];
            return MatrixSum.Of(MatrixTerm.Of(Simplifier.Rule(c.Op, numbers) ?? Call.Of(c.Op, numbers))).Spread(c.Shape[0], c.Shape[1]);
        }
        // A column of equal numbers is written as its number, which a softmax is not taken of.
        if (c.Op is not IElementwise) inputs = [.. inputs.Select(i => EqualColumn(i) is { } of ? Arithmetic.Multiply(of, Arithmetic.Ones(i.Shape[0])) : i)];
        Expression letter = Simplifier.Rule(c.Op, inputs) is { } better && better.Spec == c.Spec ? better : Call.Of(c.Op, inputs);
        if (c.Op is Function<Exp> && inputs is [Call { Op: LogSoftmax soft } log]) letter = Call.Of(new Softmax(soft.Axis, soft.Temperature), [.. log.Inputs]);
        return letter is Number { IsConstant: false } n ? MatrixSum.Of(MatrixTerm.One, n.Value) : MatrixSum.Of(MatrixTerm.Of(letter));
    }

    // The number that a column has in every row; of ones it is none, for they have a sign of their own.
    private static Number? EqualColumn(Expression x) =>
        x is Call { Op: BroadcastTo, Inputs: [Number { Value: not 1 } n] } && x.Shape.Rank == 2 && x.Shape[1] == 1 ? n : null;

    // What a fused op of a gradient is defined by; its inputs are letters there, and read as they are here.
    private MatrixSum? Defined(FusedOp op, Call c)
    {
        Graph graph = Graph.Trace(x => op.Decompose(x), [.. c.Inputs.Select(i => i.Spec)]);
        GraphReader reader = new(standsFor: GraphReader.Whole);
        for (int i = 0; i < c.Inputs.Count; i++) reader.Name(graph.Inputs[i], c.Inputs[i]);
        return this.Read(reader.Read(graph.Outputs[0]));
    }

    private MatrixSum Fit(MatrixSum sum)
    {
        if (expands || sum.Terms.Count < 2) return sum;
        (MatrixTerm term, double factor) = sum.Whole();
        return MatrixSum.Of(term, factor);
    }

    private MatrixSum? Raised(MatrixSum a, double power)
    {
        if (a.Number is { } n) return MatrixSum.Of(MatrixTerm.One, Decimals.Raised(n, power));
        if (expands && power == 2 && a.Terms.Count > 1) return a.Elementwise(a);
        (MatrixTerm term, double factor) = a.Whole();
        return factor == 0 ? null : MatrixSum.Of(term.Raised(power), Decimals.Raised(factor, power));
    }

    private static MatrixSum? Inverted(MatrixSum a)
    {
        (MatrixTerm term, double factor) = a.Whole();
        return factor == 0 ? null : MatrixSum.Of(term.Raised(-1), 1 / factor);
    }

    private MatrixSum? Summed(Reduce<Sum> sum, Shape shape, MatrixSum a)
    {
        a = this.Fit(a);
        if (shape.Rank < 2) return sum.Axes.Count == 0 ? a : MatrixSum.Of(MatrixTerm.Ones(1, a.Rows)).Times(a);
        MatrixSum? left = sum.Axes.Contains(0) ? MatrixSum.Of(MatrixTerm.Ones(1, a.Rows)).Times(a) : a;
        MatrixSum? both = sum.Axes.Contains(1) ? left?.Times(MatrixSum.Of(MatrixTerm.Ones(a.Columns, 1))) : left;
        return sum.Axes.Contains(0) && !sum.Axes.Contains(1) && !sum.KeepDims ? both?.Transposed() : both;
    }

    private static MatrixSum? Diagonal(MatrixSum column)
    {
        int n = column.Rows;
        MatrixTerm OnDiagonal(MatrixTerm term) =>
            new(term.Scalars, term.Factors.All(MatrixTerm.IsOnes) ? [] : [Arithmetic.Diagonal(MatrixTerm.Chain(term.Factors))], n, n);
        return MatrixSum.Of(column.Terms.Select(t => (OnDiagonal(t.Key), t.Value)), n, n);
    }

    // What is 1 × 1 stands for a number, and what has one axis for a column.
    private static (int Rows, int Columns) Size(Shape shape) => shape.Rank switch { 0 => (1, 1), 1 => (shape[0], 1), _ => (shape[0], shape[1]) };

    /// <summary>A sum in the shape of the expression that it was read from.</summary>
    public static Expression Short(Expression of, MatrixSum sum)
    {
        Expression written = sum.Shortest();
        if (written.Shape == of.Shape) return written;
        return written.IsScalar && of.Shape.Size > 1 ? Call.Of(new BroadcastTo(of.Shape), written) : Call.Of(new Reshape(of.Shape), written);
    }
}
