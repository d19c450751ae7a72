using System.Globalization;

namespace Kubik.Nn;

/// <summary>
/// y = (x − μ) / √(σ² + ε) · γ + β for each channel (axis 1), μ and σ² of the batch in training, their running means in
/// evaluation (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1). Works on (B, C) and (B, C, H, W).
/// </summary>
/// <remarks>The running variance is of n − 1 elements, the batch's of n, as in the paper.</remarks>
public sealed class BatchNorm : Module
{
    private readonly double momentum, epsilon;

    /// <summary>A normalisation whose number of channels is taken from the first input.</summary>
    /// <param name="momentum">Weight of a new batch in the running means.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    public BatchNorm(double momentum = 0.1, double epsilon = 1e-5)
    {
        (this.momentum, this.epsilon) = (momentum, epsilon);
        this.Gamma = new Parameter(spec => Tensor.Ones(spec.Shape, spec.DType));
        this.Beta = new Parameter(spec => Tensor.Zeros(spec.Shape, spec.DType));
        this.RunningMean = new Parameter(spec => Tensor.Zeros(spec.Shape, spec.DType), ParameterRole.Statistic);
        this.RunningVariance = new Parameter(spec => Tensor.Ones(spec.Shape, spec.DType), ParameterRole.Statistic);
    }

    /// <summary>γ, the scale (C).</summary>
    public Parameter Gamma { get; }

    /// <summary>β, the shift (C).</summary>
    public Parameter Beta { get; }

    /// <summary>The running mean (C).</summary>
    public Parameter RunningMean { get; }

    /// <summary>The running variance (C).</summary>
    public Parameter RunningVariance { get; }

    /// <inheritdoc/>
    public override string Notation => "batchnorm"
        + (this.momentum == 0.1 ? "" : string.Create(CultureInfo.InvariantCulture, $" momentum={this.momentum}"))
        + (this.epsilon == 1e-5 ? "" : string.Create(CultureInfo.InvariantCulture, $" epsilon={this.epsilon}"));

    internal static BrickSyntax Syntax { get; } = new("batchnorm", "batchnorm [momentum=0.1] [epsilon=1e-5]", a => new BatchNorm(a.Real("momentum", 0.1), a.Real("epsilon", 1e-5)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (x.Rank < 2) throw new ShapeException($"the input must be (batch, channels, …); got {x.Shape}.");
        int channels = x.Shape[1];
        foreach (Parameter p in (Parameter[])[this.Gamma, this.Beta, this.RunningMean, this.RunningVariance]) p.Define(new(x.DType, [channels]));
        if (this.Gamma.Spec.Shape[0] != channels)
            throw new ShapeException($"the layer has {this.Gamma.Spec.Shape[0]} channels, but the input {x.Shape} has {channels}.");

        int[] others = [0, .. Enumerable.Range(2, x.Rank - 2)], aligned = [channels, .. Enumerable.Repeat(1, x.Rank - 2)];
        Tensor mean = this.RunningMean.Value.Reshape(aligned), variance = this.RunningVariance.Value.Reshape(aligned);
        if (this.Training)
        {
            int n = x.Count / Math.Max(channels, 1);
            if (n < 2) throw new ShapeException($"in training there must be two values or more a channel to take a variance of; got {x.Shape}. Use a larger batch, or Eval().");
            mean = x.Mean(others, keepDims: true);
            Tensor d = x - mean;
            variance = (d * d).Mean(others, keepDims: true);
            this.Follow(this.RunningMean, mean);
            this.Follow(this.RunningVariance, variance * ((double)n / (n - 1)));
        }
        return (x - mean) / (variance + this.epsilon).Sqrt() * this.Gamma.Value.Reshape(aligned) + this.Beta.Value.Reshape(aligned);
    }

    private void Follow(Parameter running, Tensor batch) =>
        running.Assign((running.Value * (1 - this.momentum) + batch.Detach().Reshape(running.Spec.Shape) * this.momentum).Detach());
}
