using System.Globalization;
using System.Text;
using Kubik.Cli.Terminal;
using Kubik.Cli.Train;
using static Kubik.Cli.Report.Markup;

namespace Kubik.Cli.Report;

/// <summary>Regression: what was predicted against what is, in the target's own units. On the line all would be right.</summary>
internal static class ScatterPlot
{
    private const double Side = 420, Left = 84, Top = 14, Bottom = 46, Right = 34;
    private const int MostPoints = 2000;

    public static string Draw(Measures test)
    {
        (double[] truth, double[] predicted) = (test.Truth, test.Predicted);
        string name = test.Data.Targets.Count == 1 ? test.Data.Targets[0] : "value";
        double[] ticks = Chart.LinearTicks(Math.Min(truth.Min(), predicted.Min()), Math.Max(truth.Max(), predicted.Max()));
        (double low, double high) = (ticks[0], ticks[^1]);
        double At(double v, double room) => (v - low) / (high - low) * room;
        double X(double v) => Left + At(v, Side - Left - Right);
        double Y(double v) => Side - Bottom - At(v, Side - Top - Bottom);
        StringBuilder svg = new();
        svg.Append($"""<figure style="max-width: 36rem"><svg viewBox="0 0 {Side} {Side}" role="img" aria-label="{Text($"Predicted {name} against true {name} for {test.Count} samples; R² {test.R2:0.000}")}">""");
        foreach (double v in ticks)
        {
            svg.Append($"""<line class="grid" x1="{Left}" x2="{Side - Right}" y1="{F(Y(v))}" y2="{F(Y(v))}"/><text x="{Left - 8}" y="{F(Y(v) + 4)}" text-anchor="end">{Say.Number(v)}</text>""");
            svg.Append($"""<line class="grid" y1="{Top}" y2="{Side - Bottom}" x1="{F(X(v))}" x2="{F(X(v))}"/><text x="{F(X(v))}" y="{Side - Bottom + 18}" text-anchor="middle">{Say.Number(v)}</text>""");
        }
        svg.Append($"""<line class="axis" x1="{F(X(low))}" y1="{F(Y(low))}" x2="{F(X(high))}" y2="{F(Y(high))}"/>""");
        int step = Math.Max(1, truth.Length / MostPoints);
        for (int i = 0; i < truth.Length; i += step)
            svg.Append($"""<circle class="point" cx="{F(X(truth[i]))}" cy="{F(Y(predicted[i]))}" r="3.4"><title>{Text($"is {Say.Number(truth[i])}, predicted {Say.Number(predicted[i])}")}</title></circle>""");
        svg.Append($"""<text x="{F((Left + Side - Right) / 2)}" y="{Side - 6}" text-anchor="middle">true {Text(name)}</text>""");
        svg.Append($"""<text transform="translate(14 {F((Top + Side - Bottom) / 2)}) rotate(-90)" text-anchor="middle">predicted {Text(name)}</text>""");
        return svg.Append("</svg></figure>").ToString();
    }

    private static string F(double x) => x.ToString("0.#", CultureInfo.InvariantCulture);
}
