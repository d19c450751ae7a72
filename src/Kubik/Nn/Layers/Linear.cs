namespace Kubik.Nn;

/// <summary>y = x·W + b on the last axis: (…, in) → (…, out), with W (in, out) and b (out).</summary>
/// <example><code>
/// Linear layer = new(300);                              // the input size is taken from the first input
/// Tensor y = layer.Forward(Tensor.Zeros([64, 784]));    // (64, 300)
/// </code></example>
public sealed class Linear : Module
{
    private readonly int outputs;
    private readonly string? initializerName;

    /// <summary>A layer whose input size is taken from its first input.</summary>
    /// <param name="outputs">Size of the last axis of the output.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="initializer">How W and b begin; uniform on ±1/√in when not given.</param>
    public Linear(int outputs, bool bias = true, Initializer? initializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        this.outputs = outputs;
        this.initializerName = InitializerTable.NameOf(initializer);
        RandomStream forWeight = RandomSource.Default.NextStream(), forBias = RandomSource.Default.NextStream();
        this.Weight = new Parameter(spec => (initializer ?? Initializers.FanInUniform)(spec, forWeight));
        // A given initialiser is for W: b then begins at 0.
        this.Bias = !bias ? null : new Parameter(spec => initializer is null
            ? Initializers.Uniform(1 / Math.Sqrt(Math.Max(1, this.Weight.Spec.Shape[0])))(spec, forBias)
            : Tensor.Zeros(spec.Shape, spec.DType));
    }

    /// <summary>A layer with both sizes given.</summary>
    /// <param name="inputs">Size of the last axis of the input.</param>
    /// <param name="outputs">Size of the last axis of the output.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="initializer">How W and b begin; uniform on ±1/√in when not given.</param>
    public Linear(int inputs, int outputs, bool bias = true, Initializer? initializer = null) : this(outputs, bias, initializer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        this.Define(inputs, DType.Float32);
    }

    /// <summary>W (in, out).</summary>
    public Parameter Weight { get; }

    /// <summary>b (out); null when the layer has none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string Notation =>
        $"linear {this.outputs}{(this.Bias is null ? " bias=false" : "")}{(this.initializerName is { } name ? $" init={name}" : "")}";

    internal static BrickSyntax Syntax { get; } =
        new("linear", "linear OUTPUTS [bias=false] [init=NAME]", a => new Linear(a.Number("OUTPUTS"), a.Flag("bias", true), a.Initializer("init")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (x.Rank < 1) throw new ShapeException("the input must have an axis; got a single number.");
        this.Define(x.Shape[^1], x.DType);
        int inputs = this.Weight.Spec.Shape[0];
        if (x.Shape[^1] != inputs)
            throw new ShapeException($"W is {this.Weight.Spec.Shape}, so the last axis of the input must be {inputs}; got {x.Shape}.");
        Tensor y = x.Rank == 1 ? x.Unsqueeze(0).MatMul(this.Weight).Squeeze(0) : x.MatMul(this.Weight);
        return this.Bias is null ? y : y + this.Bias;
    }

    private void Define(int inputs, DType dtype)
    {
        this.Weight.Define(new(dtype, [inputs, this.outputs]));
        this.Bias?.Define(new(dtype, [this.outputs]));
    }
}
