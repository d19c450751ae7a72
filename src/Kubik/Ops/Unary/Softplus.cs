using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = ln(1 + eˣ), element by element; computed as max(x, 0) + ln(1 + e^−|x|), so it is exact far from 0.</summary>
    public readonly struct Softplus : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Softplus";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("softplus");

        /// <inheritdoc/>
        public static string? Onnx => "Softplus";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++)
                y[i] = T.Max(x[i], T.Zero) + LogOfOnePlus(T.Exp(-T.Abs(x[i])));
        }

        // .NET's LogP1 adds the 1 first and so loses a small x; what the sum 1 + x lost is put back (Kahan).
        internal static T LogOfOnePlus<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>
        {
            T sum = T.One + x;
            return sum == T.One ? x : T.Log(sum) * (x / (sum - T.One));
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Sigmoid();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>ln(1 + eˣ), element by element; exact far from 0.</summary>
        public Tensor Softplus() => Unary<Softplus>.Instance.Apply(this);
    }
}
