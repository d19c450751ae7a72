namespace Kubik.Training;

/// <summary>How a model is compiled for prediction.</summary>
/// <example><code>
/// CompiledModel exact = Compiled.Predict(net, new PredictOptions { Fold = false });   // the bits of net.Forward in evaluation
/// CompiledModel server = Compiled.Predict(net, new PredictOptions { Block = 32 });    // any number of samples, a few plans
/// </code></example>
public sealed record PredictOptions
{
    /// <summary>Whether what a batch normalisation does to each channel in evaluation, and all that is like it,
    /// is taken into the weights of the convolution or the linear layer before it. The outputs are then the same up to rounding, about 10⁻⁶ of their size;
    /// without, they have the bits of the eager ones.</summary>
    public bool Fold { get; init; } = true;

    /// <summary>
    /// Serves every number of samples by a few plans: the input is cut along its first axis into blocks of so many samples, and the rest
    /// runs in the next power of two. Possible where each sample's output depends on that sample alone; the outputs are the same up to
    /// rounding, because kernels choose their way by size. Null: each shape of input has a plan of its own.
    /// </summary>
    public int? Block { get; init; }

    /// <summary>How many shapes of input keep their plans and the memory of these; beyond that the one that was not used for the longest time is given up,
    /// and made again when it is needed.</summary>
    public int MostShapes { get; init; } = 16;

    /// <summary>Refuses options that make no sense.</summary>
    /// <exception cref="ArgumentException">A number makes no sense.</exception>
    internal void Validate()
    {
        if (this.Block < 1) throw new ArgumentException($"Block is a number of samples, 1 or more, not {this.Block}.");
        if (this.MostShapes < 1) throw new ArgumentException($"The number of shapes that keep plans must be 1 or more, not {this.MostShapes}.");
    }
}
