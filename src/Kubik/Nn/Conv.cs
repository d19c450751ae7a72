namespace Kubik.Nn;

/// <summary>Two-dimensional convolution: (B, C, H, W) → (B, out, H', W'), H' = ⌊(H + 2·pad − dilation·(kernel − 1) − 1) / stride⌋ + 1.</summary>
/// <example><code>
/// Conv conv = new(6, kernel: 5, pad: 2);
/// Tensor y = conv.Forward(Tensor.Zeros([64, 1, 28, 28]));   // (64, 6, 28, 28)
/// </code></example>
public sealed class Conv : Module
{
    private readonly int outputs;
    private readonly (int Y, int X) kernel;
    private readonly Window window;
    private readonly string? initializerName;

    /// <summary>A convolution with a square kernel; the number of input channels is taken from the first input.</summary>
    /// <param name="outputs">Channels of the output: the number of kernels.</param>
    /// <param name="kernel">Rows and columns of a kernel.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether a number is added to each output channel.</param>
    /// <param name="initializer">How the kernels begin; uniform on ±1/√n for n cells when not given.</param>
    public Conv(int outputs, int kernel, int stride = 1, int pad = 0, int dilation = 1, int groups = 1, bool bias = true, Initializer? initializer = null)
        : this(outputs, kernel, kernel, new Window(stride, stride, pad, pad, dilation, dilation, groups), bias, initializer)
    {
    }

    /// <summary>A convolution with any kernel and window.</summary>
    public Conv(int outputs, int kernelY, int kernelX, Window window, bool bias = true, Initializer? initializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelY, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelX, 1);
        if (window.Problem is { } problem) throw new ArgumentException($"conv: {problem}", nameof(window));
        if (outputs % window.Groups != 0) throw new ArgumentException($"conv: {outputs} output channels cannot be split into {window.Groups} groups.", nameof(window));
        (this.outputs, this.kernel, this.window) = (outputs, (kernelY, kernelX), window);
        this.initializerName = InitializerTable.NameOf(initializer);
        RandomStream forWeight = RandomSource.Default.NextStream(), forBias = RandomSource.Default.NextStream();
        this.Weight = new Parameter(spec => (initializer ?? Initializers.FanInUniform)(spec, forWeight));
        this.Bias = !bias ? null : new Parameter(spec => initializer is null
            ? Initializers.Uniform(1 / Math.Sqrt(Math.Max(1, Initializers.FanIn(this.Weight.Spec.Shape))))(spec, forBias)
            : Tensor.Zeros(spec.Shape, spec.DType));
    }

    /// <summary>The kernels (out, in / groups, rows, columns).</summary>
    public Parameter Weight { get; }

    /// <summary>What is added to each output channel (out); null when the layer has none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string Notation => $"conv {this.outputs} {this.kernel.Y}x{this.kernel.X}{WindowNotation.Of(this.window)}{(this.Bias is null ? " bias=false" : "")}{(this.initializerName is { } name ? $" init={name}" : "")}";

    internal static BrickSyntax Syntax { get; } = new("conv", "conv OUTPUTS KERNEL [stride=1] [pad=0] [dilation=1] [groups=1] [bias=false] [init=NAME]", a =>
    {
        int channels = a.Number("OUTPUTS");
        (int y, int x) = a.Pair("KERNEL");
        return new Conv(channels, y, x, WindowNotation.Read(a, (1, 1)), a.Flag("bias", true), a.Initializer("init"));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (x.Rank != 4) throw new ShapeException($"the input must be (batch, channels, rows, columns); got {x.Shape}.");
        if (x.Shape[1] % this.window.Groups != 0)
            throw new ShapeException($"the input's {x.Shape[1]} channels cannot be split into {this.window.Groups} groups; got {x.Shape}.");
        this.Weight.Define(new(x.DType, [this.outputs, x.Shape[1] / this.window.Groups, this.kernel.Y, this.kernel.X]));
        this.Bias?.Define(new(x.DType, [this.outputs]));
        Tensor y = x.Conv(this.Weight, this.window);
        return this.Bias is null ? y : y + this.Bias.Value.Reshape(this.outputs, 1, 1);
    }
}
