// An SVG picture read back: its boxes, words and lines, and what must hold of every picture.

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kubik.Glass.Pictures;

namespace Kubik.Glass.Tests.Pictures;

/// <summary>A rectangle.</summary>
internal readonly record struct Area(double Left, double Top, double Right, double Bottom, string Kind)
{
    public bool Overlaps(Area other, double by = 0.5) => this.Left + by < other.Right && other.Left + by < this.Right && this.Top + by < other.Bottom && other.Top + by < this.Bottom;

    public bool Holds(double x, double y, double margin) => x > this.Left + margin && x < this.Right - margin && y > this.Top + margin && y < this.Bottom - margin;
}

/// <summary>What is in a picture.</summary>
internal sealed partial class Drawn
{
    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    public Drawn(string svg)
    {
        this.Root = XDocument.Parse(svg).Root!;
        foreach (XElement e in this.Root.Elements())
        {
            string kind = e.Attribute("class")?.Value ?? "";
            switch (e.Name.LocalName)
            {
                case "rect" when kind == "frame":
                    this.Frames.Add(new(Number(e, "x"), Number(e, "y"), Number(e, "x") + Number(e, "width"), Number(e, "y") + Number(e, "height"), kind));
                    break;
                case "rect" when kind != "paper":
                    this.Nodes.Add(new(Number(e, "x"), Number(e, "y"), Number(e, "x") + Number(e, "width"), Number(e, "y") + Number(e, "height"), kind));
                    break;
                case "circle" when kind == "node":
                    (double x, double y, double r) = (Number(e, "cx"), Number(e, "cy"), Number(e, "r"));
                    this.Nodes.Add(new(x - r, y - r, x + r, y + r, kind));
                    break;
                case "text":
                    this.Words.Add((e.Value, Box(e, kind)));
                    break;
                case "path" when kind == "link":
                    this.Links.Add([.. Points(e.Attribute("d")!.Value)]);
                    break;
            }
        }
    }

    public XElement Root { get; }

    public List<Area> Frames { get; } = [];

    public List<Area> Nodes { get; } = [];

    public List<(string Text, Area Area)> Words { get; } = [];

    public List<(double X, double Y)[]> Links { get; } = [];

    public string Style => this.Root.Element(Space + "style")!.Value;

    /// <summary>Words do not cover words, words of nodes lie inside of them, links do not run through nodes, all is on the paper, and no number is written as programs do.</summary>
    public Drawn MustBeClean()
    {
        Assert.False(string.IsNullOrWhiteSpace(this.Root.Element(Space + "title")?.Value));
        Area paper = new(0, 0, Number(this.Root, "width"), Number(this.Root, "height"), "paper");
        Assert.NotEmpty(this.Words);
        foreach ((string text, Area area) in this.Words) Assert.True(area.Left >= 0 && area.Top >= 0 && area.Right <= paper.Right && area.Bottom <= paper.Bottom, $"'{text}' is not on the paper");
        foreach ((string text, _) in this.Words) Assert.DoesNotMatch(Programmers(), text);
        for (int i = 0; i < this.Words.Count; i++)
        {
            for (int j = 0; j < i; j++) Assert.False(this.Words[i].Area.Overlaps(this.Words[j].Area), $"'{this.Words[i].Text}' covers '{this.Words[j].Text}'");
        }
        for (int i = 0; i < this.Nodes.Count; i++)
        {
            Assert.DoesNotContain(this.Nodes.Take(i), n => n.Overlaps(this.Nodes[i]));
            Assert.True(this.Nodes[i].Left >= 0 && this.Nodes[i].Right <= paper.Right && this.Nodes[i].Top >= 0 && this.Nodes[i].Bottom <= paper.Bottom);
        }
        foreach ((double X, double Y)[] link in this.Links)
        {
            foreach ((double x, double y) in link) Assert.DoesNotContain(this.Nodes, n => n.Kind != "node" && n.Holds(x, y, 1) || n.Holds(x, y, 6));
        }
        return this;
    }

    private static double Number(XElement e, string name) => double.Parse(e.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static Area Box(XElement e, string kind)
    {
        double size = kind.Contains("small", StringComparison.Ordinal) ? 11 : 13, width = TextWidth.Of(e.Value, size), x = Number(e, "x"), y = Number(e, "y");
        double left = e.Attribute("text-anchor")!.Value switch { "start" => x, "end" => x - width, _ => x - width / 2 };
        return new(left, y - 0.4 * size, left + width, y + 0.4 * size, kind); // the height of capitals
    }

    // Points along a path of M, L, Q and C.
    private static IEnumerable<(double X, double Y)> Points(string d)
    {
        (double X, double Y) at = default;
        foreach (Match piece in Piece().Matches(d))
        {
            double[] n = [.. piece.Groups["numbers"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
            (double X, double Y)[] p = [at, .. n.Chunk(2).Select(c => (c[0], c[1]))];
            if (piece.Groups["kind"].Value != "M")
            {
                for (int i = 0; i <= 40; i++) yield return Bezier(p, i / 40.0);
            }
            at = p[^1];
        }
    }

    private static (double X, double Y) Bezier((double X, double Y)[] p, double t)
    {
        while (p.Length > 1) p = [.. p.Zip(p.Skip(1), (a, b) => (a.X + t * (b.X - a.X), a.Y + t * (b.Y - a.Y)))];
        return p[0];
    }

    // 1.229E+04, 2e-7.
    [GeneratedRegex("[0-9.][eE][-−+]?[0-9]", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Programmers();

    [GeneratedRegex("(?<kind>[MLQC])(?<numbers>[^MLQC]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Piece();
}
