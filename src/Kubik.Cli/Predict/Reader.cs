// A file of the user's to samples that the network takes, and the network's answer to each.

using Kubik.Cli.Verbs;
using Kubik.Data;
using Kubik.IO;
using Kubik.Models;

namespace Kubik.Cli.Predict;

/// <summary>The network's answer to one sample.</summary>
/// <param name="File">The file it came from.</param>
/// <param name="Row">Its number in the file, from 1; null when the file is one sample.</param>
/// <param name="Values">A probability for each class, or the numbers predicted.</param>
/// <param name="Done">What was done to a picture to make it what the network takes, in words.</param>
internal sealed record Prediction(string File, int? Row, double[] Values, string Done)
{
    /// <summary>The classes, likeliest first.</summary>
    public int[] Order { get; } = [.. Enumerable.Range(0, Values.Length).OrderByDescending(i => Values[i])];
}

/// <summary>What a file holds.</summary>
/// <param name="Values">Samples in their own units, the first axis counts them.</param>
/// <param name="IsOne">Whether the file is one sample, and not a list of them.</param>
/// <param name="Done">What was done to a picture to make it what the network takes.</param>
internal sealed record FileSamples(Tensor Values, bool IsOne, IReadOnlyList<Preparation> Done);

internal static class Reader
{
    private const int Batch = 250;

    private static readonly string[] Endings = [".png", ".csv", ".csv.gz", ".npy"];

    /// <summary>Whether a file of samples is meant, by its ending.</summary>
    public static bool IsFile(string name) => System.Array.Exists(Endings, e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>All answers to a file.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static IEnumerable<Prediction> Read(SavedModel model, string file)
    {
        FileSamples samples = Open(model.Format, file, "predict");
        return Answers(model, file, model.Format.Encode(samples.Values), samples);
    }

    /// <summary>The samples in a file, as the data of a network is read.</summary>
    /// <param name="format">What the network knows about its data.</param>
    /// <param name="file">The file.</param>
    /// <param name="verb">Who reads, for messages.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="MistakeException">The network cannot take it.</exception>
    public static FileSamples Open(DataFormat format, string file, string verb)
    {
        string name = file.ToLowerInvariant();
        if (name.EndsWith(".csv", StringComparison.Ordinal) || name.EndsWith(".csv.gz", StringComparison.Ordinal)) return Rows(format, file);
        if (name.EndsWith(".npy", StringComparison.Ordinal)) return Samples(format, file);
        if (name.EndsWith(".png", StringComparison.Ordinal)) return Picture(format, file);
        throw File.Exists(file)
            ? new MistakeException($"{file}: {verb} reads .png, .csv, .csv.gz and .npy, and knows them by these endings; convert or rename the file.")
            : new DataFileException(file, Directory.Exists(file) ? "this is a folder; name the files in it." : "there is no such file.");
    }

    /// <summary>A .npy file with something in it, all finite.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="MistakeException">It is empty, or holds what is no number.</exception>
    public static Tensor Array(string file)
    {
        Tensor samples = Npy.Load(file);
        if (samples.Count == 0) throw new MistakeException($"{file}: the array {samples.Spec} is empty; give a sample or more.");
        int bad = samples.DType.IsFloat ? System.Array.FindIndex(samples.ToDoubles(), x => !double.IsFinite(x)) : -1;
        return bad < 0 ? samples
            : throw new MistakeException($"{file}: value {bad + 1} of {samples.Count} is {samples.ToDoubles()[bad]}; give finite numbers.");
    }

    private static FileSamples Picture(DataFormat format, string file)
    {
        Image picture = Png.Load(file);
        if (!format.IsPicture || format.InputShape.Rank != 3)
            throw new MistakeException($"{file}: the network takes {Taken(format)}, not pictures.");
        bool paperIsDark = format.Normalization.Mean[0] < 0.5;
        (Image prepared, List<Preparation> done) = PicturePreparation.Prepare(picture, format.InputShape, paperIsDark, file);
        return new(format.Raw(prepared), true, done);
    }

    private static FileSamples Rows(DataFormat format, string file)
    {
        if (format.Table is null) throw new MistakeException($"{file}: the network takes {Taken(format)}, not rows of a table.");
        return new(format.Raw(Csv.Load(file)), false, []);
    }

    private static FileSamples Samples(DataFormat format, string file)
    {
        Tensor samples = Array(file);
        Shape taken = format.InputShape;
        bool isOne = samples.Shape == taken;
        // A grey picture is often kept without its channel.
        if (taken.Rank == 3 && taken[0] == 1 && (samples.Shape == taken[1..] || (samples.Rank == 3 && samples.Shape[1..] == taken[1..] && !isOne)))
        {
            isOne = samples.Rank == 2;
            samples = isOne ? samples.Reshape([1, .. taken.Sizes]) : samples.Unsqueeze(1);
        }
        else if (!isOne && (samples.Rank != taken.Rank + 1 || samples.Shape[1..] != taken))
        {
            throw new MistakeException(
                $"{file}: the array is {samples.Spec}, but the network takes {Taken(format)} of shape {taken}, alone or several along the first axis.");
        }
        else if (isOne)
        {
            samples = samples.Unsqueeze(0);
        }
        return new(samples, isOne, []);
    }

    private static IEnumerable<Prediction> Answers(SavedModel model, string file, Tensor encoded, FileSamples from)
    {
        int count = encoded.Shape[0];
        string done = Preparation.Said(from.Done).English;
        for (int start = 0; start < count; start += Batch)
        {
            int size = Math.Min(Batch, count - start);
            Tensor answers = model.Predict(encoded[start..(start + size)]);
            double[] values = answers.ToDoubles();
            int width = values.Length / size;
            for (int i = 0; i < size; i++)
                yield return new(file, from.IsOne ? null : start + i + 1, values[(i * width)..((i + 1) * width)], done);
        }
    }

    private static string Taken(DataFormat format) => format.IsPicture ? "pictures" : format.Table is not null ? "rows of a table" : "arrays";
}
