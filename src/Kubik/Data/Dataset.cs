// A data set is a table of samples, each with its target, read by row numbers into batches. Views are cheap: a part of
// a data set shares its memory. Normalisation happens while a batch is put together, so that pictures stay bytes; its
// constants are fitted to the rows of the part one trains on, and every other part is given those.

namespace Kubik.Data;

/// <summary>Samples with their targets: pictures, rows of a table, or tensors.</summary>
/// <example><code>
/// (Dataset train, Dataset test) = Datasets.Load("iris");
/// Console.WriteLine(train);                        // iris: 120 samples of (4,), 3 classes
/// Batch batch = train.Read([0, 1, 2]);             // float32 (3, 4) and int64 (3,)
/// (train, Dataset validation) = train.Split(0.1);  // the constants are fitted anew, to the smaller training part
/// </code></example>
public abstract class Dataset
{
    private readonly int[]? rows; // which rows of the store this part has; null: all
    private Normalization? normalization, targetNormalization;

    private protected Dataset(string name, Shape inputShape, TargetStore targets, Part part)
    {
        this.Name = name;
        this.InputShape = inputShape;
        this.TargetStore = targets;
        this.rows = part.Rows;
        this.normalization = part.Input;
        this.targetNormalization = part.Target;
        this.IsFitted = part.Input is null;
        part.Input?.MustFit(inputShape);
    }

    /// <summary>What it is called: a known name, or the file it came from.</summary>
    public string Name { get; }

    /// <summary>The number of samples.</summary>
    public int Count => this.rows?.Length ?? this.TargetStore.Count;

    /// <summary>The shape of one sample: (1, 28, 28) for a grey picture, (4,) for a row of four columns.</summary>
    public Shape InputShape { get; }

    /// <summary>Whether classes or numbers are to be predicted.</summary>
    public TargetKind Kind => this.TargetStore.Kind;

    /// <summary>The names of the classes, by number; empty when numbers are to be predicted.</summary>
    public IReadOnlyList<string> Classes => this.Kind == TargetKind.Classes ? this.TargetStore.Names : [];

    /// <summary>The names of the numbers to be predicted; empty when classes are.</summary>
    public IReadOnlyList<string> Targets => this.Kind == TargetKind.Numbers ? this.TargetStore.Names : [];

    /// <summary>How many outputs a network for it needs: one for each class, or one for each number.</summary>
    public int OutputCount => this.TargetStore.Names.Count;

    /// <summary>
    /// The constants its samples are normalised by. Those of a <see cref="TensorDataset"/> change nothing until <c>Standardized()</c> is asked
    /// for; other data is fitted to exactly these rows, when first asked for, unless constants were given (to a test part those of its training part).
    /// </summary>
    public Normalization Normalization => this.normalization ??= this.Fit();

    /// <summary>
    /// The constants its numbers to be predicted are standardised by, so that predictions can be given in their own units
    /// (<see cref="Normalization.Undo"/>); null when classes are predicted. Given or fitted as <see cref="Normalization"/> is.
    /// </summary>
    public Normalization? TargetNormalization =>
        this.Kind == TargetKind.Classes ? null : this.targetNormalization ??= this.TargetStore.Fit(this.Rows);

    /// <summary>Everything needed to give a network new data of this kind and to read its answers: belongs into the model's file.</summary>
    public DataFormat Format => new()
    {
        InputShape = this.InputShape,
        Kind = this.Kind,
        Outputs = this.TargetStore.Names,
        Normalization = this.Normalization,
        TargetNormalization = this.TargetNormalization,
        IsPicture = this is ImageDataset,
        Table = (this as TableDataset)?.Schema,
    };

    private protected TargetStore TargetStore { get; }

    private protected bool IsFitted { get; }

    /// <summary>The rows of the store that this part has.</summary>
    private protected ReadOnlySpan<int> Rows => this.rows ?? Ascending(this.Count);

    /// <summary>Puts samples together: normalised, in the order asked for.</summary>
    /// <param name="rows">Which samples, from 0 to <see cref="Count"/> − 1; repetitions are fine.</param>
    /// <exception cref="ArgumentException">No rows, or one that is not there.</exception>
    public Batch Read(params ReadOnlySpan<int> rows)
    {
        int[] stored = this.Stored(rows, nameof(this.Read));
        Tensor x = Tensor.Allocate(new TensorSpec(DType.Float32, [rows.Length, .. this.InputShape.Sizes]));
        this.Fill(stored, this.Normalization, x.Data<float>());
        GC.KeepAlive(x);
        return new Batch(x, this.TargetStore.Read(stored, this.TargetNormalization));
    }

    /// <summary>The number of a sample's class.</summary>
    /// <param name="row">The sample, from 0.</param>
    /// <exception cref="InvalidOperationException">Numbers are predicted, not classes.</exception>
    public int Label(int row) => this.TargetStore.Label(this.Stored(row));

    /// <summary>The numbers of all samples' classes.</summary>
    /// <inheritdoc cref="Label" path="/exception"/>
    public int[] Labels()
    {
        int[] labels = new int[this.Count];
        for (int i = 0; i < labels.Length; i++) labels[i] = this.Label(i);
        return labels;
    }

    /// <summary>How many samples each class has; empty when numbers are predicted.</summary>
    public int[] ClassCounts()
    {
        int[] counts = new int[this.Classes.Count];
        if (counts.Length == 0) return counts;
        for (int i = 0; i < this.Count; i++) counts[this.Label(i)]++;
        return counts;
    }

