// Mean and spread of numbers that pass by once (Welford, Technometrics 1962): stable for numbers far from 0, and equal
// numbers give a spread of exactly 0, which the textbook formula does not.

namespace Kubik.Data;

/// <summary>Gathers numbers into their mean and standard deviation.</summary>
internal struct Moments
{
    private double mean, squares;
    private long count;

    public readonly double Mean => this.mean;

    /// <summary>√(Σ(x − mean)² / n): of the numbers themselves, not an estimate for others.</summary>
    public readonly double Std => this.count == 0 ? 0 : Math.Sqrt(this.squares / this.count);

    public void Add(double x)
    {
        double d = x - this.mean;
        this.mean += d / ++this.count;
        this.squares += d * (x - this.mean);
    }

    /// <summary>The constants that give each group of numbers mean 0 and standard deviation 1; a constant group is only moved to 0.</summary>
    public static Normalization ToNormalization(ReadOnlySpan<Moments> moments)
    {
        double[] means = new double[moments.Length], stds = new double[moments.Length];
        for (int i = 0; i < moments.Length; i++)
        {
            means[i] = moments[i].Mean;
            stds[i] = moments[i].Std > 0 ? moments[i].Std : 1;
        }
        return new Normalization(means, stds);
    }
}
