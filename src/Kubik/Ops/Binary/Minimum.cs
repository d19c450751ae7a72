using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = the smaller of a and b, element by element, with broadcasting. Where they are equal each gets half of the gradient.</summary>
    public readonly struct Minimum : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Minimum";

        /// <inheritdoc/>
        public static Notation Notation => new("min({0}, {1})", @"\min\left({0}, {1}\right)");

        /// <inheritdoc/>
        public static string? Onnx => "Min";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Min(a, b, y);

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * Share(b, a);

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * Share(a, b);

        // 1 where p decides the result, ½ where both do.
        private static Tensor Share(Tensor p, Tensor q) => ((p > q).Cast(p.DType) + (p >= q).Cast(p.DType)) / 2;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>the smaller of this and <paramref name="b"/>, element by element, with broadcasting.
        /// Where they are equal each gets half of the gradient.</summary>
        public Tensor Minimum(Tensor b) => Binary<Minimum>.Instance.Apply(this, b);

        /// <summary>the smaller of this and <paramref name="b"/>, element by element; the number takes the tensor's type.
        /// Where they are equal each gets half of the gradient.</summary>
        public Tensor Minimum(double b) => this.Minimum(Scalar(b, this.DType));
    }
}
