using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>yₖ = x₀ · … · xₖ along an axis: the products so far. Exclusive leaves xₖ itself out, Reverse starts at the other end.</summary>
    /// <remarks>Float32 is multiplied in double precision and rounded once for each element.</remarks>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Exclusive">Whether an element's result leaves the element itself out.</param>
    /// <param name="Reverse">Whether to begin at the axis's end.</param>
    public sealed record CumProd(int Axis, bool Exclusive = false, bool Reverse = false) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "CumProd";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("cumprod");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            return TypeRule.IsNumber(x[0].DType) ? x[0] : throw this.Error(TypeRule.Number(x[0]));
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => axis == this.Axis ? Sight.All : new(axis);

        // dxᵢ = (x₀ … xᵢ₋₁) · sᵢ with sᵢ = Σₖ≥ᵢ dyₖ xᵢ₊₁ … xₖ = dyᵢ + xᵢ₊₁ sᵢ₊₁: no division, so no zero matters.
        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            Tensor next = Recurrence.Shifted(x[0], this.Axis, forward: this.Reverse);
            Tensor arrives = this.Exclusive ? Recurrence.Shifted(dy, this.Axis, forward: this.Reverse) : dy;
            Tensor after = new Recurrence(this.Axis, !this.Reverse).Apply(next, arrives);
            return (this with { Exclusive = true }).Apply(x[0]) * after;
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Scans.Product(x[0], this.Axis, this.Exclusive, this.Reverse, y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The products so far along an axis: x₀, x₀·x₁, ….</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="exclusive">Whether an element's product leaves the element itself out, so that the first is 1.</param>
        /// <param name="reverse">Whether to begin at the axis's end.</param>
        /// <example><code>Tensor.Of(2, 3, 4).CumProd()   // 2, 6, 24</code></example>
        /// <exception cref="ShapeException">There is no such axis, or the elements are no numbers.</exception>
        public Tensor CumProd(int axis = -1, bool exclusive = false, bool reverse = false) =>
            new CumProd(this.Shape.Axis(axis, "CumProd"), exclusive, reverse).Apply(this);
    }
}
