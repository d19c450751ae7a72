using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = x², element by element.</summary>
    public readonly struct Square : IUnaryNumberOp
    {
        /// <inheritdoc/>
        public static string Name => "Square";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:atom}²", "{0:atom}^2", Strength.Power);

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(x, x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => 2 * dy * x;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x², element by element.</summary>
        public Tensor Square() => UnaryNumber<Square>.Instance.Apply(this);
    }
}
