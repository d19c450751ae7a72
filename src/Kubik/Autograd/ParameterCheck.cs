// What a comparison of gradients with differences found.

namespace Kubik.Autograd;

/// <summary>What a gradient is found to be.</summary>
public enum GradientVerdict
{
    /// <summary>It is what the difference quotients say.</summary>
    Right,
    /// <summary>It is not.</summary>
    Wrong,
    /// <summary>There is no derivative to compare with: the slopes on both sides differ, as at the corner of max(0, x),
    /// and beside the point the rules have both.</summary>
    Kink,
    /// <summary>No quotient tells: it goes on changing as the step shrinks, since the function is too steep or jumps,
    /// or rounding of the function is more than the gradient.</summary>
    Untold,
}

/// <summary>One element of a parameter.</summary>
/// <param name="Index">Its number in row-major order.</param>
/// <param name="Analytic">Its gradient by the rules.</param>
/// <param name="Numeric">The central difference (f(w + ε) − f(w − ε)) / 2ε, at the step where it is least off.</param>
/// <param name="RelativeError">|analytic − numeric| over the larger of the two,
/// or over 10⁴ times what a difference may be off by when both are smaller.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="Left">The slope to the left, at a step of 10⁻⁷ where that was tried.</param>
/// <param name="Right">The slope to the right.</param>
public sealed record ElementCheck(int Index, double Analytic, double Numeric, double RelativeError, GradientVerdict Verdict, double Left, double Right);

/// <summary>A parameter's gradient, checked.</summary>
/// <param name="Path">Where it is in the network.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Elements">The elements that were looked at: all of a small parameter, a sample of a large one.</param>
/// <param name="IsReached">Whether by the rules the result depends on it at all.</param>
public sealed record ParameterCheck(string Path, Shape Shape, IReadOnlyList<ElementCheck> Elements, bool IsReached)
{
    /// <summary>The elements where there is no derivative to compare with.</summary>
    public int Kinks => this.Elements.Count(e => e.Verdict == GradientVerdict.Kink);

    /// <summary>The elements of which no quotient tells.</summary>
    public int Untold => this.Elements.Count(e => e.Verdict == GradientVerdict.Untold);

    /// <summary>Wrong when an element is; a kink, or untold, when nothing could be compared.</summary>
    public GradientVerdict Verdict =>
        this.Elements.Any(e => e.Verdict == GradientVerdict.Wrong) ? GradientVerdict.Wrong :
        this.Elements.Count == 0 || this.Elements.Any(e => e.Verdict == GradientVerdict.Right) ? GradientVerdict.Right :
        this.Kinks > 0 ? GradientVerdict.Kink : GradientVerdict.Untold;

    /// <summary>The element with the largest error of those that could be compared; of none one that could not.
    /// Null for a parameter without elements.</summary>
    public ElementCheck? Worst => this.Elements.OrderBy(e => !IsCompared(e)).ThenByDescending(e => e.RelativeError).FirstOrDefault();

    /// <summary>The largest relative error where there was something to compare; 0 where there was not.</summary>
    public double MaxRelativeError => this.Worst is { } worst && IsCompared(worst) ? worst.RelativeError : 0;

    private static bool IsCompared(ElementCheck e) => e.Verdict is GradientVerdict.Right or GradientVerdict.Wrong;
}
