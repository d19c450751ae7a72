using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = ln(1 + eˣ), element by element; computed as max(x, 0) + ln(1 + e^−|x|), so it is exact far from 0.</summary>
    public readonly struct Softplus : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Softplus";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("softplus");

        /// <inheritdoc/>
        public string? Onnx => "Softplus";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Softplus(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Sigmoid();
    }

    /// <summary>y = ln(1 / (1 + e⁻ˣ)) = −softplus(−x), element by element; exact far from 0: x itself for a large negative x.</summary>
    public readonly struct LogSigmoid : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "LogSigmoid";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("logsigmoid", @"\ln\sigma");

        /// <inheritdoc/>
        public string? Onnx => null;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => -VectorMath.Softplus(-x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (-x).Sigmoid();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>ln(1 + eˣ), element by element; computed as max(x, 0) + ln(1 + e^−|x|), so it is exact far from 0.</summary>
        public Tensor Softplus() => new Function<Softplus>(default).Apply(this);

        /// <summary>ln(1 / (1 + e⁻ˣ)) = −softplus(−x), element by element; exact far from 0: x itself for a large negative x.</summary>
        public Tensor LogSigmoid() => new Function<LogSigmoid>(default).Apply(this);
    }
}
