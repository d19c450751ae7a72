using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), element by element.</summary>
    public readonly struct Tanh : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Tanh";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("tanh", @"\tanh");

        /// <inheritdoc/>
        public string? Onnx => "Tanh";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Tanh(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (1 - y * y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), element by element.</summary>
        public Tensor Tanh() => new Function<Tanh>(default).Apply(this);
    }
}
