// Convolutions in plain loops, parameters and fields by the closed formulas.

namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Convolutions => new(StringComparer.Ordinal)
    {
        ["6.1"] = g =>
        {
            double[,] x = g.Matrix("x"), k = g.Matrix("K"), y = Windows(x, k);
            double[] greatest = [.. from i in Enumerable.Range(0, 2) from j in Enumerable.Range(0, 2) select Math.Max(Math.Max(y[i, j], y[i, j + 1]), Math.Max(y[i + 1, j], y[i + 1, j + 1]))];
            return new()
            {
                ["y"] = Flat(y),
                ["y_p"] = Flat(Windows(x, k, pad: 1, stride: 2)),
                ["y_s"] = Flat(Windows(x, k, stride: 2)),
                ["y_d"] = Flat(Windows(x, k, dilation: 2)),
                ["y_m"] = greatest,
                ["n"] = [(g.Count("N") + 2 * g.Count("p") - g.Count("k")) / g.Count("s") + 1],
            };
        },
        ["6.2a"] = g =>
        {
            double[][,] kernels = [.. Enumerable.Range(1, 5).Select(i => g.Matrix($"K{i}"))];
            return new() { ["v"] = [.. kernels.Select(k => (double)EffectOf(k))], ["f"] = [.. kernels.Select(k => g.Number("c") * Flat(k).Sum())] };
        },
        ["6.2b"] = g =>
        {
            double[,] k = g.Matrix("K");
            double[] at = g.Vector("at"), move = g.Vector("move");
            double[] nine = [.. Enumerable.Range(0, 9).Select(i => (double)i)];
            return new()
            {
                ["R"] = [.. nine.Select(i => k[(int)i % 3, 2 - (int)i / 3])],
                ["D"] = [.. Flat(k).Reverse()],
                ["T"] = [.. nine.Select(i => (int)i / 3 == 1 - move[0] && (int)i % 3 == 1 - move[1] ? 1.0 : 0)],
                ["p"] = [6 - at[1], at[0]],
            };
        },
        ["6.3"] = g => new()
        {
            ["s"] = [.. new[] { ("slashes", 0), ("slashes", 1), ("crosses", 0), ("noughts", 0) }.Select(p => Flat(Windows(Picture(g.Matrix(p.Item1), p.Item2), g.Matrix("S"))).Max())],
        },
        ["6.4"] = g =>
        {
            double[,] x = g.Matrix("x"), k = g.Matrix("K");
            (int columns, int high, int wide) = (x.GetLength(1), k.GetLength(0), k.GetLength(1));
            (int down, int across) = (x.GetLength(0) - high + 1, columns - wide + 1);
            double[,] w = new double[x.Length, down * across];
            for (int output = 0; output < down * across; output++)
            {
                for (int i = 0; i < k.Length; i++) w[(output / across + i / wide) * columns + output % across + i % wide, output] = k[i / wide, i % wide];
            }
            double links = w.Length, used = down * across * k.Length;
            return new() { ["W"] = Flat(w), ["H"] = [.. Enumerable.Range(0, down * across).Select(j => Enumerable.Range(0, x.Length).Sum(i => Flat(x)[i] * w[i, j]))], ["z"] = [links - used], ["d"] = [links], ["c"] = [k.Length] };
        },
        ["6.5"] = g =>
        {
            double side = g.Number("side"), hidden = g.Number("hidden"), classes = g.Number("classes"), left = side / 4 - 2;
            double[] k = g.Vector("kernels"), d = g.Vector("dense");
            double[] l = [26 * k[0], (25 * k[0] + 1) * k[1], (left * left * k[1] + 1) * d[0], (d[0] + 1) * d[1], (d[1] + 1) * classes];
            return new() { ["n_a"] = [(side * side + 1) * hidden + (hidden + 1) * classes], ["l"] = l, ["n_b"] = [l.Sum()] };
        },
        ["6.6"] = g =>
        {
            double input = g.Number("C_in"), output = g.Number("C_out"), size = g.Number("W_k") * g.Number("H_k"), small = (g.Number("W_k") + 1) / 2 * (g.Number("H_k") + 1) / 2;
            double a = (size * input + 1) * output, c = size * input + (input + 1) * output;
            return new() { ["n_a"] = [a], ["n_b"] = [(small * input + small * output + 2) * output], ["n_c"] = [c], ["r"] = [a / c] };
        },
        ["6.7"] = g =>
        {
            // What one cell sees is found backwards: the width that is needed below each window.
            double Sees(int layers)
            {
                double cells = 1;
                for (int i = layers; i > 0; i--) cells = i % 2 == 0 ? cells * g.Number("pool") : (cells - 1) * g.Number("s") + g.Number("k");
                return cells;
            }
            return new()
            {
                ["r"] = [.. Enumerable.Range(1, 4).Select(Sees)],
                ["L"] = [Enumerable.Range(1, 30).First(n => Sees(n) >= g.Number("cat"))],
                ["D"] = [Math.Ceiling((g.Number("cat") - 1) / (g.Number("k") - 1))],
            };
        },
        ["6.8"] = g =>
        {
            double[] channels = g.Vector("channels"), times = g.Vector("times");
            double input = 3, n = 0, r = 3; // the first convolution of the stage itself
            for (int i = 0; i < channels.Length; i++)
            {
                for (int j = 0; j < times[i]; j++) (n, input) = (n + (9 * input + 1) * channels[i], channels[i]);
            }
            for (int i = g.Count("stage") - 2; i >= 0; i--) r = 2 * r + 2 * times[i];
            return new() { ["n"] = [n], ["r"] = [r] };
        },
        ["6.9"] = g =>
        {
            double[,] x = g.Matrix("X"), w = g.Matrix("W"), d = g.Matrix("G");
            (int m, int n, int p) = (x.GetLength(0), x.GetLength(1), w.GetLength(1));
            return new()
            {
                ["G_X"] = [.. from i in Enumerable.Range(0, m) from j in Enumerable.Range(0, n) select Enumerable.Range(0, p).Sum(k => d[i, k] * w[j, k])],
                ["G_W"] = [.. from j in Enumerable.Range(0, n) from k in Enumerable.Range(0, p) select Enumerable.Range(0, m).Sum(i => x[i, j] * d[i, k])],
            };
        },
    };

    private static double[,] Windows(double[,] x, double[,] k, int pad = 0, int stride = 1, int dilation = 1)
    {
        (int rows, int columns, int side) = (x.GetLength(0), x.GetLength(1), k.GetLength(0));
        int reach = (side - 1) * dilation + 1;
        double[,] y = new double[(rows + 2 * pad - reach) / stride + 1, (columns + 2 * pad - reach) / stride + 1];
        for (int i = 0; i < y.GetLength(0); i++)
        {
            for (int j = 0; j < y.GetLength(1); j++)
            {
                for (int a = 0; a < side; a++)
                {
                    for (int b = 0; b < side; b++)
                    {
                        (int r, int c) = (i * stride + a * dilation - pad, j * stride + b * dilation - pad);
                        if (r >= 0 && r < rows && c >= 0 && c < columns) y[i, j] += x[r, c] * k[a, b];
                    }
                }
            }
        }
        return y;
    }

    private static double[] Flat(double[,] x) => [.. x.Cast<double>()];

    // By what the kernel's numbers are: a single 1 beside the middle, a sum of 0, a negative number.
    private static int EffectOf(double[,] k)
    {
        double sum = Flat(k).Sum();
        double[] rows = [.. Enumerable.Range(0, 3).Select(i => k[i, 0] + k[i, 1] + k[i, 2])], columns = [.. Enumerable.Range(0, 3).Select(j => k[0, j] + k[1, j] + k[2, j])];
        if (Flat(k).Count(v => v != 0) == 1) return k[1, 0] == 1 ? 1 : k[1, 2] == 1 ? 2 : k[2, 1] == 1 ? 3 : 4;
        if (Math.Abs(sum) < 1e-9) return rows.All(v => v == 0) ? 5 : columns.All(v => v == 0) ? 6 : 7;
        return Flat(k).Any(v => v < 0) ? 9 : 8;
    }

    private static double[,] Picture(double[,] rows, int at)
    {
        double[,] picture = new double[5, 5];
        for (int i = 0; i < 25; i++) picture[i / 5, i % 5] = rows[at, i];
        return picture;
    }
}
