// A few pictures of each class on one sheet, a row for each class: the first thing to look at before training.

using Kubik.IO;

namespace Kubik.Data;

/// <summary>Draws samples of a data set of pictures.</summary>
/// <example><code>Png.Save("mnist.png", ContactSheet.Make(train));   // ten digits, ten of each</code></example>
public static class ContactSheet
{
    private const int Gap = 2;
    private const byte Background = 96; // neither of the colours that pictures mostly have at their edges
    private const int SmallestSide = 28; // smaller pictures are enlarged, by whole factors

    /// <summary>Draws the first pictures of each class, one class a row, in the order of the classes.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="samples">Pictures in a row.</param>
    /// <param name="classes">The most rows; further classes are left out.</param>
    /// <returns>Grey or RGB, as the pictures are.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Below one sample or class, or a sheet too large for a PNG.</exception>
    public static Image Make(ImageDataset data, int samples = 10, int classes = 20)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (int channels, int high, int wide) = (data.InputShape[0], data.InputShape[1], data.InputShape[2]);
        int rows = Math.Min(classes, data.Classes.Count);
        int scale = (SmallestSide + Math.Max(wide, high) - 1) / Math.Max(wide, high);
        long width = Gap + (samples * ((long)(wide * scale) + Gap)), height = Gap + (rows * ((long)(high * scale) + Gap));
        if (width * height > Png.MaxPixels)
            throw new ArgumentOutOfRangeException(nameof(samples), samples,
                $"A sheet of {width}×{height} pixels is larger than {Png.MaxPixels} pixels; ask for fewer samples or classes.");
        Image sheet = new((int)width, (int)height, channels, new byte[width * height * channels]);
        sheet.Pixels.AsSpan().Fill(Background);
        int[] drawn = new int[data.Classes.Count];
        for (int i = 0; i < data.Count; i++)
        {
            int label = data.Label(i);
            if (label >= rows || drawn[label] == samples) continue;
            Paste(sheet, data.Picture(i), Gap + (drawn[label]++ * ((wide * scale) + Gap)), Gap + (label * ((high * scale) + Gap)), scale);
        }
        return sheet;
    }

    private static void Paste(Image sheet, Image picture, int left, int top, int scale)
    {
        for (int y = 0; y < picture.Height * scale; y++)
        {
            for (int x = 0; x < picture.Width * scale; x++)
            {
                for (int c = 0; c < picture.Channels; c++) sheet[left + x, top + y, c] = picture[x / scale, y / scale, c];
            }
        }
    }
}
