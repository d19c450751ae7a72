// A model looked at from outside: its outputs on a whole data set, and what follows from them.

using Kubik.Data;
using Kubik.Nn;

namespace Kubik.Training;

/// <summary>A model's outputs on a data set.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="Outputs">What the model gave, (N, K): logits or values.</param>
/// <param name="Targets">What it should give, (N) classes or (N, K) values.</param>
public sealed record Evaluation(double Loss, Tensor Outputs, Tensor Targets)
{
    private const int BatchSize = 250;

    /// <summary>The loss that was measured, which says what the outputs mean; null when the evaluation was made without one.</summary>
    public Loss? Criterion { get; init; }

    /// <summary>The number of samples.</summary>
    public int Count => this.Targets.Shape[0];

    /// <summary>Share of samples whose largest output is at the target; null for regression.</summary>
    public double? Accuracy => this.Targets.DType.IsFloat ? null : Right(this.Outputs, this.Targets).Item() / this.Count;

    /// <summary>Runs a model over a data set, in evaluation mode; the mode that each layer was in is restored.</summary>
    /// <exception cref="ArgumentException">The data set is empty.</exception>
    public static Evaluation Of(Module model, Loss loss, Dataset data, CancellationToken cancel = default) => Of(model.Forward, loss, data, cancel);

    /// <summary>The same for whatever computes a model's outputs, such as a compiled model.</summary>
    internal static Evaluation Of(Func<Tensor, Tensor> forward, Loss loss, Dataset data, CancellationToken cancel = default)
    {
        if (data.Count == 0) throw new ArgumentException($"The data set '{data.Name}' is empty: there is nothing to evaluate.");
        return Module.InEvaluation(() =>
        {
            List<Tensor> outputs = [], targets = [];
            double sum = 0;
            for (int start = 0; start < data.Count; start += BatchSize)
            {
                cancel.ThrowIfCancellationRequested();
                Batch batch = data.Read([.. Enumerable.Range(start, Math.Min(BatchSize, data.Count - start))]);
                Tensor output = forward(batch.Input).Detach();
                sum += (double)loss.Of(output, batch.Target) * output.Shape[0];
                outputs.Add(output);
                targets.Add(batch.Target);
            }
            return new Evaluation(sum / data.Count, Tensor.Concat(0, [.. outputs]), Tensor.Concat(0, [.. targets])) { Criterion = loss };
        });
    }

    /// <summary>How often class i (row) was taken for class j (column).</summary>
    /// <exception cref="InvalidOperationException">The targets are not classes, one a sample, or the network has no output for one of them.</exception>
    public int[,] Confusion()
    {
        if (this.Targets.DType.IsFloat || this.Targets.Rank != 1 || this.Outputs.Rank != 2)
            throw new InvalidOperationException(
                "Classes are confused only where the targets are classes (N) and the outputs scores (N, K); "
                + $"here the targets are {this.Targets.Spec} and the outputs {this.Outputs.Spec}.");
        int classes = this.Outputs.Shape[1];
        int[,] confusion = new int[classes, classes];
        long[] labels = this.Targets.Cast(DType.Int64).ToArray<long>(), predicted = this.Outputs.ArgMax().ToArray<long>();
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0 || labels[i] >= classes)
                throw new InvalidOperationException($"Sample {i} is of class {labels[i]}, but the network has outputs for the classes 0 to {classes - 1}.");
            confusion[labels[i], predicted[i]]++;
        }
        return confusion;
    }

    /// <summary>What the outputs say of the classes, as the loss means them (<see cref="Loss.Probabilities"/>), (N, K):
    /// their softmax for cross-entropy, their sigmoid for bce, the outputs themselves for mse. Without a loss their softmax.</summary>
    public Tensor Probabilities() => this.Criterion?.Probabilities(this.Outputs) ?? this.Outputs.Softmax();

    /// <summary>How many rows have their largest output at the target, or where a distribution that is the target is largest.</summary>
    internal static Tensor Right(Tensor outputs, Tensor targets) =>
        outputs.Detach().ArgMax().Equal(targets.DType.IsFloat ? targets.ArgMax() : targets.Cast(DType.Int64)).Cast(DType.Int64).Sum();
}
