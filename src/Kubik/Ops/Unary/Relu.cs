using System.Numerics;
using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = max(0, x), element by element. At 0 the subgradient is 0.</summary>
    public readonly struct Relu : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Relu";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("relu", @"\mathrm{ReLU}");

        /// <inheritdoc/>
        public static string? Onnx => "Relu";

        /// <inheritdoc/>
        public static bool IsPlaceless => true;

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => WholeVectors.Run(default(Formula), x, y);

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Step();

        private readonly struct Formula : ILanesFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => TLanes.Max(TLanes.Zero, x) + TLanes.Zero; // the sum makes 0 of −0
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>max(0, x), element by element. At 0 the subgradient is 0.</summary>
        public Tensor Relu() => Unary<Relu>.Instance.Apply(this);
    }
}
