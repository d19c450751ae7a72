// Pictures in IDX come as two files whose names differ in one word, MNIST's as train-images-idx3-ubyte.gz and
// train-labels-idx1-ubyte.gz; some mirrors write train-images.idx3-ubyte. A folder may hold a pair for training and
// one for testing.

using Kubik.IO;

namespace Kubik.Data;

/// <summary>Finds and reads pictures and labels that lie in two IDX files.</summary>
internal static class IdxPair
{
    private const string Images = "images", ImagesRank = "idx3", Labels = "labels", LabelsRank = "idx1", Gz = ".gz";

    /// <summary>Whether a name is that of a file of pictures.</summary>
    public static bool IsImages(string path)
    {
        string name = Path.GetFileName(path);
        return name.Contains(Images, StringComparison.OrdinalIgnoreCase) && name.Contains(ImagesRank, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The file of labels that belongs to a file of pictures.</summary>
    public static string LabelsOf(string images)
    {
        if (!IsImages(images))
            throw new DataFileException(images,
                "the name does not say where the labels are; name the pictures like train-images-idx3-ubyte and the labels like train-labels-idx1-ubyte, "
                + "or give both files.");
        string name = Path.GetFileName(images)
            .Replace(Images, Labels, StringComparison.OrdinalIgnoreCase)
            .Replace(ImagesRank, LabelsRank, StringComparison.OrdinalIgnoreCase);
        string path = Path.Combine(Path.GetDirectoryName(images) ?? "", name);
        string other = path.EndsWith(Gz, StringComparison.OrdinalIgnoreCase) ? path[..^Gz.Length] : path + Gz;
        if (File.Exists(path)) return path;
        return File.Exists(other)
            ? other
            : throw new DataFileException(images, $"the file of its labels, '{name}', is not beside it; put it there, gzipped or not, or give both files.");
    }

    /// <summary>The file of pictures in a folder whose name begins with a word, such as "train"; null when there is none.</summary>
    public static string? Find(string folder, string beginning) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $"{beginning}*").Where(IsImages).Order(StringComparer.Ordinal).FirstOrDefault()
        : null;

    public static ImageDataset Load(string images, string labels, IReadOnlyList<string>? classes, string name)
    {
        Tensor pixels = Idx.Load(images), numbers = Idx.Load(labels);
        if (pixels.DType != DType.UInt8 || pixels.Rank is not (3 or 4))
            throw new DataFileException(images, $"it holds {pixels.Spec}; pictures are unsigned bytes with three axes (N, H, W), or four for colour.");
        if (numbers.Rank != 1 || numbers.DType is not (DType.UInt8 or DType.Int32))
            throw new DataFileException(labels, $"it holds {numbers.Spec}; labels are whole numbers with one axis (N,).");
        if (pixels.Shape[0] != numbers.Shape[0])
            throw new DataFileException(labels,
                $"it holds {numbers.Shape[0]} labels, but '{Path.GetFileName(images)}' has {pixels.Shape[0]} pictures; "
                + "the two files do not belong together, or one is incomplete.");
        if (pixels.Count == 0) throw new DataFileException(images, "there are no pictures in it; give a file with at least one.");
        int[] label = numbers.Cast(DType.Int32).ToArray<int>();
        _ = TargetStore.OfLabels(label, classes, problem => new DataFileException(labels, problem)); // names the file, which the constructor does not know
        try
        {
            return new ImageDataset(pixels, label, classes, name);
        }
        catch (ShapeException e)
        {
            throw new DataFileException(images, e.Message, e);
        }
    }
}
