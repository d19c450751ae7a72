// How windows move. A window knows nothing of sizes; with the size of an axis and that of the window it becomes an
// AxisWindow, where the arithmetic is. Kernels see three axes always: those that a tensor lacks have size 1.

namespace Kubik;

/// <summary>How a window moves along 1, 2 or 3 spatial axes: step, border, spacing of its cells, and into how many groups the channels are split.</summary>
/// <example><code>
/// new Window(stride: 2, pad: 1)                // the same along all axes
/// new Window(stride: [2, 1], pad: [1, 0])      // rows, columns
/// new Window(pad: 0, padEnd: 1)                // a border at one end only
/// Window.Same(stride: 2)                       // as much border as ⌈size / stride⌉ positions need
/// </code></example>
public readonly record struct Window
{
    /// <summary>One cell at a time, no border, no spacing, one group.</summary>
    /// <remarks>Written out, because C# reads <c>new Window()</c> of a struct as all zeros even when every parameter has a default.</remarks>
    public Window() : this(stride: null)
    {
    }

    /// <summary>A window with the numbers given.</summary>
    /// <param name="stride">Cells from one window to the next; 1.</param>
    /// <param name="pad">Cells of zeros added at the beginning and at the end; 0.</param>
    /// <param name="dilation">Cells from one cell of the window to the next; 1.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="padEnd">Cells of zeros added at the end, when they are not as many as at the beginning.</param>
    public Window(PerAxis? stride = null, PerAxis? pad = null, PerAxis? dilation = null, int groups = 1, PerAxis? padEnd = null) =>
        (this.Stride, this.Pad, this.PadEnd, this.Dilation, this.Groups) = (stride ?? 1, pad ?? 0, padEnd ?? pad ?? 0, dilation ?? 1, groups);

    /// <summary>Cells from one window to the next.</summary>
    public PerAxis Stride { get; init; }

    /// <summary>Cells of zeros added at the beginning of each axis.</summary>
    public PerAxis Pad { get; init; }

    /// <summary>Cells of zeros added at the end of each axis.</summary>
    public PerAxis PadEnd { get; init; }

    /// <summary>Cells from one cell of the window to the next.</summary>
    public PerAxis Dilation { get; init; }

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; init; }

    /// <summary>Whether the border is chosen so that there are ⌈size / stride⌉ positions, an odd cell at the end (ONNX SAME_UPPER).</summary>
    public bool IsSame { get; init; }

    /// <summary>No border: windows lie wholly inside.</summary>
    public static Window Valid => new();

    /// <summary>As much border as ⌈size / stride⌉ positions need, half on either side, an odd cell at the end.</summary>
    public static Window Same(PerAxis? stride = null, PerAxis? dilation = null, int groups = 1) => new(stride, 0, dilation, groups) { IsSame = true };

    /// <summary>Positions of a window of <paramref name="kernel"/> cells along an axis of <paramref name="size"/> cells; 0 when it does not fit.</summary>
    public int Positions(int axis, int size, int kernel) => this.Along(axis, size, kernel).Positions;

    /// <summary>An error when a number makes no sense; null when all do.</summary>
    internal string? Problem =>
        this.Stride.Least < 1 ? $"the stride must be 1 or more, not {this.Stride}." :
        this.Pad.Least < 0 || this.PadEnd.Least < 0 ? $"the padding must be 0 or more, not {this.PadText}." :
        this.Pad.Most > AxisWindow.MostPad || this.PadEnd.Most > AxisWindow.MostPad
            ? $"the padding must not exceed {AxisWindow.MostPad}, but is {this.PadText}." :
        this.Dilation.Least < 1 ? $"the dilation must be 1 or more, not {this.Dilation}." :
        this.Groups < 1 ? $"the number of groups must be 1 or more, not {this.Groups}." :
        this.IsSame && (this.Pad != 0 || this.PadEnd != 0) ? $"the padding is chosen to keep the size and cannot be {this.Pad} and {this.PadEnd} too." : null;

    /// <summary>An error when a number makes no sense or is missing for one of so many spatial axes.</summary>
    internal string? ProblemFor(int axes)
    {
        foreach ((string name, PerAxis numbers) in new[] { ("stride", this.Stride), ("padding", this.Pad), ("padding at the end", this.PadEnd),
            ("dilation", this.Dilation) })
        {
            if (!numbers.Fits(axes)) return $"the {name} {numbers} is for {numbers.Count} spatial axes, but there are {axes}.";
        }
        return this.Problem;
    }

    /// <summary>The padding as it is said in errors.</summary>
    internal string PadText => this.IsSame ? "same" : this.Pad == this.PadEnd ? $"{this.Pad}" : $"{this.Pad} and {this.PadEnd}";

    /// <summary>What is not as it is without being asked for, in words, as an op's notation has it: stride 2, pad 1.</summary>
    internal string Options => string.Join(", ", new[]
    {
        this.Stride == 1 ? "" : $"stride {this.Stride}",
        this.IsSame || this.Pad != 0 || this.PadEnd != 0 ? $"pad {this.PadText}" : "",
        this.Dilation == 1 ? "" : $"dilation {this.Dilation}",
        this.Groups == 1 ? "" : $"groups {this.Groups}",
    }.Where(o => o.Length > 0));

    /// <summary>The window along one spatial axis.</summary>
    internal AxisWindow Along(int axis, int size, int kernel)
    {
        (int stride, int dilation) = (Math.Clamp(this.Stride[axis], 1, AxisWindow.Longest), this.Dilation[axis]);
        if (!this.IsSame) return new(size, kernel, stride, this.Pad[axis], this.PadEnd[axis], dilation);
        if (size == 0) return new(size, kernel, stride, 0, 0, dilation);
        long total = Math.Clamp((size - 1L) / stride * stride + (kernel - 1L) * dilation + 1 - size, 0, AxisWindow.Longest);
        return new(size, kernel, stride, (int)(total / 2), (int)(total - total / 2), dilation);
    }

    /// <summary>The window along three axes, of which those in front have one cell when there are fewer.</summary>
    internal (AxisWindow Z, AxisWindow Y, AxisWindow X) AlongThree(ReadOnlySpan<int> sizes, ReadOnlySpan<int> kernel)
    {
        AxisWindow z = AxisWindow.One, y = AxisWindow.One, x = this.Along(sizes.Length - 1, sizes[^1], kernel[^1]);
        if (sizes.Length > 1) y = this.Along(sizes.Length - 2, sizes[^2], kernel[^2]);
        if (sizes.Length > 2) z = this.Along(sizes.Length - 3, sizes[^3], kernel[^3]);
        return (z, y, x);
    }
}

