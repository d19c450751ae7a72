// Greek letters by their names, as one types them where the keyboard has none: alpha is α.

namespace Kubik.Glass.Formulas;

/// <summary>The names of Greek letters.</summary>
internal static class Greek
{
    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["alpha"] = "α",
        ["beta"] = "β",
        ["gamma"] = "γ",
        ["delta"] = "δ",
        ["epsilon"] = "ε",
        ["eta"] = "η",
        ["theta"] = "θ",
        ["lambda"] = "λ",
        ["mu"] = "μ",
        ["rho"] = "ρ",
        ["sigma"] = "σ",
        ["tau"] = "τ",
        ["phi"] = "φ",
        ["psi"] = "ψ",
        ["omega"] = "ω",
    };

    /// <summary>Whether a word is the name of a letter.</summary>
    public static bool IsName(string word) => Letters.ContainsKey(word);

    /// <summary>The letter of a name; another word is itself.</summary>
    public static string Letter(string word) => Letters.GetValueOrDefault(word, word);
}
