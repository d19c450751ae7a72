// The family of reductions: a struct says how a run of numbers and how two results combine; the driver owns axes,
// types, strides and threads. Runs are cut into fixed pieces whose results are combined in order, so the bits do not
// depend on the number of threads.

using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>A reduction of numbers to one.</summary>
public interface IReduceOp
{
    /// <summary>The op's name.</summary>
    static abstract string Name { get; }

    /// <summary>How it is written.</summary>
    static abstract Notation Notation { get; }

    /// <summary>The ONNX operator, if one does the same.</summary>
    static abstract string? Onnx { get; }

    /// <summary>Whether a reduction over no elements has a value.</summary>
    static abstract bool HasIdentity { get; }

    /// <summary>The result for one run of elements; for an empty run the identity.</summary>
    static abstract T Reduce<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>;

    /// <summary>Combines two runs of results element by element into the first.</summary>
    static abstract void Combine<T>(Span<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T>;

    /// <summary>The gradient in ops; y and dy still have the reduced axes, with size 1.</summary>
    static abstract Tensor? Gradient(Tensor x, Tensor y, Tensor dy);
}

/// <summary>An op that makes one number of those along its axes, and says which axes where a formula needs it.</summary>
internal interface IOverAxes
{
    /// <summary>The axes, in rising order, each once.</summary>
    Axes Axes { get; }
}

/// <summary>The op of a reduction over axes, which are dropped or kept with size 1.</summary>
/// <param name="Axes">The axes, in rising order, each once.</param>
/// <param name="KeepDims">Whether the axes stay with size 1.</param>
public sealed record Reduce<TOp>(Axes Axes, bool KeepDims = false) : DifferentiableOp, IPrologueOp, IOverAxes where TOp : struct, IReduceOp
{
    /// <inheritdoc/>
    public override string Name => TOp.Name;

    /// <inheritdoc/>
    public override Notation Notation => TOp.Notation;

    /// <inheritdoc/>
    public override string? Onnx => TOp.Onnx;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
        AxisRule.Check(this, this.Axes, x[0].Shape);
        int[] sizes = x[0].Shape.Sizes.ToArray();
        foreach (int axis in this.Axes)
        {
            if (sizes[axis] == 0 && !TOp.HasIdentity)
                throw this.Error($"axis {axis} of {x[0].Shape} is empty, and the {this.Name} of no elements does not exist.");
            sizes[axis] = 1;
        }
        return x[0] with { Shape = this.KeepDims ? sizes : [.. sizes.Where((_, axis) => !this.Axes.Contains(axis))] };
    }

    internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) =>
        this.Axes.Contains(axis) ? Sight.All : new(this.KeepDims ? axis : axis - this.Axes.Count(a => a < axis));

    /// <inheritdoc/>
    public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
    {
        Shape kept = new Reduce<TOp>(this.Axes, KeepDims: true).Infer([x[0].Spec]).Shape;
        return TOp.Gradient(x[0], y.Reshape(kept), dy.Reshape(kept));
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => this.Run(x[0], y, null);

    int IPrologueOp.ElementsAJob(ReadOnlySpan<TensorSpec> x) => Reduction.ElementsAJob(x[0].Shape, this.Axes);

    void IPrologueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue prologue) => this.Run(x[0], y, prologue);

    private void Run(Tensor x, Tensor y, Prologue? prologue)
    {
        switch (y.DType)
        {
            case DType.Float32: Reduction.Run<TOp, float>(x, this.Axes, y, prologue); break;
            case DType.Float64: Reduction.Run<TOp, double>(x, this.Axes, y, prologue); break;
            case DType.Int32: Reduction.Run<TOp, int>(x, this.Axes, y, prologue); break;
            case DType.Int64: Reduction.Run<TOp, long>(x, this.Axes, y, prologue); break;
            default: Reduction.Run<TOp, byte>(x, this.Axes, y, prologue); break;
        }
    }
}

/// <summary>How the reduction methods of tensors read their axes.</summary>
internal static class ReduceAxes
{
    /// <summary>The axes in rising order, counted from 0; all of them when none are given.</summary>
    public static Axes Of(Tensor x, ReadOnlySpan<int> axes, string op)
    {
        if (axes.IsEmpty) return [.. Enumerable.Range(0, x.Rank)];
        SortedSet<int> set = [];
        foreach (int axis in axes)
        {
            if (!set.Add(x.Shape.Axis(axis, op)))
                throw new ShapeException($"{op}: axis {axis} of {x.Shape} is named twice.");
        }
        return [.. set];
    }
}
