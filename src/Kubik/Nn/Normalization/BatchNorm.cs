namespace Kubik.Nn;

/// <summary>
/// y = (x − μ) / √(σ² + ε) · γ + β for each channel (axis 1), μ and σ² of the batch in training, their running means in
/// evaluation (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1). Works on (B, C) and with any axes after the channels.
/// </summary>
/// <remarks>The running variance is of n − 1 elements, the batch's of n, as in the paper.</remarks>
public sealed class BatchNorm : Normalization
{
    private readonly double momentum;

    /// <summary>A normalisation whose number of channels is taken from the first input.</summary>
    /// <param name="momentum">Weight of a new batch in the running means.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether there are γ and β, a number a channel.</param>
    public BatchNorm(double momentum = 0.1, double epsilon = 1e-5, bool affine = true) : base(epsilon, affine, affine)
    {
        if (!(momentum >= 0 && momentum <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "batchnorm: the momentum, the weight of a new batch, must be from 0 to 1.");
        this.momentum = momentum;
        this.RunningMean = new Parameter(spec => Tensor.Zeros(spec.Shape, spec.DType), ParameterRole.Statistic);
        this.RunningVariance = new Parameter(spec => Tensor.Ones(spec.Shape, spec.DType), ParameterRole.Statistic);
    }

    /// <summary>The running mean (C).</summary>
    public Parameter RunningMean { get; }

    /// <summary>The running variance (C).</summary>
    public Parameter RunningVariance { get; }

    /// <inheritdoc/>
    public override string Notation => $"batchnorm{Numbers.Option("momentum", this.momentum, 0.1)}{this.Options}";

    internal static BrickSyntax Syntax { get; } = new("batchnorm", "batchnorm [momentum=0.1] [epsilon=1e-5] [affine=true]", a =>
    {
        (double epsilon, bool affine) = Read(a);
        return new BatchNorm(a.Real("momentum", 0.1), epsilon, affine);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Shape shape = Channels(x, least: 2);
        this.RunningMean.Define(new(x.DType, shape));
        this.RunningVariance.Define(new(x.DType, shape));
        if (this.RunningMean.Spec.Shape != shape)
            throw new ShapeException($"the layer has {this.RunningMean.Spec.Shape[0]} channels, but the input {x.Shape} has {shape[0]}.");
        this.Define(x, shape);
        (Tensor mean, Tensor variance) = this.Training ? this.Measure(x) : (this.RunningMean.Value, this.RunningVariance.Value);
        Tensor scale = this.Gamma?.Value ?? Tensor.Ones(shape, x.DType), shift = this.Beta?.Value ?? Tensor.Zeros(shape, x.DType);
        return x.BatchNorm(scale, shift, mean, variance, this.Epsilon);
    }

    // Mean and variance of the batch, which the running ones follow.
    private (Tensor Mean, Tensor Variance) Measure(Tensor x)
    {
        int n = x.Count / Math.Max(x.Shape[1], 1);
        if (n < 2)
            throw new ShapeException(
                $"in training there must be two values or more a channel to take a variance of; got {x.Shape}. "
                + "Use a larger batch, or compute as in evaluation (Eval()).");
        (Tensor mean, Tensor variance) = ChannelMoments.Of(x); // (C)
        this.Follow(this.RunningMean, mean);
        this.Follow(this.RunningVariance, variance * ((double)n / (n - 1)));
        return (mean, variance);
    }

    private void Follow(Parameter running, Tensor batch) =>
        running.Assign((running.Value * (1 - this.momentum) + batch.Detach() * this.momentum).Detach());
}
