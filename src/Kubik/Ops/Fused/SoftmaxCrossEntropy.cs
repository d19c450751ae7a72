using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = −ln softmax(x) at the label: the cross-entropy of logits (B, K, …) and labels (B, …), a number for each label (B, …).</summary>
    public sealed record SoftmaxCrossEntropy : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "SoftmaxCrossEntropy";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("crossentropy");

        /// <inheritdoc/>
        public override string? Onnx => "SoftmaxCrossEntropyLoss";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            SoftmaxKernel.InferLabels(this, x[0], x[1]);
            return x[0] with { Shape = x[1].Shape };
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x) => -x[0].LogSoftmax(1).Gather(x[1].Unsqueeze(1), axis: 1).Squeeze(1);

        /// <inheritdoc/>
        public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            [wanted[0] ? new SoftmaxCrossEntropyGradient().Apply(x[0], x[1], dy) : null, null];

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(this, SoftmaxWork.CrossEntropy, x[0], 1, x[1], null, y);
            else SoftmaxKernel.Run<double>(this, SoftmaxWork.CrossEntropy, x[0], 1, x[1], null, y);
        }
    }

    /// <summary>dx = (softmax(x) − 1 at the label)·dy: the gradient of a cross-entropy of labels. Inputs: logits (B, K, …), labels (B, …), dy (B, …).</summary>
    public sealed record SoftmaxCrossEntropyGradient : FusedOp
    {
        /// <inheritdoc/>
        public override string Name => "SoftmaxCrossEntropyGradient";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function("crossentropygradient");

        /// <inheritdoc/>
        public override string? Onnx => null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            SoftmaxKernel.InferLabels(this, x[0], x[1]);
            return x[2] == x[0] with { Shape = x[1].Shape } ? x[0] : throw this.Error($"what arrives must be {x[0].DType.Name} {x[1].Shape}; got {x[2]}.");
        }

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            Tensor dy = x[2].Unsqueeze(1);
            return x[0].Softmax(1) * dy - new ScatterAdd(1, x[0].Shape[1]).Apply(dy, x[1].Unsqueeze(1));
        }

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(this, SoftmaxWork.CrossEntropyGradient, x[0], 1, x[1], x[2], y);
            else SoftmaxKernel.Run<double>(this, SoftmaxWork.CrossEntropyGradient, x[0], 1, x[1], x[2], y);
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>−ln softmax(x) at the labels: the cross-entropy of logits (B, K, …), a number for each label (B, …).</summary>
        /// <exception cref="ShapeException">The labels are not whole numbers shaped like the logits without axis 1.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A label is none of the classes.</exception>
        public Tensor SoftmaxCrossEntropy(Tensor labels) => new SoftmaxCrossEntropy().Apply(this, IndexRule.Whole(labels, "SoftmaxCrossEntropy"));
    }
}
