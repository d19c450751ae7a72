namespace Kubik.Nn;

/// <summary>
/// A convolution in two steps that is cheaper than one: each channel by itself (<see cref="DepthwiseConv"/>, without
/// bias), then a mix of the channels at each place (a 1 × 1 <see cref="Conv"/>). Chollet 2017, arXiv:1610.02357.
/// </summary>
public sealed class SeparableConv : Module
{
    private readonly int outputs, multiplier;
    private readonly Shape kernel;
    private readonly Window window;
    private readonly string? initializerName;

    /// <summary>A kernel as long along all axes; the number of input channels is taken from the first input.</summary>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="kernel">Cells of a kernel along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    /// <param name="multiplier">Kernels for each input channel.</param>
    /// <param name="bias">Whether a number is added to each output channel.</param>
    /// <param name="initializer">How the kernels of both steps begin; uniform on ±1/√n for n cells when not given.</param>
    /// <param name="axes">How many spatial axes.</param>
    public SeparableConv(int outputs, int kernel, int stride = 1, int pad = 0, int dilation = 1, int multiplier = 1, bool bias = true,
        Initializer? initializer = null, int axes = 2)
        : this(outputs, WindowNotation.Kernel(kernel, axes), new Window(stride, pad, dilation), multiplier, bias, initializer)
    {
    }

    /// <summary>Any kernel and window, which has no groups.</summary>
    public SeparableConv(int outputs, Shape kernel, Window window, int multiplier = 1, bool bias = true, Initializer? initializer = null)
    {
        (this.outputs, this.kernel, this.window, this.multiplier, this.initializerName) =
            (outputs, kernel, window, multiplier, InitializerTable.NameOf(initializer));
        this.Depthwise = new DepthwiseConv(kernel, window, multiplier, bias: false, initializer);
        this.Pointwise = new Conv(outputs, WindowNotation.Kernel(1, kernel.Rank), Window.Valid, bias, initializer);
    }

    /// <summary>The step that convolves each channel by itself.</summary>
    public DepthwiseConv Depthwise { get; }

    /// <summary>The step that mixes the channels.</summary>
    public Conv Pointwise { get; }

    /// <inheritdoc/>
    public override string Notation =>
        $"{WindowNotation.Word("separable", this.kernel.Rank)} {this.outputs} {this.kernel.ToX()}{WindowNotation.Of(this.window)}"
        + (this.multiplier == 1 ? "" : $" multiplier={this.multiplier}")
        + (this.Pointwise.Bias is null ? " bias=false" : "")
        + (this.initializerName is { } name ? $" init={name}" : "");

    internal static BrickSyntax Syntax { get; } = SyntaxOf(2);

    internal static BrickSyntax Syntax1d { get; } = SyntaxOf(1);

    internal static BrickSyntax Syntax3d { get; } = SyntaxOf(3);

    private static BrickSyntax SyntaxOf(int axes)
    {
        string word = WindowNotation.Word("separable", axes);
        return new(word, $"{word} OUTPUTS KERNEL {WindowNotation.Usage} [multiplier=1] [bias=false] [init=NAME]", a =>
            new SeparableConv(a.Number("OUTPUTS"), WindowNotation.Kernel(a, axes), WindowNotation.Read(a), a.Number("multiplier", 1), a.Flag("bias", true),
                a.Initializer("init")));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => this.Pointwise.Forward(this.Depthwise.Forward(x));
}
