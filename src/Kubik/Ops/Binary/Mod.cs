using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>
    /// y = a − b·⌊a / b⌋, element by element, with broadcasting: the remainder with the sign of the divisor, as in Python and
    /// NumPy (C#'s % has the sign of a). Dividing by 0 gives NaN, and throws for integers.
    /// </summary>
    public readonly struct Mod : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Mod";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:product} mod {1:power}", @"{0:product} \bmod {1:power}", Strength.Product);

        /// <inheritdoc/>
        public static string? Onnx => "Mod";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < a.Length; i++)
            {
                // The smallest integer has no quotient by −1, though its remainder is 0; of a float it is 0 with b's sign.
                T r = b[i] == -T.One && T.IsNegative(b[i]) && T.IsInteger(a[i]) ? T.Zero : a[i] % b[i];
                if (r == T.Zero) r = T.CopySign(r, b[i]);
                else if (T.IsNegative(r) != T.IsNegative(b[i])) r += b[i];
                y[i] = r;
            }
        }

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => dy;

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => -dy * ((a - y) / b).Round();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>a − b·⌊a / b⌋, element by element, with broadcasting: it has b's sign, as in NumPy. Integers: dividing by 0 throws.</summary>
        public static Tensor operator %(Tensor a, Tensor b) => Binary<Mod>.Instance.Apply(a, b);

        /// <summary>a − b·⌊a / b⌋, element by element; the number takes the tensor's type. It has b's sign, as in NumPy.
        /// Integers: dividing by 0 throws.</summary>
        public static Tensor operator %(Tensor a, double b) => Binary<Mod>.Instance.Apply(a, Scalar(b, a.DType));

        /// <summary>a − b·⌊a / b⌋, element by element; the number takes the tensor's type. It has b's sign, as in NumPy.
        /// Integers: dividing by 0 throws.</summary>
        public static Tensor operator %(double a, Tensor b) => Binary<Mod>.Instance.Apply(Scalar(a, b.DType), b);
    }
}
