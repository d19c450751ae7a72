// What a gradient check found, as text: a line for each parameter with its worst element, then what could not be compared,
// then the answer.

using System.Globalization;
using System.Text;
using Kubik.Autograd;
using Kubik.Glass.Explaining;

namespace Kubik.Glass.Checks;

/// <summary>The gradients of a network's parameters, compared with difference quotients.</summary>
/// <param name="Parameters">One entry for each parameter that is learnt.</param>
public sealed record GradientReport(IReadOnlyList<ParameterCheck> Parameters)
{
    private const double Noise = 1e-12, QuotientNoise = 1e-7, Small = 1e-6; // of a gradient that is 0, beside the largest that there is

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
            rows.Add([p.Path, $"{p.Shape}", looked, p.Verdict is GradientVerdict.Kink or GradientVerdict.Untold ? "" : Digits.Significant(p.MaxRelativeError, 2), w is null ? "" : Place(w.Index, p.Shape), w is null ? "" : this.Said(w, w.Analytic), w is null ? "" : this.Said(w, w.Numeric), Word(p)]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        StringBuilder text = new();
        foreach (string[] r in rows) text.AppendLine(string.Join("  ", r.Select((cell, c) => c is 3 or 5 or 6 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        text.AppendLine();
        foreach (ParameterCheck p in this.Parameters) this.Explain(text, p);
        ParameterCheck[] wrong = [.. this.Parameters.Where(p => p.Verdict == GradientVerdict.Wrong)];
        text.Append(wrong.Length == 0
            ? this.Parameters.Count(p => p.Verdict == GradientVerdict.Untold) is > 0 and var untold ? $"No gradient is wrong, as far as quotients tell: of {untold} parameter{(untold == 1 ? "" : "s")} they tell nothing." : "No gradient is wrong."
            : $"Wrong: {string.Join(", ", wrong.Select(p => p.Path))}. The worst element is {Place(wrong[0].Worst!.Index, wrong[0].Shape)} of {wrong[0].Path}: the rules say {Said(wrong[0].Worst!.Analytic)}, the difference quotient {Said(wrong[0].Worst!.Numeric)}.");
        return text.ToString();
    }

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => this.ToText();

    private void Explain(StringBuilder text, ParameterCheck p)
    {
        if (p.Elements.FirstOrDefault(e => e.Verdict == GradientVerdict.Kink) is { } kink)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: at {p.Kinks} of {p.Elements.Count} elements there is a kink (max(0, x), max, |x|), where a comparison means nothing:");
            text.AppendLine(CultureInfo.InvariantCulture, $"  at {Place(kink.Index, p.Shape)} the slope is {Said(kink.Left)} to the left and {Said(kink.Right)} to the right; the rules say {Said(kink.Analytic)}.");
        }
        if (p.Elements.FirstOrDefault(e => e.Verdict == GradientVerdict.Untold) is { } untold)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: at {p.Untold} of {p.Elements.Count} elements it cannot be told: the quotient does not settle as the step shrinks. The loss is too steep here, or jumps, or is so large that its rounding hides the gradient.");
            text.AppendLine(CultureInfo.InvariantCulture, $"  at {Place(untold.Index, p.Shape)} the quotient is {Said(untold.Numeric)} at its best; the rules say {Said(untold.Analytic)}.");
        }
        if (!p.IsReached)
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: {(p.Verdict == GradientVerdict.Wrong ? "the loss changes with it, but no gradient comes there: something cuts the tape, as Detach does." : "no gradient comes there: the loss does not depend on it, or changes with it by jumps alone (step, sign, round, argmax), whose slope is 0.")}");
        else if (p is { Kinks: 0, Verdict: GradientVerdict.Right } && p.Elements.Count > 0 && p.Elements.All(e => e is { Analytic: 0, Numeric: 0 }))
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: its gradient is 0: a small change of it changes nothing, as where what it multiplies is 0, where a unit after it is off (ReLU below 0), or where all weights after it are 0.");
        else if (p is { Kinks: 0, Verdict: GradientVerdict.Right } && this.Largest > 0 && p.Elements.Count > 0 && p.Elements.All(this.IsZero))
            text.AppendLine(CultureInfo.InvariantCulture, $"{p.Path}: its gradient is 0 but for rounding. So it is where a later layer takes the same away from all, as softmax does with the bias of an attention's keys and batch norm with the bias before it.");
    }

    private static string Word(ParameterCheck p) => p.Verdict switch
    {
        GradientVerdict.Wrong => "WRONG",
        GradientVerdict.Kink => "kink",
        GradientVerdict.Untold => "cannot be told",
        _ when !p.IsReached => "no gradient",
        _ => $"right{(p.Kinks > 0 ? $", {p.Kinks} at a kink" : "")}{(p.Untold > 0 ? $", {p.Untold} cannot be told" : "")}",
    };

    // The place of an element in a shape: [2, 0, 1].
    private static string Place(int index, Shape shape)
    {
        int[] at = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; index /= shape[axis--]) at[axis] = index % shape[axis];
        return $"[{string.Join(", ", at)}]";
    }

    private double Largest => this.Parameters.SelectMany(p => p.Elements).Select(e => Math.Abs(e.Analytic)).Where(double.IsFinite).DefaultIfEmpty().Max();

    private bool IsZero(ElementCheck e) => Math.Abs(e.Analytic) < Small && Math.Abs(e.Analytic) <= Noise * this.Largest && Math.Abs(e.Numeric) <= QuotientNoise * this.Largest;

    private string Said(ElementCheck e, double x) => x != 0 && this.IsZero(e) ? "≈ 0" : Said(x);

    private static string Said(double x) => Digits.Significant(x, 6);
}
