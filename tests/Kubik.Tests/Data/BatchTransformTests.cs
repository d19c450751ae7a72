// Augmentation: what is drawn for a batch depends on the seed and the batch's place alone.

using Kubik.Data;
using Kubik.Kernels;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;
using Reduction = Kubik.Nn.Reduction;

namespace Kubik.Tests.Data;

public sealed class BatchTransformTests
{
    private static readonly Dataset Digits = Datasets.Load("digits").Train;

    private static Loader Changed(params BatchTransform[] transforms) => new(Digits, 100, seed: 4) { Transforms = transforms };

    private static float[][] Inputs(IEnumerable<Batch> batches) => [.. batches.Select(b => b.Input.ToArray<float>())];

    [Fact]
    public void A_mixed_sample_is_between_two_and_so_is_its_target()
    {
        Batch plain = new Loader(Digits, 100, seed: 4).Epoch(2).First(), mixed = Changed(new MixUp(5)).Epoch(2).First();
        Assert.Equal(plain.Input.Spec, mixed.Input.Spec);
        Assert.Equal(new TensorSpec(DType.Float32, [100, 10]), mixed.Target.Spec);
        Assert.All(mixed.Target.Sum(1).ToArray<float>(), s => Assert.Equal(1, s, 5));
        long[] labels = plain.Target.ToArray<long>();
        float[] shares = [.. labels.Select((k, i) => (float)mixed.Target[i, (int)k])];
        float share = shares.Min();
        Assert.InRange(share, 0.01f, 0.99f);
        // Each sample is share·a + (1 − share)·b for one b of the batch, and b's class has the rest of the target.
        float[][] x = [.. Enumerable.Range(0, 100).Select(i => plain.Input[i].ToArray<float>())];
        for (int i = 0; i < 100; i++)
        {
            float[] m = mixed.Input[i].ToArray<float>();
            int b = Array.FindIndex(x, other => x[i].Zip(other, (p, q) => p * share + q * (1 - share)).Zip(m, (p, q) => Math.Abs(p - q)).Max() < 1e-4);
            Assert.True(b >= 0, $"sample {i}");
            Assert.Equal(labels[i] == labels[b] ? 1 : 1 - share, (float)mixed.Target[i, (int)labels[b]], 4);
        }
    }

