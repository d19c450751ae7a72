using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = −1, 0 or 1 as x is negative, zero or positive; NaN stays NaN. Its derivative is 0 (at 0 too, by definition here).</summary>
    public readonly struct Sign : IUnaryNumberOp
    {
        /// <inheritdoc/>
        public static string Name => "Sign";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("sign");

        /// <inheritdoc/>
        public static string? Onnx => "Sign";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < x.Length; i++)
                y[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? -T.One : x[i];
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => null;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>−1, 0 or 1 as the element is negative, zero or positive.</summary>
        public Tensor Sign() => UnaryNumber<Sign>.Instance.Apply(this);
    }
}
