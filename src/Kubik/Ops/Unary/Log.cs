using System.Numerics;
using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = ln x, element by element. NaN below 0, −∞ at 0.</summary>
    public readonly struct Log : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Log";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("ln", @"\ln");

        /// <inheritdoc/>
        public static string? Onnx => "Log";

        /// <inheritdoc/>
        public static bool IsPlaceless => true;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => WholeVectors.Run(default(Formula), x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy / x;

        private readonly struct Formula : ILanesFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Log(x);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>ln x, element by element. NaN below 0, −∞ at 0.</summary>
        public Tensor Log() => Unary<Log>.Instance.Apply(this);
    }
}
