// Activations that know an axis: probabilities along it, a slope for each channel, gates and groups of channels.

namespace Kubik.Nn;

/// <summary>Probabilities along an axis: e^(xᵢ/t) / Σ e^(xⱼ/t). The cross-entropy loss takes logits: do not put this before it.</summary>
/// <param name="axis">The axis; −1 is the last.</param>
/// <param name="temperature">t: below 1 sharpens the distribution, above 1 flattens it.</param>
public sealed class Softmax(int axis = -1, double temperature = 1) : Module
{
    private readonly double temperature = AxisNotation.Checked("softmax", temperature);

    /// <inheritdoc/>
    public override string Notation => "softmax" + AxisNotation.Of(axis, this.temperature);

    internal static BrickSyntax Syntax { get; } =
        new("softmax", "softmax [axis=-1] [temperature=1]", a => new Softmax(a.Integer("axis", -1), a.Real("temperature", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Softmax(axis, this.temperature);
}

/// <summary>Logarithms of probabilities along an axis: xᵢ/t − ln Σ e^(xⱼ/t), exact where the probability itself is 0.</summary>
/// <param name="axis">The axis; −1 is the last.</param>
/// <param name="temperature">t: below 1 sharpens the distribution, above 1 flattens it.</param>
public sealed class LogSoftmax(int axis = -1, double temperature = 1) : Module
{
    private readonly double temperature = AxisNotation.Checked("logsoftmax", temperature);

    /// <inheritdoc/>
    public override string Notation => "logsoftmax" + AxisNotation.Of(axis, this.temperature);

    internal static BrickSyntax Syntax { get; } =
        new("logsoftmax", "logsoftmax [axis=-1] [temperature=1]", a => new LogSoftmax(a.Integer("axis", -1), a.Real("temperature", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.LogSoftmax(axis, this.temperature);
}

/// <summary>Probabilities along an axis that are large where x is small: the softmax of −x.</summary>
/// <param name="axis">The axis; −1 is the last.</param>
public sealed class Softmin(int axis = -1) : Module
{
    /// <inheritdoc/>
    public override string Notation => "softmin" + AxisNotation.Of(axis, 1);

    internal static BrickSyntax Syntax { get; } = new("softmin", "softmin [axis=-1]", a => new Softmin(a.Integer("axis", -1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Softmin(axis);
}

/// <summary>x for x &gt; 0, else slope·x, with a learnt slope for each channel (axis 1), or one for all (He et al. 2015, arXiv:1502.01852).</summary>
public sealed class PRelu : Module
{
    private readonly bool shared;
    private readonly double initial;

    /// <summary>A PReLU whose number of channels is taken from the first input.</summary>
    /// <param name="shared">Whether there is one slope for all channels.</param>
    /// <param name="initial">What the slopes begin with.</param>
    public PRelu(bool shared = false, double initial = 0.25)
    {
        (this.shared, this.initial) = (shared, Numbers.Finite("prelu", initial));
        this.Slope = new Parameter(spec => Tensor.Full(spec.Shape, initial, spec.DType));
    }

    /// <summary>The slopes (C), or (1) when shared.</summary>
    public Parameter Slope { get; }

    /// <inheritdoc/>
    public override string Notation => "prelu" + (this.shared ? " shared=true" : "") + Numbers.Option("initial", this.initial, 0.25);

    internal static BrickSyntax Syntax { get; } =
        new("prelu", "prelu [shared=false] [initial=0.25]", a => new PRelu(a.Flag("shared", false), a.Real("initial", 0.25)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (!this.shared && x.Rank < 2)
            throw new ShapeException($"the input must be (batch, channels, …) for a slope a channel; got {x.Shape}. Use shared=true for one slope.");
        this.Slope.Define(new(x.DType, [this.shared ? 1 : x.Shape[1]]));
        int channels = this.Slope.Spec.Shape[0];
        if (this.shared) return x.PRelu(this.Slope);
        if (x.Shape[1] != channels) throw new ShapeException($"the layer has {channels} slopes, but the input {x.Shape} has {x.Shape[1]} channels.");
        return x.PRelu(this.Slope.Value.Reshape([channels, .. Enumerable.Repeat(1, x.Rank - 2)])); // (C, 1, …)
    }
}

/// <summary>a ⊙ σ(b), a and b being the halves of x along an axis (Dauphin et al. 2016, arXiv:1612.08083).</summary>
/// <param name="axis">The axis; −1 is the last. Its size must be even.</param>
public sealed class Glu(int axis = -1) : Module
{
    /// <inheritdoc/>
    public override string Notation => "glu" + AxisNotation.Of(axis, 1);

    internal static BrickSyntax Syntax { get; } = new("glu", "glu [axis=-1]", a => new Glu(a.Integer("axis", -1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Glu(axis);
}

/// <summary>The largest of each group of neighbours along an axis: (B, C, …) → (B, C / pieces, …) (Goodfellow et al. 2013, arXiv:1302.4389).</summary>
/// <example><code>Sequential.Parse("linear 40 | maxout 4")   // 10 units, each the largest of 4 linear pieces</code></example>
public sealed class Maxout : Module
{
    private readonly int pieces, axis;

    /// <summary>Groups of a size.</summary>
    /// <param name="pieces">The size of a group; the axis's size must be a multiple.</param>
    /// <param name="axis">The axis; −1 is the last.</param>
    public Maxout(int pieces, int axis = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieces, 1);
        (this.pieces, this.axis) = (pieces, axis);
    }

    /// <inheritdoc/>
    public override string Notation => $"maxout {this.pieces}{Numbers.Option("axis", this.axis, 1)}";

    internal static BrickSyntax Syntax { get; } = new("maxout", "maxout PIECES [axis=1]", a => new Maxout(a.Number("PIECES"), a.Integer("axis", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Maxout(this.pieces, this.axis);
}

/// <summary>How axis and temperature are written: left out when they have their usual value.</summary>
internal static class AxisNotation
{
    public static string Of(int axis, double temperature) =>
        Numbers.Option("axis", axis, -1) + Numbers.Option("temperature", temperature, 1);

    public static double Checked(string brick, double temperature) => temperature > 0
        ? Numbers.Finite(brick, temperature)
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"{brick}: the temperature must be above 0.");
}
