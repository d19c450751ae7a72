// What is still to be done to a kernel's input just before it is read. A plan hands the elementwise ops that lead to a sum, a
// softmax or a normalisation to the kernel, which asks for a piece of its input at a time: it need not lie in memory.

namespace Kubik.Kernels;

/// <summary>The elementwise ops that lead to a kernel's input, on pieces of it.</summary>
internal abstract unsafe class Prologue
{
    /// <summary>Computes elements that a kernel is about to read: each exactly once, on any thread.</summary>
    /// <param name="first">The number of the first element, in row-major order of the input.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="room">Memory for them.</param>
    /// <returns>Where they lie side by side: in the room, or in memory of their own when others need them too.</returns>
    public abstract byte* Get(long first, int count, byte* room);
}

/// <summary>An op whose kernel reads each element of its first input once and in pieces, so that a prologue may compute them.</summary>
internal interface IPrologueOp
{
    /// <summary>How many elements of the first input a job reads; 0 when a prologue cannot give them.</summary>
    int ElementsAJob(ReadOnlySpan<TensorSpec> x);

    /// <summary>Computes the output as <see cref="Ops.Op.Run"/> does, with a first input that the prologue gives:
    /// the tensor in its place has a shape and no values.</summary>
    void Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue prologue);
}
