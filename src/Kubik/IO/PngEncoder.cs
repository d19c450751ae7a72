// Writes the plainest PNG there is: one IHDR, one IDAT chunk a block of compressed bytes, one IEND; no interlacing, no text, no
// time, so the same picture gives the same file.

using System.Buffers.Binary;
using System.IO.Compression;

namespace Kubik.IO;

/// <summary>Writes a picture as PNG.</summary>
internal static class PngEncoder
{
    public static void Encode(Stream stream, Image image)
    {
        stream.Write(PngDecoder.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = image.Channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        header[10] = header[11] = header[12] = 0; // deflate, the five filters, not interlaced
        Chunk(stream, "IHDR"u8, header);
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true)) WriteRows(zlib, image);
        Chunk(stream, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        Chunk(stream, "IEND"u8, []);
    }

    private static void WriteRows(Stream zlib, Image image)
    {
        int width = image.Width * image.Channels;
        byte[] best = new byte[width + 1], trial = new byte[width + 1];
        ReadOnlySpan<byte> above = [];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * width, width);
            long least = long.MaxValue;
            for (int filter = 0; filter < PngFilters.Count; filter++)
            {
                PngFilters.Apply(filter, row, above, image.Channels, trial);
                long cost = PngFilters.Cost(trial);
                if (cost >= least) continue;
                least = cost;
                (best, trial) = (trial, best);
            }
            zlib.Write(best);
            above = row;
        }
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Of(type), data));
        stream.Write(number);
    }
}
