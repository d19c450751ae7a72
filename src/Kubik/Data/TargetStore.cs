// What is to be predicted, for all rows of a data set: numbers of classes, or values. Every kind of data set holds one;
// views of it (a training part, a test part) share it.

namespace Kubik.Data;

/// <summary>The targets of all rows.</summary>
internal sealed class TargetStore
{
    private readonly int[] labels;
    private readonly double[] values; // (N, K)

    private TargetStore(TargetKind kind, IReadOnlyList<string> names, int[] labels, double[] values)
    {
        this.Kind = kind;
        this.Names = names;
        this.labels = labels;
        this.values = values;
    }

    public TargetKind Kind { get; }

    /// <summary>The classes, or the columns to be predicted.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Count => this.Kind == TargetKind.Classes ? this.labels.Length : this.values.Length / this.Names.Count;

    /// <summary>Classes by their number, each checked against the names; without names they are called "0", "1", ….</summary>
    public static TargetStore OfLabels(ReadOnlySpan<int> labels, IReadOnlyList<string>? classes, Func<string, Exception> error)
    {
        int most = -1;
        for (int row = 0; row < labels.Length; row++)
        {
            int label = labels[row];
            if (label < 0 || label >= (classes?.Count ?? MaxClasses))
            {
                string range = classes is null ? $"0 to {MaxClasses - 1}" : $"0 to {classes.Count - 1}, as there are {classes.Count} classes";
                throw error($"the label of sample {row} (from 0) is {label}; labels are whole numbers from {range}. Number the classes from 0.");
            }
            most = Math.Max(most, label);
        }
        return new(TargetKind.Classes, classes ?? [.. Enumerable.Range(0, most + 1).Select(i => $"{i}")], labels.ToArray(), []);
    }

    /// <summary>Values, all finite, K for each row.</summary>
    public static TargetStore OfNumbers(double[] values, IReadOnlyList<string> names) => new(TargetKind.Numbers, names, [], values);

    public int Label(int row) => this.Kind == TargetKind.Classes
        ? this.labels[row]
        : throw new InvalidOperationException("This data set has numbers for targets, not classes; read them with Read.");

    /// <summary>Targets of a batch: int64 (B,) or float32 (B, K).</summary>
    public Tensor Read(ReadOnlySpan<int> rows, Normalization? normalization)
    {
        if (this.Kind == TargetKind.Classes)
        {
            Tensor classes = Tensor.Allocate(new TensorSpec(DType.Int64, [rows.Length]));
            Span<long> label = classes.Data<long>();
            for (int i = 0; i < rows.Length; i++) label[i] = this.labels[rows[i]];
            GC.KeepAlive(classes);
            return classes;
        }
        int width = this.Names.Count;
        Tensor numbers = Tensor.Allocate(new TensorSpec(DType.Float32, [rows.Length, width]));
        Span<float> y = numbers.Data<float>();
        for (int i = 0; i < y.Length; i++)
        {
            double value = this.values[(rows[i / width] * width) + (i % width)];
            y[i] = normalization?.Apply(i % width, value) ?? (float)value;
        }
        GC.KeepAlive(numbers);
        return numbers;
    }

    /// <summary>The constants that standardise the values of some rows.</summary>
    public Normalization Fit(ReadOnlySpan<int> rows)
    {
        Moments[] columns = new Moments[this.Names.Count];
        foreach (int row in rows)
        {
            for (int k = 0; k < columns.Length; k++) columns[k].Add(this.values[(row * columns.Length) + k]);
        }
        return Moments.ToNormalization(columns);
    }

    /// <summary>The same classes numbered as in another list of them, by their names.</summary>
    public TargetStore Renumbered(IReadOnlyList<string> classes, Func<string, Exception> error)
    {
        List<string> known = [.. classes];
        int[] numbers = [.. this.Names.Select(name => known.IndexOf(name))];
        foreach (int label in this.labels.Distinct())
        {
            if (numbers[label] < 0)
                throw error($"the class '{this.Names[label]}' is not one of those the network knows: "
                    + $"'{string.Join("', '", known.Take(20))}'.{Suggestion.DidYouMean(this.Names[label], known)}");
        }
        return new(TargetKind.Classes, classes, [.. this.labels.Select(label => numbers[label])], []);
    }

    // A label of millions is a mistake (an identifier, a pixel), not a class: a network would need an output for each.
    private const int MaxClasses = 100_000;
}
