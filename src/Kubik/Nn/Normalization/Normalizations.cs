// The bricks that normalise what a sample, a channel or a vector holds. Each is one op with parameters.

namespace Kubik.Nn;

/// <summary>What the normalisations share: ε, and the scale γ and shift β that may follow.</summary>
public abstract class Normalization : Module
{
    private const double UsualEpsilon = 1e-5;

    private protected Normalization(double epsilon, bool scale, bool shift)
    {
        if (!(epsilon >= 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "epsilon must be a number of 0 or more.");
        this.Epsilon = epsilon;
        this.Gamma = scale ? new Parameter(spec => Tensor.Ones(spec.Shape, spec.DType)) : null;
        this.Beta = shift ? new Parameter(spec => Tensor.Zeros(spec.Shape, spec.DType)) : null;
    }

    /// <summary>γ, the scale; null when the layer has none.</summary>
    public Parameter? Gamma { get; }

    /// <summary>β, the shift; null when the layer has none.</summary>
    public Parameter? Beta { get; }

    private protected double Epsilon { get; }

    /// <summary>The options as the notation writes them.</summary>
    private protected string Options => Numbers.Option("epsilon", this.Epsilon, UsualEpsilon) + (this.Gamma is null ? " affine=false" : "");

    private protected static (double Epsilon, bool Affine) Read(BrickArguments a) => (a.Real("epsilon", UsualEpsilon), a.Flag("affine", true));

    /// <summary>Says what shape γ and β have.</summary>
    /// <exception cref="ShapeException">They have another one.</exception>
    private protected void Define(Tensor x, Shape shape)
    {
        this.Gamma?.Define(new(x.DType, shape));
        this.Beta?.Define(new(x.DType, shape));
        if (this.Gamma is { } gamma && gamma.Spec.Shape != shape)
            throw new ShapeException($"the layer's γ is {gamma.Spec.Shape}, but the input {x.Shape} needs {shape}.");
    }

    private protected static Shape LastAxes(Tensor x, int axes) =>
        x.Rank >= axes ? x.Shape[^axes..]
            : throw new ShapeException($"the input must have {axes} axes or more to normalise over the last {axes}; got {x.Shape}.");

    private protected static Shape Channels(Tensor x, int least) =>
        x.Rank >= least ? [x.Shape[1]] : throw new ShapeException($"the input must be (batch, channels, …) with {least} axes or more; got {x.Shape}.");
}

/// <summary>y = (x − μ) / √(σ² + ε) · γ + β over the last axes of each sample (Ba, Kiros, Hinton 2016, arXiv:1607.06450).</summary>
/// <example><code>
/// LayerNorm norm = new();
/// Tensor y = norm.Forward(x);   // (B, T, C): each of the B·T vectors has mean 0 and variance 1
/// </code></example>
public sealed class LayerNorm : Normalization
{
    private readonly int axes;

    /// <summary>How many of the last axes are normalised together.</summary>
    internal int Axes => this.axes;

    /// <summary>A normalisation whose size is taken from the first input.</summary>
    /// <param name="axes">How many of the last axes are normalised together.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether there are γ and β, shaped like those axes.</param>
    public LayerNorm(int axes = 1, double epsilon = 1e-5, bool affine = true) : base(epsilon, affine, affine)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(axes, 1);
        this.axes = axes;
    }

    /// <inheritdoc/>
    public override string Notation => $"layernorm{(this.axes == 1 ? "" : $" axes={this.axes}")}{this.Options}";

    internal static BrickSyntax Syntax { get; } = new("layernorm", "layernorm [axes=1] [epsilon=1e-5] [affine=true]", a =>
    {
        (double epsilon, bool affine) = Read(a);
        return new LayerNorm(a.Number("axes", 1), epsilon, affine);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        this.Define(x, LastAxes(x, this.axes));
        return x.LayerNorm(this.Gamma?.Value, this.Beta?.Value, -this.axes, this.Epsilon);
    }
}

/// <summary>y = x / √(mean x² + ε) · γ over the last axes of each sample (Zhang and Sennrich 2019, arXiv:1910.07467).</summary>
public sealed class RmsNorm : Normalization
{
    private readonly int axes;

    /// <summary>How many of the last axes are normalised together.</summary>
    internal int Axes => this.axes;

    /// <summary>A normalisation whose size is taken from the first input.</summary>
    /// <param name="axes">How many of the last axes are normalised together.</param>
    /// <param name="epsilon">ε, added to the mean square.</param>
    /// <param name="affine">Whether there is γ, shaped like those axes.</param>
    public RmsNorm(int axes = 1, double epsilon = 1e-5, bool affine = true) : base(epsilon, affine, shift: false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(axes, 1);
        this.axes = axes;
    }

    /// <inheritdoc/>
    public override string Notation => $"rmsnorm{(this.axes == 1 ? "" : $" axes={this.axes}")}{this.Options}";

