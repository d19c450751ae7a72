// A computation graph with numbers as courses draw it: what is given on the left, an op in each node, and on every link the
// value that goes forward, above, and the gradient that comes back by this link, below.

namespace Kubik.Glass.Pictures;

/// <summary>A link into a node.</summary>
/// <param name="From">The node that it comes from.</param>
/// <param name="Value">What goes forward; it may have several lines.</param>
/// <param name="Gradient">What comes back by it; null where nothing does, or not by it alone.</param>
internal readonly record struct ValueLink(int From, string Value, string? Gradient);

/// <summary>A node.</summary>
/// <param name="Text">The op, or the name of what is given.</param>
/// <param name="IsGiven">Whether it is no op.</param>
/// <param name="Under">What stands under it: ∂ = 10; it may have several lines; null for nothing.</param>
/// <param name="Inputs">What it reads.</param>
internal sealed record ValueNode(string Text, bool IsGiven, string? Under, IReadOnlyList<ValueLink> Inputs)
{
    public const double Height = 34;

    public double Width => Math.Max(Height, TextWidth.Of(this.Text, 13) + 18);
}

/// <summary>Draws graphs with numbers.</summary>
internal static class ValueGraph
{
    private const double Margin = 28, Height = ValueNode.Height, Small = 11;
    private const double Port = 40, Approach = 16; // the height of a link's place with its words, and the way from there into the node
    private const double LineHeight = 13;

    /// <summary>The graph as SVG.</summary>
    /// <param name="nodes">The nodes, each after those that it reads; the last one is the result.</param>
    /// <param name="value">The result.</param>
    /// <param name="gradient">What comes back to it; null when nothing does.</param>
    /// <param name="title">What it is, in short.</param>
    /// <param name="description">What is to be seen in it.</param>
    public static (string Svg, double Width) Draw(IReadOnlyList<ValueNode> nodes, string value, string? gradient, string title, string description)
    {
        double port = Port + 2 * LineHeight * (nodes.SelectMany(n => n.Inputs).Select(x => Math.Max(Lines(x.Value).Length, Lines(x.Gradient ?? "").Length))
            .Append(Lines(value).Length).Max() - 1);
        // Several links come in one below the other.
        List<LayoutLink> links =
            [.. nodes.SelectMany((n, k) => n.Inputs.Select((x, i) => new LayoutLink(x.From, k, 0, (i - (n.Inputs.Count - 1) / 2.0) * port)))];
        // From left to right: the layout's top is the picture's left side. Links turn at their beginning, and words stand behind.
        double words = nodes.SelectMany(n => n.Inputs).Select(x => Wide(x.Value, x.Gradient)).DefaultIfEmpty(0).Max(), gap = words + 36,
            last = Wide(value, gradient) + 36;
        LayeredLayout layout =
            new([.. nodes.Select(n =>
                new LayoutNode(Math.Max(n.Under is not null || n.IsGiven ? 2 * (Height / 2 + LineHeight * Lines(n.Under ?? "").Length) : 0,
                    Math.Max(1, n.Inputs.Count) * port), Math.Max(n.Width + 2 * Approach, Wide(n.Under ?? "", null) + 8)))], links, apart: 8, gap,
                    turn: 14 / gap, track: 8 / gap);
        double width = layout.Height + 2 * Margin + last - 2 * Approach;
        Svg svg = new(width, layout.Width + 2 * Margin, title, description);
        (double X, double Y) Middle(int k) => (layout.Middles[k].Y + Margin - Approach, layout.Middles[k].X + Margin);
        (double X, double Y)[][] ways = [.. layout.Routes.Select(route => route.Select(p => (p.Y + Margin - Approach, p.X + Margin)).ToArray())];
        for (int i = 0; i < links.Count; i++)
        {
            (double x, double y) = Middle(links[i].From);
            svg.Link([(x + nodes[links[i].From].Width / 2, y), .. ways[i]], hasHead: false, level: true);
            // The last piece goes to the node's round side.
            (double X, double Y) end = ways[i][^1], to = Middle(links[i].To);
            double side = to.X - nodes[links[i].To].Width / 2 + Height / 2,
                length = Math.Sqrt((side - end.X) * (side - end.X) + (to.Y - end.Y) * (to.Y - end.Y));
            svg.Arrow(end.X, end.Y, side - (side - end.X) * Height / 2 / length, to.Y - (to.Y - end.Y) * Height / 2 / length);
        }
        int next = 0;
        foreach (ValueLink input in nodes.SelectMany(n => n.Inputs))
        {
            (double x, double y) = ways[next++][^1];
            Write(svg, x, y, input.Value, input.Gradient);
        }
        for (int k = 0; k < nodes.Count; k++)
        {
            ValueNode node = nodes[k];
            (double x, double y) = Middle(k);
            svg.Box(x - node.Width / 2, y - Height / 2, node.Width, Height, Height / 2, node.IsGiven ? "weights" : "node");
            svg.Label(x, y, node.Text);
            string[] under = node.Under is null ? [] : Lines(node.Under);
            for (int i = 0; i < under.Length; i++) svg.Label(x, y + Height / 2 + 9 + LineHeight * i, under[i], "small halo down");
        }
        (double right, double level) = Middle(nodes.Count - 1);
        right += nodes[^1].Width / 2;
        svg.Arrow(right, level, right + last, level);
        Write(svg, right + last - 12, level, value, gradient);
        return (svg.ToString(), width);
    }

    private static void Write(Svg svg, double x, double y, string value, string? gradient)
    {
        string[] above = Lines(value), below = Lines(gradient ?? "");
        for (int i = 0; i < above.Length; i++) svg.Label(x, y - 9 - LineHeight * (above.Length - 1 - i), above[i], "small halo up", "end");
        for (int i = 0; i < below.Length && gradient is not null; i++) svg.Label(x, y + 9 + LineHeight * i, below[i], "small halo down", "end");
    }

    private static string[] Lines(string text) => text.Split('\n');

    private static double Wide(string value, string? gradient) => Lines(value).Concat(Lines(gradient ?? "")).Max(line => TextWidth.Of(line, Small));
}
