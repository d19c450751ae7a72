// The gradients that layer, RMS, group and instance normalisation share: all normalise rows that lie together in memory.

using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>
/// dx = (g − mean g − x̂·mean(g·x̂)) / √(σ² + ε) with g = dy·scale: the gradient of what a normalisation over rows is given, x̂ being
/// what it gives without scale and shift. Without centring mean g is left out. Inputs: dy, x and, at will, the scale.
/// </summary>
/// <param name="Size">Elements that are normalised together.</param>
/// <param name="Groups">How many rows, one after the other, have scales of their own.</param>
/// <param name="Inner">Neighbouring elements with one scale.</param>
/// <param name="IsCentered">Whether the mean is taken off.</param>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record RowNormalizationGradient(int Size, int Groups = 1, int Inner = 1, bool IsCentered = true, double Epsilon = 1e-5) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "RowNormalizationGradient";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("rownormgradient");

    /// <inheritdoc/>
    public override string? Onnx => null;

    private RowShape Rows => new(this.Size, this.Groups, this.Inner, this.IsCentered);

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Normalizing.CheckRows(this, x, this.Rows, this.Epsilon, most: 3);
        int scales = this.Groups * this.Rows.Channels;
        if (x.Length == 3 && (x[2].DType != x[1].DType || x[2].Shape.Size != scales))
            throw this.Error($"for the input {x[1]} the scale must be {x[1].DType.Name} of {scales} elements; got {x[2]}.");
        return x[0];
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Shape rows = Normalizing.AsRows(x[1].Shape, this.Rows); // (R / G, G, C, n)
        Tensor dy = x[0].Reshape(rows), g = x.Length > 2 ? dy * x[2].Reshape([this.Groups, this.Rows.Channels, 1]) : dy;
        (Tensor normal, Tensor rate) = Normalizing.Rows(x[1].Reshape(rows), this.IsCentered, this.Epsilon);
        Tensor rest = g - normal * (g * normal).Mean([2, 3], keepDims: true);
        if (this.IsCentered) rest -= g.Mean([2, 3], keepDims: true);
        return (rest * rate).Reshape(x[1].Shape);
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) RowNormKernel.Gradient<float>(this.Rows, this.Epsilon, x, y);
        else RowNormKernel.Gradient<double>(this.Rows, this.Epsilon, x, y);
    }
}

/// <summary>y = (Σ dy·x̂, Σ dy) for each scale and shift of a normalisation over rows: their gradients, (2, scales). Inputs: dy, x.</summary>
/// <param name="Size">Elements that are normalised together.</param>
/// <param name="Groups">How many rows, one after the other, have scales of their own.</param>
/// <param name="Inner">Neighbouring elements with one scale.</param>
/// <param name="IsCentered">Whether the mean is taken off.</param>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record RowNormalizationSums(int Size, int Groups = 1, int Inner = 1, bool IsCentered = true, double Epsilon = 1e-5) : FusedOp
{
    /// <inheritdoc/>
    public override string Name => "RowNormalizationSums";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("rownormsums");

    /// <inheritdoc/>
    public override string? Onnx => null;

    private RowShape Rows => new(this.Size, this.Groups, this.Inner, this.IsCentered);

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Normalizing.CheckRows(this, x, this.Rows, this.Epsilon, most: 2);
        return x[0] with { Shape = [2, this.Groups * this.Rows.Channels] };
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Shape rows = Normalizing.AsRows(x[1].Shape, this.Rows);
        Tensor dy = x[0].Reshape(rows), normal = Normalizing.Rows(x[1].Reshape(rows), this.IsCentered, this.Epsilon).Normal;
        int scales = this.Groups * this.Rows.Channels;
        return Tensor.Stack(0, (dy * normal).Sum([0, 3], keepDims: false).Reshape(scales), dy.Sum([0, 3], keepDims: false).Reshape(scales));
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Float32) RowNormKernel.Sums<float>(this.Rows, this.Epsilon, x, y);
        else RowNormKernel.Sums<double>(this.Rows, this.Epsilon, x, y);
    }
}