    internal static BrickSyntax Syntax { get; } = new("rmsnorm", "rmsnorm [axes=1] [epsilon=1e-5] [affine=true]", a =>
    {
        (double epsilon, bool affine) = Read(a);
        return new RmsNorm(a.Number("axes", 1), epsilon, affine);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        this.Define(x, LastAxes(x, this.axes));
        return x.RmsNorm(this.Gamma?.Value, -this.axes, this.Epsilon);
    }
}

/// <summary>y = (x − μ) / √(σ² + ε) · γ + β over each group of neighbouring channels (axis 1) of each sample (Wu and He 2018, arXiv:1803.08494).</summary>
public sealed class GroupNorm : Normalization
{
    private readonly int groups;

    /// <summary>How many groups the channels are in.</summary>
    internal int Groups => this.groups;

    /// <summary>A normalisation whose number of channels is taken from the first input.</summary>
    /// <param name="groups">How many groups the channels are split into.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether there are γ and β, a number a channel.</param>
    public GroupNorm(int groups, double epsilon = 1e-5, bool affine = true) : base(epsilon, affine, affine)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        this.groups = groups;
    }

    /// <inheritdoc/>
    public override string Notation => $"groupnorm {this.groups}{this.Options}";

    internal static BrickSyntax Syntax { get; } = new("groupnorm", "groupnorm GROUPS [epsilon=1e-5] [affine=true]", a =>
    {
        (double epsilon, bool affine) = Read(a);
        return new GroupNorm(a.Number("GROUPS"), epsilon, affine);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        this.Define(x, Channels(x, least: 2));
        return x.GroupNorm(this.groups, this.Gamma?.Value, this.Beta?.Value, this.Epsilon);
    }
}

/// <summary>y = (x − μ) / √(σ² + ε) · γ + β over each channel (axis 1) of each sample (Ulyanov, Vedaldi, Lempitsky 2016, arXiv:1607.08022).</summary>
/// <remarks>γ and β are there unless they are turned off, as in all normalisations here; PyTorch's InstanceNorm has them only when asked.</remarks>
public sealed class InstanceNorm : Normalization
{
    /// <summary>A normalisation whose number of channels is taken from the first input.</summary>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether there are γ and β, a number a channel.</param>
    public InstanceNorm(double epsilon = 1e-5, bool affine = true) : base(epsilon, affine, affine)
    {
    }

    /// <inheritdoc/>
    public override string Notation => $"instancenorm{this.Options}";

    internal static BrickSyntax Syntax { get; } = new("instancenorm", "instancenorm [epsilon=1e-5] [affine=true]", a =>
    {
        (double epsilon, bool affine) = Read(a);
        return new InstanceNorm(epsilon, affine);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        this.Define(x, Channels(x, least: 3));
        return x.InstanceNorm(this.Gamma?.Value, this.Beta?.Value, this.Epsilon);
    }
}

/// <summary>y = x / (bias + alpha / size · Σ x²)^beta, the sum over the nearest channels (Krizhevsky, Sutskever, Hinton 2012, section 3.3).</summary>
public sealed class LocalResponseNorm : Module
{
    private readonly LocalResponseNormalization op;

    /// <summary>A normalisation over so many neighbouring channels.</summary>
    /// <param name="size">How many channels are looked at, the own one among them.</param>
    /// <param name="alpha">Weight of the mean square.</param>
    /// <param name="beta">The power.</param>
    /// <param name="bias">What is added to the mean square.</param>
    public LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double bias = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        this.op = new LocalResponseNormalization(size, alpha, beta, bias);
    }

    /// <inheritdoc/>
    public override string Notation => $"lrn {this.op.Size}"
        + Numbers.Option("alpha", this.op.Alpha, 1e-4)
        + Numbers.Option("beta", this.op.Beta, 0.75)
        + Numbers.Option("bias", this.op.Bias, 1);

    internal static BrickSyntax Syntax { get; } = new("lrn", "lrn SIZE [alpha=0.0001] [beta=0.75] [bias=1]",
        a => new LocalResponseNorm(a.Number("SIZE"), a.Real("alpha", 1e-4), a.Real("beta", 0.75), a.Real("bias", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => this.op.Apply(x);
}

/// <summary>y = x / ‖x‖ₚ along the last axis: vectors of length 1; a vector of zeros stays 0.</summary>
public sealed class LpNorm : Module
{
    private readonly int p;

    /// <summary>A normalisation to length 1.</summary>
    /// <param name="p">Which length: 2 for √Σx², 1 for Σ|x|.</param>
    public LpNorm(int p = 2) => this.p = p is 1 or 2 ? p : throw new ArgumentOutOfRangeException(nameof(p), p, "lpnorm: p must be 1 or 2.");

    /// <inheritdoc/>
    public override string Notation => this.p == 2 ? "lpnorm" : "lpnorm p=1";

    internal static BrickSyntax Syntax { get; } = new("lpnorm", "lpnorm [p=2]", a => new LpNorm(a.Number("p", 2)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.LpNormalize(axis: -1, this.p);
}
