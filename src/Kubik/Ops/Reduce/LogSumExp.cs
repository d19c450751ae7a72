namespace Kubik.Ops
{
    /// <summary>y = ln Σ eˣ over axes, computed from x − max x, so that nothing overflows;
    /// −∞ over nothing and over −∞ alone, where the gradient is 0.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record LogSumExp(Axes Axes, bool KeepDims = false) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceLogSumExp";

        /// <inheritdoc/>
        public override Notation Notation => new("ln sum(exp({0}))", @"\ln\sum\left(e^{{0}}\right)", Strength.Product);

        /// <inheritdoc/>
        public override string? Onnx => "ReduceLogSumExp";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            DType type = x[0].DType;
            Tensor nothing = Tensor.Full([], double.NegativeInfinity, type), one = Tensor.Scalar(1, type), zero = Tensor.Scalar(0, type);
            if (AxisRule.Count(x[0].Shape, this.Axes) == 0)
                return new Reduce<Sum>(this.Axes, this.KeepDims).Apply(x[0]) + nothing;
            Tensor max = new Reduce<Max>(this.Axes, KeepDims: true).Apply(x[0]).Detach();
            Tensor shift = Tensor.Where((max - max).Equal(zero), max, zero); // ∞ − ∞ would be NaN
            Tensor sum = new Reduce<Sum>(this.Axes, KeepDims: true).Apply((x[0] - shift).Exp());
            Tensor isNothing = sum.Equal(zero);
            Tensor y = Tensor.Where(isNothing, nothing, Tensor.Where(isNothing, one, sum).Log() + shift);
            return this.KeepDims ? y : y.Reshape(new Reduce<Sum>(this.Axes).Infer([x[0].Spec]).Shape);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>ln Σ eˣ over the axes given, which are dropped; over all when none are.</summary>
        /// <example><code>Tensor.Of(1000.0, 1000).LogSumExp()   // 1000.693…</code></example>
        public Tensor LogSumExp(params ReadOnlySpan<int> axes) => this.LogSumExp(axes, keepDims: false);

        /// <summary>ln Σ eˣ over the axes given; −∞ over nothing.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor LogSumExp(ReadOnlySpan<int> axes, bool keepDims) => new LogSumExp(ReduceAxes.Of(this, axes, "LogSumExp"), keepDims).Apply(this);

        /// <summary>ln Σ eˣ over one axis; −∞ over nothing.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor LogSumExp(int axis, bool keepDims = false) => this.LogSumExp([axis], keepDims);
    }
}
