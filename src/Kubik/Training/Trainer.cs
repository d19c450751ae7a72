// The loop: batches in, steps out, a look at the other data after every epoch, the state to disk, and an end that
// keeps the best weights, whether it came by itself, by patience or by a cancellation.

using System.Diagnostics;
using System.Globalization;
using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Training;

/// <summary>Trains models.</summary>
/// <example><code>
/// Sequential net = Sequential.Parse("linear 300 | relu | linear 10");
/// (Dataset train, Dataset test) = Datasets.Load("mnist");
/// TrainResult result = Trainer.Fit(net, new CrossEntropy(), new Adam(0.001), train, new TrainerOptions { Epochs = 5, Test = test });
/// Console.WriteLine(result.History[^1].TestAccuracy);
/// </code></example>
public static class Trainer
{
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(30);

    /// <summary>Trains a model and leaves it in evaluation mode with the best weights: those with the least validation loss;
    /// without validation data the last, or after a cancellation those of the epoch with the least training loss.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="optimizer">How.</param>
    /// <param name="data">What is learnt.</param>
    /// <param name="options">Epochs, batch size, other data, checkpoints.</param>
    /// <param name="progress">Hears of every step and epoch, on the training thread.</param>
    /// <param name="cancel">Ends the training after the running step; the checkpoint is written and the best weights are kept.</param>
    /// <exception cref="ArgumentException">The data is empty or an option makes no sense.</exception>
    /// <exception cref="NonFiniteException">The loss became NaN or infinite; the message names step and layer.</exception>
    /// <exception cref="ShapeException">Data, model and loss do not fit.</exception>
    public static TrainResult Fit(
        Module model, Loss loss, Optimizer optimizer, Dataset data, TrainerOptions? options = null,
        IProgress<TrainProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new TrainerOptions();
        options.Validate();
        if (data.Count == 0) throw new ArgumentException($"The data set '{data.Name}' is empty: there is nothing to learn.");
        if (loss.Reduction != Reduction.Mean)
            throw new ArgumentException(
                $"The loss {loss.Name} gives {loss.Reduction}, but a training makes the mean of a batch small; "
                + "leave its Reduction at Mean and change the learning rate instead.");
        // With the last, smallest batch of an epoch: what it does not fit, such as a batch norm and one sample, is said now.
        int rest = data.Count % options.BatchSize;
        model.Train();
        try
        {
            model.Build([rest == 0 ? options.BatchSize : rest, .. data.InputShape]);
        }
        catch (InvalidOperationException) when (!options.Compile)
        {
            Module.InEvaluation(() => model.Forward(data.Read(0).Input)); // code that looks at values cannot be traced, but it can be run
        }
        string kind = string.Create(CultureInfo.InvariantCulture,
            $"{optimizer.Name}, {optimizer.Schedule}, "
            + $"{string.Concat(new object?[] { options.Penalty, options.Average?.Notation }.OfType<object>().Select(o => $"{o}, "))}batch "
            + $"{options.BatchSize}, seed {options.Seed}, {data.Count} samples{string.Concat(options.Transforms.Select(t => $", {t.Notation}"))}");
        TrainingState state = options.Resume ? TrainingState.Load(options.CheckpointFile!, model, optimizer, options.Average, kind) : new TrainingState();
        Run run = new(model, loss, optimizer, data, options, state, kind, progress, cancel);
        return run.ToTheEnd();
    }

