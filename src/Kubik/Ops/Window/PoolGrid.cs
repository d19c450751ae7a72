// Which cells each window of a pool sees. Along an axis a window is a run of evenly spaced cells, and a window of a
// picture is the product of its runs: the pools' kernel needs no more than the runs of each axis.

namespace Kubik.Ops;

/// <summary>Which cells of the input the windows of a pool see.</summary>
public abstract record PoolGrid
{
    private protected PoolGrid()
    {
    }

    /// <summary>The windows in words, as a pool's notation has them: 2, stride 1.</summary>
    internal abstract string Options { get; }

    /// <summary>What is wrong with the grid for an input of these spatial sizes; null when nothing is.</summary>
    internal abstract string? ProblemFor(Shape size);

    /// <summary>How many windows there are along one spatial axis.</summary>
    internal abstract int Positions(int axis, int size);

    /// <summary>From one cell of a window to the next.</summary>
    internal abstract int Step(int axis);

    /// <summary>What the windows see along an axis of the pool's input, whose spatial axes begin with the third.</summary>
    internal abstract Sight Sees(int axis, int size);

    /// <summary>Writes down the windows along one spatial axis.</summary>
    internal abstract void Fill(int axis, int size, PoolRuns runs);
}

/// <summary>Windows of one size that move in equal steps.</summary>
/// <param name="Kernel">Cells of a window.</param>
/// <param name="Window">How it moves; without groups.</param>
/// <param name="Ceil">Whether a last window may reach over the end, so that sizes are rounded up (ONNX ceil_mode).</param>
public sealed record SlidingGrid(PerAxis Kernel, Window Window, bool Ceil = false) : PoolGrid
{
    // Windows that lie side by side need no stride.
    internal override string Options => string.Join(", ", new[]
    {
        $"{this.Kernel}",
        this.Window.Stride == this.Kernel ? "" : this.Window.Stride == 1 ? "stride 1" : "",
        this.Window.Stride == this.Kernel ? (this.Window with { Stride = 1 }).Options : this.Window.Options,
        this.Ceil ? "sizes rounded up" : "",
    }.Where(o => o.Length > 0));

    internal override string? ProblemFor(Shape size)
    {
        int axes = size.Rank;
        if (this.Problem is { } problem) return problem;
        if (!this.Kernel.Fits(axes)) return $"the window {this.Kernel} is for {this.Kernel.Count} spatial axes, but there are {axes}.";
        if (this.Window.ProblemFor(axes) is { } wrong) return wrong;
        for (int i = 0; i < axes; i++)
        {
            AxisWindow axis = this.Window.Along(i, size[i], this.Kernel[i]);
            if (axis.Begin >= axis.Span || axis.End >= axis.Span)
                return $"the padding {this.Window.PadText} must be smaller than the window {this.Kernel}, or a window could lie wholly outside.";
            if (axis.Begin > 0 && axis.Dilation > axis.Size)
                return $"with padding, a dilation of {this.Window.Dilation} must not exceed the input, {size.ToX()}, "
                    + "or the cells of a window could all lie outside.";
            if (this.Positions(i, size[i]) == 0)
                return $"a window of {this.Kernel.Over(axes).ToX()} does not fit into {size.ToX()} with padding {this.Window.PadText} and dilation "
                    + $"{this.Window.Dilation}.";
        }
        return null;
    }

    /// <summary>An error when a number makes no sense for any input; null when all do.</summary>
    internal string? Problem =>
        this.Kernel.Least < 1 ? $"the window must be 1 or larger along every axis, not {this.Kernel}." :
        this.Window.Groups != 1 ? $"a pool has no groups of channels, but the window has {this.Window.Groups}." : this.Window.Problem;

    internal override int Positions(int axis, int size)
    {
        AxisWindow w = this.Window.Along(axis, size, this.Kernel[axis]);
        return this.Ceil ? w.PositionsOverEnd : w.Positions;
    }

    /// <summary>Whether windows are 2 × 2 and lie side by side.</summary>
    internal bool IsSquareOfTwo =>
        this is { Kernel: { Least: 2, Most: 2 }, Window: { IsSame: false, Stride: { Least: 2, Most: 2 }, Pad.Most: 0, PadEnd.Most: 0, Dilation.Most: 1 } };

    internal override int Step(int axis) => this.Window.Dilation[axis];

    internal override Sight Sees(int axis, int size) => Sight.Of(axis, this.Window.Along(axis - 2, size, this.Kernel[axis - 2]));

    internal override unsafe void Fill(int axis, int size, PoolRuns runs)
    {
        AxisWindow w = this.Window.Along(axis, size, this.Kernel[axis]);
        for (int i = 0; i < runs.Windows; i++)
        {
            int start = i * w.Stride - w.Begin, skipped = start < 0 ? (-start + w.Dilation - 1) / w.Dilation : 0;
            runs.Start[i] = start + skipped * w.Dilation;
            runs.Count[i] = Math.Min(w.Kernel - skipped, (size - 1 - runs.Start[i]) / w.Dilation + 1);
            runs.Cells[i] = Math.Min(w.Kernel, (size + w.End - 1 - start) / w.Dilation + 1);
        }
    }
}

/// <summary>So many windows of nearly equal size that cover the input: window i of n over s cells has ⌊i·s / n⌋ to ⌈(i + 1)·s / n⌉ − 1.</summary>
/// <param name="Size">How many windows along each axis.</param>
public sealed record AdaptiveGrid(PerAxis Size) : PoolGrid
{
    internal override string Options => $"to {this.Size}";

    internal override string? ProblemFor(Shape size) =>
        this.Size.Least < 1 ? $"there must be 1 window or more along every axis, not {this.Size}." :
        !this.Size.Fits(size.Rank) ? $"the size {this.Size} is for {this.Size.Count} spatial axes, but there are {size.Rank}." :
        size.Sizes.Contains(0) ? $"there are no cells to pool in {size.ToX()}." : null;

    internal override int Positions(int axis, int size) => this.Size[axis];

    internal override int Step(int axis) => 1;

    internal override Sight Sees(int axis, int size)
    {
        int n = this.Size[axis - 2];
        return new(axis, size, -(n - 1), size - 1, n);
    }

    internal override unsafe void Fill(int axis, int size, PoolRuns runs)
    {
        long n = runs.Windows;
        for (int i = 0; i < n; i++)
        {
            runs.Start[i] = (int)((long)i * size / n);
            runs.Count[i] = runs.Cells[i] = (int)(((i + 1L) * size + n - 1) / n) - runs.Start[i];
        }
    }
}

/// <summary>The windows along one axis, in memory that the kernel lends.</summary>
/// <param name="memory">Room for the fields of all windows.</param>
/// <param name="windows">How many windows.</param>
/// <param name="step">From one cell of a window to the next.</param>
internal readonly unsafe struct PoolRuns(int* memory, int windows, int step)
{
    /// <summary>Numbers that are kept of a window.</summary>
    public const int Fields = 3;

    /// <summary>How many windows.</summary>
    public readonly int Windows = windows;

    /// <summary>From one cell of a window to the next.</summary>
    public readonly int Step = step;

    /// <summary>The first cell of each window that lies inside.</summary>
    public int* Start => memory;

    /// <summary>How many cells of each window lie inside.</summary>
    public int* Count => memory + this.Windows;

    /// <summary>How many cells each window has with those of the padding.</summary>
    public int* Cells => memory + 2L * this.Windows;
}
