using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>
    /// y = (x − μ) / √(σ² + ε) · scale + shift on (batch, channels, …), with a number a channel of each
    /// (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1). Inputs: x, scale, shift, μ, σ².
    /// </summary>
    /// <remarks>
    /// Where μ and σ² come from, the batch or a running mean, is the caller's: see <see cref="Nn.BatchNorm"/>. When they are x's
    /// own, by <see cref="ChannelMoments"/>, the gradient of x is the whole one, μ and σ² included, in one pass over dy and x.
    /// </remarks>
    /// <param name="Epsilon">ε, added to the variance.</param>
    public sealed record BatchNormalization(double Epsilon = 1e-5) : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "BatchNormalization";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("batchnorm");

        /// <inheritdoc/>
        public override string? Onnx => "BatchNormalization";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            Normalizing.Check(this, x, this.Epsilon, most: 5);
            if (x.Length != 5) throw this.Error($"it takes x, scale, shift, mean and variance; got {x.Length} inputs.");
            Normalizing.CheckChannels(this, x[0], least: 2);
            Normalizing.CheckAffine(this, x, [x[0].Shape[1]], "scale", "shift", "mean", "variance");
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape shape = Normalizing.BesideChannels(x[0].Shape); // (C, 1, …)
            Tensor mean = x[3].Reshape(shape), variance = x[4].Reshape(shape);
            return Normalizing.ScaleAndShift(((x[0] - mean) / (variance + this.Epsilon).Sqrt()).Called("x̂"), x[..3], shape);
        }

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy)
        {
            Tensor scale = x[1], mean = x[3], variance = x[4];
            bool ofBatch = ChannelMoments.AreOf(x[0], mean, variance);
            Tensor?[] dx = new Tensor?[5];
            Tensor? sums = wanted[1] || wanted[2] || (ofBatch ? wanted[0] : wanted[3] || wanted[4])
                ? new BatchNormalizationSums(this.Epsilon).Apply(dy, x[0], mean, variance)
                : null; // (2, C)
            if (wanted[1]) dx[1] = ChannelMoments.Row(sums!, 1);
            if (wanted[2]) dx[2] = ChannelMoments.Row(sums!, 0);
            if (ofBatch)
            {
                if (wanted[0]) dx[0] = new BatchNormalizationGradient(this.Epsilon).Apply(dy, x[0], scale, mean, variance, sums!);
                return dx;
            }
            Tensor rate = (variance + this.Epsilon).Rsqrt(), slope = scale * rate; // (C)
            if (wanted[0]) dx[0] = dy * slope.Reshape(Normalizing.BesideChannels(x[0].Shape));
            if (wanted[3]) dx[3] = -slope * ChannelMoments.Row(sums!, 0);
            if (wanted[4]) dx[4] = slope * rate * ChannelMoments.Row(sums!, 1) * -0.5;
            return dx;
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) BatchNormKernel.Forward<float>(x, this.Epsilon, y);
            else BatchNormKernel.Forward<double>(x, this.Epsilon, y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>(x − mean) / √(variance + ε) · scale + shift for each channel (axis 1); the four have a number a channel.</summary>
        /// <exception cref="ShapeException">One of the four has another shape or type.</exception>
        public Tensor BatchNorm(Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon = 1e-5) =>
            new BatchNormalization(epsilon).Apply(this, scale, shift, mean, variance);
    }
}
