// A partial derivative at a point, beside the difference quotient that it is compared with: whether they agree but for rounding, and
// whether the point is a kink or a jump, where there is no derivative and the engine takes one of the slopes beside it.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>A partial derivative at a point.</summary>
/// <param name="Variable">By which variable.</param>
/// <param name="Derivative">As a formula.</param>
/// <param name="Value">Its value, by the engine's gradient.</param>
/// <param name="Numeric">The central difference quotient (f(x + h) − f(x − h)) / 2h.</param>
/// <param name="Written">The value of the derivative's formula.</param>
public sealed record Partial(Variable Variable, Formula Derivative, double Value, double Numeric, double Written)
{
    /// <summary>How it comes of those of the steps that read the variable, 2x·∂f/∂v₁; null where none arrives.</summary>
    public string? Chain { get; init; }

    /// <summary>Whether the value is what rounding has left of 0.</summary>
    public bool IsRest { get; init; }

    /// <summary>Whether six digits are not all of the value.</summary>
    public bool IsRounded { get; init; }

    /// <summary>
    /// Whether the formula's value is the engine's. At a kink, where there is no derivative, the engine takes one of the slopes
    /// between those on both sides, and a formula as people write it may give another.
    /// </summary>
    public bool IsAsWritten => this.Value.Equals(this.Written) || Math.Abs(this.Value - this.Written) <= 1e-9 * Math.Max(1, Math.Abs(this.Value));

    /// <summary>
    /// How far rounding alone can put the difference quotient off: it is the difference of values that are rounded to 16 digits each,
    /// divided by a small step.
    /// </summary>
    public double Noise { get; init; }

    /// <summary>Whether the slopes on both sides of the point are two, or the value jumps: there is no derivative then.</summary>
    public bool IsKink => this.Jumps || !this.IsSteep && !this.Alike(this.Left, this.Right);

    /// <summary>The engine's slope just before the point.</summary>
    internal double Left { get; init; }

    /// <summary>The engine's slope just after the point.</summary>
    internal double Right { get; init; }

    /// <summary>Whether the value just before or after the point is another.</summary>
    internal bool Jumps { get; init; }

    /// <summary>Whether the slope beside the point goes on changing however near one looks: a pole is there, and no kink.</summary>
    internal bool IsSteep { get; init; }

    /// <summary>How far to both sides of the point the difference quotient reaches.</summary>
    internal double Step { get; init; }

    /// <summary>Whether kinks of parts cancel: there is a derivative, but the engine's rules for its parts or the formula make another number of it.</summary>
    internal bool Cancels => this.HasFormula && !this.IsKink && !this.IsSteep && !(this.Alike(this.Left, this.Value) && this.IsAsWritten);

    /// <summary>Whether the formula of the derivative has a finite value at the point; where it has none, the engine's number may be a guard.</summary>
    internal bool HasFormula => double.IsFinite(this.Written);

    /// <summary>Whether the slopes beside the point and the difference quotient are one number, as of x^y by y at x = 0, where ln(x) is infinite.</summary>
    internal bool Exists => !this.IsKink && !this.IsSteep && this.OffFrom(this.Left) <= Close + this.Noise / Math.Max(1, Math.Abs(this.Left));

    /// <summary>How far apart slopes beside the point may be without a kink: curvature and rounding make two of one.</summary>
    internal double Bend { get; init; }

    private bool Alike(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 1e-3 * (Math.Abs(a) + Math.Abs(b)) + this.Bend;

    /// <summary>Whether the difference quotient is the derivative but for what rounding explains.</summary>
    public bool Agrees => this.Off <= Close + this.Noise / Math.Max(1, Math.Abs(this.Value));

    /// <summary>Whether rounding is seen in the difference quotient: it agrees, but for rounding it would not.</summary>
    public bool IsBlurred => this.Agrees && this.Off > Close;

    private const double Close = 1e-5;

    private double Off => this.OffFrom(this.Value);

    private double OffFrom(double slope) => Math.Abs(slope - this.Numeric) / Math.Max(1, Math.Abs(slope));
}
