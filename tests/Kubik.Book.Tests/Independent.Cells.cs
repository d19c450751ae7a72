namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Cells => new(StringComparer.Ordinal)
    {
        ["7.1a"] = g =>
        {
            double[] x = g.Vector("x"), b = g.Vector("b"), h1 = [.. Enumerable.Range(0, 2).Select(j => Math.Tanh(x[0] * g.Matrix("W")[0, j] + b[j]))];
            double[] h2 = [.. Enumerable.Range(0, 2).Select(j => Math.Tanh(x[1] * g.Matrix("W")[0, j] + Into(h1, g.Matrix("U"), j) + b[j]))];
            double d = g.Number("D"), h = g.Number("H");
            return new() { ["h1"] = h1, ["h2"] = h2, ["y"] = [Into(h2, g.Matrix("V"), 0) + g.Number("c")], ["n"] = [d * h + h * h + h] };
        },
        ["7.1b"] = g =>
        {
            double[] x = g.Vector("x"), h = new double[4], d = new double[4];
            double w = g.Number("w"), u = g.Number("u"), gw = 0, gu = 0;
            for (int t = 1; t <= 3; t++) h[t] = Math.Tanh(w * x[t - 1] + u * h[t - 1]);
            for (int t = 3; t >= 1; t--)
            {
                d[t] = (t == 3 ? 2 * (h[3] - g.Number("t")) : u * d[t + 1]) * (1 - h[t] * h[t]);
                (gw, gu) = (gw + d[t] * x[t - 1], gu + d[t] * h[t - 1]);
            }
            return new() { ["h"] = h[1..], ["d"] = d[1..], ["g_w"] = [gw], ["g_u"] = [gu], ["g_1"] = [d[3] * x[2]], ["w"] = [w - g.Number("eta") * gw], ["u"] = [u - g.Number("eta") * gu] };
        },
        ["7.2a"] = g =>
        {
            Dictionary<string, double[]> found = new() { ["n"] = [4 * g.Number("H") * (g.Number("D") + g.Number("H") + 1)] };
            double c = 0, h = 0;
            for (int t = 1; t <= 2; t++)
            {
                double[] gates = LstmGates(g, t, h);
                c = gates[1] * c + gates[0] * gates[2];
                h = gates[3] * Math.Tanh(c);
                (found[$"G{t}"], found[$"c{t}"], found[$"h{t}"]) = (gates, [c], [h]);
            }
            return found;
        },
        ["7.2b"] = g =>
        {
            // By (i, f, g, o) of both steps.
            double[] a = LstmGates(g, 1, 0), u = g.Vector("u");
            double c1 = a[0] * a[2], h1 = a[3] * Math.Tanh(c1);
            double[] b = LstmGates(g, 2, h1);
            double c2 = b[1] * c1 + b[0] * b[2], dh2 = 2 * (b[3] * Math.Tanh(c2) - g.Number("t")), dc2 = dh2 * b[3] / (Math.Cosh(c2) * Math.Cosh(c2));
            double[] z2 = [dc2 * b[2] * b[0] * (1 - b[0]), dc2 * c1 * b[1] * (1 - b[1]), dc2 * b[0] * (1 - b[2] * b[2]), dh2 * Math.Tanh(c2) * b[3] * (1 - b[3])];
            double dh1 = z2.Zip(u, (z, w) => z * w).Sum(), dc1 = dc2 * b[1] + dh1 * a[3] / (Math.Cosh(c1) * Math.Cosh(c1));
            double[] z1 = [dc1 * a[2] * a[0] * (1 - a[0]), 0, dc1 * a[0] * (1 - a[2] * a[2]), dh1 * Math.Tanh(c1) * a[3] * (1 - a[3])];
            return new() { ["D"] = [dc2], ["Z"] = z2, ["C"] = [dc2 * b[1]], ["E"] = [dc1], ["B"] = [.. z1.Zip(z2, (p, q) => p + q)] };
        },
        ["7.2c"] = g =>
        {
            double f = Math.Pow(g.Number("keep"), 0.01);
            return new() { ["m"] = [Math.Tanh(g.Vector("v")[Array.LastIndexOf(g.Vector("s"), 1.0)])], ["z"] = [Math.Ceiling(Math.Log(f / (1 - f)))] };
        },
        ["7.3"] = g =>
        {
            double[] u = g.Vector("u"), v = g.Vector("g");
            double t = g.Number("T"), norm = Math.Sqrt(v[0] * v[0] + v[1] * v[1]);
            return new()
            {
                ["r1"] = [Math.Exp(t * Math.Log(u[0]))],
                ["r2"] = [Math.Exp(t * Math.Log(u[1]))],
                ["k"] = [Math.Floor(Math.Log(0.001) / Math.Log(u[0])) + 1],
                ["q"] = [Math.Exp(-t * Math.Log(1 + Math.Exp(-g.Number("b"))))],
                ["G"] = [v[0] / norm * g.Number("c"), v[1] / norm * g.Number("c")],
            };
        },
        ["7.4a"] = g =>
        {
            // Which words are the same, in both languages.
            int[] word = g.Count("sentence") switch { 1 => [0, 1, 2, 3, 4, 5, 1, 2, 3], 2 => [0, 1, 2, 3, 4, 1, 5], 3 => [0, 1, 2, 3, 1, 4, 5, 6], _ => [0, 1, 2, 0, 3, 2, 4, 0, 5, 6] };
            int n = word.Length, m = g.Count("window"), of = 0, both = 0;
            for (int i = 0; i < n; i++)
            {
                if (word[i] != word[g.Count("at") - 1]) continue;
                for (int j = Math.Max(0, i - m); j <= Math.Min(n - 1, i + m); j++)
                {
                    if (j == i) continue;
                    of++;
                    if (word[j] == word[g.Count("beside") - 1]) both++;
                }
            }
            return new() { ["V"] = [word.Max() + 1], ["n"] = [2 * m * n - m * (m + 1)], ["q"] = [(double)both / of], ["p"] = [2.0 * (word.Max() + 1) * g.Number("size")] };
        },
        ["7.4b"] = g =>
        {
            double[,] all = g.Matrix("V"), o = g.Matrix("O");
            int word = g.Count("word") - 1, right = g.Count("beside") - 1, wrong = g.Count("stranger") - 1;
            double[] v = [all[word, 0], all[word, 1]], s = [Into(v, o, 0), Into(v, o, 1), Into(v, o, 2)], p = Shares(s), d = [.. p.Select((q, j) => j == right ? q - 1 : q)];
            double[] slope = [.. Enumerable.Range(0, 2).Select(i => d[0] * o[i, 0] + d[1] * o[i, 1] + d[2] * o[i, 2])];
            double eta = g.Number("eta");
            return new()
            {
                ["p"] = p,
                ["L"] = [-Math.Log(p[right])],
                ["g"] = slope,
                ["v"] = [v[0] - eta * slope[0], v[1] - eta * slope[1]],
                ["o"] = [o[0, right] - eta * d[right] * v[0], o[1, right] - eta * d[right] * v[1]],
                ["M"] = [Math.Log(1 + Math.Exp(-s[right])) + Math.Log(1 + Math.Exp(s[wrong]))],
            };
        },
        ["7.4c"] = g =>
        {
            double[,] a = g.Matrix("A");
            double[] s = [a[0, 0] - a[1, 0] + a[2, 0], a[0, 1] - a[1, 1] + a[2, 1]], n = g.Vector("counts");
            // A being has two sentences, and in each of them a verb and a thing: four shares, two by two the same. q: of the first.
            double q = n[2 * g.Count("word") - 2] / (n[2 * g.Count("word") - 2] + n[2 * g.Count("word") - 1]);
            return new()
            {
                ["s"] = s,
                ["c"] = [(s[0] * a[3, 0] + s[1] * a[3, 1]) / Math.Sqrt((s[0] * s[0] + s[1] * s[1]) * (a[3, 0] * a[3, 0] + a[3, 1] * a[3, 1]))],
                ["r"] = [q / 2],
                ["H"] = [Math.Log(2) - q * Math.Log(q) - (1 - q) * Math.Log(1 - q)],
            };
        },
        ["7.5a"] = g =>
        {
            double[,] w1 = g.Matrix("W1"), w2 = g.Matrix("W2");
            double[] x = g.Vector("x"), z = [Into(x, w1, 0), Into(x, w1, 1)], h = [Math.Max(0, z[0]), Math.Max(0, z[1])], f = [Into(h, w2, 0), Into(h, w2, 1)], y = [x[0] + f[0], x[1] + f[1]];
            double[] d = [y[0] - g.Vector("t")[0], y[1] - g.Vector("t")[1]], back = [.. Enumerable.Range(0, 2).Select(j => z[j] > 0 ? d[0] * w2[j, 0] + d[1] * w2[j, 1] : 0)];
            double[] through = [back[0] * w1[0, 0] + back[1] * w1[0, 1], back[0] * w1[1, 0] + back[1] * w1[1, 1]];
            return new() { ["y"] = y, ["d"] = d, ["D2"] = Outer(h, d), ["g"] = [d[0] + through[0], d[1] + through[1]], ["g_f"] = through, ["f"] = f };
        },
        ["7.5b"] = g =>
        {
            double a = g.Number("a");
            int n = g.Count("N"), k = g.Count("k");
            // Pascal's triangle, and the mean as a sum over all ways.
            double[] row = [1];
            for (int i = 0; i < n; i++) row = [1, .. row.Skip(1).Zip(row, (p, q) => p + q), 1];
            double all = row.Select((ways, i) => ways * Math.Pow(a, i)).Sum();
            return new() { ["r_p"] = [Math.Pow(a, n)], ["r_r"] = [all], ["n"] = [row.Sum()], ["s"] = [row[k] / row.Sum()], ["m"] = [row.Select((ways, i) => i * ways * Math.Pow(a, i)).Sum() / all] };
        },
        ["7.5c"] = g =>
        {
            double c = g.Number("C"), b = g.Number("B"), k = g.Number("growth"), layers = g.Number("layers");
            double[] i = g.Vector("inception");
            return new()
            {
                ["p_b"] = [18 * c * c],
                ["p_n"] = [2 * c * b + 9 * b * b],
                ["p_s"] = [9 * c + c * c],
                ["p_i"] = [c * (i[0] + i[1] + i[3] + i[5]) + 9 * i[1] * i[2] + 25 * i[3] * i[4]],
                ["c_i"] = [i[0] + i[2] + i[4] + i[5]],
                ["p_d"] = [9 * k * (layers * c + k * layers * (layers - 1) / 2)],
                ["c_d"] = [c + layers * k],
            };
        },
        ["7.6a"] = g =>
        {
            double[,] x = g.Matrix("X");
            double[][] Rows(string name) => [.. Enumerable.Range(0, 3).Select(i => (double[])[Into([x[i, 0], x[i, 1]], g.Matrix(name), 0), Into([x[i, 0], x[i, 1]], g.Matrix(name), 1)])];
            double[][] q = Rows("W_q"), k = Rows("W_k"), v = Rows("W_v"), dots = [.. q.Select(a => k.Select(b => a[0] * b[0] + a[1] * b[1]).ToArray())];
            double[][] shares = [.. dots.Select((row, i) => (double[])[.. Shares([.. row[..(i + 1)].Select(s => s / Math.Sqrt(2))]), .. new double[2 - i]])];
            return new()
            {
                ["S"] = [.. dots.SelectMany(row => row.Select(s => s / Math.Sqrt(2)))],
                ["A"] = [.. shares.SelectMany(row => row)],
                ["Y"] = [.. shares.SelectMany(row => Enumerable.Range(0, 2).Select(j => row[0] * v[0][j] + row[1] * v[1][j] + row[2] * v[2][j]))],
                ["u"] = Shares(dots[2]),
            };
        },
        ["7.6b"] = g =>
        {
            double size = g.Number("D"), heads = g.Number("heads"), t = g.Number("T");
            // A product of independent signs is a sign: their sum is a walk, its places have the shares of Pascal's triangle.
            double[] walk = [1];
            for (int i = 0; i < size / heads; i++) walk = [.. walk.Append(0).Zip(walk.Prepend(0), (p, q) => (p + q) / 2)];
            double variance = walk.Select((p, i) => p * Math.Pow(2 * i - walk.Length + 1, 2)).Sum();
            // Numbers and products are counted head by head and row by row.
            (double n, double shares) = (0, 0);
            for (int head = 0; head < heads; head++)
            {
                for (int column = 0; column < size / heads; column++) n += 3 * (size + 1);
                for (int row = 0; row < t; row++) shares += t;
            }
            for (int column = 0; column < size; column++) n += size + 1;
            double m = Products(t);
            return new() { ["v"] = [variance], ["s"] = [Math.Sqrt(variance)], ["n"] = [n], ["a"] = [shares], ["m"] = [m], ["k"] = [Products(t * g.Number("longer")) / m] };

            double Products(double words)
            {
                double all = 0;
                for (int head = 0; head < heads; head++)
                {
                    for (int row = 0; row < words; row++)
                    {
                        for (int key = 0; key < words; key++) all += size / heads;
                        for (int column = 0; column < size / heads; column++) all += words;
                    }
                }
                return all;
            }
        },
        ["7.7"] = g =>
        {
            double[,] e = g.Matrix("E");
            int word = g.Count("word") - 1, next = g.Count("next") - 1;
            double[] h = [e[word, 0], e[word, 1]], y = [.. Enumerable.Range(0, 3).Select(i => h[0] * e[i, 0] + h[1] * e[i, 1])], p = Shares(y), d = [.. p.Select((q, j) => j == next ? q - 1 : q)];
            double[] end = [.. d.SelectMany(s => new[] { s * h[0], s * h[1] })], start = [Enumerable.Range(0, 3).Sum(i => d[i] * e[i, 0]), Enumerable.Range(0, 3).Sum(i => d[i] * e[i, 1])];
            return new() { ["y"] = y, ["p"] = p, ["L"] = [-Math.Log(p[next])], ["B"] = end, ["A"] = start, ["G"] = [.. end.Select((b, i) => i / 2 == word ? b + start[i % 2] : b)], ["s"] = [g.Number("V") * g.Number("D")] };
        },
        ["7.8"] = g =>
        {
            double[] w = g.Vector("w"), u = g.Vector("u"), b = g.Vector("b");
            double hidden = g.Number("H"), h = 0;
            Dictionary<string, double[]> found = new() { ["k"] = [3 * hidden * (g.Number("D") + hidden + 1) + hidden], ["f"] = [hidden * (g.Number("D") + hidden)] };
            for (int t = 1; t <= 2; t++)
            {
                double x = g.Vector("x")[t - 1], r = Sigmoid(x * w[0] + h * u[0] + b[0]), z = Sigmoid(x * w[1] + h * u[1] + b[1]), n = Math.Tanh(x * w[2] + b[2] + r * (h * u[2] + g.Number("d")));
                h = n + z * (h - n);
                (found[$"G{t}"], found[$"h{t}"]) = ([r, z, n], [h]);
            }
            return found;
        },
        ["7.9"] = g =>
        {
            double[] p = g.Vector("P");
            double[,] q = g.Matrix("Q");
            double best = 0, beside = 0;
            int start = 0, first = Array.IndexOf(p, p.Max());
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                {
                    if (i == first) beside = Math.Max(beside, p[i] * q[i, j]);
                    if (p[i] * q[i, j] > best) (best, start) = (p[i] * q[i, j], i);
                }
            }
            return new() { ["g"] = [beside], ["b"] = [best], ["w"] = [p.OrderDescending().ToList().IndexOf(p[start]) + 1], ["L"] = [-Math.Log(best) / 2], ["S"] = [1 / Math.Sqrt(best)] };
        },
    };

    // (i, f, g, o) of a step.
    private static double[] LstmGates(Given g, int t, double h)
    {
        double[] z = [.. g.Vector("w").Select((w, k) => g.Vector("x")[t - 1] * w + h * g.Vector("u")[k] + g.Vector("b")[k])];
        return [Sigmoid(z[0]), Sigmoid(z[1]), Math.Tanh(z[2]), Sigmoid(z[3])];
    }
}
