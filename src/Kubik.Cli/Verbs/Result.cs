using Kubik.Cli.Terminal;
using Kubik.Cli.Train;

namespace Kubik.Cli.Verbs;

/// <summary>Measures as sentences.</summary>
internal static class Result
{
    private const int ShownPairs = 5;

    /// <summary>"99.12 % of 10 000 images right, loss 0.0283".</summary>
    public static string Sentence(Measures m, string thing) => m.Accuracy is { } accuracy
        ? $"{Screen.Bold(Say.Percent(accuracy))} of {Say.Count(m.Count, thing)} right, loss {Say.Loss(m.Loss)}"
        : $"{string.Join(", ", m.Data.Targets)}: RMSE {Screen.Bold(Say.Number(m.Rmse ?? 0))}{(m.R2 is { } r2 ? $", R² {r2:0.000}" : "")} on "
            + $"{Say.Count(m.Count, thing)}, loss {Say.Loss(m.Loss)}";

    /// <summary>The pairs that are confused most; null when there is nothing to tell.</summary>
    public static string? Confusions(Measures m)
    {
        if (m.Accuracy is null) return null;
        string pairs = string.Join(", ", m.Confused().Take(ShownPairs).Select(p => $"{p.Truth} read as {p.Read} ({p.Times}×)"));
        return pairs.Length == 0 ? null : $"Most confused: {pairs}";
    }
}
