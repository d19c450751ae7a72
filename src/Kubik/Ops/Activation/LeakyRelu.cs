using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = x for x &gt; 0, else α·x, element by element (Maas et al. 2013). At 0 the subgradient is α.</summary>
    /// <param name="Alpha">α, the slope below 0.</param>
    public readonly record struct LeakyRelu(double Alpha) : IFunctionOp
    {
        /// <inheritdoc/>
        public string Name => "LeakyRelu";

        /// <inheritdoc/>
        public Notation Notation => Notation.With("leakyrelu", this.Alpha);

        /// <inheritdoc/>
        public string? Onnx => "LeakyRelu";

        /// <inheritdoc/>
        public string? Fault => double.IsFinite(this.Alpha) ? null : $"alpha must be a finite number, not {this.Alpha}.";

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Forward<TLanes>(TLanes x)
            where TLanes : struct, ILanes<TLanes> => TLanes.Select(TLanes.Greater(x, TLanes.Zero), x, x * TLanes.Of(this.Alpha));

        /// <inheritdoc/>
        public Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => Tensor.Where(x > 0, dy, dy * this.Alpha);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x for x &gt; 0, else α·x, element by element (Maas et al. 2013). At 0 the subgradient is α.</summary>
        /// <param name="alpha">α, the slope below 0.</param>
        public Tensor LeakyRelu(double alpha = 0.01) => new Function<LeakyRelu>(new(alpha)).Apply(this);
    }
}
