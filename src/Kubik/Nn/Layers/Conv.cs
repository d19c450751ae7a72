namespace Kubik.Nn;

/// <summary>
/// Convolution along 1, 2 or 3 spatial axes: (B, C, H, W) → (B, out, H', W'),
/// H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1. The kernels are (out, in / groups, rows, columns).
/// </summary>
/// <example><code>
/// Conv conv = new(6, kernel: 5, pad: 2);
/// Tensor y = conv.Forward(Tensor.Zeros([64, 1, 28, 28]));    // (64, 6, 28, 28)
/// Conv along = new(16, [3], Window.Same());                  // one axis: (B, C, cells)
/// </code></example>
public sealed class Conv : ConvModule
{
    private readonly int outputs;

    /// <summary>A convolution with a kernel as long along all axes; the number of input channels is taken from the first input.</summary>
    /// <param name="outputs">Channels of the output: the number of kernels.</param>
    /// <param name="kernel">Cells of a kernel along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether a number is added to each output channel.</param>
    /// <param name="initializer">How the kernels begin; uniform on ±1/√n for n cells when not given.</param>
    /// <param name="axes">How many spatial axes.</param>
    public Conv(int outputs, int kernel, int stride = 1, int pad = 0, int dilation = 1, int groups = 1, bool bias = true, Initializer? initializer = null,
        int axes = 2)
        : this(outputs, WindowNotation.Kernel(kernel, axes), new Window(stride, pad, dilation, groups), bias, initializer)
    {
    }

    /// <summary>A convolution with any kernel and window; it has as many spatial axes as the kernel.</summary>
    public Conv(int outputs, Shape kernel, Window window, bool bias = true, Initializer? initializer = null) : base("conv", kernel, window, bias, initializer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (outputs % window.Groups != 0)
            throw new ArgumentException($"conv: {outputs} output channels cannot be split into {window.Groups} groups.", nameof(window));
        this.outputs = outputs;
    }

    /// <inheritdoc/>
    public override string Notation => this.Write($" {this.outputs}");

    internal static BrickSyntax Syntax { get; } = SyntaxOf(2);

    internal static BrickSyntax Syntax1d { get; } = SyntaxOf(1);

    internal static BrickSyntax Syntax3d { get; } = SyntaxOf(3);

    private static BrickSyntax SyntaxOf(int axes)
    {
        string word = WindowNotation.Word("conv", axes);
        return new(word, $"{word} OUTPUTS KERNEL {WindowNotation.Usage} [groups=1] [bias=false] [init=NAME]", a =>
            new Conv(a.Number("OUTPUTS"), WindowNotation.Kernel(a, axes), WindowNotation.Read(a, groups: a.Number("groups", 1)), a.Flag("bias", true),
                a.Initializer("init")));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        int channels = this.Channels(x);
        if (channels % this.Window.Groups != 0)
            throw new ShapeException($"the input's {channels} channels cannot be split into {this.Window.Groups} groups; got {x.Shape}.");
        this.Weight.Define(new(x.DType, [this.outputs, channels / this.Window.Groups, .. this.Kernel]));
        return this.AddBias(x.Conv(this.Weight, this.Window));
    }
}
