// Where the parts of a picture stand. Each frame is a graph of its own, laid out in layers; for the one around it, it is a node
// with ports where values come in and go out. A long chain is cut into columns, at places where one value alone goes on.

namespace Kubik.Glass.Pictures;

/// <summary>A part with its place.</summary>
/// <param name="Part">The part.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal sealed record PlacedPart(FlowPart Part, double Width, double Height)
{
    /// <summary>The upper left corner, in the whole picture once all is placed.</summary>
    public double X { get; set; }

    public double Y { get; set; }

    /// <summary>Whether something reads what it makes.</summary>
    public bool IsRead { get; init; }

    public List<PlacedPart> Inside { get; init; } = [];

    /// <summary>The links inside: between those of one x straight, else bent; whether it ends at a node.</summary>
    public List<((double X, double Y)[] Points, bool HasHead)> Links { get; init; } = [];

    /// <summary>The points inside at which values come in.</summary>
    public List<(double X, double Y)> Entries { get; init; } = [];

    /// <summary>Where a value comes in, from the left side.</summary>
    public Dictionary<object, double> In { get; init; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Where a value goes out.</summary>
    public Dictionary<object, double> Out { get; init; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Moves it with all inside.</summary>
    public void Move(double x, double y)
    {
        (this.X, this.Y) = (this.X + x, this.Y + y);
        foreach (PlacedPart part in this.Inside) part.Move(x, y);
        for (int i = 0; i < this.Links.Count; i++) this.Links[i] = ([.. this.Links[i].Points.Select(p => (p.X + x, p.Y + y))], this.Links[i].HasHead);
        for (int i = 0; i < this.Entries.Count; i++) this.Entries[i] = (this.Entries[i].X + x, this.Entries[i].Y + y);
    }
}

/// <summary>Places parts.</summary>
internal sealed class FlowLayout
{
    /// <summary>Font sizes of a part's lines.</summary>
    public const double TitleSize = 13, DetailSize = 11;

    private const double WidestText = 330, SidePadding = 14, TitleBand = 30, Foot = 4, BareTop = 12, LeastBox = 130, Gutter = 46, ShortestColumn = 560,
        Proportion = 1.5;

    private readonly Func<object, object> shown;
    private readonly double gap, turn;

    /// <summary>A layout.</summary>
    /// <param name="shown">What stands for a value in the picture.</param>
    /// <param name="hasLabels">Whether shapes stand on the links.</param>
    // below the labels
    public FlowLayout(Func<object, object> shown, bool hasLabels) => (this.shown, this.gap, this.turn) = (shown, hasLabels ? 40 : 18, hasLabels ? 0.55 : 0.35);

    /// <summary>The whole picture: parts one below the other, in columns when they are many.</summary>
    public PlacedPart Place(IReadOnlyList<FlowPart> parts)
    {
        FlowPart root = FlowPart.Frame("", parts);
        PlacedPart one = this.Graph(root, parts, [], [], framed: false);
        if (one.Height <= ShortestColumn * 1.5) return one;
        int columns = Math.Max(2, (int)Math.Round(Math.Sqrt(Proportion * one.Height / (one.Width + Gutter))));
        double target = Math.Max(ShortestColumn, one.Height / columns);
        List<(List<FlowPart> Parts, object? Goes)> cut = this.Cut(parts, one, target);
        // As even as it can be with so many columns.
        while (cut.Count > columns && target < one.Height) cut = this.Cut(parts, one, target *= 1.02);
        return cut.Count == 1 ? one : this.Columns(root, cut);
    }

    private List<object> Reads(FlowPart part) =>
        part.IsFrame && part.Inside.Count > 0 ? this.Flow(part.Inside).Reads : [.. part.Reads.Select(this.shown).Distinct(ReferenceEqualityComparer.Instance)!];

    private List<object> Makes(FlowPart part) => part.IsFrame && part.Inside.Count > 0 ? this.Flow(part.Inside).Makes : [.. part.Makes];

    private (List<object> Reads, List<object> Makes) Flow(IReadOnlyList<FlowPart> parts)
    {
        List<object> makes = [.. parts.SelectMany(this.Makes)];
        HashSet<object> made = new(makes, ReferenceEqualityComparer.Instance);
        return ([.. parts.SelectMany(this.Reads).Where(v => !made.Contains(v)).Distinct(ReferenceEqualityComparer.Instance)!], makes);
    }

    // A frame's inside, around its upper left corner; given and gone are the values that come in and go out.
    private PlacedPart Graph(FlowPart frame, IReadOnlyList<FlowPart> parts, List<object> given, List<object> gone, bool framed)
    {
        List<object>[] reads = [.. parts.Select(this.Reads)], makes = [.. parts.Select(this.Makes)];
        HashSet<object> read = new(reads.SelectMany(r => r).Concat(gone), ReferenceEqualityComparer.Instance);
        double box = parts.Where(p => p.Kind == FlowKind.Brick).Select(Width).Append(LeastBox).Max(); // boxes below each other are of one width
        List<PlacedPart> placed = [.. parts.Select((p, i) => this.Part(p, [.. makes[i].Where(read.Contains)], box))];
        List<LayoutNode> nodes =
            [.. given.Select(_ => new LayoutNode(8, 0, Rank.First)),
                .. placed.Select(p =>
                    new LayoutNode(Reserved(p), p.Height, IsAside: p.Part.Kind == FlowKind.Beside, HasSides: p.Part.Kind == FlowKind.Op && p.Width < 40)),
                    .. gone.Select(_ => new LayoutNode(8, 0, Rank.Last))];
        Dictionary<object, int> maker = new(ReferenceEqualityComparer.Instance);
        for (int k = 0; k < given.Count; k++) maker[given[k]] = k;
        for (int i = 0; i < parts.Count; i++)
        {
            foreach (object value in makes[i]) maker[value] = given.Count + i;
        }
        List<LayoutLink> links = [];
        for (int i = 0; i < parts.Count; i++)
        {
            foreach (object value in reads[i]) Link(value, given.Count + i, placed[i]);
        }
        for (int k = 0; k < gone.Count; k++) Link(gone[k], given.Count + parts.Count + k, null);
        LayeredLayout layout = new(nodes, links, apart: 22, this.gap, this.turn, track: 0.11);

        string title = TitleOf(frame);
        double left = framed ? SidePadding : 0, width = Math.Max(layout.Width, framed ? TextWidth.Of(title, DetailSize) : 0) + 2 * left,
            top = !framed ? 0 : title.Length > 0 ? TitleBand : BareTop;
        double indent = (width - layout.Width) / 2;
        PlacedPart whole = new(frame, width, layout.Height + top + (framed ? gone.Count > 0 ? Foot : SidePadding : 0));
        for (int i = 0; i < placed.Count; i++)
        {
            (double x, double y) = layout.Middles[given.Count + i];
            placed[i].Move(indent + x - placed[i].Width / 2, top + y - placed[i].Height / 2);
            whole.Inside.Add(placed[i]);
        }
        for (int k = 0; k < given.Count; k++)
        {
            whole.In[given[k]] = indent + layout.Middles[k].X;
            if (framed) whole.Entries.Add((indent + layout.Middles[k].X, top + layout.Middles[k].Y));
        }
        for (int k = 0; k < gone.Count; k++) whole.Out[gone[k]] = indent + layout.Middles[given.Count + parts.Count + k].X;
        for (int k = 0; k < links.Count; k++)
        {
            bool leaves = links[k].To >= given.Count + parts.Count;
            (double X, double Y)[] points = [.. layout.Routes[k].Select(p => (p.X + indent, p.Y + top))];
            if (leaves && framed) points = [.. points, (points[^1].X, whole.Height)];
            whole.Links.Add((points, !leaves));
        }
        return whole;

        void Link(object value, int to, PlacedPart? reader)
        {
            if (!maker.TryGetValue(value, out int from)) return;
            double leaves = from >= given.Count && placed[from - given.Count] is { } m && m.Out.TryGetValue(value, out double o) ? o - m.Width / 2 : 0;
            double enters = reader is not null && reader.In.TryGetValue(value, out double n) ? n - reader.Width / 2 : 0;
            LayoutLink link = new(from, to, leaves, enters);
            if (!links.Contains(link)) links.Add(link); // several values of one node to another: one link
        }
    }

    // The label beside the link that leaves it needs its place too.
    private static double Reserved(PlacedPart placed) =>
        placed.Part.Label.Length == 0 ? placed.Width : Math.Max(placed.Width, 2 * (TextWidth.Of(placed.Part.Label, DetailSize) + 8));

    /// <summary>A frame's title, with × n when it stands for n in a row.</summary>
    public static string TitleOf(FlowPart part)
    {
        string title = TextWidth.Fitting(part.Title, WidestText, part.IsFrame ? DetailSize : TitleSize);
        return part.Times > 1 ? $"{title} × {part.Times}".TrimStart() : title;
    }

    private PlacedPart Part(FlowPart part, List<object> gone, double box)
    {
        if (part.IsFrame) return this.Graph(part, part.Inside, this.Reads(part), gone, framed: true);
        double height = part.Detail.Length > 0 ? 40 : part.Kind == FlowKind.Beside ? 22 : 26;
        return new(part, part.Kind == FlowKind.Brick ? box : Math.Max(height, Width(part)), height) { IsRead = gone.Count > 0 };
    }

    private static double Width(FlowPart part)
    {
        double size = part.Kind == FlowKind.Beside ? DetailSize : TitleSize;
        return Math.Max(TextWidth.Of(TitleOf(part), size), TextWidth.Of(part.Detail, DetailSize)) + 18;
    }

    // Parts for each column, and the value that goes on to the next.
    private List<(List<FlowPart> Parts, object? Goes)> Cut(IReadOnlyList<FlowPart> parts, PlacedPart one, double target)
    {
        Dictionary<object, int> lastRead = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < parts.Count; i++)
        {
            foreach (object value in this.Reads(parts[i])) lastRead[value] = i;
        }
        List<(List<FlowPart>, object?)> columns = [];
        HashSet<object> open = new(ReferenceEqualityComparer.Instance);
        int start = 0, cutAt = -1;
        object? goes = null;
        for (int i = 0; i < parts.Count; i++)
        {
            double height = one.Inside[i].Y + one.Inside[i].Height - one.Inside[start].Y;
            if (height > target && cutAt >= start)
            {
                columns.Add(([.. parts.Skip(start).Take(cutAt + 1 - start)], goes));
                start = cutAt + 1;
            }
            foreach (object value in this.Makes(parts[i]).Where(lastRead.ContainsKey)) open.Add(value);
            open.RemoveWhere(v => lastRead[v] <= i);
            // A column begins with a frame or a brick with weights, when there are such.
            if (open.Count == 1 && (i + 1 < parts.Count && IsHead(parts[i + 1]) || cutAt < start || !IsHead(parts[cutAt + 1])))
                (cutAt, goes) = (i, open.Single());
        }
        columns.Add(([.. parts.Skip(start)], null));
        return columns;

        static bool IsHead(FlowPart part) => part.IsFrame || part.Parameters > 0;
    }

    private PlacedPart Columns(FlowPart root, List<(List<FlowPart> Parts, object? Goes)> cut)
    {
        const double Turn = 16;
        List<PlacedPart> columns = [];
        double x = 0;
        for (int c = 0; c < cut.Count; c++)
        {
            PlacedPart column = this.Graph(FlowPart.Frame("", cut[c].Parts), cut[c].Parts, c == 0 ? [] : [cut[c - 1].Goes!],
                cut[c].Goes is { } goes ? [goes] : [], framed: false);
            column.Move(x, Turn);
            columns.Add(column);
            x += column.Width + Gutter;
        }
        PlacedPart whole = new(root, x - Gutter, columns.Max(c => c.Height) + 2 * Turn);
        foreach (PlacedPart column in columns)
        {
            whole.Inside.AddRange(column.Inside);
            whole.Links.AddRange(column.Links);
        }
        for (int c = 1; c < columns.Count; c++)
        {
            // Down, around the lower end of one column, up between both, and into the next one from above.
            PlacedPart from = columns[c - 1], to = columns[c];
            double x1 = from.X + from.Out[cut[c - 1].Goes!], x2 = to.X + to.In[cut[c - 1].Goes!], between = to.X - Gutter / 2,
                low = from.Y + from.Height + Turn - 4, high = Turn - 12;
            whole.Links.Add(([(x1, from.Y + from.Height), (x1, low), (between, low), (between, high), (x2, high), (x2, to.Y)], false));
        }
        return whole;
    }
}
