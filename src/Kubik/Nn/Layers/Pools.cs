using System.Globalization;

namespace Kubik.Nn;

/// <summary>The largest of each window of each channel: (B, C, H, W) → (B, C, H', W'), 1, 2 or 3 spatial axes.</summary>
public sealed class MaxPool : Module
{
    private readonly SlidingGrid grid;

    /// <summary>Windows as long along all axes, side by side unless a stride is given.</summary>
    /// <param name="kernel">Cells of a window along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Cells outside at each side; they never win.</param>
    /// <param name="ceil">Whether a last window may reach over the end, so that sizes are rounded up.</param>
    public MaxPool(int kernel, int? stride = null, int pad = 0, bool ceil = false) : this(kernel, new Window(stride ?? kernel, pad), ceil)
    {
    }

    /// <summary>Any windows.</summary>
    public MaxPool(PerAxis kernel, Window window, bool ceil = false) => this.grid = PoolNotation.Grid("maxpool", kernel, window, ceil);

    /// <inheritdoc/>
    public override string Notation => $"maxpool {PoolNotation.Of(this.grid)}";

    internal static BrickSyntax Syntax { get; } = new("maxpool", $"maxpool KERNEL {PoolNotation.Usage}", a =>
    {
        PerAxis kernel = WindowNotation.Numbers(a, "KERNEL");
        return new MaxPool(kernel, WindowNotation.Read(a, kernel), a.Flag("ceil", false));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => new Ops.MaxPool(this.grid).Apply(x);
}

/// <summary>The mean of each window of each channel: (B, C, H, W) → (B, C, H', W'), 1, 2 or 3 spatial axes.
/// Cells of the padding count as zeros unless told not to.</summary>
public sealed class AvgPool : Module
{
    private readonly SlidingGrid grid;
    private readonly bool countPad;

    /// <summary>Windows as long along all axes, side by side unless a stride is given.</summary>
    /// <param name="kernel">Cells of a window along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="ceil">Whether a last window may reach over the end, so that sizes are rounded up.</param>
    /// <param name="countPad">Whether the zeros of the padding count; else the mean is of the cells inside.</param>
    public AvgPool(int kernel, int? stride = null, int pad = 0, bool ceil = false, bool countPad = true)
        : this(kernel, new Window(stride ?? kernel, pad), ceil, countPad)
    {
    }

    /// <summary>Any windows.</summary>
    public AvgPool(PerAxis kernel, Window window, bool ceil = false, bool countPad = true) =>
        (this.grid, this.countPad) = (PoolNotation.Grid("avgpool", kernel, window, ceil), countPad);

    /// <inheritdoc/>
    public override string Notation => $"avgpool {PoolNotation.Of(this.grid)}{(this.countPad ? "" : " countpad=false")}";

    internal static BrickSyntax Syntax { get; } = new("avgpool", $"avgpool KERNEL {PoolNotation.Usage} [countpad=false]", a =>
    {
        PerAxis kernel = WindowNotation.Numbers(a, "KERNEL");
        return new AvgPool(kernel, WindowNotation.Read(a, kernel), a.Flag("ceil", false), a.Flag("countpad", true));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => new Ops.AvgPool(this.grid, this.countPad ? Divisor.Window : Divisor.Inside).Apply(x);
}

/// <summary>The p-norm of each window of each channel, (Σ |x|ᵖ)^(1/p): (B, C, H, W) → (B, C, H', W'), 1, 2 or 3 spatial axes.</summary>
public sealed class LpPool : Module
{
    private readonly double p;
    private readonly SlidingGrid grid;

    /// <summary>Windows as long along all axes, side by side unless a stride is given.</summary>
    /// <param name="p">The power, 1 or more.</param>
    /// <param name="kernel">Cells of a window along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="ceil">Whether a last window may reach over the end, so that sizes are rounded up.</param>
    public LpPool(double p, int kernel, int? stride = null, int pad = 0, bool ceil = false) : this(p, kernel, new Window(stride ?? kernel, pad), ceil)
    {
    }

    /// <summary>Any windows.</summary>
    public LpPool(double p, PerAxis kernel, Window window, bool ceil = false)
    {
        if (!(p >= 1 && p < double.PositiveInfinity)) throw new ArgumentOutOfRangeException(nameof(p), p, "lppool: the power must be 1 or more and finite.");
        (this.p, this.grid) = (p, PoolNotation.Grid("lppool", kernel, window, ceil));
    }

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"lppool {this.p} {PoolNotation.Of(this.grid)}");

    internal static BrickSyntax Syntax { get; } = new("lppool", $"lppool P KERNEL {PoolNotation.Usage}", a =>
    {
        double power = a.Real("P");
        PerAxis kernel = WindowNotation.Numbers(a, "KERNEL");
        return new LpPool(power, kernel, WindowNotation.Read(a, kernel), a.Flag("ceil", false));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => new Ops.LpPool(this.p, this.grid).Apply(x);
}

/// <summary>The mean of each channel: (B, C, H, W) → (B, C, 1, 1), any number of spatial axes.</summary>
public sealed class GlobalAvgPool : Module
{
    /// <inheritdoc/>
    public override string Notation => "globalavgpool";

    internal static BrickSyntax Syntax { get; } = new("globalavgpool", "globalavgpool", _ => new GlobalAvgPool());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.GlobalAvgPool();
}

/// <summary>The largest element of each channel: (B, C, H, W) → (B, C, 1, 1), any number of spatial axes.</summary>
public sealed class GlobalMaxPool : Module
{
    /// <inheritdoc/>
    public override string Notation => "globalmaxpool";

    internal static BrickSyntax Syntax { get; } = new("globalmaxpool", "globalmaxpool", _ => new GlobalMaxPool());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.GlobalMaxPool();
}

/// <summary>The means of so many windows of nearly equal size that cover the input: (B, C, H, W) → (B, C, size, size), 1, 2 or 3 spatial axes.</summary>
public sealed class AdaptiveAvgPool : Module
{
    private readonly PerAxis size;

    /// <summary>So many windows along each axis.</summary>
    public AdaptiveAvgPool(PerAxis size) => this.size = PoolNotation.Size("adaptiveavgpool", size);

    /// <inheritdoc/>
    public override string Notation => $"adaptiveavgpool {this.size}";

    internal static BrickSyntax Syntax { get; } = new("adaptiveavgpool", "adaptiveavgpool SIZE", a => new AdaptiveAvgPool(WindowNotation.Numbers(a, "SIZE")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.AdaptiveAvgPool(this.size);
}

/// <summary>The largest elements of so many windows of nearly equal size that cover the input:
/// (B, C, H, W) → (B, C, size, size), 1, 2 or 3 spatial axes.</summary>
public sealed class AdaptiveMaxPool : Module
{
    private readonly PerAxis size;

    /// <summary>So many windows along each axis.</summary>
    public AdaptiveMaxPool(PerAxis size) => this.size = PoolNotation.Size("adaptivemaxpool", size);

    /// <inheritdoc/>
    public override string Notation => $"adaptivemaxpool {this.size}";

    internal static BrickSyntax Syntax { get; } = new("adaptivemaxpool", "adaptivemaxpool SIZE", a => new AdaptiveMaxPool(WindowNotation.Numbers(a, "SIZE")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.AdaptiveMaxPool(this.size);
}

/// <summary>What the pools share: their windows, checked and written.</summary>
internal static class PoolNotation
{
    public const string Usage = "[stride=KERNEL] [pad=0|same] [padend=PAD] [dilation=1] [ceil=true]";

    public static SlidingGrid Grid(string brick, PerAxis kernel, Window window, bool ceil)
    {
        SlidingGrid grid = new(kernel, window, ceil);
        return grid.Problem is { } problem ? throw new ArgumentException($"{brick}: {problem}") : grid;
    }

    public static PerAxis Size(string brick, PerAxis size) =>
        size.Least >= 1 ? size : throw new ArgumentException($"{brick}: the size must be 1 or more along every axis, not {size}.");

    public static string Of(SlidingGrid grid) => $"{grid.Kernel}{WindowNotation.Of(grid.Window, grid.Kernel)}{(grid.Ceil ? " ceil=true" : "")}";
}
