// "Did you mean …?": the known name nearest to what somebody typed. Distance is counted in single-letter slips:
// a letter too many, missing, wrong, or two neighbours swapped (Damerau 1964; the optimal string alignment variant).

namespace Kubik;

/// <summary>Finds the name that was probably meant: for messages about unknown names.</summary>
/// <example><code>
/// Suggestion.Nearest("minst", ["mnist", "iris"])      // "mnist"
/// Suggestion.DidYouMean("minst", ["mnist", "iris"])   // " Did you mean 'mnist'?"
/// Suggestion.DidYouMean("cars", ["mnist", "iris"])    // ""
/// </code></example>
public static class Suggestion
{
    private const int LongestName = 64; // nobody mistypes a longer one; keeps hostile input cheap

    /// <summary>The known name nearest to the one given; null when none is near enough to have been meant.</summary>
    /// <param name="given">What was typed. Upper and lower case do not matter.</param>
    /// <param name="known">The names there are. Of two equally near ones the first is taken.</param>
    /// <remarks>Near enough: one slip in every three letters, or what was typed (two letters at least) is how the name begins.</remarks>
    public static string? Nearest(string given, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(known);
        if (given.Length is 0 or > LongestName) return null;
        string? best = null;
        int least = int.MaxValue;
        foreach (string name in known)
        {
            if (name.Length > LongestName) continue;
            int slips = Distance(given, name);
            int allowed = Math.Max(1, Math.Max(given.Length, name.Length) / 3);
            bool begins = given.Length >= 2 && name.StartsWith(given, StringComparison.OrdinalIgnoreCase);
            if (begins) slips = Math.Min(slips, 1);
            else if (slips > allowed || slips >= Math.Max(given.Length, name.Length)) continue;
            if (slips < least) (least, best) = (slips, name);
        }
        return best;
    }

    /// <summary>" Did you mean 'NAME'?" with a leading space, to be put behind a sentence; empty when no known name is near.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="known">The names there are.</param>
    public static string DidYouMean(string given, IEnumerable<string> known) =>
        Nearest(given, known) is string nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>The fewest slips that lead from one text to the other, regardless of case.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    /// <example><code>Suggestion.Distance("relu", "erlu")   // 1</code></example>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        int[] before = new int[b.Length + 1], last = new int[b.Length + 1], row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                bool same = Same(a[i - 1], b[j - 1]);
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
