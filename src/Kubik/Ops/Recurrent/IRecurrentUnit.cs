// The family of recurrent layers. A unit says what a step does to the state and how its gradient goes back, in ops and as
// a kernel for one row; the drivers Unrolled and UnrolledGradient own steps, directions, masks, products and threads.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>A step of a recurrent layer whose gates are made of x·W + b, given, and h·U.</summary>
public interface IRecurrentUnit
{
    /// <summary>The op's name.</summary>
    string Name { get; }

    /// <summary>How many blocks of H the projected input and U have.</summary>
    int Gates { get; }

    /// <summary>How many tensors the state is made of: h, or h and c.</summary>
    int States { get; }

    /// <summary>How many results a step has: the state, then what the gradient needs of the gates.</summary>
    int Parts { get; }

    /// <summary>Whether the last block's gradient is one for the projected input and another for h·U, and a vector is added to the latter.</summary>
    bool Extra { get; }

    /// <summary>The parts of a step, (B, H) each, from the projected input (B, gates · H), h·U (B, gates · H),
    /// the vector that is added to its last block (H), and the state.</summary>
    Tensor[] Step(Tensor projected, Tensor recurrent, Tensor? bias, Tensor[] state);

    /// <summary>The gradients of the projected input and of h·U, and what goes on to the state before otherwise than through U (null:
    /// nothing), when d has reached the state.</summary>
    (Tensor Projected, Tensor Recurrent, Tensor?[] State) Back(Tensor[] parts, Tensor[] before, Tensor[] d);

    /// <summary>A row of a step.</summary>
    internal void Forward<V, T>(ref RecurrentRow<T> row) where V : unmanaged, ILanes<V, T> where T : unmanaged;

    /// <summary>A row of a step backwards.</summary>
    internal void Backward<V, T>(ref RecurrentRow<T> row) where V : unmanaged, ILanes<V, T> where T : unmanaged;
}
