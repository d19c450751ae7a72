using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = −x, element by element.</summary>
    public readonly struct Neg : IUnaryNumberOp
    {
        /// <inheritdoc/>
        public static string Name => "Neg";

        /// <inheritdoc/>
        public static Notation Notation => new("-{0:product}", "-{0:product}", Strength.Sum);

        /// <inheritdoc/>
        public static string? Onnx => "Neg";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Negate(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => -dy;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>−x, element by element.</summary>
        public static Tensor operator -(Tensor x) => UnaryNumber<Neg>.Instance.Apply(x);
    }
}
