// What all losses share: each computes one number for every sample (or element), and this says how they become one
// number: reduction, weights of samples, the message when shapes do not fit. Nothing here is ever broadcast: (B, 1)
// against (B) would give B × B numbers and a loss that falls to the wrong place.

using System.Globalization;
using System.Numerics;

namespace Kubik.Nn;

/// <summary>What becomes of the losses of all samples.</summary>
public enum Reduction
{
    /// <summary>Their mean; with weights Σ w·l / Σ w.</summary>
    Mean,
    /// <summary>Their sum; with weights Σ w·l.</summary>
    Sum,
    /// <summary>They are given as they are; with weights w·l.</summary>
    None,
}

/// <summary>A measure of how wrong something is: one number for each sample, reduced to one.
/// Those that compare a network's output with a target are a <see cref="Loss"/>.</summary>
public abstract class Criterion
{
    private protected const double Near = 1e-3; // mixed targets are rounded, and a gradient check moves them a little

    /// <summary>The name in the command line, in files and in messages.</summary>
    public abstract string Name { get; }

    /// <summary>The loss of one sample or element, in Unicode text.</summary>
    public abstract string Formula { get; }

    /// <summary>The name with the options that are not as usual: "huber delta=2".</summary>
    public virtual string Notation => this.Name;

    /// <summary>What becomes of the losses of all samples. The mean, unless told otherwise.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>The notation.</summary>
    public sealed override string ToString() => this.Notation;

    /// <summary>Reduces the losses of samples.</summary>
    /// <param name="each">The losses, the first axis counts the samples.</param>
    /// <param name="weights">What the user lets each sample count, shaped like the first axes of <paramref name="each"/>:
    /// (B) for losses (B, K). Null: 1.</param>
    /// <param name="counts">How much each loss counts in the mean by itself, where that is not 1:
    /// the class weights that are in the losses already, 0 for what is ignored.</param>
    /// <exception cref="ShapeException">The weights do not fit, or there is nothing to take the mean of.</exception>
    protected Tensor Reduce(Tensor each, Tensor? weights, Tensor? counts = null)
    {
        if (weights is not null)
        {
            Tensor w = this.Spread(weights, each.Spec);
            counts = counts is null ? w : counts * w;
            each *= w;
        }
        if (this.Reduction == Reduction.None) return each;
        if (this.Reduction == Reduction.Sum) return each.Sum();
        if (each.Count == 0)
            throw this.Error($"there are no samples in {each.Shape}, and the mean of nothing does not exist; leave empty batches out or use Reduction.Sum.");
        return counts is null ? each.Mean() : each.Sum() / counts.Sum();
    }

    /// <summary>An error of this loss.</summary>
    protected ShapeException Error(string what) => new($"{this.Name}: {what}");

    /// <summary>Refuses what is not floating point, or of other specs than the first.</summary>
    protected void RequireFloat(string what, params ReadOnlySpan<Tensor> x)
    {
        if (x[0].DType is not (DType.Float32 or DType.Float64))
            throw this.Error($"{what} must be float32 or float64, not {x[0].Spec}; convert with Cast(DType.Float32).");
        foreach (Tensor other in x)
        {
            if (other.Spec != x[0].Spec)
                throw this.Error($"{what} must have one shape and type; got {string.Join(" and ", x.ToArray().Select(t => t.Spec))}.");
        }
    }

    /// <summary>Refuses targets that are no share from 0 to 1; in a trace they have no values to look at.</summary>
    private protected void RequireShares(Tensor target) =>
        this.RequireValues(target, magnitude: false, 0, 1, "from 0 (no) to 1 (yes); of −1 and 1 make (t + 1) / 2, and leave targets unstandardised");

    /// <summary>Refuses targets other than −1 and 1; in a trace they have no values to look at.</summary>
    private protected void RequireSides(Tensor target) =>
        this.RequireValues(target, magnitude: true, 1, 1, "−1 or 1; of 0 and 1 make 2 * t - 1, and mix no targets (MixUp)");

    private void RequireValues(Tensor target, bool magnitude, double least, double most, string rule)
    {
        if (!target.DType.IsFloat || target.IsSymbolic) return;
        int at = target.DType == DType.Float32 ? First(target.Contiguous().Data<float>())
            : target.DType == DType.Float64 ? First(target.Contiguous().Data<double>()) : First<double>(target.ToDoubles());
        GC.KeepAlive(target);
        if (at < 0) return;
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture,
                $"{this.Name}: the target {target.Spec} holds {target.ToDoubles()[at]:G6} at element {at}, but targets must be {rule}."));

        int First<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
        {
            T low = T.CreateChecked(least - Near), high = T.CreateChecked(most + Near);
            for (int i = 0; i < values.Length; i++)
            {
                T v = magnitude ? T.Abs(values[i]) : values[i];
                if (!(v >= low && v <= high)) return i;
            }
            return -1;
        }
    }

    /// <summary>A name with those options that are not as usual.</summary>
    protected static string WithOptions(string name, params ReadOnlySpan<(string Option, object? Value, object? Usual)> options)
    {
        foreach ((string option, object? value, object? usual) in options)
        {
            if (Equals(value, usual)) continue;
            string text = value is IEnumerable<double> list ? string.Join(',', list.Select(Text)) : Text(value);
            name += $" {option}={text}";
        }
        return name;
    }

    private static string Text(object? value) => value is bool b ? (b ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    // (B) for losses (B, K, …) is (B, 1, …), written out so that the sum of the weights counts each loss.
    private Tensor Spread(Tensor weights, TensorSpec each)
    {
        int rank = weights.Rank;
        if (rank > each.Shape.Rank || weights.Shape != each.Shape[..rank])
            throw this.Error($"the weights must be one for each sample, shaped like the first axes of the losses {each.Shape}; got {weights.Shape}.");
        Shape ones = [.. weights.Shape, .. Enumerable.Repeat(1, each.Shape.Rank - rank)];
        return weights.Cast(each.DType).Reshape(ones).BroadcastTo(each.Shape);
    }
}
