using System.Globalization;

namespace Kubik.Nn;

/// <summary>In training each element becomes 0 with probability p and is divided by 1 − p otherwise, so that its mean stays;
/// in evaluation nothing happens (Srivastava et al. 2014).</summary>
public sealed class Dropout : Module
{
    private readonly double probability;
    private readonly RandomStream random = RandomSource.Default.NextStream();

    /// <summary>Drops with a probability from 0 up to, not including, 1.</summary>
    public Dropout(double probability = 0.5) => this.probability = Checked("dropout", probability);

    /// <inheritdoc/>
    public override string Notation => string.Create(CultureInfo.InvariantCulture, $"dropout {this.probability}");

    internal static BrickSyntax Syntax { get; } = new("dropout", "dropout [P=0.5]", a => new Dropout(a.Real("P", 0.5)));

    internal static double Checked(string brick, double probability) =>
        probability is >= 0 and < 1
            ? probability
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, $"{brick}: the probability must be at least 0 and below 1.");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (!this.Training || this.probability == 0) return x;
        Tensor mask = (this.random.Uniform(x.Shape, x.DType) >= this.probability).Cast(x.DType).Called("m");
        return x * mask / (1 - this.probability);
    }
}
