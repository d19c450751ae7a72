using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = x·Φ(x) = x·½·erfc(−x/√2), element by element: the Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
    public readonly struct Gelu : IGradedFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Gelu";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("gelu", @"\mathrm{GELU}");

        /// <inheritdoc/>
        public string? Onnx => "Gelu";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> =>
            TLanes.Max(TLanes.Of(-100), x) * VectorMath.NormalCdf(x); // 0 at −∞, not −∞·0

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Backward<TLanes>(TLanes x, TLanes dy) where TLanes : struct, ILanes<TLanes>
        {
            TLanes phi = VectorMath.Normal(x, out TLanes gauss), c = VectorMath.Clamp(x, -100, 100);
            return dy * TLanes.MultiplyAdd(c * TLanes.Of(0.3989422804014327), gauss, phi); // 1/√2π
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => new FunctionGradient<Gelu>(this).Apply(x, dy);

        /// <inheritdoc/>
        public Tensor Derivative(Tensor x)
        {
            Tensor phi = (x * -Math.Sqrt(0.5)).Erfc() / 2, density = (x.Square() / -2).Exp() / Math.Sqrt(2 * Math.PI);
            return phi + x.Clip(-100, 100) * density; // there the density is 0, and ∞·0 is avoided
        }
    }

    /// <summary>y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element: the tanh approximation of <see cref="Gelu"/>,
    /// computed as x·σ(2·√(2/π)·(x + 0.044715·x³)), so that it does not cancel.</summary>
    public readonly struct GeluTanh : IGradedFunctionOp
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
            TLanes gate = VectorMath.Sigmoid(c * TLanes.MultiplyAdd(c * c, TLanes.Of(Rate * Cubic), TLanes.Of(Rate)));
            return TLanes.Max(TLanes.Of(-Far), x) * gate;
        }

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Backward<TLanes>(TLanes x, TLanes dy) where TLanes : struct, ILanes<TLanes>
        {
            TLanes c = VectorMath.Clamp(x, -Far, Far), square = c * c;
            TLanes gate = VectorMath.Sigmoid(c * TLanes.MultiplyAdd(square, TLanes.Of(Rate * Cubic), TLanes.Of(Rate)));
            TLanes slope = c * TLanes.MultiplyAdd(square, TLanes.Of(3 * Rate * Cubic), TLanes.Of(Rate));
            return dy * TLanes.MultiplyAdd(slope * gate, TLanes.One - gate, gate);
        }

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => new FunctionGradient<GeluTanh>(this).Apply(x, dy);

        /// <inheritdoc/>
        public Tensor Derivative(Tensor x)
        {
            Tensor c = x.Clip(-Far, Far), gate = (c * (Rate + c * c * (Rate * Cubic))).Sigmoid();
            return gate + c * gate * (1 - gate) * (Rate + c * c * (3 * Rate * Cubic));
        }

        private const double Cubic = 0.044715, Far = 30; // at ±30 the gate is 1 or 0 to the last bit
        private const double Rate = 1.5957691216057308; // 2·√(2/π)
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x·Φ(x) = x·½·erfc(−x/√2), element by element: the Gaussian error linear unit (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
        public Tensor Gelu() => new Function<Gelu>(default).Apply(this);

        /// <summary>½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element: the tanh approximation of <see cref="Gelu"/>,
        /// computed as x·σ(2·√(2/π)·(x + 0.044715·x³)), so that it does not cancel.</summary>
        public Tensor GeluTanh() => new Function<GeluTanh>(default).Apply(this);
    }
}
