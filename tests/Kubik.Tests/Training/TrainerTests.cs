using Kubik.Data;
using Kubik.IO;
using Kubik.Kernels;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Tests.Training;

public sealed class TrainerTests
{
    private const string Notation = "linear 16 | tanh | dropout 0.1 | linear 3";

    private static (Dataset Train, Dataset Test) Iris() => Datasets.Load("iris");

    private static Sequential Net(long seed = 1) => RandomSource.Seeded(seed, () => Sequential.Parse(Notation)); // other tests make nets at the same time

    private static TrainResult Fit(Sequential net, TrainerOptions options, Action<TrainProgress>? hears = null, CancellationToken cancel = default) =>
        Trainer.Fit(net, new CrossEntropy(), new Adam(0.01) { Schedule = Schedule.Cosine }, Iris().Train, options with { Seed = 5, BatchSize = 16 }, hears is null ? null : new Ear(hears), cancel);

    private static byte[] Bits(Module net) => [.. net.Values().OrderBy(v => v.Key).SelectMany(v => v.Value.ToArray<float>()).SelectMany(BitConverter.GetBytes)];

    [Fact]
    public void IrisIsLearnt()
    {
        Sequential net = Net();
        TrainResult result = Fit(net, new TrainerOptions { Epochs = 30, Test = Iris().Test });
        Assert.Equal(30, result.History.Count);
        Assert.Equal(30 * 8, result.Steps); // 120 samples in batches of 16
        Assert.False(net.Training);
        Assert.InRange(result.History[^1].TestAccuracy!.Value, 0.9, 1);
        Assert.Equal(result.History[^1].TestAccuracy, Evaluation.Of(net, new CrossEntropy(), Iris().Test).Accuracy);
    }

    [Fact]
    public void OneSeedGivesOneResultBitForBitWhateverTheNumberOfThreads()
    {
        int before = Workers.Count;
        try
        {
            List<byte[]> results = [];
            foreach (int threads in (int[])[1, 2, 3])
            {
                Workers.Count = threads;
                Sequential net = Net();
                Fit(net, new TrainerOptions { Epochs = 3 });
                results.Add(Bits(net));
            }
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(19)]
    public void ACancelledTrainingGoesOnToTheWeightsOfTheUninterruptedOne(int afterSteps)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "checkpoint.safetensors");
        Sequential whole = Net(), broken = Net();
        TrainResult expected = Fit(whole, new TrainerOptions { Epochs = 4 });

        using CancellationTokenSource cancel = new();
        int steps = 0;
        TrainResult first = Fit(broken, new TrainerOptions { Epochs = 4, CheckpointFile = file }, p =>
        {
            if (p.EpochDone is null && ++steps == afterSteps) cancel.Cancel();
        }, cancel.Token);
        Assert.True(first.Cancelled);
        Assert.Equal(afterSteps, first.Steps);

