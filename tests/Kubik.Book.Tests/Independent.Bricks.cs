namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Bricks => new(StringComparer.Ordinal)
    {
        ["5.1"] = g =>
        {
            double[] z = g.Vector("z");
            int n = 0;
            for (double left = 1; left > g.Number("eps"); left /= 4) n++;
            return new() { ["y"] = [.. z.Select(Logistic)], ["d"] = [.. z.Zip(g.Vector("g"), (t, c) => c * Math.Exp(-t) / Math.Pow(1 + Math.Exp(-t), 2))], ["m"] = [0.25], ["n"] = [n] };
        },
        ["5.2"] = g =>
        {
            double r = g.Number("h");
            for (int step = 0; step < g.Count("T"); step++) r = Math.Max(0, g.Number("w") * r);
            return new() { ["f_1"] = [1], ["f_0"] = [-1], ["y"] = [.. g.Vector("z").Select(Math.Tanh)], ["d"] = [.. g.Vector("z").Zip(g.Vector("g"), (t, c) => c / (Math.Cosh(t) * Math.Cosh(t)))], ["m"] = [1], ["r"] = [r] };
        },
        ["5.3a"] = g =>
        {
            double[] x = g.Vector("x"), t = g.Vector("t"), z = [.. x.Select(a => g.Number("w") * a + g.Number("b"))];
            double gw = 0, gb = 0;
            for (int i = 0; i < 3; i++) (gw, gb) = (gw + 2 * (z[i] - t[i]) * x[i] / 3, gb + 2 * (z[i] - t[i]) / 3);
            double w = g.Number("w") - g.Number("eta") * gw, b = g.Number("b") - g.Number("eta") * gb;
            return new()
            {
                ["y"] = [.. g.Vector("z").Select(a => Math.Max(0, a))],
                ["d"] = [.. g.Vector("z").Zip(g.Vector("g"), (a, c) => a > 0 ? c : 0)],
                ["m"] = [1],
                ["v"] = [w, b],
                ["k"] = [x.Count(a => w * a + b > 0)],
                ["s"] = [x.Select((a, i) => z[i] / (gw * a + gb)).Max()],
            };
        },
        ["5.3b"] = g =>
        {
            double x = g.Number("x");
            return new() { ["S"] = [Enumerable.Range(1, g.Count("n")).Sum(i => Logistic(x + 0.5 - i))], ["l"] = [g.Number("n")], ["p"] = [Math.Log(1 + Math.Exp(x))], ["d"] = [Math.Log(1 + Math.Exp(-Math.Abs(x)))], ["m"] = [Math.Log(2)], ["q"] = [Logistic(x)] };
        },
        ["5.3c"] = g =>
        {
            double[] w = g.Vector("w");
            double x = g.Number("x");
            double Chain(double first, double input) => Logistic(w[2] * Logistic(w[1] * Logistic(first * input)));
            return new() { ["g_s"] = [Slope(a => Chain(a, x), w[0])], ["g_r"] = [w[1] * w[2] * x], ["d_s"] = [Slope(a => Chain(w[0], a), x)], ["d_r"] = [w[0] * w[1] * w[2]] };
        },
        ["5.4"] = g =>
        {
            double[] z = g.Vector("z"), t = g.Vector("T");
            double[] At(double temperature) => [.. z.Select(a => 1 / z.Sum(b => Math.Exp((b - a) / temperature)))];
            return new() { ["p1"] = At(t[0]), ["p2"] = At(t[1]), ["p3"] = At(t[2]), ["p_cold"] = [.. z.Select(a => a == z.Max() ? 1.0 : 0)], ["p_hot"] = [1 / 3.0, 1 / 3.0, 1 / 3.0] };
        },
        ["5.5"] = g =>
        {
            double[] y = g.Vector("y");
            // The slope of the errors of leaving one out, to be 0.
            double Rises(double l) => y.Sum(a => (a - (y.Sum() - a) / (2 + l)) * (y.Sum() - a));
            double lambda = Root(Rises, 0, 50);
            return new() { ["b_0"] = [y.Average()], ["b_1"] = [y.Sum() / (3 + g.Number("lambda"))], ["lambda"] = [lambda], ["b_cv"] = [y.Sum() / (3 + lambda)] };
        },
        ["5.6"] = g =>
        {
            double[] h = g.Vector("h"), best = g.Vector("w"), w = [0, 0];
            for (int step = 0; step < g.Count("k"); step++) w = [.. w.Select((a, i) => a - g.Number("eta") * h[i] * (a - best[i]))];
            double alpha = 1 / (g.Number("k") * g.Number("eta"));
            double Same(int i) => Root(a => w[i] / best[i] - h[i] / (h[i] + a), 0, 1000);
            return new() { ["w_k"] = w, ["a_1"] = [Same(0)], ["a_2"] = [Same(1)], ["a"] = [alpha], ["w_a"] = [.. h.Select((a, i) => Root(v => a * (v - best[i]) + alpha * v, -10, 10))] };
        },
        ["5.7a"] = g =>
        {
            double[] h = g.Vector("hidden");
            double Count(double share)
            {
                double before = g.Number("inputs"), sum = 0;
                foreach (double n in (double[])[.. h.Select(n => n * share), 1]) (sum, before) = (sum + (before + 1) * n, n);
                return sum;
            }

            double a = Math.Pow(g.Number("p"), h[0]), b = Math.Pow(g.Number("p"), h[1]), c = Math.Pow(g.Number("p"), h[2]);
            return new() { ["n"] = [Count(1)], ["n_half"] = [Count(0.5)], ["l_1"] = [Math.Log10(a)], ["l"] = [Math.Log10(a + b + c - a * b - a * c - b * c + a * b * c)] };
        },
        ["5.7b"] = g =>
        {
            double[] h = g.Vector("hidden");
            double p = g.Number("p"), i = g.Number("inputs"), mean = 0, square = 0;
            (double a, double va) = Moments((int)h[0], p);
            (double c, double vc) = Moments((int)h[2], p);
            double[] chances = Binomial((int)h[1], 1 - p);
            for (int b = 0; b < chances.Length; b++)
            {
                double known = (i + 1 + b) * a + b + (b + 2) * c + 1, spread = (i + 1 + b) * (i + 1 + b) * va + (b + 2.0) * (b + 2) * vc;
                (mean, square) = (mean + chances[b] * known, square + chances[b] * (spread + known * known));
            }
            return new() { ["e_N"] = [h.Sum(n => Moments((int)n, p).Mean)], ["v_N"] = [h.Sum(n => Moments((int)n, p).Variance)], ["p_thin"] = [Root(t => 1 - (1 - t) * (1 - t) - g.Number("thin"), 0, 1)], ["e_P"] = [mean], ["s_P"] = [Math.Sqrt(square - mean * mean)] };
        },
        ["5.7c"] = g =>
        {
            double[] x = g.Vector("x"), w = g.Vector("w"), m = g.Vector("m");
            double p = g.Number("p"), mean = 0, square = 0;
            for (int mask = 0; mask < 16; mask++)
            {
                double chance = 1, s = 0;
                for (int k = 0; k < 4; k++)
                {
                    bool stays = (mask >> k & 1) == 1;
                    chance *= stays ? 1 - p : p;
                    s += stays ? w[k] * x[k] / (1 - p) : 0;
                }
                (mean, square) = (mean + chance * s, square + chance * s * s);
            }
            return new() { ["y"] = [.. x.Zip(m, (a, b) => b == 1 ? a / (1 - p) : 0)], ["d"] = [.. g.Vector("g").Zip(m, (a, b) => b == 1 ? a / (1 - p) : 0)], ["e"] = [mean], ["v"] = [square - mean * mean], ["e_0"] = [mean - p * mean] };
        },
        ["5.8a"] = g =>
        {
            double[] x = g.Vector("x"), came = g.Vector("g");
            double gamma = g.Number("gamma"), beta = g.Number("beta");
            double[] Forward(double[] of, double scale, double shift) => [.. Normal(of).Select(n => scale * n + shift)];
            double Reached(double[] y) => y.Zip(came, (a, b) => a * b).Sum();
            double mean = x.Average(), variance = x.Average(a => (a - mean) * (a - mean)), running = 0.9 + 0.1 * variance * 4 / 3;
            return new()
            {
                ["μ"] = [mean],
                ["v"] = [variance],
                ["n"] = Normal(x),
                ["y"] = Forward(x, gamma, beta),
                ["d_beta"] = [Slope(b => Reached(Forward(x, gamma, b)), beta)],
                ["d_gamma"] = [Slope(s => Reached(Forward(x, s, beta)), gamma)],
                ["d_x"] = [.. Enumerable.Range(0, 4).Select(i => Slope(a => Reached(Forward([.. x.Select((b, j) => i == j ? a : b)], gamma, beta)), x[i]))],
                ["e"] = [gamma * (g.Number("next") - 0.1 * mean) / Math.Sqrt(running) + beta],
            };
        },
        ["5.8b"] = g => new()
        {
            ["y"] = Normal(g.Vector("x")),
            ["z"] = Normal([.. g.Vector("x").Select(x => g.Number("c") * x + g.Number("s"))]),
            ["k"] = [(9 * g.Number("in") + 2) * g.Number("out")],
            ["r"] = [2 * g.Number("out")],
        },
        ["5.9a"] = g =>
        {
            double n = g.Number("n"), m = g.Number("m"), both = (n + m) / 2, v = Uniform(1 / Math.Sqrt(n)), passed = g.Number("v_x");
            for (int layer = 0; layer < g.Count("layers"); layer++) passed *= n * v;
            // n times the variance is to be 1.
            return new() { ["v_w"] = [v], ["v_z"] = [n * v * g.Number("v_x")], ["v_L"] = [passed], ["b"] = [Root(b => n * Uniform(b) - 1, 1e-3, 10)], ["s"] = [Root(s => n * s * s - 1, 0, 10)], ["b_x"] = [Root(b => both * Uniform(b) - 1, 1e-3, 10)], ["s_x"] = [Root(s => both * s * s - 1, 0, 10)] };
        },
        ["5.9b"] = g =>
        {
            double n = g.Number("n"), mu = g.Number("mu"), vx = g.Number("v_x"), low = g.Number("low"), high = g.Number("high"), mean = low + (high - low) / 2, vw = Simpson(w => (w - mean) * (w - mean) / (high - low), low, high);
            return new() { ["v_0"] = [vx + mu * mu], ["k"] = [vx / n / (vx + mu * mu)], ["e_z"] = [n * mean * mu], ["v_z"] = [n * (vw * vx + vw * mu * mu + mean * mean * vx)] };
        },
        ["5.10a"] = g =>
        {
            double[] x = g.Vector("x");
            double r = Math.Sqrt(x.Sum(a => a * a));
            double Below(double t) => 0.5 + Simpson(Bell, 0, t);
            return new() { ["p_0"] = [0.5], ["p_all"] = [Math.Pow(2, -g.Number("m"))], ["p_b"] = [Below(-g.Number("b") / r)], ["p_m"] = [Below(-g.Number("mu") * x.Sum() / r)] };
        },
        ["5.10b"] = g =>
        {
            double n = g.Number("n"), s = g.Number("s"), layers = g.Number("layers"), mean = Simpson(t => s * t * Bell(t), 0, 12), square = Simpson(t => s * s * t * t * Bell(t), 0, 12), half = square / (s * s);
            // n times the variance, times what ReLU leaves of a square, is to be 1.
            return new() { ["e_1"] = [mean], ["e_2"] = [square], ["v"] = [square - mean * mean], ["d"] = [Root(d => n * d * d * half - 1, 0, 10)], ["b"] = [Root(b => n * Uniform(b) * half - 1, 1e-3, 10)], ["q"] = [Math.Pow(half, layers)], ["l"] = [Math.Log10(Math.Pow(n * half, layers))] };
        },
        ["5.11"] = g =>
        {
            double[] x = g.Vector("x"), y = g.Vector("y"), l = g.Vector("lambda");
            double xx = x.Sum(a => a * a), xy = x.Zip(y, (a, b) => a * b).Sum(), yy = y.Sum(b => b * b);
            double[] w = [xy / (xx + l[0]), xy / (xx + l[1])];
            return new() { ["w_1"] = [w[0]], ["w_2"] = [w[1]], ["L_1"] = [yy - 2 * w[0] * xy + w[0] * w[0] * xx], ["L_2"] = [yy - 2 * w[1] * xy + w[1] * w[1] * xx] };
        },
        ["5.12"] = g =>
        {
            // Which logarithm has K as its power, and that of K times the mean of e^z.
            double k = g.Number("K"), mean = Simpson(t => Math.Exp(g.Number("s") * t) * Bell(t), -12, 12);
            return new() { ["L"] = [Root(l => Math.Exp(l) - k, 0, 20)], ["L_bits"] = [Root(l => Math.Pow(2, l) - k, 0, 20)], ["q"] = [Root(q => k * q - 1, 0, 1)], ["L_s"] = [Root(l => Math.Exp(l) - k * mean, 0, 20)] };
        },
    };

    /// <summary>The probabilities of 0 to n of n, each with a probability q.</summary>
    public static double[] Binomial(int n, double q)
    {
        double[] chances = [1];
        for (int i = 0; i < n; i++) chances = [.. Enumerable.Range(0, i + 2).Select(k => (k <= i ? chances[k] * (1 - q) : 0) + (k > 0 ? chances[k - 1] * q : 0))];
        return chances;
    }

    // Mean and variance of how many of n stay.
    private static (double Mean, double Variance) Moments(int n, double p)
    {
        double[] chances = Binomial(n, 1 - p);
        double mean = chances.Select((c, k) => c * k).Sum();
        return (mean, chances.Select((c, k) => c * (k - mean) * (k - mean)).Sum());
    }

    private static double[] Normal(double[] x)
    {
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(a => (a - mean) * (a - mean)));
        return [.. x.Select(a => (a - mean) / deviation)];
    }

    private static double Slope(Func<double, double> f, double x) => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;

    // Where a rising function is 0.
    private static double Root(Func<double, double> f, double low, double high)
    {
        for (int i = 0; i < 200; i++) (low, high) = f((low + high) / 2) < 0 ? ((low + high) / 2, high) : (low, (low + high) / 2);
        return (low + high) / 2;
    }

    // The variance of a uniform number on ±b; Simpson's rule is exact for squares.
    private static double Uniform(double b) => Simpson(w => w * w / (2 * b), -b, b, parts: 2);

    private static double Bell(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);

    private static double Simpson(Func<double, double> f, double low, double high, int parts = 2000)
    {
        double h = (high - low) / parts;
        return h / 3 * (f(low) + f(high) + Enumerable.Range(1, parts - 1).Sum(i => (i % 2 == 1 ? 4 : 2) * f(low + i * h)));
    }
}
