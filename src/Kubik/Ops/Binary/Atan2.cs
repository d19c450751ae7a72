using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = the angle in (−π, π] of the point with ordinate a and abscissa b, element by element, with broadcasting.
    /// At the origin the subgradient is 0.</summary>
    public readonly struct Atan2 : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Atan2";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("atan2");

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static bool FloatsOnly => true;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < a.Length; i++)
                y[i] = T.CreateTruncating(Math.Atan2(double.CreateTruncating(a[i]), double.CreateTruncating(b[i])));
        }

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * (b / Square(a, b));

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => -dy * (a / Square(a, b));

        // The squared distance from the origin; 1 at the origin, where there is no angle.
        private static Tensor Square(Tensor a, Tensor b)
        {
            Tensor square = a.Square() + b.Square();
            return Tensor.Where(square > 0, square, Tensor.Scalar(1, square.DType));
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The angle in (−π, π] of the point with this as ordinate and <paramref name="b"/> as abscissa, element by element, with broadcasting.
        /// At the origin the subgradient is 0.</summary>
        public Tensor Atan2(Tensor b) => Binary<Atan2>.Instance.Apply(this, b);
    }
}
