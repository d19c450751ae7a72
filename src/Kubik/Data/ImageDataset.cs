// Pictures with classes. They stay the bytes they were (MNIST: 47 MB, not 188) and become normalised floats while a
// batch is put together: a pixel of 0…255 stands for 0…1, then mean and standard deviation of its channel are taken
// out, both in one subtraction and one multiplication.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Kubik.IO;

namespace Kubik.Data;

/// <summary>Pictures of one size, each with the number of its class.</summary>
/// <remarks><see cref="Dataset.Normalization"/> counts brightness from 0 to 1, one mean and standard deviation a channel.</remarks>
/// <example><code>
/// ImageDataset letters = ImageDataset.FromFolder("letters");   // letters/A/1.png, letters/B/1.png, …
/// Png.Save("first.png", letters.Picture(0));
/// </code></example>
public sealed class ImageDataset : Dataset
{
    private readonly Tensor pixels; // uint8 (N, C, H, W)

    /// <summary>Pictures that are in memory.</summary>
    /// <param name="pixels">uint8, grey (N, H, W), or (N, C, H, W) with one or three channels, or (N, H, W, C);
    /// kept, not copied, unless channels come last.</param>
    /// <param name="labels">The number of each picture's class, from 0.</param>
    /// <param name="classes">The names of the classes; null: "0", "1", ….</param>
    /// <param name="name">What to call the data set.</param>
    /// <exception cref="ShapeException">No bytes, or axes that are no pictures.</exception>
    /// <exception cref="ArgumentException">No pictures, another number of labels than of pictures, or a label that is no class.</exception>
    public ImageDataset(Tensor pixels, ReadOnlySpan<int> labels, IReadOnlyList<string>? classes = null, string name = "pictures")
        : this(name, Channelled(pixels, name), TargetStore.OfLabels(labels, classes, problem => new ArgumentException($"{name}: {problem}")), default)
    {
        if (this.pixels.Shape[0] != labels.Length)
            throw new ArgumentException($"{name}: {this.pixels.Shape[0]} pictures and {labels.Length} labels were given; each picture needs one label.",
                nameof(labels));
        if (labels.IsEmpty) throw new ArgumentException($"{name}: there are no pictures; give at least one.", nameof(pixels));
    }

    private ImageDataset(string name, Tensor pixels, TargetStore targets, Part part)
        : base(name, pixels.Shape[1..], targets, part) => this.pixels = pixels;

    /// <summary>Pictures and labels from a pair of IDX files, gzipped or not, as MNIST comes.</summary>
    /// <param name="images">The file of pictures, unsigned bytes.</param>
    /// <param name="labels">The file of labels; null: beside it under the usual name, "images-idx3" replaced by "labels-idx1".</param>
    /// <param name="classes">The names of the classes; null: "0", "1", ….</param>
    /// <param name="name">What to call the data set; null: the name of the file.</param>
    /// <exception cref="DataFileException">A file is missing or damaged, the counts differ, or a label is no class.</exception>
    /// <example><code>ImageDataset test = ImageDataset.FromIdx("t10k-images-idx3-ubyte.gz");</code></example>
    public static ImageDataset FromIdx(string images, string? labels = null, IReadOnlyList<string>? classes = null, string? name = null) =>
        IdxPair.Load(images, labels ?? IdxPair.LabelsOf(images), classes, name ?? Path.GetFileName(images));

    /// <summary>Pictures from a folder that has a folder of PNG files for each class.</summary>
    /// <remarks>
    /// The names of the folders are the classes, in order (by value when all are numbers). All pictures must have one size. They are grey when all of them
    /// are, else RGB; what is transparent is put on white. Hidden files and files that are no pictures are left out; pictures other than PNG are an error.
    /// </remarks>
    /// <param name="folder">The folder of folders.</param>
    /// <param name="classes">The classes to expect, in that order; null: the folders there are.</param>
    /// <exception cref="DataFileException">No class folders, one without pictures, a picture that cannot be read, has another size, or is no PNG.</exception>
    public static ImageDataset FromFolder(string folder, IReadOnlyList<string>? classes = null) => PictureFolder.Load(folder, classes);

    /// <summary>A picture as it was before normalisation.</summary>
    /// <param name="row">Which one, from 0.</param>
    /// <returns>Grey or RGB.</returns>
    public Image Picture(int row)
    {
        (int channels, int height, int width) = (this.InputShape[0], this.InputShape[1], this.InputShape[2]);
        ReadOnlySpan<byte> planes = this.pixels.Data<byte>().Slice(this.Stored(row) * this.InputShape.Size, this.InputShape.Size);
        byte[] picture = new byte[planes.Length];
        for (int i = 0; i < picture.Length; i++) picture[i] = planes[((i % channels) * height * width) + (i / channels)];
        GC.KeepAlive(this.pixels);
        return new Image(width, height, channels, picture);
    }

