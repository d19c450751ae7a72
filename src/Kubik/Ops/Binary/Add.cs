using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = a + b, element by element, with broadcasting.</summary>
    public readonly struct Add : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Add";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:sum} + {1:sum}", "{0:sum} + {1:sum}", Strength.Sum);

        /// <inheritdoc/>
        public static string? Onnx => "Add";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy;

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => dy;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>a + b, element by element, with broadcasting.</summary>
        public static Tensor operator +(Tensor a, Tensor b) => Binary<Add>.Instance.Apply(a, b);

        /// <summary>a + b, element by element; the number takes the tensor's type.</summary>
        public static Tensor operator +(Tensor a, double b) => Binary<Add>.Instance.Apply(a, Scalar(b, a.DType));

        /// <summary>a + b, element by element; the number takes the tensor's type.</summary>
        public static Tensor operator +(double a, Tensor b) => Binary<Add>.Instance.Apply(Scalar(a, b.DType), b);
    }
}
