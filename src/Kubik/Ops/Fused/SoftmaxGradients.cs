// What the gradients of softmax and its logarithm are made of: two sweeps over a row instead of five ops.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>dx = y·(dy − Σ y·dy) / t along an axis: the gradient of a softmax. Inputs: what the softmax gave, and dy.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Temperature">t.</param>
public sealed record SoftmaxGradient(int Axis, double Temperature = 1) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "SoftmaxGradient";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("softmaxgradient");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        x[0] == x[1] ? SoftmaxKernel.Infer(this, this.Axis, x[0], this.Temperature) : throw this.Error($"what arrives must have the spec {x[0]}; got {x[1]}.");

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Tensor dx = x[0] * (x[1] - (x[1] * x[0]).Sum([this.Axis], keepDims: true));
        return this.Temperature == 1 ? dx : dx / this.Temperature;
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(this, SoftmaxWork.Gradient, x[0], this.Axis, null, x[1], y, this.Temperature);
        else SoftmaxKernel.Run<double>(this, SoftmaxWork.Gradient, x[0], this.Axis, null, x[1], y, this.Temperature);
    }
}

/// <summary>dx = (dy − e^y·Σ dy) / t along an axis: the gradient of a softmax's logarithm. Inputs: what the op gave, and dy.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Temperature">t.</param>
public sealed record LogSoftmaxGradient(int Axis, double Temperature = 1) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "LogSoftmaxGradient";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("logsoftmaxgradient");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        x[0] == x[1] ? SoftmaxKernel.Infer(this, this.Axis, x[0], this.Temperature) : throw this.Error($"what arrives must have the spec {x[0]}; got {x[1]}.");

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Tensor dx = x[1] - x[0].Exp() * x[1].Sum([this.Axis], keepDims: true);
        return this.Temperature == 1 ? dx : dx / this.Temperature;
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) SoftmaxKernel.Run<float>(this, SoftmaxWork.LogarithmGradient, x[0], this.Axis, null, x[1], y, this.Temperature);
        else SoftmaxKernel.Run<double>(this, SoftmaxWork.LogarithmGradient, x[0], this.Axis, null, x[1], y, this.Temperature);
    }
}
