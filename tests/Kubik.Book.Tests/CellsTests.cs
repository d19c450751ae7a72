// What the tasks of cells measure, measured once more in plain double arithmetic with other random numbers: both means have
// their standard errors, and they may be four errors of the difference apart.

using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Book.Tests;

public sealed partial class CellsTests
{
    private const int Hidden = 16, Inputs = 4, Back = 40, Starts = 40, Samples = 4, Deep = 30;

    [Theory, InlineData("RNN, |U| = 0.8", 0.8), InlineData("RNN, |U| = 1.2", 1.2)]
    public void What_a_recurrent_layer_lets_through(string row, double radius) => AgreesWith("7.3", row, random =>
    {
        double[,] w = Normal(random, Inputs, Hidden, 0.5), u = Orthogonal(random, radius);
        double[] a = Normal(random, Hidden);
        return Average(Samples, () =>
        {
            double[] h = new double[Hidden];
            List<double[]> slopes = [];
            for (int t = 0; t <= Back; t++)
            {
                h = [.. Sum(Times(Normal(random, Inputs, 0.5), w), Times(h, u)).Select(Math.Tanh)];
                slopes.Add([.. h.Select(x => 1 - x * x)]);
            }
            double[] d = a;
            double last = 0;
            for (int t = Back; t >= 0; t--)
            {
                double[] z = Product(d, slopes[t]);
                double norm = Norm(Transposed(z, w));
                if (t == Back) last = norm;
                if (t == 0) return Math.Log10(norm / last);
                d = Transposed(z, u);
            }
            return 0;
        });
    });

    [Theory, InlineData("LSTM, b_f = 0", 0), InlineData("LSTM, b_f = 3", 3)]
    public void What_an_lstm_lets_through(string row, double forget) => AgreesWith("7.3", row, random =>
    {
        double bound = 1 / Math.Sqrt(Hidden);
        double[,] w = Uniform(random, Inputs, 4 * Hidden, bound), u = Uniform(random, Hidden, 4 * Hidden, bound);
        double[] a = Normal(random, Hidden);
        return Average(Samples, () =>
        {
            double[] h = new double[Hidden], c = new double[Hidden];
            List<(double[] I, double[] F, double[] G, double[] O, double[] Old, double[] C)> kept = [];
            for (int t = 0; t <= Back; t++)
            {
                double[] z = Sum(Times(Normal(random, Inputs, 0.5), w), Times(h, u)), i = [.. z[..Hidden].Select(Sigmoid)], f = [.. z[Hidden..(2 * Hidden)].Select(x => Sigmoid(x + forget))];
                double[] g = [.. z[(2 * Hidden)..(3 * Hidden)].Select(Math.Tanh)], o = [.. z[(3 * Hidden)..].Select(Sigmoid)], old = c;
                c = Sum(Product(f, c), Product(i, g));
                h = Product(o, [.. c.Select(Math.Tanh)]);
                kept.Add((i, f, g, o, old, c));
            }
            double[] dh = a, dc = new double[Hidden];
            double last = 0;
            for (int t = Back; t >= 0; t--)
            {
                (double[] i, double[] f, double[] g, double[] o, double[] old, double[] now) = kept[t];
                double[] th = [.. now.Select(Math.Tanh)];
                for (int k = 0; k < Hidden; k++) dc[k] += dh[k] * o[k] * (1 - th[k] * th[k]);
                double[] z =
                [
                    .. Enumerable.Range(0, Hidden).Select(k => dc[k] * g[k] * i[k] * (1 - i[k])), .. Enumerable.Range(0, Hidden).Select(k => dc[k] * old[k] * f[k] * (1 - f[k])),
                    .. Enumerable.Range(0, Hidden).Select(k => dc[k] * i[k] * (1 - g[k] * g[k])), .. Enumerable.Range(0, Hidden).Select(k => dh[k] * th[k] * o[k] * (1 - o[k])),
                ];
                double norm = Norm(Transposed(z, w));
                if (t == Back) last = norm;
                if (t == 0) return Math.Log10(norm / last);
                dh = Transposed(z, u);
                dc = Product(dc, f);
            }
            return 0;
        });
    });