/// <summary>A window along one axis.</summary>
/// <param name="Size">Cells of the axis.</param>
/// <param name="Kernel">Cells of the window.</param>
/// <param name="Stride">Cells from one position to the next.</param>
/// <param name="Begin">Zeros before the first cell.</param>
/// <param name="End">Zeros after the last cell.</param>
/// <param name="Dilation">Cells from one cell of the window to the next.</param>
internal readonly record struct AxisWindow(int Size, int Kernel, int Stride, int Begin, int End, int Dilation)
{
    /// <summary>The most cells along an axis, padding included: sums of two such numbers do not overflow.</summary>
    public const int Longest = int.MaxValue / 2;

    /// <summary>The most zeros at one end of an axis.</summary>
    public const int MostPad = 1 << 27;

    /// <summary>An axis of one cell, with a window of one.</summary>
    public static AxisWindow One => new(1, 1, 1, 0, 0, 1);

    /// <summary>Cells from a window's first to its last, both included.</summary>
    public long Span => (this.Kernel - 1L) * this.Dilation + 1;

    /// <summary>
    /// The gradient of an input goes by phases: cell r + u·stride is reached from position u + shift, for each cell k of the window with
    /// r + begin − k·dilation divisible by the stride. The least and the largest shift, or a little beyond.
    /// </summary>
    public (int Low, int High) Reach => (
        -(int)((this.Span - 1 - this.Begin + this.Stride - 1) / this.Stride) - 1,
        (this.Stride - 1 + this.Begin) / this.Stride + 1);

    /// <summary>Cells from the first that a window sees to the last, those of the padding included.</summary>
    public int Canvas => (int)((this.Positions - 1L) * this.Stride + this.Span);

    /// <summary>Positions, and places beside them, from which the cells of a phase are reached.</summary>
    public int PhaseCanvas => (this.Size + this.Stride - 1) / this.Stride + this.Reach.High - this.Reach.Low;

    /// <summary>How often the window fits; 0 when it does not, or when the axis is longer than <see cref="Longest"/>.</summary>
    public int Positions
    {
        get
        {
            long padded = (long)this.Size + this.Begin + this.End, room = padded - this.Span;
            return this.Kernel < 1 || room < 0 || padded > Longest ? 0 : (int)(room / this.Stride) + 1;
        }
    }

    /// <summary>How often the window fits when the last one may reach over the end, as long as it begins on a cell or in the padding before it.</summary>
    public int PositionsOverEnd
    {
        get
        {
            long padded = (long)this.Size + this.Begin + this.End, over = padded - this.Span + this.Stride - 1;
            if (this.Kernel < 1 || over < 0 || padded > Longest) return 0;
            int count = (int)(over / this.Stride) + 1;
            return (count - 1L) * this.Stride >= (long)this.Size + this.Begin ? count - 1 : count;
        }
    }
}
