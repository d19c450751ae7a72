// Bricks without parameters that only change how elements lie: each is one op.

namespace Kubik.Nn;

/// <summary>y = x: a branch or a shortcut that does nothing.</summary>
public sealed class Identity : Module
{
    /// <inheritdoc/>
    public override string Notation => "identity";

    internal static BrickSyntax Syntax { get; } = new("identity", "identity", _ => new Identity());

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x;
}

/// <summary>The last axis becomes several: (B, C·H·W) → (B, C, H, W). The reverse of <see cref="Flatten"/>.</summary>
public sealed class Unflatten : Module
{
    private readonly Shape sizes;

    /// <summary>Splits the last axis into the sizes given.</summary>
    public Unflatten(Shape sizes) => this.sizes = sizes;

    /// <inheritdoc/>
    public override string Notation => $"unflatten {this.sizes.ToX()}";

    internal static BrickSyntax Syntax { get; } = new("unflatten", "unflatten SIZES", a => new Unflatten(a.Sizes("SIZES")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) =>
        x.Rank >= 1 && x.Shape[^1] == this.sizes.Size
            ? x.Reshape([.. x.Shape.Sizes[..^1], .. this.sizes.Sizes])
            : throw new ShapeException($"the last axis must have {this.sizes.Size} elements to become {this.sizes}; got {x.Shape}.");
}

/// <summary>All axes but the first get other sizes: (B, …) → (B, sizes).</summary>
public sealed class Reshape : Module
{
    private readonly Shape sizes;

    /// <summary>Gives each sample the shape given.</summary>
    public Reshape(Shape sizes) => this.sizes = sizes;

    /// <inheritdoc/>
    public override string Notation => $"reshape {this.sizes.ToX()}";

    internal static BrickSyntax Syntax { get; } = new("reshape", "reshape SIZES", a => new Reshape(a.Sizes("SIZES")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) =>
        x.Rank >= 1 && x.Shape[1..].Size == this.sizes.Size
            ? x.Reshape([x.Shape[0], .. this.sizes.Sizes])
            : throw new ShapeException($"each sample must have {this.sizes.Size} elements to become {this.sizes}; got {x.Shape}.");
}

/// <summary>The axes in another order, the batch axis included: axis i of the output is axis order[i] of the input.</summary>
/// <example><code>Permute channelsLast = new(0, 2, 3, 1);   // (B, C, H, W) → (B, H, W, C)</code></example>
public sealed class Permute : Module
{
    private readonly Axes order;

    /// <summary>Puts the axes in an order.</summary>
    public Permute(params ReadOnlySpan<int> order)
    {
        this.order = [.. order];
        if (!this.order.Order().SequenceEqual(Enumerable.Range(0, order.Length)))
            throw new ArgumentException($"permute: {this.order} is not an order of axes; each of 0 to {order.Length - 1} must come once.", nameof(order));
    }

    /// <inheritdoc/>
    public override string Notation => $"permute {string.Join(',', this.order)}";

    internal static BrickSyntax Syntax { get; } = new("permute", "permute ORDER", a => new Permute(a.Integers("ORDER")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Permute([.. this.order]);
}
