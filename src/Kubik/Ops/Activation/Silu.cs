using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = x·σ(x) = x / (1 + e⁻ˣ), element by element; also called swish (Elfwing et al. 2017, arXiv:1702.03118).</summary>
    public readonly struct Silu : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Silu";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("silu", @"\mathrm{SiLU}");

        /// <inheritdoc/>
        public string? Onnx => null;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // 0 at −∞, not −∞·0
        public TLanes Forward<TLanes>(TLanes x)
            where TLanes : struct, ILanes<TLanes> => VectorMath.Clamp(x, -1000, double.PositiveInfinity) * VectorMath.Sigmoid(x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor gate = x.Sigmoid();
            return dy * gate * (1 + x.Clip(-1000, 1000) * (1 - gate)); // there the gate is 0 or 1, and ∞·0 is avoided
        }
    }

    /// <summary>y = x·tanh(ln(1 + eˣ)), element by element (Misra 2019, arXiv:1908.08681).
    /// tanh(ln(1 + w)) = (w² + 2w) / (w² + 2w + 2) is computed from e^−|x|, so nothing overflows.</summary>
    public readonly struct Mish : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Mish";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("mish", @"\mathrm{Mish}");

        /// <inheritdoc/>
        public string? Onnx => "Mish";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
        {
            TLanes w = VectorMath.Exp(-TLanes.Abs(x)), two = TLanes.Of(2), n = w * (w + two), one = TLanes.One;
            TLanes gate = TLanes.Select(TLanes.Greater(x, TLanes.Zero), (one + two * w) / (one + two * w * (one + w)), n / (n + two));
            return VectorMath.Clamp(x, -1000, double.PositiveInfinity) * gate;
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor gate = x.Softplus().Tanh();
            return dy * (gate + x.Clip(-1000, 1000) * (1 - gate * gate) * x.Sigmoid()); // there the product is 0, and ∞·0 is avoided
        }
    }

    /// <summary>y = x / (1 + |x|), element by element; ±1 at ±∞.</summary>
    public readonly struct Softsign : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Softsign";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("softsign");

        /// <inheritdoc/>
        public string? Onnx => "Softsign";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
        {
            TLanes c = VectorMath.Clamp(x, -1e30, 1e30); // far out the quotient is ±1 to the last bit, and ∞/∞ is avoided
            return c / (TLanes.One + TLanes.Abs(c));
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (1 + x.Abs()).Reciprocal().Square();
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x·σ(x) = x / (1 + e⁻ˣ), element by element; also called swish (Elfwing et al. 2017, arXiv:1702.03118).</summary>
        public Tensor Silu() => new Function<Silu>(default).Apply(this);

        /// <summary>x·tanh(ln(1 + eˣ)), element by element (Misra 2019, arXiv:1908.08681).
        /// tanh(ln(1 + w)) = (w² + 2w) / (w² + 2w + 2) is computed from e^−|x|, so nothing overflows.</summary>
        public Tensor Mish() => new Function<Mish>(default).Apply(this);

        /// <summary>x / (1 + |x|), element by element; ±1 at ±∞.</summary>
        public Tensor Softsign() => new Function<Softsign>(default).Apply(this);
    }
}
