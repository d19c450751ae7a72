using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Cells;

/// <summary>The result of an experiment that was done several times.</summary>
internal static class Spread
{
    /// <summary>Mean ± standard error: −3.2 ± 0.1.</summary>
    public static string Of(double[] runs)
    {
        double mean = runs.Average(), error = Math.Sqrt(runs.Sum(r => (r - mean) * (r - mean)) / (runs.Length - 1) / runs.Length);
        return $"{Digits.Of(Math.Round(mean, 2)).Text} ± {Digits.Of(Math.Round(error, 2)).Text}";
    }
}
