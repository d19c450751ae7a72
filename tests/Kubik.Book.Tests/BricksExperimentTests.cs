// What chapter 5 measures, against closed formulas. Each error bar is five standard errors, and where they come from is said: a
// measurement with other random numbers would pass too.

using Kubik.Book.Tasks.Bricks;
using Kubik.Nn;

namespace Kubik.Book.Tests;

public sealed class BricksExperimentTests
{
    private const int Bars = 5;

    // Given h, the squares of z = h·W are alike and independent; for normal weights their relative variance is 2, for uniform ones
    // less. The mean over a layer of n has 2/n, and layers multiply: (1 + 2/n)ᵏ − 1, with one more factor for the input itself.
    private static double Bar(int layers, double perLayer = 2) => Bars * Math.Sqrt((Math.Pow(1 + perLayer / Depth.Width, layers) * (1 + 2.0 / Depth.Width) - 1) / Depth.Networks);

    [Fact]
    public void Weights_on_one_over_root_n_leave_a_third_in_each_layer_and_the_right_ones_all()
    {
        Depth third = Depth.Of(z => z, Initializers.FanInUniform, 6), all = Depth.Of(z => z, Initializers.LeCunUniform(), 6), normal = Depth.Of(z => z, Initializers.LeCunNormal(), 6);
        for (int k = 0; k <= 6; k++)
        {
            Near(Math.Pow(3, -k), third.Outputs[k], Bar(k));
            Near(1, all.Outputs[k], Bar(k));
            Near(1, normal.Outputs[k], Bar(k));
        }
    }

    [Fact]
    public void Relu_halves_and_twice_the_variance_makes_up_for_it()
    {
        // The fourth moment of half a normal number is 3/2, its square's mean 1/2: the relative variance is 3/2 : 1/4 − 1 = 5.
        Depth he = Depth.Of(z => z.Relu(), Initializers.HeNormal(), 5), lecun = Depth.Of(z => z.Relu(), Initializers.LeCunNormal(), 5);
        for (int k = 0; k <= 5; k++)
        {
            Near(1, he.Outputs[k], Bar(k, 5));
            Near(Math.Pow(2, -k), lecun.Outputs[k], Bar(k, 5));
            Near(1, he.Gradients[5 - k], 2 * Bar(k, 5)); // relative to that of the last layer, which has its own error
        }
    }

    [Fact]
    public void Sigmoids_let_no_more_than_a_sixteenth_of_the_square_through()
    {
        Depth depth = Depth.Of(z => z.Sigmoid(), Initializers.LeCunNormal(), 6);
        for (int k = 1; k <= 6; k++) Assert.InRange(depth.Gradients[6 - k], 0, Math.Pow(16, -k) * (1 + 2 * Bar(k)));
    }

    [Fact]
    public void What_samples_differ_by_shrinks_sixteenfold_behind_sigmoids()
    {
        // |σ(a) − σ(b)| ≤ |a − b|/4; the difference of two samples is a signal of its own, with the same errors.
        Depth depth = Depth.Of(z => z.Sigmoid(), Initializers.LeCunNormal(), 6);
        for (int k = 0; k < 6; k++) Assert.InRange(depth.Spreads[k], 0, Math.Pow(16, -k) * (1 + Bar(k + 1)));
    }

    [Fact]
    public void Dropped_neurons_and_parameters_are_counted_as_the_formulas_say()
    {
        BookTask task = Book.Find("5.7b");
        foreach (Given given in (Given[])[task.Seed, .. Enumerable.Range(1, 5).Select(s => task.Variant(s))])
        {
            IReadOnlyDictionary<string, double[]> exact = Independent.Answers("5.7b", given);
            (double n, double vn, double p, double sp) = DropoutMoments.Simulate(given);
            double variance = exact["v_N"][0], deviation = exact["s_P"][0], trials = DropoutMoments.Trials;
            Assert.True(Math.Abs(n - exact["e_N"][0]) < Bars * Math.Sqrt(variance / trials), $"{n}");
            Assert.True(Math.Abs(p - exact["e_P"][0]) < Bars * deviation / Math.Sqrt(trials), $"{p}");
            // A measured variance is off by √((κ − 1)/trials) of itself; a binomial number has κ = 3 + (1 − 6pq)/(npq).
            double pq = given.Number("p") * (1 - given.Number("p")), kurtosis = 3 + (1 - 6 * pq) / variance;
            Assert.True(Math.Abs(vn / variance - 1) < Bars * Math.Sqrt((kurtosis - 1) / trials), $"{vn}");
            Assert.True(Math.Abs(sp * sp / (deviation * deviation) - 1) < Bars * Math.Sqrt((KurtosisOfParameters(given, exact["e_P"][0], deviation) - 1) / trials), $"{sp}");
        }
    }

