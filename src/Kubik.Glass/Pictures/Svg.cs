// The few shapes that pictures are made of, as XML elements: what is drawn is always well-formed. Colours follow the reader's
// light or dark theme; signs are told apart by hues that colour-blind people can tell apart too (Okabe and Ito 2008).

using System.Globalization;
using System.Xml.Linq;

namespace Kubik.Glass.Pictures;

/// <summary>A picture in the making.</summary>
internal sealed class Svg
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    private const string Style = """
        svg { --ink: #1f2328; --soft: #59636e; --paper: #ffffff; --fill: #f3f5f7; --plus: #0072b2; --minus: #c44601; font-family: system-ui, sans-serif; font-size: 13px; }
        @media (prefers-color-scheme: dark) { svg { --ink: #e6e8eb; --soft: #a7b0ba; --paper: #15181c; --fill: #262b31; --plus: #56b4e9; --minus: #f0882f; } }
        .paper { fill: var(--paper); } .node { fill: var(--fill); stroke: var(--ink); stroke-width: 1.5; }
        .plus { stroke: var(--plus); } .minus { stroke: var(--minus); } .none { stroke: var(--soft); stroke-dasharray: 3 4; }
        text { fill: var(--ink); } .soft { fill: var(--soft); } .up { fill: var(--plus); } .down { fill: var(--minus); }
        .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round; }
        """;

    private readonly XElement root;

    public Svg(double width, double height, string title)
    {
        this.root = new(Space + "svg", new XAttribute("viewBox", $"0 0 {Text(width)} {Text(height)}"), new XAttribute("width", Text(width)), new XAttribute("height", Text(height)), new XAttribute("role", "img"),
            new XElement(Space + "title", title), new XElement(Space + "style", Style), new XElement(Space + "rect", new XAttribute("class", "paper"), new XAttribute("width", "100%"), new XAttribute("height", "100%")));
    }

    public void Line(double x1, double y1, double x2, double y2, string kind, double width) =>
        this.Add("line", ("x1", Text(x1)), ("y1", Text(y1)), ("x2", Text(x2)), ("y2", Text(y2)), ("class", kind), ("stroke-width", Text(width)));

    public void Circle(double x, double y, double r, string kind) => this.Add("circle", ("cx", Text(x)), ("cy", Text(y)), ("r", Text(r)), ("class", kind));

    public void Label(double x, double y, string text, string kind = "", string anchor = "middle")
    {
        XElement label = this.Add("text", ("x", Text(x)), ("y", Text(y)), ("text-anchor", anchor), ("dominant-baseline", "central"));
        if (kind.Length > 0) label.Add(new XAttribute("class", kind));
        label.Value = text;
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
