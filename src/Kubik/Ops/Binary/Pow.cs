using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Kubik.Ops
{
    /// <summary>y = aᵇ, element by element, with broadcasting. NaN for a negative a and a broken b.</summary>
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
                for (int i = 0; i < a.Length; i++) y[i] = T.CreateSaturating(Math.Pow(double.CreateSaturating(a[i]), double.CreateSaturating(b[i])));
        }

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy)
        {
            // 0⁰ is a constant, so its slope is 0 and not 0·∞: there the base is replaced.
            Tensor isConstant = (a.Abs() + b.Abs()).Equal(Tensor.Scalar(0, a.DType));
            return dy * b * Tensor.Where(isConstant, Tensor.Scalar(1, a.DType), a).Pow(b - 1);
        }

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy) => dy * y * Tensor.Where(a > 0, a, Tensor.Scalar(1, a.DType)).Log();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>This to the power <paramref name="b"/>, element by element, with broadcasting. NaN for a negative a and a broken b.</summary>
        public Tensor Pow(Tensor b) => Binary<Pow>.Instance.Apply(this, b);

        /// <summary>This to the power <paramref name="b"/>, element by element; the number takes the tensor's type. NaN for a negative a and a broken b.</summary>
        public Tensor Pow(double b) => this.Pow(Scalar(b, this.DType));
    }
}
