// The family of elementwise functions of one tensor. A member is a struct with its mathematics; the driver below owns
// shapes, types, strides, tails and threads for all of them. Struct type arguments are compiled one by one, so the
// static calls cost nothing.

using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>What every elementwise function of one tensor says of itself.</summary>
public interface IUnary : INamedOp
{
    /// <summary>The gradient in ops: dy times the derivative; null when the derivative is 0 everywhere.</summary>
    static abstract Tensor? Gradient(Tensor x, Tensor y, Tensor dy);
}

/// <summary>An elementwise function on floating-point numbers.</summary>
public interface IUnaryOp : IUnary
{
    /// <summary>Whether <see cref="Forward"/> gives an element the same bits wherever it lies in a span:
    /// of exact operations and whole vectors that is so, of the transcendental functions of TensorPrimitives it is not.</summary>
    static virtual bool IsPlaceless => false;

    /// <summary>Computes y = f(x) element by element; the spans have equal lengths and may be the same.</summary>
    static abstract void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>An elementwise function that integers have too.</summary>
public interface IUnaryNumberOp : IUnary
{
    /// <summary>Computes y = f(x) element by element; the spans have equal lengths and may be the same.</summary>
    static abstract void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>;
}

/// <summary>The op of a function on floating-point numbers.</summary>
public sealed record Unary<TOp> : DifferentiableOp, IElementwise where TOp : struct, IUnaryOp
{
    /// <summary>The op: it has no attributes, so one serves all.</summary>
    public static readonly Unary<TOp> Instance = new();

    private Unary()
    {
    }

    /// <inheritdoc/>
    public override string Name => TOp.Name;

    /// <inheritdoc/>
    public override Notation Notation => TOp.Notation;

    /// <inheritdoc/>
    public override string? Onnx => TOp.Onnx;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        x[0].DType is DType.Float32 or DType.Float64 ? x[0] : throw this.Error(TypeRule.Float(x[0]));

    /// <inheritdoc/>
    public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => TOp.Gradient(x[0], y, dy);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

    TileKernel IElementwise.Kernel(DType x, DType y) => y == DType.Float32 ? TileKernel.Of<Tile<float>>() : TileKernel.Of<Tile<double>>();

    private readonly struct Tile<T> : ITile where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static unsafe void Run(byte** x, byte* y, int count) => WholeVectors.Run<TOp, T>((T*)x[0], (T*)y, count);
    }
}

/// <summary>The op of a function on numbers of any kind.</summary>
public sealed record UnaryNumber<TOp> : DifferentiableOp, IElementwise where TOp : struct, IUnaryNumberOp
{
    /// <summary>The op: it has no attributes, so one serves all.</summary>
    public static readonly UnaryNumber<TOp> Instance = new();

    private UnaryNumber()
    {
    }

    /// <inheritdoc/>
    public override string Name => TOp.Name;

    /// <inheritdoc/>
    public override Notation Notation => TOp.Notation;

    /// <inheritdoc/>
    public override string? Onnx => TOp.Onnx;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        TypeRule.IsNumber(x[0].DType) ? x[0] : throw this.Error(TypeRule.Number(x[0]));

    /// <inheritdoc/>
    public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => TOp.Gradient(x[0], y, dy);

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

    TileKernel IElementwise.Kernel(DType x, DType y) => y switch
    {
        DType.Float32 => TileKernel.Of<Tile<float>>(),
        DType.Float64 => TileKernel.Of<Tile<double>>(),
        DType.Int32 => TileKernel.Of<Tile<int>>(),
        DType.Int64 => TileKernel.Of<Tile<long>>(),
        _ => TileKernel.Of<Tile<byte>>(),
    };

    private readonly struct Tile<T> : ITile where T : unmanaged, INumber<T>
    {
        public static unsafe void Run(byte** x, byte* y, int count) =>
            TOp.Forward(new ReadOnlySpan<T>(x[0], count), new Span<T>(y, count));
    }
}
