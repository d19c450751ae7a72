namespace Kubik.Ops
{
    /// <summary>
    /// y = x / (bias + alpha / size · Σ x²)^beta on (batch, channels, …), the sum over the <paramref name="Size"/> nearest
    /// channels, itself among them (Krizhevsky, Sutskever, Hinton 2012, section 3.3; alpha is divided by the size as in ONNX
    /// and PyTorch). Beyond the first and the last channel there are zeros.
    /// </summary>
    /// <remarks>Of an even number of channels, one more lies after the middle than before it, as in ONNX; in PyTorch it is the other way round.</remarks>
    /// <param name="Size">How many channels are looked at.</param>
    /// <param name="Alpha">Weight of the mean square.</param>
    /// <param name="Beta">The power.</param>
    /// <param name="Bias">What is added to the mean square.</param>
    public sealed record LocalResponseNormalization(int Size, double Alpha = 1e-4, double Beta = 0.75, double Bias = 1) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "LRN";

        /// <inheritdoc/>
        public override Notation Notation =>
            Notation.Worded("lrn",
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"size {this.Size}, alpha {this.Alpha}, beta {this.Beta}, bias {this.Bias}"));

        /// <inheritdoc/>
        public override string? Onnx => "LRN";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Shape shape = x[0].Shape;
            if (shape.Size == 0) return x[0];
            Tensor squares = (x[0] * x[0]).Reshape([shape[0], 1, shape[1], shape[2..].Size]);                    // (B, 1, C, n)
            Tensor padded = new Place(2, (this.Size - 1) / 2, 1, AxisRule.Size(this, shape[1] + this.Size - 1L)).Apply(squares); // (B, 1, C + size − 1, n)
            Tensor mean = padded.AvgPool([this.Size, 1], new Window(stride: 1)).Reshape(shape).Called("m");
            return x[0] / (this.Bias + this.Alpha * mean).Pow(this.Beta);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x)
        {
            if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
            Normalizing.CheckChannels(this, x[0], least: 2);
            if (this.Size < 1) throw this.Error($"the size must be 1 channel or more, not {this.Size}.");
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>x / (bias + alpha / size · Σ x²)^beta, the sum over the <paramref name="size"/> nearest channels of (batch, channels, …).</summary>
        /// <exception cref="ShapeException">There is no axis of channels, or the size is below 1.</exception>
        public Tensor LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double bias = 1) =>
            new LocalResponseNormalization(size, alpha, beta, bias).Apply(this);
    }
}
