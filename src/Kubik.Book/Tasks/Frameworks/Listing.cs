// A program of a few lines, name = formula, that is run twice: at once, on numbers, and in a trace, on symbols. That it is the
// same code is the point of the chapter.

using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;
using Kubik.Graphs;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Tasks.Frameworks;

/// <summary>Lines of a program; what is computed element by element is written as of numbers.</summary>
/// <param name="lines">Name and formula of each line.</param>
internal sealed class Listing(params (string Name, string Formula)[] lines)
{
    /// <summary>How many lines there are.</summary>
    public int Count => lines.Length;

    /// <summary>The lines as formulas.</summary>
    public IReadOnlyList<(string Name, Formula Formula)> Lines { get; } = [.. lines.Select(l => (l.Name, Formula.Parse(l.Formula)))];

    /// <summary>The values of all lines, by the engine's ops: numbers or, in a trace, symbols.</summary>
    public Dictionary<string, Tensor> Run(params (string Name, Tensor Value)[] inputs)
    {
        Dictionary<string, Tensor> known = inputs.ToDictionary(x => x.Name, x => x.Value, StringComparer.Ordinal);
        foreach ((string name, Formula formula) in this.Lines)
        {
            Dictionary<Expression, Tensor> leaves = new(ReferenceEqualityComparer.Instance);
            foreach (Expression leaf in Formula.Parts(formula.Root).Where(p => p is Number or Variable)) leaves[leaf] = leaf is Number n ? N(n.Value) : known[((Variable)leaf).Name];
            known[name] = Formula.Compute(formula.Root, leaves);
        }
        return known;
    }

    /// <summary>The program as a table.</summary>
    public void Show(Board board) =>
        board.Table([new Remark("line", "строка"), "", new Remark("formula", "формула")],
            this.Lines.Select((l, i) => (object[])[i + 1, Formula.Of(new Variable(l.Name, Shape.Scalar)), l.Formula]));

    /// <summary>The trace of the last line's value.</summary>
    public Graph Trace(string[] inputs, Shape shape) =>
        Graph.Trace(x => this.Run([.. inputs.Select((name, i) => (name, x[i]))])[lines[^1].Name], [.. inputs.Select(_ => new TensorSpec(DType.Float64, shape))]);
}
