// What task 4.6 says of its experiment, by an experiment in plain double arithmetic with other random numbers and more starts.

namespace Kubik.Book.Tests;

public sealed class LayerByLayerTests
{
    private const int Starts = 400, Samples = 16, Hidden = 6, Steps = 30;

    [Fact]
    public void With_small_steps_the_ways_do_not_differ_and_with_large_ones_layer_by_layer_fails_more_often()
    {
        (double mean, double error, int atOnce, int byLayer) = Compare(0.05);
        Assert.True(Math.Abs(mean) < 0.002 + 2 * error, $"{mean} ± {error}");
        Assert.Equal((0, 0), (atOnce, byLayer));
        (_, _, atOnce, byLayer) = Compare(0.5);
        // The difference of two counts of so many starts has a standard deviation of at most √(Starts / 2).
        Assert.True(byLayer - atOnce > 3 * Math.Sqrt(Starts / 2.0), $"{byLayer} and {atOnce} of {Starts}");
        IReadOnlyList<Answers.Answer> asked = Book.Find("4.6").Solve().Answers;
        Assert.Equal(3, asked.Single(a => a.Name == "small").Value.Item());
        Assert.Equal(3, asked.Single(a => a.Name == "large").Value.Item());
    }

    private static (double Mean, double Error, int AtOnce, int ByLayer) Compare(double rate)
    {
        Random random = new(1);
        double[][] x = [.. Enumerable.Range(0, Samples).Select(_ => Normal(random, 2, 1))];
        List<double> ratios = [];
        int atOnce = 0, byLayer = 0;
        for (int start = 0; start < Starts; start++)
        {
            double[][] w = [Normal(random, 2 * Hidden, 1), Normal(random, Hidden * Hidden, 1 / Math.Sqrt(Hidden)), Normal(random, Hidden, 1 / Math.Sqrt(Hidden))];
            (double before, double a) = Train(x, [.. w.Select(m => m.ToArray())], rate, isLayerByLayer: false);
            (double _, double b) = Train(x, [.. w.Select(m => m.ToArray())], rate, isLayerByLayer: true);
            if (!(a <= before)) atOnce++;
            if (!(b <= before)) byLayer++;
            if (a <= before && b <= before) ratios.Add(Math.Log(b / a));
        }
        double mean = ratios.Average();
        return (mean, Math.Sqrt(ratios.Sum(r => (r - mean) * (r - mean)) / (ratios.Count - 1) / ratios.Count), atOnce, byLayer);
    }

    private static (double Before, double After) Train(double[][] x, double[][] w, double rate, bool isLayerByLayer)
    {
        int[] sizes = [2, Hidden, Hidden, 1];
        double before = 0;
        for (int step = 0; ; step++)
        {
            List<(double[][] H, double Slope)> kept = [];
            double loss = 0;
            foreach (double[] sample in x)
            {
                double[][] h = [sample, [], [], []];
                for (int k = 0; k < 3; k++)
                {
                    h[k + 1] = new double[sizes[k + 1]];
                    for (int j = 0; j < sizes[k + 1]; j++)
                    {
                        double sum = 0;
                        for (int i = 0; i < sizes[k]; i++) sum += h[k][i] * w[k][i * sizes[k + 1] + j];
                        h[k + 1][j] = k < 2 ? Math.Tanh(sum) : sum;
                    }
                }
                double error = h[3][0] - Math.Sin(2 * (sample[0] + sample[1]));
                loss += error * error / Samples;
                kept.Add((h, 2 * error / Samples));
            }
            if (step == 0) before = loss;
            if (step == Steps) return (before, loss);
            double[][] next = [.. w.Select(m => m.ToArray())];
            double[][] back = [.. kept.Select(k => (double[])[k.Slope])];
            for (int k = 2; k >= 0; k--)
            {
                for (int n = 0; n < Samples; n++)
                {
                    for (int i = 0; i < sizes[k]; i++)
                    {
                        for (int j = 0; j < sizes[k + 1]; j++) next[k][i * sizes[k + 1] + j] -= rate * kept[n].H[k][i] * back[n][j];
                    }
                }
                if (k == 0) break;
                double[] through = isLayerByLayer ? next[k] : w[k];
                for (int n = 0; n < Samples; n++)
                {
                    double[] h = kept[n].H[k], d = new double[sizes[k]];
                    for (int i = 0; i < sizes[k]; i++)
                    {
                        for (int j = 0; j < sizes[k + 1]; j++) d[i] += back[n][j] * through[i * sizes[k + 1] + j] * (1 - h[i] * h[i]);
                    }
                    back[n] = d;
                }
            }
            w = next;
        }
    }

    private static double[] Normal(Random random, int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
