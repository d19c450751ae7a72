namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Backward => new(StringComparer.Ordinal)
    {
        ["4.1"] = g =>
        {
            // a·x² + b·x·y + (x + c·y)²
            double Before(string text, string letters)
            {
                int at = text.IndexOf(letters, StringComparison.Ordinal);
                return at > 0 && char.IsAsciiDigit(text[at - 1]) ? text[at - 1] - '0' : 1;
            }

            double a = Before(g.Text("one"), "x^2"), b = Before(g.Text("one"), "x*y"), c = Before(g.Text("two"), "y"), x = g.Number("x"), y = g.Number("y");
            return new() { ["f"] = [a * x * x + b * x * y + (x + c * y) * (x + c * y)], ["f_x"] = [2 * a * x + b * y + 2 * (x + c * y)], ["f_y"] = [b * x + 2 * c * (x + c * y)] };
        },
        ["4.2"] = g =>
        {
            double[,] w1 = g.Matrix("W1"), w2 = g.Matrix("W2"), w3 = g.Matrix("W3");
            double[] x = [g.Matrix("x")[0, 0], g.Matrix("x")[0, 1]], h = [Sigmoid(Into(x, w1, 0)), Sigmoid(Into(x, w1, 1))], k = [Sigmoid(Into(h, w2, 0)), Sigmoid(Into(h, w2, 1))];
            double output = Into(k, w3, 0), error = output - g.Number("y");
            double[] inner = [.. Enumerable.Range(0, 2).Select(j => error * w3[j, 0] * k[j] * (1 - k[j]))], outer = [.. Enumerable.Range(0, 2).Select(i => (inner[0] * w2[i, 0] + inner[1] * w2[i, 1]) * h[i] * (1 - h[i]))];
            return new() { ["Y"] = [output], ["D3"] = [error * k[0], error * k[1]], ["D2"] = Outer(h, inner), ["D1"] = Outer(x, outer) };
        },
        ["4.3"] = g =>
        {
            // Both hidden neurons are alike all the way: one of them is followed.
            double w1 = 0, b1 = 0, w2 = 0, b2 = 0, p = 0;
            Dictionary<string, double[]> found = [];
            for (int step = 0; step < 2; step++)
            {
                double x = g.Vector("x")[step], h = Sigmoid(w1 * x + b1), gamma = g.Number("gamma");
                p = Sigmoid(2 * w2 * h + b2);
                double error = p - g.Vector("y")[step], hidden = error * w2 * h * (1 - h);
                (w1, b1, w2, b2) = (w1 - gamma * hidden * x, b1 - gamma * hidden, w2 - gamma * error * h, b2 - gamma * error);
                if (step == 0) (found["V2"], found["c2"]) = ([w2, w2], [b2]);
            }
            (found["p"], found["W1"], found["b1"], found["W2"], found["b2"]) = ([p], [w1, w1], [b1, b1], [w2, w2], [b2]);
            return found;
        },
        ["4.4"] = g =>
        {
            double[,] w1 = g.Matrix("W1"), w2 = g.Matrix("W2"), g1 = g.Matrix("g1"), g2 = g.Matrix("g2");
            double[] x = [g.Matrix("x")[0, 0], g.Matrix("x")[0, 1]], h = [Into(x, w1, 0), Into(x, w1, 1)], r = [Math.Max(0, h[0]), Math.Max(0, h[1])];
            double z = Into(r, w2, 0), y = g.Number("y"), gamma = g.Number("gamma"), p = Sigmoid(z);
            (double[] First, double[] Last) Step(double slope)
            {
                double[] back = [.. Enumerable.Range(0, 2).Select(j => h[j] > 0 ? slope * w2[j, 0] : 0)];
                return ([.. Outer(x, back).Select((d, k) => w1[k / 2, k % 2] - gamma * d)], [w2[0, 0] - gamma * slope * r[0], w2[1, 0] - gamma * slope * r[1]]);
            }

            (double[] First, double[] Last) regression = Step(2 * (z - y)), classes = Step(p - y);
            return new()
            {
                ["z1"] = h,
                ["d1"] = [g1[0, 0] * w1[0, 0] + g1[0, 1] * w1[0, 1], g1[0, 0] * w1[1, 0] + g1[0, 1] * w1[1, 1]],
                ["h1"] = r,
                ["d2"] = [h[0] > 0 ? g2[0, 0] : 0, h[1] > 0 ? g2[0, 1] : 0],
                ["z2"] = [z],
                ["d3"] = [g.Number("g3") * w2[0, 0], g.Number("g3") * w2[1, 0]],
                ["L"] = [(z - y) * (z - y)],
                ["d4"] = [2 * (z - y)],
                ["W1"] = regression.First,
                ["W2"] = regression.Last,
                ["p"] = [p],
                ["d5"] = [p * (1 - p)],
                ["M"] = [y == 1 ? -Math.Log(p) : -Math.Log(1 - p)],
                ["d6"] = [y == 1 ? -1 / p : 1 / (1 - p)],
                ["d7"] = [p - y],
                ["V1"] = classes.First,
                ["V2"] = classes.Last,
            };
        },
        ["4.5"] = g =>
        {
            double[] w = g.Vector("w");
            double x = g.Number("x"), y = g.Number("y");
            double[] Of(Func<double, double> f, Func<double, double> slope)
            {
                double a3 = w[2] * x, h3 = f(a3), a2 = w[1] * h3, h2 = f(a2), d1 = w[0] * h2 - y, d2 = d1 * w[0] * slope(a2), d3 = d2 * w[1] * slope(a3);
                return [d1 * h2, d2 * h3, d3 * x];
            }

            double[] relu = Of(a => Math.Max(0, a), a => a > 0 ? 1 : 0);
            return new() { ["g_relu"] = relu, ["g_tanh"] = Of(Math.Tanh, a => 1 / (Math.Cosh(a) * Math.Cosh(a))), ["g_sigmoid"] = Of(Sigmoid, a => Math.Exp(-a) / ((1 + Math.Exp(-a)) * (1 + Math.Exp(-a)))), ["w_relu"] = [.. w.Zip(relu, (a, b) => a - g.Number("eta") * b)] };
        },
        ["4.6"] = g =>
        {
            double x = g.Number("x"), a = g.Vector("w")[0], b = g.Vector("w")[1], eta = g.Number("eta"), error = a * b * x - g.Number("y"), last = b - eta * error * a * x;
            return new() { ["w_a"] = [a - eta * error * b * x, last], ["w_b"] = [a - eta * error * last * x, last] };
        },
        ["4.7"] = g =>
        {
            double e = Math.Exp(g.Number("w0") + g.Number("w1") * g.Number("x")), x = g.Number("x"), eta = g.Number("eta");
            return new() { ["f"] = [1 + e], ["g0"] = [e], ["g1"] = [x * e], ["g_x"] = [g.Number("w1") * e], ["w"] = [g.Number("w0") - eta * e, g.Number("w1") - eta * x * e] };
        },
        ["4.8"] = g =>
        {
            double k = g.Number("k"), x = g.Number("x"), y = g.Number("y"), z = g.Number("z"), u = g.Number("u");
            return new() { ["f"] = [k * (x * y + Math.Max(z, u)) + x], ["g_x"] = [k * y + 1], ["g_y"] = [k * x], ["g_z"] = [z > u ? k : 0], ["g_u"] = [u > z ? k : 0] };
        },
        ["4.9"] = g =>
        {
            // a·w³ + b·w: the quotients, multiplied out.
            double a = g.Number("a"), b = g.Number("b"), w = g.Number("w"), e = g.Number("eps"), slope = 3 * a * w * w + b;
            return new() { ["g"] = [slope], ["c"] = [slope + a * e * e], ["r"] = [slope + 3 * a * w * e + a * e * e], ["h_c"] = [g.Number("part") * g.Number("part")], ["h_r"] = [g.Number("part")] };
        },
    };

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    // What comes into neuron j.
    private static double Into(double[] x, double[,] w, int j) => x[0] * w[0, j] + x[1] * w[1, j];

    // Row by row.
    private static double[] Outer(double[] a, double[] b) => [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
}
