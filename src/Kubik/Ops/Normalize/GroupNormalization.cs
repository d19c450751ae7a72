using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>
    /// y = (x − μ) / √(σ² + ε) · scale + shift on (batch, channels, …), μ and σ² of each group of neighbouring channels of
    /// each sample (Wu and He 2018, arXiv:1803.08494, eq. 7). Inputs: x and, at will, scale and shift, a number a channel.
    /// </summary>
    /// <remarks>The variance is of n elements, not n − 1. A group of a single element gives 0, before scale and shift.</remarks>
    /// <param name="Groups">How many groups the channels are split into.</param>
    /// <param name="Epsilon">ε, added to the variance.</param>
    public sealed record GroupNormalization(int Groups, double Epsilon = 1e-5) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "GroupNormalization";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("groupnorm");

        /// <inheritdoc/>
        public override string? Onnx => "GroupNormalization";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Normalizing.Check(this, x, this.Epsilon, most: 3);
            Normalizing.CheckChannels(this, x[0], least: 2);
            int channels = x[0].Shape[1];
            if (this.Groups < 1) throw this.Error($"the number of groups must be 1 or more, not {this.Groups}.");
            if (channels % this.Groups != 0) throw this.Error($"the {channels} channels of {x[0].Shape} cannot be split into {this.Groups} equal groups.");
            Normalizing.CheckNotEmpty(this, x[0].Shape, Normalizing.From(1, x[0].Shape));
            Normalizing.CheckAffine(this, x, [channels], "scale", "shift");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape shape = x[0].Shape;
            Tensor groups = x[0].Reshape([shape[0], this.Groups, shape[1] / this.Groups * shape[2..].Size]); // (B, G, n)
            return Normalizing.ScaleAndShift(Normalizing.Standardize(groups, [2], this.Epsilon).Reshape(shape), x, Normalizing.BesideChannels(shape));
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            Normalizing.Gradients(wanted, x, dy, this.Rows(x[0].Shape), this.Epsilon);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) RowNormKernel.Forward<float>(this.Rows(y.Shape), this.Epsilon, x, y);
            else RowNormKernel.Forward<double>(this.Rows(y.Shape), this.Epsilon, x, y);
        }

        private RowShape Rows(Shape x) => new(x[1] / this.Groups * Normalizing.SizeFrom(2, x), this.Groups, Normalizing.SizeFrom(2, x), IsCentered: true);
    }

    /// <summary>
    /// y = (x − μ) / √(σ² + ε) · scale + shift on (batch, channels, …), μ and σ² of each channel of each sample
    /// (Ulyanov, Vedaldi, Lempitsky 2016, arXiv:1607.08022, eq. 6). Inputs: x and, at will, scale and shift, a number a channel.
    /// </summary>
    /// <remarks>The variance is of n elements, not n − 1. A channel of a single element gives 0, before scale and shift.</remarks>
    /// <param name="Epsilon">ε, added to the variance.</param>
    public sealed record InstanceNormalization(double Epsilon = 1e-5) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "InstanceNormalization";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("instancenorm");

        /// <inheritdoc/>
        public override string? Onnx => "InstanceNormalization";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Normalizing.Check(this, x, this.Epsilon, most: 3);
            Normalizing.CheckChannels(this, x[0], least: 3);
            Normalizing.CheckNotEmpty(this, x[0].Shape, Normalizing.From(2, x[0].Shape));
            Normalizing.CheckAffine(this, x, [x[0].Shape[1]], "scale", "shift");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) =>
            Normalizing.ScaleAndShift(Normalizing.Standardize(x[0], Normalizing.From(2, x[0].Shape), this.Epsilon), x, Normalizing.BesideChannels(x[0].Shape));

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            Normalizing.Gradients(wanted, x, dy, Rows(x[0].Shape), this.Epsilon);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) RowNormKernel.Forward<float>(Rows(y.Shape), this.Epsilon, x, y);
            else RowNormKernel.Forward<double>(Rows(y.Shape), this.Epsilon, x, y);
        }

        private static RowShape Rows(Shape x) => new(Normalizing.SizeFrom(2, x), x[1], Normalizing.SizeFrom(2, x), IsCentered: true);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>(x − μ) / √(σ² + ε) · scale + shift over each group of neighbouring channels of each sample of (batch, channels, …).</summary>
        /// <param name="groups">How many groups the channels are split into.</param>
        /// <param name="scale">A number a channel; 1 when not given.</param>
        /// <param name="shift">A number a channel; 0 when not given.</param>
        /// <param name="epsilon">ε, added to the variance.</param>
        /// <exception cref="ShapeException">The channels do not split into the groups, or scale or shift have another shape or type.</exception>
        public Tensor GroupNorm(int groups, Tensor? scale = null, Tensor? shift = null, double epsilon = 1e-5) =>
            new GroupNormalization(groups, epsilon).Apply(Normalizing.Inputs(this, scale, shift));

        /// <summary>(x − μ) / √(σ² + ε) · scale + shift over each channel of each sample of (batch, channels, …).</summary>
        /// <param name="scale">A number a channel; 1 when not given.</param>
        /// <param name="shift">A number a channel; 0 when not given.</param>
        /// <param name="epsilon">ε, added to the variance.</param>
        /// <exception cref="ShapeException">There are no axes after the channels, or scale or shift have another shape or type.</exception>
        public Tensor InstanceNorm(Tensor? scale = null, Tensor? shift = null, double epsilon = 1e-5) =>
            new InstanceNormalization(epsilon).Apply(Normalizing.Inputs(this, scale, shift));
    }
}
