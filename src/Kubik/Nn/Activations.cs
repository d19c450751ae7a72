// Bricks without parameters: each is one op.

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

/// <summary>Probabilities along the last axis: e^xᵢ / Σ e^xⱼ. The cross-entropy loss takes logits: do not put this before it.</summary>
public sealed class Softmax : Module
{
    /// <inheritdoc/>
    public override string Notation => "softmax";

    internal static BrickSyntax Syntax { get; } = new("softmax", "softmax", _ => new Softmax());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Softmax();
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