    /// <summary>The samples named, in that order, normalised by the constants that hold here.</summary>
    /// <param name="rows">Which samples, from 0.</param>
    /// <exception cref="ArgumentException">No rows, or one that is not there.</exception>
    public Dataset Take(params ReadOnlySpan<int> rows) =>
        this.Derive(new Part(this.Stored(rows, nameof(this.Take)), this.Normalization, this.TargetNormalization));

    /// <summary>The same samples normalised by constants from elsewhere: those of the training part, or of a model's file.</summary>
    /// <param name="input">The constants for the samples.</param>
    /// <param name="target">The constants for the numbers to be predicted; null: as they are here.</param>
    /// <exception cref="ShapeException">The constants do not fit the samples.</exception>
    public Dataset With(Normalization input, Normalization? target = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        return this.Derive(new Part(this.rows, input, target ?? this.TargetNormalization));
    }

    /// <summary>The same samples, with constants that are fitted to them: mean 0 and standard deviation 1 for each channel or column.</summary>
    public Dataset Standardized() => this.Derive(new Part(this.rows, null, null));

    /// <summary>
    /// Cuts off a part at random, the same one for the same seed. Classes keep their shares; each keeps at least one sample for training.
    /// </summary>
    /// <remarks>Constants that were fitted here are fitted anew to the training part and then hold for both; constants that were given stay.</remarks>
    /// <param name="test">The share to cut off, above 0 and below 1.</param>
    /// <param name="seed">Which of the many ways to cut.</param>
    /// <exception cref="ArgumentException">The share is not between 0 and 1, or there are fewer than two samples.</exception>
    public (Dataset Train, Dataset Test) Split(double test = 0.2, long seed = 0)
    {
        if (!(test > 0 && test < 1))
            throw new ArgumentException($"Split: the share to cut off is {test}; it must be above 0 and below 1, for example 0.2.", nameof(test));
        if (this.Count < 2)
            throw new ArgumentException($"Split: {this.Name} has {this.Count} sample; at least two are needed for two parts.", nameof(test));
        bool[] isTest = this.Draw(test, seed);
        List<int> a = [], b = [];
        for (int i = 0; i < isTest.Length; i++) (isTest[i] ? b : a).Add(this.Stored(i));
        Part fixedHere = this.IsFitted ? default : new Part(null, this.Normalization, this.TargetNormalization);
        Dataset train = this.Derive(fixedHere with { Rows = [.. a] });
        return (train, this.Derive(new Part([.. b], train.Normalization, train.TargetNormalization)));
    }

    /// <summary>The same samples with the classes numbered as a network knows them.</summary>
    internal Dataset Renumbered(IReadOnlyList<string> classes) => this.Classes.SequenceEqual(classes, StringComparer.Ordinal)
        ? this
        : this.Derive(new Part(this.rows, this.Normalization, null),
            this.TargetStore.Renumbered(classes, problem => new IO.DataFileException(this.Name, problem)));

    /// <summary>Name, size and kind: "iris: 120 samples of (4,), 3 classes".</summary>
    public override string ToString() =>
        $"{this.Name}: {this.Count} samples of {this.InputShape}, "
            + (this.Kind == TargetKind.Classes ? $"{this.Classes.Count} classes" : $"predicting {string.Join(", ", this.Targets)}");

    /// <summary>Writes samples, normalised, one after the other.</summary>
    private protected abstract void Fill(ReadOnlySpan<int> stored, Normalization normalization, Span<float> input);

    /// <summary>The constants that standardise the rows of this part.</summary>
    private protected abstract Normalization Fit();

    /// <summary>Another part of the same store.</summary>
    private protected abstract Dataset Derive(Part part, TargetStore? targets = null);

    private protected int Stored(int row)
    {
        if ((uint)row >= (uint)this.Count)
            throw new ArgumentException($"{this.Name}: there is no sample {row}; there are {this.Count}, counted from 0.", nameof(row));
        return this.rows?[row] ?? row;
    }

    private int[] Stored(ReadOnlySpan<int> asked, string method)
    {
        if (asked.IsEmpty) throw new ArgumentException($"{method}: no rows were asked for; give at least one.", nameof(asked));
        int[] stored = new int[asked.Length];
        for (int i = 0; i < stored.Length; i++) stored[i] = this.Stored(asked[i]);
        return stored;
    }

    private bool[] Draw(double share, long seed)
    {
        int[] order = new RandomStream(seed, RandomStreams.Split).Permutation(this.Count);
        bool[] isTest = new bool[this.Count];
        int[] left = [.. this.ClassCounts().Select(count => Math.Clamp((int)Math.Round(share * count), 0, Math.Max(count - 1, 0)))];
        if (left.Sum() > 0)
        {
            foreach (int row in order) isTest[row] = left[this.Label(row)]-- > 0;
        }
        else
        {
            // Numbers, or classes too small to give away a whole sample each.
            int count = Math.Clamp((int)Math.Round(share * this.Count), 1, this.Count - 1);
            foreach (int row in order.AsSpan(0, count)) isTest[row] = true;
        }
        return isTest;
    }

    private static int[] Ascending(int count)
    {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) all[i] = i;
        return all;
    }

    /// <summary>What makes a part of a store: its rows (null: all) and the constants it was given (null: fit them).</summary>
    private protected readonly record struct Part(int[]? Rows, Normalization? Input, Normalization? Target);
}

/// <summary>Numbers of random streams that data uses, far from those that layers take:
/// the order of samples and the initial weights share no random bits.</summary>
internal static class RandomStreams
{
    public const long Epochs = 1L << 40;
    public const long Split = 1L << 41;
    public const long Transforms = 1L << 62; // and so far apart that an epoch's number fits above a batch's
}
