using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = eˣ, element by element.</summary>
    public readonly struct Exp : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Exp";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("exp", @"\exp");

        /// <inheritdoc/>
        public static string? Onnx => "Exp";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * y;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>eˣ, element by element.</summary>
        public Tensor Exp() => Unary<Exp>.Instance.Apply(this);
    }
}