    [Fact]
    public void Sums_behind_dropout_have_the_mean_and_variance_of_all_masks()
    {
        BookTask task = Book.Find("5.7c");
        foreach (Given given in (Given[])[task.Seed, .. Enumerable.Range(1, 10).Select(s => task.Variant(s))])
        {
            IReadOnlyDictionary<string, double[]> exact = Independent.Answers("5.7c", given);
            (double mean, double variance, double after) = DropoutBackward.Simulate(given);
            double e = exact["e"][0], v = exact["v"][0], p = given.Number("p"), fourth = 0;
            double[] parts = [.. given.Vector("x").Zip(given.Vector("w"), (x, w) => x * w)];
            for (int mask = 0; mask < 16; mask++)
            {
                int on = System.Numerics.BitOperations.PopCount((uint)mask);
                fourth += Math.Pow(1 - p, on) * Math.Pow(p, 4 - on) * Math.Pow(parts.Where((_, k) => (mask >> k & 1) == 1).Sum() / (1 - p) - e, 4);
            }
            Assert.True(Math.Abs(mean - e) < Bars * Math.Sqrt(v / DropoutBackward.Trials) + 1e-5, $"{mean}, not {e}");
            Assert.True(Math.Abs(variance - v) < Bars * Math.Sqrt((fourth - v * v) / DropoutBackward.Trials) + Bars * v / DropoutBackward.Trials, $"{variance}, not {v}");
            Assert.Equal(e, after, 1e-5);
        }
    }

    [Fact]
    public void Sums_of_uncentred_weights_and_inputs_are_as_the_formulas_say()
    {
        BookTask task = Book.Find("5.9b");
        foreach (Given given in (Given[])[task.Seed, .. Enumerable.Range(1, 10).Select(s => task.Variant(s))])
        {
            IReadOnlyDictionary<string, double[]> exact = Independent.Answers("5.9b", given);
            (double mean, double variance) = AsymmetricStart.Simulate(given);
            double v = exact["v_z"][0], n = given.Number("n");
            // What is within M of its mean has a fourth moment of at most M²·variance; n summands have an nth of its excess over 3.
            double most = (Math.Abs(given.Number("mu")) + Math.Sqrt(3 * given.Number("v_x"))) * Math.Max(Math.Abs(given.Number("low")), Math.Abs(given.Number("high")));
            double kurtosis = 3 + 4 * most * most / (v / n) / n;
            Assert.True(Math.Abs(mean - exact["e_z"][0]) < Bars * Math.Sqrt(v / AsymmetricStart.Trials), $"{mean}");
            Assert.True(Math.Abs(variance / v - 1) < Bars * Math.Sqrt((kurtosis - 1) / AsymmetricStart.Trials), $"{variance}, not {v}");
        }
    }

    [Fact]
    public void Neurons_are_silent_as_often_as_the_formulas_say()
    {
        BookTask task = Book.Find("5.10a");
        foreach (Given given in (Given[])[task.Seed, .. Enumerable.Range(1, 10).Select(s => task.Variant(s))])
        {
            IReadOnlyDictionary<string, double[]> exact = Independent.Answers("5.10a", given);
            foreach ((double share, string name) in ReluZero.Simulate(given).Zip(["p_0", "p_b", "p_m"]))
            {
                double p = exact[name][0];
                Assert.True(Math.Abs(share - p) < Bars * Math.Sqrt(p * (1 - p) / ReluZero.Trials), $"{name}: {share}, not {p}");
            }
        }
    }

    [Fact]
    public void With_batch_normalisation_the_loss_ends_lower_from_every_start()
    {
        for (int rate = 0; rate < BatchNormTraining.Rates.Length; rate++)
            Assert.True(BatchNormTraining.Ends(rate, isNormalised: true).Max() < BatchNormTraining.Ends(rate, isNormalised: false).Min(), $"{BatchNormTraining.Rates[rate]}");
    }

