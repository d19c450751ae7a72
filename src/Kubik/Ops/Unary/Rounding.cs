// Rounding to whole numbers. The derivative is 0 everywhere, at the jumps too, by definition here.

using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = the largest whole number that is not above x, element by element. Its derivative is 0.</summary>
    public readonly struct Floor : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Floor";

        /// <inheritdoc/>
        public static Notation Notation => new("⌊{0}⌋", @"\lfloor {0} \rfloor");

        /// <inheritdoc/>
        public static string? Onnx => "Floor";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => null;
    }

    /// <summary>y = the smallest whole number that is not below x, element by element. Its derivative is 0.</summary>
    public readonly struct Ceil : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Ceil";

        /// <inheritdoc/>
        public static Notation Notation => new("⌈{0}⌉", @"\lceil {0} \rceil");

        /// <inheritdoc/>
        public static string? Onnx => "Ceil";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => null;
    }

    /// <summary>y = the whole number nearest to x, element by element; of two equally near ones the even one. Its derivative is 0.</summary>
    public readonly struct Round : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Round";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("round");

        /// <inheritdoc/>
        public static string? Onnx => "Round";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Round(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => null;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The largest whole number that is not above the element.</summary>
        public Tensor Floor() => Unary<Floor>.Instance.Apply(this);

        /// <summary>The smallest whole number that is not below the element.</summary>
        public Tensor Ceil() => Unary<Ceil>.Instance.Apply(this);

        /// <summary>The nearest whole number; of two equally near ones the even one.</summary>
        public Tensor Round() => Unary<Round>.Instance.Apply(this);
    }
}
