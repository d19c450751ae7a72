using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = 1 / (1 + e⁻ˣ), element by element.</summary>
    public readonly struct Sigmoid : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Sigmoid";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("sigmoid", @"\sigma");

        /// <inheritdoc/>
        public string? Onnx => "Sigmoid";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Sigmoid(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * y * (1 - y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>1 / (1 + e⁻ˣ), element by element.</summary>
        public Tensor Sigmoid() => new Function<Sigmoid>(default).Apply(this);
    }
}
