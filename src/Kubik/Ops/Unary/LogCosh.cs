using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = ln cosh x, element by element: ½x² near 0, |x| − ln 2 far from it, exact in both places.</summary>
    public readonly struct LogCosh : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "LogCosh";

        /// <inheritdoc/>
        public Notation Notation => new("ln cosh({0})", @"\ln\cosh\left({0}\right)");

        /// <inheritdoc/>
        public string? Onnx => null;

        /// <inheritdoc/>
        public Vector<T> Forward<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Vector<T> a = Vector.Abs(x), e = VectorMath.Expm1(a);
            Vector<T> near = VectorMath.Log1p(e * e / (VectorMath.Of<T>(2) * (e + Vector<T>.One))); // cosh a − 1 = (eᵃ − 1)² / 2eᵃ
            Vector<T> far = a + (VectorMath.Log1p(VectorMath.Exp(-(a + a))) - VectorMath.Of<T>(Math.Log(2)));
            return Vector.ConditionalSelect(Vector.LessThan(a, Vector<T>.One), near, far);
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Tanh();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>ln cosh x, element by element: ½x² near 0, |x| − ln 2 far from it.</summary>
        public Tensor LogCosh() => new Function<LogCosh>(default).Apply(this);
    }
}
