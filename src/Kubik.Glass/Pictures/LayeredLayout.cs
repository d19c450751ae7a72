// Places for the nodes of a directed graph, from top to bottom: layers by longest paths, long links as chains of bends, the
// order in each layer by barycentres, x by medians of the neighbours (Sugiyama, Tagawa, Toda 1981, "Methods for visual
// understanding of hierarchical system structures", IEEE SMC 11(2)). Between two layers is a band in which links bend; inside
// a layer they run straight down beside the nodes, so no link crosses a node. The same graph always gets the same places.

namespace Kubik.Glass.Pictures;

/// <summary>Where a node has to be.</summary>
internal enum Rank
{
    /// <summary>Anywhere below what leads to it.</summary>
    Free,
    /// <summary>In the first layer.</summary>
    First,
    /// <summary>In the last layer.</summary>
    Last,
}

/// <summary>A node to place.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Rank">Where it has to be.</param>
/// <param name="IsAside">Whether it stands beside the flow, next to its reader, and nothing moves for it.</param>
/// <param name="HasSides">Whether a long link may come to it from the side.</param>
internal readonly record struct LayoutNode(double Width, double Height, Rank Rank = Rank.Free, bool IsAside = false, bool HasSides = false);

/// <summary>A link to draw, from a node's lower edge to the upper edge of a later one, each at an offset from the node's middle.</summary>
internal readonly record struct LayoutLink(int From, int To, double FromOffset = 0, double ToOffset = 0);

/// <summary>A graph in layers.</summary>
internal sealed class LayeredLayout
{
    private const double BendWidth = 8, PortGap = 18;
    private const double Clear = 12; // between the ends of two links on one track
    private const int Sweeps = 8, MostTracks = 3;

    private readonly double apart, gap, turn, track;
    private readonly bool[] leads, fed; // whether a node leads to a port below, and whether one above leads to it; where there are ports
    private readonly int[] below; // the layers that the longest way down from a node has
    private readonly List<Cell> cells = [];
    private readonly List<Segment> segments = [];
    private readonly List<int>[] chains; // of each link: the cells that it goes through, both ends included
    private List<Cell>[] layers = [];

    /// <summary>Lays out a graph.</summary>
    /// <param name="nodes">The nodes, each after those that link to it.</param>
    /// <param name="links">The links, each to a later node.</param>
    /// <param name="apart">The least distance of neighbours in a layer.</param>
    /// <param name="gap">The height between layers.</param>
    /// <param name="turn">How far down in the gap links turn, from 0 to 1.</param>
    /// <param name="track">How much further down the next one turns, where two would lie on each other.</param>
    public LayeredLayout(IReadOnlyList<LayoutNode> nodes, IReadOnlyList<LayoutLink> links, double apart, double gap, double turn = 0.5, double track = 0.15)
    {
        (this.apart, this.gap, this.turn, this.track) = (apart, gap, turn, track);
        (this.leads, this.fed) = Ways(nodes, links);
        this.below = new int[nodes.Count];
        foreach (LayoutLink link in links.OrderByDescending(l => l.From)) this.below[link.From] = Math.Max(this.below[link.From], this.below[link.To] + 1);
        this.chains = new List<int>[links.Count];
        int[] layer = Layers(nodes, links);
        for (int i = 0; i < nodes.Count; i++) this.cells.Add(new(layer[i], nodes[i], isBend: false, !this.fed[i]));
        for (int k = 0; k < links.Count; k++) this.Cut(k, links[k]);
        this.Fill();
        this.Order();
        this.Align();
        this.Place(links);
    }

    /// <summary>The middle of each node.</summary>
    public (double X, double Y)[] Middles { get; private set; } = [];

    /// <summary>Of each link its points: between two of one x it runs straight, between others it bends.</summary>
    public (double X, double Y)[][] Routes { get; private set; } = [];

    public double Width { get; private set; }

    public double Height { get; private set; }

