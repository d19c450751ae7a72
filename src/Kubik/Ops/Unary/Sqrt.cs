using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = √x, element by element. NaN below 0.</summary>
    public readonly struct Sqrt : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Sqrt";

        /// <inheritdoc/>
        public static Notation Notation => new("√({0})", @"\sqrt{{0}}");

        /// <inheritdoc/>
        public static string? Onnx => "Sqrt";

        /// <inheritdoc/>
        public static bool IsPlaceless => true;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy / (2 * y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>√x, element by element. NaN below 0.</summary>
        public Tensor Sqrt() => Unary<Sqrt>.Instance.Apply(this);
    }
}
