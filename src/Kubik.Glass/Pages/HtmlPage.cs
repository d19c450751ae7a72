// One HTML page that needs nothing else: MathML, SVG, a style sheet inside, no script. Light and dark follow the reader's
// system. Headings are headings, parts are sections, and a table of contents leads to each, so a screen reader and the keyboard
// find their way.

using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Kubik.Glass.Formulas;
using Kubik.Glass.Pictures;

namespace Kubik.Glass.Pages;

/// <summary>What stands around a page that is one of many.</summary>
/// <param name="Top">HTML before the header.</param>
/// <param name="Bottom">HTML after the parts.</param>
/// <param name="Style">Rules after those that every page has.</param>
/// <param name="ListsSteps">Whether the contents list what a part consists of.</param>
internal sealed record Frame(string Top = "", string Bottom = "", string Style = "", bool ListsSteps = true);

/// <summary>Pages in HTML with MathML.</summary>
internal sealed class HtmlPage(Language language, Frame? frame = null) : Page
{
    private const int MostBeside = 40, LongestPiece = 60; // characters that are seen at once: on a phone, on paper
    private const int Wide = 76, Widest = 104; // digits of a matrix, which does not go on in the next line: set smaller, and on paper smaller still
    private const double LeastScale = 0.85; // of a wide picture, before it is moved under the reader's eyes

    /// <inheritdoc/>
    public override string Write(IReadOnlyList<Block> blocks)
    {
        string title = blocks.OfType<Heading>().FirstOrDefault()?.Text ?? "Kubik";
        bool hasPictures = blocks.Any(b => b is Picture);
        StringBuilder page = new(frame?.Top);
        Dictionary<Block, string> anchors = new(ReferenceEqualityComparer.Instance);
        foreach (Heading heading in blocks.OfType<Heading>()) anchors[heading] = $"s{anchors.Count}";
        int first = 0;
        while (first < blocks.Count && blocks[first] is not Heading { Level: > 1 }) first++;
        page.Append("<header>\n");
        foreach (Block block in blocks.Take(first)) page.Append(this.Written(block, anchors)).Append('\n');
        page.Append("</header>\n").Append(this.Contents(blocks, anchors)).Append("<main>\n");
        string end = "";
        foreach (Block block in blocks.Skip(first))
        {
            if (block is Heading { Level: 2 } part)
            {
                page.Append(end).Append($"<section aria-labelledby=\"{anchors[block]}\">\n");
                end = "</section>\n";
                if (part.IsFolded)
                {
                    page.Append($"<details><summary>{this.Written(block, anchors)}</summary>\n");
                    end = "</details>\n" + end;
                    continue;
                }
            }
            page.Append(this.Written(block, anchors)).Append('\n');
        }
        page.Append(end).Append("</main>\n").Append(frame?.Bottom);
        return Document(language, title, (hasPictures ? "\n" + Svg.SharedStyle : "") + frame?.Style, page.ToString());
    }

    /// <summary>A whole document of a body.</summary>
    public static string Document(Language language, string title, string style, string body) =>
        $"""
        <!DOCTYPE html>
        <html lang="{(language == Language.Russian ? "ru" : "en")}" xmlns="http://www.w3.org/1999/xhtml">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{Escaped(title)}</title>
        <style>
        {PageStyle.Text}{style}
        </style>
        </head>
        <body>
        {body}</body>
        </html>

        """;

    private string Written(Block block, Dictionary<Block, string> anchors) => block switch
    {
        Heading h => $"<h{h.Level} id=\"{anchors[h]}\">{Indices.Html(h.Text)}</h{h.Level}>",
        Paragraph p => $"<p>{Indices.Html(p.Text)}</p>",
        Code c => $"<pre>{Escaped(c.Text)}</pre>",
        Equality f => Math(f.Latex, f.Text.Length),
        Equalities fs => $"<div class=\"entries\">{string.Concat(fs.Lines.Select(l => Math(l.Latex, l.Text.Length)))}</div>",
        Matrix m => Math(LatexPage.Written(m), m.Name.Length + 3 + Width(m)),
        Table t => this.Written(t),
        Picture p => Drawn(p),
        _ => throw new ArgumentException($"{block.GetType().Name} is no block that a page knows."),
    };

