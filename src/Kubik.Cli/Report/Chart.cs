// Curves over epochs as SVG: the names stand at the ends of the lines, so no legend has to be matched by colour; dash
// patterns tell the lines apart in print. A loss that falls by more than a factor of ten gets a logarithmic axis.

using System.Globalization;
using System.Text;
using static Kubik.Cli.Report.Markup;

namespace Kubik.Cli.Report;

/// <summary>A line of a chart: a value for each epoch.</summary>
internal sealed record Curve(string Name, string Class, IReadOnlyList<double> Values);

internal sealed class Chart
{
    private const double Width = 480, Height = 270, Left = 52, Right = 78, Top = 30, Bottom = 34;
    private const int MostDots = 16;

    private readonly IReadOnlyList<Curve> curves;
    private readonly Func<double, string> text;
    private readonly bool isLog;
    private readonly double low, high;
    private readonly double[] ticks;
    private readonly int epochs;

    private Chart(IReadOnlyList<Curve> curves, Func<double, string> text, bool mayBeLog, double? ceiling)
    {
        (this.curves, this.text) = (curves, text);
        double[] all = [.. curves.SelectMany(c => c.Values).Where(double.IsFinite)];
        (double least, double most) = (all.Min(), all.Max());
        this.epochs = curves.Max(c => c.Values.Count);
        this.isLog = mayBeLog && least > 0 && most > 10 * least;
        this.ticks = this.isLog ? LogTicks(least, most) : LinearTicks(mayBeLog ? Math.Min(0, least) : least, ceiling ?? most);
        (this.low, this.high) = (this.ticks[0], this.ticks[^1]);
    }

    /// <summary>A figure with the curves; nothing when there are no values.</summary>
    /// <param name="title">What is drawn.</param>
    /// <param name="curves">The lines.</param>
    /// <param name="text">How a value is written.</param>
    /// <param name="isLoss">Whether the axis begins at 0, or is logarithmic when values differ much.</param>
    /// <param name="ceiling">The largest value there can be.</param>
    public static string Draw(string title, IReadOnlyList<Curve> curves, Func<double, string> text, bool isLoss, double? ceiling = null)
    {
        Curve[] seen = [.. curves.Where(c => c.Values.Any(double.IsFinite))];
        return seen.Length == 0 ? "" : new Chart(seen, text, isLoss, ceiling).ToSvg(title);
    }

    private string ToSvg(string title)
    {
        StringBuilder svg = new();
        string last = string.Join(", ", this.curves.Select(c => $"{c.Name} {this.text(c.Values[^1])}"));
        svg.Append($"""<figure><svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Text($"{title} by epoch; at the end {last}")}">""");
        svg.Append($"""<text class="title" x="{Left}" y="16">{Text(title)}{(this.isLog ? " (logarithmic)" : "")}</text>""");
        foreach (double tick in this.ticks)
        {
            svg.Append($"""<line class="grid" x1="{Left}" x2="{F(Width - Right)}" y1="{F(this.Y(tick))}" y2="{F(this.Y(tick))}"/>""");
            svg.Append($"""<text x="{Left - 8}" y="{F(this.Y(tick) + 4)}" text-anchor="end">{Text(this.text(tick))}</text>""");
        }
        foreach (int epoch in this.EpochTicks()) svg.Append($"""<text x="{F(this.X(epoch))}" y="{Height - Bottom + 18}" text-anchor="middle">{epoch}</text>""");
        svg.Append($"""<text x="{F((Left + Width - Right) / 2)}" y="{Height - 2}" text-anchor="middle">epoch</text>""");
        foreach (Curve curve in this.curves) this.Draw(svg, curve);
        this.Names(svg);
        return svg.Append("</svg></figure>\n").ToString();
    }

    private void Draw(StringBuilder svg, Curve curve)
    {
        (int Epoch, double Value)[] points = [.. curve.Values.Select((v, i) => (i + 1, v)).Where(p => double.IsFinite(p.v))];
        svg.Append($"""<polyline class="curve {curve.Class}" points="{string.Join(' ', points.Select(p => $"{F(this.X(p.Epoch))},{F(this.Y(p.Value))}"))}"/>""");
        foreach ((int epoch, double value) in points.Length <= MostDots ? points : [])
            svg.Append($"""<circle class="dot {curve.Class}" cx="{F(this.X(epoch))}" cy="{F(this.Y(value))}" r="3.2"><title>{Text($"epoch {epoch}, {curve.Name}: {this.text(value)}")}</title></circle>""");
    }

    // At the ends of the lines, pushed apart where these lie close.
    private void Names(StringBuilder svg)
    {
        const double Apart = 14;
        double before = double.NegativeInfinity;
        foreach ((Curve curve, double y) in this.curves.Select(c => (c, this.Y(c.Values[^1]))).OrderBy(p => p.Item2))
        {
            double at = Math.Max(y + 4, before + Apart);
            before = at;
            svg.Append($"""<text class="name {curve.Class}" x="{F(Width - Right + 8)}" y="{F(at)}">{Text(curve.Name)}</text>""");
        }
    }

    private IEnumerable<int> EpochTicks()
    {
        int step = 1;
        foreach (int candidate in (int[])[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000])
        {
            step = candidate;
            if (this.epochs / step <= 10) break;
        }
        for (int epoch = step == 1 ? 1 : step; epoch <= this.epochs; epoch += step) yield return epoch;
    }

    private double X(double epoch) => this.epochs == 1 ? (Left + Width - Right) / 2 : Left + ((epoch - 1) / (this.epochs - 1) * (Width - Left - Right));

    private double Y(double value)
    {
        (double l, double h, double v) = this.isLog ? (Math.Log(this.low), Math.Log(this.high), Math.Log(value)) : (this.low, this.high, value);
        return Height - Bottom - (Math.Clamp((v - l) / (h - l), 0, 1) * (Height - Top - Bottom));
    }

    private static double[] LogTicks(double least, double most)
    {
        List<double> marks = [];
        bool isWide = most / least > 1000;
        for (int power = (int)Math.Floor(Math.Log10(least)); Math.Pow(10, power) <= most * 10; power++)
        {
            foreach (double digit in isWide ? (double[])[1] : [1, 2, 5]) marks.Add(digit * Math.Pow(10, power));
        }
        int first = Math.Max(marks.FindLastIndex(t => t <= least), 0), last = marks.FindIndex(t => t >= most);
        return [.. marks[first..((last < 0 ? marks.Count - 1 : last) + 1)]];
    }

    /// <summary>Round numbers from below the least to above the most value.</summary>
    internal static double[] LinearTicks(double least, double most)
    {
        if (most <= least) (least, most) = (least - (Math.Abs(least) * 0.05) - 1e-3, most + 1e-9);
        double rough = (most - least) / 4, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = ((double[])[1, 2, 2.5, 5, 10]).First(d => d * power >= rough * 0.999) * power;
        int first = (int)Math.Floor(least / step), last = (int)Math.Ceiling((most / step) - 1e-9);
        return [.. Enumerable.Range(first, Math.Max(last - first, 1) + 1).Select(i => Math.Round(i * step, 12))];
    }

    private static string F(double x) => x.ToString("0.#", CultureInfo.InvariantCulture);
}
