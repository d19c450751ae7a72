// Where in a sequence a row stands, added to what it says. Inside a KeyValueCache the first row is not at position 0.

namespace Kubik.Nn;

/// <summary>
/// y = x + P for sequences (B, T, D), with waves of all lengths for positions: P[t, 2i] = sin(t / base^(2i/D)) and
/// P[t, 2i + 1] = cos(t / base^(2i/D)) (Vaswani et al. 2017, arXiv:1706.03762, section 3.5).
/// </summary>
public sealed class PositionalEncoding : Module
{
    private readonly double @base;

    /// <summary>An encoding of positions of any number.</summary>
    /// <param name="base">The base of the wave lengths.</param>
    public PositionalEncoding(double @base = 10_000)
    {
        if (!(@base > 0 && double.IsFinite(@base)))
            throw new ArgumentOutOfRangeException(nameof(@base), @base, "positionalencoding: the base of the wave lengths must be above 0.");
        this.@base = @base;
    }

    /// <inheritdoc/>
    public override string Notation => "positionalencoding" + Numbers.Option("base", this.@base, 10_000);

    internal static BrickSyntax Syntax { get; } =
        new("positionalencoding", "positionalencoding [base=10000]", a => new PositionalEncoding(a.Real("base", 10_000)));

    /// <summary>P, (count, size): the sines and cosines of positions.</summary>
    /// <param name="count">How many positions.</param>
    /// <param name="size">Elements of a row; of an odd number the last is a sine.</param>
    /// <param name="offset">The first position.</param>
    /// <param name="base">The base of the wave lengths.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">A number is below 0.</exception>
    public static Tensor Sinusoidal(int count, int size, int offset = 0, double @base = 10_000, DType dtype = DType.Float32)
    {
        Shape shape = [count, size];
        double[] waves = new double[shape.Size];
        for (int i = 0; i < waves.Length; i++)
        {
            int k = i % size;
            double angle = ((double)offset + i / size) * Math.Pow(@base, -(double)(k - k % 2) / size);
            waves[i] = k % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        }
        return Tensor.From(waves, shape).Cast(dtype);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Sequences.Require(x);
        return x + Sinusoidal(x.Shape[1], x.Shape[2], KeyValueCache.Past, this.@base, x.DType);
    }
}

/// <summary>y = x + W[0..T] for sequences (B, T, D): a learnt row for each position, W (length, D), normal with deviation 0.02 at first.</summary>
public sealed class LearnedPositions : Module
{
    private readonly int length;

    /// <summary>Rows for so many positions.</summary>
    /// <param name="length">The length of the longest sequence.</param>
    /// <param name="initializer">How W begins.</param>
    public LearnedPositions(int length, Initializer? initializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        this.length = length;
        RandomStream random = RandomSource.Default.NextStream();
        this.Weight = new Parameter(spec => (initializer ?? Initializers.Normal(0.02))(spec, random));
    }

    /// <summary>W (length, D).</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override string Notation => $"positions {this.length}";

    internal static BrickSyntax Syntax { get; } = new("positions", "positions LENGTH", a => new LearnedPositions(a.Number("LENGTH")));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Sequences.Require(x);
        this.Weight.Define(new(x.DType, [this.length, x.Shape[2]]));
        if (this.Weight.Spec.Shape[1] != x.Shape[2])
            throw new ShapeException($"W is {this.Weight.Spec.Shape}, so the last axis of the input must be {this.Weight.Spec.Shape[1]}; got {x.Shape}.");
        int past = KeyValueCache.Past, end = past + x.Shape[1];
        if (end > this.length)
            throw new ShapeException(
                $"there are rows for {this.length} positions, but the sequence {x.Shape}{(past == 0 ? "" : $" after {past} others")} has {end}; "
                + "make positions longer.");
        return x + this.Weight.Value[past..end];
    }
}

/// <summary>The rule that all bricks of sequences share.</summary>
internal static class Sequences
{
    public static void Require(Tensor x)
    {
        if (x.Rank != 3) throw new ShapeException($"the input must be (batch, positions, elements); got {x.Shape}.");
        if (x.DType is not (DType.Float32 or DType.Float64))
            throw new ShapeException($"the input must be float32 or float64, not {x.Spec}; make rows of indices with an embedding.");
    }
}
