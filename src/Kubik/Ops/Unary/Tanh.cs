using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), element by element.</summary>
    public readonly struct Tanh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Tanh";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("tanh", @"\tanh");

        /// <inheritdoc/>
        public static string? Onnx => "Tanh";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Tanh(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (1 - y * y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), element by element.</summary>
        public Tensor Tanh() => Unary<Tanh>.Instance.Apply(this);
    }
}
