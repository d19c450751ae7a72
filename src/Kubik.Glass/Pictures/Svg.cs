// The few shapes that pictures are made of, as XML elements: what is drawn is always well-formed. Colours follow the reader's
// light or dark theme; signs are told apart by hues that colour-blind people can tell apart too (Okabe and Ito 2008). Colours are
// written as such, without variables, which only browsers understand; what knows no media queries draws the light ones.

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kubik.Glass.Pages;

namespace Kubik.Glass.Pictures;

/// <summary>A picture in the making.</summary>
internal sealed partial class Svg
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    private const string Rules = """
        .paper { fill: var(--paper); } .node { fill: var(--fill); stroke: var(--ink); stroke-width: 1.5; }
        .weights { fill: var(--weights); stroke: var(--ink); stroke-width: 1.5; }
        .beside { fill: var(--paper); stroke: var(--soft); stroke-dasharray: 3 3; } .result { fill: var(--paper); stroke: var(--minus); stroke-width: 2; }
        .frame { fill: var(--frame); stroke: var(--edge); }
        .plus { stroke: var(--plus); } .minus { stroke: var(--minus); } .none { stroke: var(--soft); stroke-dasharray: 3 4; }
        .link { fill: none; stroke: var(--soft); stroke-width: 1.5; } .head, .dot { fill: var(--soft); }
        text { fill: var(--ink); } .small { font-size: 11px; } .soft { fill: var(--soft); } .up { fill: var(--plus); } .down { fill: var(--minus); }
        .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 7px; stroke-linejoin: round; }
        .pixel { fill: var(--ink); } .cell { stroke: var(--edge); } .above { fill: var(--plus); } .below { fill: var(--minus); }
        .beyond { fill: var(--fill); stroke: var(--edge); stroke-dasharray: 3 2; } .closed { fill: none; stroke: var(--edge); stroke-dasharray: 1 4; }
        .pane, .focus { fill: none; stroke: var(--ink); stroke-width: 1.5; } .focus { stroke: var(--minus); stroke-width: 3.5; }
        .marked { font-weight: 700; text-decoration: underline; }
        """;

    private static readonly string Style = "svg { font-family: system-ui, sans-serif; font-size: 13px; }\n" + Palette.Put(Palette.Light, Rules)
        + "\n@media screen and (prefers-color-scheme: dark) {\n" + Palette.Put(Palette.Dark, Rules) + "\n}";

    private readonly XElement root;

    public Svg(double width, double height, string title, string description = "")
    {
        this.root = new(Space + "svg", new XAttribute("viewBox", $"0 0 {Text(width)} {Text(height)}"), new XAttribute("width", Text(width)),
            new XAttribute("height", Text(height)), new XAttribute("role", "img"), new XElement(Space + "title", XmlText.Clean(title)));
        if (description.Length > 0) this.root.Add(new XElement(Space + "desc", XmlText.Clean(description)));
        this.root.Add(new XElement(Space + "style", Style),
            new XElement(Space + "rect", new XAttribute("class", "paper"), new XAttribute("width", "100%"), new XAttribute("height", "100%")));
    }

    public void Line(double x1, double y1, double x2, double y2, string kind, double width) =>
        this.Add("line", ("x1", Text(x1)), ("y1", Text(y1)), ("x2", Text(x2)), ("y2", Text(y2)), ("class", kind), ("stroke-width", Text(width)));

    /// <summary>A line through points, without a head.</summary>
    public void Polyline(IEnumerable<(double X, double Y)> points, string kind, double width) =>
        this.Add("polyline", ("points", string.Join(' ', points.Select(p => $"{Text(p.X)},{Text(p.Y)}"))), ("class", kind), ("fill", "none"),
            ("stroke-width", Text(width)));

    public void Circle(double x, double y, double r, string kind) => this.Add("circle", ("cx", Text(x)), ("cy", Text(y)), ("r", Text(r)), ("class", kind));

    /// <summary>A rectangle with round corners; the tip is shown when the pointer rests on it.</summary>
    public void Box(double x, double y, double width, double height, double r, string kind, string tip = "")
    {
        XElement box = this.Add("rect", ("x", Text(x)), ("y", Text(y)), ("width", Text(width)), ("height", Text(height)), ("rx", Text(r)), ("class", kind));
        if (tip.Length > 0) box.Add(new XElement(Space + "title", XmlText.Clean(tip)));
    }

    /// <summary>A rectangle with so much of its colour.</summary>
    public void Shade(double x, double y, double width, double height, string kind, double share) =>
        this.Add("rect", ("x", Text(x)), ("y", Text(y)), ("width", Text(width)), ("height", Text(height)), ("class", kind), ("fill-opacity", Text(share)));

    /// <summary>The outline of a rectangle around others.</summary>
    public void Outline(double x, double y, double width, double height, string kind) =>
        this.Add("path", ("d", $"M{Text(x)} {Text(y)}H{Text(x + width)}V{Text(y + height)}H{Text(x)}z"), ("class", kind));

    /// <summary>A line through points: straight where they lie above or beside each other, round at corners, else bending, from upright to upright or,
    /// when level, from side to side.</summary>
    public void Link(ReadOnlySpan<(double X, double Y)> points, bool hasHead, bool level = false)
    {
        List<(double X, double Y)> way = [];
        foreach ((double X, double Y) p in points)
        {
            // A point between two others on one straight line is none.
            if (way.Count > 1 && (Same(way[^2].X, way[^1].X) && Same(way[^1].X, p.X) || Same(way[^2].Y, way[^1].Y) && Same(way[^1].Y, p.Y)))
                way.RemoveAt(way.Count - 1);
            if (way.Count == 0 || !Same(p.X, way[^1].X) || !Same(p.Y, way[^1].Y)) way.Add(p);
        }
        if (way.Count < 2) return;
        (double X, double Y) end = way[^1], before = way[^2];
        (int dx, int dy) = Same(end.Y, before.Y) || level ? (Math.Sign(end.X - before.X), 0) : (0, 1); // the way it ends
        if (hasHead) way[^1] = (end.X - 5 * dx, end.Y - 5 * dy);
        List<string> d = [$"M{Text(way[0].X)} {Text(way[0].Y)}"];
        for (int i = 1; i < way.Count; i++) d.Add(Piece(way, i, level));
        this.Add("path", ("d", string.Concat(d)), ("class", "link"));
        if (!hasHead) return;
        string head = dy != 0 ? $"M{Text(end.X)} {Text(end.Y)}l-4 -8h8z" : $"M{Text(end.X)} {Text(end.Y)}l{Text(-8 * dx)} -4v8z";
        this.Add("path", ("d", head), ("class", "head"));
    }

    private static bool Same(double a, double b) => Math.Abs(a - b) < 0.05;

    private static string Piece(List<(double X, double Y)> way, int i, bool level)
    {
        ((double x1, double y1), (double x2, double y2)) = (way[i - 1], way[i]);
        bool upright = Same(x1, x2), flat = Same(y1, y2);
        if (!upright && !flat)
        {
            return level ? $"C{Text((x1 + x2) / 2)} {Text(y1)} {Text((x1 + x2) / 2)} {Text(y2)} {Text(x2)} {Text(y2)}"
                : $"C{Text(x1)} {Text((y1 + y2) / 2)} {Text(x2)} {Text((y1 + y2) / 2)} {Text(x2)} {Text(y2)}";
        }
        if (i + 1 == way.Count || !(upright ? Same(y2, way[i + 1].Y) : Same(x2, way[i + 1].X))) return $"L{Text(x2)} {Text(y2)}";
        (double x3, double y3) = way[i + 1];
        double r = Math.Min(8, Math.Min(Math.Abs(x2 - x1) + Math.Abs(y2 - y1), Math.Abs(x3 - x2) + Math.Abs(y3 - y2)) / 2);
        return $"L{Text(x2 - r * Math.Sign(x2 - x1))} {Text(y2 - r * Math.Sign(y2 - y1))}Q{Text(x2)} {Text(y2)} {Text(x2 + r * Math.Sign(x3 - x2))} "
            + $"{Text(y2 + r * Math.Sign(y3 - y2))}";
    }

    /// <summary>A short straight line with a head, in any direction.</summary>
    public void Arrow(double x1, double y1, double x2, double y2)
    {
        double length = Math.Sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)), dx = (x2 - x1) / length, dy = (y2 - y1) / length;
        this.Add("path", ("d", $"M{Text(x1)} {Text(y1)}L{Text(x2 - 5 * dx)} {Text(y2 - 5 * dy)}"), ("class", "link"));
        this.Add("path", ("d",
            $"M{Text(x2)} {Text(y2)}L{Text(x2 - 8 * dx - 4 * dy)} {Text(y2 - 8 * dy + 4 * dx)}L{Text(x2 - 8 * dx + 4 * dy)} {Text(y2 - 8 * dy - 4 * dx)}z"),
            ("class", "head"));
    }

    public void Label(double x, double y, string text, string kind = "", string anchor = "middle")
    {
        // Down to the middle of the letters: dominant-baseline is for browsers alone.
        XElement label = this.Add("text", ("x", Text(x)), ("y", Text(y)), ("text-anchor", anchor), ("dy", "0.35em"));
        if (kind.Length > 0) label.Add(new XAttribute("class", kind));
        Write(label, XmlText.Clean(text));
    }

    // W_q with its q below the line.
    private static void Write(XElement label, string text)
    {
        int at = 0;
        XElement on = label;
        foreach (Match index in Index().Matches(text))
        {
            on.Add(text[at..index.Index]);
            label.Add(new XElement(Space + "tspan", new XAttribute("dy", "3"), new XAttribute("font-size", "80%"), index.Groups["name"].Value));
            at = index.Index + index.Length;
            if (at < text.Length) label.Add(on = new(Space + "tspan", new XAttribute("dy", "-3")));
        }
        on.Add(text[at..]);
    }

    // Of one letter: a longer name with _ is a name.
    [GeneratedRegex(@"(?<=(?<![\p{L}\p{Nd}_])\p{L})_(?<name>[\p{L}\p{Nd}]+)(?!_)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index();

    /// <summary>The style of all pictures, for a page that holds several.</summary>
    public static string SharedStyle => Style;

    /// <summary>A picture as a page with that style holds it.</summary>
    public static string Inside(string svg)
    {
        XElement picture = XElement.Parse(svg);
        picture.Element(Space + "style")?.Remove();
        return picture.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>The picture as a document.</summary>
    public override string ToString() => this.root + "\n";

    private XElement Add(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        XElement element = new(Space + name);
        foreach ((string attribute, string value) in attributes) element.Add(new XAttribute(attribute, value));
        this.root.Add(element);
        return element;
    }

    private static string Text(double x) => Math.Round(x, 2).ToString(CultureInfo.InvariantCulture);
}
