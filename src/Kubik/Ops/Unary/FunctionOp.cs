// The family of activations and other functions that are a formula on a vector of numbers. A member is a struct whose
// fields are its attributes; the driver below owns types, strides, tails and threads. Every element goes through a whole
// vector, the last ones too, so that its bits do not depend on how many neighbours it has in memory.

using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>An elementwise function of floating-point numbers, with attributes or without.</summary>
public interface IFunctionOp : ILanesFunction
{
    /// <summary>The op's name.</summary>
    string Name { get; }

    /// <summary>How it is written.</summary>
    Notation Notation { get; }

    /// <summary>The ONNX operator, if one does the same.</summary>
    string? Onnx { get; }

    /// <summary>What is wrong with the attributes; null when nothing is.</summary>
    string? Fault => null;

    /// <summary>The gradient in ops: dy times the derivative; null when the derivative is 0 everywhere.</summary>
    Tensor? Gradient(Tensor x, Tensor y, Tensor dy);
}

/// <summary>A function whose gradient is a formula on vectors too, so that it is one pass over memory.</summary>
public interface IGradedFunctionOp : IFunctionOp, ILanesGradient
{
    /// <summary>The derivative in ops: the definition of what <see cref="ILanesGradient.Backward"/> computes.</summary>
    Tensor Derivative(Tensor x);
}

/// <summary>The op of a function that is a formula on vectors.</summary>
/// <param name="Of">The function with its attributes.</param>
public sealed record Function<TOp>(TOp Of) : DifferentiableOp, IElementwise where TOp : struct, IFunctionOp
{
    /// <inheritdoc/>
    public override string Name => this.Of.Name;

    /// <inheritdoc/>
    public override Notation Notation => this.Of.Notation;

    /// <inheritdoc/>
    public override string? Onnx => this.Of.Onnx;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        if (this.Of.Fault is { } fault) throw this.Error(fault);
        return x[0].DType is DType.Float32 or DType.Float64 ? x[0] : throw this.Error(TypeRule.Float(x[0]));
    }

    /// <inheritdoc/>
    public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => this.Of.Gradient(x[0], y, dy);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        // Without a kernel object, which a function with attributes would have to make for every call.
        if (y.DType == DType.Float32) Elementwise.Run(new Tile<float>(this.Of), x, y);
        else Elementwise.Run(new Tile<double>(this.Of), x, y);
    }

    TileKernel IElementwise.Kernel(DType x, DType y) => y == DType.Float32 ? TileKernel.Of(new Tile<float>(this.Of)) : TileKernel.Of(new Tile<double>(this.Of));

    private readonly struct Tile<T>(TOp function) : IStatefulTile where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly TOp function = function;

        public unsafe void Run(byte** x, byte* y, int count) => WholeVectors.Run(this.function, (T*)x[0], (T*)y, count);
    }
}

/// <summary>dx = dy·f′(x), element by element: the gradient of a function. Inputs: x, dy.</summary>
/// <param name="Of">The function with its attributes.</param>
public sealed record FunctionGradient<TOp>(TOp Of) : FusedOp, IElementwise where TOp : struct, IGradedFunctionOp
{
    /// <inheritdoc/>
    public override string Name => $"{this.Of.Name}Gradient";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function($"{this.Of.Name.ToLowerInvariant()}gradient");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        x[0].DType is not (DType.Float32 or DType.Float64) ? throw this.Error(TypeRule.Float(x[0])) :
        x[0] != x[1] ? throw this.Error($"the input and what reaches the output must be alike; got {x[0]} and {x[1]}.") : x[0];

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x) => x[1] * this.Of.Derivative(x[0]);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) Elementwise.Run(new Tile<float>(this.Of), x, y);
        else Elementwise.Run(new Tile<double>(this.Of), x, y);
    }

    TileKernel IElementwise.Kernel(DType x, DType y) => y == DType.Float32 ? TileKernel.Of(new Tile<float>(this.Of)) : TileKernel.Of(new Tile<double>(this.Of));

    private readonly struct Tile<T>(TOp function) : IStatefulTile where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly TOp function = function;

        public unsafe void Run(byte** x, byte* y, int count) => WholeVectors.RunBackward(this.function, (T*)x[0], (T*)x[1], (T*)y, count);
    }
}