    // Wide tables can be scrolled with the keyboard.
    private string Written(Table t)
    {
        string Class(int column) => t.IsWords(column) ? " class=\"words\"" : "";
        string header = string.Concat(t.Header.Select((h, c) => h.Length == 0 ? "<td></td>" : $"<th scope=\"col\"{Class(c)}>{Indices.Html(h)}</th>"));
        string Written(string cell, int c) =>
            c == 0 && t.HasRowNames ? $"<th scope=\"row\">{Indices.Html(cell)}</th>" : $"<td{Class(c)}>{Indices.Html(cell)}</td>";
        string rows = string.Concat(t.Rows.Select(row => $"<tr>{string.Concat(row.Select(Written))}</tr>"));
        string called = language == Language.Russian ? "таблица" : "table", reached = t.Header.Count > 4 ? " tabindex=\"0\"" : "";
        return $"<div class=\"drawn\" role=\"group\" aria-label=\"{called}\"{reached}>"
            + $"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>";
    }

    // The parts, and in each its steps; what is folded stands under what it belongs to and is not listed.
    private string Contents(IReadOnlyList<Block> blocks, Dictionary<Block, string> anchors)
    {
        List<(Heading Part, List<Heading> Steps)> parts = [];
        foreach (Heading h in blocks.OfType<Heading>())
        {
            if (h.Level == 2) parts.Add((h, []));
            else if (h.Level == 3 && parts.Count > 0) parts[^1].Steps.Add(h);
        }
        parts.RemoveAll(p => p.Part.IsFolded);
        if (parts.Count < 2) return "";
        string Link(Heading h) => $"<a href=\"#{anchors[h]}\">{Indices.Html(h.Text)}</a>";
        string contents = language == Language.Russian ? "Содержание" : "Contents", steps = language == Language.Russian ? "шаги" : "steps";
        StringBuilder nav = new($"<nav aria-label=\"{contents}\">\n<ul>\n");
        foreach ((Heading part, List<Heading> inside) in parts)
        {
            nav.Append($"<li>{Link(part)}");
            if (inside.Count > 1 && frame?.ListsSteps != false)
                nav.Append(CultureInfo.InvariantCulture,
                    $"<details><summary>{steps} 1–{inside.Count}</summary><ul>{string.Concat(inside.Select(h => $"<li>{Link(h)}</li>"))}</ul></details>");
            nav.Append("</li>\n");
        }
        return nav.Append("</ul>\n</nav>\n").ToString();
    }

    private static int Width(Matrix m) => m.Rows.Max(row => row.Sum(cell => cell.Text.Length + 2));

    // What may have to be scrolled can be reached with the keyboard.
    private static string Math(string latex, int width)
    {
        string[] pieces = width > MostBeside ? [.. FormulaPieces.Of(latex)] : [latex];
        // A piece that begins with an operator has nothing before it, as {} says; else a plus would be a sign.
        string written = string.Join(' ', pieces.Select((p, i) => Sized(MathMl.FromLatex(i == 0 ? p : "{}" + p), FormulaWidth.Of(p))));
        return $"<div class=\"formula\"{(width > LongestPiece ? " tabindex=\"0\"" : "")}>{written}</div>";
    }

    private static string Sized(string math, double digits) =>
        digits <= Wide ? math : $"<span class=\"wide{(digits > Widest ? " widest" : "")}\">{math}</span>";

    // Pictures are drawn in their own size and made smaller to fit, but not so far that they cannot be read.
    private static string Drawn(Picture picture)
    {
        string svg = Svg.Inside(picture.Svg());
        double width = double.Parse(XElement.Parse(svg).Attribute("width")!.Value, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"<figure>\n<div class=\"drawn\" style=\"--least: {System.Math.Round(LeastScale * width)}px\" role=\"group\" "
            + $"aria-label=\"{Escaped(picture.Words)}\"{(width > 300 ? " tabindex=\"0\"" : "")}>{svg}</div>\n"
            + $"<figcaption>{Indices.Html(picture.Words)}</figcaption>\n</figure>");
    }

    /// <summary>Text as HTML has it.</summary>
    public static string Escaped(string text) => XmlText.Escaped(text);
}
