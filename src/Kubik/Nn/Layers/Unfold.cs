// A picture as its windows, and windows as a picture: what a convolution does before and after its matrix product.

namespace Kubik.Nn;

/// <summary>Every window of a picture as a column: (B, C, H, W) → (B, C·cells, H'·W').</summary>
/// <example><code>
/// Sequential patches = Sequential.Parse("unfold 4 stride=4 | permute 0,2,1 | linear 64"); // a picture as a sequence of patches
/// </code></example>
public sealed class Unfold : Module
{
    private readonly PerAxis kernel;
    private readonly Window window;

    /// <summary>Windows as long along both axes.</summary>
    /// <param name="kernel">Cells of a window along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Zeros added at each side.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    public Unfold(int kernel, int stride = 1, int pad = 0, int dilation = 1) : this(kernel, new Window(stride, pad, dilation))
    {
    }

    /// <summary>Any windows.</summary>
    public Unfold(PerAxis kernel, Window window)
    {
        PoolNotation.Grid("unfold", kernel, window, ceil: false);
        (this.kernel, this.window) = (kernel, window);
    }

    /// <inheritdoc/>
    public override string Notation => $"unfold {this.kernel}{WindowNotation.Of(this.window)}";

    internal static BrickSyntax Syntax { get; } =
        new("unfold", $"unfold KERNEL {WindowNotation.Usage}", a => new Unfold(WindowNotation.Numbers(a, "KERNEL"), WindowNotation.Read(a)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Unfold(this.kernel, this.window);
}

/// <summary>The reverse of <see cref="Unfold"/>: each column is added to its window in a picture, (B, C·cells, H'·W') → (B, C, rows, columns).
/// Where windows overlap there are sums.</summary>
public sealed class Fold : Module
{
    private readonly Shape size;
    private readonly PerAxis kernel;
    private readonly Window window;

    /// <summary>Windows as long along both axes.</summary>
    /// <param name="size">Rows and columns of the picture.</param>
    /// <param name="kernel">Cells of a window along each axis.</param>
    /// <param name="stride">Cells from one window to the next.</param>
    /// <param name="pad">Cells cut off at each side.</param>
    /// <param name="dilation">Distance between the cells of a window.</param>
    public Fold(Shape size, int kernel, int stride = 1, int pad = 0, int dilation = 1) : this(size, kernel, new Window(stride, pad, dilation))
    {
    }

    /// <summary>Any windows.</summary>
    public Fold(Shape size, PerAxis kernel, Window window)
    {
        if (size.Rank != 2) throw new ArgumentException($"fold: a picture has rows and columns; its size cannot be {size}.", nameof(size));
        PoolNotation.Grid("fold", kernel, window, ceil: false);
        (this.size, this.kernel, this.window) = (size, kernel, window);
    }

    /// <inheritdoc/>
    public override string Notation => $"fold {this.size.ToX()} {this.kernel}{WindowNotation.Of(this.window)}";

    internal static BrickSyntax Syntax { get; } = new("fold", $"fold SIZE KERNEL {WindowNotation.Usage}", a =>
    {
        Shape picture = a.Sizes("SIZE");
        return new Fold(picture, WindowNotation.Numbers(a, "KERNEL"), WindowNotation.Read(a));
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Fold(this.kernel, this.window, this.size);
}
