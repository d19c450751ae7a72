using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = 1 / x, element by element. ±∞ at ±0.</summary>
    public readonly struct Reciprocal : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Reciprocal";

        /// <inheritdoc/>
        public static Notation Notation => new("1 / {0:power}", @"\frac 1{{0}}", Strength.Product);

        /// <inheritdoc/>
        public static string? Onnx => "Reciprocal";

        /// <inheritdoc/>
        public static bool IsPlaceless => true;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Divide(T.One, x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => -dy * y * y;
    }

    /// <summary>y = 1 / √x, element by element. NaN below 0, ∞ at 0.</summary>
    public readonly struct Rsqrt : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Rsqrt";

        /// <inheritdoc/>
        public static Notation Notation => new("1 / √({0})", @"\frac 1{\sqrt{{0}}}", Strength.Product);

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Sqrt(x, y);
            TensorPrimitives.Divide(T.One, y, y);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * y * y * y / -2;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>1 / x, element by element. ±∞ at ±0.</summary>
        public Tensor Reciprocal() => Unary<Reciprocal>.Instance.Apply(this);

        /// <summary>1 / √x, element by element. NaN below 0, ∞ at 0.</summary>
        public Tensor Rsqrt() => Unary<Rsqrt>.Instance.Apply(this);
    }
}
