// The family of elementwise functions of two tensors, with NumPy broadcasting. The driver owns broadcasting, strides,
// types and threads; a member has only its mathematics. Rules never mention broadcasting: the gradient undoes it.

using System.Numerics;
using System.Runtime.Intrinsics;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>An elementwise function of two tensors of numbers.</summary>
public interface IBinaryOp : INamedOp
{
    /// <summary>Whether integers are refused.</summary>
    static virtual bool FloatsOnly => false;

    /// <summary>Computes y = f(a, b) element by element; the spans have equal lengths and may be the same.</summary>
    static abstract void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>;

    /// <summary>The gradient with respect to a, in ops.</summary>
    static abstract Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy);

    /// <summary>The gradient with respect to b, in ops.</summary>
    static abstract Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy);
}

/// <summary>A comparison of two tensors of numbers.</summary>
public interface ICompareOp : INamedOp
{
    /// <summary>Whether the comparison holds; false when an element is NaN, except for NotEqual.</summary>
    static abstract bool Holds<T>(T a, T b) where T : unmanaged, INumber<T>;

    /// <summary>The same side by side: all bits are set where the comparison holds.</summary>
    static abstract Vector128<T> Holds<T>(Vector128<T> a, Vector128<T> b) where T : unmanaged, INumber<T>;
}

/// <summary>The op of an elementwise function of two tensors.</summary>
public sealed record Binary<TOp> : DifferentiableOp, IElementwise where TOp : struct, IBinaryOp
{
    /// <summary>The op: it has no attributes, so one serves all.</summary>
    public static readonly Binary<TOp> Instance = new();

    private Binary()
    {
    }

    /// <inheritdoc/>
    public override string Name => TOp.Name;

    /// <inheritdoc/>
    public override Notation Notation => TOp.Notation;

    /// <inheritdoc/>
    public override string? Onnx => TOp.Onnx;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Shape shape = Broadcasting.Infer(this, x);
        return !TOp.FloatsOnly || x[0].DType.IsFloat ? new(x[0].DType, shape) : throw this.Error(TypeRule.Float(x[0]));
    }

    /// <inheritdoc/>
    public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
        input == 0 ? TOp.GradientA(x[0], x[1], y, dy) : TOp.GradientB(x[0], x[1], y, dy);

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
            TOp.Forward(new ReadOnlySpan<T>(x[0], count), new ReadOnlySpan<T>(x[1], count), new Span<T>(y, count));
    }
}

/// <summary>The op of a comparison: Bool, without a derivative.</summary>
public sealed record Compare<TOp> : DiscreteOp, IElementwise where TOp : struct, ICompareOp
{
    /// <summary>The op: it has no attributes, so one serves all.</summary>
    public static readonly Compare<TOp> Instance = new();

    private Compare()
    {
    }

    /// <inheritdoc/>
    public override string Name => TOp.Name;

    /// <inheritdoc/>
    public override Notation Notation => TOp.Notation;

    /// <inheritdoc/>
    public override string? Onnx => TOp.Onnx;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => new(DType.Bool, x is [{ DType: DType.Bool }, { DType: DType.Bool }]
        ? Broadcasting.Common(this, x[0].Shape, x[1].Shape) // truth values compare as 0 and 1
        : Broadcasting.Infer(this, x));

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

    TileKernel IElementwise.Kernel(DType x, DType y) => x switch
    {
        DType.Float32 => TileKernel.Of<Tile<float>>(),
        DType.Float64 => TileKernel.Of<Tile<double>>(),
        DType.Int32 => TileKernel.Of<Tile<int>>(),
        DType.Int64 => TileKernel.Of<Tile<long>>(),
        _ => TileKernel.Of<Tile<byte>>(),
    };

    private readonly struct Tile<T> : ITile where T : unmanaged, INumber<T>
    {
        public static unsafe void Run(byte** x, byte* y, int count)
        {
            T* a = (T*)x[0], b = (T*)x[1];
            int i = 0;
            if (sizeof(T) == 4)
            {
                for (; i <= count - 16; i += 16)
                {
                    Vector128<ushort> low = Vector128.Narrow(Mask(a + i, b + i), Mask(a + i + 4, b + i + 4)),
                        high = Vector128.Narrow(Mask(a + i + 8, b + i + 8), Mask(a + i + 12, b + i + 12));
                    (Vector128.Narrow(low, high) & Vector128<byte>.One).Store(y + i);
                }
            }
            for (; i < count; i++) y[i] = TOp.Holds(a[i], b[i]) ? (byte)1 : (byte)0;
        }

        private static unsafe Vector128<uint> Mask(T* a, T* b) => TOp.Holds(Vector128.Load(a), Vector128.Load(b)).AsUInt32();
    }
}

/// <summary>The shape and type rule that all two-input families share.</summary>
internal static class Broadcasting
{
    public static Shape Infer(Op op, ReadOnlySpan<TensorSpec> x)
    {
        if (x[0].DType != x[1].DType) throw op.Error(TypeRule.Same(x[0], x[1]));
        if (!TypeRule.IsNumber(x[0].DType)) throw op.Error(TypeRule.Number(x[0]));
        return Common(op, x[0].Shape, x[1].Shape);
    }

    public static Shape Common(Op op, Shape a, Shape b) =>
        Shape.TryBroadcast(a, b, out Shape shape)
            ? shape
            : throw op.Error($"the shapes {a} and {b} do not broadcast: aligned at the last axis, sizes must be equal or one of them 1.");
}
