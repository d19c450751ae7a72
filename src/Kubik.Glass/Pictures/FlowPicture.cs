// Parts drawn: frames first, links on them, boxes and words last. What would make too big a picture is folded further: inner
// frames become boxes, the deepest first, and of a chain that is still too long the middle is left out, with its number.

using System.Globalization;

namespace Kubik.Glass.Pictures;

/// <summary>Draws parts.</summary>
internal static class FlowPicture
{
    private const double Margin = 24;
    private const int Most = 260; // nodes

    /// <summary>The picture, and how many nodes and links it has.</summary>
    public static (string Svg, int Nodes, int Edges) Draw(IReadOnlyList<FlowPart> parts, string title, string description, bool hasLabels)
    {
        List<FlowPart> drawn = Bounded(Repeats.Fold(parts, out Func<object, object> shown), shown);
        PlacedPart whole = new FlowLayout(shown, hasLabels).Place(drawn);
        whole.Move(Margin, Margin);
        Svg svg = new(whole.Width + 2 * Margin, whole.Height + 2 * Margin, title, description);
        Frames(svg, whole, isRoot: true);
        Links(svg, whole);
        Nodes(svg, whole);
        List<FlowPart> nodes = [.. drawn.SelectMany(p => p.Nodes)];
        return (svg.ToString(), nodes.Count, CountLinks(nodes, shown));
    }

    private static int CountLinks(List<FlowPart> nodes, Func<object, object> shown)
    {
        Dictionary<object, FlowPart> makers = new(ReferenceEqualityComparer.Instance);
        foreach (FlowPart node in nodes)
        {
            foreach (object value in node.Makes) makers[value] = node;
        }
        return nodes.Sum(n => n.Reads.Select(v => makers.GetValueOrDefault(shown(v))).Where(m => m is not null && m != n).Distinct().Count());
    }

    private static List<FlowPart> Bounded(List<FlowPart> parts, Func<object, object> shown)
    {
        while (parts.Sum(p => p.Nodes.Count()) > Most && parts.Exists(p => p.IsFrame))
        {
            ILookup<object, FlowPart> readers = parts.SelectMany(p => p.Nodes).SelectMany(n => n.Reads.Select(v => (Value: shown(v), Reader: n)))
                .ToLookup(r => r.Value, r => r.Reader, (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);
            parts = [.. parts.Select(p => Closed(p, readers))];
        }
        int over = parts.Count - Most;
        if (over <= 0) return parts;
        int before = Most / 2;
        List<FlowPart> middle = parts.GetRange(before, over + 1);
        (List<object> reads, List<object> makes) = FlowPart.Flow(middle);
        FlowPart gap = new()
        {
            Kind = FlowKind.LeftOut,
            Title = $"… {middle.Count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ')} more …",
            Reads = reads,
            Makes = makes,
            Places = (middle[0].Places.First, middle[^1].Places.Last),
        };
        return [.. parts[..before], gap, .. parts[(before + over + 1)..]];
    }

    // The innermost frames as boxes.
    private static FlowPart Closed(FlowPart part, ILookup<object, FlowPart> readers)
    {
        if (!part.IsFrame) return part;
        if (part.Inside.Any(p => p.IsFrame)) return part.With([.. part.Inside.Select(p => Closed(p, readers))], part.Times);
        HashSet<FlowPart> inside = [.. part.Nodes];
        bool Leaves(FlowPart p) => p.Makes.Any(v => readers[v].Any(r => !inside.Contains(r)));
        return new()
        {
            Kind = FlowKind.Brick,
            Title = part.Title.Length > 0 ? part.Title : string.Join(" | ", part.Inside.Select(p => p.Title)),
            Detail = part.Inside.Count == 1 ? "1 node" : $"{part.Inside.Count} nodes",
            Tip = part.Tip,
            Parameters = part.Parameters,
            Times = part.Times,
            Label = (part.Inside.LastOrDefault(Leaves) ?? part.Inside[^1]).Label,
            Reads = part.Reads,
            Makes = part.Makes,
            Places = part.Places,
        };
    }

    private static void Frames(Svg svg, PlacedPart part, bool isRoot)
    {
        if (!part.Part.IsFrame) return;
        if (!isRoot)
        {
            svg.Box(part.X, part.Y, part.Width, part.Height, 8, "frame", part.Part.Tip);
            if (FlowLayout.TitleOf(part.Part) is { Length: > 0 } title) svg.Label(part.X + 12, part.Y + 14, title, "small soft", "start");
        }
        foreach (PlacedPart inner in part.Inside) Frames(svg, inner, isRoot: false);
    }

    private static void Links(Svg svg, PlacedPart part)
    {
        foreach (((double X, double Y)[] points, bool hasHead) in part.Links) svg.Link(points, hasHead);
        foreach ((double x, double y) in part.Entries) svg.Circle(x, y, 2.5, "dot");
        foreach (PlacedPart inner in part.Inside) Links(svg, inner);
    }

    private static void Nodes(Svg svg, PlacedPart placed)
    {
        foreach (PlacedPart inner in placed.Inside) Nodes(svg, inner);
        if (placed.Part.IsFrame) return;
        FlowPart part = placed.Part;
        double x = placed.X + placed.Width / 2, y = placed.Y + placed.Height / 2;
        (string kind, double round) = part.Kind switch
        {
            FlowKind.Brick => (part.Parameters > 0 ? "weights" : "node", 5.0),
            FlowKind.Beside => ("beside", 4),
            FlowKind.Result => ("result", 13),
            FlowKind.LeftOut => ("beside", 5),
            _ => ("node", 13),
        };
        svg.Box(placed.X, placed.Y, placed.Width, placed.Height, round, kind, part.Tip);
        svg.Label(x, part.Detail.Length > 0 ? y - 8 : y, FlowLayout.TitleOf(part), part.Kind == FlowKind.Beside ? "small" : "");
        if (part.Detail.Length > 0) svg.Label(x, y + 9, part.Detail, "small soft");
        if (part.Label.Length > 0 && placed.IsRead) svg.Label(x + 6, placed.Y + placed.Height + 12, part.Label, "small soft halo", "start");
    }
}
