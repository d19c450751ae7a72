// Cyrillic letters that look like Latin ones. A formula takes both, as different letters; who has typed one for the other sees two
// names that are the same and are told to differ.

namespace Kubik.Glass.Formulas;

/// <summary>Tells Cyrillic letters from Latin ones that look alike.</summary>
internal static class Lookalike
{
    private const string Cyrillic = "аеорсухіјѕАВЕКМНОРСТУХІЈЅ", Latin = "aeopcyxijsABEKMHOPCTYXIJS";

    /// <summary>Which letter is Cyrillic where two names look alike and are different, as a sentence to add; empty where they do not look alike.</summary>
    /// <param name="name">A name.</param>
    /// <param name="others">What it may have been meant to be.</param>
    public static string Hint(string name, IEnumerable<string> others)
    {
        if (others.FirstOrDefault(o => o != name && InLatin(o) == InLatin(name)) is not { } other) return "";
        bool IsCyrillic(char c) => Cyrillic.Contains(c, StringComparison.Ordinal);
        char letter = name.Zip(other).Where(p => p.First != p.Second).Select(p => IsCyrillic(p.First) ? p.First : p.Second).First();
        return $" The letter {letter} is the Cyrillic one, U+{(int)letter:X4}; the Latin {InLatin(letter.ToString())} is another.";
    }

    /// <summary>The word with Latin letters for the Cyrillic ones that look like them.</summary>
    public static string InLatin(string word) =>
        string.Concat(word.Select(c => Cyrillic.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? Latin[at] : c));
}
