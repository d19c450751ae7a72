// A plane with axes: curves, points of two classes, fields in two colours, the path of a descent. Values come from the engine;
// here they are only put in their places.

using Kubik.Glass.Explaining;
using Kubik.Glass.Pictures;

namespace Kubik.Book.Drawing;

/// <summary>A drawing in x and y.</summary>
/// <param name="x">What goes to the right.</param>
/// <param name="y">What goes up.</param>
/// <param name="across">From where to where x goes.</param>
/// <param name="up">From where to where y goes.</param>
internal sealed class Plane(string x, string y, (double Low, double High) across, (double Low, double High) up)
{
    private const double Width = 440, Height = 320, Left = 58, Top = 16, Bottom = 40, Legend = 150;
    private const int Samples = 240, Cells = 48;

    private readonly List<Action<Svg>> parts = [];
    private readonly List<string> labels = [];

    /// <summary>The line of a function. Where it leaves the plane or has no value, there is none.</summary>
    public void Curve(Func<double, double> f, string label) =>
        this.Line([.. Enumerable.Range(0, Samples + 1).Select(i => across.Low + i * (across.High - across.Low) / Samples).Select(at => (at, f(at)))], label);

    /// <summary>A line through points.</summary>
    public void Line(IReadOnlyList<(double X, double Y)> points, string label)
    {
        int number = this.labels.Count;
        this.labels.Add(label);
        this.parts.Add(svg =>
        {
            // Where the line leaves the plane or has no value it is broken.
            List<(double X, double Y)> piece = [];
            foreach ((double X, double Y) p in points.Append((double.NaN, double.NaN)))
            {
                if (this.Holds(p))
                {
                    piece.Add((this.X(p.X), this.Y(p.Y)));
                    continue;
                }
                if (piece.Count > 1) svg.Polyline(piece, Kind(number), Thickness(number));
                piece.Clear();
            }
        });
    }

    /// <summary>Points of one class: filled circles, or rings.</summary>
    public void Points(IEnumerable<(double X, double Y)> points, bool isFirst) => this.parts.Add(svg =>
    {
        foreach ((double X, double Y) p in points.Where(this.Holds)) svg.Circle(this.X(p.X), this.Y(p.Y), 5.5, isFirst ? "dot" : "node");
    });

    /// <summary>A field: one colour above 0 and the other below, the stronger the farther.</summary>
    public void Field(Func<double, double, double> f) => this.parts.Add(svg =>
    {
        double dx = (across.High - across.Low) / Cells, dy = (up.High - up.Low) / Cells;
        double[,] values = new double[Cells, Cells];
        for (int i = 0; i < Cells; i++)
        {
            for (int j = 0; j < Cells; j++) values[i, j] = f(across.Low + (i + 0.5) * dx, up.Low + (j + 0.5) * dy);
        }
        double most = values.Cast<double>().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        for (int i = 0; i < Cells; i++)
        {
            for (int j = 0; j < Cells; j++)
            {
                double v = values[i, j];
                if (double.IsFinite(v) && v != 0) svg.Shade(this.X(across.Low + i * dx), this.Y(up.Low + (j + 1) * dy), Width / Cells + 0.4, Height / Cells + 0.4, v > 0 ? "above" : "below", Palette.MostShade * Math.Sqrt(Math.Abs(v) / most));
            }
        }
    });

    /// <summary>The way of a descent, a dot at each step.</summary>
    public void Path(IReadOnlyList<(double X, double Y)> points, string label)
    {
        this.Line(points, label);
        this.parts.Add(svg =>
        {
            foreach ((double X, double Y) p in points.Where(this.Holds)) svg.Circle(this.X(p.X), this.Y(p.Y), 3, "dot");
        });
    }

    /// <summary>The drawing.</summary>
    public string ToSvg(string title)
    {
        bool hasLegend = this.labels.Exists(l => l.Length > 0);
        Svg svg = new(Left + Width + (hasLegend ? Legend : 20), Top + Height + Bottom, title);
        foreach (Action<Svg> part in this.parts) part(svg);
        svg.Outline(Left, Top, Width, Height, "pane");
        foreach (double at in Ticks(across)) svg.Label(this.X(at), Top + Height + 13, Number(at), "small soft");
        foreach (double at in Ticks(up)) svg.Label(Left - 7, this.Y(at), Number(at), "small soft", "end");
        svg.Label(Left + Width / 2, Top + Height + 29, x);
        svg.Label(14, Top + Height / 2, y);
        int row = 0;
        for (int i = 0; i < this.labels.Count; i++)
        {
            if (this.labels[i].Length == 0) continue;
            double at = Top + 12 + 20 * row++;
            svg.Line(Left + Width + 12, at, Left + Width + 34, at, Kind(i), Thickness(i));
            svg.Label(Left + Width + 40, at, this.labels[i], "small", "start");
        }
        return svg.ToString();
    }

    // Told apart by colour, dashes and width, so that six lines can be told apart in black and white too.
    private static string Kind(int line) => (line % 3) switch { 0 => "plus", 1 => "minus", _ => "none" };

    private static double Thickness(int line) => line % 3 == 2 ? 2.5 : line < 3 ? 2 : 4;

    private bool Holds((double X, double Y) p) => p.X >= across.Low && p.X <= across.High && p.Y >= up.Low && p.Y <= up.High;

    private double X(double at) => Left + (at - across.Low) / (across.High - across.Low) * Width;

    private double Y(double at) => Top + (up.High - at) / (up.High - up.Low) * Height;

    // 1, 2 or 5 times a power of ten apart, four to nine of them.
    private static IEnumerable<double> Ticks((double Low, double High) range)
    {
        double rough = (range.High - range.Low) / 6, unit = Math.Pow(10, Math.Floor(Math.Log10(rough))), step = unit * (rough / unit < 1.5 ? 1 : rough / unit < 3.5 ? 2 : rough / unit < 7.5 ? 5 : 10);
        for (double at = Math.Ceiling(range.Low / step) * step; at <= range.High + step * 1e-9; at += step) yield return Math.Abs(at) < step * 1e-9 ? 0 : at;
    }

    private static string Number(double x) => Digits.Of(Math.Round(x, 10)).Text;
}
