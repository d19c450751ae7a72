namespace Kubik.Nn;

/// <summary>Cells added at the ends of the spatial axes: (B, C, H, W) → (B, C, before + H + after, before + W + after), 1, 2 or 3 spatial axes.</summary>
/// <example><code>
/// Sequential mirrored = Sequential.Parse("pad 1 mode=reflect | conv 16 3");   // a convolution that sees no zeros at the border
/// Sequential causal = Sequential.Parse("pad 2 padend=0 | conv1d 16 3");       // one that does not look ahead
/// </code></example>
public sealed class Pad : Module
{
    private readonly PerAxis before, after;
    private readonly PadMode mode;
    private readonly double value;

    /// <summary>Adds as many cells at both ends of each axis, unless told otherwise.</summary>
    /// <param name="before">How many come before the first.</param>
    /// <param name="after">How many come after the last; as many as before when not given.</param>
    /// <param name="mode">What they are: one number, the axis mirrored, its ends repeated, or its other end.</param>
    /// <param name="value">The number, for <see cref="PadMode.Constant"/>.</param>
    /// <exception cref="ArgumentException">A number of cells is below 0, they are for different numbers of axes,
    /// or a number is given to a mode that has none.</exception>
    public Pad(PerAxis before, PerAxis? after = null, PadMode mode = PadMode.Constant, double value = 0)
    {
        (this.before, this.after, this.mode, this.value) = (before, after ?? before, mode, value);
        if (this.before.Least < 0 || this.after.Least < 0)
            throw new ArgumentException($"pad: the numbers of cells must be 0 or more, not {this.before} and {this.after}.", nameof(before));
        if (!this.after.Fits(this.before.Count) && !this.before.Fits(this.after.Count))
            throw new ArgumentException($"pad: {this.before} before and {this.after} after are for different numbers of axes.", nameof(after));
        if (!Enum.IsDefined(mode)) throw new ArgumentOutOfRangeException(nameof(mode), mode, $"pad: there is no mode {(int)mode}.");
        if (mode != PadMode.Constant && value != 0)
            throw new ArgumentException($"pad: mode {mode} takes its cells from the input; leave the value out.", nameof(value));
    }

    /// <inheritdoc/>
    public override string Notation =>
        $"pad {this.before}"
        + (this.after == this.before ? "" : $" padend={this.after}")
        + (this.mode == PadMode.Constant ? "" : $" mode={this.mode.ToString().ToLowerInvariant()}")
        + Numbers.Option("value", this.value, 0);

    internal static BrickSyntax Syntax { get; } = new("pad", "pad CELLS [padend=CELLS] [mode=constant|reflect|edge|wrap] [value=0]", a =>
    {
        PerAxis first = WindowNotation.Numbers(a, "CELLS");
        return new Pad(first, WindowNotation.Numbers(a, "padend", first), ReadMode(a), a.Real("value", 0));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        int axes = x.Rank - 2;
        if (axes is < 1 or > PerAxis.MaxCount || !this.before.Fits(axes) || !this.after.Fits(axes))
        {
            throw new ShapeException(
                "the input must be (batch, channels, …) with "
                + $"{(this.before.Count == 1 && this.after.Count == 1 ? "1, 2 or 3" : Math.Max(this.before.Count, this.after.Count))} spatial axes "
                + $"for {this.before} cells before and {this.after} after; got {x.Shape}.");
        }
        (int, int)[] pads = [.. Enumerable.Range(0, axes).Select(i => (this.before[i], this.after[i]))];
        return x.Pad(pads, this.mode, this.value);
    }

    private static PadMode ReadMode(BrickArguments a) => a.Read<PadMode>("mode", PadMode.Constant, s => s switch
    {
        "constant" => PadMode.Constant,
        "reflect" => PadMode.Reflect,
        "edge" => PadMode.Edge,
        "wrap" => PadMode.Wrap,
        _ => null,
    });
}
