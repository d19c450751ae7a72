using System.Runtime.CompilerServices;
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
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
        {
            TLanes a = TLanes.Abs(x), e = VectorMath.Expm1(a);
            TLanes near = VectorMath.Log1p(e * e / (TLanes.Of(2) * (e + TLanes.One))); // cosh a − 1 = (eᵃ − 1)² / 2eᵃ
            TLanes far = a + (VectorMath.Log1p(VectorMath.Exp(-(a + a))) - TLanes.Of(Math.Log(2)));
            return TLanes.Select(TLanes.Less(a, TLanes.One), near, far);
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