    // As early as what leads there allows; what nothing leads to stands just above its first reader.
    private static int[] Layers(IReadOnlyList<LayoutNode> nodes, IReadOnlyList<LayoutLink> links)
    {
        int[] layer = new int[nodes.Count], soonest = new int[nodes.Count];
        bool[] hasInput = new bool[nodes.Count];
        Array.Fill(soonest, int.MaxValue);
        ILookup<int, LayoutLink> from = links.ToLookup(l => l.From);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (LayoutLink link in from[i])
            {
                if (link.To <= i) throw new ArgumentException("A link leads to an earlier node.", nameof(links));
                hasInput[link.To] = true;
                layer[link.To] = Math.Max(layer[link.To], layer[i] + 1);
            }
        }
        foreach (LayoutLink link in links) soonest[link.From] = Math.Min(soonest[link.From], layer[link.To]);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!hasInput[i] && nodes[i].Rank == Rank.Free && soonest[i] < int.MaxValue) layer[i] = soonest[i] - 1;
        }
        int last = Enumerable.Range(0, nodes.Count).Where(i => nodes[i].Rank != Rank.Last).Select(i => layer[i] + 1).DefaultIfEmpty(0).Max();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Rank == Rank.Last) layer[i] = last;
        }
        return layer;
    }

    // The way through is drawn straight; what begins or ends inside stands beside it.
    private static (bool[] Leads, bool[] Fed) Ways(IReadOnlyList<LayoutNode> nodes, IReadOnlyList<LayoutLink> links)
    {
        bool hasFirst = nodes.Any(n => n.Rank == Rank.First), hasLast = nodes.Any(n => n.Rank == Rank.Last);
        bool[] down = [.. nodes.Select(n => !hasLast || n.Rank == Rank.Last)], up = [.. nodes.Select(n => hasFirst ? n.Rank == Rank.First : !n.IsAside)];
        foreach (LayoutLink link in links.OrderByDescending(l => l.From)) down[link.From] |= down[link.To];
        foreach (LayoutLink link in links.OrderBy(l => l.To)) up[link.To] |= up[link.From];
        return (down, up);
    }

    // A link over several layers becomes a chain with a bend in each.
    private void Cut(int k, LayoutLink link)
    {
        int to = this.cells[link.To].Layer, before = link.From;
        bool isLong = to > this.cells[link.From].Layer + 1;
        List<int> chain = [before];
        for (int l = this.cells[link.From].Layer + 1; l < to; l++)
        {
            this.cells.Add(new(l, new(BendWidth, 0), isBend: true, isAside: false));
            bool isInside = this.cells[before].IsBend;
            this.segments.Add(new(before, this.cells.Count - 1, isInside ? 0 : link.FromOffset, 0,
                isInside ? 8 : this.leads[link.To] && this.fed[link.From] ? 2 : 1));
            before = this.cells.Count - 1;
            chain.Add(before);
        }
        // the longest way is the straightest
        this.segments.Add(new(before, link.To, isLong ? 0 : link.FromOffset, link.ToOffset,
            !this.leads[link.To] || !this.fed[link.From] ? 1 : isLong ? 2 : this.below[link.From] == this.below[link.To] + 1 ? 6 : 4));
        chain.Add(link.To);
        this.chains[k] = chain;
    }

    private void Fill()
    {
        this.layers = [.. Enumerable.Range(0, this.cells.Count == 0 ? 0 : this.cells.Max(c => c.Layer) + 1).Select(_ => new List<Cell>())];
        foreach (Cell cell in this.cells) this.layers[cell.Layer].Add(cell);
        foreach (Segment s in this.segments)
        {
            this.cells[s.From].Below.Add((this.cells[s.To], s.FromOffset, s.ToOffset, s.Weight));
            this.cells[s.To].Above.Add((this.cells[s.From], s.ToOffset, s.FromOffset, s.Weight));
        }
        this.Number();
    }

    private void Number()
    {
        foreach (List<Cell> layer in this.layers)
        {
            for (int i = 0; i < layer.Count; i++) layer[i].Index = i;
        }
    }

    // The order of the layers with the fewest crossings that sweeping down and up by barycentres finds.
    private void Order()
    {
        int[] best = [.. this.cells.Select(c => c.Index)];
        long fewest = this.Crossings();
        for (int sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            bool down = sweep % 2 == 0;
            for (int i = 1; i < this.layers.Length; i++)
            {
                List<Cell> layer = this.layers[down ? i : this.layers.Length - 1 - i];
                Dictionary<Cell, double> middle = layer.ToDictionary(c => c, c => Barycentre(down ? c.Above : c.Below, c.Index));
                layer.Sort((a, b) => middle[a] != middle[b] ? middle[a].CompareTo(middle[b]) : a.Index.CompareTo(b.Index));
                for (int k = 0; k < layer.Count; k++) layer[k].Index = k;
            }
            long crossings = this.Crossings();
            if (crossings >= fewest) continue;
            fewest = crossings;
            best = [.. this.cells.Select(c => c.Index)];
        }
        for (int i = 0; i < this.cells.Count; i++) this.cells[i].Index = best[i];
        foreach (List<Cell> layer in this.layers) layer.Sort((a, b) => a.Index.CompareTo(b.Index));
    }

    private static double Barycentre(List<(Cell Cell, double Own, double Other, double Weight)> neighbours, double otherwise) =>
        neighbours.Count == 0 ? otherwise : neighbours.Average(n => n.Cell.Index + n.Other * 1e-4);

    // By inversions of the lower ends, when the upper ends are in order.
    private long Crossings()
    {
        long crossings = 0;
        foreach (List<Cell> layer in this.layers)
        {
            List<int> ends = [];
            foreach (Cell cell in layer.OrderBy(c => c.Index))
            {
                int[] own = [.. cell.Below.Select(b => b.Cell.Index)];
                foreach (int end in own) crossings += ends.Count(e => e > end);
                ends.AddRange(own);
            }
        }
        return crossings;
    }

    private void Align()
    {
        foreach (List<Cell> layer in this.layers)
        {
            double x = 0;
            for (int i = 0; i < layer.Count; i++)
            {
                if (i > 0) x += this.Distance(layer[i - 1], layer[i]);
                layer[i].X = x;
            }
            foreach (Cell cell in layer) cell.X -= x / 2;
        }
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int l = 1; l < this.layers.Length; l++) this.Settle(this.layers[l], c => c.Above);
            for (int l = this.layers.Length - 2; l >= 0; l--) this.Settle(this.layers[l], c => c.Below);
        }
        for (int l = 1; l < this.layers.Length; l++) this.Settle(this.layers[l], c => c.Above.Count > 0 ? c.Above : c.Below);
        foreach (List<int> chain in this.chains.Where(c => c.Count > 2))
            this.Straighten([.. chain[1..^1].Concat(chain[^1..].Where(i => this.cells[i].Node.Rank == Rank.Last)).Select(i => this.cells[i])]);
    }

    // The bends of a long link above each other, where there is room for it.
    private void Straighten(List<Cell> bends)
    {
        double[] xs = [.. bends.Select(b => b.X)];
        foreach (double x in new[] { xs.Max(), xs.Min() })
        {
            if (bends.TrueForAll(HasRoom))
            {
                foreach (Cell bend in bends) bend.X = x;
                return;
            }

            bool HasRoom(Cell bend)
            {
                List<Cell> layer = this.layers[bend.Layer];
                return (bend.Index == 0 || x - layer[bend.Index - 1].X >= this.Distance(layer[bend.Index - 1], bend) - 0.01)
                    && (bend.Index == layer.Count - 1 || layer[bend.Index + 1].X - x >= this.Distance(bend, layer[bend.Index + 1]) - 0.01);
            }
        }
    }

    private double Distance(Cell left, Cell right) => (left.Width + right.Width) / 2 + (left.IsBend || right.IsBend ? Math.Min(this.apart, 14) : this.apart);

    // The places nearest to those that are wished for, in the same order and far enough apart: least squares by pooling
    // adjacent violators (Ayer et al. 1955). What links straight on weighs so much that it does not move for what stands aside.
    private void Settle(List<Cell> layer, Func<Cell, List<(Cell Cell, double Own, double Other, double Weight)>> neighbours)
    {
        List<(double Sum, double Weight, int Count)> pools = [];
        double offset = 0;
        double[] offsets = new double[layer.Count];
        for (int i = 0; i < layer.Count; i++)
        {
            if (i > 0) offset += this.Distance(layer[i - 1], layer[i]);
            offsets[i] = offset;
            Cell cell = layer[i];
            List<(Cell Cell, double Own, double Other, double Weight)> by = neighbours(cell);
            double wish = by.Count == 0 ? cell.X : Median([.. by.Select(n => (n.Cell.X + n.Other - n.Own, n.Weight))]);
            double weight = cell.IsAside || by.Count == 0 ? 1 : cell.IsBend ? 1e3 : Math.Pow(100, by.Max(n => n.Weight));
            pools.Add(((wish - offset) * weight, weight, 1));
            while (pools is [.., var a, var b] && a.Sum / a.Weight > b.Sum / b.Weight)
            {
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((a.Sum + b.Sum, a.Weight + b.Weight, a.Count + b.Count));
            }
        }
        int next = 0;
        foreach ((double sum, double weight, int count) in pools)
        {
            for (int k = 0; k < count; k++, next++) layer[next].X = sum / weight + offsets[next];
        }
    }

    // The weighted median; the middle of both when two halves weigh the same.
    private static double Median((double X, double Weight)[] wishes)
    {
        Array.Sort(wishes);
        double half = wishes.Sum(w => w.Weight) / 2, sum = 0;
        for (int i = 0; i < wishes.Length; i++)
        {
            sum += wishes[i].Weight;
            if (Math.Abs(sum - half) < 1e-9 && i + 1 < wishes.Length) return (wishes[i].X + wishes[i + 1].X) / 2;
            if (sum > half) return wishes[i].X;
        }
        return wishes[^1].X;
    }

    private void Place(IReadOnlyList<LayoutLink> links)
    {
        double left = this.cells.Select(c => c.X - c.Width / 2).DefaultIfEmpty(0).Min(),
            right = this.cells.Select(c => c.X + c.Width / 2).DefaultIfEmpty(0).Max(), y = 0;
        double[] top = new double[this.layers.Length], bottom = new double[this.layers.Length];
        for (int l = 0; l < this.layers.Length; l++)
        {
            (top[l], bottom[l]) = (y, y + this.layers[l].Max(c => c.Height));
            // Ports are no nodes: less is between them and the first and the last node.
            bool isPort = this.layers[l].TrueForAll(c => c.Node.Rank == Rank.First)
                || l + 1 < this.layers.Length && this.layers[l + 1].TrueForAll(c => c.Node.Rank == Rank.Last);
            y = bottom[l] + (isPort ? Math.Min(this.gap, PortGap) : this.gap);
        }
        foreach (Cell cell in this.cells)
        {
            cell.X -= left;
            cell.Y = (top[cell.Layer] + bottom[cell.Layer]) / 2;
        }
        (this.Width, this.Height) = (right - left, this.layers.Length == 0 ? 0 : bottom[^1]);
        this.Middles = [.. this.cells.Where(c => !c.IsBend).Select(c => (c.X, c.Y))];
        Dictionary<(int From, int To), double>?[] turns = [.. Enumerable.Range(0, this.layers.Length).Select(this.Turns)];
        this.Routes = [.. links.Select((link, k) => this.Route(link, this.chains[k], top, bottom, turns))];
    }

    private (double X, double Y)[] Route(LayoutLink link, List<int> chain, double[] top, double[] bottom, Dictionary<(int From, int To), double>?[] turns)
    {
        List<(double X, double Y)> points = [];
        bool isLong = chain.Count > 2;
        for (int i = 0; i < chain.Count; i++)
        {
            Cell cell = this.cells[chain[i]];
            double x = cell.X + (i == 0 ? link.FromOffset : i == chain.Count - 1 ? link.ToOffset : 0);
            if (i == chain.Count - 1 && isLong && cell.Node.HasSides && this.IsFree(cell, points[^1].X))
            {
                points.Add((points[^1].X, cell.Y));
                points.Add((cell.X + Math.Sign(points[^1].X - cell.X) * cell.Width / 2, cell.Y));
                return [.. points];
            }
            double enters = i == 0 ? cell.Y + cell.Height / 2 : top[cell.Layer];
            if (points.Count > 0 && Math.Abs(x - points[^1].X) > 0.05 && turns[cell.Layer - 1] is { } down)
            {
                // From a port at the top straight to the side.
                Cell first = this.cells[chain[0]];
                double from = bottom[cell.Layer - 1],
                    at = i == 1 && isLong && first.Node.Rank == Rank.First && this.IsFree(first, x) ? first.Y
                    : from + down[(chain[i - 1], chain[i])] * (top[cell.Layer] - from);
                points.Add((points[^1].X, at));
                points.Add((x, at));
            }
            points.Add((x, enters));
            points.Add((x, i == chain.Count - 1 ? cell.Y - cell.Height / 2 : bottom[cell.Layer]));
        }
        return [.. points];
    }

    // Whether nothing stands between a node and a place beside it.
    private bool IsFree(Cell node, double x) =>
        this.layers[node.Layer].TrueForAll(c => c == node || c.X + c.Width / 2 < Math.Min(x, node.X) || c.X - c.Width / 2 > Math.Max(x, node.X));

    // How far down links below a layer turn, so that none lie on each other but those that come from one node or go to one;
    // null when there are too many for that: then they bend.
    private Dictionary<(int From, int To), double>? Turns(int layer)
    {
        List<(double Low, double High, Segment Segment, int Track)> runs = [];
        Dictionary<(int, int), double> turns = [];
        foreach (Segment s in this.segments.Where(s => this.cells[s.From].Layer == layer))
        {
            double a = this.cells[s.From].X + s.FromOffset, b = this.cells[s.To].X + s.ToOffset;
            int run = 0;
            while (run < MostTracks && runs.Exists(r => r.Track == run && IsOn(r.Low, r.High, r.Segment))) run++;
            if (run == MostTracks) return null;
            turns[(s.From, s.To)] = this.turn + run * this.track;
            if (Math.Abs(a - b) >= 0.05) runs.Add((Math.Min(a, b), Math.Max(a, b), s, run));

            bool IsOn(double low, double high, Segment other) => Math.Abs(a - b) >= 0.05 && Math.Min(a, b) <= high + Clear && Math.Max(a, b) >= low - Clear
                && !(other.From == s.From && other.FromOffset == s.FromOffset || other.To == s.To && other.ToOffset == s.ToOffset);
        }
        return turns;
    }

    private readonly record struct Segment(int From, int To, double FromOffset, double ToOffset, double Weight);

    // A node, or a bend of a long link.
    private sealed class Cell(int layer, LayoutNode node, bool isBend, bool isAside)
    {
        public int Layer { get; } = layer;

        public LayoutNode Node { get; } = node;

        public double Width => this.Node.Width;

        public double Height => this.Node.Height;

        public bool IsBend { get; } = isBend;

        public bool IsAside { get; } = isAside;

        public int Index { get; set; }

        public double X { get; set; }

        public double Y { get; set; }

        public List<(Cell Cell, double Own, double Other, double Weight)> Above { get; } = [];

        public List<(Cell Cell, double Own, double Other, double Weight)> Below { get; } = [];
    }
}
