// What is still to be done to a kernel's output while it lies in the cache: a bias, an activation, a mask. A plan hands the
// elementwise ops that follow a product or a convolution to the kernel, which calls them for each part that is final.

namespace Kubik.Kernels;

/// <summary>The elementwise ops that follow a kernel, on parts of its output.</summary>
internal abstract class Epilogue
{
    /// <summary>Goes on with elements that have their final value at their place in the kernel's output, and are still in the cache:
    /// each exactly once, on any thread.</summary>
    /// <param name="first">The number of the first element, in row-major order of the output.</param>
    /// <param name="rows">How many rows of elements.</param>
    /// <param name="step">How many elements lie from row to row.</param>
    /// <param name="columns">How many elements of a row, side by side.</param>
    public abstract void Run(long first, int rows, long step, int columns);
}

/// <summary>An op whose kernel calls an epilogue for every part of its output as soon as it is final.</summary>
internal interface IEpilogueOp
{
    /// <summary>Computes the output as <see cref="Ops.Op.Run"/> does, and lets the epilogue go on with it.</summary>
    void Run(ReadOnlySpan<Tensor> x, Tensor y, Epilogue epilogue);
}
