using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = x for x &gt; θ, else a constant, element by element. At θ the subgradient is 0.</summary>
    /// <param name="Limit">θ, what x has to exceed.</param>
    /// <param name="Value">What stands elsewhere.</param>
    public readonly record struct Threshold(double Limit, double Value) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Threshold";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("threshold", this.Limit, this.Value);

        /// <inheritdoc/>
        public string? Onnx => this.Value == 0 ? "ThresholdedRelu" : null;

        /// <inheritdoc/>
        public string? Fault => double.IsNaN(this.Limit) || double.IsNaN(this.Value) ? "limit and value must be numbers, not NaN." : null;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x)
            where TLanes : struct, ILanes<TLanes> => TLanes.Select(TLanes.LessOrEqual(x, TLanes.Of(this.Limit)), TLanes.Of(this.Value), x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (x > this.Limit).Cast(dy.DType);
    }

    /// <summary>y = x moved by λ towards 0, and 0 where |x| ≤ λ, element by element. At ±λ the subgradient is 0.</summary>
    /// <param name="Limit">λ; 0 or more.</param>
    public readonly record struct Softshrink(double Limit) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Softshrink";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("softshrink", this.Limit);

        /// <inheritdoc/>
        public string? Onnx => "Shrink";

        /// <inheritdoc/>
        public string? Fault => this.Limit >= 0 && double.IsFinite(this.Limit) ? null : $"limit must be 0 or more, not {this.Limit}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => x - VectorMath.Clamp(x, -this.Limit, this.Limit);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (x.Abs() > this.Limit).Cast(dy.DType);
    }

    /// <summary>y = x, and 0 where |x| ≤ λ, element by element. At ±λ the subgradient is 0.</summary>
    /// <param name="Limit">λ; 0 or more.</param>
    public readonly record struct Hardshrink(double Limit) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Hardshrink";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("hardshrink", this.Limit);

        /// <inheritdoc/>
        public string? Onnx => "Shrink";

        /// <inheritdoc/>
        public string? Fault => this.Limit >= 0 && double.IsFinite(this.Limit) ? null : $"limit must be 0 or more, not {this.Limit}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x)
            where TLanes : struct, ILanes<TLanes> => TLanes.Select(TLanes.LessOrEqual(TLanes.Abs(x), TLanes.Of(this.Limit)), TLanes.Zero, x);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (x.Abs() > this.Limit).Cast(dy.DType);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x for x &gt; θ, else a constant, element by element. At θ the subgradient is 0.</summary>
        /// <param name="limit">θ, what x has to exceed.</param>
        /// <param name="value">What stands elsewhere.</param>
        public Tensor Threshold(double limit, double value = 0) => new Function<Threshold>(new(limit, value)).Apply(this);

        /// <summary>x moved by λ towards 0, and 0 where |x| ≤ λ, element by element. At ±λ the subgradient is 0.</summary>
        /// <param name="limit">λ; 0 or more.</param>
        public Tensor Softshrink(double limit = 0.5) => new Function<Softshrink>(new(limit)).Apply(this);

        /// <summary>x, and 0 where |x| ≤ λ, element by element. At ±λ the subgradient is 0.</summary>
        /// <param name="limit">λ; 0 or more.</param>
        public Tensor Hardshrink(double limit = 0.5) => new Function<Hardshrink>(new(limit)).Apply(this);
    }
}
