// One HTML page that needs nothing else: MathML, a style sheet inside, no script. Light and dark follow the reader's system;
// printed, it is black on white. Headings are headings, so a screen reader and the keyboard find their way.

using System.Net;
using System.Text;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Pages;

/// <summary>Pages in HTML with MathML.</summary>
internal sealed class HtmlPage(Language language) : Page
{
    private const int MostBeside = 40; // characters that are seen at once also on a phone

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --box: #f6f8fa; --accent: #0b5cad; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #a8b2bd; --paper: #0d1117; --line: #3d444d; --box: #161b22; --accent: #79b8ff; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; color: var(--accent); }
        p { margin: .35rem 0; color: var(--soft); max-width: 46rem; }
        pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
        .formula { overflow-x: auto; padding: .15rem 0 .15rem .8rem; }
        .entries { border-left: 3px solid var(--line); margin: .2rem 0 .4rem .8rem; }
        math { font-size: 1.05rem; }
        @media print { :root { --ink: #000; --soft: #222; --paper: #fff; --box: #fff; --accent: #000; } body { max-width: none; padding: 0; } h2, h3 { break-after: avoid; } .formula { overflow: visible; } }
        """;

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<Block> blocks)
    {
        string title = blocks.OfType<Heading>().FirstOrDefault()?.Text ?? "Kubik";
        StringBuilder page = new();
        page.Append($"<!DOCTYPE html>\n<html lang=\"{(language == Language.Russian ? "ru" : "en")}\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        page.Append($"<title>{Escaped(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n");
        foreach (Block block in blocks)
        {
            page.Append(block switch
            {
                Heading h => $"<h{h.Level}>{Escaped(h.Text)}</h{h.Level}>",
                Paragraph p => $"<p>{Escaped(p.Text)}</p>",
                Code c => $"<pre tabindex=\"0\">{Escaped(c.Text)}</pre>",
                Equality f => Math(f.Latex, f.Text.Length),
                Equalities fs => $"<div class=\"entries\">{string.Concat(fs.Lines.Select(l => Math(l.Latex, l.Text.Length)))}</div>",
                Matrix m => Math(LatexPage.Written(m), m.Name.Length + 3 + m.Rows.Max(row => row.Sum(cell => cell.Text.Length + 2))),
                _ => throw new ArgumentException($"{block.GetType().Name} is no block that a page knows.", nameof(blocks)),
            }).Append('\n');
        }
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    // What may have to be scrolled can be reached with the keyboard.
    private static string Math(string latex, int width) => $"<div class=\"formula\"{(width > MostBeside ? " tabindex=\"0\"" : "")}>{MathMl.FromLatex(latex)}</div>";

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
