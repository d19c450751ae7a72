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

    /// <summary>What layers draw from unless told otherwise. Seeded with 0 when the program starts; within <see cref="Seeded"/> the source
    /// of what is made there.</summary>
    public static RandomSource Default
    {
        get => aside ?? shared;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (aside is null) shared = value;
            else aside = value;
        }
    }

    /// <summary>The seed.</summary>
    public long Seed { get; }

    /// <summary>Makes something with a source of its own in the place of <see cref="Default"/>: the same in every run, whatever other threads
    /// make meanwhile, as the tests of a project do.</summary>
    /// <example><code>
    /// Sequential net = RandomSource.Seeded(1, () => Sequential.Parse("linear 3 | relu | linear 1"));
    /// </code></example>
    /// <param name="seed">The seed.</param>
    /// <param name="make">What is made, on this thread and before it returns.</param>
    /// <exception cref="ArgumentException">It returns a task, which would go on when the source is another one again.</exception>
    public static T Seeded<T>(long seed, Func<T> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (typeof(T).IsAssignableTo(typeof(Task)) || typeof(T) == typeof(ValueTask)
            || typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            throw new ArgumentException("RandomSource.Seeded: what is made has to be there when the function returns, and it returns a task: "
                + "make the network in a function that does not wait.", nameof(make));
        }
        RandomSource? before = aside;
        aside = new(seed);
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
    /// <exception cref="ShapeException">The type is not float32 or float64.</exception>
    public Tensor Uniform(Shape shape, DType dtype = DType.Float32) => this.Draw(new RandomUniform(new(dtype, shape)));

    /// <summary>Numbers from the normal distribution with mean 0 and variance 1.</summary>
    /// <inheritdoc cref="Uniform" path="/exception"/>
    public Tensor Normal(Shape shape, DType dtype = DType.Float32) => this.Draw(new RandomNormal(new(dtype, shape)));

    /// <summary>Numbers from the normal distribution with mean 0 and variance 1 that lie between two bounds;
    /// on ±2 their standard deviation is 0.8796.</summary>
    /// <exception cref="ShapeException">The type is not float32 or float64, or there is nothing between the bounds.</exception>
    public Tensor TruncatedNormal(Shape shape, double low = -2, double high = 2, DType dtype = DType.Float32) =>
        this.Draw(new RandomTruncatedNormal(new(dtype, shape), low, high));

    /// <summary>Numbers from the exponential distribution with mean 1.</summary>
    /// <inheritdoc cref="Uniform" path="/exception"/>
    public Tensor Exponential(Shape shape, DType dtype = DType.Float32) => this.Draw(new RandomExponential(new(dtype, shape)));

    /// <summary>Numbers from Gumbel's distribution, −ln(−ln u): <c>(logits + Gumbel).ArgMax()</c> chooses with the probabilities of the softmax.</summary>
    /// <inheritdoc cref="Uniform" path="/exception"/>
    public Tensor Gumbel(Shape shape, DType dtype = DType.Float32) => this.Draw(new RandomGumbel(new(dtype, shape)));

    /// <summary>Whole numbers from <paramref name="low"/> up to, not including, <paramref name="high"/>, all exactly equally likely.</summary>
    /// <exception cref="ShapeException">The type is not int32, int64 or uint8, or cannot hold the numbers, or there are none.</exception>
    public Tensor Integers(long low, long high, Shape shape, DType dtype = DType.Int64) => this.Draw(new RandomInteger(new(dtype, shape), low, high));

    /// <summary>1 with the probability that each element of <paramref name="p"/> gives, else 0; in the type of p.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not in 0 to 1.</exception>
    public Tensor Bernoulli(Tensor p) => this.Draw(new RandomBernoulli(), p);

    /// <summary>1 with probability <paramref name="p"/>, else 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in 0 to 1.</exception>
    public Tensor Bernoulli(double p, Shape shape, DType dtype = DType.Float32) => this.Bernoulli(Tensor.Full(shape, p, dtype));

    /// <summary>A choice along the last axis with the probabilities of the softmax of <paramref name="logits"/>:
    /// int64, without that axis. −∞ is never chosen.</summary>
    /// <example><code>int word = (int)random.Categorical(logits / temperature);</code></example>
    /// <exception cref="ShapeException">There is nothing to choose from.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is all −∞ or holds NaN or +∞.</exception>
    public Tensor Categorical(Tensor logits) => this.Draw(new RandomCategorical(Logits: true), logits);

    /// <summary>A choice along the last axis with the probabilities given, which need not sum to 1: int64, without that axis. 0 is never chosen.</summary>
    /// <exception cref="ShapeException">There is nothing to choose from.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row has a weight below 0, or none above 0, or holds NaN or +∞.</exception>
    public Tensor Choice(Tensor probabilities) => this.Draw(new RandomCategorical(Logits: false), probabilities);

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in random order, all orders equally likely.</summary>
    /// <exception cref="ShapeException">The count is below 0.</exception>
    public int[] Permutation(int count) => this.PermutationTensor(count).Cast(DType.Int32).ToArray<int>();

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in random order as int64, for traced code.</summary>
    /// <inheritdoc cref="Permutation" path="/exception"/>
    public Tensor PermutationTensor(int count) => this.Draw(new RandomPermutation(count));

    private Tensor Draw(RandomOp op, params ReadOnlySpan<Tensor> others)
    {
        Tensor state = this.State.Value;
        Tensor[] x = [state, .. others];
        Tensor drawn = op.Apply(x);
        this.State.Assign(state + Tensor.Of(0L, 0L, op.Blocks([.. x.Select(t => t.Spec)])));
        return drawn;
    }
}
