using System.Globalization;

namespace Kubik.Data;

/// <summary>
/// Mixes each sample with another of the batch, and their targets likewise: λ·a + (1 − λ)·b, λ from Beta(α, α), one for the whole batch
/// (Zhang et al. 2018, arXiv:1710.09412). Labels (B) become distributions (B, K), which cross-entropy, bce and the losses of numbers
/// take; the accuracy while learning counts the likelier of the two classes.
/// </summary>
public sealed class MixUp : BatchTransform
{
    private readonly double alpha;

    /// <summary>With the parameter α above 0: the smaller, the nearer λ is to 0 or 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public MixUp(double alpha = 0.2)
    {
        if (!(alpha > 0 && double.IsFinite(alpha))) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "mix-up: alpha must be a number above 0.");
        this.alpha = alpha;
    }

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"mixup {this.alpha}");

    /// <inheritdoc/>
    public override Batch Apply(Batch batch, Dataset data, RandomStream random)
    {
        double share = Beta(this.alpha, random);
        Tensor other = Tensor.From([.. random.Permutation(batch.Count).Select(i => (long)i)]); // (B)
        Tensor target = batch.Target.DType.IsFloat ? batch.Target : batch.Target.OneHot(data.OutputCount, batch.Input.DType);
        return new(Mixed(batch.Input, other, share), Mixed(target, other, share));
    }

    private static Tensor Mixed(Tensor x, Tensor other, double share)
    {
        Shape ones = [x.Shape[0], .. Enumerable.Repeat(1, x.Rank - 1)];
        Tensor shuffled = x.Gather(other.Reshape(ones).BroadcastTo(x.Shape), axis: 0);
        return x * share + shuffled * (1 - share);
    }

    /// <summary>A number from Beta(α, α): a / (a + b) for a and b from Gamma(α), in logarithms, because for a small α both are nearly 0.</summary>
    internal static double Beta(double alpha, RandomStream random) => 1 / (1 + Math.Exp(LogGamma(alpha, random) - LogGamma(alpha, random)));

    // The logarithm of a number from Gamma(α) (Marsaglia and Tsang 2000), taken from Gamma(α + 1) by their section 6.
    private static double LogGamma(double alpha, RandomStream random)
    {
        double d = alpha + 1 - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.Normal([], DType.Float64).Item(), v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(Unit(random)) < x * x / 2 + d - d * v + d * Math.Log(v))
                return Math.Log(d * v) + Math.Log(Unit(random)) / alpha;
        }
    }

    // Between the 2²⁴ numbers that are drawn, so never 0.
    private static double Unit(RandomStream random) => random.Uniform([], DType.Float64).Item() + 1.0 / (1 << 25);
}
