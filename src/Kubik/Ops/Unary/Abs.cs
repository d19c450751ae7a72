using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Ops
{
    /// <summary>y = |x|, element by element. At 0 the subgradient is 0.</summary>
    public readonly struct Abs : IUnaryNumberOp
    {
        /// <inheritdoc/>
        public static string Name => "Abs";

        /// <inheritdoc/>
        public static Notation Notation => new("|{0:sum}|", @"\left|{0}\right|");

        /// <inheritdoc/>
        public static string? Onnx => "Abs";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) TensorPrimitives.Abs(x, y);
            else for (int i = 0; i < x.Length; i++) y[i] = T.IsNegative(x[i]) ? -x[i] : x[i]; // the smallest number wraps round, as it does in Neg
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Sign();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>|x|, element by element. At 0 the subgradient is 0.</summary>
        public Tensor Abs() => UnaryNumber<Abs>.Instance.Apply(this);
    }
}
