// Cultures as programs have them, made by hand: no other culture need be installed where the tests run.

using System.Globalization;

namespace Kubik.Book.Tests;

/// <summary>Runs code in other cultures.</summary>
internal static class Cultures
{
    /// <summary>The signs of sv-SE, ru-RU, tr-TR, fa-IR and ar-SA, by their names.</summary>
    public static readonly (string Name, string Point, string Group, string Minus, string Nan, string Infinity)[] Signs =
    [
        ("sv-SE", ",", "\u00A0", "\u2212", "¤¤¤", "∞"),
        ("ru-RU", ",", "\u00A0", "-", "не число", "∞"),
        ("tr-TR", ",", ".", "-", "NaN", "∞"),
        ("fa-IR", "\u066B", "\u066C", "\u200E\u2212", "ناعدد", "∞"),
        ("ar-SA", "\u066B", "\u066C", "\u061C-", "ليس رقم", "∞"),
    ];

    /// <summary>What code gives in a culture; an empty name is the invariant one.</summary>
    public static T In<T>(string name, Func<T> run)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        if (Array.Find(Signs, s => s.Name == name) is { Name: not null } signs)
        {
            NumberFormatInfo n = culture.NumberFormat;
            (n.NumberDecimalSeparator, n.NumberGroupSeparator, n.NegativeSign, n.NaNSymbol, n.PositiveInfinitySymbol, n.NegativeInfinitySymbol) = (signs.Point, signs.Group, signs.Minus, signs.Nan, signs.Infinity, signs.Minus + signs.Infinity);
        }
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>Asserts that texts are the same in all cultures.</summary>
    public static void AssertSame(Func<IReadOnlyList<(string What, string Text)>> write)
    {
        IReadOnlyList<(string What, string Text)> expected = In("", write);
        foreach ((string name, _, _, _, _, _) in Signs)
        {
            IReadOnlyList<(string What, string Text)> got = In(name, write);
            Assert.Equal(expected.Count, got.Count);
            foreach (((string what, string text), (_, string other)) in expected.Zip(got))
            {
                int at = text.Zip(other).TakeWhile(c => c.First == c.Second).Count();
                Assert.True(text == other, $"{name}, {what}: …{other[Math.Max(0, at - 40)..Math.Min(other.Length, at + 40)]}… and not …{text[Math.Max(0, at - 40)..Math.Min(text.Length, at + 40)]}…");
            }
        }
    }
}
