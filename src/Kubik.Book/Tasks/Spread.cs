using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks;

/// <summary>The result of an experiment that was done several times: −3.2 ± 0.1.</summary>
/// <param name="Mean">The mean of the runs.</param>
/// <param name="Error">Its standard error.</param>
internal readonly record struct Spread(double Mean, double Error)
{
    public static Spread Of(IReadOnlyList<double> runs)
    {
        double mean = runs.Average();
        return new(mean, Math.Sqrt(runs.Sum(r => (r - mean) * (r - mean)) / (runs.Count - 1) / runs.Count));
    }

    /// <summary>Both to two decimals.</summary>
    public override string ToString() => $"{Digits.Of(Math.Round(this.Mean, 2)).Text} ± {Digits.Of(Math.Round(this.Error, 2)).Text}";
}
