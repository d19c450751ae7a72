namespace Kubik.Nn;

/// <summary>
/// Convolution of each channel by itself, with as many kernels for each as the multiplier: (B, C, H, W) →
/// (B, C·multiplier, H', W'). The kernels are (C·multiplier, 1, rows, columns).
/// </summary>
public sealed class DepthwiseConv : ConvModule
{
    private readonly int multiplier;

    /// <summary>A kernel as long along all axes; the number of channels is taken from the first input.</summary>
    /// <param name="kernel">Cells of a kernel along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    /// <param name="multiplier">Kernels for each channel.</param>
    /// <param name="bias">Whether a number is added to each output channel.</param>
    /// <param name="initializer">How the kernels begin; uniform on ±1/√n for n cells when not given.</param>
    /// <param name="axes">How many spatial axes.</param>
    public DepthwiseConv(int kernel, int stride = 1, int pad = 0, int dilation = 1, int multiplier = 1, bool bias = true, Initializer? initializer = null,
        int axes = 2)
        : this(WindowNotation.Kernel(kernel, axes), new Window(stride, pad, dilation), multiplier, bias, initializer)
    {
    }

    /// <summary>Any kernel and window, which has no groups: each channel is one.</summary>
    public DepthwiseConv(Shape kernel, Window window, int multiplier = 1, bool bias = true, Initializer? initializer = null)
        : base("depthwise", kernel, window, bias, initializer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(multiplier, 1);
        if (window.Groups != 1)
            throw new ArgumentException($"depthwise: each channel is a group of its own; the window cannot have {window.Groups}.", nameof(window));
        this.multiplier = multiplier;
    }

    /// <inheritdoc/>
    public override string Notation => this.Write("", this.multiplier == 1 ? "" : $" multiplier={this.multiplier}");

    internal static BrickSyntax Syntax { get; } = SyntaxOf(2);

    internal static BrickSyntax Syntax1d { get; } = SyntaxOf(1);

    internal static BrickSyntax Syntax3d { get; } = SyntaxOf(3);

    private static BrickSyntax SyntaxOf(int axes)
    {
        string word = WindowNotation.Word("depthwise", axes);
        return new(word, $"{word} KERNEL {WindowNotation.Usage} [multiplier=1] [bias=false] [init=NAME]", a =>
            new DepthwiseConv(WindowNotation.Kernel(a, axes), WindowNotation.Read(a), a.Number("multiplier", 1), a.Flag("bias", true), a.Initializer("init")));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        int channels = this.Channels(x);
        if (channels == 0) throw new ShapeException($"the input must have 1 channel or more; got {x.Shape}.");
        this.Weight.Define(new(x.DType, [(int)Math.Min(int.MaxValue, (long)channels * this.multiplier), 1, .. this.Kernel]));
        return this.AddBias(x.Conv(this.Weight, this.Window with { Groups = channels }));
    }
}