    [Theory, InlineData("y = f(x), usual weights", false, 1), InlineData("y = f(x), small weights", false, 0.5), InlineData("y = x + f(x), small weights", true, 0.5)]
    public void What_a_deep_network_lets_through(string row, bool isResidual, double gain) => AgreesWith("7.5b", row, random =>
    {
        double[][,] w = [.. Enumerable.Range(0, Deep).Select(_ => Normal(random, Hidden, Hidden, gain / Math.Sqrt(Hidden)))];
        double[] a = Normal(random, Hidden);
        // The task takes the norm over all its samples at once.
        double squares = 0;
        for (int sample = 0; sample < 2 * Samples; sample++)
        {
            double[] x = Normal(random, Hidden);
            List<double[]> slopes = [];
            foreach (double[,] layer in w)
            {
                double[] f = [.. Times(x, layer).Select(Math.Tanh)];
                slopes.Add([.. f.Select(v => 1 - v * v)]);
                x = isResidual ? Sum(x, f) : f;
            }
            double[] d = a;
            for (int k = Deep - 1; k >= 0; k--)
            {
                double[] through = Transposed(Product(d, slopes[k]), w[k]);
                d = isResidual ? Sum(d, through) : through;
            }
            squares += Norm(d) * Norm(d);
        }
        return Math.Log10(Math.Sqrt(squares / (2 * Samples)) / Norm(a));
    });

    [Fact]
    public void A_product_of_d_numbers_has_the_variance_d()
    {
        string page = Book.Find("7.6b").Solve().ToText();
        foreach (int d in (int[])[1, 4, 16, 64])
        {
            (double mean, double error) = Read(page, d.ToString(CultureInfo.InvariantCulture));
            Assert.True(Math.Abs(mean - d) < 4 * error + 0.01, $"{mean} ± {error}");
        }
    }

    private static void AgreesWith(string id, string row, Func<Random, double> once)
    {
        Random random = new(7);
        double[] own = [.. Enumerable.Range(0, Starts).Select(_ => once(random))];
        double average = own.Average(), spread = Math.Sqrt(own.Sum(x => (x - average) * (x - average)) / (own.Length - 1) / own.Length);
        (double mean, double error) = Read(Book.Find(id).Solve().ToText(), row);
        Assert.True(Math.Abs(mean - average) < 4 * Math.Sqrt(error * error + spread * spread), $"{row}: {mean} ± {error}, here {average} ± {spread}");
    }

    // The last "mean ± error" of a table's row.
    private static (double Mean, double Error) Read(string page, string row)
    {
        string line = page.Split('\n').Single(l => l.TrimStart().StartsWith(row + "  ", StringComparison.Ordinal) && l.Contains('±', StringComparison.Ordinal));
        Match found = Measured().Matches(line)[^1];
        double Value(string group) => double.Parse(found.Groups[group].Value.Replace('−', '-'), CultureInfo.InvariantCulture);
        return (Value("mean"), Value("error"));
    }

    private static double Average(int count, Func<double> draw) => Enumerable.Range(0, count).Average(_ => draw());

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Normal(Random random, int count, double deviation = 1) => [.. Enumerable.Range(0, count).Select(_ => deviation * Gauss(random))];

    private static double[,] Normal(Random random, int rows, int columns, double deviation) => Filled(rows, columns, () => deviation * Gauss(random));

    private static double[,] Uniform(Random random, int rows, int columns, double bound) => Filled(rows, columns, () => bound * (2 * random.NextDouble() - 1));

    private static double[,] Filled(int rows, int columns, Func<double> draw)
    {
        double[,] all = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) all[i, j] = draw();
        }
        return all;
    }

    // Rows by Gram and Schmidt, times a radius.
    private static double[,] Orthogonal(Random random, double radius)
    {
        List<double[]> rows = [];
        while (rows.Count < Hidden)
        {
            double[] v = Normal(random, Hidden);
            foreach (double[] r in rows)
            {
                double along = v.Zip(r, (a, b) => a * b).Sum();
                v = [.. v.Zip(r, (a, b) => a - along * b)];
            }
            double norm = Norm(v);
            rows.Add([.. v.Select(x => x / norm)]);
        }
        int at = 0;
        return Filled(Hidden, Hidden, () => radius * rows[at / Hidden][at++ % Hidden]);
    }

    private static double[] Times(double[] x, double[,] w) => [.. Enumerable.Range(0, w.GetLength(1)).Select(j => Enumerable.Range(0, x.Length).Sum(i => x[i] * w[i, j]))];

    // g·Wᵀ
    private static double[] Transposed(double[] g, double[,] w) => [.. Enumerable.Range(0, w.GetLength(0)).Select(i => Enumerable.Range(0, g.Length).Sum(j => g[j] * w[i, j]))];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    private static double Norm(double[] v) => Math.Sqrt(v.Sum(x => x * x));

    [GeneratedRegex(@"(?<mean>−?[0-9.]+) ± (?<error>[0-9.]+)", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Measured();
}
