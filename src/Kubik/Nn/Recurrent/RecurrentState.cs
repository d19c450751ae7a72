namespace Kubik.Nn;

/// <summary>The state of an LSTM: of a cell (B, H) each, of a layer (layers · directions, B, H) each.</summary>
/// <param name="Hidden">h, which is also the output.</param>
/// <param name="Cell">c, the memory.</param>
public sealed record LstmState(Tensor Hidden, Tensor Cell)
{
    /// <summary>The same values cut off from how they were computed: gradients stop here (truncated backpropagation).</summary>
    public LstmState Detach() => new(this.Hidden.Detach(), this.Cell.Detach());

    internal Tensor[] Parts => [this.Hidden, this.Cell];

    internal static LstmState Of(Tensor[] parts) => new(parts[0], parts[1]);
}

internal static class RecurrentState
{
    public static Tensor[]? Parts(Tensor? state) => state is null ? null : [state];

    /// <summary>The parts of a state, which must have a spec; zeros when there is none.</summary>
    public static Tensor[] Checked(Tensor[]? state, int parts, TensorSpec spec)
    {
        if (state is null) return [.. Enumerable.Repeat(Tensor.Zeros(spec.Shape, spec.DType), parts)];
        foreach (Tensor part in state)
        {
            if (part.Spec != spec) throw new ShapeException($"the state must be {spec} for this input; got {part.Spec}.");
        }
        return state;
    }
}
