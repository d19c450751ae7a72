// Bricks without parameters and arguments: each is one op.

namespace Kubik.Nn;

/// <summary>max(0, x).</summary>
public sealed class Relu : Module
{
    /// <inheritdoc/>
    public override string Notation => "relu";

    internal static BrickSyntax Syntax { get; } = new("relu", "relu", _ => new Relu());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Relu();
}

/// <summary>(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).</summary>
public sealed class Tanh : Module
{
    /// <inheritdoc/>
    public override string Notation => "tanh";

    internal static BrickSyntax Syntax { get; } = new("tanh", "tanh", _ => new Tanh());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Tanh();
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid : Module
{
    /// <inheritdoc/>
    public override string Notation => "sigmoid";

    internal static BrickSyntax Syntax { get; } = new("sigmoid", "sigmoid", _ => new Sigmoid());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Sigmoid();
}

/// <summary>ln(1 + eˣ), exact far from 0.</summary>
public sealed class Softplus : Module
{
    /// <inheritdoc/>
    public override string Notation => "softplus";

    internal static BrickSyntax Syntax { get; } = new("softplus", "softplus", _ => new Softplus());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Softplus();
}

/// <summary>ln σ(x) = −softplus(−x), exact far from 0.</summary>
public sealed class LogSigmoid : Module
{
    /// <inheritdoc/>
    public override string Notation => "logsigmoid";

    internal static BrickSyntax Syntax { get; } = new("logsigmoid", "logsigmoid", _ => new LogSigmoid());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.LogSigmoid();
}

/// <summary>x / (1 + |x|).</summary>
public sealed class Softsign : Module
{
    /// <inheritdoc/>
    public override string Notation => "softsign";

    internal static BrickSyntax Syntax { get; } = new("softsign", "softsign", _ => new Softsign());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Softsign();
}

/// <summary>Heaviside's step: 1 where x &gt; 0, else 0. It has no gradient: nothing below it learns by descent.</summary>
public sealed class Step : Module
{
    /// <inheritdoc/>
    public override string Notation => "step";

    internal static BrickSyntax Syntax { get; } = new("step", "step", _ => new Step());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Step();
}

/// <summary>x·σ(x), also called swish (Elfwing et al. 2017, arXiv:1702.03118).</summary>
public sealed class Silu : Module
{
    /// <inheritdoc/>
    public override string Notation => "silu";

    internal static BrickSyntax Syntax { get; } = new("silu", "silu", _ => new Silu());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Silu();
}

/// <summary>x·tanh(ln(1 + eˣ)) (Misra 2019, arXiv:1908.08681).</summary>
public sealed class Mish : Module
{
    /// <inheritdoc/>
    public override string Notation => "mish";

    internal static BrickSyntax Syntax { get; } = new("mish", "mish", _ => new Mish());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Mish();
}

/// <summary>λ·x for x &gt; 0, else λ·α·(eˣ − 1), with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017, arXiv:1706.02515).</summary>
public sealed class Selu : Module
{
    /// <inheritdoc/>
    public override string Notation => "selu";

    internal static BrickSyntax Syntax { get; } = new("selu", "selu", _ => new Selu());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Selu();
}

/// <summary>max(0, min(x, 6)) (Howard et al. 2017, arXiv:1704.04861).</summary>
public sealed class Relu6 : Module
{
    /// <inheritdoc/>
    public override string Notation => "relu6";

    internal static BrickSyntax Syntax { get; } = new("relu6", "relu6", _ => new Relu6());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Relu6();
}

/// <summary>x·max(0, min(6, x + 3)) / 6 (Howard et al. 2019, arXiv:1905.02244).</summary>
public sealed class HardSwish : Module
{
    /// <inheritdoc/>
    public override string Notation => "hardswish";

    internal static BrickSyntax Syntax { get; } = new("hardswish", "hardswish", _ => new HardSwish());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.HardSwish();
}

/// <summary>x − tanh x.</summary>
public sealed class Tanhshrink : Module
{
    /// <inheritdoc/>
    public override string Notation => "tanhshrink";

    internal static BrickSyntax Syntax { get; } = new("tanhshrink", "tanhshrink", _ => new Tanhshrink());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Tanhshrink();
}

/// <summary>All axes but the first become one: (B, C, H, W) → (B, C·H·W).</summary>
public sealed class Flatten : Module
{
    /// <inheritdoc/>
    public override string Notation => "flatten";

    internal static BrickSyntax Syntax { get; } = new("flatten", "flatten", _ => new Flatten());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) =>
        x.Rank >= 1 ? x.Flatten() : throw new ShapeException("the input must have a batch axis; got a single number.");
}
