// The statistics of what is drawn, with fixed seeds: the bounds are five standard deviations or more, or the quantile
// of χ² that one sample in a million passes.

using Kubik.Kernels;
using Kubik.Ops;

namespace Kubik.Tests.Kernels;

public sealed class DistributionTests
{
    private const int N = 200_000;

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.1, -1.2815515655446004)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-300, -37.0471)]
    public void The_quantiles_of_the_bell_are_the_tables(double p, double z)
    {
        Assert.Equal(z, NormalDistribution.Quantile(p), p < 1e-100 ? 1e-4 : 1e-13);
        Assert.Equal(1, NormalDistribution.Below(NormalDistribution.Quantile(p)) / p, 1e-11);
    }

    [Fact]
    public void Truncated_normal_numbers_keep_to_their_bounds_and_have_their_moments()
    {
        double[] z = new RandomStream(1, 1).TruncatedNormal([N], dtype: DType.Float64).ToDoubles();
        Assert.All(z, v => Assert.InRange(v, -2, 2));
        Assert.Equal(0, z.Average(), 0.01);
        Assert.Equal(0.7737413, z.Average(v => v * v), 0.01); // 1 − 4φ(2) / (2Φ(2) − 1)
        double[] tail = new RandomStream(1, 2).TruncatedNormal([N], 5, double.PositiveInfinity, DType.Float64).ToDoubles();
        Assert.All(tail, v => Assert.InRange(v, 5, 9));
        Assert.Equal(5.186504, tail.Average(), 0.003); // φ(5) / Φ(−5)
        double[] whole = new RandomStream(1, 3).TruncatedNormal([N], double.NegativeInfinity, double.PositiveInfinity).ToDoubles();
        Assert.Equal(1, whole.Average(v => v * v), 0.02);
        double[] lower = new RandomStream(1, 4).TruncatedNormal([N], -3, double.PositiveInfinity).ToDoubles();
        Assert.All(lower, v => Assert.InRange(v, -3, 7));
        double[] far = new RandomStream(1, 5).TruncatedNormal([1000], -37, -36, DType.Float64).ToDoubles();
        Assert.All(far, v => Assert.InRange(v, -37, -36));
    }

    [Fact]
    public void Gumbel_and_exponential_numbers_have_their_moments()
    {
        double[] g = new RandomStream(2, 1).Gumbel([N]).ToDoubles(), e = new RandomStream(2, 2).Exponential([N]).ToDoubles();
        Assert.Equal(0.5772157, g.Average(), 0.015);
        Assert.Equal(Math.PI * Math.PI / 6, g.Average(v => (v - 0.5772157) * (v - 0.5772157)), 0.04);
        Assert.Equal(1, e.Average(), 0.012);
        Assert.Equal(2, e.Average(v => v * v), 0.06);
        Assert.All(e, v => Assert.True(v > 0 && double.IsFinite(v)));
    }

    [Fact]
    public void Whole_numbers_are_equally_likely()
    {
        long[] drawn = new RandomStream(3, 1).Integers(-3, 4, [N]).ToArray<long>();
        Assert.Equal([-3, -2, -1, 0, 1, 2, 3], drawn.Distinct().Order());
        Assert.True(ChiSquare(drawn.CountBy(v => v).Select(g => g.Value), N / 7.0) < 38); // 6 degrees of freedom
        // A range of 3/4 of all words: half as many again would come from a remainder.
        long[] wide = new RandomStream(3, 2).Integers(long.MinValue, 1L << 62, [N]).ToArray<long>();
        Assert.True(ChiSquare(wide.CountBy(v => v >> 62).Select(g => g.Value), N / 3.0) < 28);
        byte[] bytes = new RandomStream(3, 3).Integers(0, 256, [N], DType.UInt8).ToArray<byte>();
        Assert.True(ChiSquare(bytes.CountBy(v => v).Select(g => g.Value), N / 256.0) < 375);
    }

    [Fact]
    public void All_orders_are_equally_likely()
    {
        Assert.Equal(24, Factorials(4).Count);
        Assert.True(ChiSquare(Factorials(4).Values, 24_000 / 24.0) < 67); // 23 degrees of freedom
        Assert.True(ChiSquare(Factorials(3).Values, 24_000 / 6.0) < 36);

        static Dictionary<string, int> Factorials(int n) =>
            Enumerable.Range(0, 24_000).CountBy(seed => string.Join(",", new RandomStream(seed, 1).Permutation(n))).ToDictionary();
    }

    [Fact]
    public void Coins_fall_by_their_probabilities()
    {
        double[] p = [0, 1e-4, 0.3, 0.5, 0.9, 1];
        double[] share = new RandomStream(4, 1).Bernoulli(Tensor.From(p).BroadcastTo([N, 6])).Mean(0).ToDoubles();
        for (int i = 0; i < p.Length; i++) Assert.Equal(p[i], share[i], 5 * Math.Sqrt(p[i] * (1 - p[i]) / N));
        Assert.Equal(0.25, new RandomStream(4, 2).Bernoulli(0.25, [N]).Mean().Item(), 0.005);
    }

    [Fact]
    public void Choices_are_made_by_their_probabilities()
    {
        double[] p = [0.1, 0, 0.6, 0.3];
        Tensor logits = Tensor.From([.. p.Select(v => Math.Log(v) + 1000)]).BroadcastTo([N, 4]);
        foreach (long[] drawn in new[]
        {
            new RandomStream(5, 1).Categorical(logits).ToArray<long>(),
            new RandomStream(5, 2).Choice(Tensor.From(p).BroadcastTo([N, 4]) * 1e300).ToArray<long>(),
            (logits + new RandomStream(5, 3).Gumbel([N, 4], DType.Float64)).ArgMax().ToArray<long>(), // the largest of logits and Gumbel noise
        })
        {
            Assert.DoesNotContain(1L, drawn);
            double x = 0;
            foreach (int k in (int[])[0, 2, 3]) x += Math.Pow(drawn.Count(v => v == k) - N * p[k], 2) / (N * p[k]);
            Assert.True(x < 28);
        }
        Assert.Equal(0, (int)new RandomStream(5, 1).Categorical(Tensor.Of(double.Epsilon)));
    }

    [Fact]
    public void What_is_drawn_next_begins_after_what_was_drawn()
    {
        for (int n = 0; n < 10; n++)
        {
            int size = n;
            foreach ((Action<RandomStream> draw, int perBlock) in new (Action<RandomStream>, int)[]
            {
                (s => s.Uniform([size]), 4), (s => s.Normal([size]), 4), (s => s.TruncatedNormal([size]), 2), (s => s.Gumbel([size]), 2),
                (s => s.Exponential([size]), 2),
                (s => s.Integers(0, 5, [size]), 2), (s => s.Bernoulli(0.5, [size]), 2), (s => s.Permutation(size), 2),
                (s => s.Categorical(Tensor.Zeros([size, 3])), 2),
            })
            {
                RandomStream stream = new(1, 1);
                draw(stream);
                Assert.Equal([1L, 1L, (size + perBlock - 1) / perBlock], stream.State.Value.ToArray<long>());
            }
        }
        RandomStream parts = new(7, 1);
        double[] whole = new RandomStream(7, 1).Gumbel([10]).ToDoubles();
        Assert.Equal(whole[..4], parts.Gumbel([4]).ToDoubles());
        Assert.Equal(whole[4..], parts.Gumbel([6]).ToDoubles());
        Assert.Equal(10, whole.Distinct().Count());
    }

    [Fact]
    public void A_recorded_draw_draws_anew_at_every_run()
    {
        RandomStream eager = new(1, 1), traced = new(1, 1);
        Kubik.Graphs.Graph graph =
            Kubik.Graphs.Graph.Trace(x => traced.Categorical(x[0]) + traced.PermutationTensor(6) + traced.Integers(0, 9, [6]),
                new TensorSpec(DType.Float32, [6, 4]));
        Tensor logits = Tensor.Zeros([6, 4]);
        for (int run = 0; run < 3; run++)
            Assert.Equal((eager.Categorical(logits) + eager.PermutationTensor(6) + eager.Integers(0, 9, [6])).ToArray<long>(),
                graph.Run(logits)[0].ToArray<long>());
    }

    [Fact]
    public void Every_error_says_what_is_approved()
    {
        RandomStream r = new(1, 1);
        (string Call, Action Act)[] cases =
        [
            ("truncated normal from 2 to 1", () => r.TruncatedNormal([2], 2, 1)),
            ("truncated normal from NaN", () => r.TruncatedNormal([2], double.NaN)),
            ("truncated normal from 40", () => r.TruncatedNormal([2], 40, 41)),
            ("gumbel of int32", () => r.Gumbel([2], DType.Int32)),
            ("exponential of float16", () => r.Exponential([2], DType.Float16)),
            ("integers from 3 to 3", () => r.Integers(3, 3, [2])),
            ("integers to 256 in uint8", () => r.Integers(0, 257, [2], DType.UInt8)),
            ("integers in float32", () => r.Integers(0, 3, [2], DType.Float32)),
            ("permutation of -1", () => r.Permutation(-1)),
            ("bernoulli of 1.5", () => r.Bernoulli(1.5, [2])),
            ("bernoulli of NaN", () => r.Bernoulli(double.NaN, [2])),
            ("bernoulli of int32", () => r.Bernoulli(Tensor.Of(1, 0))),
            ("categorical of a number", () => r.Categorical(Tensor.Scalar(1))),
            ("categorical of nothing", () => r.Categorical(Tensor.Zeros([2, 0]))),
            ("categorical of -inf", () => r.Categorical(Tensor.Full([2, 3], double.NegativeInfinity))),
            ("categorical of NaN", () => r.Categorical(Tensor.Of(0f, float.NaN))),
            ("choice below 0", () => r.Choice(Tensor.Of(1f, -1))),
            ("choice of zeros", () => r.Choice(Tensor.Zeros([2, 2]))),
            ("random from a float state", () => new RandomGumbel(new(DType.Float32, [2])).Apply(Tensor.Zeros([3]))),
        ];
        Ops.Approved.Equal("Ops/approved-errors-random.txt", cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ArgumentException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));
        Assert.Equal([1L, 1, 0], r.State.Value.ToArray<long>()); // what fails draws nothing
    }

    private static double ChiSquare(IEnumerable<int> counts, double expected) => counts.Sum(c => (c - expected) * (c - expected) / expected);
}
