using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = 2/√π · ∫₀ˣ e^−t² dt, the error function, element by element.</summary>
    public readonly struct Erf : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Erf";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("erf");

        /// <inheritdoc/>
        public string? Onnx => "Erf";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Erf(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (-x.Square()).Exp() * (2 / Math.Sqrt(Math.PI));
    }

    /// <summary>y = 1 − erf x, element by element, with all digits where erf x is nearly 1.</summary>
    public readonly struct Erfc : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Erfc";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("erfc");

        /// <inheritdoc/>
        public string? Onnx => null;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Erfc(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (-x.Square()).Exp() * (-2 / Math.Sqrt(Math.PI));
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>2/√π · ∫₀ˣ e^−t² dt, the error function, element by element.</summary>
        public Tensor Erf() => new Function<Erf>(default).Apply(this);

        /// <summary>1 − erf x, element by element, with all digits where erf x is nearly 1.</summary>
        public Tensor Erfc() => new Function<Erfc>(default).Apply(this);
    }
}
