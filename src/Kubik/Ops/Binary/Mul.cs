using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = a · b, element by element, with broadcasting.</summary>
    public readonly struct Mul : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Mul";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:product} · {1:product}", @"{0:product} \cdot {1:product}", Strength.Product);

        /// <inheritdoc/>
        public static string? Onnx => "Mul";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * b;

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * a;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>a · b, element by element, with broadcasting.</summary>
        public static Tensor operator *(Tensor a, Tensor b) => Binary<Mul>.Instance.Apply(a, b);

        /// <summary>a · b, element by element; the number takes the tensor's type.</summary>
        public static Tensor operator *(Tensor a, double b) => Binary<Mul>.Instance.Apply(a, Scalar(b, a.DType));

        /// <summary>a · b, element by element; the number takes the tensor's type.</summary>
        public static Tensor operator *(double a, Tensor b) => Binary<Mul>.Instance.Apply(Scalar(a, b.DType), b);
    }
}
