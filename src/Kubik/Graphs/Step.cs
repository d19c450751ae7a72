// What a plan does one after another.

using Kubik.Kernels;

namespace Kubik.Graphs;

/// <summary>A step of a plan: what it computes lies in memory that was chosen before.</summary>
internal abstract class Step
{
    /// <summary>What is done, in the names of the ops.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of what is computed.</summary>
    public abstract Shape Shape { get; }

    /// <summary>The bytes that are read and written.</summary>
    public abstract long Bytes { get; }

    /// <summary>Computes it.</summary>
    public abstract void Run();

    private protected static long BytesOf(IEnumerable<Tensor> tensors) => tensors.Sum(t => (long)t.Count * t.DType.ByteSize);
}

/// <summary>One op.</summary>
internal sealed class OpStep(Op op, Tensor[] x, Tensor y) : Step
{
    public override string Name => op.Name;

    public override Shape Shape => y.Shape;

    public override long Bytes => BytesOf([.. x, y]);

    public override void Run() => op.Run(x, y);
}

/// <summary>Several elementwise ops in one loop.</summary>
internal sealed class LoopStep(IReadOnlyList<Op> ops, Shape shape, Tensor[] x, FusedOpcode[] code) : Step
{
    private readonly FusedLoop loop = new(shape, x, code);
    private readonly Tensor[] x = x; // keeps the memory alive, as the outputs in the code do

    public override string Name => string.Join(" ", ops.Select(op => op.Name));

    public override Shape Shape => shape;

    public override long Bytes => BytesOf([.. this.x, .. this.loop.Code.Select(c => c.Output).OfType<Tensor>()]);

    public override void Run() => this.loop.Run();
}
