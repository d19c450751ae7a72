namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Outputs => new(StringComparer.Ordinal)
    {
        ["2.1"] = g =>
        {
            double t = g.Number("t"), p = g.Number("p"), f = Logistic(t);
            return new() { ["f_1"] = [1], ["f_0"] = [0], ["f"] = [f], ["d"] = [Math.Exp(t) / Math.Pow(1 + Math.Exp(t), 2)], ["l"] = [-Math.Log(1 + Math.Exp(-t))], ["s"] = [Math.Log(p) - Math.Log(1 - p)], ["g"] = [Logistic(-t)] };
        },
        ["2.2"] = g =>
        {
            double[] x = g.Vector("x"), t = g.Vector("t"), w = g.Vector("w");
            double Loss(double w0, double w1) => x.Select((a, i) => Math.Log(1 + Math.Exp((t[i] == 1 ? -1 : 1) * (w0 + w1 * a)))).Average();
            return new() { ["L_0"] = [Math.Log(2)], ["L_1"] = [Loss(w[0], w[1])], ["L_2"] = [Loss(1000 * w[0], 1000 * w[1])] };
        },
        ["2.3"] = g =>
        {
            double[] a = g.Vector("z1"), b = g.Vector("z2"), c = g.Vector("class");
            return new()
            {
                ["p_1"] = Shares(a),
                ["p_2"] = Shares(b),
                ["L"] = [-(Math.Log(Shares(a)[(int)c[0] - 1]) + Math.Log(Shares(b)[(int)c[1] - 1])) / 2],
                ["q"] = [Math.Exp(a[0]) / (Math.Exp(a[0]) + Math.Exp(a[1]))],
                ["m"] = [Math.Log(a.Sum(Math.Exp))],
            };
        },
        ["2.4a"] = g => new() { ["L"] = [Math.Log(1 + Math.Exp(-g.Number("z")))], ["p"] = [Logistic(g.Number("z"))] },
        ["2.4b"] = g => new() { ["k"] = [g.Number("K")], ["L"] = [-Math.Log(Shares(g.Vector("z"))[g.Count("class") - 1])] },
        ["2.4c"] = g => new() { ["y"] = [10 * Logistic(g.Number("z"))], ["L"] = [Math.Pow(10 * Logistic(g.Number("z")) - g.Number("t"), 2)] },
        ["2.4d"] = g => new() { ["p"] = [.. g.Vector("z").Select(Logistic)], ["L"] = [g.Vector("z").Zip(g.Vector("t"), (z, t) => -Math.Log(t == 1 ? Logistic(z) : Logistic(-z))).Average()] },
        ["2.4e"] = g =>
        {
            double box = g.Vector("box").Zip(g.Vector("t"), (y, t) => Math.Abs(y - t) < 1 ? (y - t) * (y - t) / 2 : Math.Abs(y - t) - 0.5).Sum(), kind = -Math.Log(Shares(g.Vector("z"))[g.Count("class") - 1]);
            return new() { ["k"] = [6], ["B"] = [box], ["C"] = [kind], ["L"] = [box + kind] };
        },
        ["2.4f"] = g =>
        {
            double rate = Math.Exp(g.Number("z"));
            double[] chances = [.. Enumerable.Range(0, 100).Select(k => Math.Exp(-rate + k * g.Number("z") - Enumerable.Range(1, k).Sum(i => Math.Log(i))))];
            return new() { ["r"] = [rate], ["L"] = [rate - g.Number("t") * g.Number("z")], ["k"] = [Array.IndexOf(chances, chances.Max())] };
        },
        ["2.6"] = g =>
        {
            double[] t = g.Vector("t");
            double a = g.Number("a"), b = g.Number("b"), low = t.Min(), high = t.Max();
            double Slope(double y) => t.Sum(x => -2 * (x - y) * (x < y ? a : b));
            for (int i = 0; i < 200; i++) (low, high) = Slope((low + high) / 2) < 0 ? ((low + high) / 2, high) : (low, (low + high) / 2);
            return new() { ["y_1"] = [t.Average()], ["y_2"] = [t.Order().ElementAt(2)], ["y_3"] = [low], ["L"] = [t.Average(x => (x - t.Average()) * (x - t.Average()) * (x < t.Average() ? a : b))] };
        },
        ["2.5"] = g =>
        {
            double[] t = g.Vector("t"), y = g.Vector("y"), c = g.Vector("class"), r = new double[3];
            double[][] p = [.. Enumerable.Range(0, 3).Select(i => Shares([g.Matrix("Z")[i, 0], g.Matrix("Z")[i, 1], g.Matrix("Z")[i, 2]]))];
            for (int i = 0; i < 3; i++) r[i] = -Math.Log(p[i][(int)c[i] - 1]);
            return new() { ["p"] = [.. t.Select(Logistic)], ["l"] = [.. t.Zip(y, (z, k) => Math.Log(1 + Math.Exp(k == 1 ? -z : z)))], ["P"] = [.. p.SelectMany(row => row)], ["r"] = r, ["M"] = [r.Average()] };
        },
    };

    private static double Logistic(double t) => 1 / (1 + Math.Exp(-t));

    private static double[] Shares(double[] z) => [.. z.Select(a => Math.Exp(a) / z.Sum(Math.Exp))];
}
