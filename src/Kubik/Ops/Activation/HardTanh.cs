using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = max(min, min(x, max)), element by element. At the two bends the subgradient is 0,
    /// as of an activation that is saturated; <see cref="Clip"/> has 1.</summary>
    /// <param name="Min">The lower bound.</param>
    /// <param name="Max">The upper bound; not below the lower one.</param>
    public readonly record struct HardTanh(double Min, double Max) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "HardTanh";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("hardtanh", this.Min, this.Max);

        /// <inheritdoc/>
        public string? Onnx => "Clip";

        /// <inheritdoc/>
        public string? Fault => this.Min <= this.Max ? null : $"the bounds must be numbers in order, not {this.Min} and {this.Max}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Clamp(x, this.Min, this.Max);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * ((x > this.Min) & (x < this.Max)).Cast(dy.DType);
    }

    /// <summary>y = max(0, min(x, 6)), element by element (Howard et al. 2017, arXiv:1704.04861). At 0 and 6 the subgradient is 0.</summary>
    public readonly struct Relu6 : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "Relu6";

        /// <inheritdoc/>
        public Notation Notation => Notation.Function("relu6", @"\mathrm{ReLU6}");

        /// <inheritdoc/>
        public string? Onnx => "Clip";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes> => VectorMath.Clamp(x, 0, 6);

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * ((x > 0) & (x < 6)).Cast(dy.DType);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>max(min, min(x, max)), element by element. At the two bends the subgradient is 0,
        /// as of an activation that is saturated; <see cref="Clip"/> has 1.</summary>
        /// <param name="min">The lower bound.</param>
        /// <param name="max">The upper bound; not below the lower one.</param>
        public Tensor HardTanh(double min = -1, double max = 1) => new Function<HardTanh>(new(min, max)).Apply(this);

        /// <summary>max(0, min(x, 6)), element by element (Howard et al. 2017, arXiv:1704.04861). At 0 and 6 the subgradient is 0.</summary>
        public Tensor Relu6() => new Function<Relu6>(default).Apply(this);
    }
}
