// The first learning rule. A step function has no derivative, so this is no gradient descent: the error itself, −1, 0 or 1,
// says where the weights go. On what a plane can separate it comes to an end (Novikoff 1962); on the rest it never does.

using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>
/// Rosenblatt's perceptron rule (Rosenblatt 1958) for a linear layer with a step behind it: y = step(x·W + b);
/// W ← W + η·xᵀ·(t − y); b ← b + η·(t − y), for each output by itself. step(0) is 0.
/// </summary>
/// <param name="learningRate">η. When all weights begin at 0, it only scales them.</param>
/// <example><code>
/// Linear and = new(2, 1);
/// int epochs = new PerceptronRule().Fit(and, x, t);          // x (N, 2), t (N, 1) of 0 and 1
/// Tensor y = and.Forward(x).Step();
/// </code></example>
/// <remarks>The same steps come from <see cref="Sgd"/> on Σ(step(z) − t)·z with z = x·W + b, because the step passes no gradient on.</remarks>
public sealed class PerceptronRule(double learningRate = 1)
{
    private readonly double learningRate = UpdateRule.Positive(learningRate);

    /// <summary>One step by all rows of a batch at once; Rosenblatt's rule is the batch of one.</summary>
    /// <param name="layer">What learns.</param>
    /// <param name="x">The inputs, (N, in).</param>
    /// <param name="t">What the outputs should be, (N, out), of 0 and 1.</param>
    /// <returns>How many outputs were wrong before.</returns>
    /// <exception cref="ShapeException">The layer, the inputs and the targets do not fit.</exception>
    public int Step(Linear layer, Tensor x, Tensor t)
    {
        Tensor z = layer.Forward(x).Detach();
        if (x.Rank != 2 || t.Shape != z.Shape)
            throw new ShapeException(
                $"perceptron: it takes inputs (batch, in) and targets (batch, out) of 0 and 1; got {x.Shape} and {t.Shape} for a layer that gives {z.Shape}.");
        Tensor error = t.Cast(z.DType) - z.Step(); // (N, out)
        Tensor weight = layer.Weight.Value.Detach() + this.learningRate * x.Detach().T.MatMul(error);
        Tensor? bias = layer.Bias is null ? null : layer.Bias.Value.Detach() + this.learningRate * error.Sum(0);
        layer.Weight.Assign(weight);
        if (bias is not null) layer.Bias!.Assign(bias);
        return (int)error.Abs().Sum().Item();
    }

    /// <summary>Goes over the rows one after the other, again and again, until an epoch has no mistake or there were enough epochs.</summary>
    /// <returns>The epochs it took, the last of them without a mistake; null when the last still had one.</returns>
    /// <inheritdoc cref="Step" path="/exception"/>
    public int? Fit(Linear layer, Tensor x, Tensor t, int mostEpochs = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostEpochs, 1);
        if (x.Rank != 2 || t.Rank != 2 || t.Shape[0] != x.Shape[0])
            throw new ShapeException($"perceptron: it takes inputs (N, in) and targets (N, out); got {x.Shape} and {t.Shape}.");
        for (int epoch = 1; epoch <= mostEpochs; epoch++)
        {
            int mistakes = 0;
            for (int i = 0; i < x.Shape[0]; i++) mistakes += this.Step(layer, x[i..(i + 1)], t[i..(i + 1)]);
            if (mistakes == 0) return epoch;
        }
        return null;
    }
}
