// Which of several sentences is meant: by its number, or by the words it begins with, in either language.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;

namespace Kubik.Book.Answers;

internal static partial class TypedChoice
{
    private const int Patience = 1000;

    /// <summary>The number of the sentence, from 1; null where none or more than one can be meant.</summary>
    public static int? Read(string text, IReadOnlyList<Remark> choices)
    {
        if (Sentence(text, choices) is { } whole) return whole;
        text = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]; // back = 3
        if (Sentence(text, choices) is { } said) return said;
        // 2, 2), (2), no. 2 and what is worth 2.
        IReadOnlyList<Tensor> numbers = TypedValue.Readings(Numbered().Match(text) is { Success: true } m ? m.Groups["n"].Value : text, Shape.Scalar);
        return numbers.Count == 1 && numbers[0].Item() is var n && n == Math.Floor(n) && n >= 1 && n <= choices.Count ? (int)n : null;
    }

    /// <summary>The number of the sentence that the whole text is or begins, from 1; null: of none, or of more than one.</summary>
    public static int? Sentence(string text, IReadOnlyList<Remark> choices)
    {
        string words = Plain(text);
        if (!words.Any(char.IsLetter)) return null;
        // A sentence that is the words counts more than those that begin with them.
        string[][] sentences = [.. choices.Select(c => new[] { c.English, c.Russian }.Select(Plain).ToArray())];
        return Only(s => s == words || WithoutArticle(s) == words) ?? Only(s => s.StartsWith(words, StringComparison.Ordinal) || WithoutArticle(s).StartsWith(words, StringComparison.Ordinal));

        int? Only(Predicate<string> isMeant)
        {
            int[] meant = [.. Enumerable.Range(0, choices.Count).Where(i => Array.Exists(sentences[i], isMeant))];
            return meant is [var one] ? one + 1 : null;
        }
    }

    private static string WithoutArticle(string sentence) => Article().Replace(sentence, "");

    // Many type е for ё, and an ordinary apostrophe or minus.
    private static string Plain(string text) =>
        Spaces().Replace(text, " ").Trim().Trim('"', '«', '»', '“', '”').TrimEnd('.', '…', ' ').ToLowerInvariant().Replace('ё', 'е').Replace('−', '-').Replace('’', '\'');

    [GeneratedRegex("^(?:the|an?) ", RegexOptions.None, Patience)]
    private static partial Regex Article();

    [GeneratedRegex(@"^\s*(?:№|#|no\.?)?\s*\(?\s*(?<n>[0-9]+)\s*[).:]?\s*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, Patience)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\s+", RegexOptions.None, Patience)]
    private static partial Regex Spaces();
}
