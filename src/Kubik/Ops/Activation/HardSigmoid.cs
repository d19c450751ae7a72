using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = max(0, min(1, α·x + β)), element by element. At the two bends the subgradient is 0.</summary>
    /// <param name="Alpha">α, the slope; PyTorch's ⅙ by default (ONNX's is 0.2).</param>
    /// <param name="Beta">β, the value at 0.</param>
    public readonly record struct HardSigmoid(double Alpha, double Beta) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "HardSigmoid";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("hardsigmoid", this.Alpha, this.Beta);

        /// <inheritdoc/>
        public string? Onnx => "HardSigmoid";

        /// <inheritdoc/>
        public string? Fault =>
            double.IsFinite(this.Alpha) && double.IsFinite(this.Beta) ? null : $"alpha and beta must be finite numbers, not {this.Alpha} and {this.Beta}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x)
            where TLanes : struct, ILanes<TLanes> => VectorMath.Clamp(x * TLanes.Of(this.Alpha) + TLanes.Of(this.Beta), 0, 1);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor line = x.Detach() * this.Alpha + this.Beta;
            return dy * ((line > 0) & (line < 1)).Cast(dy.DType) * this.Alpha;
        }
    }

    /// <summary>y = x·max(0, min(6, x + 3)) / 6, element by element (Howard et al. 2019, arXiv:1905.02244).
    /// At −3 the subgradient is −½, at 3 it is 1½.</summary>
    public readonly struct HardSwish : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "HardSwish";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("hardswish");

        /// <inheritdoc/>
        public string? Onnx => "HardSwish";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
        {
            TLanes three = TLanes.Of(3), bend = x * (x + three) / TLanes.Of(6);
            return TLanes.Select(TLanes.Less(x, -three), TLanes.Zero, TLanes.Select(TLanes.Greater(x, three), x, bend));
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor zero = Tensor.Scalar(0, x.DType), one = Tensor.Scalar(1, x.DType);
            return dy * Tensor.Where(x < -3, zero, Tensor.Where(x > 3, one, x / 3 + 0.5));
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>max(0, min(1, α·x + β)), element by element. At the two bends the subgradient is 0.</summary>
        /// <param name="alpha">α, the slope; PyTorch's ⅙ by default (ONNX's is 0.2).</param>
        /// <param name="beta">β, the value at 0.</param>
        public Tensor HardSigmoid(double alpha = 1.0 / 6, double beta = 0.5) => new Function<HardSigmoid>(new(alpha, beta)).Apply(this);

        /// <summary>x·max(0, min(6, x + 3)) / 6, element by element (Howard et al. 2019, arXiv:1905.02244).
        /// At −3 the subgradient is −½, at 3 it is 1½.</summary>
        public Tensor HardSwish() => new Function<HardSwish>(default).Apply(this);
    }
}
