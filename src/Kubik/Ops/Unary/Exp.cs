using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = eˣ, element by element.</summary>
    public readonly struct Exp : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Exp";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("exp", @"\exp");

        /// <inheritdoc/>
        public string? Onnx => "Exp";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Exp(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * y;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>eˣ, element by element.</summary>
        public Tensor Exp() => new Function<Exp>(default).Apply(this);
    }
}
