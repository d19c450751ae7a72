// What --input, --data and --index say: samples in their own units, as predict reads them, with their targets, what is known of their
// kind, and where they are from.

using Kubik.Cli.Predict;
using Kubik.Cli.Terminal;
using Kubik.Data;
using Kubik.Glass.Explaining;
using Kubik.Nn;
using Normalization = Kubik.Data.Normalization;

namespace Kubik.Cli.Verbs;

/// <summary>Samples that somebody gave.</summary>
/// <param name="X">The samples in their own units, batch first.</param>
/// <param name="T">Their targets in their own units, where they have some.</param>
/// <param name="Format">What is known of their kind; null: nothing, the network takes them as they are.</param>
/// <param name="About">Where they are from, for the reader of a page; null: they were typed.</param>
internal sealed record GivenSamples(Tensor X, Tensor? T, DataFormat? Format, Remark? About)
{
    /// <summary>A sample that was typed, drawn or read from a file.</summary>
    /// <param name="text">What --input says; null: nothing.</param>
    /// <param name="index">Which sample of a file with several; null: all of an array, the first row of a table.</param>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of a sample where it is known.</param>
    /// <param name="format">What a saved model knows of its data; null: it is no model.</param>
    public static GivenSamples Input(string? text, int? index, Module net, Shape? sample, DataFormat? format)
    {
        if (text is not null && (Reader.IsFile(text) || File.Exists(text))) return OfFile(text, index, net, sample, format);
        if (index is not null)
            throw new MistakeException($"--index {index} picks a sample of --data or of a file with several; --input '{text}' is one sample.");
        if (text is not null && Datasets.Find(text) is not null)
            throw new MistakeException($"'{text}' is a data set; take a sample of it by --data {text}.");
        (Tensor x, bool isDrawn) = Samples.Input(text, net, sample, x => RequireColumns(x, net, format));
        // Random numbers are what the network gets; in their own units they are such as the data has.
        return new(isDrawn && format is not null ? format.Normalization.Undo(x) : x, null, format, null);
    }

    /// <summary>Refuses samples that have other columns than a model's table.</summary>
    /// <exception cref="MistakeException">They have more or fewer.</exception>
    public static void RequireColumns(Tensor x, Module net, DataFormat? format)
    {
        // What is looked up in a table may be of any length.
        if (format is not { IsPicture: false, InputShape: { Rank: 1 } shape } || x.Rank == 2 && x.Shape[1] == shape[0]) return;
        if (Samples.Vocabulary(net, shape) is not null) return;
        string[] names = format.Table is { } table && table.Columns.Count == shape[0] ? [.. table.Columns.Select(c => c.Name)] : [];
        string takes = names.Length > 0 ? $"{Say.Count(shape[0], "column")}, {string.Join(", ", names)}" : Say.Count(shape[0], "number");
        string given = x.Rank == 2 ? $"{x.Shape[1]} {(x.Shape[1] == 1 ? "is" : "are")} given" : $"given is {x.Shape[1..].ToX()}";
        throw new MistakeException($"the model takes {takes}; {given}.");
    }

    /// <summary>Samples of a data set with their targets.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="name">What it was called.</param>
    /// <param name="index">The first of them, counted from 0.</param>
    /// <param name="count">How many there should be; fewer where the data ends.</param>
    public static GivenSamples Of(Dataset data, string name, int index, int count)
    {
        RequireIndex(index, data.Count, name);
        int[] rows = [.. Enumerable.Range(index, Math.Min(count, data.Count - index))];
        DataFormat format = data.Format;
        Normalization? asIs = format.TargetNormalization is { } units ? Normalization.Identity(units.Count) : null;
        Batch batch = data.With(Normalization.Identity(format.Normalization.Count), asIs).Read(rows);
        Tensor x = data is ImageDataset pictures ? Tensor.Concat(0, [.. rows.Select(r => format.Raw(pictures.Picture(r)))]) : batch.Input;
        return new(x, batch.Target, format, Sentence(name, index, rows.Length, data.Count));
    }

