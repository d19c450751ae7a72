using System.Globalization;

namespace Kubik.Nn;

/// <summary>Dropout for SELU: in training each element becomes α' = −1.7581 with probability p, and all are scaled and shifted so that mean 0 and variance 1
/// stay; in evaluation nothing happens (Klambauer et al. 2017, arXiv:1706.02515, section 2).</summary>
/// <remarks>y = a·(x·m + α'·(1 − m)) + b for m = 0 with probability p, else 1; a = (q + α'²·q·p)^−½ with q = 1 − p, b = −a·p·α'.</remarks>
public sealed class AlphaDropout : Module
{
    private const double Dropped = -1.7580993408473766; // −λ·α of SELU: where it ends on the left

    private readonly double probability;
    private readonly RandomStream random = RandomSource.Default.NextStream();

    /// <summary>Drops with a probability from 0 up to, not including, 1.</summary>
    public AlphaDropout(double probability = 0.5) => this.probability = Dropout.Checked("alphadropout", probability);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"alphadropout {this.probability}");

    internal static BrickSyntax Syntax { get; } = new("alphadropout", "alphadropout [P=0.5]", a => new AlphaDropout(a.Real("P", 0.5)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (!this.Training || this.probability == 0) return x;
        double p = this.probability, a = 1 / Math.Sqrt((1 - p) * (1 + p * Dropped * Dropped));
        Tensor kept = this.random.Uniform(x.Shape, x.DType) >= p;
        return Tensor.Where(kept, x, Tensor.Scalar(Dropped, x.DType)) * a - a * p * Dropped;
    }
}
