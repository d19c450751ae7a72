// Greek letters by their names: as one types them where the keyboard has none, alpha for α, and as LaTeX calls what looks the same.
// Not every letter can be typed by its name: nu is n·u, and pi is a number.

namespace Kubik.Glass.Formulas;

/// <summary>The names of Greek letters.</summary>
internal static class Greek
{
    /// <summary>The letters, each with LaTeX's command for it.</summary>
    public static IReadOnlyList<(string Letter, string Command)> Letters { get; } =
    [
        ("α", "alpha"), ("β", "beta"), ("γ", "gamma"), ("δ", "delta"), ("ε", "varepsilon"), ("ζ", "zeta"), ("η", "eta"), ("θ", "theta"), ("κ", "kappa"),
        ("λ", "lambda"), ("μ", "mu"), ("ν", "nu"), ("ξ", "xi"), ("π", "pi"), ("ρ", "rho"), ("σ", "sigma"), ("τ", "tau"), ("φ", "varphi"), ("χ", "chi"),
        ("ψ", "psi"), ("ω", "omega"), ("Γ", "Gamma"), ("Δ", "Delta"), ("Θ", "Theta"), ("Λ", "Lambda"), ("Ξ", "Xi"), ("Π", "Pi"), ("Σ", "Sigma"),
        ("Φ", "Phi"), ("Ψ", "Psi"), ("Ω", "Omega"),
    ];

    private static readonly Dictionary<string, string> Commands = Letters.ToDictionary(l => l.Letter, l => l.Command, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> ByCommand = Letters.ToDictionary(l => l.Command, l => l.Letter, StringComparer.Ordinal);

    private static readonly HashSet<string> Typed = new(StringComparer.Ordinal)
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "rho", "sigma", "tau", "phi", "psi", "omega",
    };

    /// <summary>Whether a word is the name of a letter.</summary>
    public static bool IsName(string word) => Typed.Contains(word);

    /// <summary>The letter of a name; another word is itself.</summary>
    public static string Letter(string word) => IsName(word) ? ByCommand.GetValueOrDefault(word) ?? ByCommand["var" + word] : word;

    /// <summary>The letter that a command of LaTeX writes; null for another command.</summary>
    public static string? OfCommand(string command) => ByCommand.GetValueOrDefault(command);

    /// <summary>A letter in LaTeX, \alpha; another sign is itself.</summary>
    public static string ToLatex(string letter) => Commands.TryGetValue(letter, out string? command) ? $@"\{command}" : letter;
}
