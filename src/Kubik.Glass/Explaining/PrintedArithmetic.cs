// Whether a line may say "=": who puts in the numbers that are printed, some of them rounded, has to get the number that is printed.

using System.Globalization;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Explaining;

internal static class PrintedArithmetic
{
    private const double Blur = 1e-9; // of what is exact: 1/3 has no end
    private const double MostSpread = 1e15; // what is greater by so much swallows the other
    private const int MostParts = 400;

    /// <summary>Whether printed numbers, put together as it is written, give the printed result; also where that cannot be told. Null where
    /// there is none, ln(0) or 1/0, and the result is one: of −ln(0) nobody reads 800, which the engine has, since it never computes e^(−800).</summary>
    /// <param name="written">An expression of numbers: matrices of them stand as symbols.</param>
    /// <param name="result">The printed result.</param>
    public static bool? Gives(Expression written, Symbol result)
    {
        List<Expression> parts = Formula.Parts(written);
        if (parts.Count > MostParts || Read(result) is not { } wanted || !parts.OfType<Symbol>().All(s => Read(s) is not null)) return true;
        bool isLost = false, isNothing = false;
        Tensor Put(Call call, Tensor[] x)
        {
            Tensor y = Applied(call, x);
            isLost |= Loses(call.Op, x, y);
            isNothing |= call is { Op: Unary<Log>, Inputs: [not Call] } or { Op: Binary<Div>, Inputs: [_, not Call] } && Any(x[^1].Equal(0));
            return y;
        }

        try
        {
            double[] got = Formula.ComputeParts(written, Leaf, Put, ReferenceEqualityComparer.Instance)[written].ToDoubles();
            if (isNothing && Array.TrueForAll(wanted, double.IsFinite)) return null;
            if (isLost) return false;
            static bool Same(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= Blur * Math.Max(Math.Abs(a), Math.Abs(b));
            return got.Length != wanted.Length || got.Zip(wanted).All(p => Same(p.First, p.Second));
        }
        catch (Exception e) when (e is ShapeException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return true; // numbers stand without their shapes or types here
        }
    }

    private static Tensor Leaf(Expression leaf)
    {
        double[] numbers = leaf is Number n ? [One(n.Text) ?? n.Value] : Read((Symbol)leaf)!;
        return Tensor.From(numbers, leaf.Shape).Cast(leaf.Spec.DType);
    }

    // Entries are counted from 1 where people read them.
    private static Tensor Applied(Call call, Tensor[] x)
    {
        if (call.Op is Gather or Take or ScatterAdd or TakeAdd) x = [x[0], x[1] - Tensor.Scalar(1, x[1].DType), .. x[2..]];
        return call.Op.Apply(x);
    }

    // Whether floating point has lost a number: 1 + 10⁻²⁰ is not 1, and 10⁻²⁰⁰·10⁻²⁰⁰ not 0.
    private static bool Loses(Op op, Tensor[] x, Tensor y)
    {
        if (!y.DType.IsFloat || !Array.TrueForAll(x, t => t.DType.IsFloat)) return false;
        return op switch
        {
            Binary<Add> => Any(y.Equal(x[0]) & x[1].NotEqual(0) | y.Equal(x[1]) & x[0].NotEqual(0)),
            Binary<Sub> => Any(y.Equal(x[0]) & x[1].NotEqual(0) | y.Equal(-x[1]) & x[0].NotEqual(0)),
            Binary<Mul> => Any(y.Equal(0) & x[0].NotEqual(0) & x[1].NotEqual(0)),
            UnaryNumber<Ops.Square> => Any(y.Equal(0) & x[0].NotEqual(0)),
            Reduce<Sum> => Spread(x[0]) > MostSpread,
            MatMul => Spread(x[0]) * Spread(x[1]) > MostSpread,
            _ => false,
        };
    }

    private static bool Any(Tensor where) => where.Cast(DType.Float64).Sum().Item() > 0;

    // The greatest number by the least one that is not 0.
    private static double Spread(Tensor x)
    {
        double[] all = [.. x.ToDoubles().Select(Math.Abs).Where(a => a > 0)];
        return all.Length == 0 ? 1 : all.Max() / all.Min();
    }

    // (0.3418, 0.6582), [[1/3, −2], [5·10⁻⁴, 0]]; null when it is something else.
    private static double[]? Read(Symbol numbers)
    {
        double?[] all = [.. numbers.Text.Split(", ").Select(t => One(t.Trim('(', ')', '[', ']')))];
        return all.Length == numbers.Shape.Size && Array.TrueForAll(all, n => n is not null) ? [.. all.Select(n => n!.Value)] : null;
    }

    private static double? One(string text)
    {
        string digits = text.Replace('−', '-');
        if (digits.Split('/') is [var above, var below]) return One(above) / One(below);
        if (digits.Split("·10") is [var mantissa, var power]) digits = $"{mantissa}e{Numeral.Plain(power)}";
        else if (digits.Length > 2 && digits.TrimStart('-') is ['1', '0', .. var high] && high.Length > 0 && high.All(c => c == '⁻' || Numeral.IsRaised(c)))
            digits = $"{(digits[0] == '-' ? "-" : "")}1e{Numeral.Plain(high)}";
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) ? x : null;
    }
}
