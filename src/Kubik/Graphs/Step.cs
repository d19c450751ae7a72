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

    /// <summary>Whether something is written over what is read.</summary>
    public bool IsInPlace { get; init; }

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

/// <summary>Several elementwise ops in one loop, over one or several sets of tensors.</summary>
internal sealed class LoopStep(IReadOnlyList<Op> ops, FusedOpcode[] code, FusedPart[] parts) : Step
{
    private readonly FusedLoop loop = new(code, parts);

    public override string Name => (parts.Length == 1 ? "" : $"{parts.Length} × ") + NameOf(ops);

    public override Shape Shape => parts.Length == 1 ? parts[0].Shape : [parts.Sum(p => p.Shape.Size)];

    public override long Bytes => parts.Sum(BytesOf);

    public static string NameOf(IReadOnlyList<Op> ops) => string.Join(" ", ops.Select(op => op.Name));

    public static long BytesOf(FusedPart part) => BytesOf([.. part.Inputs.Select(x => x.Place), .. part.Outputs.OfType<Tensor>()]);

    public override void Run() => this.loop.Run();
}

/// <summary>One op, and elementwise ones that go on with each part of its output as soon as it is final.</summary>
internal sealed class EpilogueStep(Op op, Tensor[] x, Tensor y, IReadOnlyList<Op> ops, FusedOpcode[] code, FusedPart part) : Step
{
    private readonly IEpilogueOp kernel = (IEpilogueOp)op;
    private readonly FusedLoop loop = new(code, part);

    public override string Name => $"{op.Name} + {LoopStep.NameOf(ops)}";

    public override Shape Shape => y.Shape;

    public override long Bytes => BytesOf(x) + LoopStep.BytesOf(part); // the op's output is an input of the loop

    public override void Run()
    {
        this.loop.Prepare();
        this.kernel.Run(x, y, this.loop);
    }
}

/// <summary>Elementwise ops that compute the first input of another one piece by piece, just before it is read.</summary>
internal sealed class PrologueStep(Op op, Tensor[] x, Tensor y, IReadOnlyList<Op> ops, FusedOpcode[] code, FusedPart part, int fed) : Step
{
    private readonly IPrologueOp kernel = (IPrologueOp)op;
    private readonly FusedLoop loop = new(code, part);
    private Prologue? prologue;

    public override string Name => $"{LoopStep.NameOf(ops)} + {op.Name}";

    public override Shape Shape => y.Shape;

    public override long Bytes => BytesOf([.. x[1..], y]) + LoopStep.BytesOf(part);

    public override void Run()
    {
        this.loop.Prepare();
        this.kernel.Run(x, y, this.prologue ??= this.loop.Leading(fed));
    }
}
