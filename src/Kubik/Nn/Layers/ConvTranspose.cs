namespace Kubik.Nn;

/// <summary>
/// Transposed convolution along 1, 2 or 3 spatial axes, which makes pictures larger: (B, C, H, W) → (B, out, H', W'),
/// H' = (H − 1)·stride − padding + dilation·(kernel − 1) + 1 + output padding. The kernels are (in, out / groups, rows, columns).
/// </summary>
/// <example><code>
/// ConvTranspose up = new(8, kernel: 2, stride: 2);
/// Tensor y = up.Forward(Tensor.Zeros([1, 16, 7, 7]));   // (1, 8, 14, 14)
/// </code></example>
public sealed class ConvTranspose : ConvModule
{
    private readonly int outputs;
    private readonly PerAxis outputPad;

    /// <summary>A transposed convolution with a kernel as long along all axes; the number of input channels is taken from the first input.</summary>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="kernel">Cells of a kernel along each axis.</param>
    /// <param name="stride">Cells of the output from one window to the next.</param>
    /// <param name="pad">Cells cut off at each side of the output.</param>
    /// <param name="outputPad">Cells added to the end of the output; below the stride.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether a number is added to each output channel.</param>
    /// <param name="initializer">How the kernels begin; uniform on ±1/√n for n cells when not given.</param>
    /// <param name="axes">How many spatial axes.</param>
    public ConvTranspose(int outputs, int kernel, int stride = 1, int pad = 0, int outputPad = 0, int dilation = 1, int groups = 1, bool bias = true,
        Initializer? initializer = null, int axes = 2)
        : this(outputs, WindowNotation.Kernel(kernel, axes), new Window(stride, pad, dilation, groups), outputPad, bias, initializer)
    {
    }

    /// <summary>A transposed convolution with any kernel and window; it has as many spatial axes as the kernel.</summary>
    public ConvTranspose(int outputs, Shape kernel, Window window, PerAxis outputPad = default, bool bias = true, Initializer? initializer = null)
        : base("convtranspose", kernel, window, bias, initializer, outputAxis: 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (outputs % window.Groups != 0)
            throw new ArgumentException($"convtranspose: {outputs} output channels cannot be split into {window.Groups} groups.", nameof(window));
        if (!outputPad.Fits(kernel.Rank) || outputPad.Least < 0)
            throw new ArgumentException($"convtranspose: the output padding must be 0 or more for each axis, not {outputPad}.", nameof(outputPad));
        (this.outputs, this.outputPad) = (outputs, outputPad);
    }

    /// <inheritdoc/>
    public override string Notation => this.Write($" {this.outputs}", this.outputPad == 0 ? "" : $" outpad={this.outputPad}");

    internal static BrickSyntax Syntax { get; } = SyntaxOf(2);

    internal static BrickSyntax Syntax1d { get; } = SyntaxOf(1);

    internal static BrickSyntax Syntax3d { get; } = SyntaxOf(3);

    private static BrickSyntax SyntaxOf(int axes)
    {
        string word = WindowNotation.Word("convtranspose", axes);
        return new(word, $"{word} OUTPUTS KERNEL {WindowNotation.Usage} [groups=1] [outpad=0] [bias=false] [init=NAME]", a =>
            new ConvTranspose(a.Number("OUTPUTS"), WindowNotation.Kernel(a, axes), WindowNotation.Read(a, groups: a.Number("groups", 1)),
                WindowNotation.Numbers(a, "outpad", 0), a.Flag("bias", true), a.Initializer("init")));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        int channels = this.Channels(x);
        if (channels % this.Window.Groups != 0)
            throw new ShapeException($"the input's {channels} channels cannot be split into {this.Window.Groups} groups; got {x.Shape}.");
        this.Weight.Define(new(x.DType, [channels, this.outputs / this.Window.Groups, .. this.Kernel]));
        return this.AddBias(x.ConvTranspose(this.Weight, this.Window, this.outputPad));
    }
}