        Sequential resumed = Net(seed: 99); // its own first weights do not matter
        TrainResult second = Fit(resumed, new TrainerOptions { Epochs = 4, CheckpointFile = file, Resume = true });
        Assert.False(second.Cancelled);
        Assert.Equal(Bits(whole), Bits(resumed));
        Assert.Equal(expected.History.Select(h => (h.TrainLoss, h.TrainAccuracy)), second.History.Select(h => (h.TrainLoss, h.TrainAccuracy)));
    }

    [Fact]
    public void ValidationDecidesWhichWeightsAreKept()
    {
        (Dataset train, Dataset validation) = Iris().Train.Split(0.2, 3);
        Sequential net = Net();
        TrainResult result = Trainer.Fit(net, new CrossEntropy(), new Momentum(0.5), train, new TrainerOptions { Epochs = 25, BatchSize = 4, Validation = validation, Patience = 4 });
        int best = result.History.MinBy(h => h.ValidationLoss)!.Epoch;
        Assert.Equal(best, result.BestEpoch);
        Assert.Equal(result.History[best - 1].ValidationLoss, Evaluation.Of(net, new CrossEntropy(), validation).Loss);
        Assert.True(result.History.Count == 25 || result.History.Count == best + 4, $"stopped after {result.History.Count} epochs, best {best}");
    }

    [Fact]
    public void ProgressHearsEveryStepAndEveryEpoch()
    {
        List<TrainProgress> heard = [];
        Fit(Net(), new TrainerOptions { Epochs = 2 }, heard.Add);
        Assert.Equal(2 * (8 + 1), heard.Count);
        Assert.Equal(Enumerable.Range(1, 8), heard.Take(8).Select(p => p.Step));
        Assert.NotNull(heard[8].EpochDone);
        Assert.All(heard, p => Assert.True(p.SamplesPerSecond > 0 && p.TimeLeft >= TimeSpan.Zero && p.Accuracy is >= 0 and <= 1));
    }

    [Fact]
    public async Task FitAsyncIsTheSameOnAnotherThread()
    {
        Sequential a = Net(), b = Net();
        Fit(a, new TrainerOptions { Epochs = 2 });
        await Trainer.FitAsync(b, new CrossEntropy(), new Adam(0.01) { Schedule = Schedule.Cosine }, Iris().Train, new TrainerOptions { Epochs = 2, Seed = 5, BatchSize = 16 });
        Assert.Equal(Bits(a), Bits(b));
    }

    [Fact]
    public void ANonFiniteLossNamesStepAndPlaceAndKeepsTheWeights()
    {
        Sequential net = Sequential.Parse("linear 8 | relu | linear 3");
        NonFiniteException e = Assert.Throws<NonFiniteException>(() =>
            Trainer.Fit(net, new MeanSquaredError(), new Sgd(1e30), Iris().Train, new TrainerOptions { Epochs = 3 }));
        Assert.Contains($"At step {e.Step} the loss became", e.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate (1E+30) is too large: try 0.01", e.Message, StringComparison.Ordinal);
        Assert.Matches("layer '[0-9]' |parameter '[0-9].(weight|bias)'|the loss itself", e.Where);
    }

    [Fact]
    public void NaNInTheDataIsNamedAsSuch()
    {
        float[,] x = new float[4, 2];
        x[2, 1] = float.NaN;
        Exception e = Assert.ThrowsAny<Exception>(() => Trainer.Fit(Sequential.Parse("linear 2"), new CrossEntropy(), new Sgd(), new TensorDataset(x, [0, 1, 0, 1])));
        Assert.Contains("NaN", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreRefused()
    {
        Assert.Contains("epochs", Assert.Throws<ArgumentException>(() => Fit(Net(), new TrainerOptions { Epochs = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("validation data", Assert.Throws<ArgumentException>(() => Fit(Net(), new TrainerOptions { Patience = 3 })).Message, StringComparison.Ordinal);
        Assert.Contains("CheckpointFile", Assert.Throws<ArgumentException>(() => Fit(Net(), new TrainerOptions { Resume = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointOfAnotherNetworkIsRefused()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "checkpoint.safetensors");
        Fit(Net(), new TrainerOptions { Epochs = 1, CheckpointFile = file });
        Assert.Throws<ShapeException>(() => Fit(Sequential.Parse("linear 5 | linear 3"), new TrainerOptions { Epochs = 2, CheckpointFile = file, Resume = true }));
        Safetensors.Save(file, new Dictionary<string, Tensor>());
        Assert.Contains("not a checkpoint", Assert.Throws<DataFileException>(() => Fit(Net(), new TrainerOptions { Epochs = 2, CheckpointFile = file, Resume = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointOfAnotherKindOfRunIsRefused()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "checkpoint.safetensors");
        Fit(Net(), new TrainerOptions { Epochs = 1, CheckpointFile = file });
        Sequential net = Net();
        net.Build([16, 4]);
        byte[] before = Bits(net);
        DataFileException e = Assert.Throws<DataFileException>(() =>
            Trainer.Fit(net, new CrossEntropy(), new Momentum(0.01), Iris().Train, new TrainerOptions { Epochs = 2, CheckpointFile = file, Resume = true, Seed = 5, BatchSize = 16 }));
        Assert.Contains("adam, cosine, batch 16, seed 5, 120 samples, not momentum, constant, batch 16", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(net));
    }

    [Fact]
    public void AFailureOfTheLastBatchIsSaidBeforeTheFirstStep()
    {
        Dataset data = new TensorDataset(new float[5, 2], [0, 1, 0, 1, 0]);
        int steps = 0;
        Assert.Throws<ShapeException>(() => Trainer.Fit(
            Sequential.Parse("linear 3 | batchnorm | linear 2"), new CrossEntropy(), new Adam(), data, new TrainerOptions { BatchSize = 4 }, new Ear(_ => steps++)));
        Assert.Equal(0, steps);
    }

    [Fact]
    public void AnOverflowInALaterLayerIsNotBlamedOnTheStatistics()
    {
        Sequential net = new(new Linear(2, 2), new BatchNorm(), new Linear(2, 2));
        net.Build([2, 2]);
        ((Linear)net.Items[0]).Weight.Assign(Tensor.Full([2, 2], 1e38).Contiguous());
        NonFiniteException e = Assert.Throws<NonFiniteException>(() =>
            Trainer.Fit(net, new CrossEntropy(), new Sgd(), new TensorDataset(new float[,] { { 9, 9 }, { -9, 9 }, { 5, 5 } }, [0, 1, 0])));
        Assert.Contains("layer '0' (linear 2)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelThatDoesNotFitTheDataNamesTheLayer() =>
        Assert.Equal("0", Assert.Throws<ShapeException>(() => Fit(new Sequential(new Linear(7, 3)), new TrainerOptions())).Path);

    // What a training can be made of besides weights, each with a state of its own.
    public static TheoryData<string> Kinds => ["plateau", "accumulate", "ema", "swa", "penalty", "lbfgs", "nadam"];

    private static TrainResult FitKind(string kind, Sequential net, TrainerOptions options, Action<TrainProgress>? hears = null, CancellationToken cancel = default)
    {
        (Dataset train, Dataset validation) = Iris().Train.Split(0.2, 3);
        Optimizer optimizer = kind switch
        {
            "plateau" => new Sgd(0.5) { Schedule = Schedule.Parse("warmup 3 | plateau patience=0 factor=0.5 threshold=0.2") },
            "accumulate" => new Momentum(0.05) { Accumulate = 5 },
            "lbfgs" => new Lbfgs(iterations: 3),
            "nadam" => new NAdam(0.01),
            _ => new Adam(0.01),
        };
        options = options with
        {
            Seed = 5,
            BatchSize = kind == "lbfgs" ? int.MaxValue : 16,
            Validation = validation,
            Penalty = kind == "penalty" ? new ElasticNet(0.01, 0.02) : null,
            Average = kind == "ema" ? WeightAverage.Exponential(0.9) : kind == "swa" ? WeightAverage.Equal(2) : null,
        };
        return Trainer.Fit(net, new CrossEntropy(), optimizer, train, options, hears is null ? null : new Ear(hears), cancel);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void WhateverItIsMadeOfACancelledTrainingGoesOnToTheSameWeights(string kind)
    {
        foreach (int afterSteps in (int[])[1, kind == "lbfgs" ? 3 : 20])
        {
            string file = Path.Combine(Directory.CreateTempSubdirectory("kubik").FullName, "checkpoint.safetensors");
            Sequential whole = Net(), broken = Net(), resumed = Net(seed: 99);
            TrainResult expected = FitKind(kind, whole, new TrainerOptions { Epochs = 5 });
            using CancellationTokenSource cancel = new();
            int steps = 0;
            FitKind(kind, broken, new TrainerOptions { Epochs = 5, CheckpointFile = file }, p =>
            {
                if (p.EpochDone is null && ++steps == afterSteps) cancel.Cancel();
            }, cancel.Token);
            TrainResult second = FitKind(kind, resumed, new TrainerOptions { Epochs = 5, CheckpointFile = file, Resume = true });
            Assert.Equal(Bits(whole), Bits(resumed));
            Assert.Equal(expected.History.Select(h => (h.TrainLoss, h.ValidationLoss)), second.History.Select(h => (h.TrainLoss, h.ValidationLoss)));
        }
    }

    [Fact]
    public void LbfgsLearnsOnAllDataAtOnce()
    {
        // Without dropout, so that the loss is one function.
        Sequential net = Sequential.Parse("linear 3");
        TrainResult result = Trainer.Fit(net, new CrossEntropy(), new Lbfgs(), Iris().Train, new TrainerOptions { Epochs = 3, BatchSize = int.MaxValue });
        Assert.Equal(3, result.Steps);
        Assert.InRange(result.History[^1].TrainLoss, 0, 0.15);
    }

    [Fact]
    public void AnAverageWaitsWhileGradientsAreAddedUp()
    {
        WeightAverage average = WeightAverage.Exponential(0.5);
        TrainResult result = Trainer.Fit(Net(), new CrossEntropy(), new Momentum(0.05) { Accumulate = 3 }, Iris().Train, new TrainerOptions { Epochs = 2, BatchSize = 16, Average = average });
        Assert.Equal(5, result.Steps); // 16 batches
        Assert.Equal(result.Steps, average.Count);
    }

    [Fact]
    public void WithAnAverageTheModelEndsWithItAndIsEvaluatedWithIt()
    {
        Sequential net = Net();
        TrainResult result = FitKind("swa", net, new TrainerOptions { Epochs = 6 });
        (_, Dataset validation) = Iris().Train.Split(0.2, 3);
        Assert.Equal(result.History[result.BestEpoch - 1].ValidationLoss, Evaluation.Of(net, new CrossEntropy(), validation).Loss);

        Sequential last = Net(), averaged = Net();
        WeightAverage average = WeightAverage.Exponential(0.5);
        Fit(last, new TrainerOptions { Epochs = 2 });
        Fit(averaged, new TrainerOptions { Epochs = 2, Average = average });
        Assert.NotEqual(Bits(last), Bits(averaged));
        Assert.Equal(16, average.Count);
    }

    [Fact]
    public void APenaltyKeepsWeightsSmallAndIsNotInTheReportedLoss()
    {
        Sequential free = Net(), held = Net();
        TrainResult without = Fit(free, new TrainerOptions { Epochs = 3 }), with = Fit(held, new TrainerOptions { Epochs = 3, Penalty = new L2(1) });
        Assert.True(Size(held) < 0.7 * Size(free), $"{Size(held)} and {Size(free)}");
        Assert.InRange(with.History[0].TrainLoss, 0, without.History[0].TrainLoss + 0.5); // the penalty itself is above 3

        static double Size(Module net) => (double)new L2(1).On(net);
    }

    [Theory]
    [InlineData(0, 25)]
    [InlineData(100, 4)]
    public void PatienceWaitsForALeastImprovement(double least, int epochs)
    {
        (Dataset train, Dataset validation) = Iris().Train.Split(0.2, 3);
        TrainResult result = Trainer.Fit(Net(), new CrossEntropy(), new Sgd(0.01), train, new TrainerOptions { Epochs = 25, Validation = validation, Patience = 3, MinImprovement = least });
        Assert.Equal(epochs, result.History.Count); // the first epoch always improves on nothing
        Assert.Equal(result.History.MinBy(h => h.ValidationLoss)!.Epoch, result.BestEpoch);
    }

    [Fact]
    public void TheLastWeightsAreKeptWhenThatIsAsked()
    {
        (Dataset train, Dataset validation) = Iris().Train.Split(0.2, 3);
        Sequential net = Net();
        TrainResult result = Trainer.Fit(net, new CrossEntropy(), new Momentum(0.5), train, new TrainerOptions { Epochs = 8, BatchSize = 4, Validation = validation, RestoreBest = false });
        Assert.Equal(8, result.BestEpoch);
        Assert.Equal(result.History[^1].ValidationLoss, Evaluation.Of(net, new CrossEntropy(), validation).Loss);
        Assert.Throws<ArgumentException>(() => Fit(Net(), new TrainerOptions { MinImprovement = -1 }));
    }

    [Fact]
    public void APlateauHearsOfTheEpochs()
    {
        Plateau plateau = new(factor: 0.5, patience: 0, threshold: 0.9);
        Trainer.Fit(Net(), new CrossEntropy(), new Sgd(0.01) { Schedule = plateau }, Iris().Train, new TrainerOptions { Epochs = 4 });
        Assert.Equal(0.125, plateau.At(1, 0)); // nothing falls to a tenth in an epoch
    }

    private sealed class Ear(Action<TrainProgress> hears) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value) => hears(value);
    }
}
