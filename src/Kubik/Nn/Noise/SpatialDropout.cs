using System.Globalization;

namespace Kubik.Nn;

/// <summary>Dropout of whole channels: in training each channel of each example, x (B, C, …), becomes 0 with probability p and is divided by 1 − p otherwise;
/// neighbouring cells say nearly the same, so that dropping single ones changes little (Tompson et al. 2015, arXiv:1411.4280, section 3.2).</summary>
public sealed class SpatialDropout : Module
{
    private readonly double probability;
    private readonly RandomStream random = RandomSource.Default.NextStream();

    /// <summary>Drops with a probability from 0 up to, not including, 1.</summary>
    public SpatialDropout(double probability = 0.5) => this.probability = Dropout.Checked("spatialdropout", probability);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"spatialdropout {this.probability}");

    internal static BrickSyntax Syntax { get; } = new("spatialdropout", "spatialdropout [P=0.5]", a => new SpatialDropout(a.Real("P", 0.5)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (x.Rank < 2) throw new ShapeException($"the input must be (batch, channels, …); got {x.Shape}.");
        if (!this.Training || this.probability == 0) return x;
        Shape channels = [x.Shape[0], x.Shape[1], .. Enumerable.Repeat(1, x.Rank - 2)];
        Tensor mask = (this.random.Uniform(channels, x.DType) >= this.probability).Cast(x.DType).Called("m");
        return x * mask / (1 - this.probability);
    }
}
