// PNG (W3C, third edition; ISO/IEC 15948): the pictures that people give to a network and that Kubik draws. All colour
// types, bit depths, palettes, transparency and interlacing are read, into eight bits a channel. What a file claims is
// never believed: PngDecoder.cs inflates only as much as the header implies, and holds only what came out.

namespace Kubik.IO;

/// <summary>Reads and writes PNG pictures.</summary>
/// <remarks>
/// Format: https://www.w3.org/TR/png-3/. Grey of 1, 2 and 4 bits is scaled to 0…255; 16 bits are rounded, v·255/65535. Palettes become RGB;
/// a tRNS chunk adds an opacity channel. Gamma and colour profiles are not applied. Bytes after the end of the picture are ignored.
/// </remarks>
/// <example><code>
/// Image picture = Png.Load("in.png");
/// Png.Save("copy.png", picture);
/// </code></example>
public static class Png
{
    /// <summary>The most pixels that a picture may have: 64 Mpx, more than cameras take and 1/250 of what the format allows.</summary>
    public const int MaxPixels = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing, no PNG, damaged, or of more than <see cref="MaxPixels"/>.</exception>
    public static Image Load(string path)
    {
        using ByteSource source = ByteSource.Open(path);
        return new PngDecoder(source).Decode();
    }

    /// <summary>Reads from a stream, which need not be able to seek, to the end of the picture.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static Image Load(Stream stream, string name = "stream")
    {
        using ByteSource source = ByteSource.Of(stream, name);
        return new PngDecoder(source).Decode();
    }

    /// <summary>Writes a file in one step: a crash leaves the old one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The picture: 1 to 4 channels of 8 bits.</param>
    /// <exception cref="DataFileException">The file cannot be written; see <see cref="AtomicFile"/>.</exception>
    public static void Save(string path, Image image) => AtomicFile.Write(path, stream => Save(stream, image));

    /// <summary>Writes to a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="image">The picture.</param>
    public static void Save(Stream stream, Image image)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        PngEncoder.Encode(stream, image);
    }

    /// <summary>The picture as the bytes of a PNG file, for a page that holds its pictures itself.</summary>
    /// <param name="image">The picture.</param>
    public static byte[] ToBytes(Image image)
    {
        using MemoryStream stream = new();
        Save(stream, image);
        return stream.ToArray();
    }
}
