using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = cos x (radians), element by element.</summary>
    public readonly struct Cos : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Cos";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("cos", @"\cos");

        /// <inheritdoc/>
        public static string? Onnx => "Cos";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cos(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => -dy * x.Sin();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>cos x (radians), element by element.</summary>
        public Tensor Cos() => Unary<Cos>.Instance.Apply(this);
    }
}
