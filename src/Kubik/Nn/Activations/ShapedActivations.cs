// Activations whose bend, slope or depth is a number that is given: each is one op with its attributes.

using System.Globalization;

namespace Kubik.Nn;

/// <summary>x for x &gt; 0, else α·x (Maas et al. 2013).</summary>
/// <param name="alpha">α, the slope below 0.</param>
public sealed class LeakyRelu(double alpha = 0.01) : Module
{
    private readonly double alpha = Numbers.Finite("leakyrelu", alpha);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"leakyrelu {this.alpha}");

    internal static BrickSyntax Syntax { get; } = new("leakyrelu", "leakyrelu [ALPHA=0.01]", a => new LeakyRelu(a.Real("ALPHA", 0.01)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.LeakyRelu(this.alpha);
}

/// <summary>x for x &gt; 0, else α·(eˣ − 1) (Clevert et al. 2015, arXiv:1511.07289).</summary>
/// <param name="alpha">α, the depth of the floor.</param>
public sealed class Elu(double alpha = 1) : Module
{
    private readonly double alpha = Numbers.Finite("elu", alpha);

    /// <inheritdoc/>
    public override string Notation => "elu" + Numbers.Option("alpha", this.alpha, 1);

    internal static BrickSyntax Syntax { get; } = new("elu", "elu [alpha=1]", a => new Elu(a.Real("alpha", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Elu(this.alpha);
}

/// <summary>x for x &gt; 0, else α·(e^(x/α) − 1): an ELU whose slope is 1 at 0 for every α (Barron 2017, arXiv:1704.07483).</summary>
/// <param name="alpha">α, the depth of the floor; above 0.</param>
public sealed class Celu(double alpha = 1) : Module
{
    private readonly double alpha = alpha > 0 ? Numbers.Finite("celu", alpha)
        : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "celu: alpha must be above 0.");

    /// <inheritdoc/>
    public override string Notation => "celu" + Numbers.Option("alpha", this.alpha, 1);

    internal static BrickSyntax Syntax { get; } = new("celu", "celu [alpha=1]", a => new Celu(a.Real("alpha", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Celu(this.alpha);
}

/// <summary>x·Φ(x) (Hendrycks and Gimpel 2016, arXiv:1606.08415), or its tanh approximation.</summary>
/// <param name="tanh">Whether Φ is approximated by ½·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as GPT-2 does.</param>
public sealed class Gelu(bool tanh = false) : Module
{
    /// <inheritdoc/>
    public override string Notation => tanh ? "gelu tanh=true" : "gelu";

    internal static BrickSyntax Syntax { get; } = new("gelu", "gelu [tanh=false]", a => new Gelu(a.Flag("tanh", false)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => tanh ? x.GeluTanh() : x.Gelu();
}

/// <summary>max(0, min(1, α·x + β)).</summary>
/// <param name="alpha">α, the slope; PyTorch's ⅙ by default.</param>
/// <param name="beta">β, the value at 0.</param>
public sealed class HardSigmoid(double alpha = 1.0 / 6, double beta = 0.5) : Module
{
    private readonly double alpha = Numbers.Finite("hardsigmoid", alpha), beta = Numbers.Finite("hardsigmoid", beta);

    /// <inheritdoc/>
    public override string Notation => "hardsigmoid" + Numbers.Option("alpha", this.alpha, 1.0 / 6) + Numbers.Option("beta", this.beta, 0.5);

    internal static BrickSyntax Syntax { get; } =
        new("hardsigmoid", "hardsigmoid [alpha=0.16667] [beta=0.5]", a => new HardSigmoid(a.Real("alpha", 1.0 / 6), a.Real("beta", 0.5)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.HardSigmoid(this.alpha, this.beta);
}

/// <summary>max(min, min(x, max)).</summary>
/// <param name="min">The lower bound.</param>
/// <param name="max">The upper bound; not below the lower one.</param>
public sealed class HardTanh(double min = -1, double max = 1) : Module
{
    private readonly double min = min <= max ? min
        : throw new ArgumentOutOfRangeException(nameof(min), min, $"hardtanh: the lower bound must not be above the upper one, {max}.");

    /// <inheritdoc/>
    public override string Notation => "hardtanh" + Numbers.Option("min", this.min, -1) + Numbers.Option("max", max, 1);

    internal static BrickSyntax Syntax { get; } = new("hardtanh", "hardtanh [min=-1] [max=1]", a => new HardTanh(a.Real("min", -1), a.Real("max", 1)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.HardTanh(this.min, max);
}

/// <summary>x for x &gt; θ, else a constant.</summary>
/// <param name="limit">θ, what x has to exceed.</param>
/// <param name="value">What stands elsewhere.</param>
public sealed class Threshold(double limit, double value = 0) : Module
{
    private readonly double limit = Numbers.Finite("threshold", limit), value = Numbers.Finite("threshold", value);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"threshold {this.limit}") + Numbers.Option("value", this.value, 0);

    internal static BrickSyntax Syntax { get; } = new("threshold", "threshold LIMIT [value=0]", a => new Threshold(a.Real("LIMIT"), a.Real("value", 0)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Threshold(this.limit, this.value);
}

/// <summary>x moved by λ towards 0, and 0 where |x| ≤ λ.</summary>
/// <param name="limit">λ; 0 or more.</param>
public sealed class Softshrink(double limit = 0.5) : Module
{
    private readonly double limit = limit >= 0 ? Numbers.Finite("softshrink", limit)
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, "softshrink: the limit must be 0 or more.");

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"softshrink {this.limit}");

    internal static BrickSyntax Syntax { get; } = new("softshrink", "softshrink [LIMIT=0.5]", a => new Softshrink(a.Real("LIMIT", 0.5)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Softshrink(this.limit);
}

/// <summary>x, and 0 where |x| ≤ λ.</summary>
/// <param name="limit">λ; 0 or more.</param>
public sealed class Hardshrink(double limit = 0.5) : Module
{
    private readonly double limit = limit >= 0 ? Numbers.Finite("hardshrink", limit)
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, "hardshrink: the limit must be 0 or more.");

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"hardshrink {this.limit}");

    internal static BrickSyntax Syntax { get; } = new("hardshrink", "hardshrink [LIMIT=0.5]", a => new Hardshrink(a.Real("LIMIT", 0.5)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Hardshrink(this.limit);
}

/// <summary>The numbers of the notation.</summary>
internal static class Numbers
{
    public static double Finite(string brick, double value) => double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"{brick}: a finite number is needed, not {value}.");

    /// <summary>An option as it is written; nothing when it has its usual value.</summary>
    public static string Option(string name, double value, double usual) =>
        value == usual ? "" : $" {name}={Numeral.Of(value.ToString(CultureInfo.InvariantCulture)).ToTyped()}"; // 1e-6, and not 1E-06
}
