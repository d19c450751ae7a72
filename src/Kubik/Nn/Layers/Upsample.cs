// Pictures of another size: interpolated, or made of channels.

using System.Globalization;

namespace Kubik.Nn;

/// <summary>Every spatial axis so many times as long, interpolated: (B, C, H, W) → (B, C, ⌊H·scale⌋, ⌊W·scale⌋), 1, 2 or 3 spatial axes.</summary>
public sealed class Upsample : Module
{
    private readonly double scale;
    private readonly Interpolation mode;

    /// <summary>Scales all spatial axes by one number, which may be below 1.</summary>
    /// <param name="scale">By how much.</param>
    /// <param name="mode">How elements are found.</param>
    public Upsample(double scale, Interpolation mode = Interpolation.Nearest)
    {
        if (!(scale > 0 && scale < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "upsample: the scale must be above 0.");
        (this.scale, this.mode) = (scale, mode);
    }

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"upsample {this.scale}{Resize.Of(this.mode)}");

    internal static BrickSyntax Syntax { get; } = new("upsample", $"upsample SCALE {Resize.ModeUsage}", a => new Upsample(a.Real("SCALE"), Resize.ReadMode(a)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.ResizeBy(this.scale, this.mode);
}

/// <summary>The spatial axes with sizes given, interpolated: (B, C, H, W) → (B, C, size, size), 1, 2 or 3 spatial axes.</summary>
public sealed class Resize : Module
{
    internal const string ModeUsage = "[mode=nearest|linear|aligned]";

    private readonly PerAxis size;
    private readonly Interpolation mode;

    /// <summary>Gives the spatial axes sizes.</summary>
    /// <param name="size">The sizes.</param>
    /// <param name="mode">How elements are found.</param>
    public Resize(PerAxis size, Interpolation mode = Interpolation.Nearest) => (this.size, this.mode) = (PoolNotation.Size("resize", size), mode);

    /// <inheritdoc/>
    public override string Notation => $"resize {this.size}{Of(this.mode)}";

    internal static BrickSyntax Syntax { get; } = new("resize", $"resize SIZE {ModeUsage}", a => new Resize(WindowNotation.Numbers(a, "SIZE"), ReadMode(a)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.Resize(this.size, this.mode);

    internal static string Of(Interpolation mode) => mode switch
    {
        Interpolation.Linear => " mode=linear",
        Interpolation.LinearAligned => " mode=aligned",
        _ => "",
    };

    internal static Interpolation ReadMode(BrickArguments a) => a.Read<Interpolation>("mode", Interpolation.Nearest, s => s switch
    {
        "nearest" => Interpolation.Nearest,
        "linear" or "bilinear" or "trilinear" => Interpolation.Linear,
        "aligned" => Interpolation.LinearAligned,
        _ => null,
    });
}

/// <summary>Channels to pixels: (B, C·r², H, W) → (B, C, H·r, W·r) (Shi et al. 2016, arXiv:1609.05158).</summary>
public sealed class PixelShuffle : Module
{
    private readonly int factor;

    /// <summary>Squares of r × r pixels.</summary>
    public PixelShuffle(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        this.factor = factor;
    }

    /// <inheritdoc/>
    public override string Notation => $"pixelshuffle {this.factor}";

    internal static BrickSyntax Syntax { get; } = new("pixelshuffle", "pixelshuffle FACTOR", a => new PixelShuffle(a.Number("FACTOR")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.PixelShuffle(this.factor);
}

/// <summary>Pixels to channels, the reverse of <see cref="PixelShuffle"/>: (B, C, H·r, W·r) → (B, C·r², H, W).</summary>
public sealed class PixelUnshuffle : Module
{
    private readonly int factor;

    /// <summary>Squares of r × r pixels.</summary>
    public PixelUnshuffle(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        this.factor = factor;
    }

    /// <inheritdoc/>
    public override string Notation => $"pixelunshuffle {this.factor}";

    internal static BrickSyntax Syntax { get; } = new("pixelunshuffle", "pixelunshuffle FACTOR", a => new PixelUnshuffle(a.Number("FACTOR")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x.PixelUnshuffle(this.factor);
}
