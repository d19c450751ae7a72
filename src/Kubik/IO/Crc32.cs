// CRC-32 of ISO 3309, polynomial EDB88320 reflected: what PNG chunks and zip entries carry. Eight tables, so that
// eight bytes are folded at once (Kounavis and Berry, "slicing-by-8", 2005).

using System.Buffers.Binary;

namespace Kubik.IO;

/// <summary>The checksum of PNG and zip.</summary>
internal static class Crc32
{
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> stands for followed by more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] t = Tables;
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[(7 * 256) + (low & 255)] ^ t[(6 * 256) + (low >> 8 & 255)] ^ t[(5 * 256) + (low >> 16 & 255)] ^ t[(4 * 256) + (low >> 24)]
                ^ t[(3 * 256) + (high & 255)] ^ t[(2 * 256) + (high >> 8 & 255)] ^ t[256 + (high >> 16 & 255)] ^ t[high >> 24];
        }
        foreach (byte b in bytes) crc = t[(crc ^ b) & 255] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        uint[] t = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint c = i;
            for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
            t[i] = c;
        }
        for (int i = 256; i < t.Length; i++) t[i] = t[t[i - 256] & 255] ^ t[i - 256] >> 8;
        return t;
    }
}
