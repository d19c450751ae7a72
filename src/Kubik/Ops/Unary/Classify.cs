// The family of questions about one number. Integers are asked too: they are always finite.

using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>A question about a number.</summary>
    public interface IClassifyOp : INamedOp
    {
        /// <summary>The answer.</summary>
        static abstract bool Holds<T>(T x) where T : unmanaged, INumber<T>;
    }

    /// <summary>The op of a question: Bool, without a derivative.</summary>
    public sealed record Classify<TOp> : DiscreteOp, IElementwise where TOp : struct, IClassifyOp
    {
        /// <summary>The op: it has no attributes, so one serves all.</summary>
        public static readonly Classify<TOp> Instance = new();

        private Classify()
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
            TypeRule.IsNumber(x[0].DType) ? x[0] with { DType = DType.Bool } : throw this.Error(TypeRule.Number(x[0]));

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
                T* from = (T*)x[0];
                for (int i = 0; i < count; i++) y[i] = TOp.Holds(from[i]) ? (byte)1 : (byte)0;
            }
        }
    }

    /// <summary>Whether x is not a number, element by element.</summary>
    public readonly struct IsNaN : IClassifyOp
    {
        /// <inheritdoc/>
        public static string Name => "IsNaN";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("isnan");

        /// <inheritdoc/>
        public static string? Onnx => "IsNaN";

        /// <inheritdoc/>
        public static bool Holds<T>(T x) where T : unmanaged, INumber<T> => T.IsNaN(x);
    }

    /// <summary>Whether x is ∞ or −∞, element by element.</summary>
    public readonly struct IsInf : IClassifyOp
    {
        /// <inheritdoc/>
        public static string Name => "IsInf";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("isinf");

        /// <inheritdoc/>
        public static string? Onnx => "IsInf";

        /// <inheritdoc/>
        public static bool Holds<T>(T x) where T : unmanaged, INumber<T> => T.IsInfinity(x);
    }

    /// <summary>Whether x is neither NaN nor infinite, element by element.</summary>
    public readonly struct IsFinite : IClassifyOp
    {
        /// <inheritdoc/>
        public static string Name => "IsFinite";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("isfinite");

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static bool Holds<T>(T x) where T : unmanaged, INumber<T> => T.IsFinite(x);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Whether the element is not a number (Bool).</summary>
        public Tensor IsNaN() => Classify<IsNaN>.Instance.Apply(this);

        /// <summary>Whether the element is ∞ or −∞ (Bool).</summary>
        public Tensor IsInf() => Classify<IsInf>.Instance.Apply(this);

        /// <summary>Whether the element is neither NaN nor infinite (Bool).</summary>
        public Tensor IsFinite() => Classify<IsFinite>.Instance.Apply(this);
    }
}