    /// <summary>Normalises the pixels of one channel: y = (x − shift) · scale.</summary>
    internal static void Normalize(ReadOnlySpan<byte> x, float shift, float scale, Span<float> y)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<float> s = Vector256.Create(shift), f = Vector256.Create(scale);
            ref byte from = ref MemoryMarshal.GetReference(x);
            ref float to = ref MemoryMarshal.GetReference(y);
            for (; i <= x.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                Vector256<ushort> wide = Vector256.WidenLower(Vector128.LoadUnsafe(ref from, (nuint)i).ToVector256Unsafe());
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(wide);
                // Not fused into one rounding: the same bits on every processor, and as below.
                ((Vector256.ConvertToSingle(low.AsInt32()) - s) * f).StoreUnsafe(ref to, (nuint)i);
                ((Vector256.ConvertToSingle(high.AsInt32()) - s) * f).StoreUnsafe(ref to, (nuint)(i + Vector256<float>.Count));
            }
        }
        for (; i < x.Length; i++) y[i] = (x[i] - shift) * scale;
    }

    private protected override void Fill(ReadOnlySpan<int> stored, Normalization normalization, Span<float> input)
    {
        int sample = this.InputShape.Size, channels = this.InputShape[0], plane = sample / channels;
        ReadOnlySpan<byte> bytes = this.pixels.Data<byte>();
        for (int c = 0; c < channels; c++)
        {
            (float shift, float scale) = normalization.ForBytes(c);
            for (int i = 0; i < stored.Length; i++)
                Normalize(bytes.Slice((stored[i] * sample) + (c * plane), plane), shift, scale, input.Slice((i * sample) + (c * plane), plane));
        }
        GC.KeepAlive(this.pixels);
    }

    // Counting how often each of 256 values occurs is exact and takes one addition a pixel. Neighbouring pixels are often
    // equal, so two sets of counters keep an addition from waiting for the last one.
    private protected override Normalization Fit()
    {
        int sample = this.InputShape.Size, channels = this.InputShape[0], plane = sample / channels;
        double[] mean = new double[channels], std = new double[channels];
        ReadOnlySpan<byte> bytes = this.pixels.Data<byte>();
        ReadOnlySpan<int> rows = this.Rows;
        for (int c = 0; c < channels; c++)
        {
            long[] even = new long[256], odd = new long[256];
            foreach (int row in rows)
            {
                ReadOnlySpan<byte> x = bytes.Slice((row * sample) + (c * plane), plane);
                int i = 0;
                for (; i + 1 < x.Length; i += 2)
                {
                    even[x[i]]++;
                    odd[x[i + 1]]++;
                }
                if (i < x.Length) even[x[i]]++;
            }
            double sum = 0, squares = 0, count = (double)rows.Length * plane;
            for (int v = 0; v < 256; v++) sum += (even[v] + odd[v]) * (double)v;
            for (int v = 0; v < 256; v++) squares += (even[v] + odd[v]) * ((v - (sum / count)) * (v - (sum / count)));
            mean[c] = sum / count / 255;
            std[c] = squares > 0 ? Math.Sqrt(squares / count) / 255 : 1;
        }
        GC.KeepAlive(this.pixels);
        return new Normalization(mean, std);
    }

    private protected override Dataset Derive(Part part, TargetStore? targets = null) =>
        new ImageDataset(this.Name, this.pixels, targets ?? this.TargetStore, part);

    // (N, C, H, W), whatever the pictures came as.
    private static Tensor Channelled(Tensor pixels, string name)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        Shape s = pixels.Shape;
        Tensor? planes = s.Rank switch
        {
            3 => pixels.Reshape([s[0], 1, s[1], s[2]]),
            4 when s[1] is 1 or 3 => pixels,
            4 when s[3] is 1 or 3 => pixels.Permute(0, 3, 1, 2),
            _ => null,
        };
        if (pixels.DType != DType.UInt8 || planes is null || pixels.Count == 0)
            throw new ShapeException(
                $"{name}: {pixels.Spec} cannot be pictures; give at least one, uint8 (N, H, W) for grey, (N, 3, H, W) or (N, H, W, 3) for colour.");
        return planes.Contiguous();
    }
}
