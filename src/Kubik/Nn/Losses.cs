// What training makes small: a scalar of the network's output and the target, the mean over the batch.

namespace Kubik.Nn;

/// <summary>A loss: how far outputs are from targets.</summary>
public abstract class Loss
{
    /// <summary>The loss's name in the command line and in files.</summary>
    public abstract string Name { get; }

    /// <summary>The mean loss of a batch, a scalar.</summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="target">What it should give.</param>
    /// <exception cref="ShapeException">Output and target do not fit.</exception>
    public abstract Tensor Of(Tensor output, Tensor target);

    /// <summary>The losses with a name.</summary>
    public static IReadOnlyList<Loss> All { get; } = [new CrossEntropy(), new MeanSquaredError(), new BinaryCrossEntropy()];

    /// <summary>The loss of a name.</summary>
    /// <exception cref="FormatException">There is none; the message names the nearest.</exception>
    public static Loss Parse(string name) => All.FirstOrDefault(l => l.Name == name)
        ?? throw new FormatException($"There is no loss '{name}'.{Suggestion.DidYouMean(name, All.Select(l => l.Name))} The losses are {string.Join(", ", All.Select(l => l.Name))}.");
}

/// <summary>−ln softmax(output)[label], for logits (B, K) and labels (B) from 0 to K − 1: the network gives logits, without a softmax.</summary>
/// <example><code>Tensor loss = new CrossEntropy().Of(net.Forward(x), Tensor.Of(3, 1, 4));</code></example>
public sealed class CrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "cross-entropy";

    /// <inheritdoc/>
    public override Tensor Of(Tensor output, Tensor target)
    {
        if (output.Rank != 2 || target.Rank != 1 || target.Shape[0] != output.Shape[0] || target.DType.IsFloat)
            throw new ShapeException($"cross-entropy: for labels it takes logits (batch, classes) and whole numbers (batch,); got {output.Spec} and {target.Spec}.");
        try
        {
            return -output.LogSoftmax().Gather(target.Unsqueeze(1), axis: 1).Mean();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ArgumentOutOfRangeException($"cross-entropy: a label is none of the network's {output.Shape[1]} outputs: {e.Message.Split(" (Parameter '")[0]}", e);
        }
    }
}

/// <summary>The mean of (output − target)². Labels are compared as rows with a 1 at the label.</summary>
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mse";

    /// <inheritdoc/>
    public override Tensor Of(Tensor output, Tensor target)
    {
        Tensor d = output - Targets.Fit(this, output, target);
        return (d * d).Mean();
    }
}

/// <summary>−t·ln σ(z) − (1 − t)·ln(1 − σ(z)) for logits z and targets t from 0 to 1, computed as softplus(z) − t·z: exact for logits of any size. Labels are compared as rows with a 1 at the label.</summary>
public sealed class BinaryCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "bce";

    /// <inheritdoc/>
    public override Tensor Of(Tensor output, Tensor target)
    {
        return (output.Softplus() - Targets.Fit(this, output, target) * output).Mean();
    }
}

internal static class Targets
{
    // Labels (B) for outputs (B, K) are compared as rows with a 1 at the label. Nothing else is bent into shape:
    // broadcasting (B, 1) against (B) would give B × B numbers and a loss that falls to the wrong place.
    public static Tensor Fit(Loss loss, Tensor output, Tensor target)
    {
        if (output.Rank == 2 && target.Rank == 1 && !target.DType.IsFloat && target.Shape[0] == output.Shape[0])
            return target.OneHot(output.Shape[1], output.DType);
        return output.Spec == target.Spec
            ? target
            : throw new ShapeException($"{loss.Name}: output and target must have one shape and type, or the target be labels (batch,) for outputs (batch, classes); got {output.Spec} and {target.Spec}.");
    }
}
