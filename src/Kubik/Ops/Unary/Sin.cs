using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = sin x (radians), element by element.</summary>
    public readonly struct Sin : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Sin";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("sin", @"\sin");

        /// <inheritdoc/>
        public static string? Onnx => "Sin";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sin(x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Cos();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>sin x (radians), element by element.</summary>
        public Tensor Sin() => Unary<Sin>.Instance.Apply(this);
    }
}
