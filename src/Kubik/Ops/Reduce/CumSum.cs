using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>yₖ = x₀ + … + xₖ along an axis: the sums so far. Exclusive leaves xₖ itself out, Reverse starts at the other end.</summary>
    /// <remarks>Float32 is summed in double precision and rounded once for each element.</remarks>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Exclusive">Whether an element's result leaves the element itself out.</param>
    /// <param name="Reverse">Whether to begin at the axis's end.</param>
    public sealed record CumSum(int Axis, bool Exclusive = false, bool Reverse = false) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "CumSum";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("cumsum");

        /// <inheritdoc/>
        public override string? Onnx => "CumSum";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            return TypeRule.IsNumber(x[0].DType) ? x[0] : throw this.Error(TypeRule.Number(x[0]));
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => axis == this.Axis ? Sight.All : new(axis);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => (this with { Reverse = !this.Reverse }).Apply(dy);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Scans.Sum(x[0], this.Axis, this.Exclusive, this.Reverse, y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The sums so far along an axis: x₀, x₀ + x₁, ….</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="exclusive">Whether an element's sum leaves the element itself out, so that the first is 0.</param>
        /// <param name="reverse">Whether to begin at the axis's end.</param>
        /// <example><code>Tensor.Of(1, 2, 3).CumSum()                  // 1, 3, 6
        /// Tensor.Of(1, 2, 3).CumSum(exclusive: true)   // 0, 1, 3</code></example>
        /// <exception cref="ShapeException">There is no such axis, or the elements are no numbers.</exception>
        public Tensor CumSum(int axis = -1, bool exclusive = false, bool reverse = false) =>
            new CumSum(this.Shape.Axis(axis, "CumSum"), exclusive, reverse).Apply(this);
    }
}
