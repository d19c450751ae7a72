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
                y[i] = T.Max(x[i], T.Zero) + T.LogP1(T.Exp(-T.Abs(x[i])));
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
