// Entries as people count them, from 1, where the engine counts from 0: its columns 0:2 are 1…2, its step 0 is x₁. And many steps of
// a sequence side by side are said in general: (hₜ, t = 1 … 30).

using System.Globalization;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Explaining;

/// <summary>Writes cuts and choices as they are counted from 1.</summary>
/// <param name="names">What values are called.</param>
internal sealed class CountedFromOne(Names names)
{
    private const int MostSteps = 6;

    /// <summary>An expression of the engine, for people.</summary>
    public Expression Of(Expression expression) => this.Sequences(this.FromOne(expression));

    // As the entries are counted here, from 1: what the engine calls entry k is entry k + 1, and its columns 0:2 are 1…2.
    private Expression FromOne(Expression expression) => Formula.Rewritten(expression, (part, x) => (part, x) switch
    {
        (Call { Op: Gather or Take or ScatterAdd or TakeAdd }, [var of, { Spec.DType: DType.Int64 } index]) when index is not Number =>
            Call.Of(((Call)part).Op, of, Call.Of(Binary<Add>.Instance, index, new Number(1, DType.Int64))),
        (Call
        {
            Op: Slice { Axis: 1, Count: 1 } step,
            Inputs: [Call { Op: Slice { Axis: 2, Step: 1 } columns, Inputs: [(Variable or Symbol) and var whole] }]
        }, _) when names.HandedOn == "H" =>
            Cut(columns with { Axis = 0 }, Step(whole, step.Start + 1, part.Spec), part.Spec),
        (Call { Op: Slice { Axis: 1, Count: 1 } step }, [Variable or Symbol]) when x[0].Shape.Rank == 3 && names.HandedOn == "H" =>
            Step(x[0], step.Start + 1, part.Spec),
        (Call { Op: Slice { Step: 1 } cut }, [Variable or Symbol]) => Cut(cut, x[0], part.Spec),
        (Call c, _) => c.With(x),
        _ => part,
    });

    // Many steps side by side are said in general: (hₜ, t = 1 … 30).
    private Expression Sequences(Expression expression) =>
        Formula.Rewritten(expression, (part, x) =>
        part is not Call c ? part : c.Op is Concat && c.Inputs.Count > MostSteps && this.Sequence(c) is { } all ? all : c.With(x));

    private Symbol? Sequence(Call steps)
    {
        List<(Symbol General, int Time)> found = [];
        foreach (Expression step in steps.Inputs)
        {
            if (names.InGeneral(step is Call { Op: Ops.Reshape, Inputs: [var inner] } ? inner : step) is not { } state || found.Count > 0
                && (state.General.Text != found[0].General.Text || Math.Abs(state.Time - found[^1].Time) != 1)) return null;
            found.Add(state);
        }
        return new(steps.Spec, $"({found[0].General.Text}, t = {found[0].Time} … {found[^1].Time})",
            $@"\left({found[0].General.Latex}, t = {found[0].Time} \ldots {found[^1].Time}\right)");
    }

    // A step of a sequence: x₁, and H₁[2], for what has a number has no room for a second.
    private static Symbol Step(Expression sequence, int step, TensorSpec spec)
    {
        string latex = new LatexWriter().Write(sequence), at = step.ToString(CultureInfo.InvariantCulture);
        return sequence is Variable { Name.Length: 1 } one ? new(spec, new Variable(one.Name + at, spec).ToString()!, $"{latex}_{{{at}}}")
            : new(spec, $"{sequence}[{at}]", $"{latex}[{at}]");
    }

    private static Symbol Cut(Slice cut, Expression of, TensorSpec spec)
    {
        string before = string.Concat(Enumerable.Repeat(":, ", cut.Axis)), first = $"{cut.Start + 1}", last = $"{cut.Start + cut.Count}",
            name = new LatexWriter().Write(of);
        if (name.Contains('_', StringComparison.Ordinal)) name = $"{{{name}}}";
        return cut.Count == 1
            ? new(spec, $"{of}[{before}{first}]", $"{name}_{{[{before}{first}]}}")
            : new(spec, $"{of}[{before}{first}…{last}]", $@"{name}_{{[{before}{first} \ldots {last}]}}");
    }
}
