namespace Kubik.Ops
{
    /// <summary>y = Σ |x| over axes; 0 over nothing. The gradient of an element that is 0 is 0.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record ReduceL1(Axes Axes, bool KeepDims = false) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceL1";

        /// <inheritdoc/>
        public override Notation Notation => new("‖{0:sum}‖₁", @"\left\lVert {0} \right\rVert_1");

        /// <inheritdoc/>
        public override string? Onnx => "ReduceL1";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new Reduce<Sum>(this.Axes, this.KeepDims).Apply(x[0].Abs());

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
        }
    }

    /// <summary>y = √Σ x² over axes, scaled so that no square overflows; 0 over nothing. Where y is 0, the gradient is 0.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record ReduceL2(Axes Axes, bool KeepDims = false) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceL2";

        /// <inheritdoc/>
        public override Notation Notation => new("‖{0:sum}‖₂", @"\left\lVert {0} \right\rVert_2");

        /// <inheritdoc/>
        public override string? Onnx => "ReduceL2";

        /// <summary>√v, with the gradient 0 where v is 0.</summary>
        internal static Tensor Root(Tensor v)
        {
            Tensor zero = Tensor.Scalar(0, v.DType), isZero = v.Equal(zero);
            return Tensor.Where(isZero, zero, Tensor.Where(isZero, Tensor.Scalar(1, v.DType), v).Sqrt());
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            if (AxisRule.Count(x[0].Shape, this.Axes) == 0) return new Reduce<Sum>(this.Axes, this.KeepDims).Apply(x[0]);
            Tensor zero = Tensor.Scalar(0, x[0].DType), one = Tensor.Scalar(1, x[0].DType);
            Tensor max = new Reduce<Max>(this.Axes, KeepDims: true).Apply(x[0].Abs()).Detach();
            Tensor scale = Tensor.Where((max * 0).Equal(zero), Tensor.Where(max > 0, max, one), one); // ∞ and NaN scale nothing
            Tensor unit = x[0] / scale;
            Tensor y = Root(new Reduce<Sum>(this.Axes, KeepDims: true).Apply(unit * unit)) * scale;
            return this.KeepDims ? y : y.Reshape(new Reduce<Sum>(this.Axes).Infer([x[0].Spec]).Shape);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
        }
    }

    /// <summary>y = Σ x² over axes; 0 over nothing.</summary>
    /// <param name="Axes">The axes, in rising order, each once.</param>
    /// <param name="KeepDims">Whether the axes stay with size 1.</param>
    public sealed record SumSquare(Axes Axes, bool KeepDims = false) : CompositeOp, IOverAxes
    {
        /// <inheritdoc/>
        public override string Name => "ReduceSumSquare";

        /// <inheritdoc/>
        public override Notation Notation => new("sum({0:atom}²)", @"\sum\left({0:atom}^2\right)");

        /// <inheritdoc/>
        public override string? Onnx => "ReduceSumSquare";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => new Reduce<Sum>(this.Axes, this.KeepDims).Apply(x[0] * x[0]);

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            AxisRule.Check(this, this.Axes, x[0].Shape);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Σ |x| over the axes given, which are dropped; over all when none are.</summary>
        public Tensor NormL1(params ReadOnlySpan<int> axes) => this.NormL1(axes, keepDims: false);

        /// <summary>Σ |x| over the axes given.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor NormL1(ReadOnlySpan<int> axes, bool keepDims) => new ReduceL1(ReduceAxes.Of(this, axes, "NormL1"), keepDims).Apply(this);

        /// <summary>Σ |x| over one axis.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor NormL1(int axis, bool keepDims = false) => this.NormL1([axis], keepDims);

        /// <summary>√Σ x² over the axes given, which are dropped; over all when none are. Where it is 0, its gradient is 0.</summary>
        public Tensor NormL2(params ReadOnlySpan<int> axes) => this.NormL2(axes, keepDims: false);

        /// <summary>√Σ x² over the axes given. Where it is 0, its gradient is 0.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        /// <example><code>x / x.NormL2([-1], keepDims: true)   // rows of length 1</code></example>
        public Tensor NormL2(ReadOnlySpan<int> axes, bool keepDims) => new ReduceL2(ReduceAxes.Of(this, axes, "NormL2"), keepDims).Apply(this);

        /// <summary>√Σ x² over one axis. Where it is 0, its gradient is 0.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor NormL2(int axis, bool keepDims = false) => this.NormL2([axis], keepDims);

        /// <summary>Σ x² over the axes given, which are dropped; over all when none are.</summary>
        public Tensor SumSquare(params ReadOnlySpan<int> axes) => this.SumSquare(axes, keepDims: false);

        /// <summary>Σ x² over the axes given.</summary>
        /// <param name="axes">The axes; −1 is the last.</param>
        /// <param name="keepDims">Whether the axes stay with size 1.</param>
        public Tensor SumSquare(ReadOnlySpan<int> axes, bool keepDims) => new SumSquare(ReduceAxes.Of(this, axes, "SumSquare"), keepDims).Apply(this);

        /// <summary>Σ x² over one axis.</summary>
        /// <param name="axis">The axis; −1 is the last.</param>
        /// <param name="keepDims">Whether the axis stays with size 1.</param>
        public Tensor SumSquare(int axis, bool keepDims = false) => this.SumSquare([axis], keepDims);
    }
}
