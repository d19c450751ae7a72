// What batch normalisation measures of a batch, forward and backward, and the gradient that is made of it.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>y = (μ, σ²) of each channel of (batch, channels, …): (2, channels), the variance of n elements, not n − 1.</summary>
public sealed record ChannelMoments : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "ChannelMoments";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("moments");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        if (x[0].DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(x[0]));
        Normalizing.CheckChannels(this, x[0], least: 2);
        Normalizing.CheckNotEmpty(this, x[0].Shape, Normalizing.BesidesChannels(x[0].Shape));
        return x[0] with { Shape = [2, x[0].Shape[1]] };
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        int[] others = Normalizing.BesidesChannels(x[0].Shape);
        return Tensor.Stack(0, x[0].Mean(others).Called("μ"), x[0].Variance(others).Called("σ²"));
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) BatchNormKernel.Moments<float>(x[0], y);
        else BatchNormKernel.Moments<double>(x[0], y);
    }

    /// <summary>Mean and variance of each channel, apart.</summary>
    internal static (Tensor Mean, Tensor Variance) Of(Tensor x)
    {
        Tensor both = new ChannelMoments().Apply(x);
        return (Row(both, 0), Row(both, 1));
    }

    /// <summary>Whether mean and variance were made of x by <see cref="Of"/>.</summary>
    internal static bool AreOf(Tensor x, Tensor mean, Tensor variance) => IsRow(mean, 0, x) && IsRow(variance, 1, x);

    /// <summary>One of two rows of numbers a channel.</summary>
    internal static Tensor Row(Tensor both, int row) => new Reshape([both.Shape[1]]).Apply(new Slice(0, row, 1, 1).Apply(both));

    private static bool IsRow(Tensor t, int row, Tensor x) =>
        t.Node is
        {
            Op: Reshape,
            Inputs: [{ Node: { Op: Slice { Axis: 0, Step: 1 } slice, Inputs: [{ Node: { Op: ChannelMoments, Inputs: [var source] } }] } }]
        }
        && slice.Start == row && ReferenceEquals(source, x);
}

/// <summary>y = (Σ dy, Σ dy·x̂) of each channel, x̂ = (x − μ) / √(σ² + ε):
/// the gradients of a batch normalisation's shift and scale. Inputs: dy, x, μ, σ².</summary>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record BatchNormalizationSums(double Epsilon = 1e-5) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "BatchNormalizationSums";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("batchnormsums");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Normalizing.CheckGradient(this, x, this.Epsilon, 4);
        Normalizing.CheckAffine(this, x[1..], [x[1].Shape[1]], "mean", "variance");
        return x[0] with { Shape = [2, x[1].Shape[1]] };
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Shape shape = Normalizing.BesideChannels(x[1].Shape);
        int[] others = Normalizing.BesidesChannels(x[1].Shape);
        Tensor normal = (x[1] - x[2].Reshape(shape)) / (x[3].Reshape(shape) + this.Epsilon).Sqrt();
        return Tensor.Stack(0, x[0].Sum(others), (x[0] * normal).Sum(others));
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) BatchNormKernel.Sums<float>(x, this.Epsilon, y);
        else BatchNormKernel.Sums<double>(x, this.Epsilon, y);
    }
}

/// <summary>
/// dx = scale / √(σ² + ε) · (dy − Σdy / n − x̂·Σ(dy·x̂) / n): the gradient of a batch normalisation's input by way of its mean and
/// variance too. Inputs: dy, x, scale, μ, σ², and what <see cref="BatchNormalizationSums"/> gives.
/// </summary>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record BatchNormalizationGradient(double Epsilon = 1e-5) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "BatchNormalizationGradient";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("batchnormgradient");

    /// <inheritdoc/>
    public override string? Onnx => null;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Normalizing.CheckGradient(this, x, this.Epsilon, 6);
        int channels = x[1].Shape[1];
        Normalizing.CheckAffine(this, x[1..5], [channels], "scale", "mean", "variance");
        if (x[5] != x[0] with { Shape = [2, channels] })
            throw this.Error($"for the input {x[1]} the sums must be {x[1].DType.Name} (2, {channels}); got {x[5]}.");
        return x[0];
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Shape shape = Normalizing.BesideChannels(x[1].Shape);
        Tensor rate = (x[4] + this.Epsilon).Rsqrt(), means = x[5] / Math.Max(x[1].Count / Math.Max(x[4].Count, 1), 1);
        Tensor normal = (x[1] - x[3].Reshape(shape)) * rate.Reshape(shape);
        Tensor rest = x[0] - ChannelMoments.Row(means, 0).Reshape(shape) - normal * ChannelMoments.Row(means, 1).Reshape(shape);
        return rest * (x[2] * rate).Reshape(shape);
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) BatchNormKernel.Gradient<float>(x, this.Epsilon, y);
        else BatchNormKernel.Gradient<double>(x, this.Epsilon, y);
    }
}
