using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = 1 / (1 + e⁻ˣ), element by element.</summary>
    public readonly struct Sigmoid : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Sigmoid";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("sigmoid", @"\sigma");

        /// <inheritdoc/>
        public static string? Onnx => "Sigmoid";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sigmoid(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * y * (1 - y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>1 / (1 + e⁻ˣ), element by element.</summary>
        public Tensor Sigmoid() => Unary<Sigmoid>.Instance.Apply(this);
    }
}
