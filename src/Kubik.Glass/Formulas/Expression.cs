// A formula as a tree: numbers, names, and ops of the engine applied to others. The tree knows no mathematics: what an op
// computes, its shapes, its derivative and how it is written are the op's own.

using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kubik.Glass.Formulas;

/// <summary>A part of a formula, with the shape of its value.</summary>
public abstract class Expression : IEquatable<Expression>
{
    private protected Expression(TensorSpec spec) => this.Spec = spec;

    /// <summary>Shape and type of the value; the type is float64, but for comparisons.</summary>
    public TensorSpec Spec { get; }

    /// <summary>The shape of the value: () for a number, (n, 1) for a column, (m, n) for a matrix.</summary>
    public Shape Shape => this.Spec.Shape;

    /// <summary>Whether the value is a number.</summary>
    public bool IsScalar => this.Shape.Rank == 0;

    /// <summary>Whether both are written alike: the same ops on the same numbers and names.</summary>
    public abstract bool Equals(Expression? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => this.Equals(obj as Expression);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The formula as Unicode text.</summary>
    public sealed override string ToString() => new TextWriter().Write(this);
}

/// <summary>A number.</summary>
public sealed class Number : Expression
{
    /// <summary>A number; its text is the shortest that gives it again when nothing else is said.</summary>
    public Number(double value, string? text = null) : base(new TensorSpec(DType.Float64, [])) => (this.Value, this.Text) = (value, text ?? Shortest(value));

    /// <summary>A number of another type, as networks have them.</summary>
    internal Number(double value, DType type) : base(new TensorSpec(type, [])) =>
        (this.Value, this.Text) = (value, value.ToString("R", CultureInfo.InvariantCulture));

    private static string Shortest(double value) => value switch
    {
        0 => "0",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>Its value.</summary>
    public double Value { get; }

    /// <summary>Whether it is a letter that stands for a number, e or π: what is computed from it is not written out.</summary>
    public bool IsConstant => this.Text is "e" or "π";

    /// <summary>As it was typed.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override bool Equals(Expression? other) => other is Number n && n.Value.Equals(this.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => this.Value.GetHashCode();
}

/// <summary>A variable.</summary>
public sealed class Variable : Expression
{
    /// <summary>A variable that is a number, a column or a matrix of numbers.</summary>
    public Variable(string name, Shape shape) : this(name, new TensorSpec(DType.Float64, shape))
    {
    }

    internal Variable(string name, TensorSpec spec) : base(spec) => this.Name = name;

    /// <summary>Its name: letters, and an index when it has one (x1).</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override bool Equals(Expression? other) => other is Variable v && v.Name == this.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(this.Name);
}

/// <summary>
/// A part that is written as it is said here: a gradient's name, a matrix of numbers. It equals itself alone, for what is written
/// alike after rounding need not be the same.
/// </summary>
public sealed class Symbol : Expression
{
    /// <summary>A part with its text.</summary>
    /// <param name="spec">Type and shape of its value.</param>
    /// <param name="text">As Unicode text.</param>
    /// <param name="latex">As LaTeX.</param>
    /// <param name="strength">How tightly it holds together.</param>
    public Symbol(TensorSpec spec, string text, string latex, Strength strength = Strength.Atom) : base(spec) =>
        (this.Text, this.Latex, this.Strength) = (text, latex, strength);

    /// <summary>As Unicode text.</summary>
    public string Text { get; }

    /// <summary>As LaTeX.</summary>
    public string Latex { get; }

    /// <summary>How tightly it holds together.</summary>
    public Strength Strength { get; }

    /// <inheritdoc/>
    public override bool Equals(Expression? other) => ReferenceEquals(other, this);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>An op of the engine, applied.</summary>
public sealed class Call : Expression
{
    private readonly int hash;

    private Call(Op op, Expression[] inputs, TensorSpec spec) : base(spec)
    {
        (this.Op, this.Inputs) = (op, inputs);
        HashCode all = default;
        all.Add(op);
        foreach (Expression x in inputs) all.Add(x);
        this.hash = all.ToHashCode();
    }

    /// <summary>The op.</summary>
    public Op Op { get; }

    /// <summary>What it is applied to.</summary>
    public IReadOnlyList<Expression> Inputs { get; }

    /// <summary>An op applied to expressions; the op says which shape comes out.</summary>
    /// <exception cref="ShapeException">The inputs do not fit the op.</exception>
    public static Call Of(Op op, params ReadOnlySpan<Expression> inputs)
    {
        Expression[] x = inputs.ToArray();
        return new(op, x, op.Infer([.. x.Select(i => i.Spec)]));
    }

    /// <summary>The same op on other inputs; itself when they are none.</summary>
    internal Call With(Expression[] inputs) => inputs.AsSpan().SequenceEqual([.. this.Inputs], ReferenceEqualityComparer.Instance) ? this : Of(this.Op, inputs);

    /// <inheritdoc/>
    public override bool Equals(Expression? other) => ReferenceEquals(other, this)
        || other is Call c && c.hash == this.hash && c.Op.Equals(this.Op) && c.Inputs.SequenceEqual(this.Inputs);

    /// <inheritdoc/>
    public override int GetHashCode() => this.hash;
}
