using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>Heaviside's step: y = 1 where x &gt; 0, else 0. Its derivative is 0 (at 0 too, by definition here).</summary>
    public readonly struct Step : IUnaryNumberOp
    {
        /// <inheritdoc/>
        public static string Name => "Step";

        /// <inheritdoc/>
        public static Notation Notation => new("[{0:sum} > 0]", @"\left[{0} > 0\right]");

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>
        {
            int i = 0;
            if (Vector<T>.IsSupported)
            {
                for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
                    Vector.ConditionalSelect(Vector.GreaterThan(new Vector<T>(x[i..]), Vector<T>.Zero), Vector<T>.One, Vector<T>.Zero).CopyTo(y[i..]);
            }
            for (; i < x.Length; i++)
                y[i] = x[i] > T.Zero ? T.One : T.Zero;
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => null;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>1 where the element is above 0, else 0.</summary>
        public Tensor Step() => UnaryNumber<Step>.Instance.Apply(this);
    }
}
