namespace Kubik.Book.Tests;

// By entries: sums over indices, Cramer's rule, difference of cases.
internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Matrices => new(StringComparer.Ordinal)
    {
        ["8.1a"] = g =>
        {
            double[,] a = g.Matrix("A");
            double[] x = g.Vector("x");
            return new() { ["f"] = [Form(a, x)], ["g"] = [.. Enumerable.Range(0, 2).Select(k => Enumerable.Range(0, 2).Sum(j => (a[k, j] + a[j, k]) * x[j]))] };
        },
        ["8.1b"] = g =>
        {
            double[] x = g.Vector("x");
            return new() { ["f"] = [Form(g.Matrix("A"), x)], ["g"] = [x[0] * x[0], x[0] * x[1], x[1] * x[0], x[1] * x[1]] };
        },
        ["8.1c"] = g =>
        {
            double[,] a = g.Matrix("A");
            double[] x = g.Vector("x"), r = [.. g.Vector("b").Select((b, i) => a[i, 0] * x[0] + a[i, 1] * x[1] + b)];
            return new() { ["f"] = [r.Sum(v => v * v)], ["g"] = [2 * r.Select((v, i) => a[i, 0] * v).Sum(), 2 * r.Select((v, i) => a[i, 1] * v).Sum()] };
        },
        ["8.1d"] = g =>
        {
            double[,] a = g.Matrix("A"), b = g.Matrix("B");
            return new() { ["f"] = [a[0, 0] * b[0, 0] + a[0, 1] * b[1, 0] + a[1, 0] * b[0, 1] + a[1, 1] * b[1, 1]], ["g"] = [b[0, 0], b[1, 0], b[0, 1], b[1, 1]] };
        },
        ["8.2"] = g =>
        {
            // The slope is the covariance over the variance.
            double[] x = g.Vector("x"), y = g.Vector("y");
            double mx = x.Average(), my = y.Average(), slope = x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / x.Sum(a => (a - mx) * (a - mx)), bias = my - slope * mx;
            return new() { ["w"] = [bias, slope], ["Q"] = [x.Zip(y, (a, b) => Math.Pow(b - bias - slope * a, 2)).Average()], ["y_new"] = [bias + slope * g.Number("at")] };
        },
        ["8.3"] = g =>
        {
            double[] y = g.Vector("y");
            int t = g.Count("class") - 1;
            double sum = y.Sum(Math.Exp);
            return new() { ["L"] = [Math.Log(sum) - y[t]], ["g"] = [.. y.Select((v, i) => Math.Exp(v) / sum - (i == t ? 1 : 0))] };
        },
        ["8.4"] = g =>
        {
            double[,] x = g.Matrix("X");
            double[] y = g.Vector("y"), w = g.Vector("w"), m = [.. y.Select((c, i) => c * (x[i, 0] * w[0] + x[i, 1] * w[1]))];
            double l = -m.Sum(v => Math.Log(1 + Math.Exp(-v)));
            double Pull(int j) => m.Select((v, i) => y[i] * x[i, j] / (1 + Math.Exp(v))).Sum();
            return new() { ["P"] = [Math.Exp(l)], ["l"] = [l], ["g"] = [Pull(0), Pull(1)], ["k"] = [Array.IndexOf(m, m.Min()) + 1] };
        },
        ["8.5"] = g =>
        {
            double[,] x = g.Matrix("X"), y = g.Matrix("Y"), dx = g.Matrix("dX"), dy = g.Matrix("dY");
            double det = x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0];
            double[,] inverse = { { x[1, 1] / det, -x[0, 1] / det }, { -x[1, 0] / det, x[0, 0] / det } };
            return new()
            {
                ["D"] = [.. Times(dx, y).Zip(Times(x, dy), (a, b) => a + b)],
                ["R"] = Times(dx, dy),
                ["E"] = [.. Times(inverse, Square(Times(dx, inverse))).Select(v => -v)],
            };
        },
        ["8.6"] = g =>
        {
            double[,] a = g.Matrix("a"), b = g.Matrix("b"), t = g.Matrix("t"), m = g.Matrix("m");
            return new()
            {
                ["A"] = [a[0, 0], a[0, 1], a[1, 0], a[1, 1]],
                ["B"] = [b[0, 0], b[1, 0], b[0, 1], b[1, 1]],
                ["c"] = g.Vector("c"),
                ["T"] = [t[0, 0], t[1, 0], t[0, 1], t[1, 1]],
                ["M_1"] = [m[0, 0], m[1, 0], m[2, 0], m[3, 0]],
                ["M_2"] = [m[0, 1], m[1, 1], m[2, 1], m[3, 1]],
                ["n"] = [4 * g.Number("k")],
            };
        },
        ["8.7"] = g =>
        {
            double[] x = g.Vector("x"), y = g.Vector("y");
            double mx = x.Average(), my = y.Average(), slope = x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / x.Sum(a => (a - mx) * (a - mx));
            (double Bias, double Slope, double Error) best = (0, 0, double.PositiveInfinity);
            for (int i = 0; i < x.Length; i++)
            {
                for (int j = i + 1; j < x.Length; j++)
                {
                    double b = (y[j] - y[i]) / (x[j] - x[i]), a = y[i] - b * x[i], error = x.Zip(y, (u, v) => Math.Abs(v - a - b * u)).Average();
                    if (error < best.Error) best = (a, b, error);
                }
            }
            return new() { ["w_1"] = [my - slope * mx, slope], ["w_2"] = [best.Bias, best.Slope], ["M"] = [best.Error] };
        },
    };

    private static double Form(double[,] a, double[] x) => a[0, 0] * x[0] * x[0] + (a[0, 1] + a[1, 0]) * x[0] * x[1] + a[1, 1] * x[1] * x[1];

    private static double[] Times(double[,] a, double[,] b) => [.. from i in Enumerable.Range(0, 2) from j in Enumerable.Range(0, 2) select a[i, 0] * b[0, j] + a[i, 1] * b[1, j]];

    private static double[,] Square(double[] m) => new[,] { { m[0], m[1] }, { m[2], m[3] } };
}
