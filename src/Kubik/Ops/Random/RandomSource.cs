// Where a network's randomness comes from. A source hands out streams; each parameter and each dropout takes one when
// it is made, so what one of them draws never depends on when another does.


namespace Kubik;

/// <summary>A seed from which independent streams of random numbers are taken.</summary>
/// <example><code>
/// RandomSource.Default = new RandomSource(seed: 1);   // all layers made from now on start the same in every run
/// Tensor x = RandomSource.Default.NextStream().Normal([2, 3]);
/// </code></example>
public sealed class RandomSource
{
    private static RandomSource shared = new(0);

    [ThreadStatic] private static RandomSource? aside;

    private long streams;

    /// <summary>A source that gives the same streams for the same seed.</summary>
    public RandomSource(long seed) => this.Seed = seed;

    /// <summary>What layers draw from unless told otherwise. Seeded with 0 when the program starts.</summary>
    public static RandomSource Default
    {
        get => aside ?? shared;
        set => shared = value;
    }

    /// <summary>The seed.</summary>
    public long Seed { get; }

    /// <summary>Makes something whose random numbers nobody will use, without taking streams from <see cref="Default"/>.</summary>
    internal static T Aside<T>(Func<T> make)
    {
        RandomSource? before = aside;
        aside = new(0);
        try
        {
            return make();
        }
        finally
        {
            aside = before;
        }
    }

    /// <summary>The next stream: independent of all before it.</summary>
    public RandomStream NextStream() => new(this.Seed, Interlocked.Increment(ref this.streams));
}

/// <summary>A sequence of random numbers whose position is a parameter: it is saved in checkpoints, and a compiled graph draws anew at every run.</summary>
public sealed class RandomStream
{
    /// <summary>A stream of a seed, from its beginning.</summary>
    public RandomStream(long seed, long stream) => this.State = new Parameter(Tensor.Of(seed, stream, 0L), ParameterRole.State);

    /// <summary>Seed, stream number and position, int64 (3,).</summary>
    public Parameter State { get; }

    /// <summary>Numbers spread evenly over [0, 1).</summary>
    public Tensor Uniform(Shape shape, DType dtype = DType.Float32) => this.Draw(new RandomUniform(new(dtype, shape)), shape);

    /// <summary>Numbers from the normal distribution with mean 0 and variance 1.</summary>
    public Tensor Normal(Shape shape, DType dtype = DType.Float32) => this.Draw(new RandomNormal(new(dtype, shape)), shape);

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in random order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        double[] u = this.Uniform([count], DType.Float64).ToArray<double>();
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)(u[i] * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    private Tensor Draw(Op op, Shape shape)
    {
        Tensor state = this.State.Value, drawn = op.Apply(state);
        this.State.Assign(state + Tensor.Of(0L, 0L, (shape.Size + 3L) / 4));
        return drawn;
    }
}
