using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = eˣ − 1, element by element, with all digits near 0 too.</summary>
    public readonly struct Expm1 : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Expm1";

        /// <inheritdoc/>
        public Notation Notation => new("e^{0:atom} - 1", "e^{{0}} - 1", Strength.Sum);

        /// <inheritdoc/>
        public string? Onnx => null;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Expm1(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (y + 1);
    }

    /// <summary>y = ln(1 + x), element by element, with all digits near 0 too. NaN below −1, −∞ at −1.</summary>
    public readonly struct Log1p : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Log1p";

        /// <inheritdoc/>
        public Notation Notation => new("ln(1 + {0:sum})", @"\ln\left(1 + {0:sum}\right)");

        /// <inheritdoc/>
        public string? Onnx => null;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Log1p(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy / (1 + x);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>eˣ − 1, element by element, with all digits near 0 too.</summary>
        public Tensor Expm1() => new Function<Expm1>(default).Apply(this);

        /// <summary>ln(1 + x), element by element, with all digits near 0 too. NaN below −1, −∞ at −1.</summary>
        public Tensor Log1p() => new Function<Log1p>(default).Apply(this);
    }
}
