// The contrast of all words of a page, those in its drawings too, with what lies under them, in the light and the dark theme and
// on paper (WCAG 2.1, 1.4.3). The style sheet is applied as a browser does it, as far as colours go: rules by tag, class and
// ancestor, the more particular and then the later one wins, colours are inherited. In drawings a shape covers what was drawn
// before it; a halo is the ground of its own letters.

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kubik.Book.Tests;

internal sealed partial class PageColours
{
    private const double Least = 4.5;
    private const int Patience = 1000;

    private static readonly string[] Properties = ["color", "background", "fill", "stroke"];
    private static readonly string[] Themes = ["light", "dark", "print"];

    private readonly List<Rule> rules = [];
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);
    private readonly string theme;

    private PageColours(string style, string theme)
    {
        this.theme = theme;
        this.Read(style);
    }

    /// <summary>The pairs of words and ground that are too much alike, and how many words were looked at.</summary>
    public static (List<string> Faint, int Looked) Of(XElement page)
    {
        List<string> faint = [];
        int looked = 0;
        string style = page.Descendants().First(e => e.Name.LocalName == "style").Value;
        foreach (PageColours colours in Themes.Select(theme => new PageColours(style, theme)))
        {
            foreach ((string words, double[] letters, double[] ground) in colours.Words(page))
            {
                looked++;
                double contrast = Contrast(letters, ground);
                if (contrast < Least) faint.Add($"'{words}', {colours.theme}: {contrast:F2}");
            }
        }
        return (faint, looked);
    }

    private IEnumerable<(string Words, double[] Letters, double[] Ground)> Words(XElement page)
    {
        foreach (XElement e in page.Descendants().Where(e => e.Ancestors().Any(a => a.Name.LocalName == "body") && !e.AncestorsAndSelf().Any(a => a.Name.LocalName is "style" or "script" or "svg")))
        {
            string words = string.Concat(e.Nodes().OfType<XText>().Select(t => t.Value)).Trim();
            if (words.Length > 0) yield return (words, this.Inherited(e, "color"), this.Inherited(e, "background"));
        }
        foreach (XElement svg in page.Descendants().Where(e => e.Name.LocalName == "svg"))
        {
            List<(XElement Shape, double[] Fill, double Share)> drawn = [];
            foreach (XElement e in svg.Elements())
            {
                if (e.Name.LocalName == "text") yield return (e.Value, this.Own(e, "fill") ?? this.Colour("#000000")!, HasHalo(e) ? this.Own(e, "stroke")! : this.Under(e, drawn));
                else if (e.Name.LocalName is "rect" or "circle" && this.Own(e, "fill") is { } fill) drawn.Add((e, fill, Number(e, "fill-opacity", 1)));
            }
        }
    }

    private static bool HasHalo(XElement text) => Classes(text).Contains("halo");

    // What was drawn where the middle of the words is.
    private double[] Under(XElement text, List<(XElement Shape, double[] Fill, double Share)> drawn)
    {
        double half = text.Value.Length * 3, x = Number(text, "x", 0) + (text.Attribute("text-anchor")?.Value switch { "start" => half, "end" => -half, _ => 0 }), y = Number(text, "y", 0);
        double[] ground = this.Inherited(text.Ancestors().First(a => a.Name.LocalName == "figure"), "background");
        foreach ((XElement shape, double[] fill, double share) in drawn.Where(d => Holds(d.Shape, x, y))) ground = [.. ground.Zip(fill, (below, above) => share * above + (1 - share) * below)];
        return ground;
    }

    private static bool Holds(XElement shape, double x, double y)
    {
        if (shape.Name.LocalName == "circle") return Math.Pow(x - Number(shape, "cx", 0), 2) + Math.Pow(y - Number(shape, "cy", 0), 2) <= Math.Pow(Number(shape, "r", 0), 2);
        double left = Number(shape, "x", 0), top = Number(shape, "y", 0);
        return x >= left && y >= top && x <= left + Number(shape, "width", double.MaxValue) && y <= top + Number(shape, "height", double.MaxValue);
    }

    private static double Number(XElement e, string name, double usual) => e.Attribute(name)?.Value is not { } text ? usual : text == "100%" ? double.MaxValue : double.Parse(text, CultureInfo.InvariantCulture);

    private double[] Inherited(XElement e, string property) => e.AncestorsAndSelf().Select(a => this.Own(a, property)).First(c => c is not null)!;

    // The colour that the rules give an element itself; null: none, or that of what it stands in.
    private double[]? Own(XElement e, string property) =>
        this.rules.Where(r => r.Property == property && r.Fits(e)).OrderBy(r => r.Weight).ThenBy(r => r.Order).LastOrDefault() is { } rule ? this.Colour(rule.Value) : null;

    private double[]? Colour(string value)
    {
        if (Variable().Match(value) is { Success: true } variable) value = this.variables[variable.Groups["name"].Value];
        if (value is "none" or "inherit") return null;
        Assert.Matches("^#[0-9a-f]{6}$", value);
        return [.. new[] { 1, 3, 5 }.Select(i => (double)int.Parse(value.AsSpan(i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
    }

    private void Read(string style)
    {
        for (int at = 0; style.IndexOf('{', at) is > 0 and int open;)
        {
            string selector = style[at..open].Trim();
            int end = open + 1, depth = 1;
            for (; depth > 0; end++) depth += style[end] switch { '{' => 1, '}' => -1, _ => 0 };
            string inside = style[(open + 1)..(end - 1)];
            if (!selector.StartsWith('@')) this.Add(selector, inside);
            else if (selector.Contains("dark", StringComparison.Ordinal) ? this.theme == "dark" : this.theme == "print" && selector == "@media print") this.Read(inside);
            at = end;
        }
    }

    private void Add(string selectors, string declarations)
    {
        foreach (string[] pair in declarations.Split(';').Select(d => d.Split(':', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2))
        {
            if (pair[0].StartsWith("--", StringComparison.Ordinal) && pair[1].StartsWith('#')) this.variables[pair[0]] = pair[1];
            else if (Properties.Contains(pair[0])) this.rules.AddRange(selectors.Split(',', StringSplitOptions.TrimEntries).Where(s => !s.Contains(':', StringComparison.Ordinal)).Select(s => new Rule(s, pair[0], pair[1], this.rules.Count)));
        }
    }

    private static string[] Classes(XElement e) => e.Attribute("class")?.Value.Split(' ') ?? [];

    private static double Contrast(double[] a, double[] b)
    {
        (double light, double dark) = (Math.Max(Luminance(a), Luminance(b)), Math.Min(Luminance(a), Luminance(b)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(double[] colour)
    {
        double[] c = [.. colour.Select(x => x / 255).Select(x => x <= 0.04045 ? x / 12.92 : Math.Pow((x + 0.055) / 1.055, 2.4))];
        return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    }

    // main li span; .up; th[scope=row]
    private sealed record Rule(string Selector, string Property, string Value, int Order)
    {
        private readonly string[] parts = Selector.Split(' ');

        public int Weight => this.parts.Sum(p => p.Split('.').Length - 1 + p.Split('[').Length - 1) * 100 + this.parts.Count(p => p[0] is not ('.' or '['));

        public bool Fits(XElement e)
        {
            Assert.DoesNotContain(this.parts, p => p is ">" or "+" or "~"); // none is needed for colours so far
            if (!One(this.parts[^1], e)) return false;
            int left = this.parts.Length - 1;
            foreach (XElement above in e.Ancestors())
            {
                if (left > 0 && One(this.parts[left - 1], above)) left--;
            }
            return left == 0;
        }

        private static bool One(string part, XElement e)
        {
            Match m = Compound().Match(part);
            Assert.True(m.Success, $"'{part}' is no selector that this test knows.");
            string tag = m.Groups["tag"].Value;
            return (tag.Length == 0 || tag == "*" || tag == e.Name.LocalName) && m.Groups["class"].Captures.All(c => Classes(e).Contains(c.Value)) && (!m.Groups["attribute"].Success || e.Attribute(m.Groups["attribute"].Value)?.Value == m.Groups["value"].Value);
        }
    }

    [GeneratedRegex(@"^(?<tag>\*|[a-z][a-z0-9]*)?(?:\.(?<class>[a-z]+))*(?:\[(?<attribute>[a-z]+)=(?<value>[a-z]+)\])?$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Compound();

    [GeneratedRegex(@"^var\((?<name>--[a-z]+)\)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Variable();
}
