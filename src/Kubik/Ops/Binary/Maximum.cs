using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = the larger of a and b, element by element, with broadcasting. Where they are equal each gets half of the gradient.</summary>
    public readonly struct Maximum : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Maximum";

        /// <inheritdoc/>
        public static Notation Notation => new("max({0}, {1})", @"\max\left({0}, {1}\right)");

        /// <inheritdoc/>
        public static string? Onnx => "Max";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Max(a, b, y);

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * Share(a, b);

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * Share(b, a);

        // 1 where p decides the result, ½ where both do.
        private static Tensor Share(Tensor p, Tensor q) => ((p > q).Cast(p.DType) + (p >= q).Cast(p.DType)) / 2;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>the larger of this and <paramref name="b"/>, element by element, with broadcasting.
        /// Where they are equal each gets half of the gradient.</summary>
        public Tensor Maximum(Tensor b) => Binary<Maximum>.Instance.Apply(this, b);

        /// <summary>the larger of this and <paramref name="b"/>, element by element; the number takes the tensor's type.
        /// Where they are equal each gets half of the gradient.</summary>
        public Tensor Maximum(double b) => this.Maximum(Scalar(b, this.DType));
    }
}