    [Fact]
    public void Numbers_are_mixed_like_samples()
    {
        TensorDataset line = new(Tensor.Range(0, 20).Reshape([20, 1]), Tensor.Range(0, 20).Reshape([20, 1]) * 3 + 1);
        foreach (Batch batch in new Loader(line, 7, seed: 1) { Transforms = [new MixUp(1)] }.Epoch())
            Assert.Equal((batch.Input * 3 + 1).ToArray<float>(), batch.Target.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(5)]
    public void The_share_has_the_moments_of_Beta(double alpha)
    {
        RandomStream random = new(1, 1);
        double[] draws = [.. Enumerable.Range(0, 4_000).Select(_ => MixUp.Beta(alpha, random))];
        double variance = 1 / (4 * (2 * alpha + 1)), mean = draws.Average();
        Assert.All(draws, d => Assert.InRange(d, 0, 1));
        Assert.InRange(mean, 0.5 - 5 * Math.Sqrt(variance / draws.Length), 0.5 + 5 * Math.Sqrt(variance / draws.Length));
        Assert.InRange(draws.Average(d => (d - 0.5) * (d - 0.5)), 0.9 * variance, 1.1 * variance);
    }

    [Fact]
    public void A_share_with_a_tiny_alpha_is_0_or_1_and_never_NaN()
    {
        RandomStream random = new(1, 1);
        Assert.All(Enumerable.Range(0, 1000).Select(_ => MixUp.Beta(1e-4, random)), d => Assert.True(Math.Min(d, 1 - d) is >= 0 and < 0.5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(100)]
    public void A_cut_is_a_rectangle_of_zeros_in_all_channels(int size)
    {
        Tensor x = Tensor.Ones([50, 3, 8, 6]);
        TensorDataset data = new(x, Tensor.Zeros([50], DType.Int32), ["a"]);
        Tensor cut = new CutOut(size).Apply(new Batch(x, Tensor.Zeros([50], DType.Int64)), data, new RandomStream(1, 1)).Input;
        HashSet<int> areas = [];
        for (int i = 0; i < 50; i++)
        {
            Tensor gone = (cut[i] < 0.5).Cast(DType.Int32); // (3, 8, 6)
            Assert.Equal(gone[0].ToArray<int>(), gone[2].ToArray<int>());
            int rows = (int)gone[0].Max(1).Sum(), columns = (int)gone[0].Max(0).Sum(), area = (int)gone[0].Sum();
            Assert.Equal(rows * columns, area);
            Assert.InRange(rows, 1, Math.Min(size, 8));
            Assert.InRange(columns, 1, Math.Min(size, 6));
            areas.Add(area);
        }
        if (size is 3 or 4) Assert.Contains(size * size, areas);
    }

    [Fact]
    public void Seed_epoch_and_place_decide_what_is_drawn_on_any_number_of_threads()
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            float[][] all = Inputs(Changed(new CutOut(3), new MixUp(0.4)).Epoch(1));
            Workers.Count = 3;
            Assert.Equal(all, Inputs(Changed(new CutOut(3), new MixUp(0.4)).Epoch(1)));
            Assert.Equal(all[5..], Inputs(Changed(new CutOut(3), new MixUp(0.4)).Epoch(1, skipBatches: 5)));
            Assert.NotEqual(all[0], Inputs(Changed(new CutOut(3), new MixUp(0.4)).Epoch(2))[0]);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void A_training_with_changed_batches_goes_on_to_the_same_weights()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "checkpoint.safetensors");
        TrainerOptions options = new() { Epochs = 2, BatchSize = 200, Seed = 3, Transforms = [new CutOut(2), new MixUp(0.4)] };
        static Sequential Net()
        {
            Sequential net = Sequential.Parse("flatten | linear 10");
            net.Build([1, 1, 8, 8]);
            foreach ((_, Parameter p) in net.Parameters()) p.Assign(Tensor.Zeros(p.Spec.Shape));
            return net;
        }
        Sequential whole = Net(), broken = Net(), resumed = Net();
        TrainResult result = Trainer.Fit(whole, new CrossEntropy(smoothing: 0.1), new Adam(0.01), Digits, options);
        Assert.InRange(result.History[^1].TrainAccuracy!.Value, 0.3, 1);
        using CancellationTokenSource cancel = new();
        Trainer.Fit(broken, new CrossEntropy(smoothing: 0.1), new Adam(0.01), Digits, options with { CheckpointFile = file }, new After(3, cancel),
            cancel.Token);
        Trainer.Fit(resumed, new CrossEntropy(smoothing: 0.1), new Adam(0.01), Digits, options with { CheckpointFile = file, Resume = true });
        Assert.Equal(whole.Values().Values.SelectMany(v => v.ToArray<float>()), resumed.Values().Values.SelectMany(v => v.ToArray<float>()));
        Assert.Contains("mixup",
            Assert.ThrowsAny<IOException>(() =>
                Trainer.Fit(resumed, new CrossEntropy(), new Adam(0.01), Digits,
                    options with { CheckpointFile = file, Resume = true, Transforms = [] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_takes_the_mean_alone() =>
        Assert.Contains("leave its Reduction at Mean",
            Assert.Throws<ArgumentException>(() =>
                Trainer.Fit(Sequential.Parse("flatten | linear 10"), new CrossEntropy { Reduction = Reduction.Sum }, new Adam(), Digits)).Message,
                StringComparison.Ordinal);

    [Fact]
    public void Wrong_numbers_and_samples_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixUp(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixUp(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CutOut(0));
        Dataset iris = Datasets.Load("iris").Train;
        Assert.Contains("cut-out: the samples must be pictures",
            Assert.Throws<ShapeException>(() => new CutOut(2).Apply(iris.Read(0, 1), iris, new RandomStream(1, 1))).Message, StringComparison.Ordinal);
        Assert.Equal("mixup 0.2", new MixUp().Notation);
        Assert.Equal("cutout 8", new CutOut(8).ToString());
    }

    private sealed class After(int steps, CancellationTokenSource cancel) : IProgress<TrainProgress>
    {
        private int heard;

        public void Report(TrainProgress value)
        {
            if (value.EpochDone is null && ++this.heard == steps) cancel.Cancel();
        }
    }
}
