// What a gradient check found, as text: a line for each parameter with its worst element, then what could not be compared,
// then the answer.

using System.Globalization;
using System.Text;
using Kubik.Autograd;

namespace Kubik.Glass.Checks;

/// <summary>The gradients of a network's parameters, compared with difference quotients.</summary>
/// <param name="Parameters">One entry for each parameter that is learnt.</param>
public sealed record GradientReport(IReadOnlyList<ParameterCheck> Parameters)
{
    /// <summary>Whether no gradient is wrong. Elements at a kink do not count: there is nothing to compare with.</summary>
    public bool IsOk => this.Parameters.All(p => p.Verdict != GradientVerdict.Wrong);

    /// <summary>The table and what follows from it.</summary>
    public string ToText()
    {
        List<string[]> rows = [["parameter", "shape", "looked at", "error", "worst element", "analytic", "numeric", "verdict"]];
        foreach (ParameterCheck p in this.Parameters)
        {
            ElementCheck? w = p.Worst;
            string looked = p.Elements.Count == p.Shape.Size ? $"all {p.Shape.Size}" : $"{p.Elements.Count} of {p.Shape.Size}";
            rows.Add([p.Path, $"{p.Shape}", looked, Said(p.MaxRelativeError, "0.0e+0"), w is null ? "" : Place(w.Index, p.Shape), w is null ? "" : Said(w.Analytic, "G6"), w is null ? "" : Said(w.Numeric, "G6"), Word(p)]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        StringBuilder text = new();
        foreach (string[] r in rows) text.AppendLine(string.Join("  ", r.Select((cell, c) => c is 3 or 5 or 6 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        text.AppendLine();
        foreach (ParameterCheck p in this.Parameters) Explain(text, p);
        ParameterCheck[] wrong = [.. this.Parameters.Where(p => p.Verdict == GradientVerdict.Wrong)];
        text.Append(wrong.Length == 0
            ? "No gradient is wrong."
            : $"Wrong: {string.Join(", ", wrong.Select(p => p.Path))}. The worst element is {Place(wrong[0].Worst!.Index, wrong[0].Shape)} of {wrong[0].Path}: the rules say {Said(wrong[0].Worst!.Analytic, "G6")}, the difference quotient {Said(wrong[0].Worst!.Numeric, "G6")}.");
        return text.ToString();
    }

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => this.ToText();

    private static void Explain(StringBuilder text, ParameterCheck p)
    {
        if (p.Elements.FirstOrDefault(e => e.Verdict == GradientVerdict.Kink) is { } kink)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: at {p.Kinks} of {p.Elements.Count} elements there is a kink (max(0, x), max, |x|), where a comparison means nothing:");
            text.AppendLine(CultureInfo.InvariantCulture, $"  at {Place(kink.Index, p.Shape)} the slope is {Said(kink.Left, "G6")} to the left and {Said(kink.Right, "G6")} to the right; the rules say {Said(kink.Analytic, "G6")}.");
        }
        if (!p.IsReached)
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: {(p.Verdict == GradientVerdict.Wrong ? "the loss changes with it, but no gradient comes there: something cuts the tape, as Detach does." : "the loss does not depend on it.")}");
    }

    private static string Word(ParameterCheck p) => p.Verdict switch
    {
        GradientVerdict.Wrong => "WRONG",
        GradientVerdict.Kink => "kink",
        _ => p.Kinks > 0 ? $"right, {p.Kinks} at a kink" : "right",
    };

    // The place of an element in a shape: [2, 0, 1].
    private static string Place(int index, Shape shape)
    {
        int[] at = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; index /= shape[axis--]) at[axis] = index % shape[axis];
        return $"[{string.Join(", ", at)}]";
    }

    private static string Said(double x, string format) => x == 0 ? "0" : x.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
