namespace Kubik.Ops
{
    /// <summary>
    /// y = (x − μ) / √(σ² + ε) · scale + shift on (batch, channels, …), with a number a channel of each
    /// (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1). Inputs: x, scale, shift, μ, σ².
    /// </summary>
    /// <remarks>Where μ and σ² come from, the batch or a running mean, is the caller's: see <see cref="Nn.BatchNorm"/>.</remarks>
    /// <param name="Epsilon">ε, added to the variance.</param>
    public sealed record BatchNormalization(double Epsilon = 1e-5) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "BatchNormalization";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("batchnorm");

        /// <inheritdoc/>
        public override string? Onnx => "BatchNormalization";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape shape = Normalizing.BesideChannels(x[0].Shape); // (C, 1, …)
            Tensor mean = x[3].Reshape(shape), variance = x[4].Reshape(shape);
            return Normalizing.ScaleAndShift((x[0] - mean) / (variance + this.Epsilon).Sqrt(), x[..3], shape);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            Normalizing.Check(this, x, this.Epsilon, most: 5);
            if (x.Length != 5) throw this.Error($"it takes x, scale, shift, mean and variance; got {x.Length} inputs.");
            Normalizing.CheckChannels(this, x[0], least: 2);
            Normalizing.CheckAffine(this, x, [x[0].Shape[1]], "scale", "shift", "mean", "variance");
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
