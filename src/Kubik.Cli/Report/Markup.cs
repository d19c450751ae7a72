using System.Text;
using Kubik.IO;

namespace Kubik.Cli.Report;

/// <summary>Text and pictures as parts of a page. Every word that comes from data or from the user goes through <see cref="Text"/>.</summary>
internal static class Markup
{
    /// <summary>Text that cannot become markup.</summary>
    public static string Text(string text)
    {
        StringBuilder safe = new(text.Length);
        foreach (char c in text)
        {
            safe.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                < ' ' => " ",
                _ => $"{c}",
            });
        }
        return safe.ToString();
    }

    /// <summary>A picture inside the page, with the words that stand for it where it cannot be seen.</summary>
    public static string Picture(Image image, string words, int width) =>
        $"""<img src="data:image/png;base64,{Convert.ToBase64String(Png.ToBytes(image))}" alt="{Text(words)}" width="{width}" height="{Math.Max(1, width * image.Height / image.Width)}"/>""";

    /// <summary>A part of the page under a heading; nothing when it has no content.</summary>
    public static string Section(string heading, string about, string content) => content.Length == 0 ? "" : $"""
        <section>
        <h2>{Text(heading)}</h2>
        <p class="about">{Text(about)}</p>
        {content}
        </section>

        """;

    /// <summary>Names and values in two columns.</summary>
    public static string Facts(IEnumerable<(string Name, string Value)> facts) =>
        $"""<table class="facts"><tbody>{string.Concat(facts.Select(f => $"<tr><th scope=\"row\">{Text(f.Name)}</th><td>{Text(f.Value)}</td></tr>\n"))}</tbody></table>""";
}
