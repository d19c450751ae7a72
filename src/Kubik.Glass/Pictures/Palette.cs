// The colours of pages and pictures, for light and for dark. Ink, soft, plus and minus are read as text, on paper and on every
// fill: 4.5 : 1 or more in both themes, which a test checks. Plus and minus are told apart by colour-blind people too (Okabe
// and Ito 2008).

namespace Kubik.Glass.Pictures;

/// <summary>Colours as variables of a style sheet; in pictures they stand as they are.</summary>
internal static class Palette
{
    public const string Light =
        "--ink: #1f2328; --soft: #545d68; --paper: #ffffff; --fill: #f3f5f7; --weights: #e3eef8; --frame: #f9fafb; --edge: #b3bcc6; "
        + "--plus: #0066a0; --minus: #b03e00;";

    public const string Dark =
        "--ink: #e6e8eb; --soft: #a7b0ba; --paper: #15181c; --fill: #262b31; --weights: #1d3346; --frame: #1a1e23; --edge: #4b545e; "
        + "--plus: #56b4e9; --minus: #f0882f;";

    /// <summary>Rules with a theme's colours in the place of their variables.</summary>
    public static string Put(string theme, string rules)
    {
        foreach (string colour in theme.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = colour.Split(": ");
            rules = rules.Replace($"var({parts[0]})", parts[1], StringComparison.Ordinal);
        }
        return rules;
    }

    /// <summary>How much of plus or minus lies on the paper at most under a number.</summary>
    public const double MostShade = 0.4;
}
