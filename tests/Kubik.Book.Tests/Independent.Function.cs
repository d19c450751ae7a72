using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Function => new(StringComparer.Ordinal)
    {
        ["1.1"] = g => new()
        {
            ["gamma1"] = [g.Vector("v")[0] * g.Matrix("w")[0, 0] + g.Vector("v")[1] * g.Matrix("w")[0, 1]],
            ["gamma2"] = [g.Vector("v")[0] * g.Matrix("w")[1, 0] + g.Vector("v")[1] * g.Matrix("w")[1, 1]],
        },
        ["1.2"] = g =>
        {
            double[] x = g.Vector("x"), h = [.. Enumerable.Range(0, 2).Select(j => Math.Max(0, Enumerable.Range(0, 3).Sum(i => x[i] * g.Matrix("W")[i, j])))];
            return new() { ["h1"] = [h[0]], ["h2"] = [h[1]], ["y"] = [Math.Max(0, h[0] * g.Vector("v")[0] + h[1] * g.Vector("v")[1] + g.Number("c"))] };
        },
        ["1.3"] = g =>
        {
            // The numbers of the formula in the order in which they stand there; where none stands it is 1.
            string f = g.Text("f").Replace('−', '-').Replace(" ", "")["max(0,".Length..].Replace("max(0,", "m").Replace("x₁", "x").Replace("x₂", "x").Replace("x1", "x").Replace("x2", "x");
            double[] n = [.. Regex.Matches(Regex.Replace(f, "(?<![0-9·*])(?=[mx])", "1", RegexOptions.None, Soon), "-?[0-9]+", RegexOptions.None, Soon).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
            Assert.Equal(9, n.Length);
            return new() { ["W1"] = [n[1], n[5], n[2], n[6]], ["b1"] = [n[3], n[7]], ["W2"] = [n[0], n[4]], ["b2"] = [n[8]] };
        },
        ["1.4"] = g => new() { ["y_c"] = [.. Points(g).Select(p => Enumerable.Range(0, 2).All(j => g.Matrix("lines")[0, j] * p.X + g.Matrix("lines")[1, j] * p.Y + g.Matrix("lines")[2, j] > 0) ? 1.0 : 0)] },
        ["1.5"] = _ => [],
        ["1.6"] = _ => [],
        ["1.7"] = g =>
        {
            double[,] w1 = g.Matrix("W1"), w2 = g.Matrix("W2");
            int n1 = g.Vector("b1").Length, n2 = g.Vector("b2").Length;
            int idle = Enumerable.Range(0, n1).Single(j => w1[0, j] == 0 && w1[1, j] == 0);
            (int a, int b) = (from p in Enumerable.Range(0, n2) from q in Enumerable.Range(p + 1, n2 - 1 - p) where g.Vector("b2")[p] == g.Vector("b2")[q] && Enumerable.Range(0, n1).All(i => w2[i, p] == w2[i, q]) select (p, q)).Single();
            double[] bias = [.. Enumerable.Range(0, n2).Where(j => j != b).Select(j => g.Vector("b2")[j] + Math.Max(0, g.Vector("b1")[idle]) * w2[idle, j])];
            // Two inputs, a neuron less in each layer, one output.
            return new() { ["i"] = [idle + 1], ["s"] = [a + 1, b + 1], ["b_2"] = bias, ["v"] = [g.Vector("W3")[a] + g.Vector("W3")[b]], ["n"] = [3 * (n1 - 1) + n1 * (n2 - 1) + n2] };
        },
        ["1.8a"] = g =>
        {
            // Inside when it lies on the same side of all three edges.
            double[,] v = g.Matrix("V");
            double Side((double X, double Y) p, int i, int j) => (v[j, 0] - v[i, 0]) * (p.Y - v[i, 1]) - (v[j, 1] - v[i, 1]) * (p.X - v[i, 0]);
            return new() { ["n"] = [4], ["y"] = [.. Points(g).Select(p => Math.Abs(Math.Sign(Side(p, 0, 1)) + Math.Sign(Side(p, 1, 2)) + Math.Sign(Side(p, 2, 0))) == 3 ? 1.0 : 0)] };
        },
        ["1.8b"] = g => new()
        {
            ["z"] = [0, g.Vector("v")[0], g.Vector("v")[0] + g.Vector("v")[1], g.Vector("v").Sum()],
            ["y"] = [.. Points(g).Select(p => g.Vector("c").Count(c => p.X > c) % 2.0)],
            ["n"] = [4],
        },
        ["1.8c"] = g => new() { ["n_1"] = [7], ["n_2"] = [6], ["k"] = [3], ["y"] = [.. Points(g).Select(p => (g.Vector("c").Count(c => p.X > c) + (p.Y > g.Number("d") ? 1 : 0)) % 2.0)] },
        ["1.8d"] = g => new()
        {
            ["n"] = [9],
            ["y"] = [.. Points(g).Select(p => In(p, g.Vector("outer")) && !In(p, g.Vector("inner")) ? 1.0 : 0)],
        },
        ["1.9"] = g =>
        {
            (Func<double, double> f, Func<double, double> slope) = g.Text("f") switch
            {
                "x^2" => ((Func<double, double>)(x => x * x), (Func<double, double>)(x => 2 * x)),
                "x^3" => (x => x * x * x, x => 3 * x * x),
                "e^x" => (Math.Exp, Math.Exp),
                "2x^2 + 1" => (x => 2 * x * x + 1, x => 4 * x),
                _ => (x => x * x + x, x => 2 * x + 1),
            };
            double low = g.Number("low"), high = g.Number("high"), n = g.Number("n"), width = (high - low) / n, at = g.Number("at");
            double y = f(low + (Math.Floor((at - low) / width) + 0.5) * width);
            return new()
            {
                ["b"] = [.. Enumerable.Range(0, (int)n).Select(i => f(low + (i + 0.5) * width))],
                ["y"] = [y],
                ["d"] = [Math.Abs(y - f(at))],
                ["N"] = [Math.Ceiling(slope(high) * (high - low) / (2 * g.Number("error")))],
            };
        },
        ["1.10"] = g => new() { ["n"] = [g.Vector("sizes").Zip(g.Vector("sizes")[1..], (i, o) => (i + 1) * o).Sum()] },
    };

    private static TimeSpan Soon => TimeSpan.FromSeconds(30);

    private static IEnumerable<(double X, double Y)> Points(Given g) => Enumerable.Range(0, g.Matrix("P").GetLength(0)).Select(i => (g.Matrix("P")[i, 0], g.Matrix("P")[i, 1]));

    private static bool In((double X, double Y) p, double[] box) => p.X > box[0] && p.X < box[1] && p.Y > box[2] && p.Y < box[3];
}
