namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static Dictionary<string, Func<Given, Dictionary<string, double[]>>> Descent => new(StringComparer.Ordinal)
    {
        ["3.1"] = g =>
        {
            double[] x = g.Vector("x"), y = g.Vector("y");
            double eta = g.Number("eta"), alpha = g.Number("alpha"), beta = g.Number("beta"), start = g.Number("w");
            double Slope(double w) => x.Zip(y, (a, b) => a * (a * w - b)).Sum();
            double Of(int i, double w) => 2 * x[i] * (x[i] * w - y[i]);
            double[] Twice(Func<double, int, double> step)
            {
                double first = step(start, 1);
                return [first, step(first, 2)];
            }

            double v = 0, m = 0;
            List<double> ahead = [];
            Dictionary<string, double[]> found = new()
            {
                ["w_ls"] = [x.Zip(y, (a, b) => a * b).Sum() / x.Sum(a => a * a)],
                ["w_gd"] = Twice((w, _) => w - eta * Slope(w)),
                ["w_sgd"] = Twice((w, t) => w - eta * Of(t - 1, w)),
                ["w_momentum"] = Twice((w, _) => w - eta * (v = alpha * v + Slope(w))),
            };
            v = 0;
            found["w_nesterov"] = Twice((w, _) =>
            {
                v = alpha * v + Slope(w - eta * alpha * v);
                ahead.Add(w - eta * v - eta * alpha * v);
                return w - eta * v;
            });
            found["w_ahead"] = [.. ahead];
            v = 0;
            found["w_rmsprop"] = Twice((w, _) =>
            {
                v = alpha * v + (1 - alpha) * Slope(w) * Slope(w);
                return w - eta * Slope(w) / Math.Sqrt(v);
            });
            v = 0;
            found["w_adam"] = Twice((w, t) =>
            {
                (m, v) = (beta * m + (1 - beta) * Slope(w), beta * v + (1 - beta) * Slope(w) * Slope(w));
                double fresh = 1 - Math.Pow(beta, t);
                return w - eta * (m / fresh) / Math.Sqrt(v / fresh);
            });
            return found;
        },
        ["3.2"] = g =>
        {
            double p = 1 / (1 + Math.Exp(-g.Number("w") * g.Number("x"))), slope = (p - g.Number("y")) * g.Number("x");
            return new() { ["p"] = [p], ["g"] = [slope], ["w1"] = [g.Number("w") - g.Number("gamma") * slope] };
        },
    };
}
