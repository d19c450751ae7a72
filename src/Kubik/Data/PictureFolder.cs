// A folder of pictures, one folder a class: the way people keep their own. Everything is read in the order of names,
// so that the same folder gives the same data set on every machine.

using System.Globalization;
using Kubik.IO;

namespace Kubik.Data;

/// <summary>Reads class folders of PNG files.</summary>
internal static class PictureFolder
{
    private static readonly string[] OtherPictures = [".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"];

    /// <summary>Whether a folder has folders with PNG files in them.</summary>
    public static bool IsOne(string folder) => ClassFolders(folder).Any(f => Sorted(f, Directory.GetFiles).Any(IsPng));

    public static ImageDataset Load(string folder, IReadOnlyList<string>? classes)
    {
        if (!Directory.Exists(folder)) throw new DataFileException(folder, "there is no such folder.");
        string[] folders = ClassFolders(folder);
        if (folders.Length == 0)
            throw new DataFileException(folder, "it has no folders in it; put the pictures of each class into a folder that has the name of the class.");
        string[] found = [.. folders.Select(f => Path.GetFileName(f)!)];
        classes ??= found;
        List<Image> pictures = [];
        List<int> labels = [];
        for (int i = 0; i < folders.Length; i++)
        {
            int label = classes.ToList().IndexOf(found[i]);
            if (label < 0)
                throw new DataFileException(folders[i],
                    $"'{found[i]}' is not one of the classes '{string.Join("', '", classes.Take(20))}'.{Suggestion.DidYouMean(found[i], classes)}");
            foreach (string file in Pngs(folders[i]))
            {
                Image picture = Png.Load(file);
                if (pictures.Count > 0 && (picture.Width != pictures[0].Width || picture.Height != pictures[0].Height))
                    throw new DataFileException(file,
                        $"it has {picture.Width}×{picture.Height} pixels, the pictures before it {pictures[0].Width}×{pictures[0].Height}; "
                        + "bring all of them to one size.");
                pictures.Add(PixelChannels.IsGrey(picture) ? PixelChannels.Grey(picture) : PixelChannels.Rgb(picture));
                labels.Add(label);
            }
        }
        return new ImageDataset(Stack(folder, pictures), labels.ToArray(), classes,
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
    }

    private static Tensor Stack(string folder, List<Image> pictures)
    {
        (int width, int height) = (pictures[0].Width, pictures[0].Height);
        int channels = pictures.Exists(p => p.Channels == 3) ? 3 : 1, sample = channels * height * width;
        if ((long)pictures.Count * sample > int.MaxValue)
            throw new DataFileException(folder,
                $"{pictures.Count} pictures of {width}×{height} are more than the 2 GB that one data set holds; make them smaller.");
        Tensor pixels = Tensor.Allocate(new TensorSpec(DType.UInt8, [pictures.Count, channels, height, width]));
        Span<byte> y = pixels.Data<byte>();
        for (int i = 0; i < pictures.Count; i++)
        {
            Image p = channels == 3 ? PixelChannels.Rgb(pictures[i]) : pictures[i];
            Span<byte> planes = y.Slice(i * sample, sample);
            for (int j = 0; j < sample; j++) planes[((j % channels) * height * width) + (j / channels)] = p.Pixels[j];
        }
        GC.KeepAlive(pixels);
        return pixels;
    }

    private static string[] ClassFolders(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        string[] folders = Sorted(folder, Directory.GetDirectories);
        // "10" comes after "9": by value when all names are numbers.
        return Array.TrueForAll(folders, f => Number(f) >= 0) ? [.. folders.OrderBy(Number)] : folders;
    }

    private static List<string> Pngs(string folder)
    {
        List<string> files = [];
        foreach (string file in Sorted(folder, Directory.GetFiles))
        {
            if (IsPng(file)) files.Add(file);
            else if (OtherPictures.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                throw new DataFileException(file, "this is a picture but not a PNG; Kubik reads PNG only. Convert it, or move it away.");
        }
        return files.Count > 0
            ? files
            : throw new DataFileException(folder, "there is no PNG file in this class's folder; add pictures or remove the folder.");
    }

    // What a folder has, without the hidden, in the order of the names.
    private static string[] Sorted(string folder, Func<string, string[]> list)
    {
        try
        {
            return [.. list(folder).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFileException.From(folder, "read", e);
        }
    }

    private static bool IsPng(string file) => Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase);

    private static int Number(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
