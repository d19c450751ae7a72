// The functions that a formula may call. Those of one argument come from the op table by the names of their notation; the
// others are listed here.

using System.Text.RegularExpressions;

namespace Kubik.Glass.Formulas;

/// <summary>A function by its name in formulas.</summary>
/// <param name="Name">How it is called.</param>
/// <param name="Least">The fewest arguments.</param>
/// <param name="Most">The most.</param>
/// <param name="Make">The function applied.</param>
internal sealed partial record Function(string Name, int Least, int Most, Func<Expression[], Expression> Make)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, Function> All { get; } = Collect();

    private static Dictionary<string, Function> Collect()
    {
        Dictionary<string, Function> all = new(StringComparer.Ordinal);
        foreach (Op op in OpTable.All)
        {
            Match match = OneArgument().Match(op.Notation.Text);
            if (match.Success && IsElementwise(op)) all.TryAdd(match.Groups["name"].Value, new(match.Groups["name"].Value, 1, 1, x => Call.Of(op, x[0])));
        }
        Op exp = all["exp"].Make([new Number(0)]) is Call { Op: var found } ? found : throw new InvalidOperationException();
        foreach (Function function in (Function[])
        [
            new("log", 1, 1, x => all["ln"].Make(x)),
            new("σ", 1, 1, x => all["sigmoid"].Make(x)),
            new("e^", 1, 1, x => Call.Of(exp, x[0])),
            new("sqrt", 1, 1, x => Call.Of(Unary<Sqrt>.Instance, x[0])),
            new("abs", 1, 1, x => Call.Of(UnaryNumber<Abs>.Instance, x[0])),
            new("step", 1, 1, x => Call.Of(UnaryNumber<Step>.Instance, x[0])),
            new("max", 1, int.MaxValue, x => x.Length == 1 ? Whole(new Reduce<Max>(default), x[0]) : Chain(Binary<Maximum>.Instance, x)),
            new("min", 1, int.MaxValue, x => x.Length == 1 ? Whole(new Reduce<Min>(default), x[0]) : Chain(Binary<Minimum>.Instance, x)),
            new("sum", 1, int.MaxValue, x => x.Length == 1 ? Whole(new Reduce<Sum>(default), x[0]) : Chain(Binary<Add>.Instance, x)),
            new("softmax", 1, int.MaxValue, x => Call.Of(new Softmax(0), x.Length == 1 ? x[0] : Column(x))),
            new("logsoftmax", 1, int.MaxValue, x => Call.Of(new LogSoftmax(0), x.Length == 1 ? x[0] : Column(x))),
            new("norm", 1, 1, x => Call.Of(Unary<Sqrt>.Instance, SumOfSquares(x[0]))),
            new("diag", 1, 1, x => Arithmetic.Diagonal(x[0])),
            new("diagonal", 1, 1, x => Arithmetic.DiagonalOf(x[0])),
            new("tr", 1, 1, x => Call.Of(new Trace(), Arithmetic.Square(x[0]))),
            new("det", 1, 1, x => Call.Of(new Det(), Arithmetic.Square(x[0]))),
            new("inv", 1, 1, x => Call.Of(new Inverse(), Arithmetic.Square(x[0]))),
        ]) all[function.Name] = function;
        return all;
    }

    /// <summary>‖x‖²: the sum of all squares.</summary>
    public static Expression SumOfSquares(Expression x) => Call.Of(new SumSquare([.. Enumerable.Range(0, x.Shape.Rank)]), x);

    /// <summary>A column of numbers, (n, 1).</summary>
    public static Expression Column(IReadOnlyList<Expression> numbers) => Matrix([.. numbers.Select(n => new List<Expression> { n })]);

    /// <summary>A matrix by its rows.</summary>
    public static Expression Matrix(IReadOnlyList<List<Expression>> rows) =>
        Call.Of(new Reshape([rows.Count, rows[0].Count]), Call.Of(new Stack(0), [.. rows.SelectMany(r => r)]));

    private static Call Whole<TReduce>(Reduce<TReduce> op, Expression x) where TReduce : struct, IReduceOp => Call.Of(op with { Axes = [.. Enumerable.Range(0, x.Shape.Rank)] }, x);

    private static Expression Chain(Op op, Expression[] x) => x.Aggregate((a, b) => Call.Of(op, a, b));

    /// <summary>Whether an op is a function of every element of its one input.</summary>
    public static bool IsElementwise(Op op) =>
        op.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() is var family && (family == typeof(Unary<>) || family == typeof(UnaryNumber<>) || family == typeof(Function<>));

    [GeneratedRegex(@"^(?<name>\p{L}[\p{L}\d]*)\((\{\*\}|\{0\})(; [^)]*)?\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneArgument();
}
