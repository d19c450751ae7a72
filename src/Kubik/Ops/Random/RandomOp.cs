namespace Kubik.Ops;

/// <summary>An op that draws random numbers. Its first input is the state, int64 (seed, stream, position);
/// the same state gives the same numbers on any number of threads.</summary>
public abstract record RandomOp : DiscreteOp
{
    private protected RandomOp()
    {
    }

    /// <inheritdoc/>
    public sealed override string? Onnx => null; // ONNX's random ops have their own generator and a seed, not a state

    /// <summary>How many blocks of the stream it uses, from the state's position on: the next op has to begin after them.</summary>
    internal abstract long Blocks(ReadOnlySpan<TensorSpec> x);
}
