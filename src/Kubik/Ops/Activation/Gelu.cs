using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = x·Φ(x) = x·½·erfc(−x/√2), element by element: the Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
    public readonly struct Gelu : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Gelu";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("gelu", @"\mathrm{GELU}");

        /// <inheritdoc/>
        public string? Onnx => "Gelu";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
        {
            TLanes phi = VectorMath.Erfc(x * TLanes.Of(-Math.Sqrt(0.5))) * TLanes.Of(0.5);
            return VectorMath.Clamp(x, -100, double.PositiveInfinity) * phi; // 0 at −∞, not −∞·0
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor phi = (x * -Math.Sqrt(0.5)).Erfc() / 2, density = (x.Square() / -2).Exp() / Math.Sqrt(2 * Math.PI);
            return dy * (phi + x.Clip(-100, 100) * density); // there the density is 0, and ∞·0 is avoided
        }
    }

    /// <summary>y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element: the tanh approximation of <see cref="Gelu"/>, computed as x·σ(2·√(2/π)·(x + 0.044715·x³)), so that it does not cancel.</summary>
    public readonly struct GeluTanh : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "GeluTanh";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("gelutanh", @"\mathrm{GELU}_{\tanh}");

        /// <inheritdoc/>
        public string? Onnx => "Gelu";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>
        {
            TLanes c = VectorMath.Clamp(x, -Far, Far);
            TLanes gate = VectorMath.Sigmoid(c * (TLanes.Of(Rate) + c * c * TLanes.Of(Rate * Cubic)));
            return VectorMath.Clamp(x, -Far, double.PositiveInfinity) * gate;
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy)
        {
            Tensor c = x.Clip(-Far, Far), gate = (c * (Rate + c * c * (Rate * Cubic))).Sigmoid();
            return dy * (gate + c * gate * (1 - gate) * (Rate + c * c * (3 * Rate * Cubic)));
        }

        private const double Cubic = 0.044715, Far = 30; // at ±30 the gate is 1 or 0 to the last bit

        private static readonly double Rate = 2 * Math.Sqrt(2 / Math.PI);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x·Φ(x) = x·½·erfc(−x/√2), element by element: the Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
        public Tensor Gelu() => new Function<Gelu>(default).Apply(this);

        /// <summary>½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element: the tanh approximation of <see cref="Gelu"/>, computed as x·σ(2·√(2/π)·(x + 0.044715·x³)), so that it does not cancel.</summary>
        public Tensor GeluTanh() => new Function<GeluTanh>(default).Apply(this);
    }
}
