// Ops that work element by element, whatever they compute. What reads a graph asks for this: such ops fuse, broadcast, and see
// of their inputs only the element at the same place. How one computes is its kernel's.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>An op that computes each element of its output from the elements at the same place of its inputs.</summary>
internal interface IElementwise
{
    /// <summary>What is done to a tile, for a first input and an output of these types;
    /// every input but a condition has the output's type or the first input's.</summary>
    TileKernel Kernel(DType x, DType y);
}
