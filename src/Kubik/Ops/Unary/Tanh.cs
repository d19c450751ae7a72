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
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Span<T> block = stackalloc T[64];
            for (int start = 0; start < x.Length; start += block.Length)
            {
                ReadOnlySpan<T> from = x[start..Math.Min(x.Length, start + block.Length)];
                from.CopyTo(block);
                TensorPrimitives.Tanh(block, block);
                NearZero(from, block);
                block[..from.Length].CopyTo(y[start..]);
            }
        }

        // TensorPrimitives.Tanh is right to the last bit of 1, not of x: tanh 0 comes out as −6e−8. Near 0 a quotient of
        // polynomials (the 7th convergent of Lambert's continued fraction) has all digits.
        private static void NearZero<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            T near = T.CreateChecked(0.25);
            for (int i = 0; i < x.Length; i++)
            {
                if (!(T.Abs(x[i]) < near)) continue;
                T z = x[i] * x[i];
                T top = T.CreateChecked(135135) + z * (T.CreateChecked(17325) + z * (T.CreateChecked(378) + z));
                T bottom = T.CreateChecked(135135) + z * (T.CreateChecked(62370) + z * (T.CreateChecked(3150) + z * T.CreateChecked(28)));
                y[i] = x[i] * (top / bottom);
            }
        }

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
