// How wide a text will be, before anybody has chosen a font: by the widths of DejaVu Sans, which is wider than the usual
// fonts of systems. What fits by this measure fits on every screen.

namespace Kubik.Glass.Pictures;

/// <summary>Measures text.</summary>
internal static class TextWidth
{
    /// <summary>The width of a text in a font size.</summary>
    public static double Of(string text, double size) => size * text.Sum(Em);

    /// <summary>The text, or as much of it as fits with … at its end.</summary>
    public static string Fitting(string text, double width, double size)
    {
        if (Of(text, size) <= width) return text;
        int length = text.Length;
        while (length > 1 && (char.IsHighSurrogate(text[length - 1]) || Of(text[..length] + "…", size) > width)) length--; // a letter of two chars stays whole
        return text[..length].TrimEnd() + "…";
    }

    // In widths of the font's size.
    private static double Em(char c) => c switch
    {
        'i' or 'j' or 'l' or 'I' or '\'' => 0.3,
        ' ' or '.' or ',' or ':' or ';' or '·' or '|' or '/' => 0.34,
        'f' or 't' or 'r' or '(' or ')' or '[' or ']' => 0.42,
        'm' or 'M' or 'W' or 'w' or '%' or '@' => 0.98,
        '=' or '+' or '−' or '×' or '<' or '>' or '≤' or '≥' or '≠' or '∗' or '∂' => 0.84,
        '…' => 1,
        >= 'A' and <= 'Z' => 0.75,
        >= '0' and <= '9' => 0.64,
        _ => 0.63,
    };
}
