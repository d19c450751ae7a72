// The user's own arrays or tensors, for everything that is in memory already. They are given to the network as they
// are; Standardized() asks for mean 0 and standard deviation 1.

using System.Numerics.Tensors;

namespace Kubik.Data;

/// <summary>Samples that are in memory as numbers.</summary>
/// <example><code>
/// float[,] x = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
/// TensorDataset xor = new(x, [0, 1, 1, 0]);
/// Batch all = xor.Read(0, 1, 2, 3);   // float32 (4, 2) and int64 (4,)
/// </code></example>
public sealed class TensorDataset : Dataset
{
    private readonly Tensor x; // float32 (N, …)

    /// <summary>Rows of numbers with the number of each one's class.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="labels">The number of each sample's class, from 0.</param>
    /// <param name="classes">The names of the classes; null: "0", "1", ….</param>
    /// <param name="name">What to call the data set.</param>
    /// <exception cref="ArgumentException">No samples, other numbers of samples and labels, a label that is no class,
    /// or a value that is not finite.</exception>
    public TensorDataset(float[,] x, ReadOnlySpan<int> labels, IReadOnlyList<string>? classes = null, string name = "tensors")
        : this(Tensor.From(x ?? throw new ArgumentNullException(nameof(x))), Tensor.From(labels, [labels.Length]), classes, name)
    {
    }

    /// <summary>Rows of numbers with numbers to be predicted.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="y">What is to be predicted for each, one row a sample.</param>
    /// <param name="targets">The names of y's columns; null: "y" or "y1", "y2", ….</param>
    /// <param name="name">What to call the data set.</param>
    /// <exception cref="ArgumentException">No samples, other numbers of samples and targets, or a value that is not finite.</exception>
    public TensorDataset(float[,] x, float[,] y, IReadOnlyList<string>? targets = null, string name = "tensors")
        : this(Tensor.From(x ?? throw new ArgumentNullException(nameof(x))), Tensor.From(y ?? throw new ArgumentNullException(nameof(y))), targets, name)
    {
    }

    /// <summary>Rows of numbers with one number to be predicted for each.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="y">What is to be predicted for each.</param>
    /// <param name="target">What it is called.</param>
    /// <param name="name">What to call the data set.</param>
    /// <exception cref="ArgumentException">No samples, other numbers of samples and targets, or a value that is not finite.</exception>
    public TensorDataset(float[,] x, float[] y, string target = "y", string name = "tensors")
        : this(Tensor.From(x ?? throw new ArgumentNullException(nameof(x))), Tensor.From(y ?? throw new ArgumentNullException(nameof(y))), [target], name)
    {
    }

    /// <summary>Samples and targets as two tensors.</summary>
    /// <param name="x">The samples, (N, …), of any element type; used as float32.</param>
    /// <param name="y">Whole numbers (N,): the samples' classes, from 0. Floating point (N,) or (N, K): numbers to be predicted.</param>
    /// <param name="names">The names of the classes, or of the K numbers; null: their numbers.</param>
    /// <param name="name">What to call the data set.</param>
    /// <exception cref="ShapeException">The first axes differ, or y has axes or a type that cannot be targets.</exception>
    /// <exception cref="ArgumentException">No samples, a label that is no class, or a value that is not finite.</exception>
    public TensorDataset(Tensor x, Tensor y, IReadOnlyList<string>? names = null, string name = "tensors")
        : this(name, Samples(x, y, name), TargetsOf(y, names, name), null)
    {
    }

    private TensorDataset(string name, Tensor x, TargetStore targets, Part? part)
        : base(name, x.Shape[1..], targets,
            part ?? new Part(null, Normalization.Identity(ChannelsOf(x)), Normalization.Identity(Math.Max(1, targets.Names.Count)))) =>
        this.x = x;