    [Fact]
    public void The_training_loss_rises_with_the_penalty_and_the_accuracy_need_not_fall()
    {
        foreach (bool isOdd in (bool[])[false, true])
        {
            double[] losses = [.. L2Accuracy.Trained(isOdd).Select(r => r.Loss)];
            Assert.Equal(losses.Order(), losses);
        }
        // The odd data by Newton's method in double precision.
        double[] x = [-4, -3, -2, -2, 2, 2, 3, 3], t = [0, 0, 1, 0, 0, 0, 1, 1];
        for (int i = 0; i < L2Accuracy.Strengths.Length; i++)
        {
            (double w, double b) = Newton(x, t, L2Accuracy.Strengths[i]);
            double[] z = [.. x.Select(a => w * a + b)];
            Assert.Equal(z.Zip(t, (a, c) => Math.Log(1 + Math.Exp(c == 1 ? -a : a))).Average(), L2Accuracy.Trained(isOdd: true)[i].Loss, 1e-3);
            Assert.Equal(z.Zip(t, (a, c) => a > 0 == (c == 1) ? 1.0 : 0).Average(), L2Accuracy.Trained(isOdd: true)[i].Accuracy, 1e-9);
        }
        Assert.True(L2Accuracy.Trained(isOdd: true)[^1].Accuracy > L2Accuracy.Trained(isOdd: true)[0].Accuracy);
    }

    [Theory, InlineData(1000, 0.5), InlineData(1000, 1), InlineData(1000, 2), InlineData(100, 1)]
    public void Random_outputs_cost_the_logarithm_of_the_classes_and_half_of_the_variance(int classes, double deviation)
    {
        // ln of a mean of K numbers e^z, each with the relative variance v = e^(s²) − 1, is low by about v/2K and has the variance v/K.
        double v = Math.Exp(deviation * deviation) - 1, low = v / (2 * classes), spread = Math.Sqrt((deviation * deviation + v / classes) / Untrained.Samples);
        Assert.InRange(Untrained.Measure(classes, deviation)[0] - Math.Log(classes) - deviation * deviation / 2, -Bars * spread - 2 * low, Bars * spread);
    }

    [Fact]
    public void A_new_layer_costs_the_logarithm_of_the_classes_and_a_sixth() =>
        Assert.Equal(Math.Log(1000) + 1.0 / 6, Untrained.Layer(1000), Bars * Math.Sqrt(0.35 / Untrained.Samples));

    [Fact]
    public void No_measurement_fails()
    {
        foreach (BookTask task in Book.Chapters.Single(c => c.Number == 5).Tasks) Assert.DoesNotContain("NaN", task.Solve().ToText(), StringComparison.Ordinal);
    }

    private static void Near(double expected, double measured, double bar) => Assert.True(Math.Abs(measured / expected - 1) < bar, $"{measured}, not {expected}; {bar}");

    // Over all numbers of neurons that stay in the three layers.
    private static double KurtosisOfParameters(Given given, double mean, double deviation)
    {
        double[][] chances = [.. given.Vector("hidden").Select(h => Independent.Binomial((int)h, 1 - given.Number("p")))];
        double fourth = 0;
        for (int a = 0; a < chances[0].Length; a++)
        {
            for (int b = 0; b < chances[1].Length; b++)
            {
                if (chances[0][a] * chances[1][b] < 1e-20) continue;
                for (int c = 0; c < chances[2].Length; c++)
                {
                    double off = ((given.Number("inputs") + 1) * a + (a + 1.0) * b + (b + 1.0) * c + c + 1 - mean) / deviation;
                    fourth += chances[0][a] * chances[1][b] * chances[2][c] * off * off * off * off;
                }
            }
        }
        return fourth;
    }

    // Logistic regression with λ/2·w² on the slope.
    private static (double W, double B) Newton(double[] x, double[] t, double lambda)
    {
        double w = 0, b = 0;
        for (int step = 0; step < 50; step++)
        {
            double gw = lambda * w, gb = 0, hww = lambda, hwb = 0, hbb = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-w * x[i] - b)), s = p * (1 - p) / x.Length, e = (p - t[i]) / x.Length;
                (gw, gb, hww, hwb, hbb) = (gw + e * x[i], gb + e, hww + s * x[i] * x[i], hwb + s * x[i], hbb + s);
            }
            double det = hww * hbb - hwb * hwb;
            (w, b) = (w - (hbb * gw - hwb * gb) / det, b - (hww * gb - hwb * gw) / det);
        }
        return (w, b);
    }
}
