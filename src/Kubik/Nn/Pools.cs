namespace Kubik.Nn;

/// <summary>The largest of each window of each channel: (B, C, H, W) → (B, C, H', W').</summary>
public sealed class MaxPool : Module
{
    private readonly (int Y, int X) kernel;
    private readonly Window window;

    /// <summary>Square windows, side by side unless a stride is given.</summary>
    public MaxPool(int kernel, int? stride = null, int pad = 0)
        : this(kernel, kernel, new Window(stride ?? kernel, stride ?? kernel, pad, pad))
    {
    }

    /// <summary>Any windows.</summary>
    public MaxPool(int kernelY, int kernelX, Window window) => (this.kernel, this.window) = ((kernelY, kernelX), window);

    /// <inheritdoc/>
    public override string Notation => $"maxpool {WindowNotation.Of(this.kernel)}{WindowNotation.Of(this.window, this.kernel)}";

    internal static BrickSyntax Syntax { get; } = new("maxpool", "maxpool KERNEL [stride=KERNEL] [pad=0]", a =>
    {
        (int y, int x) = a.Pair("KERNEL");
        return new MaxPool(y, x, WindowNotation.Read(a, (y, x)));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.MaxPool(this.kernel.Y, this.kernel.X, this.window);
}

/// <summary>The mean of each window of each channel: (B, C, H, W) → (B, C, H', W'). Cells of the padding count as zeros.</summary>
public sealed class AvgPool : Module
{
    private readonly (int Y, int X) kernel;
    private readonly Window window;

    /// <summary>Square windows, side by side unless a stride is given.</summary>
    public AvgPool(int kernel, int? stride = null, int pad = 0)
        : this(kernel, kernel, new Window(stride ?? kernel, stride ?? kernel, pad, pad))
    {
    }

    /// <summary>Any windows.</summary>
    public AvgPool(int kernelY, int kernelX, Window window) => (this.kernel, this.window) = ((kernelY, kernelX), window);

    /// <inheritdoc/>
    public override string Notation => $"avgpool {WindowNotation.Of(this.kernel)}{WindowNotation.Of(this.window, this.kernel)}";

    internal static BrickSyntax Syntax { get; } = new("avgpool", "avgpool KERNEL [stride=KERNEL] [pad=0]", a =>
    {
        (int y, int x) = a.Pair("KERNEL");
        return new AvgPool(y, x, WindowNotation.Read(a, (y, x)));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.AvgPool(this.kernel.Y, this.kernel.X, this.window);
}

/// <summary>How windows are written: options that have their usual value are left out.</summary>
internal static class WindowNotation
{
    public static string Of((int Y, int X) pair) => pair.Y == pair.X ? $"{pair.Y}" : $"{pair.Y}x{pair.X}";

    public static string Of(Window w, (int Y, int X)? usualStride = null)
    {
        (int Y, int X) stride = (w.StrideY, w.StrideX), pad = (w.PadY, w.PadX), dilation = (w.DilationY, w.DilationX);
        return (stride == (usualStride ?? (1, 1)) ? "" : $" stride={Of(stride)}")
            + (pad == (0, 0) ? "" : $" pad={Of(pad)}")
            + (dilation == (1, 1) ? "" : $" dilation={Of(dilation)}")
            + (w.Groups == 1 ? "" : $" groups={w.Groups}");
    }

    public static Window Read(BrickArguments a, (int Y, int X) usualStride)
    {
        (int Y, int X) stride = a.Pair("stride", usualStride), pad = a.Pair("pad", (0, 0)), dilation = a.Pair("dilation", (1, 1));
        return new Window(stride.Y, stride.X, pad.Y, pad.X, dilation.Y, dilation.X, a.Number("groups", 1));
    }
}