    private static GivenSamples OfFile(string file, int? index, Module net, Shape? sample, DataFormat? format)
    {
        if (!File.Exists(file)) throw new MistakeException($"{file}: there is no such file.");
        bool isArray = file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
        if (format is null && isArray) return Picked(Converted(Reader.Array(file), file, net, sample), index, file, null);
        // A network without a model is given a picture as it is, from 0 to 1.
        DataFormat read = format ?? (sample is { Rank: 3 } picture ? Untrained(picture) : Untrained([1]));
        bool isReadable = read.IsPicture && file.EndsWith(".png", StringComparison.OrdinalIgnoreCase);
        if (format is null && Reader.IsFile(file) && !isReadable)
        {
            throw new MistakeException($"{file}: only a model that train saved knows how such a file is read; name one in the place of the network, "
                + "or give the data with its targets by --data.");
        }
        FileSamples samples = Reader.Open(read, file, "explain");
        return Picked(samples.Values, samples.IsOne || isArray ? index : index ?? 0, file, read, samples.Done);
    }

    private static DataFormat Untrained(Shape sample) => new()
    {
        InputShape = sample,
        Kind = TargetKind.Numbers,
        Outputs = [],
        Normalization = Normalization.Identity(sample[0]),
        IsPicture = sample.Rank == 3,
    };

    private static GivenSamples Picked(Tensor x, int? index, string file, DataFormat? format, IReadOnlyList<Preparation>? done = null)
    {
        int count = x.Shape[0];
        if (index is { } row) RequireIndex(row, count, file);
        Remark about = index is null || count == 1
            ? new($"From {Path.GetFileName(file)}.", $"Из файла {Path.GetFileName(file)}.")
            : Sentence(file, index.Value, 1, count);
        if (done is { Count: > 0 })
        {
            Remark said = Preparation.Said(done);
            about = new(
                $"{about.English} The picture was made what the network takes: {said.English}.",
                $"{about.Russian} Картинка подготовлена для сети: {said.Russian}.");
        }
        return new(index is { } at ? x[at..(at + 1)] : x, null, format, about);
    }

    // In the network's own type; what it looks up in a table stays whole.
    private static Tensor Converted(Tensor array, string file, Module net, Shape? sample)
    {
        Tensor x = sample is { } s && array.Shape == s || sample is null && array.Rank == 1 ? array.Unsqueeze(0) : array;
        if (x.Rank > 1 && Samples.Vocabulary(net, x.Shape[1..]) is { } words)
        {
            double[] numbers = x.ToDoubles();
            if (Array.FindIndex(numbers, v => v != Math.Floor(v) || v < 0 || v >= words) is >= 0 and var bad)
            {
                throw new MistakeException($"{file}: the network looks its input up in a table of {words} rows, so it takes whole numbers "
                    + $"from 0 to {words - 1}; number {bad + 1} is {numbers[bad]}.");
            }
            return x.Cast(DType.Int64);
        }
        return x.Cast(DType.Float32);
    }

    private static void RequireIndex(int index, int count, string name)
    {
        if (index >= count) throw new MistakeException($"{name} has {count} samples, 0 to {count - 1}; there is no --index {index}.");
    }

    private static Remark Sentence(string name, int index, int samples, int count)
    {
        string data = Path.GetFileName(Path.TrimEndingDirectorySeparator(name));
        return samples == 1
            ? new(
                $"Sample {index} of {data}, of {Say.Count(count)} counted from 0.",
                $"Пример {index} из {data} (всего {Say.Count(count)}, нумерация с 0).")
            : new(
                $"Samples {index} to {index + samples - 1} of {data}, of {Say.Count(count)} counted from 0.",
                $"Примеры с {index} по {index + samples - 1} из {data} (всего {Say.Count(count)}, нумерация с 0).");
    }
}