    private protected override void Fill(ReadOnlySpan<int> stored, Normalization normalization, Span<float> input)
    {
        int sample = this.InputShape.Size, plane = sample / normalization.Count;
        ReadOnlySpan<float> values = this.x.Data<float>();
        for (int i = 0; i < stored.Length; i++)
        {
            ReadOnlySpan<float> from = values.Slice(stored[i] * sample, sample);
            if (normalization.IsIdentity) from.CopyTo(input.Slice(i * sample, sample));
            else
                for (int c = 0; c < normalization.Count; c++)
                    normalization.Apply(c, from.Slice(c * plane, plane), input.Slice((i * sample) + (c * plane), plane));
        }
        GC.KeepAlive(this.x);
    }

    private protected override Normalization Fit()
    {
        Moments[] moments = new Moments[ChannelsOf(this.x)];
        int sample = this.InputShape.Size, plane = sample / moments.Length;
        ReadOnlySpan<float> values = this.x.Data<float>();
        foreach (int row in this.Rows)
        {
            for (int i = 0; i < sample; i++) moments[i / plane].Add(values[(row * sample) + i]);
        }
        GC.KeepAlive(this.x);
        return Moments.ToNormalization(moments);
    }

    private protected override Dataset Derive(Part part, TargetStore? targets = null) =>
        new TensorDataset(this.Name, this.x, targets ?? this.TargetStore, part);

    private static int ChannelsOf(Tensor x) => x.Rank > 1 ? x.Shape[1] : 1;

    private static Tensor Samples(Tensor x, Tensor y, string name)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rank == 0 || y.Rank == 0 || x.Shape[0] != y.Shape[0])
            throw new ShapeException(
                $"{name}: samples {x.Shape} and targets {y.Shape} do not go together; their first axes must be equal, the number of samples.");
        if (x.Count == 0) throw new ArgumentException($"{name}: samples of shape {x.Shape} hold no values; give at least one sample.", nameof(x));
        Tensor values = x.Cast(DType.Float32).Contiguous();
        MustBeFinite(values, "sample", name);
        return values;
    }

    private static TargetStore TargetsOf(Tensor y, IReadOnlyList<string>? names, string name)
    {
        if (!y.DType.IsFloat)
        {
            if (y.Rank != 1 || y.DType == DType.Bool)
                throw new ShapeException(
                    $"{name}: targets {y.Spec} cannot be classes; give one whole number a sample, int32 or int64 (N,), "
                    + "or floating point (N,) or (N, K) for numbers to be predicted and for several yes or no at once (bce): Cast(DType.Float32).");
            int[] labels = [.. y.Cast(DType.Int64).ToArray<long>().Select(label => (int)Math.Clamp(label, int.MinValue, int.MaxValue))];
            return TargetStore.OfLabels(labels, names, problem => new ArgumentException($"{name}: {problem}"));
        }
        int width = y.Rank == 1 ? 1 : y.Shape[1];
        if (y.Rank > 2 || width == 0)
            throw new ShapeException($"{name}: targets {y.Spec} cannot be predicted; give (N,) or (N, K).");
        if (names is not null && names.Count != width)
            throw new ArgumentException($"{name}: {names.Count} names were given for {width} numbers to be predicted; give one each.", nameof(names));
        MustBeFinite(y.Cast(DType.Float32).Contiguous(), "target", name);
        return TargetStore.OfNumbers(y.ToDoubles(), names ?? (width == 1 ? ["y"] : [.. Enumerable.Range(1, width).Select(i => $"y{i}")]));
    }

    private static void MustBeFinite(Tensor tensor, string what, string name)
    {
        ReadOnlySpan<float> values = tensor.Data<float>();
        // A sum is finite only if all values are; only one that is not is worth a closer look.
        bool maybeNot = !float.IsFinite(TensorPrimitives.SumOfMagnitudes(values));
        int sample = tensor.Count / tensor.Shape[0];
        for (int i = 0; maybeNot && i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(
                    $"{name}: {what} {i / sample} (from 0) holds {values[i]} at position {i % sample}; data must be finite numbers. "
                    + "Fill the value in or leave the sample out.");
        }
        GC.KeepAlive(tensor);
    }
}
