using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Kubik.Ops
{
    /// <summary>y = aᵇ, element by element, with broadcasting. NaN for a negative a and a broken b. Whole numbers: exact, wrapping round like products;
    /// a power below 0 is cut off to a whole number, and of 0 throws.</summary>
    public readonly struct Pow : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Pow";

        /// <inheritdoc/>
        public static Notation Notation => new("{0:atom}^{1:power}", "{0:atom}^{{1}}", Strength.Power);

        /// <inheritdoc/>
        public static string? Onnx => "Pow";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
        {
            if (typeof(T) == typeof(float))
                TensorPrimitives.Pow(MemoryMarshal.Cast<T, float>(a), MemoryMarshal.Cast<T, float>(b), MemoryMarshal.Cast<T, float>(y));
            else if (typeof(T) == typeof(double))
                TensorPrimitives.Pow(MemoryMarshal.Cast<T, double>(a), MemoryMarshal.Cast<T, double>(b), MemoryMarshal.Cast<T, double>(y));
            else
                for (int i = 0; i < a.Length; i++) y[i] = Whole(a[i], b[i]);
        }

        // By squaring, so that every digit is right; the bits that do not fit are lost, as in a product.
        private static T Whole<T>(T a, T n) where T : unmanaged, INumber<T>
        {
            if (T.IsNegative(n))
            {
                // 1 / aⁿ cut off: 1 and −1 are their own inverses, 0 has none.
                if (T.IsZero(a)) throw new DivideByZeroException("Pow: the whole number 0 has no power below 0.");
                return a == T.One ? a : a != -T.One ? T.Zero : T.IsEvenInteger(n) ? T.One : a;
            }
            T y = T.One;
            for (long left = long.CreateTruncating(n); left > 0; left >>= 1)
            {
                if (left % 2 == 1) y *= a;
                a *= a;
            }
            return y;
        }

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy)
        {
            // 0⁰ is a constant, so its slope is 0 and not 0·∞: there the base is replaced.
            Tensor isConstant = (a.Abs() + b.Abs()).Equal(Tensor.Scalar(0, a.DType));
            return dy * b * Tensor.Where(isConstant, Tensor.Scalar(1, a.DType), a).StandingFor(a).Pow(b - 1);
        }

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) =>
            dy * y * Tensor.Where(a > 0, a, Tensor.Scalar(1, a.DType)).StandingFor(a).Log();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>This to the power <paramref name="b"/>, element by element, with broadcasting. NaN for a negative a and a broken b. Whole numbers:
        /// exact, wrapping round like products; a power below 0 is cut off to a whole number, and of 0 throws.</summary>
        public Tensor Pow(Tensor b) => Binary<Pow>.Instance.Apply(this, b);

        /// <summary>This to the power <paramref name="b"/>, element by element; the number takes the tensor's type. NaN for a negative a and a broken b.
        /// Whole numbers: exact, wrapping round like products; a power below 0 is cut off to a whole number, and of 0 throws.</summary>
        public Tensor Pow(double b) => this.Pow(Scalar(b, this.DType));
    }
}
