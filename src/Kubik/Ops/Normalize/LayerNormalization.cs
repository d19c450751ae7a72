using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>
    /// y = (x − μ) / √(σ² + ε) · scale + shift, μ and σ² of each sample's elements from an axis on
    /// (Ba, Kiros, Hinton 2016, arXiv:1607.06450, eq. 4). Inputs: x and, at will, scale and shift, shaped like those axes.
    /// </summary>
    /// <remarks>The variance is of n elements, not n − 1. A single element gives 0, before scale and shift.</remarks>
    /// <param name="Axis">The first of the axes that are normalised together, up to the last one; −1 is the last.</param>
    /// <param name="Epsilon">ε, added to the variance.</param>
    public sealed record LayerNormalization(int Axis = -1, double Epsilon = 1e-5) : FusedOp, IPrologueOp
    {
        /// <inheritdoc/>
        public override string Name => "LayerNormalization";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("layernorm");

        /// <inheritdoc/>
        public override string? Onnx => "LayerNormalization";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Normalizing.Check(this, x, this.Epsilon, most: 3);
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            Normalizing.CheckNotEmpty(this, x[0].Shape, Normalizing.From(axis, x[0].Shape));
            Normalizing.CheckAffine(this, x, x[0].Shape[axis..], "scale", "shift");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            return Normalizing.ScaleAndShift(Normalizing.Standardize(x[0], Normalizing.From(axis, x[0].Shape), this.Epsilon), x, x[0].Shape[axis..]);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            Normalizing.Gradients(wanted, x, dy, this.Rows(x[0].Shape), this.Epsilon);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => this.Run(x, y, null);

        int IPrologueOp.ElementsAJob(ReadOnlySpan<TensorSpec> x) => RowNormKernel.ElementsAJob(x[0].Shape);

        void IPrologueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue prologue) => this.Run(x, y, prologue);

        private void Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue? prologue)
        {
            if (y.DType == DType.Float32) RowNormKernel.Forward<float>(this.Rows(y.Shape), this.Epsilon, x, y, prologue);
            else RowNormKernel.Forward<double>(this.Rows(y.Shape), this.Epsilon, x, y, prologue);
        }

        private RowShape Rows(Shape x) => new(Normalizing.SizeFrom(this.Axis < 0 ? this.Axis + x.Rank : this.Axis, x), 1, 1, IsCentered: true);
    }

    /// <summary>
    /// y = x / √(mean x² + ε) · scale, the mean of each sample's elements from an axis on
    /// (Zhang and Sennrich 2019, arXiv:1910.07467, eq. 4). Inputs: x and, at will, the scale, shaped like those axes.
    /// </summary>
    /// <param name="Axis">The first of the axes that are normalised together, up to the last one; −1 is the last.</param>
    /// <param name="Epsilon">ε, added to the mean square.</param>
    public sealed record RmsNormalization(int Axis = -1, double Epsilon = 1e-5) : FusedOp, IPrologueOp
    {
        /// <inheritdoc/>
        public override string Name => "RMSNormalization";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("rmsnorm");

        /// <inheritdoc/>
        public override string? Onnx => "RMSNormalization";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Normalizing.Check(this, x, this.Epsilon, most: 2);
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            Normalizing.CheckNotEmpty(this, x[0].Shape, Normalizing.From(axis, x[0].Shape));
            Normalizing.CheckAffine(this, x, x[0].Shape[axis..], "scale");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            int axis = x[0].Shape.Axis(this.Axis, this.Name);
            Tensor meanSquare = (x[0] * x[0]).Mean(Normalizing.From(axis, x[0].Shape), keepDims: true);
            return Normalizing.ScaleAndShift((x[0] / (meanSquare + this.Epsilon).Sqrt().Called("r")).Called("x̂"), x, x[0].Shape[axis..]);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            Normalizing.Gradients(wanted, x, dy, this.Rows(x[0].Shape), this.Epsilon);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => this.Run(x, y, null);

        int IPrologueOp.ElementsAJob(ReadOnlySpan<TensorSpec> x) => RowNormKernel.ElementsAJob(x[0].Shape);

        void IPrologueOp.Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue prologue) => this.Run(x, y, prologue);

        private void Run(ReadOnlySpan<Tensor> x, Tensor y, Prologue? prologue)
        {
            if (y.DType == DType.Float32) RowNormKernel.Forward<float>(this.Rows(y.Shape), this.Epsilon, x, y, prologue);
            else RowNormKernel.Forward<double>(this.Rows(y.Shape), this.Epsilon, x, y, prologue);
        }

        private RowShape Rows(Shape x) => new(Normalizing.SizeFrom(this.Axis < 0 ? this.Axis + x.Rank : this.Axis, x), 1, 1, IsCentered: false);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>(x − μ) / √(σ² + ε) · scale + shift over the axes from <paramref name="axis"/> to the last.</summary>
        /// <param name="scale">Shaped like those axes; 1 when not given.</param>
        /// <param name="shift">Shaped like those axes; 0 when not given.</param>
        /// <param name="axis">The first of the axes that are normalised together.</param>
        /// <param name="epsilon">ε, added to the variance.</param>
        /// <exception cref="ShapeException">The axis does not exist or is empty, or scale or shift have another shape or type.</exception>
        public Tensor LayerNorm(Tensor? scale = null, Tensor? shift = null, int axis = -1, double epsilon = 1e-5) =>
            new LayerNormalization(axis, epsilon).Apply(Normalizing.Inputs(this, scale, shift));

        /// <summary>x / √(mean x² + ε) · scale over the axes from <paramref name="axis"/> to the last.</summary>
        /// <param name="scale">Shaped like those axes; 1 when not given.</param>
        /// <param name="axis">The first of the axes that are normalised together.</param>
        /// <param name="epsilon">ε, added to the mean square.</param>
        /// <exception cref="ShapeException">The axis does not exist or is empty, or the scale has another shape or type.</exception>
        public Tensor RmsNorm(Tensor? scale = null, int axis = -1, double epsilon = 1e-5) =>
            new RmsNormalization(axis, epsilon).Apply(Normalizing.Inputs(this, scale, shift: null));
    }
}
