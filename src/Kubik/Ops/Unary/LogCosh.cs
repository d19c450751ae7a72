using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = ln cosh x, element by element: ½x² near 0, |x| − ln 2 far from it, exact in both places.</summary>
    public readonly struct LogCosh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "LogCosh";

        /// <inheritdoc/>
        public static Notation Notation => new("ln cosh({0})", @"\ln\cosh\left({0}\right)");

        /// <inheritdoc/>
        public static string? Onnx => null;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            T two = T.CreateChecked(2), ln2 = T.Log(two);
            for (int i = 0; i < x.Length; i++)
            {
                T a = T.Abs(x[i]);
                if (a < T.One)
                {
                    T s = T.Sinh(a / two); // cosh a = 1 + 2·sinh²(a/2), without the 1 that would swallow the rest
                    y[i] = Softplus.LogOfOnePlus(two * s * s);
                }
                else
                {
                    y[i] = a + (Softplus.LogOfOnePlus(T.Exp(-two * a)) - ln2);
                }
            }
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Tanh();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>ln cosh x, element by element: ½x² near 0, |x| − ln 2 far from it.</summary>
        public Tensor LogCosh() => Unary<LogCosh>.Instance.Apply(this);
    }
}
