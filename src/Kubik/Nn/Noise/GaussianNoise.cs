using System.Globalization;

namespace Kubik.Nn;

/// <summary>Adds normal numbers with standard deviation σ to its input in training; in evaluation nothing happens. A regulariser:
/// to first order it penalises the squared gradient (Bishop 1995, "Training with Noise is Equivalent to Tikhonov Regularization").</summary>
public sealed class GaussianNoise : Module
{
    private readonly double deviation;
    private readonly RandomStream random = RandomSource.Default.NextStream();

    /// <summary>Noise of a standard deviation, 0 or more.</summary>
    public GaussianNoise(double deviation)
    {
        if (!(deviation >= 0 && double.IsFinite(deviation)))
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "gaussiannoise: the standard deviation must be a number of 0 or more.");
        this.deviation = deviation;
    }

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"gaussiannoise {this.deviation}");

    internal static BrickSyntax Syntax { get; } = new("gaussiannoise", "gaussiannoise DEVIATION", a => new GaussianNoise(a.Real("DEVIATION")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) =>
        !this.Training || this.deviation == 0 ? x : x + this.random.Normal(x.Shape, x.DType) * this.deviation;
}
