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
/// <param name="Done">What was done to a picture to make it what the network takes.</param>
internal sealed record Prediction(string File, int? Row, double[] Values, string Done)
{
    /// <summary>The classes, likeliest first.</summary>
    public int[] Order { get; } = [.. Enumerable.Range(0, Values.Length).OrderByDescending(i => Values[i])];
}

internal static class Reader
{
    private const int Batch = 250;

    /// <summary>All answers to a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="MistakeException">The network cannot take it.</exception>
    public static IEnumerable<Prediction> Read(SavedModel model, string file)
    {
        string name = file.ToLowerInvariant();
        if (name.EndsWith(".csv", StringComparison.Ordinal) || name.EndsWith(".csv.gz", StringComparison.Ordinal)) return Rows(model, file);
        if (name.EndsWith(".npy", StringComparison.Ordinal)) return Samples(model, file);
        if (name.EndsWith(".png", StringComparison.Ordinal)) return [Picture(model, file)];
        throw File.Exists(file)
            ? new MistakeException($"{file}: predict reads .png, .csv, .csv.gz and .npy, and knows them by these endings; convert or rename the file.")
            : new DataFileException(file, Directory.Exists(file) ? "this is a folder; name the files in it." : "there is no such file.");
    }

    private static Prediction Picture(SavedModel model, string file)
    {
        Image picture = Png.Load(file);
        DataFormat format = model.Format;
        if (!format.IsPicture || format.InputShape.Rank != 3)
            throw new MistakeException($"{file}: the network takes {Taken(format)}, not pictures.");
        bool paperIsDark = format.Normalization.Mean[0] < 0.5;
        (Image prepared, string done) = PicturePreparation.Prepare(picture, format.InputShape, paperIsDark, file);
        return new(file, null, model.Predict(format.Encode(prepared)).ToDoubles(), done);
    }

    private static IEnumerable<Prediction> Rows(SavedModel model, string file)
    {
        if (model.Format.Table is null) throw new MistakeException($"{file}: the network takes {Taken(model.Format)}, not rows of a table.");
        return Answers(model, file, model.Format.Encode(Csv.Load(file)), isOne: false);
    }

    private static IEnumerable<Prediction> Samples(SavedModel model, string file)
    {
        Tensor samples = Npy.Load(file);
        Shape taken = model.Format.InputShape;
        bool isOne = samples.Shape == taken;
        // A grey picture is often kept without its channel.
        if (taken.Rank == 3 && taken[0] == 1 && (samples.Shape == taken[1..] || (samples.Rank == 3 && samples.Shape[1..] == taken[1..] && !isOne)))
        {
            isOne = samples.Rank == 2;
            samples = isOne ? samples.Reshape([1, .. taken.Sizes]) : samples.Unsqueeze(1);
        }
        else if (!isOne && (samples.Rank != taken.Rank + 1 || samples.Shape[1..] != taken))
        {
            throw new MistakeException($"{file}: the array is {samples.Spec}, but the network takes {Taken(model.Format)} of shape {taken}, alone or several along the first axis.");
        }
        if (samples.Count == 0) throw new MistakeException($"{file}: the array {samples.Spec} is empty.");
        int bad = samples.DType.IsFloat ? Array.FindIndex(samples.ToDoubles(), x => !double.IsFinite(x)) : -1;
        if (bad >= 0) throw new MistakeException($"{file}: value {bad + 1} of {samples.Count} is {samples.ToDoubles()[bad]}; give finite numbers.");
        return Answers(model, file, model.Format.Encode(samples), isOne);
    }

    private static IEnumerable<Prediction> Answers(SavedModel model, string file, Tensor encoded, bool isOne)
    {
        int count = encoded.Shape[0];
        for (int start = 0; start < count; start += Batch)
        {
            int size = Math.Min(Batch, count - start);
            Tensor answers = model.Predict(encoded[start..(start + size)]);
            double[] values = answers.ToDoubles();
            int width = values.Length / size;
            for (int i = 0; i < size; i++)
                yield return new(file, isOne ? null : start + i + 1, values[(i * width)..((i + 1) * width)], "");
        }
    }

    private static string Taken(DataFormat format) => format.IsPicture ? "pictures" : format.Table is not null ? "rows of a table" : "arrays";
}
