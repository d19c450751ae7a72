namespace Kubik.Book.Tests;

// Counting by hand, closed formulas, and for the greatest slopes of the smooth activations a search of their written derivatives.
internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Frameworks => new(StringComparer.Ordinal)
    {
        ["9.1"] = g => new()
        {
            ["d"] = [g.Number("a") * g.Number("b") + g.Number("add")],
            ["n_i"] = [2 * g.Number("n")],
            ["f_2"] = [g.Number("a2") * g.Number("b2") + g.Number("add")],
            ["g_a"] = [g.Number("b")],
            ["g_b"] = [g.Number("a")],
        },
        ["9.2"] = g =>
        {
            // Products, tanh of each, sums of them, the multiplications by 1, the last line.
            double r = g.Number("twice"), needed = r + r + (r - 1) + g.Number("ones") + 1;
            return new() { ["n_w"] = [needed + g.Number("unused")], ["n_r"] = [needed], ["n_i"] = [needed - g.Number("ones")], ["n_s"] = [1 + 1 + (r - 1) + 1] };
        },
        ["9.3"] = g => new() { ["m_e"] = [2 * g.Number("layers") + 2], ["B"] = [3 * 8 * g.Number("n") * g.Number("n")] },
        ["9.4"] = g =>
        {
            (int n, int b) = (g.Count("samples"), g.Count("batch"));
            return new() { ["n_s"] = [(n / b + (n % b == 0 ? 0 : 1)) * g.Number("epochs")], ["n_p"] = [n % b == 0 ? 1 : 2] };
        },
        ["9.5"] = g =>
        {
            double[] rows = g.Vector("rows"), columns = g.Vector("columns");
            int wrong = Enumerable.Range(1, 3).First(i => rows[i] != columns[i - 1]);
            return new() { ["k"] = [wrong + 1], ["m_i"] = [Enumerable.Range(0, wrong).Sum(i => g.Number("n") * rows[i] * columns[i])], ["j"] = [2 + g.Number("products")] };
        },
        ["9.6"] = g =>
        {
            (Func<double, double> f, Func<double, double> slope, double most) = Activation(g.Text("f"), g.Number("alpha"));
            double x = g.Number("x");
            return new() { ["y"] = [f(x)], ["d"] = [slope(x)], ["m"] = [most], ["r"] = [Math.Pow(most, g.Count("layers"))] };
        },
        ["9.7"] = g =>
        {
            double i = g.Number("inputs"), h = g.Number("h1"), k = g.Number("h2"), trunk = (i + 1) * h + (h + 1) * k, sum = g.Vector("z").Sum(Math.Exp);
            return new() { ["n_m"] = [trunk + (k + 1) * g.Number("classes")], ["n_b"] = [trunk + k + 1], ["p"] = [.. g.Vector("z").Select(z => Math.Exp(z) / sum)], ["q"] = [1 / (1 + Math.Exp(-g.Vector("z")[0]))] };
        },
        ["9.8"] = g =>
        {
            double[] t = g.Vector("t");
            (double w1, double w2, double b, int k, bool wrong) = (0, 0, 0, 0, true);
            while (wrong)
            {
                wrong = false;
                for (int i = 0; i < 4; i++)
                {
                    (int x1, int x2) = (i / 2, i % 2);
                    double off = t[i] - (w1 * x1 + w2 * x2 + b > 0 ? 1 : 0);
                    if (off == 0) continue;
                    (w1, w2, b, k, wrong) = (w1 + off * x1, w2 + off * x2, b + off, k + 1, true);
                }
            }
            return new() { ["w"] = [w1, w2], ["b"] = [b], ["k"] = [k] };
        },
    };

    private static (Func<double, double> F, Func<double, double> Slope, double Most) Activation(string name, double alpha)
    {
        static double S(double x) => 1 / (1 + Math.Exp(-x));
        static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        double Silu(double x) => S(x) + x * S(x) * (1 - S(x));
        double Gelu(double x) => Below(x) + x * Density(x);
        return name switch
        {
            "sigmoid" => (S, x => S(x) * (1 - S(x)), 0.25),
            "tanh" => (Math.Tanh, x => 1 / Math.Pow(Math.Cosh(x), 2), 1),
            "softsign" => (x => x / (1 + Math.Abs(x)), x => 1 / Math.Pow(1 + Math.Abs(x), 2), 1),
            "softplus" => (x => Math.Log(1 + Math.Exp(x)), S, 1),
            "relu" => (x => Math.Max(0, x), x => x > 0 ? 1 : 0, 1),
            "leakyrelu" => (x => x > 0 ? x : alpha * x, x => x > 0 ? 1 : alpha, 1),
            "elu" => (x => x > 0 ? x : alpha * (Math.Exp(x) - 1), x => x > 0 ? 1 : alpha * Math.Exp(x), 1),
            "silu" => (x => x * S(x), Silu, Highest(Silu)),
            _ => (x => x * Below(x), Gelu, Highest(Gelu)),
        };
    }

    // The normal distribution's share below x, by its series.
    private static double Below(double x)
    {
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17; n++) sum += term *= x * x / (2 * n + 1);
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    // The highest point of a function with one peak between 0 and 5.
    private static double Highest(Func<double, double> f)
    {
        (double low, double high) = (0, 5);
        while (high - low > 1e-10)
        {
            double left = low + (high - low) / 3, right = high - (high - low) / 3;
            if (f(left) < f(right)) low = left;
            else high = right;
        }
        return f(low);
    }
}
