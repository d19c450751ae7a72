using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>hₖ = aₖ·hₖ₋₁ + bₖ along an axis, h₀ = b₀ (a₀ is not used): a linear recurrence. Reverse starts at the other end.</summary>
    /// <remarks>A running mean is one, and so is the gradient of a running product.
    /// Float32 is computed in double precision and rounded once for each element.</remarks>
    /// <param name="Axis">The axis, counted from 0.</param>
    /// <param name="Reverse">Whether to begin at the axis's end.</param>
    public sealed record Recurrence(int Axis, bool Reverse = false) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Recurrence";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("recurrence");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <summary>The elements moved one place along an axis; a 0 moves in, the last falls out.</summary>
        internal static Tensor Shifted(Tensor x, int axis, bool forward)
        {
            int size = x.Shape[axis];
            if (size == 0) return x;
            Tensor stay = new Slice(axis, forward ? 0 : 1, size - 1, 1).Apply(x);
            return new Place(axis, forward ? 1 : 0, 1, size).Apply(stay);
        }

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            AxisRule.Check(this, this.Axis, x[0].Shape);
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            return x[0] == x[1] ? x[0] : throw this.Error($"the factors {x[0]} and what is added, {x[1]}, must have one shape and type.");
        }

        internal override Sight Sees(int input, int axis, ReadOnlySpan<Tensor> x, Shape y) => axis == this.Axis ? Sight.All : new(axis);

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            // What reaches hₖ is gₖ = dyₖ + aₖ₊₁ gₖ₊₁: the same recurrence from the other end.
            Tensor g = new Recurrence(this.Axis, !this.Reverse).Apply(Shifted(x[0], this.Axis, forward: this.Reverse), dy);
            return input == 0 ? g * Shifted(y, this.Axis, forward: !this.Reverse) : g;
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Scans.Recurrence(x[0], x[1], this.Axis, this.Reverse, y);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>hₖ = aₖ·hₖ₋₁ + bₖ along an axis with this as a, h₀ = b₀.</summary>
        /// <param name="b">What is added: of this tensor's shape and type.</param>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="reverse">Whether to begin at the axis's end.</param>
        /// <example><code>Tensor.Of(0.5, 0.5, 0.5).Recurrence(Tensor.Of(8.0, 0, 0))   // 8, 4, 2</code></example>
        /// <exception cref="ShapeException">There is no such axis, or the two do not have one shape and a floating-point type.</exception>
        public Tensor Recurrence(Tensor b, int axis = -1, bool reverse = false) =>
            new Recurrence(this.Shape.Axis(axis, "Recurrence"), reverse).Apply(this, b);
    }
}
