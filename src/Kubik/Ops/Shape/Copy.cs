using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>The same values in row-major order without gaps.</summary>
    public sealed record Copy : DifferentiableOp, IElementwise
    {
        /// <inheritdoc/>
        public override string Name => "Copy";

        /// <inheritdoc/>
        public override Notation Notation => new("{0}", "{0}");

        /// <inheritdoc/>
        public override string? Onnx => "Identity";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0];

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Copy(x[0], y);

        TileKernel IElementwise.Kernel(DType x, DType y) => Elementwise.CopyKernel(y.ByteSize);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The tensor itself when its elements follow each other in memory, else a copy in which they do.</summary>
        public Tensor Contiguous() => this.IsSymbolic || this.IsContiguous ? this : new Copy().Apply(this);
    }
}