    /// <inheritdoc cref="Fit"/>
    /// <summary><see cref="Fit"/> on a thread of its own.</summary>
    public static Task<TrainResult> FitAsync(
        Module model, Loss loss, Optimizer optimizer, Dataset data, TrainerOptions? options = null,
        IProgress<TrainProgress>? progress = null, CancellationToken cancel = default) =>
        Task.Factory.StartNew(() => Fit(model, loss, optimizer, data, options, progress, cancel), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private sealed class Run(
        Module model, Loss loss, Optimizer optimizer, Dataset data, TrainerOptions options, TrainingState state, string kind,
        IProgress<TrainProgress>? progress, CancellationToken cancel)
    {
        private readonly Loader loader = new(data, options.BatchSize, options.Seed) { Transforms = options.Transforms };
        private readonly Stopwatch clock = Stopwatch.StartNew(), learning = new(), sinceCheckpoint = Stopwatch.StartNew();
        private readonly bool classifies = data.Kind == TargetKind.Classes;
        private readonly CompiledStep? compiled = options.Compile && optimizer is UpdateRule rule
            ? new(model, loss, rule, options.Penalty, data.Kind == TargetKind.Classes ? Evaluation.Right : null)
            : null;
        private readonly Func<Tensor, Tensor> forward = options.Compile ? new CompiledModel(model, new PredictOptions { Fold = false }).Run : model.Forward;
        private long learnt;

        private int StepsInEpoch => this.loader.BatchCount;

        public TrainResult ToTheEnd()
        {
            // A kill before the first epoch's end finds something to go on from, and a full disk is noticed before any work.
            if (!options.Resume) this.SaveCheckpoint();
            while (!this.Done && !cancel.IsCancellationRequested)
            {
                double before = this.clock.Elapsed.TotalSeconds;
                model.Train();
                if (!this.Learn())
                {
                    state.EpochSeconds += this.clock.Elapsed.TotalSeconds - before;
                    break;
                }
                this.EndEpoch(before);
            }
            bool cancelled = cancel.IsCancellationRequested && !this.Done;
            if (cancelled) this.SaveCheckpoint();
            this.KeepBest(cancelled);
            model.Eval();
            return new(state.History, optimizer.Steps, state.BestEpoch, this.clock.Elapsed.TotalSeconds, this.SamplesPerSecond, cancelled);
        }

        private double SamplesPerSecond => this.learnt / Math.Max(this.learning.Elapsed.TotalSeconds, 1e-9);

        // The steps of an epoch that are still to do; false when a cancellation came between.
        private bool Learn()
        {
            this.learning.Start();
            foreach (Batch batch in this.loader.Epoch(state.Epoch, state.StepInEpoch))
            {
                if (cancel.IsCancellationRequested) break;
                this.Step(batch);
                progress?.Report(this.Progress(null));
                if (options.CheckpointFile is not null && this.sinceCheckpoint.Elapsed > CheckpointEvery) this.SaveCheckpoint();
            }
            this.learning.Stop();
            return state.StepInEpoch == this.StepsInEpoch;
        }

        private void Step(Batch batch)
        {
            double done = (state.Epoch + (double)state.StepInEpoch / this.StepsInEpoch) / options.Epochs, mean, right = 0;
            long steps = optimizer.Steps;
            if (this.compiled is not null) (mean, right) = (this.compiled.Run(batch.Input, batch.Target, done), this.compiled.Measured);
            else mean = this.EagerStep(batch, done, out right);
            // while gradients are added up there is nothing new
            if (optimizer.Steps > steps && options.Average is { FromEpoch: null } average) average.Update(model);
            int size = batch.Input.Shape[0];
            state.LossSum += mean * size;
            state.RightSum += right;
            state.Seen += size;
            state.StepInEpoch++;
            this.learnt += size;
        }

        private double EagerStep(Batch batch, double done, out double right)
        {
            // What a forward changes besides the weights (statistics, random states), to go back to if it fails.
            (Parameter Parameter, Tensor Value)[] before =
                [.. model.Parameters().Where(p => p.Parameter.Role != ParameterRole.Weight).Select(p => (p.Parameter, p.Parameter.Value))];
            Tensor? output = null;
            double value = 0;
            optimizer.Step(Compute, model, done);
            right = this.classifies ? Evaluation.Right(output!, batch.Target).Item() : 0;
            return value;

            // The first time is at the weights as they are; an optimiser that searches calls it again at others.
            Tensor Compute()
            {
                Tensor y = model.Forward(batch.Input), mean = loss.Of(y, batch.Target);
                Tensor sum = options.Penalty is { } penalty ? mean + penalty.On(model) : mean;
                if (output is not null) return sum;
                (output, value) = (y.Detach(), (double)mean);
                if (double.IsFinite((double)sum)) return sum;
                foreach ((Parameter parameter, Tensor old) in before) parameter.Assign(old);
                throw new NonFiniteException(optimizer.Steps + 1, (double)sum, NonFiniteException.Locate(model, batch.Input), optimizer.LearningRate);
            }
        }

        private bool Done => state.Epoch >= options.Epochs || state.SinceBest >= options.Patience;

        private void EndEpoch(double began)
        {
            if (options.Average?.FromEpoch <= state.Epoch + 1) options.Average.Update(model);
            options.Average?.Swap(model);
            Evaluation? validation = options.Validation is { } v ? Evaluation.Of(this.forward, loss, v) : null;
            Evaluation? test = options.Test is { } t ? Evaluation.Of(this.forward, loss, t) : null;
            EpochMetrics metrics = new(
                state.Epoch + 1, optimizer.Steps, state.LossSum / state.Seen, this.classifies ? state.RightSum / state.Seen : null,
                validation?.Loss, validation?.Accuracy, test?.Loss, test?.Accuracy,
                state.EpochSeconds + this.clock.Elapsed.TotalSeconds - began);
            state.History.Add(metrics);
            double watched = metrics.ValidationLoss ?? metrics.TrainLoss;
            if (watched < state.BestLoss) (state.BestLoss, state.BestEpoch, state.Best) = (watched, metrics.Epoch, model.Values());
            options.Average?.Swap(model);
            bool improves = watched < state.PatienceLoss - options.MinImprovement;
            (state.PatienceLoss, state.SinceBest) = improves ? (watched, 0) : (state.PatienceLoss, state.SinceBest + 1);
            optimizer.Schedule.Observe(watched);
            TrainProgress report = this.Progress(metrics);
            (state.Epoch, state.StepInEpoch, state.LossSum, state.RightSum, state.Seen, state.EpochSeconds) = (state.Epoch + 1, 0, 0, 0, 0, 0);
            this.SaveCheckpoint();
            progress?.Report(report);
        }

        // Without validation data nothing says that an earlier epoch was better than the last, if there is a last.
        private void KeepBest(bool cancelled)
        {
            bool last = !options.RestoreBest || options.Validation is null && !cancelled;
            if (!last && state.Best is not null)
            {
                model.Assign(state.Best);
                return;
            }
            if (last) state.BestEpoch = state.History.Count;
            options.Average?.Apply(model);
        }

        private void SaveCheckpoint()
        {
            if (options.CheckpointFile is not null) state.Save(options.CheckpointFile, model, optimizer, options.Average, kind, options.CheckpointNotes);
            this.sinceCheckpoint.Restart();
        }

        private TrainProgress Progress(EpochMetrics? done)
        {
            double stepsLeft = (double)(options.Epochs - state.Epoch) * this.StepsInEpoch - state.StepInEpoch;
            TimeSpan left = TimeSpan.FromSeconds(Math.Max(0, stepsLeft) * options.BatchSize / Math.Max(this.SamplesPerSecond, 1e-9));
            return new(state.Epoch + 1, options.Epochs, state.StepInEpoch, this.StepsInEpoch, state.LossSum / Math.Max(state.Seen, 1),
                this.classifies ? state.RightSum / Math.Max(state.Seen, 1) : null, this.SamplesPerSecond, left, done);
        }
    }
}
