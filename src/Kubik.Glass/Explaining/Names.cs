// The names of an explanation: those of the network's values, t for the target and L for the loss, ∂L/∂ of a value by its name;
// and values as they are written in a formula, all of small ones.

using Kubik.Glass.Formulas;
using Kubik.Glass.Networks;
using Kubik.Glass.Traces;
using Cell = Kubik.Glass.Networks.Cell;

namespace Kubik.Glass.Explaining;

/// <summary>Names of values, and values as they are written.</summary>
internal sealed class Names : Lettering
{
    private const string Gradient = "∂L/∂";

    private readonly Precision precision;
    private readonly Dictionary<Tensor, Symbol> states = new(ReferenceEqualityComparer.Instance); // and gates, at every step
    private readonly Dictionary<string, (Symbol General, int Time)> general = new(StringComparer.Ordinal); // by how they are written

    public Names(StepTrace trace, DType type) : base(trace.Net, trace.Target, trace.Loss, Cells.HandedOn(trace.Net))
    {
        this.precision = Precision.Of(type);
        this.Cells = new(trace.Net.Root.Working, call => call.Own.Where(v => v.Label is not null && !ReferenceEquals(v, call.Output)));
        foreach (Cell cell in this.Cells.All)
        {
            foreach (Tensor first in cell.Beginnings) this.Name(first, cell.At(first, cell.Start));
            foreach ((int time, List<Tensor> parts) in cell.Steps)
            {
                foreach (Tensor part in parts)
                {
                    this.states[part] = cell.At(part, time + 1);
                    this.general[this.states[part].Text] = (cell.At(part, "t"), time + 1);
                }
            }
        }
    }

    /// <summary>The cells of recurrent bricks.</summary>
    public Cells Cells { get; }

    /// <inheritdoc/>
    public override Expression NameInside(Tensor value) => this.states.TryGetValue(value, out Symbol? name) ? this.Name(value, name) : base.NameInside(value);

    /// <summary>What a part of a cell is called at every step, hₜ, or its gradient; null for all else.</summary>
    public (Symbol General, int Time)? InGeneral(Expression name)
    {
        if (name is not Symbol { Text: var text }) return null;
        bool isGradient = text.StartsWith(Gradient, StringComparison.Ordinal);
        if (!this.general.TryGetValue(isGradient ? text[Gradient.Length..] : text, out (Symbol General, int Time) found)) return null;
        return isGradient ? (GradientOf(found.General), found.Time) : found;
    }

    /// <summary>∂L/∂ of a value that has a name.</summary>
    public static Symbol GradientOf(Expression name) =>
        new(name.Spec, $"{Gradient}{name}", $@"\frac{{\partial L}}{{\partial {new LatexWriter().Write(name)}}}", Strength.Product);

    /// <summary>The numbers of a value as they are written in a formula: (1, 2), [[1, 2], [3, 4]]; null when they are too many.</summary>
    public Literal? Numbers(Tensor value) => Literal.Of(value, this.precision);

    /// <summary>A number in a formula, as it is written here.</summary>
    public Symbol Number(double x)
    {
        Digits d = this.Digits(x);
        return new(new(DType.Float64, []), d.Text, d.Latex, d.Strength);
    }

    /// <summary>A number as it is written here.</summary>
    public Digits Digits(double x) => Explaining.Digits.Of(x, this.precision);
}

/// <summary>A value written out.</summary>
/// <param name="Written">What is written.</param>
/// <param name="IsExact">Whether nothing was rounded.</param>
internal sealed record Literal(Symbol Written, bool IsExact)
{
    /// <summary>Of a matrix that is written out.</summary>
    public const int MostEntries = 16;

    /// <summary>The numbers of a value as they are written in a formula: (1, 2), [[1, 2], [3, 4]]; null when they are too many.</summary>
    public static Literal? Of(Tensor value, Precision precision)
    {
        int[] sizes = [.. value.Shape.Sizes.ToArray().SkipWhile(n => n == 1)];
        if (value.Count > MostEntries || sizes.Length > 2 || value.Count == 0) return null;
        Digits[] digits = [.. value.ToDoubles().Select(x => Digits.Of(x, precision))];
        bool isExact = digits.All(d => d.IsExact);
        if (digits.Length == 1 && sizes.Length == 0) return new(new Symbol(GraphReader.SpecOf(value), digits[0].Text, digits[0].Latex, digits[0].Strength),
            isExact);
        int columns = sizes[^1];
        string text = sizes.Length == 1
            ? $"({string.Join(", ", digits.Select(d => d.Text))})"
            : $"[{string.Join(", ", digits.Chunk(columns).Select(row => $"[{string.Join(", ", row.Select(d => d.Text))}]"))}]";
        string rows = string.Join(@" \\ ", digits.Chunk(columns).Select(row => string.Join(" & ", row.Select(d => d.Latex))));
        string latex = $@"\begin{{pmatrix}} {rows} \end{{pmatrix}}";
        return new(new Symbol(GraphReader.SpecOf(value), text, latex), isExact);
    }
}
