// What a gradient check found, as text: a line for each parameter with its worst element, then what could not be compared, each
// reason once with the parameters that it holds for, then the answer.

using System.Globalization;
using System.Text;
using Kubik.Autograd;
using Kubik.Glass.Explaining;

namespace Kubik.Glass.Checks;

/// <summary>The gradients of a network's parameters, compared with difference quotients.</summary>
/// <param name="Parameters">One entry for each parameter that is learnt.</param>
public sealed record GradientReport(IReadOnlyList<ParameterCheck> Parameters)
{
    // Beside the largest gradient that there is, of one that is 0: some ten thousand terms of 16 digits that cancel leave so much, and in a
    // difference of two losses over a step of 10⁻⁵ rounding leaves so much.
    private const double Noise = 1e-12, QuotientNoise = 1e-7;
    private const int MostNames = 3; // of parameters that have something in common

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
            rows.Add([p.Path, $"{p.Shape}", looked,
                p.Verdict is GradientVerdict.Kink or GradientVerdict.Untold ? "" : Digits.Significant(p.MaxRelativeError, 2),
                w is null ? "" : Place(w.Index, p.Shape), w is null ? "" : this.Said(w, w.Analytic), w is null ? "" : this.Said(w, w.Numeric), Word(p)]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        StringBuilder text = new();
        foreach (string[] r in rows)
            text.AppendLine(string.Join("  ", r.Select((cell, c) => c is 3 or 5 or 6 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        text.AppendLine();
        this.Explain(text);
        ParameterCheck[] wrong = [.. this.Parameters.Where(p => p.Verdict == GradientVerdict.Wrong)];
        text.Append(wrong.Length == 0
            ? this.Parameters.Count(p => p.Verdict == GradientVerdict.Untold) is > 0 and var untold
                ? $"No gradient is wrong, as far as quotients tell: of {untold} parameter{(untold == 1 ? "" : "s")} they tell nothing."
                : "No gradient is wrong."
            : $"Wrong: {string.Join(", ", wrong.Select(p => p.Path))}. The worst element is {Place(wrong[0].Worst!.Index, wrong[0].Shape)} of "
                + $"{wrong[0].Path}: the rules say {Said(wrong[0].Worst!.Analytic)}, the difference quotient {Said(wrong[0].Worst!.Numeric)}.");
        return text.ToString();
    }

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => this.ToText();

    private void Explain(StringBuilder text)
    {
        this.Compared(text, GradientVerdict.Kink, p => p.Kinks, "there is a kink (max(0, x), max, |x|), where a comparison means nothing:",
            e => $"the slope is {Said(e.Left)} to the left and {Said(e.Right)} to the right; the rules say {Said(e.Analytic)}.");
        this.Compared(text, GradientVerdict.Untold, p => p.Untold,
            "it cannot be told: the quotient does not settle as the step shrinks. "
            + "The loss is too steep here, or jumps, or is so large that its rounding hides the gradient.",
            e => $"the quotient is {Said(e.Numeric)} at its best; the rules say {Said(e.Analytic)}.");
        this.Common(text, p => !p.IsReached && p.Verdict == GradientVerdict.Wrong,
            one => $"the loss changes with {(one ? "it" : "them")}, but no gradient comes there: something cuts the tape, as Detach does.");
        this.Common(text, p => !p.IsReached && p.Verdict != GradientVerdict.Wrong,
            one =>
            $"no gradient comes there: the loss does not depend on {(one ? "it" : "them")}, "
            + $"or changes with {(one ? "it" : "them")} by jumps alone (step, sign, round, argmax), whose slope is 0.");
        this.Common(text, p => IsCompared(p) && p.Elements.All(e => e is { Analytic: 0, Numeric: 0 }),
            one =>
                $"{(one ? "its gradient is" : "their gradients are")} 0: a small change of {(one ? "it" : "them")} changes nothing, "
                + $"as where what {(one ? "it multiplies" : "they multiply")} is 0 or dropped, "
                + $"where a unit after {(one ? "it" : "them")} is off (ReLU below 0), or where all weights after {(one ? "it" : "them")} are 0.");
        this.Common(text, p => IsCompared(p) && p.Elements.Any(e => e is not { Analytic: 0, Numeric: 0 })
            && p.Elements.All(e => e.Analytic == 0 && e.Numeric == 0 || this.IsZero(e)),
            one =>
                $"{(one ? "its gradient is" : "their gradients are")} 0 but for rounding. "
                + $"So {(one ? "it is" : "they are")} where a later layer takes the same away from all, "
                + "as softmax does with the bias of an attention's keys and batch norm with the bias before it.");
    }

    private static bool IsCompared(ParameterCheck p) => p is { IsReached: true, Kinks: 0, Verdict: GradientVerdict.Right, Elements.Count: > 0 };

    // What holds for some parameters, once for all of them.
    private void Common(StringBuilder text, Func<ParameterCheck, bool> holds, Func<bool, string> says)
    {
        ParameterCheck[] some = [.. this.Parameters.Where(holds)];
        if (some.Length > 0) text.AppendLine(CultureInfo.InvariantCulture, $"{Names(some)}: {says(some.Length == 1)}");
    }

    // What could not be compared, with one element of it.
    private void Compared(StringBuilder text, GradientVerdict verdict, Func<ParameterCheck, int> count, string why, Func<ElementCheck, string> says)
    {
        ParameterCheck[] some = [.. this.Parameters.Where(p => count(p) > 0)];
        if (some.Length == 0) return;
        int all = some.Sum(p => p.Elements.Count);
        text.AppendLine(CultureInfo.InvariantCulture, $"{Names(some)}: at {some.Sum(count)} of {all} element{(all == 1 ? "" : "s")} {why}");
        ElementCheck e = some[0].Elements.First(x => x.Verdict == verdict);
        text.AppendLine(CultureInfo.InvariantCulture, $"  at {Place(e.Index, some[0].Shape)}{(some.Length > 1 ? $" of {some[0].Path}" : "")} {says(e)}");
    }

    private static string Names(ParameterCheck[] some) =>
        string.Join(", ", some.Take(MostNames).Select(p => p.Path)) + (some.Length > MostNames ? $" and {some.Length - MostNames} more" : "");

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

    // What rounding leaves, in the rules and in the quotient: the two have no digits in common.
    private bool IsZero(ElementCheck e) =>
        e.Verdict == GradientVerdict.Right && Math.Abs(e.Analytic - e.Numeric) > GradientCheck.Tolerance * Math.Max(Math.Abs(e.Analytic), Math.Abs(e.Numeric))
        && this.Largest is var largest && Math.Abs(e.Analytic) <= Noise * largest && Math.Abs(e.Numeric) <= QuotientNoise * largest;

    private string Said(ElementCheck e, double x) => x != 0 && this.IsZero(e) ? "≈ 0" : Said(x);

    private static string Said(double x) => Digits.Significant(x, 6);
}
