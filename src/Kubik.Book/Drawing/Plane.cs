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
    private const int Samples = 240, Cell = 8; // cells of whole pixels: no seams

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

    /// <summary>The straight line a·x + b·y + c = 0.</summary>
    public void Straight(double a, double b, double c, string label)
    {
        if (b == 0) this.Line([(-c / a, up.Low), (-c / a, up.High)], label);
        else this.Curve(x => -(a * x + c) / b, label);
    }

    /// <summary>A field: one colour above 0 and the other below, the stronger the farther.</summary>
    public void Field(Func<double, double, double> f) => this.Field(points => Tensor.From<double>([.. points.ToDoubles().Chunk(2).Select(p => f(p[0], p[1]))]));

    /// <summary>The same from all points at once: (points, 2) to as many values.</summary>
    public void Field(Func<Tensor, Tensor> f) => this.parts.Add(svg =>
    {
        int columns = (int)Width / Cell, rows = (int)Height / Cell;
        double dx = (across.High - across.Low) / columns, dy = (up.High - up.Low) / rows;
        double[,] points = new double[columns * rows, 2];
        for (int i = 0; i < columns * rows; i++) (points[i, 0], points[i, 1]) = (across.Low + (i / rows + 0.5) * dx, up.Low + (i % rows + 0.5) * dy);
        double[] values = f(Tensor.From(points)).ToDoubles();
        double most = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        for (int i = 0; i < values.Length; i++)
        {
            double v = values[i];
            if (double.IsFinite(v) && v != 0) svg.Shade(this.X(points[i, 0] - dx / 2), this.Y(points[i, 1] + dy / 2), Cell, Cell, v > 0 ? "above" : "below", Palette.MostShade * Math.Sqrt(Math.Abs(v) / most));
        }
    });

    /// <summary>Contours: the lines on which a function has the given values.</summary>
    public void Levels(Func<double, double, double> f, IReadOnlyList<double> values) => this.parts.Add(svg =>
    {
        const int Meshes = 48;
        double dx = (across.High - across.Low) / Meshes, dy = (up.High - up.Low) / Meshes;
        double[,] at = new double[Meshes + 1, Meshes + 1];
        for (int i = 0; i <= Meshes; i++)
        {
            for (int j = 0; j <= Meshes; j++) at[i, j] = f(across.Low + i * dx, up.Low + j * dy);
        }
        foreach (double value in values)
        {
            for (int i = 0; i < Meshes; i++)
            {
                for (int j = 0; j < Meshes; j++)
                {
                    // Where the four sides of a cell cross the value: twice, or four times at a saddle.
                    (int I, int J)[] corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)];
                    List<(double X, double Y)> crossed = [];
                    foreach (((int I, int J) a, (int I, int J) b) in corners.Zip(corners[1..]))
                    {
                        double p = at[a.I, a.J] - value, q = at[b.I, b.J] - value;
                        if (p < 0 != q < 0 && p / (p - q) is var t) crossed.Add((across.Low + (a.I + t * (b.I - a.I)) * dx, up.Low + (a.J + t * (b.J - a.J)) * dy));
                    }
                    for (int k = 0; k + 1 < crossed.Count; k += 2) svg.Line(this.X(crossed[k].X), this.Y(crossed[k].Y), this.X(crossed[k + 1].X), this.Y(crossed[k + 1].Y), "cell", 1.5);
                }
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
