using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = x for x &gt; 0, else slope·x, element by element, with broadcasting: a leaky ReLU that learns its slope (He et al. 2015, arXiv:1502.01852).
    /// At 0 the subgradient is the slope.</summary>
    public readonly struct PRelu : IBinaryOp
    {
        /// <inheritdoc/>
        public static string Name => "PRelu";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("prelu", @"\mathrm{PReLU}");

        /// <inheritdoc/>
        public static string? Onnx => "PRelu";

        /// <inheritdoc/>
        public static bool FloatsOnly => true;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>
        {
            int i = 0;
            for (; i <= a.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> x = new(a[i..]);
                Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), x, x * new Vector<T>(b[i..])).CopyTo(y[i..]);
            }
            for (; i < a.Length; i++) y[i] = a[i] > T.Zero ? a[i] : a[i] * b[i];
        }

        /// <inheritdoc/>
        public static Tensor? GradientA(Tensor a, Tensor b, Tensor y, Tensor dy) => Tensor.Where(a > 0, dy, dy * b);

        /// <inheritdoc/>
        public static Tensor? GradientB(Tensor a, Tensor b, Tensor y, Tensor dy)
        {
            Tensor zero = Tensor.Scalar(0, dy.DType);
            return dy * Tensor.Where(a > 0, zero, a);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x for x &gt; 0, else slope·x, element by element, with broadcasting. At 0 the subgradient is the slope.</summary>
        /// <example><code>x.PRelu(slope.Reshape(channels, 1, 1))   // (B, C, H, W), a slope a channel</code></example>
        public Tensor PRelu(Tensor slope) => Binary<PRelu>.Instance.Apply(this, slope);
    }
}
