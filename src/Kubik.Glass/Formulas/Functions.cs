// The functions that a formula may call. Those of one argument come from the op table by the names of their notation; the
// others are listed here. What has options is a brick too, and takes those of the brick: its notation knows their order, their
// usual values and what is wrong with them.

using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Glass.Formulas;

/// <summary>A function by its name in formulas.</summary>
/// <param name="Name">How it is called.</param>
/// <param name="Least">The fewest arguments.</param>
/// <param name="Most">The most.</param>
/// <param name="Make">The function applied.</param>
internal sealed partial record Function(string Name, int Least, int Most, Func<Expression[], Expression> Make)
{
    /// <summary>The options that follow the argument, as the brick's notation has them: "alpha=1"; "LIMIT" where there is no usual value.</summary>
    public string[] Options { get; private init; } = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, Function> All { get; } = Collect();

    private static Dictionary<string, Function> Collect()
    {
        Dictionary<string, Function> all = new(StringComparer.Ordinal);
        foreach (Op op in OpTable.All)
        {
            Match match = OneArgument().Match(op.Notation.Text);
            if (!match.Success || !IsElementwise(op)) continue;
            string name = match.Groups["name"].Value;
            all.TryAdd(name, match.Groups["options"].Success ? WithOptions(name) : new(name, 1, 1, x => Call.Of(op, x[0])));
            if (InLatex().Match(op.Notation.Latex) is { Success: true } latex) all.TryAdd(latex.Groups["name"].Value, all[name]); // ReLU, as LaTeX has it
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
            new("softmax", 1, int.MaxValue, x => Call.Of(new Softmax(0), Several("softmax", x))),
            new("logsoftmax", 1, int.MaxValue, x => Call.Of(new LogSoftmax(0), Several("logsoftmax", x))),
            new("norm", 1, 1, x => Call.Of(Unary<Sqrt>.Instance, SumOfSquares(x[0]))),
            new("diag", 1, 1, x => Arithmetic.Diagonal(x[0])),
            new("diagonal", 1, 1, x => Arithmetic.DiagonalOf(x[0])),
            new("tr", 1, 1, x => Call.Of(new Trace(), Arithmetic.Square(x[0]))),
            new("det", 1, 1, x => Call.Of(new Det(), Arithmetic.Square(x[0]))),
            new("inv", 1, 1, x => Call.Of(new Inverse(), Arithmetic.Square(x[0]))),
        ]) all[function.Name] = function;
        return all;
    }

    // A column, or the numbers of one.
    private static Expression Several(string name, Expression[] x) => x.Length > 1 ? Column(x) : !x[0].IsScalar ? x[0]
        : throw new ShapeException($"{name} is taken of several numbers, {name}(x, y) or {name}([x, y]), or of a column; {x[0]} is one number.");

    private static Function WithOptions(string name)
    {
        string[] options = [.. Nn.NetNotation.Bricks.First(b => b.Name == name).Usage.Split(' ')[1..].Select(o => o.Trim('[', ']'))];
        int needed = options.Count(o => !o.Contains('=', StringComparison.Ordinal));
        return new(name, 1 + needed, 1 + options.Length, x => Call.Of(OpOf(name, options, x[1..]), x[0])) { Options = options };
    }

    // The op that the brick with these options is.
    private static Op OpOf(string name, string[] options, Expression[] given)
    {
        if (given.FirstOrDefault(g => !g.IsScalar || Formula.Parts(g).Exists(p => p is Variable)) is { } unknown)
            throw new ShapeException($"the options of {name} are numbers; {unknown} is none.");
        try
        {
            Nn.Module brick = Nn.Sequential.Parse(Brick(name, options, given.Select(g => Formula.Of(g).Value)));
            return Graphs.Graph.Trace(x => brick.Forward(x[0]), new TensorSpec(DType.Float64, [])).Outputs[0].Node!.Op;
        }
        catch (FormatException e)
        {
            throw new ShapeException(Why().Match(e.Message) is { Success: true } why ? $"{why.Groups["why"]}." : e.Message);
        }
    }

    /// <summary>The brick with these options, in the notation of networks.</summary>
    public string Brick(IEnumerable<double> options) => Brick(this.Name, this.Options, options);

    private static string Brick(string name, string[] options, IEnumerable<double> given) =>
        string.Join(' ', given.Select((x, i) => Named(options[i]) + x.ToString("R", CultureInfo.InvariantCulture)).Prepend(name));

    // "alpha=" of "alpha=1", and nothing of "LIMIT", which has a place.
    private static string Named(string option) => char.IsUpper(option[0]) ? "" : option.Split('=')[0] + "=";

    // What is wrong, without the notation of the brick.
    [GeneratedRegex(@"': (?<why>[^']*?)\. Write it as: ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Why();

    /// <summary>‖x‖²: the sum of all squares.</summary>
    public static Expression SumOfSquares(Expression x) => Call.Of(new SumSquare([.. Enumerable.Range(0, x.Shape.Rank)]), x);

    /// <summary>A column of numbers, (n, 1).</summary>
    public static Expression Column(IReadOnlyList<Expression> numbers) => Matrix([.. numbers.Select(n => new List<Expression> { n })]);

    /// <summary>A matrix by its rows.</summary>
    public static Expression Matrix(IReadOnlyList<List<Expression>> rows) =>
        Call.Of(new Reshape([rows.Count, rows[0].Count]), Call.Of(new Stack(0), [.. rows.SelectMany(r => r)]));

    private static Call Whole<TReduce>(Reduce<TReduce> op, Expression x) where TReduce : struct, IReduceOp =>
        Call.Of(op with { Axes = [.. Enumerable.Range(0, x.Shape.Rank)] }, x);

    private static Expression Chain(Op op, Expression[] x) => x.Aggregate((a, b) => Call.Of(op, a, b));

    /// <summary>Whether an op is a function of every element of its one input.</summary>
    public static bool IsElementwise(Op op) =>
        op.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() is var family
        && (family == typeof(Unary<>) || family == typeof(UnaryNumber<>) || family == typeof(Function<>));

    [GeneratedRegex(@"^(?<name>\p{L}[\p{L}\d]*)\((\{\*\}|\{0\})(?<options>; [^)]*)?\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneArgument();

    [GeneratedRegex(
        @"^\\(mathrm|operatorname)\{(?<name>\p{L}[\p{L}\d]*)\}\\left\(\{\*\}\\right\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InLatex();
}
