using System.Globalization;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>1 with each element's probability, else 0, in the type of the probabilities.
/// The inputs are the state, int64 (seed, stream, position), and the probabilities.</summary>
public sealed record RandomBernoulli : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomBernoulli";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("bernoulli");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => Philox.Infer(this, x[1], x[0]);

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (x[1].Shape.Size + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Tensor u = Tensor.Allocate(new(DType.Float64, y.Shape)), p = x[1].Cast(DType.Float64).Contiguous();
        Philox.Fill(default(OpenDraw), x[0], u);
        Span<double> drawn = u.Data<double>();
        ReadOnlySpan<double> probabilities = p.Data<double>();
        for (int i = 0; i < drawn.Length; i++)
        {
            double probability = probabilities[i];
            if (!(probability is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(x),
                    string.Create(CultureInfo.InvariantCulture, $"{this.Name}: element {i} is {probability}; probabilities lie in 0 to 1."));
            drawn[i] = drawn[i] < probability ? 1 : 0;
        }
        Elementwise.Copy(u.Cast(y.DType), y);
        GC.KeepAlive(p);
    }
}

/// <summary>A choice along the last axis: int64 (…) for weights (…, k). The inputs are the state, int64 (seed, stream, position), and the weights.</summary>
/// <param name="Logits">Whether the weights are logarithms of probabilities, up to a constant a row; else they are probabilities, up to a factor a row.</param>
public sealed record RandomCategorical(bool Logits = true) : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomCategorical";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("categorical");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Philox.Infer(this, x[1], x[0]);
        return
            x[1].Shape.Rank == 0 ? throw this.Error("the weights must have an axis to choose along; got a single number.") :
            x[1].Shape[^1] == 0 ? throw this.Error($"the last axis of {x[1].Shape} is empty, and there is nothing to choose from.") :
            new(DType.Int64, x[1].Shape[..^1]);
    }

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (x[1].Shape[..^1].Size + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Tensor u = Tensor.Allocate(new(DType.Float64, y.Shape)), w = x[1].Cast(DType.Float64).Contiguous();
        Philox.Fill(default(OpenDraw), x[0], u);
        ReadOnlySpan<double> drawn = u.Data<double>(), weights = w.Data<double>();
        Span<long> choices = y.Data<long>();
        double[] sums = new double[w.Shape[^1]];
        for (int row = 0; row < choices.Length; row++)
            choices[row] = this.Choose(weights.Slice(row * sums.Length, sums.Length), drawn[row], sums, row);
        GC.KeepAlive(u);
        GC.KeepAlive(w);
    }

    // The first choice at which the running sum of probabilities passes u times their total.
    private int Choose(ReadOnlySpan<double> weights, double u, double[] sums, int row)
    {
        double largest = double.NegativeInfinity, total = 0;
        foreach (double weight in weights) largest = Math.Max(largest, weight);
        for (int k = 0; k < sums.Length; k++)
        {
            if (!this.Logits && weights[k] < 0)
                throw new ArgumentOutOfRangeException(nameof(weights),
                    string.Create(CultureInfo.InvariantCulture, $"{this.Name}: row {row} has the weight {weights[k]} at {k}; probabilities are 0 or more."));
            total += this.Logits ? Math.Exp(weights[k] - largest) : weights[k] / largest; // at most 1 each: no overflow
            sums[k] = total;
        }
        if (!(total > 0))
            throw new ArgumentOutOfRangeException(nameof(weights),
                $"{this.Name}: row {row} has no choice: its weights are "
                + $"{(double.IsNaN(largest) || double.IsPositiveInfinity(largest) ? "not all numbers" : this.Logits ? "all −∞" : "all 0")}.");
        int choice = Array.FindIndex(sums, sum => sum > u * total);
        return choice >= 0 ? choice : Array.IndexOf(sums, total); // u·total may round up to the total
    }
}
