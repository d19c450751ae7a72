using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = a / b, element by element, with broadcasting. Integers divide as in C#: the quotient is truncated, dividing by 0 throws.</summary>
    public readonly struct Div : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Div";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:product} / {1:power}", @"\frac{{0}}{{1}}", Strength.Product);

        /// <inheritdoc/>
        public static string? Onnx => "Div";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy / b;

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => -dy * y / b;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>a / b, element by element, with broadcasting. Integers divide as in C#: the quotient is truncated, dividing by 0 throws.</summary>
        public static Tensor operator /(Tensor a, Tensor b) => Binary<Div>.Instance.Apply(a, b);

        /// <summary>a / b, element by element; the number takes the tensor's type. Integers divide as in C#:
        /// the quotient is truncated, dividing by 0 throws.</summary>
        public static Tensor operator /(Tensor a, double b) => Binary<Div>.Instance.Apply(a, Scalar(b, a.DType));

        /// <summary>a / b, element by element; the number takes the tensor's type. Integers divide as in C#:
        /// the quotient is truncated, dividing by 0 throws.</summary>
        public static Tensor operator /(double a, Tensor b) => Binary<Div>.Instance.Apply(Scalar(a, b.DType), b);
    }
}
