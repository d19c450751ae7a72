using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = a − b, element by element, with broadcasting.</summary>
    public readonly struct Sub : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Sub";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:sum} - {1:product}", "{0:sum} - {1:product}", Strength.Sum);

        /// <inheritdoc/>
        public static string? Onnx => "Sub";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy;

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => -dy;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>a − b, element by element, with broadcasting.</summary>
        public static Tensor operator -(Tensor a, Tensor b) => Binary<Sub>.Instance.Apply(a, b);

        /// <summary>a − b, element by element; the number takes the tensor's type.</summary>
        public static Tensor operator -(Tensor a, double b) => Binary<Sub>.Instance.Apply(a, Scalar(b, a.DType));

        /// <summary>a − b, element by element; the number takes the tensor's type.</summary>
        public static Tensor operator -(double a, Tensor b) => Binary<Sub>.Instance.Apply(Scalar(a, b.DType), b);
    }
}
